"""The lock on SQLite: it belongs to the database's file, whatever the path to it, and to the process, with which it ends."""

import contextlib
import getpass
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL

from terp_seed.backends.holder import Holder, refusal
from terp_seed.backends.sqlite import file_lock
from terp_seed.errors import ConnectionFailed, Refused
from terp_seed.model.names import Names

NO_FILE = (
    "Check the path in DATABASE_URL, which is sqlite:///terp.db where it is not set; the application's own migrations create the "
    "file (for TERP `alembic upgrade head`)"
)
_WAY_OUT = "`kill <process>` ends a stuck one"


class ProcessHolder(Holder):
    """A ProcessHolder is a Holder that is a process of this machine, or of one that has the file too."""

    def __str__(self) -> str:
        who = (f"{name} {value}" for name, value in (("user", self.user), ("host", self.host), ("since", self.since)) if value)
        return ", ".join((f"process {self.connection}", *who))


def require_ready(address: URL, names: Names, *, must_exist: bool) -> None:
    """Raise LockHeld if another run holds the lock, and ConnectionFailed for a missing file that `must_exist`.

    Does not open the database: SQLite would create it, and a large transaction of another run locks it.
    """
    path = address.database
    if not path or path == ":memory:" or path.startswith("file:"):
        return
    if not Path(path).is_file():
        if not must_exist:
            return
        raise ConnectionFailed(f"The database {address.set(query={})} refused the connection: there is no such file. {NO_FILE}.")
    database = Path(path).resolve()
    if file_lock.stays_present(database.stat(), names.lock):
        raise refusal(names, _holder(database, names), _WAY_OUT)


def holder(connection: sa.Connection, names: Names) -> Holder | None:
    """Return who holds the lock now, or None. Read-only."""
    database = _database(connection)
    return _holder(database, names) if database else None


@contextlib.contextmanager
def held(connection: sa.Connection, names: Names) -> Iterator[None]:
    """Hold the lock for the duration of a `with` block. Raises LockHeld if another run holds it."""
    database = _database(connection)
    if database is None:  # a database in memory has only one connection
        yield
        return
    found = database.stat()
    if found.st_nlink > 1:
        raise Refused(
            f"The file {database} has {found.st_nlink} names (hard links): expected one, because SQLite keeps its journal beside "
            "the name that was opened. Nothing was written. Copy the file, or remove the other names."
        )
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(file_lock.present(found, names.lock))
            descriptor = stack.enter_context(file_lock.locked(_lock_file(database, names)))
        except BlockingIOError:
            raise refusal(names, _holder(database, names), _WAY_OUT) from None
        path = _lock_file(database, names).name
        me = Holder(os.getpid(), _user(), socket.gethostname(), path, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(asdict(me)).encode(), 0)
        yield


def _database(connection: sa.Connection) -> Path | None:
    """Return the file of the database as SQLite itself has opened it: an absolute path without symbolic links."""
    driver = connection.connection.dbapi_connection
    assert driver is not None
    driver.text_factory = os.fsdecode  # a path need not be UTF-8
    try:
        path = next(row[2] for row in driver.execute("PRAGMA database_list") if row[1] == "main")
    finally:
        driver.text_factory = str
    return Path(path).resolve() if path else None


def _lock_file(database: Path, names: Names) -> Path:
    return database.with_name(f"{database.name}.{names.lock}")


def _holder(database: Path, names: Names) -> Holder | None:
    try:
        written = file_lock.content(_lock_file(database, names))
    except Refused:
        written = None  # no file that we may read, so the socket has to answer
    if written is None:
        process = file_lock.process_present(database.stat(), names.lock)
        return ProcessHolder(process) if process is not None else None
    try:
        facts = json.loads(written)
        known = {one.name: facts[one.name] for one in fields(Holder) if str(facts[one.name]).isprintable()}
        return ProcessHolder(**known)
    except (ValueError, TypeError, KeyError):  # it is being written, or somebody else's
        return ProcessHolder(0)


def _user() -> str | None:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a user id without a name
        return None
