"""A script's rehearsal on PostgreSQL: in temporary copies, which the end of their transaction drops, however it ends."""

from collections.abc import Iterable, Mapping, Sequence

from terp_seed.backends.postgresql.blocks import do
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.rehearsal import ScriptRehearsal

_LOST = "terp_seed.lost"


class PostgreSQLRehearsal(ScriptRehearsal):
    """A PostgreSQLRehearsal copies a table by LIKE, which leaves out foreign keys and triggers."""

    remark = "The rehearsal: the first rows go into temporary copies of the tables, which are dropped again"

    def __init__(self, dialect: Dialect) -> None:
        self._dialect, self._quote, self._text = dialect, dialect.quote, dialect.text
        self._places: dict[str, str] = {}  # quoted, by table

    def open(self) -> tuple[str, ...]:
        """Return BEGIN."""
        return self._dialect.begin("rehearsed")

    def place(self, table: str, number: int, columns: Iterable[str]) -> tuple[str, tuple[str, ...]]:
        """Return CREATE TEMPORARY TABLE … LIKE."""
        # a server's error names the copy; a name has at most 63 bytes
        name = f"seed_rehearsal_{table if len(table.encode()) < 40 else number}"
        self._places[table] = f"pg_temp.{self._quote(name)}"
        return self._places[table], (copy_sql(self._dialect, name, table),)

    def refused(self, table: str, place: str, ids: Sequence[int | str], known: Iterable[str]) -> str:
        """Count the rows of the copy."""
        return f"  (SELECT COUNT(*) FROM {place}) <> {len(ids)}"

    def look_for_parents(self, written: Mapping[str, Iterable[str]], known: Iterable[str]) -> tuple[tuple[str, ...], str]:
        """Return a block that asks, for each foreign key to a table that is not seeded, whether the copy's values are there."""
        rows = ",\n  ".join(
            f"(to_regclass({self._text(self._quote(table))})::oid, {self._text(place)})" for table, place in self._places.items()
        )
        ours = ", ".join(f"to_regclass({self._text(self._quote(table))})" for table in known)
        body = (
            "FOR key IN SELECT v.place, k.confrelid::regclass AS target, string_agg(format('c.%I IS NOT NULL', o.attname), "
            "' AND ') AS filled,\n"
            "  string_agg(format('p.%I = c.%I', t.attname, o.attname), ' AND ') AS joined\n"
            f"  FROM (VALUES\n  {rows}) AS v (name, place) JOIN pg_catalog.pg_constraint AS k ON k.conrelid = v.name\n"
            "  CROSS JOIN unnest(k.conkey, k.confkey) AS n (ours, theirs)\n"
            "  JOIN pg_catalog.pg_attribute AS o ON o.attrelid = k.conrelid AND o.attnum = n.ours\n"
            "  JOIN pg_catalog.pg_attribute AS t ON t.attrelid = k.confrelid AND t.attnum = n.theirs\n"
            "  WHERE k.contype = 'f' AND k.conparentid = 0\n"
            f"  AND NOT EXISTS (SELECT 1 FROM unnest(ARRAY[{ours}]::oid[]) AS x WHERE x = k.confrelid)\n"
            "  GROUP BY k.oid, v.place, k.confrelid LOOP\n"
            "EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s AS c WHERE %s AND NOT EXISTS (SELECT 1 FROM %s AS p WHERE %s))',\n"
            "  key.place, key.filled, key.target, key.joined) INTO lost;\n"
            "any_lost := any_lost OR lost; END LOOP;\n"
            f"PERFORM set_config('{_LOST}', any_lost::text, false)"
        )
        # a client may go on after an error, with what an earlier block has found
        unasked = do(f"PERFORM set_config('{_LOST}', 'true', false)")
        asked = do(body, "key record; lost boolean; any_lost boolean := false")
        return (unasked, asked), f"  current_setting('{_LOST}', true) = 'true'"

    def end(self, places: Iterable[str]) -> tuple[str, ...]:
        """Return nothing: the transaction in which the script goes on drops them."""
        return ()


def copy_sql(dialect: Dialect, name: str, table: str) -> str:
    """Return the statement that makes a temporary copy of a table, which is dropped when its transaction ends.

    A default that takes a number of a sequence goes: a try would use it up.
    """
    copy = f"pg_temp.{dialect.quote(name)}"
    return do(
        f"CREATE TEMPORARY TABLE {dialect.quote(name)} (LIKE {dialect.quote(table)} INCLUDING ALL) ON COMMIT DROP;\n"
        "FOR numbered IN SELECT a.attname FROM pg_catalog.pg_attrdef AS d JOIN pg_catalog.pg_attribute AS a\n"
        "  ON a.attrelid = d.adrelid AND a.attnum = d.adnum\n"
        f"  WHERE d.adrelid = {dialect.text(copy)}::regclass AND pg_get_expr(d.adbin, d.adrelid) LIKE '%nextval(%'\n"
        f"  AND a.attname <> {dialect.text(dialect.names.key_of(table))} LOOP\n"
        f"EXECUTE format('ALTER TABLE {copy} ALTER COLUMN %I DROP DEFAULT, ALTER COLUMN %1$I DROP NOT NULL', numbered.attname);\n"
        "END LOOP",
        "numbered record",
    )
