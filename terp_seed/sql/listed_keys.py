"""Listed keys: the table in which the keys of rows are recorded that have no numbers of their own, and its statements.

A row's key is inserted after the row, in the same transaction, and deleted with the record of its block.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable, DropTable

from terp_seed.model.names import Names
from terp_seed.model.row_key import MOST_LETTERS, NUMBER
from terp_seed.model.table import Row, SeedTable
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.insert import Inserts

_COLUMNS = ("table_name", "row_key", "revision", "number")


@cache
def table_of(name: str) -> sa.Table:
    """Return the definition of the table."""
    return sa.Table(
        name,
        sa.MetaData(),
        sa.Column("table_name", sa.String(64), primary_key=True),
        sa.Column("row_key", sa.String(MOST_LETTERS), primary_key=True),
        sa.Column("revision", sa.String(32), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("revision", "table_name", "number"),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mariadb_engine="InnoDB",
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
    )


def create_sql(sqlalchemy_dialect: sa.Dialect, names: Names) -> tuple[str, ...]:
    """Return the statement that creates the table if it is missing; none for a project whose rows are all numbered."""
    made = CreateTable(table_of(names.row_keys), if_not_exists=True)
    return (str(made.compile(dialect=sqlalchemy_dialect)).strip(),) if names.listed else ()


def drop_sql(sqlalchemy_dialect: sa.Dialect, names: Names) -> tuple[str, ...]:
    """Return the statement that drops the table if it exists."""
    gone = DropTable(table_of(names.row_keys), if_exists=True)
    return (str(gone.compile(dialect=sqlalchemy_dialect)).strip(),) if names.listed else ()


def delete_sql(dialect: Dialect, revision: str, table: str) -> tuple[str, ...]:
    """Return the statement that deletes the keys of a block; none for a table whose rows are numbered."""
    if table not in dialect.names.listed:
        return ()
    quote = dialect.quote
    where = f"{quote('revision')} = {dialect.text(revision)} AND {quote('table_name')} = {dialect.text(table)}"
    return (f"DELETE FROM {quote(dialect.names.row_keys)} WHERE {where}",)


class ListedInserts(Inserts):
    """ListedInserts are the INSERT statements of rows, each followed by that of their keys."""

    def __init__(self, dialect: Dialect, table: SeedTable, columns: Iterable[str], revision: str) -> None:
        """Take the columns to write. The rows have their numbers beside them."""
        super().__init__(dialect, table.table, {*columns} - {NUMBER})
        assert table.listed is not None
        self._listed, self._name, self._revision = table.listed, table.name, revision
        self._keys = Inserts(dialect, table_of(dialect.names.row_keys), _COLUMNS)

    def statements(self, rows: Iterable[Row]) -> Iterator[tuple[str, int]]:
        """Yield each INSERT of rows with their number, and then that of their keys with 0."""
        waiting = deque[Row]()
        for statement, count in super().statements(self._noted(rows, waiting)):
            yield statement, count
            yield from ((text, 0) for text, _ in self._keys.statements([waiting.popleft() for _ in range(count)]))

    def _noted(self, rows: Iterable[Row], waiting: deque[Row]) -> Iterator[Row]:
        for row in rows:
            number = row.pop(NUMBER)
            key = self._listed.text(row)
            waiting.append({"table_name": self._name, "row_key": key, "revision": self._revision, "number": number})
            yield row


def inserts_of(dialect: Dialect, table: SeedTable, columns: Iterable[str], revision: str) -> Inserts:
    """Return the INSERT statements of a table's rows."""
    if table.listed is None:
        return Inserts(dialect, table.table, columns)
    return ListedInserts(dialect, table, columns, revision)


def without_numbers(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows with their columns only."""
    for row in rows:
        row.pop(NUMBER, None)
        yield row
