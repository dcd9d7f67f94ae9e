"""The guard: whether rows that were not seeded refer to rows that a rollback would delete. Read-only.

Every foreign key of the live database that points at a seeded table is searched, whatever table it is in, and every
conditional reference; a key that would CASCADE counts like any other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from terp_seed.engine.dialect import Dialect
from terp_seed.engine.ledger import Block, within
from terp_seed.engine.table import Catalog
from terp_seed.errors import RollbackRefused

_GRAVEST_FIRST = ("CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION", "no key")


@dataclass(frozen=True)
class Key:
    """A Key is a column of some table that holds ids of a seeded table."""

    table: str
    column: str
    target: str
    action: str  # what the server does on DELETE; "no key" for a reference that is none
    condition: str = ""


@dataclass(frozen=True)
class Reference:
    """A Reference is a Key that rows use which are not seeded, and how many do."""

    key: Key
    rows: int

    def __str__(self) -> str:
        key = self.key
        return f"{self.rows} rows of {key.table}.{key.column} -> {key.target} (on delete: {key.action})"


def keys_into(connection: sa.Connection, dialect: Dialect, catalog: Catalog) -> list[Key]:
    """Return every key of the live database that points at the id of a seeded table, and the references that are no keys."""
    inspector = sa.inspect(connection)
    tables = inspector.get_table_names()
    found: dict[tuple[str, str, str], Key] = {}
    for table in tables:
        for foreign_key in inspector.get_foreign_keys(table):
            target = foreign_key["referred_table"]
            if target not in catalog or foreign_key["referred_columns"] != ["id"]:
                continue
            (column,) = foreign_key["constrained_columns"]
            action = str(foreign_key["options"].get("ondelete") or "NO ACTION")
            found[table, column, target] = Key(table, column, target, action)
    for ours in (part for part in catalog.every if part.name in tables):
        for column, target in ours.parents().items():
            found.setdefault((ours.name, column, target), Key(ours.name, column, target, "no key"))
        for reference in ours.references:
            condition = f" AND {dialect.quote(reference.when)} = {dialect.text(reference.equals)}"
            key = Key(ours.name, reference.column, reference.target, "no key", condition)
            found[ours.name, reference.column, reference.target] = key
    return sorted(found.values(), key=lambda key: (_GRAVEST_FIRST.index(key.action), key.table, key.column))


def references_to(
    connection: sa.Connection, dialect: Dialect, keys: Iterable[Key], leaving: Iterable[Block]
) -> Iterator[Reference]:
    """Yield each key by which rows that stay refer to rows of the blocks that leave."""
    blocks = list(leaving)
    plain = connection.execution_options(no_parameters=True)
    for key in keys:
        targets = within(dialect.quote(key.column), (b for b in blocks if b.table_name == key.target))
        if not targets:
            continue
        # a key column may be NULL, and `NOT (… OR NULL)` would hide rows: only id, which never is, stands in the NOT
        leaves_too = within(dialect.quote("id"), (b for b in blocks if b.table_name == key.table))
        stays = f" AND NOT ({leaves_too})" if leaves_too else ""
        sql = f"SELECT COUNT(*) FROM {dialect.quote(key.table)} WHERE ({targets}){stays}{key.condition}"
        rows = int(plain.exec_driver_sql(sql).scalar() or 0)
        if rows:
            yield Reference(key, rows)


class Guard:
    """A Guard knows every key into the seeded tables of one live database, and refuses to leave rows hanging on them."""

    def __init__(self, connection: sa.Connection, dialect: Dialect, catalog: Catalog) -> None:
        """Look at the live schema. Takes a moment on hundreds of tables, so it is done once a run."""
        self._connection, self._dialect = connection, dialect
        self._keys = keys_into(connection, dialect, catalog)

    def check(self, leaving: Iterable[Block], done: str = "Nothing has changed.") -> None:
        """Raise RollbackRefused when rows that stay refer to rows of these blocks. `done` says what was rolled back so far."""
        references = list(references_to(self._connection, self._dialect, self._keys, leaving))
        if references:
            listed = "\n  ".join(map(str, references))
            raise RollbackRefused(
                f"Rows that were not seeded refer to seeded rows:\n  {listed}\nExpected none before a rollback. {done} "
                "Move or delete these rows, then run the same command again."
            )

    def lock_and_check(self, leaving: Iterable[Block], done: str) -> None:
        """Lock the rows of the blocks, so that nobody refers to one from now on, and check again."""
        blocks = list(leaving)
        for block in blocks:
            self._connection.exec_driver_sql(
                f"SELECT COUNT(*) FROM {self._dialect.quote(block.table_name)} "
                f"WHERE {within(self._dialect.quote('id'), [block])}{self._dialect.locking_read}"
            )
        self.check(blocks, done)
