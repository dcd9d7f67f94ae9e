"""The promise: whatever columns a table has, and whatever they are said to hold, its rows can be written, or it is refused."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from hypothesis import event, given, settings
from hypothesis import strategies as st

from terp_seed import SeedTable
from terp_seed import columns as c
from terp_seed.errors import SeedError
from tests.columns import Run

nulls = st.sampled_from((0.0, 0.0, 0.3))


def _integers() -> st.SearchStrategy[tuple[Any, Any]]:
    ranges = st.tuples(st.integers(-3, 100), st.integers(1, 300)).map(lambda ends: c.integer(ends[0], ends[0] + ends[1]))
    return st.tuples(st.sampled_from((sa.Integer, sa.SmallInteger, sa.BigInteger)).map(lambda kind: kind()), ranges)


LENGTHS = st.integers(2, 60)
KINDS: st.SearchStrategy[tuple[Any, Any]] = st.one_of(
    _integers(),
    st.tuples(st.just(sa.Numeric(8, 2)), st.integers(0, 90).map(lambda low: c.decimal(low, low + 9))),
    st.tuples(st.just(sa.Boolean()), st.just(c.boolean(0.7))),
    st.tuples(st.just(sa.Date()), st.just(c.date(days_back=200)) | st.just(c.date("2020-01-01", "2020-12-31"))),
    st.tuples(st.sampled_from((sa.DateTime(), sa.TIMESTAMP())), st.just(c.datetime(days_back=30))),
    st.tuples(st.just(sa.Time()), st.just(c.time("09:00", "17:00"))),
    st.tuples(LENGTHS.map(sa.String), st.sampled_from((c.words(), c.words(2, 5), c.text(90)))),
    st.tuples(st.just(sa.Text()), st.just(c.text(300))),
    st.tuples(st.integers(8, 30).map(sa.String), st.just(c.sequence("A-{:05d}"))),
    st.tuples(st.sampled_from((sa.Uuid(), sa.String(36), sa.String(32), sa.LargeBinary(16))), st.just(c.uuid())),
    st.tuples(st.just(sa.LargeBinary()), st.sampled_from((1, 2, 16, 40)).map(c.binary)),
    st.tuples(st.just(sa.Enum("a", "b", "c", name="letters")), st.just(c.choice("a", "b", "c", weights=(5, 3, 0)))),
    st.tuples(st.just(sa.String(5)), st.just(c.choice(*"abcdefghijk"))),
    st.tuples(st.just(sa.JSON()), st.just(c.json({"size": c.choice("s", "m"), "qty": c.integer(1, 9), "at": [c.date()]}))),
    st.tuples(
        LENGTHS.map(sa.String),
        st.sampled_from(("person", "company", "address", "first_name", "last_name", "username", "city", "secret")).map(c.pii),
    ),
    st.tuples(st.integers(15, 60).map(sa.String), st.sampled_from(("email", "phone", "postcode", "ip", "tax_id")).map(c.pii)),
    st.tuples(st.just(sa.Date()), st.just(c.pii("birth_date"))),
)


@st.composite
def tables(draw: st.DrawFn) -> list[SeedTable]:
    """Draw one to three tables, which refer to each other and have unique constraints."""
    metadata, found = sa.MetaData(), []
    for number in range(draw(st.integers(1, 3))):
        name = f"t{number}"
        said: dict[str, Any] = {}
        columns: list[sa.Column[Any]] = []
        for place in range(draw(st.integers(1, 5))):
            kind, spec = draw(KINDS)
            null = draw(nulls)
            said[f"c{place}"] = replace(spec, null=null)
            columns.append(sa.Column(f"c{place}", kind, nullable=bool(null), unique=draw(st.integers(0, 5)) == 0))
        for target in range(number + 1):
            if draw(st.booleans()):
                null = draw(nulls) if target != number else 0.1
                spread = draw(st.sampled_from(("uneven", "even", "skewed", "one")))
                said[f"r{target}"] = replace(c.ref(spread=spread), null=null)
                key = sa.ForeignKey(f"t{target}.id")
                columns.append(sa.Column(f"r{target}", key, nullable=bool(null), unique=draw(st.integers(0, 4)) == 0))
                if target != number and not null and draw(st.booleans()):
                    said[f"copy{target}"] = c.same(f"r{target}.c0")
                    columns.append(sa.Column(f"copy{target}", metadata.tables[f"t{target}"].columns["c0"].type))
        names = st.lists(st.sampled_from([column.name for column in columns]), min_size=2, max_size=3, unique=True)
        groups = draw(st.lists(names, max_size=2)) if len(columns) > 1 else []
        table = sa.Table(
            name,
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            *columns,
            *(sa.UniqueConstraint(*group) for group in {*map(tuple, groups)}),
        )
        found.append(SeedTable(table, per_unit=draw(st.integers(1, 12)), columns=said))
    return found


@settings(max_examples=400)
@given(data=st.data(), seed=st.integers(0, 9))
def test_any_columns_are_written_or_refused(data: st.DataObject, seed: int) -> None:
    try:
        run = Run(data.draw(tables()), seed=seed).seed()
    except SeedError as error:
        is_sentence = "expected" in str(error).lower()
        event("refused")
    else:
        is_sentence = True
        event("written")
        _check(run)
    assert is_sentence


def _check(run: Run) -> None:
    """Fail unless the rows are as said, also after a revision that adds as many again."""
    run.check()
    for table in run.catalog.every:
        assert len(run.rows[table.name]) == 3 * table.per_unit
    try:
        run.seed("more", first=5_001)  # all of it once more
    except SeedError:
        event("refused to append")
        return
    run.check()
    assert len(run.rows["t0"]) == 6 * run.catalog["t0"].per_unit


@settings(max_examples=100)
@given(data=st.data())
def test_edited_column_moves_nothing_else(data: st.DataObject) -> None:
    metadata = sa.MetaData()
    kinds = data.draw(st.lists(KINDS, min_size=2, max_size=6))
    edited = data.draw(st.integers(0, len(kinds) - 1))
    columns = [sa.Column(f"c{place}", kind) for place, (kind, _) in enumerate(kinds)]
    table = sa.Table("things", metadata, sa.Column("id", sa.Integer, primary_key=True), *columns)
    said = {f"c{place}": spec for place, (_, spec) in enumerate(kinds)}
    other = said | {f"c{edited}": c.constant(None)}
    try:
        one, two = (Run([SeedTable(table, per_unit=9, columns=each)]).seed() for each in (said, other))
    except SeedError:
        return
    for place in range(len(kinds)):
        if place != edited:
            assert one.column("things", f"c{place}") == two.column("things", f"c{place}")
