"""Inserts: the multi-row INSERT statements of rows, one row per line.

This is the only way from a row to SQL, so `--sql` prints exactly what an online run executes.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from terp_seed.errors import SeedError
from terp_seed.model.table import Row
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.literals import literals

MOST_ROWS = 1_000
# A server may accept only packets of 64 KiB. The limit must not depend on the server: what was reviewed is what runs.
MOST_BYTES = 60_000
_TOGETHER = 200  # rows that are rendered at once, column by column


class Inserts:
    """Inserts are the INSERT statements of one table for one set of columns."""

    def __init__(self, dialect: Dialect, table: sa.Table, columns: Iterable[str], into: str | None = None) -> None:
        """Take the columns to write; statements have them in the table's order. `into` is another place than the table,
        quoted.
        """
        wanted = set(columns)
        unknown = wanted - {column.name for column in table.columns}
        if unknown:
            raise SeedError(f"{table.name} has no column {', '.join(sorted(unknown))}: expected columns of its definition only.")
        self.columns = tuple(column.name for column in table.columns if column.name in wanted)
        self._literals = [literals(dialect, table.columns[name]) for name in self.columns]
        get = itemgetter(*self.columns)
        self._in_order: Callable[[Row], tuple[Any, ...]] = get if len(self.columns) > 1 else lambda row: (get(row),)
        names = ", ".join(dialect.quote(name) for name in self.columns)
        self._head = f"INSERT INTO {into or dialect.quote(table.name)} ({names}){dialect.overriding} VALUES\n"
        self._table = table.name

    def row(self, row: Row) -> str:
        """Return a row as SQL, as in `(1, 'a', NULL)`."""
        (line,) = self._lines([self._values(row)])
        return f"({line})"

    def statements(self, rows: Iterable[Row]) -> Iterator[tuple[str, int]]:
        """Yield INSERT statements without semicolons, with their numbers of rows. Rows and bytes per statement are limited."""
        lines: list[str] = []
        size = 0
        for line in self._every_line(rows):
            length = (len(line) if line.isascii() else len(line.encode())) + 2  # the parentheses
            if lines and size + length > MOST_BYTES:
                yield self._statement(lines), len(lines)
                lines, size = [], 0
            lines.append(line)
            size += length + 2
            if len(lines) == MOST_ROWS:
                yield self._statement(lines), len(lines)
                lines, size = [], 0
        if lines:
            yield self._statement(lines), len(lines)

    def _every_line(self, rows: Iterable[Row]) -> Iterator[str]:
        values = map(self._values, rows)
        while some := list(islice(values, _TOGETHER)):
            yield from self._lines(some)

    def _values(self, row: Row) -> tuple[Any, ...]:
        """Return a row's values in column order. Raises SeedError if the row does not have exactly these columns."""
        try:
            values = self._in_order(row)
        except KeyError:
            values = ()
        if len(values) != len(row) or not values:
            raise SeedError(f"A row of {self._table} has the columns {', '.join(row)}: expected {', '.join(self.columns)}.")
        return values

    def _lines(self, rows: list[tuple[Any, ...]]) -> list[str]:
        """Return rows as lines without parentheses. They are rendered column by column, which is faster."""
        columns = [of_column.many(values) for of_column, values in zip(self._literals, zip(*rows, strict=True), strict=True)]
        return list(map(", ".join, zip(*columns, strict=True)))

    def _statement(self, lines: list[str]) -> str:
        body = "),\n(".join(lines)
        return f"{self._head}({body})"
