"""Inserts: rows to multi-row INSERT text, one row a line.

This is the only way from a row to SQL, so what `--sql` prints is what an online run executes.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NoReturn

import sqlalchemy as sa

from terp_seed.engine.dialect import Dialect
from terp_seed.engine.table import Row
from terp_seed.errors import SeedError

MOST_ROWS = 1_000
# A server may accept packets of 64 KiB only. The cut must not depend on the server: the reviewed script is what runs.
MOST_BYTES = 60_000

Renderer = Callable[[Any], str]


class JsonText(str):
    """A JsonText is text that is JSON already, and goes into a JSON column as it is."""

    __slots__ = ()


class Inserts:
    """Inserts render the rows of one table with one set of columns."""

    def __init__(self, dialect: Dialect, table: sa.Table, columns: Iterable[str]) -> None:
        """Take the columns to write, in any order; the statement has them in the table's order."""
        wanted = set(columns)
        unknown = wanted - {column.name for column in table.columns}
        if unknown:
            raise SeedError(f"{table.name} has no column {', '.join(sorted(unknown))}: expected columns of its definition only.")
        self.columns = tuple(column.name for column in table.columns if column.name in wanted)
        self._renderers = [(name, renderer(dialect, table.columns[name])) for name in self.columns]
        names = ", ".join(dialect.quote(name) for name in self.columns)
        self._head = f"INSERT INTO {dialect.quote(table.name)} ({names}) VALUES\n"
        self._table = table.name

    def row(self, row: Row) -> str:
        """Return a row as `(1, 'a', NULL)`."""
        try:
            values = [render(row[name]) for name, render in self._renderers]
        except KeyError:
            values = []
        if len(values) != len(row) or not values:
            raise SeedError(f"A row of {self._table} has the columns {', '.join(row)}: expected {', '.join(self.columns)}.")
        return f"({', '.join(values)})"

    def statements(self, rows: Iterable[Row]) -> Iterator[tuple[str, int]]:
        """Yield INSERT statements, without their semicolons, and their numbers of rows; both rows and bytes are bounded."""
        lines: list[str] = []
        size = 0
        for row in rows:
            line = self.row(row)
            length = len(line) if line.isascii() else len(line.encode())
            if lines and (size + length > MOST_BYTES or len(lines) == MOST_ROWS):
                yield self._head + ",\n".join(lines), len(lines)
                lines, size = [], 0
            lines.append(line)
            size += length + 2
        if lines:
            yield self._head + ",\n".join(lines), len(lines)


def renderer(dialect: Dialect, column: sa.Column[Any]) -> Renderer:
    """Return what turns a value of the column into its literal, and refuses a value of another type."""
    where = f"{column.table.name}.{column.name}"
    kind = column.type

    def wrong(value: object, expected: str) -> NoReturn:
        raise SeedError(f"{where} cannot hold {value!r} ({type(value).__name__}): expected {expected}.")

    def boolean(value: Any) -> str:
        return ("1" if value else "0") if isinstance(value, bool) else wrong(value, "True or False")

    def whole(value: Any) -> str:
        return str(value) if type(value) is int else wrong(value, "a whole number")

    def exact(value: Any) -> str:
        if type(value) is not Decimal or not value.is_finite():
            wrong(value, "a finite Decimal; floats lose cents")
        text = format(value, "f")
        digits = text.partition(".")[2]
        if scale is not None and len(digits) > scale and digits[scale:].strip("0"):
            wrong(value, f"at most {scale} decimals")
        return text

    def real(value: Any) -> str:
        return repr(value) if type(value) is float and value - value == 0 else wrong(value, "a finite float")

    def moment(value: Any) -> str:
        if not isinstance(value, datetime):
            wrong(value, "a datetime in UTC")
        try:
            value = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        except OverflowError:
            wrong(value, "a datetime that UTC's calendar has")
        return f"'{value.isoformat(' ')}'"

    def day(value: Any) -> str:
        return f"'{value.isoformat()}'" if type(value) is date else wrong(value, "a date")

    def json_value(value: Any) -> str:
        if type(value) is JsonText:
            return dialect.text(value)
        try:
            return dialect.text(json.dumps(value, ensure_ascii=False, allow_nan=False, default=_json_number))
        except (ValueError, TypeError):
            wrong(value, "what JSON knows: text, finite numbers, booleans, lists and objects")

    def text(value: Any) -> str:
        return dialect.text(value) if isinstance(value, str) else wrong(value, "text")

    scale = kind.scale if isinstance(kind, sa.Numeric) else None
    families: tuple[tuple[type[sa.types.TypeEngine[Any]], Renderer], ...] = (
        (sa.Boolean, boolean),
        (sa.Integer, whole),
        (sa.Float, real),
        (sa.Numeric, exact),
        (sa.DateTime, moment),
        (sa.Date, day),
        (sa.JSON, json_value),
        (sa.String, text),
    )
    for family, render in families:
        if isinstance(kind, family):
            return _or_null(render)
    raise SeedError(
        f"{where} is of type {kind!r}, which cannot be seeded: expected one of {', '.join(f.__name__ for f, _ in families)}."
    )


def _or_null(render: Renderer) -> Renderer:
    return lambda value: "NULL" if value is None else render(value)


def _json_number(value: object) -> int | float:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise TypeError
    return int(value) if value == value.to_integral_value() else float(value)
