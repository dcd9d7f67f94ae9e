"""The catalogue of SQLite: its pragmas, and the texts of its triggers."""

from collections.abc import Iterable, Mapping

from terp_seed.sql.catalogue import Catalogue, chosen


class SQLiteCatalogue(Catalogue):
    """A SQLiteCatalogue asks about the tables of one file."""

    def columns_found(self, table: str, columns: Iterable[str]) -> str:
        """Return a count of PRAGMA table_info."""
        return f"(SELECT COUNT(*) FROM pragma_table_info({self._text(table)}) WHERE name IN ({self._listed(columns)}))"

    def unfilled(self, table: str, columns: Iterable[str]) -> str:
        """Return a query of table_info, which leaves out generated columns."""
        needed = '"notnull" AND dflt_value IS NULL AND NOT pk'
        found = f"SELECT 1 FROM pragma_table_info({self._text(table)}) WHERE {needed}"
        return f"EXISTS ({found} AND name NOT IN ({self._listed(columns)}))"

    def other_parents(self, table: str, parents: Mapping[str, tuple[str, str]]) -> str:
        """Return a query of PRAGMA foreign_key_list."""
        cases = " ".join(
            f"WHEN {self._text(column.lower())} THEN {self._text(target.lower())}" for column, (target, _) in parents.items()
        )
        key = chosen({self._text(c.lower()): self._text(key.lower()) for c, (_, key) in parents.items()}, 'LOWER("from")')
        names = self._listed(column.lower() for column in parents)
        expected = f'LOWER(COALESCE("to", {key})) = {key} AND LOWER("table") = CASE LOWER("from") {cases} END'
        keys = f"pragma_foreign_key_list({self._text(table)})"
        return f'EXISTS (SELECT 1 FROM {keys} WHERE LOWER("from") IN ({names}) AND NOT ({expected}))'

    def writing_triggers(self, tables: Iterable[str]) -> str:
        """Return a query for triggers on INSERT, whose body begins at BEGIN."""
        named = ", ".join(self._text(table.lower()) for table in tables)
        body = "substr(UPPER(sql), instr(UPPER(sql), 'BEGIN'))"
        writes = " OR ".join(f"{body} LIKE '%{word} %'" for word in ("INSERT", "REPLACE", "UPDATE", "DELETE"))
        on_insert = "substr(UPPER(sql), 1, instr(UPPER(sql), 'BEGIN')) LIKE '%INSERT%'"
        found = f"SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND LOWER(tbl_name) IN ({named})"
        return f"EXISTS ({found} AND {on_insert} AND ({writes}))"
