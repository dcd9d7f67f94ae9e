"""A script's rehearsal on MySQL and MariaDB, in temporary copies: a session that is read-only otherwise may write there."""

from collections.abc import Iterable, Mapping, Sequence

from terp_seed.backends.mysql.catalogue import MySQLCatalogue
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.rehearsal import ScriptRehearsal

# MariaDB lists a default as an expression, MySQL a literal without its quotes
_DEFAULT = "IF(VERSION() LIKE '%MariaDB%' OR c.extra LIKE '%DEFAULT_GENERATED%', c.column_default, QUOTE(c.column_default))"
_EQUALS = f"CONCAT('`', REPLACE(k.referenced_column_name, '`', '``'), '` = ', {_DEFAULT})"
_NO_PARENT = "CONCAT('NOT EXISTS (SELECT 1 FROM `', REPLACE(s, '`', '``'), '`.`', REPLACE(t, '`', '``'), '` WHERE ', e, ')')"


_NAME = "CONCAT('`', REPLACE({}, '`', '``'), '`')"
_VALUE = f"CONCAT('c.', {_NAME.format('k.column_name')})"
_LOST = (
    f"CONCAT('(', GROUP_CONCAT({_VALUE}, ' IS NOT NULL' SEPARATOR ' AND '), ' AND NOT EXISTS (SELECT 1 FROM ',\n"
    f"  {_NAME.format('k.referenced_table_schema')}, '.', {_NAME.format('k.referenced_table_name')}, ' AS p WHERE ',\n"
    f"  GROUP_CONCAT('p.', {_NAME.format('k.referenced_column_name')}, ' = ', {_VALUE} SEPARATOR ' AND '), '))')"
)


class MySQLRehearsal(ScriptRehearsal):
    """A MySQLRehearsal copies a table by LIKE, which leaves out foreign keys and triggers."""

    remark = "The rehearsal: the first rows go into temporary copies of the tables, which are dropped again"

    def __init__(self, dialect: Dialect, catalogue: MySQLCatalogue) -> None:
        self._dialect, self._quote, self._catalogue = dialect, dialect.quote, catalogue
        self._places: dict[str, str] = {}  # quoted, by table

    def place(self, table: str, number: int, columns: Iterable[str]) -> tuple[str, tuple[str, ...]]:
        """Return CREATE TEMPORARY TABLE … LIKE, or for a table that it refuses, a copy of the columns."""
        # a server's error names the copy; a name has at most 64 characters
        copy = f"seed_rehearsal_{table if len(table) < 40 else number}"
        like = f"CREATE TEMPORARY TABLE {self._quote(copy)} LIKE {self._quote(table)}"
        plain = self._dialect.temporary_copy(copy, table, columns)[-1]
        self._places[table] = self._quote(copy)
        no_like = self._catalogue.has_no_like(table)
        if table in self._dialect.names.listed:
            no_like += f"\n  OR {self._catalogue.has_no_primary_key(table)}"  # which a server may require of each table
        chosen = f"IF({no_like},\n  {self._dialect.text(plain)},\n  {self._dialect.text(like)})"
        return self._quote(copy), (f"SET @seed_copy = {chosen}", "PREPARE seed_copy FROM @seed_copy", "EXECUTE seed_copy")

    def refused(self, table: str, place: str, ids: Sequence[int | str], known: Iterable[str]) -> str:
        """Count the rows of the copy."""
        return f"  (SELECT COUNT(*) FROM {place}) <> {len(ids)}"

    def look_for_parents(self, written: Mapping[str, Iterable[str]], known: Iterable[str]) -> tuple[tuple[str, ...], str]:
        """Return a query for each foreign key whose columns have defaults, put together from the catalogue."""
        text = self._dialect.text
        tables = f"k.table_name IN ({', '.join(map(text, written))})"
        strangers = f"{tables} AND k.referenced_table_name NOT IN ({', '.join(map(text, known))})"
        ours = "\n    OR ".join(
            f"k.table_name = {text(table)} AND k.column_name IN ({', '.join(map(text, names))})"
            for table, names in written.items()
        )
        copies = " ".join(f"WHEN {text(table)} THEN {text(place)}" for table, place in self._places.items())
        return (
            f"SET @seed_parents = (SELECT GROUP_CONCAT({_NO_PARENT} SEPARATOR ' OR ') FROM (\n"
            "  SELECT k.referenced_table_schema AS s, k.referenced_table_name AS t,\n"
            f"  GROUP_CONCAT({_EQUALS} SEPARATOR ' AND ') AS e\n"
            "  FROM information_schema.key_column_usage AS k JOIN information_schema.columns AS c\n"
            "  ON c.table_schema = k.table_schema AND c.table_name = k.table_name AND c.column_name = k.column_name\n"
            f"  WHERE k.table_schema = DATABASE() AND {strangers}\n"
            "  GROUP BY k.table_name, k.constraint_name, k.referenced_table_schema, k.referenced_table_name\n"
            f"  HAVING SUM(COALESCE(c.column_default, 'NULL') = 'NULL'\n    OR {ours}) = 0) AS found)",
            # a column that is written, with a key to a table that is not seeded: its values are in the copy
            f"SET @seed_strangers = (SELECT GROUP_CONCAT(CONCAT('EXISTS (SELECT 1 FROM ', CASE t {copies} END,\n"
            "  ' AS c WHERE ', p, ')') SEPARATOR ' OR ') FROM (SELECT t, GROUP_CONCAT(e SEPARATOR ' OR ') AS p FROM (\n"
            f"  SELECT k.table_name AS t, {_LOST} AS e\n"
            "  FROM information_schema.key_column_usage AS k\n"
            f"  WHERE k.table_schema = DATABASE() AND {strangers}\n"
            "  GROUP BY k.table_name, k.constraint_name, k.referenced_table_schema, k.referenced_table_name\n"
            f"  HAVING SUM({ours}) = COUNT(*)) AS found GROUP BY t) AS places)",
            "SET @seed_parents = CONCAT('SELECT ', COALESCE(@seed_parents, '0'), ' OR ', COALESCE(@seed_strangers, '0'),\n"
            "  ' INTO @seed_lost')",
            "PREPARE seed_parents FROM @seed_parents",
            "EXECUTE seed_parents",
        ), "  @seed_lost"

    def end(self, places: Iterable[str]) -> tuple[str, ...]:
        """Return the DROPs, and the end of the transaction in which only temporary tables were written."""
        return f"DROP TEMPORARY TABLE IF EXISTS {', '.join(places)}", "COMMIT", "SET SESSION TRANSACTION READ ONLY"
