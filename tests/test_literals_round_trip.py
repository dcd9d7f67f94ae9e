"""What is written as a literal comes back as it was, on every engine, whatever it holds."""

import itertools
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import mysql

from terp_seed.backends.database import Database as LiveDatabase
from terp_seed.backends.registry import dialect_of
from terp_seed.backends.writer import ConnectionWriter
from terp_seed.errors import SeedError
from terp_seed.sql.insert import Inserts
from tests.support import NAMES, Database

METADATA = sa.MetaData()
THINGS = sa.Table(
    "things",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("text", sa.Text),
    sa.Column("string", sa.String(200)),
    sa.Column("number", sa.Numeric(30, 10)),
    sa.Column("day", sa.Date),
    sa.Column("moment", sa.DateTime),
    sa.Column("instant", sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")),
    sa.Column("flag", sa.Boolean),
    sa.Column("document", sa.JSON),
    sa.Column("whole", sa.Integer),
)

PIECES = (
    *("'", "''", "'''", '"', "`", "\\", "\\\\", "\\'", "'\\", "\\n", "\\0", "\\Z", "\\%", "\\_", "\\x00", "\\u0000"),
    *("%", "%%", "%s", "%(name)s", "%d", ":name", ":1", "?", "@a", "@@version", "{name}", "${HOME}", "$1"),
    *(";", "--", "-- ", "#", "/*", "*/", "/*!50000", "' OR 1=1 -- ", "'); DROP TABLE things; --", "x'41'", "0x41", "CHAR(65)"),
    *("_utf8mb4", "N'a'", "NULL", "||", "'||'", ",\n(", "DELIMITER //", "\\.", "go\n"),
    *("\t", "\n", "\r", "\r\n", "\n\r", "\x0b", "\x0c", "\x01", "\x08", "\x1a", "\x1b[31m", "\x1f", "\x7f", "\x85", "\x9f"),
    *("\u00a0", "\u00ad", "\u061c", "\u200b", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202e", "\u2066", "\ufeff"),
    *("é", "e\u0301", "ß", "İ", "\u0131", "漢字", "العربية", "עברית", "\U0001f600", "\U0001f468\u200d\U0001f469", "\U000e0041"),
    *("\ufffd", "\ufffe", "\uffff", "\U0010ffff", "\U00010000", "\ue000", " ", "  ", "", "a", "0", "1e5", "true", "null"),
)
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
hostile = st.lists(st.sampled_from(PIECES) | CHARACTERS, max_size=8).map("".join) | st.text(CHARACTERS, max_size=20)
json_leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.integers(-(10**11), 10**11).map(lambda cents: Decimal(cents) / 100)
    | hostile
    | st.just("\x00 and \x00")  # JSON writes it as \u0000, which databases store
)
documents = st.recursive(
    json_leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(hostile, inner, max_size=3),
    max_leaves=5,
)


def decimals(digits: int) -> st.SearchStrategy[Decimal]:
    """Return decimals of up to that many digits that fit NUMERIC(30, 10)."""
    places = st.integers(max(digits - 20, 0), min(digits, 10))
    coefficients = st.integers(-(10**digits) + 1, 10**digits - 1)
    return st.tuples(coefficients, places).map(lambda parts: Decimal(f"{parts[0]}E-{parts[1]}"))


def rows_for(kind: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    first, last = datetime(1000, 1, 1), datetime(9999, 12, 31, 23, 59, 59)
    columns = {
        "text": hostile,
        "string": hostile.map(lambda text: text[:200]),
        "number": decimals(15 if kind == "sqlite" else 30),
        "day": st.dates(date(1000, 1, 1)),
        "moment": st.datetimes(first, last).map(lambda moment: moment.replace(microsecond=0)),
        "instant": st.datetimes(first, last),
        "flag": st.booleans(),
        "document": documents,
        "whole": st.integers(-(2**31), 2**31 - 1),
    }
    rows = st.fixed_dictionaries(columns)
    absent = st.sets(st.sampled_from(tuple(columns)), max_size=3)
    row = st.tuples(rows, absent).map(lambda parts: {n: None if n in parts[1] else value for n, value in parts[0].items()})
    return st.lists(row, min_size=8, max_size=8)


def numbered(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": number, **row} for number, row in enumerate(rows, 1)]


def texts(values: Iterable[str]) -> list[dict[str, Any]]:
    return numbered({"text": value, "document": [value, {value: value}]} for value in values)


def pairs() -> Iterator[str]:
    return map("".join, itertools.product(PIECES, repeat=2))


def plain_json(document: Any) -> str:
    """Return a document as text, because to Python True is 1 and 1 is 1.0."""

    def number(value: Decimal) -> int | float:
        return int(value) if value % 1 == 0 else float(value)

    return json.dumps(document, sort_keys=True, default=number)


class Things:
    """A table of things in a database, which takes rows through literals and gives them back through the driver."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.dialect = dialect_of(connection.engine.url, NAMES)
        METADATA.create_all(connection)
        connection.commit()

    def returned(self, rows: list[dict[str, Any]], *before: str) -> list[dict[str, Any]]:
        """Write the rows, read them, and take them back."""
        writer = ConnectionWriter(LiveDatabase(self.connection, NAMES))
        columns = [THINGS.columns[name] for name in rows[0]]
        try:
            for statement in before:
                writer.execute(statement)
            for statement, count in Inserts(self.dialect, THINGS, rows[0]).statements(rows):
                assert writer.execute(statement) == count
            return [dict(row) for row in self.connection.execute(sa.select(*columns).order_by(THINGS.columns.id)).mappings()]
        finally:
            self.connection.rollback()

    def check(self, rows: list[dict[str, Any]], *before: str) -> None:
        """Hold that the rows come back as they were."""
        read = self.returned(rows, *before)
        assert len(read) == len(rows)
        for given_row, read_row in zip(rows, read, strict=True):
            assert self.comparable(read_row) == self.comparable(given_row)

    def comparable(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row with values that compare as the database means them."""
        row = dict(row)
        if "document" in row and row["document"] is not None:
            row["document"] = plain_json(row["document"])
        if self.dialect.name == "sqlite" and row.get("number") is not None:
            # SQLite keeps a double, and 15 digits are one double each; SQLAlchemy shows more digits than it has
            row["number"] = float(row["number"])
        return row


@pytest.fixture
def things(empty: Database) -> Iterator[Things]:
    with empty.connection() as connection:
        yield Things(connection)


def test_hostile_values_come_back_as_they_were(empty: Database) -> None:
    written = 0

    with empty.connection() as connection:
        things = Things(connection)

        @settings(max_examples=100)
        @given(rows=rows_for(empty.kind))
        def write_and_read(rows: list[dict[str, Any]]) -> None:
            nonlocal written
            things.check(numbered(rows))
            written += sum(value is not None for row in rows for value in row.values())

        write_and_read()
    assert written >= 2_000


def test_every_pair_of_hostile_pieces_round_trips(things: Things) -> None:
    things.check(texts(pairs()))


def test_every_basic_plane_character_round_trips(things: Things) -> None:
    characters = [chr(point) for point in range(1, 0x10000) if not 0xD800 <= point < 0xE000]
    things.check(texts("".join(characters[start : start + 60]) for start in range(0, len(characters), 60)))


def test_every_control_character_round_trips_in_any_position(things: Things) -> None:
    controls = [chr(point) for point in (*range(1, 0x20), *range(0x7F, 0xA0))]
    things.check(
        texts(form.format(control) for control in controls for form in ("{0}", "a{0}b", "{0}{0}", "'{0}\\", "\ufeff{0}"))
    )


@pytest.mark.parametrize("length", [99, 101, 127, 128, 20_000])
def test_long_run_of_one_piece_round_trips(things: Things, length: int) -> None:
    pieces = ("\n", "\r\n", "\x01", "\t", "'", "\\", "%", "a\n", "'\n", "\u200f", "\U0001f600\n")
    for piece in pieces:
        text = piece * (length // len(piece))
        things.check([{"id": 1, "text": text, "document": [text]}])


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("day", [date(1000, 1, 1), date(1582, 10, 10), date(1969, 12, 31), date(2024, 2, 29), date(9999, 12, 31)]),
        ("moment", [datetime(1000, 1, 1), datetime(2024, 3, 31, 2, 30), datetime(9999, 12, 31, 23, 59, 59)]),
        ("instant", [datetime(1000, 1, 1, 0, 0, 0, 1), datetime(9999, 12, 31, 23, 59, 59, 999999)]),
        ("whole", [-(2**31), -1, 0, 1, 2**31 - 1]),
        ("flag", [True, False, None]),
        ("number", [Decimal("0"), Decimal("-0.0000000001"), Decimal("1E+10"), Decimal("-99999.9999999999"), Decimal("9E-10")]),
        ("string", ["", " ", "  a  ", "NULL", "0", "\U0001f600" * 200]),
        ("document", [[], {}, "", 0, False, {"": ""}, {"a": {"b": [[[None]]]}}, 2**53 - 1, [0.1, 1.25, -3.5], {"A": 1, "a": 2}]),
    ],
)
def test_extreme_column_values_round_trip(things: Things, column: str, values: list[Any]) -> None:
    rows = numbered({column: value} for value in values)
    things.check(rows)
    read = [row[column] for row in things.returned(rows)]
    assert [type(value) for value in read if column not in ("number", "document")] == [
        type(value) for value in values if column not in ("number", "document")
    ]


def test_a_server_keeps_all_thirty_digits(things: Things) -> None:
    digits = Decimal("12345678901234567890.1234567891"), Decimal("-99999999999999999999.9999999999")
    if things.dialect.name == "sqlite":  # which keeps a double; what TERP's widest column holds is exact there too
        digits = Decimal("9999999999999.99"), Decimal("-99999999999.9999")
    things.check(numbered({"number": value} for value in digits))


def test_preamble_makes_literals_independent_of_session_settings(things: Things) -> None:
    strange = {
        "sqlite": ["PRAGMA case_sensitive_like = ON"],
        "mysql": [
            "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT,IGNORE_SPACE'",
            "SET SESSION time_zone = '-08:00'",
            "SET NAMES latin1",
        ],
        "postgresql": [
            "SET standard_conforming_strings = off",
            "SET datestyle = 'German, DMY'",
            "SET timezone = 'America/Los_Angeles'",
            "SET client_min_messages = 'debug1'",
            "SET bytea_output = 'escape'",
        ],
    }[things.dialect.name]
    rows = texts(PIECES)
    for row in rows:
        row["moment"] = datetime(2024, 3, 31, 2, 30)
    things.check(rows, *strange, *things.dialect.preamble)


@pytest.mark.parametrize("text", ["\x00", "before\x00after", "\ud83d", "\ude00 and more", "\ude00\ud83d"], ids=ascii)
@pytest.mark.parametrize("column", ["text", "string"])
def test_unstorable_text_is_refused_before_writing(things: Things, column: str, text: str) -> None:
    with pytest.raises(SeedError, match="cannot be stored: expected no NUL and no lone surrogate in it"):
        things.returned(numbered([{column: "fine"}, {column: text}]))
    assert things.connection.execute(sa.select(sa.func.count()).select_from(THINGS)).scalar() == 0


def test_a_transaction_that_is_rolled_back_leaves_nothing(empty: Database) -> None:
    with empty.connection() as connection:
        Things(connection).check(texts(PIECES))
    assert empty.scalar("SELECT COUNT(*) FROM things") == 0
