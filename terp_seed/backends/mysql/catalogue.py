"""The catalogue of MySQL and MariaDB: the information schema."""

from collections.abc import Iterable, Mapping

from terp_seed.sql.catalogue import Catalogue, chosen

# of a trigger's body; a function INSERT() or REPLACE() counts too, and a word in a text
_WRITES = "INSERT|REPLACE|UPDATE|DELETE|CALL|SET[[:space:]]+NEW"
_NO_ENGINE = "A table that this script writes to has an engine without transactions. Nothing was changed; expected InnoDB."


class MySQLCatalogue(Catalogue):
    """A MySQLCatalogue asks about the tables of the current database."""

    def columns_found(self, table: str, columns: Iterable[str]) -> str:
        """Return a count of those in the information schema that take a value: one that the server generates does not."""
        found = f"SELECT COUNT(*) FROM information_schema.columns WHERE {self._of(table)}"
        return f"({found} AND column_name IN ({self._listed(columns)}) AND COALESCE(generation_expression, '') = '')"

    def unfilled(self, table: str, columns: Iterable[str]) -> str:
        """Return a query for columns without a default that neither count nor are generated."""
        needed = "is_nullable = 'NO' AND column_default IS NULL AND LOWER(extra) NOT RLIKE 'auto_increment|generated'"
        found = f"SELECT 1 FROM information_schema.columns WHERE {self._of(table)} AND {needed}"
        return f"EXISTS ({found} AND column_name NOT IN ({self._listed(columns)}))"

    def other_parents(self, table: str, parents: Mapping[str, tuple[str, str]]) -> str:
        """Return a query of key_column_usage."""
        cases = " ".join(f"WHEN {self._text(column)} THEN {self._text(target)}" for column, (target, _) in parents.items())
        key = chosen({self._text(column): self._text(key) for column, (_, key) in parents.items()}, "column_name")
        found = f"SELECT 1 FROM information_schema.key_column_usage WHERE {self._of(table)} AND referenced_table_name IS NOT NULL"
        expected = f"referenced_column_name = {key} AND referenced_table_name = CASE column_name {cases} END"
        return f"EXISTS ({found} AND column_name IN ({self._listed(parents)}) AND NOT ({expected}))"

    def unfit(self, tables: Iterable[str]) -> tuple[str, str]:
        """Return a query of the tables and the engines."""
        return _NO_ENGINE, (
            "EXISTS (SELECT 1 FROM information_schema.tables AS t JOIN information_schema.engines AS e ON e.engine = t.engine "
            f"WHERE t.table_schema = DATABASE() AND t.table_name IN ({self._listed(tables)}) AND e.transactions <> 'YES')"
        )

    def denied(self, uses: Mapping[str, Iterable[str]]) -> str:
        """Return a query of the columns' privileges, which count roles too. DELETE is none of a column; locking needs no more."""
        tables = {"insert": {*uses.get("INSERT", ())}, "update": {*uses.get("UPDATE", ())} - {*uses.get("DELETE", ())}}
        return "\n  OR ".join(
            "(SELECT COUNT(DISTINCT table_name) FROM information_schema.columns WHERE table_schema = DATABASE() AND "
            f"FIND_IN_SET('{privilege}', LOWER(privileges)) AND table_name IN ({self._listed(sorted(names))})) <> {len(names)}"
            for privilege, names in tables.items()
            if names
        )

    def writing_triggers(self, tables: Iterable[str]) -> str:
        """Return a query of the triggers' bodies."""
        return (
            "EXISTS (SELECT 1 FROM information_schema.triggers WHERE event_object_schema = DATABASE() "
            f"AND event_manipulation = 'INSERT' AND event_object_table IN ({self._listed(tables)}) "
            f"AND UPPER(action_statement) RLIKE '{_WRITES}')"
        )

    def has_no_like(self, table: str) -> str:
        """Return the condition that InnoDB refuses a temporary table that is LIKE this one, or a row in it uses a sequence."""
        options = "create_options RLIKE 'partitioned|KEY_BLOCK_SIZE|ENCRYPTION|COMPRESSED' OR row_format = 'Compressed'"
        return (
            f"@@innodb_file_per_table = 0\n  OR EXISTS (SELECT 1 FROM information_schema.tables WHERE {self._of(table)} "
            f"AND ({options} OR table_type <> 'BASE TABLE'))\n  OR EXISTS (SELECT 1 FROM information_schema.statistics "
            f"WHERE {self._of(table)} AND index_type = 'FULLTEXT')\n  OR EXISTS (SELECT 1 FROM information_schema.columns "
            f"WHERE {self._of(table)} AND LOWER(column_default) LIKE 'nextval(%')"
        )

    def has_no_primary_key(self, table: str) -> str:
        """Return the condition that a table has none."""
        found = f"SELECT 1 FROM information_schema.statistics WHERE {self._of(table)} AND index_name = 'PRIMARY'"
        return f"NOT EXISTS ({found})"

    def _of(self, table: str) -> str:
        return f"table_schema = DATABASE() AND table_name = {self._text(table)}"
