"""The search of a script on PostgreSQL: for rows that stay and refer to rows that leave, one query for each key."""

import hashlib
from collections.abc import Iterator

from terp_seed.backends.postgresql.blocks import do, kept
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.search import DeclaredSearch, Search, placeholder_of

_UNSEARCHED = "Other tables could not be searched for references: see the error before this one. Nothing was changed."
# the keys into some tables, of every schema; that of a partition is one of its table
_KEYS = """\
FOR key IN SELECT k.conrelid::regclass AS source, k.confrelid::regclass AS target, r.relname AS source_name,
  t.relname AS target_name, pg_table_is_visible(k.conrelid) AS here, min(o.attname) AS "column",
  string_agg(format('t.%I = r.%I', b.attname, o.attname), ' AND ') AS joined
  FROM pg_catalog.pg_constraint AS k CROSS JOIN unnest(k.conkey, k.confkey) AS n (ours, theirs)
  JOIN pg_catalog.pg_class AS r ON r.oid = k.conrelid JOIN pg_catalog.pg_class AS t ON t.oid = k.confrelid
  JOIN pg_catalog.pg_attribute AS o ON o.attrelid = k.conrelid AND o.attnum = n.ours
  JOIN pg_catalog.pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = n.theirs
  WHERE k.contype = 'f' AND k.conparentid = 0 AND """


class PostgreSQLSearch:
    """A PostgreSQLSearch is a Search as blocks."""

    def __init__(self, dialect: Dialect, looking: Search) -> None:
        self._looking, self._text, self._quote, self._whole = looking, dialect.text, dialect.quote, dialect.whole_number
        self._dialect = dialect

    def references(self, setting: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the block that prepares the search, and those that put a sentence on the first referring row into a setting, or
        an empty text.
        """
        text, looking = self._text, self._looking
        own = ", ".join(map(text, looking.own))
        stays = self._of_table(looking.stays, "source_name", "r")
        stays = f"CASE WHEN key.here AND key.source_name IN ({own}) THEN {stays} ELSE '' END"
        query = (
            f"'SELECT 1 FROM {self._quote(looking.ledger)} AS b, ' || key.target || ' AS t, ' || key.source || ' AS r WHERE '\n"
            f"  || key.joined || ' AND ' || {self._of_table(looking.leaves, 'target_name', 't')} || {stays} || {self._without()}"
        )
        sentence = "format('Rows of %s.%s were not seeded and refer to seeded %s', key.source, key.\"column\", key.target)"
        declared = "".join(self._declared(one) for one in looking.references)
        body = (
            f"{_KEYS}{self._into_targets()}\n  GROUP BY k.oid, r.relname, t.relname LOOP\n"
            f"EXECUTE 'SELECT EXISTS (' || {query} || ')' INTO there;\n"
            f"IF there THEN found := {sentence}; EXIT; END IF; END LOOP;\n"
            f"{declared}PERFORM set_config('{setting}', COALESCE(found, ''), false)"
        )
        # a client may go on after an error, with what an earlier search has found
        unsearched = do(f"PERFORM set_config('{setting}', {text(_UNSEARCHED)}, false)")
        block = do(body, "key record; there boolean; found text")
        # its name tells it from the search of another script in the same session
        keep, run = kept(f"terp_seed.search_{hashlib.sha256(block.encode()).hexdigest()[:12]}", block)
        return (keep,), (unsearched, run)

    def derived_deletes(self) -> str:
        """Return the block that deletes the derived rows that refer to rows that leave."""
        body = "".join(self._derived(table, when) for table, when in self._looking.derived.items())
        return do(body.removesuffix(";\n"), "key record")

    def _derived(self, table: str, when: str | None) -> str:
        name, condition = self._quote(table), f" AND ({when})" if when else ""
        refers = (
            f'\'DELETE FROM {name} WHERE "id" IN (SELECT r."id" FROM {self._quote(self._looking.ledger)} AS b, \'\n'
            "  || key.target || ' AS t, ' || key.source || ' AS r WHERE ' || key.joined || ' AND '\n"
            f"  || {self._of_table(self._looking.leaves, 'target_name', 't')} || {self._text(f'){condition}')}"
        )
        declared = "".join(
            self._if_there(one, f'DELETE FROM {name} WHERE "id" IN (SELECT r."id" FROM {one.rows}){condition}')
            for one in self._looking.references
            if one.table == table
        )
        here = f"k.conrelid = to_regclass({self._text(name)})"
        return (
            f"{_KEYS}{here} AND {self._into_targets()}\n  GROUP BY k.oid, r.relname, t.relname LOOP EXECUTE {refers}; END LOOP;\n"
            f"{declared}"
        )

    def _declared(self, one: DeclaredSearch) -> str:
        """Return the part that looks for a reference without a key, if its table and columns are there."""
        derived = ""
        if one.table in self._looking.derived:
            derived = self._not_derived(one.table)
        looked = f"SELECT EXISTS (SELECT 1 FROM {one.rows}{derived})"
        return self._if_there(one, looked, "INTO there", f"IF there THEN found := {self._text(one.sentence)}; END IF;\n")

    def _if_there(self, one: DeclaredSearch, statement: str, into: str = "", then: str = "") -> str:
        """Return a statement that is executed if a reference's table and columns are there, with what follows it."""
        names, table = ", ".join(map(self._text, one.columns)), f"to_regclass({self._text(self._quote(one.table))})"
        column = "pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid"
        found = f"FROM {column} WHERE a.attrelid = {table} AND NOT a.attisdropped AND a.attname IN ({names})"
        is_text = f"(SELECT bool_or(t.typcategory IN ('S', 'E')) {found})"
        read = f"CASE WHEN {is_text}\n  THEN {self._text(self._whole(one.value))} ELSE {self._text(one.value)} END"
        run = f"replace({self._text(statement)}, '<value>', {read})" if "<value>" in statement else self._text(statement)
        unknown = "found IS NULL AND " if into else ""
        return f"IF {unknown}(SELECT COUNT(*) {found}) = {len(one.columns)} THEN EXECUTE {run} {into};\n{then}END IF;\n"

    def _of_table(self, condition: str, name: str, row: str) -> str:
        """Return the expression of a condition of the search, for the table of a key."""
        named = f"replace({self._text(condition)}, '<table>', quote_literal(key.{name}))"
        if placeholder_of(row) not in condition:
            return named
        return f"replace({named}, '{placeholder_of(row)}', {self._dialect.key_by_name(f'key.{name}', row)})"

    def _into_targets(self) -> str:
        return f"k.confrelid IN ({', '.join(f'to_regclass({self._text(self._quote(name))})' for name in self._looking.targets)})"

    def _without(self) -> str:
        """Return the expression of the condition that the row is neither derived nor one whose column is cleared."""
        cases = [*self._cases()]
        return f"CASE {' '.join(cases)} ELSE '' END" if cases else "''"

    def _cases(self) -> Iterator[str]:
        looking = self._looking
        for (table, column), condition in looking.filled.items():
            derived = self._not_derived(table) if table in looking.derived else ""
            place = f'key.source_name = {self._text(table)} AND key."column" = {self._text(column)}'
            yield f"WHEN key.here AND {place} THEN {self._text(condition + derived)}"
        for table in looking.derived:
            yield f"WHEN key.here AND key.source_name = {self._text(table)} THEN {self._text(self._not_derived(table))}"

    def _not_derived(self, table: str) -> str:
        when = self._looking.derived[table]
        condition = f" AND ({when})" if when else ""
        return f' AND NOT EXISTS (SELECT 1 FROM {self._quote(table)} AS d WHERE d."id" = r."id"{condition})'
