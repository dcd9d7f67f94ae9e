"""The lock: one seeding run at a time on a database, whatever it seeds.

It belongs to the connection that migrates (on SQLite: to the process), and ends with it, however it ends.
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

from terp_seed.errors import LockHeld, SeedError

LOCK_NAME = "terp_seeding_global"
_PATIENCE_SECONDS = 1  # a client that was killed a moment ago can let go


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


def holder(connection: sa.Connection) -> Holder | None:
    """Return who holds the lock now, or None. Read-only."""
    if connection.dialect.name == "sqlite":
        path = _lock_path(connection)
        return _file_holder(path) if path else None
    held_by = connection.execute(sa.text("SELECT IS_USED_LOCK(:name)"), {"name": LOCK_NAME}).scalar()
    if held_by is None:
        return None
    query = sa.text("SELECT user, host, db, time FROM information_schema.processlist WHERE id = :id")
    process = connection.execute(query, {"id": held_by}).one_or_none()
    if process is None:  # without the PROCESS privilege, another user's connections cannot be seen
        return Holder(int(held_by))
    since = datetime.now(UTC) - timedelta(seconds=int(process[3] or 0))
    return Holder(int(held_by), process[0], process[1], process[2], since.strftime("%Y-%m-%dT%H:%M:%SZ"))


@contextlib.contextmanager
def held(connection: sa.Connection) -> Iterator[None]:
    """Hold the lock for the length of a block. Raises LockHeld, after a second, where another run has it."""
    taken = _hold_file(connection) if connection.dialect.name == "sqlite" else _hold_named(connection)
    with taken:
        yield


def assert_held(connection: sa.Connection) -> None:
    """Raise SeedError when this connection no longer holds the lock: then nothing may be committed."""
    if connection.dialect.name == "sqlite":
        return  # the process holds its file until it closes it
    mine = connection.execute(sa.text("SELECT IS_USED_LOCK(:name) = CONNECTION_ID()"), {"name": LOCK_NAME}).scalar()
    if not mine:
        raise SeedError(
            f"The lock {LOCK_NAME} was lost during the run: expected to hold it until the end. The current table was "
            "not committed. See `terp-seed status`, then run the same command again."
        )


@contextlib.contextmanager
def _hold_named(connection: sa.Connection) -> Iterator[None]:
    got = connection.execute(
        sa.text("SELECT GET_LOCK(:name, :patience)"), {"name": LOCK_NAME, "patience": _PATIENCE_SECONDS}
    ).scalar()
    if got != 1:
        raise _refusal(holder(connection), "`KILL <connection>` as an administrator ends a stuck one; RELEASE_LOCK cannot")
    connection.commit()
    try:
        yield
    finally:
        with contextlib.suppress(sa.exc.SQLAlchemyError):  # a dead connection has let go already
            connection.rollback()
            connection.execute(sa.text("SELECT RELEASE_LOCK(:name)"), {"name": LOCK_NAME})
            connection.commit()


@contextlib.contextmanager
def _hold_file(connection: sa.Connection) -> Iterator[None]:
    path = _lock_path(connection)
    if path is None:  # a database in memory has one process and one connection
        yield
        return
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _refusal(_file_holder(path), "`kill <connection>` ends a stuck one; the number is its process id") from None
        me = Holder(os.getpid(), _user(), socket.gethostname(), str(path.name), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        file.truncate(0)
        file.write(json.dumps(asdict(me)))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)  # the file stays: removing it would let two processes lock two files of one name


def _refusal(holder_now: Holder | None, way_out: str) -> LockHeld:
    who = f" ({holder_now})" if holder_now else ""
    return LockHeld(
        f"Another seeding operation is in progress{who}: expected the lock {LOCK_NAME} to be free. "
        f"Wait for it to end and run the same command again; {way_out}."
    )


def _lock_path(connection: sa.Connection) -> Path | None:
    database = connection.engine.url.database
    return None if database in (None, "", ":memory:") else Path(f"{database}.{LOCK_NAME}")


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
