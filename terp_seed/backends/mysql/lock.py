"""The lock on MySQL and MariaDB: a named lock of the server, which belongs to the connection that migrates and ends with it.

In a cluster, whose nodes do not know of each other's locks, the run has a lease beside it.
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

_NO_NAMED_LOCKS = (1105, 1235)  # what nodes answer to GET_LOCK that allow none: Percona in its strict mode, some MariaDBs
_LEASE = "terp_seed_lease"


@dataclass(frozen=True)
class NodeHolder(Holder):
    """A NodeHolder is a Holder in a cluster: connections have the same numbers on several nodes."""

    node: str | None = None
    renewed: str | None = None

    @classmethod
    def of(cls, facts: Facts) -> "NodeHolder":
        """Return the holder that a lease tells of."""
        known: dict[str, Any] = {name: facts[name] for name in ("connection", "user", "host", "database", "node")}
        known |= {name: f"{facts[name]:%Y-%m-%dT%H:%M:%SZ}" for name in ("since", "renewed")}
        return cls(**known)


def holder(connection: sa.Connection, names: Names) -> Holder | None:
    """Return who holds the lock now, or None. Read-only."""
    node = Node.of(connection)
    facts = find(connection, names.lease) if node else None
    return NodeHolder.of(facts) if facts else _named_holder(connection, names, node)


def _named_holder(connection: sa.Connection, names: Names, node: Node | None) -> Holder | None:
    """Return who holds the named lock of this server."""
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
    """Hold the lock for the length of a block. Raises LockHeld where another run has it: after a second, or, where a lease in a
    cluster has to be watched to know whether its run lives, after up to fifteen.
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
    """Let a cluster's node end the connection of a run that stops for long, before its lease can be taken over.

    DDL commits at once, and no lease can make it fail: a run that was stopped just before it must not go on with it later.
    """
    if _LEASE in connection.info:
        connection.exec_driver_sql(f"SET SESSION wait_timeout = {IDLE_SECONDS}")
        connection.commit()


def _ask(connection: sa.Connection, names: Names, question: str, in_cluster: object) -> Any:
    """Return a named lock function's answer; None from a node of a cluster in Percona's strict mode, which answers none."""
    try:
        return connection.execute(sa.text(question), {"name": names.lock, "patience": PATIENCE_SECONDS}).scalar()
    except DBAPIError as error:
        if not in_cluster or number(error) not in _NO_NAMED_LOCKS:
            raise
        return None


@contextlib.contextmanager
def _hold_named(connection: sa.Connection, names: Names, node: Node | None) -> Iterator[bool]:
    """Hold the server's named lock, and tell whether the server has such locks."""
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
        with contextlib.suppress(sa.exc.SQLAlchemyError):  # a dead connection has let go already
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
            "`KILL <connection>` as an administrator of that node ends a stuck one, and the next run takes its lease over",
        )
    connection.info[_LEASE] = lease
    try:
        yield
    finally:
        with contextlib.suppress(sa.exc.SQLAlchemyError):  # a connection that was lost has taken it along
            connection.info.pop(_LEASE, None)
        lease.let_go()
