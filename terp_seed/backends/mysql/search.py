"""The search of a MySQL or MariaDB script for rows that refer to rows that leave, built from the server's catalogue.

One text serves both servers. It includes keys of tables that the user may not read, and then fails with a missing SELECT
privilege.
"""

from collections.abc import Callable, Iterator

from terp_seed.sql.dialect import Dialect
from terp_seed.sql.search import DeclaredSearch, Search, placeholder_of

_TEXTS = "'char', 'varchar', 'text'"
_UNSEARCHED = "The references to seeded rows could not be searched: see the error before this one. This revision is undone."


def _every_key(tables: str, plain_name: str) -> str:
    """Return the SELECT of every foreign key of the server, with one row per column.

    InnoDB's own list includes keys of tables that our user may not see, which information_schema.key_column_usage omits.
    """
    schema, table = "SUBSTRING_INDEX(f.{0}_name, '/', 1)", "SUBSTRING(f.{0}_name, LOCATE('/', f.{0}_name) + 1)"
    names = [plain_name.format(part.format(end)) for end in ("for", "ref") for part in (schema, table)]
    return (
        f"SELECT {names[0]} AS from_schema, {names[1]} AS from_table, f.id AS name, c.for_col_name AS from_column, "
        f"{names[2]} AS to_schema, {names[3]} AS to_table, c.ref_col_name AS to_column, f.type AS kind "
        f"FROM information_schema.{tables} AS f JOIN information_schema.{tables}_cols AS c ON c.id = f.id ORDER BY f.id, c.pos"
    )


MYSQL_KEYS = _every_key("innodb_foreign", "{}")
# MariaDB encodes the names like file names: `we@0020ird`
MARIADB_KEYS = _every_key("innodb_sys_foreign", "CONVERT(CONVERT(CAST({} AS BINARY) USING filename) USING utf8mb4)")


