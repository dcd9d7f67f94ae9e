"""The lock on MySQL and MariaDB: a named lock of the server, which belongs to the migrating connection and ends with it.

In a cluster, whose nodes do not share named locks, a run also has a lease.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.driver_errors import number
from terp_seed.backends.holder import PATIENCE_SECONDS, Holder, refusal
from terp_seed.backends.mysql.cluster import Node
from terp_seed.backends.mysql.lease import IDLE_SECONDS, Facts, Lease, find
from terp_seed.model.names import Names

_NO_NAMED_LOCKS = (1105, 1235)  # from nodes that do not allow GET_LOCK: Percona in strict mode, some versions of MariaDB
_LEASE = "terp_seed_lease"


@dataclass(frozen=True)
class NodeHolder(Holder):
    """A NodeHolder is a Holder in a cluster, with its node, because connection numbers are unique only per node."""

    node: str | None = None
    renewed: str | None = None

    @classmethod
    def of(cls, facts: Facts) -> "NodeHolder":
        """Build from the facts of a lease."""
        known: dict[str, Any] = {name: facts[name] for name in ("connection", "user", "host", "database", "node")}
        known |= {name: f"{facts[name]:%Y-%m-%dT%H:%M:%SZ}" for name in ("since", "renewed")}
        return cls(**known)


def holder(connection: sa.Connection, names: Names) -> Holder | None:
    """Return who holds the lock now, or None. Read-only."""
    node = Node.of(connection)
    facts = find(connection, names.lease) if node else None
    return NodeHolder.of(facts) if facts else _named_holder(connection, names, node)


def _named_holder(connection: sa.Connection, names: Names, node: Node | None) -> Holder | None:
    """Return who holds the server's named lock, or None."""
    held_by = _ask(connection, names, "SELECT IS_USED_LOCK(:name)", node)
    if held_by is None:
        return None
    query = sa.text("SELECT user, host, db, time FROM information_schema.processlist WHERE id = :id")
    process = connection.execute(query, {"id": held_by}).one_or_none()
    known: dict[str, Any] = {"connection": int(held_by)}
    if process is not None:  # without the PROCESS privilege, another user's connections cannot be seen
        since = datetime.now(UTC) - timedelta(seconds=int(process[3] or 0))
        known |= {"user": process[0], "host": process[1], "database": process[2], "since": since.strftime("%Y-%m-%dT%H:%M:%SZ")}
    return NodeHolder(**known, node=node.name) if node else Holder(**known)


@contextlib.contextmanager
def held(connection: sa.Connection, names: Names) -> Iterator[None]:
    """Hold the lock for the duration of a `with` block.

    Raises LockHeld if another run holds it: after one second, or up to fifteen in a cluster, to see whether a lease is renewed.
    """
    node = Node.of(connection)
    with _hold_named(connection, names, node) as named:
        if node is None:
            yield
            return
        with _hold_lease(connection, names, node, named):
            yield


def is_held(connection: sa.Connection, names: Names) -> bool:
    """Tell whether this connection still holds the lock."""
    lease: Lease | None = connection.info.get(_LEASE)
    mine = _ask(connection, names, "SELECT COALESCE(IS_USED_LOCK(:name) = CONNECTION_ID(), 0)", lease)
    return mine != 0 and (lease is None or lease.is_mine())


def end_when_idle(connection: sa.Connection) -> None:
    """Let a cluster's node end the connection of a stalled run before its lease can be taken over.

    DDL commits immediately, and no lease can make it fail, so a run that stalls just before it must not continue later.
    """
    if _LEASE in connection.info:
        connection.exec_driver_sql(f"SET SESSION wait_timeout = {IDLE_SECONDS}")
        connection.commit()


def _ask(connection: sa.Connection, names: Names, question: str, in_cluster: object) -> Any:
    """Return the result of a named lock function, or None from a cluster node that does not support it."""
    try:
        return connection.execute(sa.text(question), {"name": names.lock, "patience": PATIENCE_SECONDS}).scalar()
    except DBAPIError as error:
        if not in_cluster or number(error) not in _NO_NAMED_LOCKS:
            raise
        return None


@contextlib.contextmanager
def _hold_named(connection: sa.Connection, names: Names, node: Node | None) -> Iterator[bool]:
    """Hold the server's named lock. Yields whether the server supports it. Raises LockHeld."""
    got = _ask(connection, names, "SELECT COALESCE(GET_LOCK(:name, :patience), 0)", node)
    if got == 0:
        raise refusal(
            names,
            _named_holder(connection, names, node),
            "`KILL <connection>` as an administrator ends a stuck one; RELEASE_LOCK cannot",
        )
    connection.commit()
    try:
        yield bool(got)
    finally:
        with contextlib.suppress(sa.exc.SQLAlchemyError):  # a dead connection has already released it
            connection.rollback()
            connection.execute(sa.text("SELECT RELEASE_LOCK(:name)"), {"name": names.lock})
            connection.commit()


@contextlib.contextmanager
def _hold_lease(connection: sa.Connection, names: Names, node: Node, named: bool) -> Iterator[None]:
    lease = Lease(connection, node, names.lease)
    rival = lease.take(alone_on_node=named)
    if rival is not None:
        raise refusal(
            names,
            NodeHolder.of(rival) if rival else None,
            "`KILL <connection>` as an administrator of that node ends a stuck one, and the next run takes over its lease",
        )
    connection.info[_LEASE] = lease
    try:
        yield
    finally:
        with contextlib.suppress(sa.exc.SQLAlchemyError):  # a lost connection has no info any more
            connection.info.pop(_LEASE, None)
        lease.let_go()
