"""A script's rehearsal on MySQL and MariaDB, in temporary copies: a session that is read-only otherwise may write there."""

from collections.abc import Iterable, Mapping, Sequence

from terp_seed.backends.mysql.catalogue import MySQLCatalogue
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.rehearsal import ScriptRehearsal

# MariaDB lists a default as an expression, MySQL a literal without its quotes
_DEFAULT = "IF(VERSION() LIKE '%MariaDB%' OR c.extra LIKE '%DEFAULT_GENERATED%', c.column_default, QUOTE(c.column_default))"
_EQUALS = f"CONCAT('`', REPLACE(k.referenced_column_name, '`', '``'), '` = ', {_DEFAULT})"
_NO_PARENT = "CONCAT('NOT EXISTS (SELECT 1 FROM `', REPLACE(s, '`', '``'), '`.`', REPLACE(t, '`', '``'), '` WHERE ', e, ')')"


class MySQLRehearsal(ScriptRehearsal):
    """A MySQLRehearsal copies a table by LIKE, which leaves out foreign keys and triggers."""

    remark = "The rehearsal: the first rows go into temporary copies of the tables, which are dropped again"

    def __init__(self, dialect: Dialect, catalogue: MySQLCatalogue) -> None:
        self._dialect, self._quote, self._catalogue = dialect, dialect.quote, catalogue

    def place(self, table: str, number: int, columns: Iterable[str]) -> tuple[str, tuple[str, ...]]:
        """Return CREATE TEMPORARY TABLE … LIKE, or for a table that it refuses, a copy of the columns."""
        # a server's error names the copy; a name has at most 64 characters
        copy = f"seed_rehearsal_{table if len(table) < 40 else number}"
        like = f"CREATE TEMPORARY TABLE {self._quote(copy)} LIKE {self._quote(table)}"
        plain = self._dialect.temporary_copy(copy, table, columns)[-1]
        chosen = f"IF({self._catalogue.has_no_like(table)},\n  {self._dialect.text(plain)},\n  {self._dialect.text(like)})"
        return self._quote(copy), (f"SET @seed_copy = {chosen}", "PREPARE seed_copy FROM @seed_copy", "EXECUTE seed_copy")

    def refused(self, table: str, place: str, ids: Sequence[int], known: Iterable[str]) -> str:
        """Count the rows of the copy."""
        return f"  (SELECT COUNT(*) FROM {place}) <> {len(ids)}"

    def look_for_parents(self, written: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], str]:
        """Return a query for each foreign key whose columns have defaults, put together from the catalogue."""
        tables = ", ".join(map(self._dialect.text, written))
        ours = "\n    OR ".join(
            f"k.table_name = {self._dialect.text(table)} AND k.column_name IN ({', '.join(map(self._dialect.text, names))})"
            for table, names in written.items()
        )
        return (
            f"SET @seed_parents = (SELECT GROUP_CONCAT({_NO_PARENT} SEPARATOR ' OR ') FROM (\n"
            "  SELECT k.referenced_table_schema AS s, k.referenced_table_name AS t,\n"
            f"  GROUP_CONCAT({_EQUALS} SEPARATOR ' AND ') AS e\n"
            "  FROM information_schema.key_column_usage AS k JOIN information_schema.columns AS c\n"
            "  ON c.table_schema = k.table_schema AND c.table_name = k.table_name AND c.column_name = k.column_name\n"
            f"  WHERE k.table_schema = DATABASE() AND k.table_name IN ({tables}) AND k.referenced_table_name NOT IN ({tables})\n"
            "  GROUP BY k.table_name, k.constraint_name, k.referenced_table_schema, k.referenced_table_name\n"
            f"  HAVING SUM(COALESCE(c.column_default, 'NULL') = 'NULL'\n    OR {ours}) = 0) AS found)",
            "SET @seed_parents = CONCAT('SELECT ', COALESCE(@seed_parents, '0'), ' INTO @seed_lost')",
            "PREPARE seed_parents FROM @seed_parents",
            "EXECUTE seed_parents",
        ), "  @seed_lost"

    def end(self, places: Iterable[str]) -> tuple[str, ...]:
        """Return the DROPs, and the end of the transaction in which only temporary tables were written."""
        return f"DROP TEMPORARY TABLE IF EXISTS {', '.join(places)}", "COMMIT", "SET SESSION TRANSACTION READ ONLY"
