"""The lock: one seeding run at a time on a database, whatever it seeds.

It belongs to the connection that migrates (on SQLite: to the process), and ends with it, however it ends. In a cluster, whose
nodes do not know of each other's locks, the run has a lease beside it.
"""

import contextlib
import fcntl
import getpass
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends import connection as connections
from terp_seed.backends.mysql.cluster import Node
from terp_seed.backends.mysql.lease import IDLE_SECONDS, Facts, Lease, find
from terp_seed.errors import LockHeld, SeedError
from terp_seed.model.names import Names

_PATIENCE_SECONDS = 1  # a client that was killed a moment ago can let go
_NO_NAMED_LOCKS = (1105, 1235)  # what nodes answer to GET_LOCK that allow none: Percona in its strict mode, some MariaDBs
_LEASE = "terp_seed_lease"


@dataclass(frozen=True)
class Holder:
    """A Holder is who holds the lock, as far as the database tells."""

    connection: int
    user: str | None = None
    host: str | None = None
    database: str | None = None
    since: str | None = None

    def __str__(self) -> str:
        parts = (f"{name} {value}" for name, value in asdict(self).items() if value is not None)
        return ", ".join(parts)


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
    if connection.dialect.name == "sqlite":
        path = _lock_path(connection, names)
        return _file_holder(path) if path else None
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
    if connection.dialect.name == "sqlite":
        with _hold_file(connection, names):
            yield
        return
    node = Node.of(connection)
    with _hold_named(connection, names, node) as named:
        if node is None:
            yield
            return
        with _hold_lease(connection, names, node, named):
            yield


def assert_held(connection: sa.Connection, names: Names) -> None:
    """Raise SeedError when this connection no longer holds the lock: then nothing may be committed."""
    if connection.dialect.name == "sqlite":
        return  # the process holds its file until it closes it
    lease: Lease | None = connection.info.get(_LEASE)
    mine = _ask(connection, names, "SELECT COALESCE(IS_USED_LOCK(:name) = CONNECTION_ID(), 0)", lease)
    if mine == 0 or (lease and not lease.is_mine()):
        raise SeedError(
            f"The lock {names.lock} was lost during the run: expected to hold it until the end. The current table was "
            "not committed. See `terp-seed status`, then run the same command again."
        )


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
        return connection.execute(sa.text(question), {"name": names.lock, "patience": _PATIENCE_SECONDS}).scalar()
    except DBAPIError as error:
        if not in_cluster or connections.number(error) not in _NO_NAMED_LOCKS:
            raise
        return None


@contextlib.contextmanager
def _hold_named(connection: sa.Connection, names: Names, node: Node | None) -> Iterator[bool]:
    """Hold the server's named lock, and tell whether the server has such locks."""
    got = _ask(connection, names, "SELECT COALESCE(GET_LOCK(:name, :patience), 0)", node)
    if got == 0:
        raise _refusal(
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
        raise _refusal(
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


@contextlib.contextmanager
def _hold_file(connection: sa.Connection, names: Names) -> Iterator[None]:
    path = _lock_path(connection, names)
    if path is None:  # a database in memory has one process and one connection
        yield
        return
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _refusal(
                names, _file_holder(path), "`kill <connection>` ends a stuck one; the number is its process id"
            ) from None
        me = Holder(os.getpid(), _user(), socket.gethostname(), str(path.name), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        file.truncate(0)
        file.write(json.dumps(asdict(me)))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)  # the file stays: removing it would let two processes lock two files of one name


def _refusal(names: Names, holder_now: Holder | None, way_out: str) -> LockHeld:
    who = f" ({holder_now})" if holder_now else ""
    return LockHeld(
        f"Another seeding operation is in progress{who}: expected the lock {names.lock} to be free. "
        f"Wait for it to end and run the same command again; {way_out}."
    )


def _lock_path(connection: sa.Connection, names: Names) -> Path | None:
    path = connection.engine.url.database
    return None if path in (None, "", ":memory:") else Path(f"{path}.{names.lock}")


def _file_holder(path: Path) -> Holder | None:
    try:
        with path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                facts: dict[str, Any] = json.loads(file.read() or '{"connection": 0}')
                return Holder(**facts)
    except FileNotFoundError:
        pass
    return None


def _user() -> str | None:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a user id without a name
        return None
