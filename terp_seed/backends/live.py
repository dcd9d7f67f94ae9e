"""The live schema: the tables and columns that the database really has, read once per run. Read-only.

Names are looked up as the database does it, ignoring letter case if the database does.
"""

from collections import defaultdict
from collections.abc import Iterator

from terp_seed.backends.introspection import Introspection, LiveColumn


class LiveSchema:
    """A LiveSchema is the tables of one database, with their columns."""

    def __init__(self, introspection: Introspection) -> None:
        """Read the schema from the server."""
        self._tables: dict[str, dict[str, LiveColumn]] = defaultdict(dict)
        for table, column in introspection.columns():
            self._tables[table][column.name.casefold()] = column
        self._folded = {name.casefold(): name for name in self._tables} if introspection.folds_table_names else {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def table(self, name: str) -> str | None:
        """Return a table's name as spelled in the catalogue, or None if there is no such table."""
        return name if name in self._tables else self._folded.get(name.casefold())

    def same_table(self, one: str, other: str) -> bool:
        """Tell whether two names mean the same table in this database."""
        return one == other or (one.casefold() == other.casefold() and one.casefold() in self._folded)

    def column(self, table: str, name: str) -> LiveColumn | None:
        """Return a column, or None if there is no such table or column. Column names are case-insensitive everywhere."""
        return self._tables.get(self.table(table) or "", {}).get(name.casefold())

    def columns(self, table: str) -> list[LiveColumn]:
        """Return the columns of a table, in order."""
        return list(self._tables.get(self.table(table) or "", {}).values())

    def primary_key(self, table: str) -> list[str]:
        """Return the column names of a table's primary key."""
        return [column.name for column in self.columns(table) if column.is_key]
