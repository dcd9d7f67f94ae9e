"""Columns as data: what each function makes, that types and ranges hold, and what is refused when the project is loaded."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from terp_seed import Adopted, SeedTable, Unit
from terp_seed import columns as c
from terp_seed.errors import CapacityExceeded, SeedError
from terp_seed.masking.kinds import kinds
from terp_seed.revisions.block import Block
from tests.columns import AS_OF, Run, made, table_of


def column(kind: Any, **more: Any) -> sa.Column[Any]:
    return sa.Column("x", kind, **({"nullable": False} | more))


def seed_table(name: str, *columns: sa.Column[Any], said: dict[str, Any], **more: Any) -> SeedTable:
    return SeedTable(table_of(name, *columns, metadata=more.pop("metadata", None)), **({"per_unit": 6} | more), columns=said)


def test_constant_and_choice_follow_their_weights() -> None:
    assert set(made(column(sa.String(2)), c.constant("en"))) == {"en"}
    found = Counter(made(column(sa.String(9)), c.choice("open", "done", "never", weights=(1, 9, 0)), rows=500))
    assert set(found) == {"open", "done"}
    assert 0.8 < found["done"] / found.total() < 0.98


def test_numbers_have_the_type_of_their_column() -> None:
    whole = made(column(sa.SmallInteger), c.integer(1, 5), rows=100)
    assert set(whole) == {1, 2, 3, 4, 5}
    money = made(column(sa.Numeric(8, 2)), c.decimal("0.50", "1.00"), rows=400)
    assert {type(value) for value in money} == {Decimal}
    assert {value.as_tuple().exponent for value in money} == {-2}
    assert (min(money), max(money)) == (Decimal("0.50"), Decimal("1.00"))
    assert {type(value) for value in made(column(sa.Float), c.decimal("0.5", "1"))} == {float}
    assert set(made(column(sa.Boolean), c.boolean(0.5))) == {True, False}
    assert set(made(column(mysql.TINYINT(1)), c.boolean())) <= {0, 1}


def test_moments_end_on_the_units_day() -> None:
    days = made(column(sa.Date), c.date(days_back=3), rows=200)
    assert set(days) == {AS_OF - timedelta(days=back) for back in range(4)}
    moments = made(column(sa.DateTime), c.datetime(days_back=1), rows=200)
    assert datetime(2026, 2, 28) <= min(moments) < max(moments) <= datetime(2026, 3, 1)
    later = made(column(sa.DateTime), c.datetime("2030-01-01", "2030-01-02"), rows=50)
    assert datetime(2030, 1, 1) <= min(later) < max(later) < datetime(2030, 1, 3)
    hours = made(column(sa.Time), c.time("09:00", "09:01"), rows=500)
    assert (min(hours), max(hours)) == (time(9), time(9, 1))


def test_texts_fit_their_column() -> None:
    words = made(column(sa.String(12)), c.words(2, 6), rows=100)
    assert max(map(len, words)) <= 12
    assert all(re.fullmatch(r"[A-Z][a-z]*( [a-z]+)*", value) for value in words)
    assert max(map(len, made(column(sa.Text), c.text(90), rows=100))) in range(60, 91)
    assert made(column(sa.String(9)), c.sequence("ORD-{:05d}"), rows=2)[:2] == ["ORD-00001", "ORD-00002"]
    assert made(column(sa.Integer), c.sequence("9{:03d}"), rows=1)[0] == 9_001


def test_uuids_and_bytes_are_of_their_row() -> None:
    found = made(column(sa.Uuid, unique=True), c.uuid())
    assert {value.version for value in found} == {4}
    as_text = made(column(sa.String(36), unique=True), c.uuid())
    assert [str(UUID(value)) for value in as_text] == as_text
    assert {len(value) for value in made(column(sa.LargeBinary(20), unique=True), c.binary(20))} == {20}
    assert len(set(made(column(sa.LargeBinary(1), unique=True), c.binary(1), rows=80))) == 240


def test_json_is_filled_from_its_template() -> None:
    template = {"size": c.choice("s", "m"), "qty": c.integer(1, 9), "price": c.decimal(1, 2), "on": [c.date(), c.time()], "v": 1}
    for value in made(column(sa.JSON), c.json(template)):
        assert value["size"] in ("s", "m")
        assert 1 <= value["qty"] <= 9
        assert value["v"] == 1
        assert date.fromisoformat(value["on"][0]) <= AS_OF
    assert isinstance(made(column(sa.Text), c.json({"n": c.integer(1, 2)}))[0], str)


def test_json_may_hold_keys_of_rows() -> None:
    columns = [sa.Column("facts", sa.JSON)]
    said = {"facts": c.json({"authors": [c.ref("authors"), c.ref("authors", null=1)], "born": c.same("author_id.since")})}
    run = Run(shop(9, columns=columns, said=said)).seed()
    for row in run.rows["books"]:
        one, none = row["facts"]["authors"]
        assert one in run.column("authors", "id")
        assert none is None


def test_null_leaves_the_other_values_alone() -> None:
    every = made(column(sa.Integer), c.integer(1, 1_000), rows=200)
    some = made(column(sa.Integer, nullable=True), c.integer(1, 1_000, null=0.3), rows=200)
    assert 0.2 < some.count(None) / len(some) < 0.4
    assert all(one in (None, other) for one, other in zip(some, every, strict=True))


def test_function_of_the_unit_makes_a_column() -> None:
    def squares(unit: Unit) -> list[int]:
        return [number**2 + unit.number for number in range(4)]

    assert made(column(sa.Integer), squares, rows=4, units=2) == [1, 2, 5, 10, 2, 3, 6, 11]
    with pytest.raises(SeedError, match=r"things\.x gets 4 values in unit 1: expected 5, one for each row"):
        made(column(sa.Integer), squares, rows=5)


def test_function_sees_the_values_of_other_columns() -> None:
    def titles(unit: Unit) -> list[str]:
        authors, codes = unit.values_of("books", "author_id"), unit.values_of("authors", "code")
        return [f"By {codes[author - unit.id_of('authors')]}" for author in authors]

    run = Run(shop(columns=[sa.Column("title", sa.String(20))], said={"title": titles})).seed()
    codes = {row["id"]: row["code"] for row in run.rows["authors"]}
    assert [row["title"] for row in run.rows["books"]] == [f"By {codes[row['author_id']]}" for row in run.rows["books"]]
    with pytest.raises(SeedError, match=r"The values of books\.title are asked for where they are not known"):
        Unit(1, run.recipe, {}).values_of("books", "title")


def test_first_day_after_the_last_is_refused() -> None:
    with pytest.raises(SeedError, match=r"things\.x is date\('2030-01-01'\), which is later than the as-of day 2026-03-01"):
        made(column(sa.Date), c.date("2030-01-01"))


def shop(books: int = 8, **more: Any) -> tuple[SeedTable, SeedTable]:
    metadata = sa.MetaData()
    authors = seed_table(
        "authors",
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("code", sa.String(10), nullable=False, unique=True),
        sa.Column("name", sa.String(40), nullable=False),
        said={"since": c.date(days_back=900), "code": c.sequence("A{:04d}"), "name": c.pii("person")},
        metadata=metadata,
    )
    said = {"created": c.datetime(after="author_id.since")} | more.pop("said", {})
    columns = (sa.Column("author_id", sa.ForeignKey("authors.id"), nullable=False), sa.Column("created", sa.DateTime))
    return authors, seed_table("books", *columns, *more.pop("columns", ()), said=said, metadata=metadata, per_unit=books, **more)


@pytest.mark.parametrize("spread", ["uneven", "even", "skewed", "one"])
def test_children_are_spread_over_parents(spread: str) -> None:
    run = Run(shop(6 if spread == "one" else 60, said={"author_id": c.ref(spread=spread)}), units=5).seed()
    run.check()
    counts = Counter(run.column("books", "author_id"))
    assert set(counts) <= set(run.column("authors", "id"))
    if spread in ("even", "one"):
        assert set(counts.values()) == {10 if spread == "even" else 1}
    else:
        assert max(counts.values()) > 20
    for row in run.rows["books"]:  # of the same unit
        unit = (row["id"] - 1) // (6 if spread == "one" else 60)
        assert 1 + 6 * unit <= row["author_id"] <= 6 + 6 * unit


@pytest.mark.parametrize("unique", [(), ("author_id", "editor_id"), ("author_id", "room"), ("editor_id", "room")])
def test_reference_to_another_row_than_a_columns(unique: tuple[str, ...]) -> None:
    columns = [
        sa.Column("editor_id", sa.ForeignKey("authors.id"), nullable=False),
        sa.Column("room", sa.Integer),
        *([sa.UniqueConstraint(*unique)] if unique else []),
    ]
    said = {"editor_id": c.ref(other_than="author_id"), "room": c.integer(1, 9)}
    run = Run(shop(30, columns=columns, said=said), units=4).seed()  # with unique authors and editors, every pair there is
    run.check()
    assert all(row["author_id"] != row["editor_id"] for row in run.rows["books"])
    assert len({tuple(row[name] for name in unique) for row in run.rows["books"]}) == (120 if unique else 1)


def test_other_row_than_the_only_one() -> None:
    metadata = sa.MetaData()
    ones = seed_table("ones", sa.Column("n", sa.Integer), said={"n": c.constant(1)}, metadata=metadata, per_unit=1)
    keys = [sa.Column(name, sa.ForeignKey("ones.id"), nullable=False) for name in ("a", "b")]
    pairs = seed_table("pairs", *keys, said={"b": c.ref(other_than="a")}, metadata=metadata)
    with pytest.raises(SeedError, match=r"pairs\.b refers to another row of ones than a, and a unit has one row of it"):
        Run((ones, pairs)).seed()


def test_value_of_the_parent_is_copied() -> None:
    columns = [sa.Column("code", sa.ForeignKey("authors.code")), sa.Column("copy", sa.Date), sa.Column("twice", sa.Date)]
    said = {"code": c.ref(null=0.2), "copy": c.same("author_id.since"), "twice": c.same("copy")}
    run = Run(shop(20, columns=columns, said=said)).seed()
    run.check()
    since = {row["id"]: row["since"] for row in run.rows["authors"]}
    for row in run.rows["books"]:
        assert row["copy"] == row["twice"] == since[row["author_id"]]
        assert row["created"] >= datetime.combine(row["copy"], time())


def test_composite_key_is_to_one_row() -> None:
    metadata = sa.MetaData()
    tenants = SeedTable(table_of("tenants", metadata=metadata), per_unit=3, columns={})
    owner = sa.Column("tenant_id", sa.ForeignKey("tenants.id"), nullable=False)
    users = sa.Table(
        "users", metadata, sa.Column("id", sa.Integer, primary_key=True), owner, sa.UniqueConstraint("tenant_id", "id")
    )
    posts = sa.Table(
        "posts",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("tenant_id", sa.ForeignKey("tenants.id"), nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "user_id"], ["users.tenant_id", "users.id"]),
    )
    run = Run([tenants, *(SeedTable(table, per_unit=9, columns={}) for table in (users, posts))]).seed()
    run.check()
    owners = {row["id"]: row["tenant_id"] for row in run.rows["users"]}
    assert [row["tenant_id"] for row in run.rows["posts"]] == [owners[row["user_id"]] for row in run.rows["posts"]]
    apart = SeedTable(posts, per_unit=9, columns={"tenant_id": c.ref("tenants"), "user_id": c.ref("users")})
    with pytest.raises(SeedError, match=r"posts \(tenant_id, user_id\) is one foreign key, whose columns would be of different"):
        Run([tenants, SeedTable(users, per_unit=9, columns={}), apart])


def test_copied_pii_is_the_same_fake() -> None:
    columns = [sa.Column("author", sa.String(40), nullable=False)]
    run = Run(shop(20, columns=columns, said={"author": c.same("author_id.name")})).seed()
    names = {row["id"]: row["name"] for row in run.rows["authors"]}
    assert [row["author"] for row in run.rows["books"]] == [names[row["author_id"]] for row in run.rows["books"]]
    assert run.catalog["books"].pii == {"author": "person"}
    assert all("author" not in row for row in run.catalog["books"].sample(run.recipe))


def test_own_references_are_to_earlier_rows() -> None:
    table = seed_table("parts", sa.Column("whole", sa.ForeignKey("parts.id")), said={"whole": c.ref()}, per_unit=9)
    run = Run([table]).seed()
    for start in (0, 9, 18):
        rows = run.rows["parts"][start : start + 9]
        assert rows[0]["whole"] is rows[-1]["whole"] is None
        assert all(rows[0]["id"] <= row["whole"] < row["id"] for row in rows[1:-1])
    own = seed_table("roots", sa.Column("whole", sa.ForeignKey("roots.id"), nullable=False), said={}, per_unit=3)
    assert all(row["whole"] == row["id"] for row in Run([own]).seed().rows["roots"])


def test_unique_columns_never_repeat() -> None:
    assert len(set(made(column(sa.Integer, unique=True), c.integer(1, 60)))) == 60
    assert len(set(made(column(sa.String(30), unique=True), c.words()))) == 60
    assert len(set(made(column(sa.Date, unique=True), c.date(days_back=59)))) == 60
    with pytest.raises(CapacityExceeded, match=r"things \(x\) must be unique, .* 50 different values, but row 51 is asked for"):
        made(column(sa.Integer, unique=True), c.integer(1, 50))
    with pytest.raises(SeedError, match=r"its columns allow 2 combinations of values, but a unit has 20 rows"):
        made(column(sa.String(1), unique=True), c.choice("a", "b"))


def votes(rows: int, stars: int = 3) -> list[SeedTable]:
    metadata = sa.MetaData()
    books = SeedTable(table_of("books", metadata=metadata), per_unit=4, columns={})
    columns = sa.Column("book_id", sa.ForeignKey("books.id"), nullable=False), sa.Column("stars", sa.Integer, nullable=False)
    table = sa.Table(
        "votes", metadata, sa.Column("id", sa.Integer, primary_key=True), *columns, sa.UniqueConstraint("book_id", "stars")
    )
    return [books, SeedTable(table, per_unit=rows, columns={"stars": c.integer(1, stars)})]


def test_composite_uniques_use_every_combination() -> None:
    run = Run(votes(12)).seed()
    run.check()
    assert len({(row["book_id"], row["stars"]) for row in run.rows["votes"]}) == 36
    with pytest.raises(SeedError, match=r"votes \(book_id, stars\) must be unique: .* 12 combinations of values, .* 13 rows"):
        Run(votes(13))


def test_sets_that_need_each_other_are_refused() -> None:
    metadata = sa.MetaData()
    parents = [
        SeedTable(table_of(name, sa.Column("n", sa.Integer), metadata=metadata), per_unit=4, columns={"n": c.integer(1, 3)})
        for name in ("ones", "twos")
    ]
    columns = [
        *(sa.Column(f"{name}_id", sa.ForeignKey(f"{name}.id"), nullable=False) for name in ("ones", "twos")),
        *(sa.Column(f"{name}_n", sa.Integer) for name in ("ones", "twos")),
        *(sa.UniqueConstraint("ones_id", "twos_n"), sa.UniqueConstraint("twos_id", "ones_n")),
    ]
    table = sa.Table("pairs", metadata, sa.Column("id", sa.Integer, primary_key=True), *columns)
    said = {"ones_n": c.same("ones_id.n"), "twos_n": c.same("twos_id.n")}
    with pytest.raises(SeedError, match=r"pairs \(.*\) must be unique, which (ones|twos)_n cannot be kept"):
        Run([*parents, SeedTable(table, per_unit=4, columns=said)])


def test_later_revision_takes_combinations_that_are_left() -> None:
    run = Run(votes(4)).seed().seed("more", ["votes"], first=1_001).seed("again", ["votes"], first=2_001)
    run.check()
    assert len(run.rows["votes"]) == 36
    with pytest.raises(CapacityExceeded, match="12 are taken by earlier revisions"):
        run.seed("once more", ["votes"], first=3_001)


def test_parents_of_fixed_rows_have_no_values() -> None:
    authors, books = shop(4)
    plain = Run([authors, SeedTable(books.table, per_unit=4, columns={"author_id": c.ref(), "created": c.datetime()})])
    for run in (plain, Run([authors, books])):
        run.generator.ledger.blocks.append(Block("vips", "authors", 1, 2, run.recipe))
    plain.seed("books", ["books"])
    assert set(plain.column("books", "author_id")) == {1, 2}
    with pytest.raises(SeedError, match=r"books takes values of authors, of which fixed rows of the revision vips are there"):
        run.seed("books", ["books"])


def test_adopted_rows_are_named_by_place() -> None:
    metadata = sa.MetaData()
    names = sa.Column("name", sa.String(20), nullable=False)
    more: dict[str, Any] = {"metadata": metadata, "per_unit": 2, "shared": True, "adopts": ("name",)}
    genres = seed_table("genres", names, said={"name": lambda unit: ["prose", "verse"]}, **more)
    books = seed_table("books", sa.Column("genre", sa.ForeignKey("genres.id"), nullable=False), said={}, metadata=metadata)
    run = Run([genres, books])
    run.seed("books", ["books"])
    assert set(run.column("books", "genre")) <= {Adopted("genres", 0), Adopted("genres", 1)}


def test_nullable_columns_need_not_be_said() -> None:
    metadata = sa.MetaData()
    sa.Table("invoices", metadata, sa.Column("id", sa.Integer, primary_key=True))  # which nobody seeds
    columns = sa.Column("invoice_id", sa.ForeignKey("invoices.id")), sa.Column("note", sa.Text)
    orders = seed_table("orders", *columns, said={}, metadata=metadata)
    assert Run([orders]).seed().rows["orders"][0] == {"id": 1}


def test_null_pii_stays_null_and_order_is_kept() -> None:
    columns = [sa.Column(name, sa.String(60)) for name in ("mail", "name", "login", "alone")]
    said = {
        "mail": c.pii("email", of="name", null=0.4),
        "name": c.pii("person"),
        "login": c.pii("username", of="name"),
        "alone": c.pii("email"),
    }
    table = seed_table("users", *columns, said=said, per_unit=30)
    assert list(table.pii) == ["alone", "name", "mail", "login"]
    run = Run([table]).seed()
    assert 10 < run.column("users", "mail").count(None) < 70
    for row in run.rows["users"]:
        word = row["name"].split()[0].lower()
        assert row["login"].startswith(word)
        assert row["mail"] is None or row["mail"].startswith(word)
        assert all(kinds()[kind].is_fake(row[name]) for name, kind in table.pii.items() if row[name] is not None)


@pytest.mark.parametrize("as_of", [date(1980, 1, 1), date(2026, 3, 1), date(2037, 12, 31)])
def test_everybody_is_an_adult(as_of: date) -> None:
    table = seed_table("users", sa.Column("born", sa.Date), said={"born": c.pii("birth_date")}, per_unit=200)
    born = Run([table], as_of=as_of).seed().column("users", "born")
    assert max(born) <= as_of.replace(year=as_of.year - 18, day=1)
    assert all(kinds()["birth_date"].is_fake(day) for day in born)


BAD: list[tuple[Callable[[], Any], str]] = [
    (lambda: c.integer(1, 5, nul=0.3), r"integer\(\) in columns: got an unexpected keyword argument 'nul'. Expected integer\(lo"),
    (lambda: c.intger(1, 5), "columns has no intger.*: expected one of binary, boolean, choice,"),
    (lambda: c.integer(5, 1), "the smaller one first"),
    (lambda: c.integer(1.5, 2), "two whole numbers"),
    (lambda: c.decimal(0.5, 2), "floats lose cents"),
    (lambda: c.choice(), "at least one value"),
    (lambda: c.choice(1, 2, weights=(1,)), "a weight for each value"),
    (lambda: c.constant(1, null=2), "a share from 0.0 to 1.0"),
    (lambda: c.date("2020-13-01"), "expected bounds as in"),
    (lambda: c.date("2020-02-01", "2020-01-01"), "the earlier one first"),
    (lambda: c.date("2020-01-01", days_back=3), "one of them"),
    (lambda: c.time("9h"), "expected times as text"),
    (lambda: c.sequence("ORD"), "one place for the row's id"),
    (lambda: c.ref("authors", spread="wide"), "expected one of uneven, even, skewed, one"),
    (lambda: c.ref(other_than="x", spread="one"), "another spread with other_than"),
    (lambda: c.pii("ssn"), "The PII kind 'ssn' is unknown: expected one of person, company, email"),
    (lambda: c.pii("phone", of="name"), "with the kinds email, username only"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_wrong_calls_are_refused_at_once(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(SeedError, match=message):
        call()


WRONG: list[tuple[Any, Any, str]] = [
    (column(sa.Integer), c.words(), "words does not fit|does not fit that: expected a column for text"),
    (column(sa.SmallInteger), c.integer(1, 40_000), "a whole number from -32768 to 32767"),
    (column(mysql.TINYINT(unsigned=True)), c.integer(-1, 5), "a whole number from 0 to 255"),
    (column(sa.Numeric(4, 2)), c.decimal(0, 100), "cannot hold Decimal"),
    (column(sa.Numeric(6, 2)), c.decimal("0.001", 1), "at most 2 decimals"),
    (column(sa.String(3)), c.constant("long"), "at most 3 characters"),
    (column(sa.Enum("a", "b", name="e")), c.choice("a", "c"), "expected one of a, b"),
    (column(sa.TIMESTAMP), c.datetime("1970-01-01", "1971-01-01"), "a datetime from 1980 to 2037"),
    (column(sa.String(20)), c.uuid(), "at least 32 for a UUID"),
    (column(sa.LargeBinary(4)), c.binary(5), "at most 4 bytes"),
    (column(sa.Integer), c.integer(1, 2, null=0.1), "is NOT NULL, but has null=0.1"),
    (column(sa.Integer), c.server(), "without a server_default"),
    (column(sa.Integer), 5, r"things.x is 5: expected one of the functions of terp_seed.columns"),
    (column(sa.Integer), c.ref(), "has no foreign key"),
    (column(sa.Integer), c.same("y"), "things.x names 'y', which is not among its columns"),
    (column(sa.Integer), c.same("x"), "is made from itself"),
    (column(sa.Integer), c.ref("things", other_than="x"), "and refers to its own table: expected none"),
    (column(sa.Integer), c.ref("others", other_than="y"), "things.x names 'y', which is not among its columns"),
    (column(sa.Integer), c.ref("nothing"), "things refers to nothing, which is not a table of the project"),
    (column(sa.String(5)), c.pii("email"), r"things.x holds 5 characters: expected at least 14 for pii\('email'\)"),
    (column(sa.String(5)), c.pii("birth_date"), "expected a column for date"),
    (column(sa.String(5)), c.pii("username", of="who"), "expected a pii column of the table of the kind person"),
    (column(sa.JSON), c.json({"a": c.pii("email")}), r"has pii\(\) in its JSON template"),
    (column(sa.JSON, unique=True), c.json({}), "must be unique, which x cannot be kept"),
    (column(sa.Integer, server_default="1"), c.same("z.y"), "names 'z.y', which is not among its columns"),
]


@pytest.mark.parametrize(("into", "spec", "message"), WRONG)
def test_what_a_column_cannot_hold_is_refused(into: sa.Column[Any], spec: Any, message: str) -> None:
    with pytest.raises(SeedError, match=message):
        Run([SeedTable(table_of("things", into._copy()), per_unit=2, columns={"x": spec})])


def test_missing_and_unknown_columns_are_listed() -> None:
    table = table_of("things", *(sa.Column(name, sa.Integer, nullable=False) for name in "abc"))
    with pytest.raises(SeedError, match="columns of things lacks b, c, which are NOT NULL"):
        SeedTable(table, per_unit=1, columns={"a": c.integer(1, 2)})
    with pytest.raises(SeedError, match="columns of things names d, which the table does not have: expected some of id, a, b, c"):
        SeedTable(table, per_unit=1, columns={"d": c.integer(1, 2)})
    with pytest.raises(SeedError, match="columns of things has its key id"):
        SeedTable(table, per_unit=1, columns={"id": c.integer(1, 2)})


def test_either_rows_or_columns_are_given() -> None:
    with pytest.raises(SeedError, match="things has neither rows nor columns"):
        SeedTable(table_of("things"), per_unit=1)
    with pytest.raises(SeedError, match="things has both rows and columns"):
        SeedTable(table_of("things"), per_unit=1, rows=lambda unit: [{}], columns={})
    with pytest.raises(SeedError, match="things has pii beside columns"):
        seed_table("things", sa.Column("a", sa.String(20)), said={}, pii={"a": "person"})


def test_copy_of_a_table_makes_its_own_rows() -> None:
    authors, books = shop()
    run = Run([replace(authors, per_unit=2), replace(books, per_unit=3)]).seed()
    run.check()
    assert len(run.rows["books"]) == 9


def test_parent_columns_must_have_known_values() -> None:
    for path, message in {
        "author_id.age": "books.created takes age of authors, which that lacks: expected one of id, since, code, name",
        "author_id.name": "books.created is made from a column that is PII",
        "created.since": "books.created names 'created.since', but created refers to no table",
        "author_id.a.b": "expected one dot at most",
        "author_id.code": "is to be in order with 'A0001': expected a column of dates or datetimes",
    }.items():
        with pytest.raises(SeedError, match=message):
            Run(shop(said={"created": c.datetime(after=path)})).seed()
    with pytest.raises(SeedError, match=r"books\.created is same\('author_id.since'\), which is Date\(\), and its own type"):
        Run(shop(said={"created": c.same("author_id.since")}))
