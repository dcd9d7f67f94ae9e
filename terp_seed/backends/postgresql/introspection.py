"""The introspection of PostgreSQL, by pg_catalog, which every user may read: keys of every schema are seen."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from sqlalchemy.exc import DBAPIError

from terp_seed.backends.introspection import ForeignKey, Introspection, LiveColumn, Trigger
from terp_seed.backends.postgresql.catalogue import CODE, does_more
from terp_seed.backends.postgresql.counters import LATE_SEQUENCES, SEQUENCES
from terp_seed.backends.postgresql.errors import is_of_a_policy, sqlstate
from terp_seed.backends.postgresql.partitions import CONDITIONS, PARENTS, WITHOUT
from terp_seed.model.recipe import LARGEST_ID

_EVERY = f"{SEQUENCES}\nUNION {LATE_SEQUENCES}"
_DENIED = ("42501",)
_CONSTANT = re.compile(r"'?-?\d+'?(::\w+)?")  # which gives no number that a counter has to pass
_BITS = {"smallint": 16, "integer": 32}
_ACTIONS = {"c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT", "r": "RESTRICT", "a": "NO ACTION"}
_WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE), word)
    for pattern, word in (
        (r"\bNEW\s*:?=|\bINTO\s+(STRICT\s+)?NEW\b", "CALL "),
        (r"\bMERGE\b", "INSERT"),
        (r"(^|;|\b(?:BEGIN|THEN|ELSE|LOOP)\b)\s*NEW\s*\.\s*(\S+?)\s*:?=", r"\1 SET NEW.\2 ="),
        (r"\bRAISE\s+EXCEPTION\b|\bRAISE\s*;", "SIGNAL"),
    )
)
# the tables that an unqualified name means; a domain counts as the type below it
_COLUMNS = f"""\
SELECT c.relname, a.attname, CASE WHEN b.typtype = 'e' THEN 'enum' ELSE format_type(b.oid, NULL) END, COALESCE(p.is_key, false),
  NOT (a.attnotnull OR t.typnotnull), s.seqmax
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN LATERAL (WITH RECURSIVE below AS (SELECT t.oid, t.typtype, t.typbasetype UNION ALL
  SELECT d.oid, d.typtype, d.typbasetype FROM below JOIN pg_catalog.pg_type AS d ON d.oid = below.typbasetype)
  SELECT oid, typtype FROM below WHERE typtype <> 'd') AS b ON true
LEFT JOIN LATERAL (SELECT a.attnum = ANY (i.indkey) AS is_key FROM pg_catalog.pg_index AS i
  WHERE i.indrelid = c.oid AND i.indisprimary) AS p ON true
LEFT JOIN (SELECT attrelid, attnum, MIN(seqmax) AS seqmax FROM ({_EVERY}) AS every GROUP BY attrelid, attnum) AS s
  ON s.attrelid = c.oid AND s.attnum = a.attnum
WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.oid <> pg_my_temp_schema()
ORDER BY c.relname, a.attnum"""
_KEYS = """\
SELECT k.oid, r.relname, CASE WHEN pg_table_is_visible(r.oid) THEN NULL ELSE rn.nspname END,
  t.relname, CASE WHEN pg_table_is_visible(t.oid) THEN NULL ELSE tn.nspname END, k.confdeltype,
  array_agg(o.attname::text ORDER BY u.place), array_agg(b.attname::text ORDER BY u.place)
FROM pg_catalog.pg_constraint AS k CROSS JOIN unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (ours, theirs, place)
JOIN pg_catalog.pg_class AS r ON r.oid = k.conrelid JOIN pg_catalog.pg_namespace AS rn ON rn.oid = r.relnamespace
JOIN pg_catalog.pg_class AS t ON t.oid = k.confrelid JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
JOIN pg_catalog.pg_attribute AS o ON o.attrelid = r.oid AND o.attnum = u.ours
JOIN pg_catalog.pg_attribute AS b ON b.attrelid = t.oid AND b.attnum = u.theirs
WHERE k.contype = 'f' AND k.conparentid = 0 AND rn.oid <> pg_my_temp_schema()
GROUP BY k.oid, r.oid, r.relname, rn.nspname, t.oid, t.relname, tn.nspname, k.confdeltype ORDER BY k.oid"""
# a trigger's events are bits; what another language than PL/pgSQL does cannot be read, and a rule rewrites our statement
_TRIGGERS = f"""\
SELECT c.relname, g.tgname, CASE WHEN g.tgtype & 2 = 2 THEN 'BEFORE' ELSE 'AFTER' END, e.event,
  CASE WHEN {does_more()} THEN 'CALL ' || p.proname ELSE {CODE} END
