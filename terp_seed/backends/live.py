"""The live schema: which tables and columns the database really has, by one look at its catalogue a run. Read-only.

Names are found as the database finds them: in any letter case where it takes them for the same.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

_MYSQL_COLUMNS = sa.text(
    "SELECT c.table_name, c.column_name, LOWER(c.data_type), c.column_key = 'PRI', c.is_nullable = 'YES', "
    "@@lower_case_table_names <> 0 FROM information_schema.columns AS c JOIN information_schema.tables AS t "
    "ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE' "
    "WHERE c.table_schema = DATABASE() ORDER BY c.table_name, c.ordinal_position"
)
_SQLITE_COLUMNS = sa.text(
    'SELECT m.name, p.name, LOWER(p.type), p.pk <> 0, p."notnull" = 0, 1 FROM sqlite_master AS m '
    "JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table' ORDER BY m.name, p.cid"
)
_TEXTS = ("char", "text", "enum", "clob")


@dataclass(frozen=True)
class LiveColumn:
    """A LiveColumn is a column as the catalogue has it: its name there, and what kind of values it holds."""

    name: str
    type: str
    is_key: bool
    is_nullable: bool

    @property
    def is_text(self) -> bool:
        """Tell whether it holds texts."""
        return any(word in self.type for word in _TEXTS)

    @property
    def is_whole(self) -> bool:
        """Tell whether it holds whole numbers, as ids are."""
        return "int" in self.type


class LiveSchema:
    """A LiveSchema is the tables of one database, with their columns."""

    def __init__(self, connection: sa.Connection) -> None:
        """Look at the catalogue."""
        self._tables: dict[str, dict[str, LiveColumn]] = defaultdict(dict)
        query = _SQLITE_COLUMNS if connection.dialect.name == "sqlite" else _MYSQL_COLUMNS
        rows = connection.execute(query).all()
        for table, column, kind, is_key, is_nullable, _ in rows:
            self._tables[table][column.casefold()] = LiveColumn(column, kind, bool(is_key), bool(is_nullable))
        self._folded = {name.casefold(): name for name in self._tables} if any(row[-1] for row in rows) else {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def table(self, name: str) -> str | None:
        """Return a table's name as it is in the catalogue; None where there is no such table."""
        return name if name in self._tables else self._folded.get(name.casefold())

    def same_table(self, one: str, other: str) -> bool:
        """Tell whether two names are of one table here."""
        return one == other or (one.casefold() == other.casefold() and one.casefold() in self._folded)

    def column(self, table: str, name: str) -> LiveColumn | None:
        """Return a column; None where there is no such table or column. No database tells the letter case of columns apart."""
        return self._tables.get(self.table(table) or "", {}).get(name.casefold())

    def columns(self, table: str) -> list[LiveColumn]:
        """Return the columns of a table, in their order."""
        return list(self._tables.get(self.table(table) or "", {}).values())

    def primary_key(self, table: str) -> list[str]:
        """Return the names of the columns of a table's primary key."""
        return [column.name for column in self.columns(table) if column.is_key]
