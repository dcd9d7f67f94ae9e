"""Keys: which columns of the live database hold ids of which tables, as the server itself enforces it. Read-only.

Every foreign key counts, whatever table or schema it is in; what a seed table says of its references is added.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from terp_seed.engine.dialect import Dialect
from terp_seed.engine.ledger import Block, within
from terp_seed.engine.table import Catalog

GRAVEST_FIRST = ("CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION", "no key")

# one look at the server's catalogue instead of one a table; keys of other schemas on the same server are in it too
_MYSQL_KEYS = sa.text(
    "SELECT k.table_schema, k.table_name, k.constraint_name, k.column_name, k.referenced_table_name, "
    "k.referenced_column_name, r.delete_rule, k.table_schema = DATABASE() "
    "FROM information_schema.key_column_usage AS k JOIN information_schema.referential_constraints AS r "
    "ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name "
    "WHERE k.referenced_table_schema = DATABASE() "
    "ORDER BY k.table_schema, k.table_name, k.constraint_name, k.ordinal_position"
)


@dataclass(frozen=True)
class Key:
    """A Key is columns of one table that hold values of columns of another, mostly its id."""

    table: str
    columns: tuple[str, ...]
    target: str
    referred: tuple[str, ...] = ("id",)
    action: str = "no key"  # what the server does on DELETE; "no key" for a reference that only we know of
    when: tuple[str, str] | None = None  # a column and its value: only rows that have it refer
    schema: str | None = None  # where the table is, when that is not the database that we work in

    def __str__(self) -> str:
        columns = self.columns[0] if len(self.columns) == 1 else f"({', '.join(self.columns)})"
        place = f"{self.schema}.{self.table}" if self.schema else self.table
        return f"{place}.{columns} -> {self.target} (on delete: {self.action})"

    def source(self, dialect: Dialect) -> str:
        """Return the table that refers, quoted."""
        return ".".join(dialect.quote(part) for part in (self.schema, self.table) if part)

    def condition(self, dialect: Dialect, alias: str = "") -> str:
        """Return what else must hold of a row that refers, beginning with AND; empty where nothing must."""
        return f" AND {alias}{dialect.quote(self.when[0])} = {dialect.text(self.when[1])}" if self.when else ""

    def refers_to(self, dialect: Dialect, blocks: Iterable[Block]) -> str:
        """Return the condition that a row refers to a row of one of these blocks; empty where none is of the target."""
        wanted = [block for block in blocks if block.table_name == self.target]
        if not wanted or self.referred == ("id",):
            return within(dialect.quote(self.columns[0]), wanted)
        pairs = zip(self.columns, self.referred, strict=True)
        joined = " AND ".join(
            f"t.{dialect.quote(theirs)} = {self.source(dialect)}.{dialect.quote(ours)}" for ours, theirs in pairs
        )
        ids = within(f"t.{dialect.quote('id')}", wanted)
        return f"EXISTS (SELECT 1 FROM {dialect.quote(self.target)} AS t WHERE {joined} AND ({ids}))"


def live_keys(connection: sa.Connection, catalog: Catalog) -> list[Key]:
    """Return every key of the live database, gravest first, with the references of the catalog that are no keys there."""
    tables = set(sa.inspect(connection).get_table_names())
    found = {(key.schema, key.table, key.columns, key.target): key for key in _foreign_keys(connection, tables)}
    for key in known_keys(catalog):
        if key.table in tables:
            found.setdefault((None, key.table, key.columns, key.target), key)
    return sorted(found.values(), key=lambda key: (GRAVEST_FIRST.index(key.action), key.schema or "", key.table, key.columns))


def known_keys(catalog: Catalog) -> Iterator[Key]:
    """Yield what the seed tables say of their references, which not every database has keys for."""
    for ours in catalog.every:
        for column, target in ours.parents().items():
            yield Key(ours.name, (column,), target)
        for reference in ours.references:
            yield Key(ours.name, (reference.column,), reference.target, when=(reference.when, reference.equals))


def keys_into(connection: sa.Connection, catalog: Catalog) -> list[Key]:
    """Return the keys that point at a table of the catalog."""
    return [key for key in live_keys(connection, catalog) if key.target in catalog]


def _foreign_keys(connection: sa.Connection, tables: Iterable[str]) -> Iterator[Key]:
    if connection.dialect.name != "sqlite":
        yield from _server_keys(connection)
        return
    inspector = sa.inspect(connection)
    for table in sorted(tables):
        for key in inspector.get_foreign_keys(table):
            action = str(key["options"].get("ondelete") or "NO ACTION").upper()
            target = key["referred_table"]
            referred = key["referred_columns"] or inspector.get_pk_constraint(target)["constrained_columns"]
            yield Key(table, tuple(key["constrained_columns"]), target, tuple(referred), action)


def _server_keys(connection: sa.Connection) -> Iterator[Key]:
    parts: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    facts: dict[tuple[str, str, str], tuple[str, str, bool]] = {}
    for schema, table, name, column, target, referred, action, here in connection.execute(_MYSQL_KEYS):
        parts.setdefault((schema, table, name), []).append((column, referred))
        facts[schema, table, name] = (target, action, bool(here))
    for (schema, table, name), columns in parts.items():
        target, action, here = facts[schema, table, name]
        ours, theirs = zip(*columns, strict=True)
        yield Key(table, ours, target, theirs, action, schema=None if here else schema)
