"""The lock on PostgreSQL: an advisory lock of the session, in one database, which ends with its connection.

A pooler that gives each transaction another session would lose it, and leave it with somebody else: it is refused before.
"""

import contextlib
import time
from collections.abc import Iterator

import sqlalchemy as sa

from terp_seed.backends.holder import PATIENCE_SECONDS, Holder, refusal
from terp_seed.backends.postgresql import advisory
from terp_seed.backends.postgresql.address_words import DIRECT
from terp_seed.errors import ConnectionFailed
from terp_seed.model.names import Names

_POLL_SECONDS = 0.1
_HOLDER = (
    "SELECT l.pid, a.usename, host(a.client_addr), a.datname, "
    "to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') "
    "FROM (SELECT pid FROM pg_catalog.pg_locks WHERE {} AND pid IS NOT NULL) AS l "
    "LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid"
)
_STUCK = "`SELECT pg_terminate_backend(<connection>)` as an administrator ends a stuck one"


def holder(connection: sa.Connection, names: Names) -> Holder | None:
    """Return who holds the lock now, or None. Read-only."""
    row = connection.exec_driver_sql(_HOLDER.format(advisory.is_it(names.lock))).first()
    return Holder(*row) if row is not None else None


@contextlib.contextmanager
def held(connection: sa.Connection, names: Names) -> Iterator[None]:
    """Hold the lock for the duration of a `with` block. Raises LockHeld if another run holds it, or ConnectionFailed."""
    _require_own_session(connection)
    take = f"SELECT pg_try_advisory_lock({advisory.key(names.lock)})"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not connection.exec_driver_sql(take).scalar_one():
        if time.monotonic() > deadline:
            raise refusal(names, holder(connection, names), _STUCK)
        time.sleep(_POLL_SECONDS)
    connection.commit()
    try:
        yield
    finally:
        with contextlib.suppress(sa.exc.SQLAlchemyError):  # a dead connection has already released it
            connection.rollback()
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({advisory.key(names.lock)})")
            connection.commit()


def is_held(connection: sa.Connection, names: Names) -> bool:
    """Tell whether this connection still holds the lock."""
    mine = f"SELECT COUNT(*) FROM pg_catalog.pg_locks WHERE {advisory.is_it(names.lock)} AND pid = pg_backend_pid()"
    return bool(connection.exec_driver_sql(mine).scalar_one())


def _require_own_session(connection: sa.Connection) -> None:
    """Raise ConnectionFailed if two connections, asked in turn in transactions of their own, do not keep their sessions."""
    with connection.engine.connect() as other:
        asked = (connection, other, other, connection, connection, connection, other, other, connection, other)
        seen = {(one is other, _session(one)) for one in asked}  # in an order that no pooler's turns go in
    if len(seen) != 2 or len({number for _, number in seen}) != 2:
        raise ConnectionFailed(
            "The address leads to a connection pooler in transaction mode, which gives each transaction another session: "
            f"expected a session of our own, which holds the lock. Nothing has changed. Use {DIRECT}."
        )


def _session(connection: sa.Connection) -> int:
    number = int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
    connection.rollback()
    return number
