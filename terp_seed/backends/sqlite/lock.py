"""The lock on SQLite: a lock on a file beside the database, which belongs to the process and ends with it."""

import contextlib
import fcntl
import getpass
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from terp_seed.backends.holder import Holder, refusal
from terp_seed.model.names import Names


def holder(connection: sa.Connection, names: Names) -> Holder | None:
    """Return who holds the lock now, or None. Read-only."""
    path = _lock_path(connection, names)
    return _file_holder(path) if path else None


@contextlib.contextmanager
def held(connection: sa.Connection, names: Names) -> Iterator[None]:
    """Hold the lock for the duration of a `with` block. Raises LockHeld if another run holds it."""
    path = _lock_path(connection, names)
    if path is None:  # a database in memory has only one connection
        yield
        return
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise refusal(
                names, _file_holder(path), "`kill <connection>` ends a stuck one; the number is its process id"
            ) from None
        me = Holder(os.getpid(), _user(), socket.gethostname(), str(path.name), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        file.truncate(0)
        file.write(json.dumps(asdict(me)))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)  # the file stays: if it were removed, two processes could lock different files of the same name


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
