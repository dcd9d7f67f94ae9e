"""The guard: whether rows that were not seeded refer to rows that a rollback would delete. Read-only.

Every foreign key of the live database that points at a seeded table is searched, whatever table it is in, and every
conditional reference; a key that would CASCADE counts like any other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from terp_seed.engine.dialect import Dialect
from terp_seed.engine.keys import Key, keys_into
from terp_seed.engine.ledger import Block, within
from terp_seed.engine.table import Catalog, SeedTable
from terp_seed.errors import RollbackRefused


@dataclass(frozen=True)
class Reference:
    """A Reference is a Key that rows use which are not seeded, and how many do."""

    key: Key
    rows: int

    def __str__(self) -> str:
        return f"{self.rows} rows of {self.key}"


def references_to(
    connection: sa.Connection, dialect: Dialect, keys: Iterable[Key], leaving: Iterable[Block]
) -> Iterator[Reference]:
    """Yield each key by which rows that stay refer to rows of the blocks that leave."""
    blocks = list(leaving)
    plain = connection.execution_options(no_parameters=True)
    for key in keys:
        refers = key.refers_to(dialect, blocks)
        if not refers:
            continue
        # a key column may be NULL, and `NOT (… OR NULL)` would hide rows: only id, which never is, stands in the NOT
        own = [] if key.schema else [block for block in blocks if block.table_name == key.table]
        stays = f" AND NOT ({within(dialect.quote('id'), own)})" if own else ""
        sql = f"SELECT COUNT(*) FROM {key.source(dialect)} WHERE ({refers}){stays}{key.condition(dialect)}"
        rows = int(plain.exec_driver_sql(sql).scalar() or 0)
        if rows:
            yield Reference(key, rows)


def lock_rows(connection: sa.Connection, dialect: Dialect, leaving: Iterable[Block]) -> None:
    """Lock the rows of the blocks until the transaction ends: nobody refers to one meanwhile."""
    for block in leaving:
        connection.exec_driver_sql(
            f"SELECT COUNT(*) FROM {dialect.quote(block.table_name)} "
            f"WHERE {within(dialect.quote('id'), [block])}{dialect.locking_read}"
        )


class Guard:
    """A Guard knows every key into the seeded tables of one live database, and refuses to leave rows hanging on them."""

    def __init__(self, connection: sa.Connection, dialect: Dialect, catalog: Catalog) -> None:
        """Look at the live schema, once a run."""
        self._connection, self._dialect = connection, dialect
        self._keys = keys_into(connection, catalog)

    def check(self, leaving: Iterable[Block], done: str = "Nothing has changed.") -> None:
        """Raise RollbackRefused when rows that stay refer to rows of these blocks. `done` says what was rolled back so far."""
        references = list(references_to(self._connection, self._dialect, self._keys, leaving))
        if references:
            listed = "\n  ".join(map(str, references))
            raise RollbackRefused(
                f"Rows that were not seeded refer to seeded rows:\n  {listed}\nExpected none before a rollback. {done} "
                "Move or delete these rows, then run the same command again; or see what `terp-seed downgrade --cascade` "
                "would delete with them."
            )

    def lock_and_check(self, _revision: str, _tables: Iterable[SeedTable], leaving: Iterable[Block], done: str) -> None:
        """Lock the rows of the blocks, so that nobody refers to one from now on, and check again."""
        blocks = list(leaving)
        lock_rows(self._connection, self._dialect, blocks)
        self.check(blocks, done)
