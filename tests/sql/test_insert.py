"""Inserts: only the right values pass, and statements are cut by rows and by bytes, one row a line."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from terp_seed.backends.mysql.dialect import MySQL
from terp_seed.backends.sqlite.dialect import SQLite
from terp_seed.errors import SeedError
from terp_seed.model.values import JsonText
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.insert import MOST_BYTES, MOST_ROWS, Inserts
from terp_seed.sql.literals import renderer
from tests.support import NAMES

GOODS = sa.Table(
    "goods",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.String(200)),
    sa.Column("notes", sa.Text),
    sa.Column("price", sa.Numeric(15, 2)),
    sa.Column("weight", sa.Float),
    sa.Column("made", sa.Date),
    sa.Column("sold", sa.DateTime),
    sa.Column("fresh", sa.Boolean),
    sa.Column("tags", sa.JSON),
    sa.Column("kind", sa.Enum("A", "B")),
)
COLUMNS = tuple(column.name for column in GOODS.columns)
DIALECTS = (SQLite(NAMES), MySQL(NAMES))
on_both = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)

REFUSED: tuple[tuple[str, Any, str], ...] = (
    ("id", "1", "'1' (str): expected a whole number."),
    ("id", True, "True (bool): expected a whole number."),
    ("id", 1.0, "1.0 (float): expected a whole number."),
    ("id", Decimal(1), "Decimal('1') (Decimal): expected a whole number."),
    ("title", 5, "5 (int): expected text."),
    ("title", b"abc", "b'abc' (bytes): expected text."),
    ("notes", ["a"], "['a'] (list): expected text."),
    ("kind", 0, "0 (int): expected text."),
    ("price", 1.5, "1.5 (float): expected a finite Decimal; floats lose cents."),
    ("price", 15, "15 (int): expected a finite Decimal; floats lose cents."),
    ("price", "1.50", "'1.50' (str): expected a finite Decimal; floats lose cents."),
    ("price", Fraction(3, 2), "Fraction(3, 2) (Fraction): expected a finite Decimal; floats lose cents."),
    ("price", Decimal("NaN"), "Decimal('NaN') (Decimal): expected a finite Decimal; floats lose cents."),
    ("price", Decimal("sNaN"), "Decimal('sNaN') (Decimal): expected a finite Decimal; floats lose cents."),
    ("price", Decimal("-Infinity"), "Decimal('-Infinity') (Decimal): expected a finite Decimal; floats lose cents."),
    ("price", Decimal("1.505"), "Decimal('1.505') (Decimal): expected at most 2 decimals."),
    ("price", Decimal("-1E-3"), "Decimal('-0.001') (Decimal): expected at most 2 decimals."),
    ("weight", 1, "1 (int): expected a finite float."),
    ("weight", float("nan"), "nan (float): expected a finite float."),
    ("weight", float("-inf"), "-inf (float): expected a finite float."),
    ("made", "2024-01-01", "'2024-01-01' (str): expected a date."),
    ("made", datetime(2024, 1, 1), "datetime.datetime(2024, 1, 1, 0, 0) (datetime): expected a date."),
    ("sold", date(2024, 1, 1), "datetime.date(2024, 1, 1) (date): expected a datetime in UTC."),
    ("sold", "2024-01-01 00:00:00", "'2024-01-01 00:00:00' (str): expected a datetime in UTC."),
    ("sold", time(1, 2), "datetime.time(1, 2) (time): expected a datetime in UTC."),
    ("fresh", 1, "1 (int): expected True or False."),
    ("fresh", "true", "'true' (str): expected True or False."),
)


def render(dialect: Dialect, column: str, value: Any) -> str:
    return renderer(dialect, GOODS.columns[column])(value)


def lines(statement: str) -> list[str]:
    return statement.split("\n")[1:]


@on_both
@pytest.mark.parametrize(("column", "value", "found"), REFUSED)
def test_a_value_of_another_type_is_refused(dialect: Dialect, column: str, value: Any, found: str) -> None:
    with pytest.raises(SeedError, match=re.escape(f"goods.{column} cannot hold {found}") + "$"):
        render(dialect, column, value)


@on_both
def test_none_is_null_in_every_column(dialect: Dialect) -> None:
    assert [render(dialect, column, None) for column in COLUMNS] == ["NULL"] * len(COLUMNS)


@on_both
@pytest.mark.parametrize(
    ("column", "value", "literal"),
    [
        ("id", -5, "-5"),
        ("id", 2**31 - 1, "2147483647"),
        ("title", "", "''"),
        ("title", "plain 100% :text ?", "'plain 100% :text ?'"),
        ("price", Decimal("0"), "0"),
        ("price", Decimal("-12.30"), "-12.30"),
        ("price", Decimal("1E+3"), "1000"),
        ("price", Decimal("1.5000"), "1.5000"),
        ("price", Decimal("9999999999999.99"), "9999999999999.99"),
        ("weight", 0.1, "0.1"),
        ("weight", -2.5, "-2.5"),
        ("made", date(1000, 1, 1), "'1000-01-01'"),
        ("sold", datetime(2024, 2, 29, 23, 59, 1), "'2024-02-29 23:59:01'"),
        ("sold", datetime(2024, 1, 1, tzinfo=UTC), "'2024-01-01 00:00:00'"),
        ("sold", datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=-8))), "'2024-01-01 08:00:00'"),
        ("fresh", True, "1"),
        ("fresh", False, "0"),
        ("tags", [], "'[]'"),
        ("tags", {"a": [1, None, True]}, """'{"a": [1, null, true]}'"""),
        ("tags", [Decimal("1.50"), Decimal("2.00"), 3], "'[1.5, 2, 3]'"),
        ("tags", JsonText('{"a":1}'), """'{"a":1}'"""),
        ("tags", "a", """'"a"'"""),
        ("kind", "A", "'A'"),
    ],
)
def test_literals(dialect: Dialect, column: str, value: Any, literal: str) -> None:
    assert render(dialect, column, value) == literal


@on_both
@pytest.mark.parametrize("column", ["title", "notes", "kind"])
@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "x\udfff", "it's \udc80\\"])
def test_text_that_no_database_stores_is_refused(dialect: Dialect, column: str, text: str) -> None:
    message = f"The text {text!r} cannot be stored: expected no NUL and no lone surrogate in it."
    with pytest.raises(SeedError, match=re.escape(message)):
        render(dialect, column, text)


@on_both
def test_json_with_half_a_surrogate_pair_is_refused(dialect: Dialect) -> None:
    with pytest.raises(SeedError, match="no lone surrogate"):
        render(dialect, "tags", ["\ud800"])


@on_both
@pytest.mark.parametrize("value", [{1, 2}, b"x", [object()], date(2024, 1, 1), {"a": 1j}])
def test_what_is_not_json_is_refused(dialect: Dialect, value: Any) -> None:
    with pytest.raises(SeedError, match="expected a JSON value: text, finite number, boolean, list or object"):
        render(dialect, "tags", value)


@on_both
@pytest.mark.parametrize(
    "number", [float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity")], ids=repr
)
def test_number_unknown_to_json_is_refused(dialect: Dialect, number: Any) -> None:
    with pytest.raises(SeedError, match=r"goods\.tags cannot hold \{'price': \[.*: expected a JSON value"):
        render(dialect, "tags", {"price": [number]})


@on_both
def test_datetime_outside_utc_range_is_refused(dialect: Dialect) -> None:
    with pytest.raises(SeedError, match=r"goods\.sold cannot hold datetime\.datetime\(9999, 12, 31, .*: expected a datetime"):
        render(dialect, "sold", datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-8))))


@on_both
def test_unsupported_column_type_is_refused(dialect: Dialect) -> None:
    table = sa.Table("files", sa.MetaData(), sa.Column("body", sa.Interval))
    with pytest.raises(SeedError, match=r"files\.body is of type .*, which cannot be seeded: expected one of .*Boolean, Integer"):
        Inserts(dialect, table, ["body"])


@on_both
def test_column_missing_from_table_is_refused(dialect: Dialect) -> None:
    with pytest.raises(SeedError, match="goods has no column colour, size: expected columns of its definition only"):
        Inserts(dialect, GOODS, ["id", "size", "colour"])


@on_both
@pytest.mark.parametrize(
    "row",
    [{}, {"id": 1}, {"id": 1, "title": "a", "notes": "b"}, {"id": 1, "notes": "b"}, {"title": "a", "notes": "b"}],
    ids=["no column", "one fewer", "one more", "another", "two others"],
)
def test_a_row_with_other_columns_is_refused(dialect: Dialect, row: dict[str, Any]) -> None:
    inserts = Inserts(dialect, GOODS, ["id", "title"])
    message = f"A row of goods has the columns {', '.join(row)}: expected id, title."
    with pytest.raises(SeedError, match=re.escape(message)):
        inserts.row(row)


def test_columns_follow_the_table_order() -> None:
    rows = [{"title": "a", "id": 1}, {"id": 2, "title": "b"}]
    for columns in (["id", "title"], ["title", "id"], {"title": 0, "id": 0}):
        ((statement, count),) = Inserts(MySQL(NAMES), GOODS, columns).statements(rows)
        assert statement == "INSERT INTO `goods` (`id`, `title`) VALUES\n(1, 'a'),\n(2, 'b')"
        assert count == 2
    ((statement, _),) = Inserts(SQLite(NAMES), GOODS, ["title", "id"]).statements(rows)
    assert statement == 'INSERT INTO "goods" ("id", "title") VALUES\n(1, \'a\'),\n(2, \'b\')'


def test_names_are_quoted() -> None:
    table = sa.Table('a`b"c', sa.MetaData(), sa.Column('d`"e', sa.Integer))
    assert next(Inserts(MySQL(NAMES), table, table.columns.keys()).statements([{'d`"e': 1}]))[0].startswith(
        'INSERT INTO `a``b"c` (`d``"e`) VALUES'
    )
    assert next(Inserts(SQLite(NAMES), table, table.columns.keys()).statements([{'d`"e': 1}]))[0].startswith(
        'INSERT INTO "a`b""c" ("d`""e") VALUES'
    )


def test_no_rows_make_no_statement() -> None:
    assert list(Inserts(MySQL(NAMES), GOODS, ["id"]).statements([])) == []


@on_both
def test_statements_are_cut_at_1000_rows(dialect: Dialect) -> None:
    assert MOST_ROWS == 1_000
    statements = list(Inserts(dialect, GOODS, ["id"]).statements({"id": number} for number in range(2_500)))
    assert [count for _, count in statements] == [1_000, 1_000, 500]
    written = [line.rstrip(",") for statement, _ in statements for line in lines(statement)]
    assert written == [f"({number})" for number in range(2_500)]


@on_both
@pytest.mark.parametrize("letter", ["x", "é", "\U0001f600"])
def test_statements_are_cut_at_60000_bytes(dialect: Dialect, letter: str) -> None:
    assert MOST_BYTES == 60_000
    rows = [{"id": number, "notes": letter * 700} for number in range(500)]
    statements = list(Inserts(dialect, GOODS, ["id", "notes"]).statements(rows))
    assert sum(count for _, count in statements) == 500
    row_bytes = 700 * len(letter.encode()) + 12
    for statement, count in statements:
        assert len("\n".join(lines(statement)).encode()) <= MOST_BYTES
        assert len(lines(statement)) == count
    for _, count in statements[:-1]:
        assert count * row_bytes > MOST_BYTES - 2 * row_bytes  # and not much earlier


@on_both
def test_a_row_that_is_too_long_goes_alone(dialect: Dialect) -> None:
    rows = [{"id": 1, "notes": "a"}, {"id": 2, "notes": "b" * 200_000}, {"id": 3, "notes": "c"}, {"id": 4, "notes": "d"}]
    assert [count for _, count in Inserts(dialect, GOODS, ["id", "notes"]).statements(rows)] == [1, 1, 2]


def test_rows_are_rendered_as_they_are_asked_for() -> None:
    taken = []

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(5_000):
            taken.append(number)
            yield {"id": number}

    next(Inserts(MySQL(NAMES), GOODS, ["id"]).statements(rows()))
    assert len(taken) <= MOST_ROWS + 1


@settings(max_examples=60)
@given(
    lengths=st.lists(st.sampled_from((0, 1, 10, 500, 7_000, 29_990, 59_985, 59_990, 60_000, 70_000)), max_size=60),
    dialect=st.sampled_from(DIALECTS),
    letter=st.sampled_from(("x", "é", "\U0001f600")),
)
def test_statements_are_as_long_as_allowed(lengths: list[int], dialect: Dialect, letter: str) -> None:
    inserts = Inserts(dialect, GOODS, ["id", "notes"])
    rows = [{"id": number, "notes": letter * (length // len(letter.encode()))} for number, length in enumerate(lengths)]
    expected = [inserts.row(row) for row in rows]
    written = []
    for statement, count in inserts.statements(rows):
        body = statement.partition(" VALUES\n")[2]
        assert count == 1 or len(body.encode()) <= MOST_BYTES
        assert 1 <= count <= MOST_ROWS
        if written:
            assert len(written[-1][0].encode()) + len(body.split(",\n")[0].encode()) + 2 > MOST_BYTES
        written.append((body, count))
    assert [row for body, _ in written for row in body.split(",\n")] == expected
    assert sum(count for _, count in written) == len(rows)


# all that a terminal or an editor may obey, or not show at all
UNSEEN = [
    *map(chr, range(0x01, 0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *("\u061c", "\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"),
    *(
        "\u00ad",
        "\u034f",
        "\u115f",
        "\u17b4",
        "\u180e",
        "\ufff9",
        "\u200b",
        "\u200c",
        "\u200d",
        "\u2028",
        "\u2029",
        "\u2060",
        "\ufeff",
    ),
    *("\U000e0001", "\U000e0041", "\U000e007f"),
]


@on_both
@pytest.mark.parametrize("mark", UNSEEN, ids=lambda mark: f"U+{ord(mark):04X}")
def test_invisible_character_is_escaped(dialect: Dialect, mark: str) -> None:
    literal = render(dialect, "notes", f"a{mark}b")
    assert mark not in literal
    assert literal.isascii()


@on_both
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12), min_size=1, max_size=5
    )
)
def test_one_row_is_one_line_whatever_it_holds(dialect: Dialect, texts: list[str]) -> None:
    rows = [{"id": number, "notes": text, "tags": [text]} for number, text in enumerate(texts)]
    ((statement, count),) = Inserts(dialect, GOODS, ["id", "notes", "tags"]).statements(rows)
    assert len(statement.splitlines()) == count + 1
    assert not any(unicodedata.category(character) == "Cc" for character in statement.replace("\n", ""))
