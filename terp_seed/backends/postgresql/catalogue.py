"""The catalogue of PostgreSQL: pg_catalog, for the tables that an unqualified name means."""

from collections.abc import Callable, Iterable, Mapping

from terp_seed.backends.postgresql.counters import SEQUENCES
from terp_seed.sql.catalogue import Catalogue, chosen

# of a trigger's function; one in another language may do anything
_WRITES = r"\m(insert|update|delete|merge|truncate|execute|perform|call)\M"
_ASSIGNS = r"\mnew\s*(\.\s*\S+\s*)?:?=|\minto\s+(strict\s+)?new\M"
_RETURNS = r"\mreturn\M(?!\s*(new|old{})\s*;)"  # another row than the one that came
_NO_CODE = r"--[^\n]*|/\*([^*]|\*+[^*/])*\*+/|''[^'']*''"  # comments and texts
_CALLED = r"([[:alnum:]_$]+)\"?\s*\("
CODE = f"regexp_replace(p.prosrc, '{_NO_CODE}', ' ', 'g')"  # of a trigger's function
_INHERITS = "A table that this script writes to inherits, or is inherited from (INHERITS). Nothing was changed."


def does_more() -> str:
    """Return the condition that a trigger's function (`p`, in the language `l`, for the trigger `g`) writes, calls a function
    that is none of the server's own, or returns another row.
    """
    called = (
        f"SELECT 1 FROM regexp_matches({CODE}, '{_CALLED}', 'g') AS c (called) JOIN pg_catalog.pg_proc AS f\n"
        "    ON f.proname IN (called[1], lower(called[1])) WHERE f.pronamespace <> 'pg_catalog'::regnamespace"
    )
    before, after = _RETURNS.format(""), _RETURNS.format("|null")
    returns = f"{CODE} ~* CASE WHEN g.tgtype & 2 = 2 THEN '{before}' ELSE '{after}' END"
    return f"(l.lanname <> 'plpgsql' OR {CODE} ~* '{_WRITES}' OR {returns}\n    OR EXISTS ({called}))"


def may_sql(table: str, privilege: str) -> str:
    """Return the condition that our user has a privilege on a table, or on a column of it where there are such."""
    may = f"has_table_privilege({table}, '{privilege}')"
    return may if privilege == "DELETE" else f"({may} OR has_any_column_privilege({table}, '{privilege}'))"


class PostgreSQLCatalogue(Catalogue):
    """A PostgreSQLCatalogue asks about the tables of the current search_path."""

    def __init__(self, text: Callable[[str], str], quote: Callable[[str], str]) -> None:
        """Take what makes a literal of a text, and what quotes a name."""
        super().__init__(text)
        self._quote = quote

    def columns_found(self, table: str, columns: Iterable[str]) -> str:
        """Return a count of those that are not generated."""
        found = f"SELECT COUNT(*) FROM pg_catalog.pg_attribute WHERE {self._of(table)} AND attgenerated = ''"
        return f"({found} AND attname IN ({self._listed(columns)}))"

    def unfilled(self, table: str, columns: Iterable[str]) -> str:
        """Return a query for columns without a default, which a domain may have too."""
        needed = "(a.attnotnull OR t.typnotnull) AND NOT a.atthasdef AND a.attidentity = '' AND t.typdefault IS NULL"
        return (
            "EXISTS (SELECT 1 FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid "
            f"WHERE {self._of(table)} AND {needed} AND a.attname NOT IN ({self._listed(columns)}))"
        )

    def other_parents(self, table: str, parents: Mapping[str, tuple[str, str]]) -> str:
        """Return a query of pg_constraint, in which a column of a key is also one of a key of several columns."""
        cases = " ".join(f"WHEN {self._text(column)} THEN {self._regclass(target)}" for column, (target, _) in parents.items())
        key = chosen({self._text(column): self._text(key) for column, (_, key) in parents.items()}, "o.attname")
        return (
            "EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS k CROSS JOIN unnest(k.conkey, k.confkey) AS c (ours, theirs)\n"
            "    JOIN pg_catalog.pg_attribute AS o ON o.attrelid = k.conrelid AND o.attnum = c.ours\n"
            "    JOIN pg_catalog.pg_attribute AS t ON t.attrelid = k.confrelid AND t.attnum = c.theirs\n"
            "    WHERE k.contype = 'f' AND k.conparentid = 0 "
            f"AND k.conrelid = {self._regclass(table)} AND o.attname IN ({self._listed(parents)}) "
            f"AND NOT (t.attname = {key} AND k.confrelid = CASE o.attname {cases} END))"
        )

    def writing_triggers(self, tables: Iterable[str]) -> str:
        """Return a query of the triggers' functions, and of rules."""
        named = ", ".join(map(self._regclass, tables))
        writes = f"({does_more()} OR {CODE} ~* '{_ASSIGNS}')"
        return (
            "EXISTS (SELECT 1 FROM pg_catalog.pg_trigger AS g JOIN pg_catalog.pg_proc AS p ON p.oid = g.tgfoid "
            "JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang\n"
            f"    WHERE g.tgrelid IN ({named}) AND NOT g.tgisinternal AND g.tgtype & 4 = 4 AND g.tgenabled <> 'D' AND {writes})\n"
            f"  OR EXISTS (SELECT 1 FROM pg_catalog.pg_rewrite WHERE ev_class IN ({named}) AND ev_type = '3')"
        )

    def unfit(self, tables: Iterable[str]) -> tuple[str, str]:
        """Return a query for tables that inherit, or are inherited from: a parent shows the rows of its children."""
        named = ", ".join(map(self._regclass, tables))
        return _INHERITS, (
            "EXISTS (SELECT 1 FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.inhparent "
            f"WHERE c.relkind = 'r' AND (i.inhparent IN ({named}) OR i.inhrelid IN ({named})))"
        )

    def denied(self, uses: Mapping[str, Iterable[str]]) -> str:
        """Return a query of privileges, and of those that advancing a counter needs."""
        asked = [f"NOT {may_sql(self._regclass(table), what)}" for what, tables in uses.items() for table in tables]
        inserted = ", ".join(map(self._regclass, uses.get("INSERT", ())))
        if inserted:
            is_key = "SELECT 1 FROM pg_catalog.pg_index AS i WHERE i.indrelid = s.attrelid AND i.indisprimary"
            may = "has_sequence_privilege(s.seqrelid, 'SELECT') AND has_sequence_privilege(s.seqrelid, 'UPDATE')"
            asked.append(
                f"EXISTS (SELECT 1 FROM ({SEQUENCES}) AS s\n    WHERE s.attrelid IN ({inserted}) AND NOT ({may}) "
                f"AND EXISTS ({is_key} AND i.indnkeyatts = 1 AND i.indkey[0] = s.attnum))"
            )
        return "\n  OR ".join(asked)

    def _of(self, table: str) -> str:
        return f"attrelid = {self._regclass(table)} AND attnum > 0 AND NOT attisdropped"

    def _regclass(self, table: str) -> str:
        return f"to_regclass({self._text(self._quote(table))})"