FROM pg_catalog.pg_trigger AS g JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid
JOIN pg_catalog.pg_proc AS p ON p.oid = g.tgfoid JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
JOIN (VALUES ('INSERT', 4), ('DELETE', 8), ('UPDATE', 16)) AS e (event, bit) ON g.tgtype & e.bit = e.bit
WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND pg_table_is_visible(c.oid)
UNION ALL SELECT c.relname, w.rulename, 'RULE', CASE w.ev_type WHEN '2' THEN 'UPDATE' WHEN '3' THEN 'INSERT' ELSE 'DELETE' END,
  'CALL ' || w.rulename
FROM pg_catalog.pg_rewrite AS w JOIN pg_catalog.pg_class AS c ON c.oid = w.ev_class
WHERE c.relkind IN ('r', 'p') AND w.ev_type IN ('2', '3', '4') AND pg_table_is_visible(c.oid)
ORDER BY 1, 4, 3, 2"""
# those of a domain are about VALUE
_CHECKS = """\
SELECT c.relname, pg_get_expr(k.conbin, k.conrelid) FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
WHERE k.contype = 'c' AND c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid)
UNION ALL SELECT c.relname, regexp_replace(
  regexp_replace(pg_get_constraintdef(k.oid), '^CHECK ', ''), '\\mVALUE\\M', quote_ident(a.attname), 'g')
FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_attribute AS a ON a.atttypid = k.contypid AND NOT a.attisdropped
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
WHERE k.contype = 'c' AND k.contypid <> 0 AND c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid)
ORDER BY 1, 2"""
_INHERITING = """\
SELECT c.relname, o.oid::regclass::text FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS t ON t.oid = i.inhparent
CROSS JOIN LATERAL (VALUES (i.inhparent, i.inhrelid), (i.inhrelid, i.inhparent)) AS v (one, other)
JOIN pg_catalog.pg_class AS c ON c.oid = v.one JOIN pg_catalog.pg_class AS o ON o.oid = v.other
WHERE t.relkind = 'r' AND pg_table_is_visible(c.oid) ORDER BY 1, 2"""
_COUNTERS = f"""\
SELECT c.relname, COALESCE(pg_get_expr(d.adbin, d.adrelid), t.typdefault), s.name, s.rises, s.may, d.oid IS NULL
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid
  AND (SELECT i.indkey[0] = a.attnum AND i.indnkeyatts = 1 FROM pg_catalog.pg_index AS i
    WHERE i.indrelid = c.oid AND i.indisprimary)
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid AND t.typcategory = 'N'
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN (SELECT attrelid, attnum, seqrelid, seqrelid::regclass::text AS name, seqincrement > 0 AS rises,
  has_sequence_privilege(seqrelid, 'SELECT') AND has_sequence_privilege(seqrelid, 'UPDATE') AS may
  FROM ({_EVERY}) AS every) AS s
  ON s.attrelid = a.attrelid AND s.attnum = a.attnum AND ((d.oid IS NULL AND (a.attidentity <> '' OR t.typdefault IS NULL))
    OR EXISTS (SELECT 1
    FROM pg_catalog.pg_depend AS p
    WHERE p.classid = 'pg_catalog.pg_attrdef'::regclass AND p.objid = d.oid AND p.refobjid = s.seqrelid)
    OR right(pg_get_expr(d.adbin, d.adrelid), 18) = '::text)::regclass)')
WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid)
  AND (d.oid IS NOT NULL OR s.name IS NOT NULL OR t.typdefault IS NOT NULL)"""


_OF_PARTITIONS = """\
SELECT c.relname, k.conname FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
WHERE k.contype = 'f' AND k.conparentid <> 0 AND pg_table_is_visible(c.oid)"""
_CACHED = (
    f"SELECT max(pg_sequence_last_value(s.seqrelid)) FROM ({_EVERY}) AS s JOIN pg_catalog.pg_attribute AS c "
    "ON c.attrelid = s.attrelid AND c.attnum = s.attnum "
    "WHERE s.attrelid = to_regclass('\"{}\"') AND c.attname = '{}' AND s.seqcache > 1"
)


class PostgreSQLIntrospection(Introspection):
    """A PostgreSQLIntrospection sees the tables of the search_path as the current ones."""

    folds_table_names = False

    @cached_property
    def schema(self) -> str:
        """Return the first schema of the search_path that there is."""
        return str(self._connection.exec_driver_sql("SELECT current_schema()").scalar() or "public")

    def columns(self) -> Iterable[tuple[str, LiveColumn]]:
        """Return the columns of tables, partitioned ones included."""
        rows = self._connection.exec_driver_sql(_COLUMNS).all()
        return [
            (table, LiveColumn(name, kind, bool(is_key), bool(is_null), _highest(kind, most)))
            for table, name, kind, is_key, is_null, most in rows
        ]

    def foreign_keys(self) -> Iterator[ForeignKey]:
        """Yield the keys of every schema."""
        for _, table, schema, target, to_schema, action, ours, theirs in self._connection.exec_driver_sql(_KEYS):
            yield ForeignKey(table, tuple(ours), target, tuple(theirs), _ACTIONS[action], schema, to_schema)

    def key_columns(self) -> set[tuple[str, str]]:
        """Return the columns of the foreign keys of the current tables."""
        return {(key.table, column) for key in self.foreign_keys() if key.schema is None for column in key.columns}

    def keys_of_partitions(self) -> set[tuple[str, str | None]]:
        """Return those that have a parent."""
        return {(str(table), str(name)) for table, name in self._connection.exec_driver_sql(_OF_PARTITIONS)}

    def cached_up_to(self, table: str, key: str) -> int | None:
        """Return where a sequence with a CACHE stands: a session that is idle may have the numbers below."""
        name, column = table.replace('"', '""').replace("'", "''"), key.replace("'", "''")
        found = self._connection.exec_driver_sql(_CACHED.format(name, column)).scalar()
        return None if found is None else int(found)

    def unfit_tables(self) -> dict[str, str]:
        """Return the tables that inherit, and those with keys that no sequence of ours to advance gives."""
        found: dict[str, str] = {}
        for table, default, sequence, rises, may, is_of_type in self._connection.exec_driver_sql(_COUNTERS):
            if sequence is None and default is not None and not _CONSTANT.fullmatch(default):
                whose = "a domain's default" if is_of_type else "the default"
                found[table] = f"its key has {whose} {default}: expected an identity, a serial, or nextval() of a sequence"
            elif sequence is not None and not rises:
                found[table] = f"the sequence {sequence} counts down: expected one that rises"
            elif sequence is not None and not may:
                found[table] = (
                    f"our user may not advance the sequence {sequence}: expected GRANT SELECT, UPDATE ON SEQUENCE {sequence} "
                    f"TO {self.grantee()}"
                )
        for (table,) in self._connection.exec_driver_sql(WITHOUT):
            found[table] = "it is partitioned and has no partition: expected one that takes rows"
        for table, other in self._connection.exec_driver_sql(_INHERITING):
            found[table] = (
                f"it and {other} inherit (INHERITS), and a parent shows the rows of its children: expected tables of their own, "
                "or partitions"
            )
        return found

    def partitions(self) -> dict[str, str]:
        """Return every partition, and the table at the top."""
        return {str(name): str(root) for name, root in self._connection.exec_driver_sql(PARENTS)}

    def checks(self) -> list[tuple[str, str]]:
        """Return those of pg_constraint, and what the partitions of a table ask of its rows."""
        found = [*self._connection.exec_driver_sql(_CHECKS), *self._connection.exec_driver_sql(CONDITIONS)]
        return [(str(table), str(condition)) for table, condition in found]

    def triggers(self) -> list[Trigger]:
        """Return the triggers and rules of the current tables."""
        rows = self._connection.exec_driver_sql(_TRIGGERS)
        return [Trigger(table, name, timing, event, _as_elsewhere(body)) for table, name, timing, event, body in rows]

    def is_denied(self, error: DBAPIError) -> bool:
        """Look up the SQLSTATE."""
        return sqlstate(error) in _DENIED and not is_of_a_policy(error)  # against which no GRANT helps

    def grants_to_read(self, places: Iterable[str]) -> str:
        """Return a GRANT for each schema and table."""
        grantee = self.grantee()
        every = [*places]
        schemas = dict.fromkeys(place.rpartition(".")[0] for place in every)
        return "; ".join([*(f"GRANT USAGE ON SCHEMA {schema} TO {grantee}" for schema in schemas), super().grants_to_read(every)])

    def grantee(self) -> str:
        """Return the role."""
        return str(self._connection.exec_driver_sql("SELECT quote_ident(current_user)").scalar_one())


def _as_elsewhere(body: str) -> str:
    """Return the body of a trigger's function with the words that other servers have for what it does."""
    for pattern, word in _WORDS:
        body = pattern.sub(word, body)
    return body


def _highest(kind: str, most: int | None) -> int:
    """Return the highest integer of a type and of its sequence, but no higher than the ledger can record."""
    return min((1 << (_BITS.get(kind, 64) - 1)) - 1, LARGEST_ID, most or LARGEST_ID)