class MySQLSearch:
    """A MySQLSearch is the statements of one Search."""

    def __init__(self, dialect: Dialect, looking: Search, whole_number: Callable[[str], str]) -> None:
        self._looking, self._text, self._quote, self._whole_number = looking, dialect.text, dialect.quote, whole_number
        self._dialect = dialect

    def references(self) -> tuple[tuple[str, ...], tuple[str, ...], str]:
        """Return the statements that prepare the search, those that run it, and the variable with the sentence or NULL."""
        text = self._text
        before = (
            "SELECT COALESCE(GROUP_CONCAT(k.`one` SEPARATOR ' UNION ALL '), 'SELECT NULL AS `one` FROM DUAL WHERE FALSE') "
            f"INTO @seed_search FROM (\nSELECT {self._one_key()} AS `one` FROM ("
        )
        after = f") AS f\nWHERE {self._into_targets()}\nGROUP BY f.from_schema, f.from_table, f.name, f.to_table"
        declared = "".join(f"\nUNION ALL {self._if_there(one, self._one_reference(one))}" for one in self._looking.references)
        prepare = (
            f"SET @seed_every_key = IF(VERSION() LIKE '%MariaDB%', {text(MARIADB_KEYS)},\n{text(MYSQL_KEYS)})",
            f"SET @seed_step = CONCAT({text(before)}, @seed_every_key,\n{text(f'{after}{declared}) AS k')})",
            "PREPARE seed_step FROM @seed_step",
            "EXECUTE seed_step",
            "SET @seed_search = CONCAT('SELECT (SELECT `one` FROM (', @seed_search, ') AS k LIMIT 1) INTO @seed_refers')",
            "PREPARE seed_search FROM @seed_search",
        )
        return prepare, (f"SET @seed_refers = {text(_UNSEARCHED)}", "EXECUTE seed_search"), "@seed_refers"

    def derived_deletes(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the statements that prepare and run a DELETE per derived table, or DO 0 if the table is missing."""
        every = list(enumerate(self._looking.derived.items()))
        prepare = tuple(statement for place, (table, when) in every for statement in self._derived(place, table, when))
        return prepare, tuple(f"EXECUTE seed_derived_{place}" for place, _ in every)

    def _one_key(self) -> str:
        """Return the expression that builds, for one key, the SELECT of a sentence per referring row."""
        looking, text = self._looking, self._text
        own = ", ".join(text(name.lower()) for name in looking.own)
        place = "IF(f.from_schema = DATABASE(), '', CONCAT(f.from_schema, '.')), f.from_table, '.', MIN(f.from_column)"
        sentence = f"CONCAT('Rows of ', {place}, ' were not seeded and refer to seeded ', f.to_table)"
        stays = self._of_table(looking.stays, "f.from_table", "r")
        return (
            f"CONCAT('SELECT ', QUOTE(LEFT({sentence}, 128)), ' AS `one`',\n"
            f"  {self._joined()},\n"
            f"  IF(f.from_schema = DATABASE() AND LOWER(f.from_table) IN ({own}), {stays}, ''){self._without_derived()})"
        )

    def _joined(self) -> str:
        """Return the expressions that build, for one key, the FROM and WHERE of referring rows."""
        source = "'`', f.from_schema, '`.`', f.from_table, '` AS r"
        return (
            f"' FROM {self._quote(self._looking.ledger)} AS b, `', f.to_table, '` AS t, ', {source} WHERE ',\n"
            "  GROUP_CONCAT('t.`', f.to_column, '` = r.`', f.from_column, '`' SEPARATOR ' AND '), ' AND ',\n"
            f"  {self._of_table(self._looking.leaves, 'f.to_table', 't')}"
        )

    def _of_table(self, condition: str, name: str, row: str) -> str:
        """Return the expression of a condition of the search, for the table of a key."""
        named = f"REPLACE({self._text(condition)}, '<table>', QUOTE({name}))"
        if placeholder_of(row) not in condition:
            return named
        return f"REPLACE({named}, '{placeholder_of(row)}', {self._dialect.key_by_name(f'LOWER({name})', row, str.lower)})"

    def _without_derived(self) -> str:
        """Return the expressions that exclude derived rows and references that a revision clears; else an empty text."""
        text = self._text
        cases = " ".join(f"WHEN {text(table.lower())} THEN {text(self._not_derived(table))}" for table in self._looking.derived)
        derived = f",\n  CASE LOWER(f.from_table) {cases} ELSE '' END" if cases else ""
        cleared = " ".join(
            f"WHEN f.from_schema = DATABASE() AND LOWER(f.from_table) = {text(table.lower())} "
            f"AND MIN(f.from_column) = {text(column)} THEN {text(condition)}"
            for (table, column), condition in self._looking.filled.items()
        )
        return f"{derived},\n  CASE {cleared} ELSE '' END" if cleared else derived

    def _not_derived(self, table: str) -> str:
        when = self._looking.derived[table]
        condition = f" AND ({when})" if when else ""
        return f" AND NOT EXISTS (SELECT 1 FROM {self._quote(table)} AS d WHERE d.`id` = r.`id`{condition})"

    def _into_targets(self) -> str:
        """Return the condition that a key refers to a table from which rows leave."""
        text, targets = self._text, self._looking.targets
        lower, exact = (", ".join(map(text, names)) for names in (map(str.lower, targets), targets))
        return (
            f"f.to_schema = DATABASE() AND LOWER(f.to_table) IN ({lower}) "
            f"AND (@@lower_case_table_names <> 0 OR BINARY f.to_table IN ({exact}))"
        )

    def _one_reference(self, one: DeclaredSearch) -> str:
        """Return the expression that builds, for a declared reference, the SELECT of a sentence per referring row."""
        derived = self._not_derived(one.table) if one.table in self._looking.derived else ""
        query = f"SELECT {self._text(one.sentence)} AS `one` FROM {one.rows}{derived}"
        values = (self._text(self._whole_number(one.value)), self._text(one.value))
        return f"REPLACE({self._text(query)}, '<value>', IF(MAX(c.data_type IN ({_TEXTS})), {', '.join(values)}))"

    def _if_there(self, one: DeclaredSearch, made: str) -> str:
        """Return the SELECT of an expression, which has a row only if the reference's table and columns exist."""
        names = ", ".join(map(self._text, one.columns))
        return (
            f"SELECT {made} AS `one` FROM information_schema.columns AS c WHERE c.table_schema = DATABASE() "
            f"AND c.table_name = {self._text(one.table)} AND c.column_name IN ({names}) HAVING COUNT(*) = {len(one.columns)}"
        )

    def _derived(self, place: int, table: str, when: str | None) -> Iterator[str]:
        text = self._text
        condition = f" AND ({when})" if when else ""
        delete = f"DELETE FROM {self._quote(table)} WHERE `id` IN (SELECT `id` FROM ("
        # from a copy of the ids: MySQL cannot delete from a table that the same statement reads
        whole = f"CONCAT({text(delete)}, GROUP_CONCAT(k.`one` SEPARATOR ' UNION ALL '), {text(f') AS x){condition}')})"
        before = (
            f"SELECT COALESCE({whole}, 'DO 0') INTO @seed_derived FROM (\n"
            f"SELECT CONCAT('SELECT r.`id`',\n  {self._joined()}) AS `one` FROM ("
        )
        after = (
            f") AS f\nWHERE f.from_schema = DATABASE() AND LOWER(f.from_table) = {text(table.lower())}\n"
            f"AND {self._into_targets()}\nGROUP BY f.name, f.to_table"
        )
        declared = "".join(
            f"\nUNION ALL {self._if_there(one, text(f'SELECT r.`id` FROM {one.rows}'.replace('<value>', one.value)))}"
            for one in self._looking.references
            if one.table == table
        )
        yield f"SET @seed_step = CONCAT({text(before)}, @seed_every_key,\n{text(f'{after}{declared}) AS k')})"
        yield "PREPARE seed_step FROM @seed_step"
        yield "EXECUTE seed_step"
        yield f"PREPARE seed_derived_{place} FROM @seed_derived"
