"""The lock file beside a SQLite database, and the socket that stands for the database while it is locked.

Neither follows a symbolic link. The database's own file is never opened: closing a second descriptor on it would drop SQLite's
own locks on it.
"""

import contextlib
import fcntl
import os
import socket
import stat
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from terp_seed.backends.holder import PATIENCE_SECONDS
from terp_seed.errors import Refused

_FLAGS = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # a named pipe must not block
_ATTEMPTS = 5
_CREDENTIALS = struct.Struct("3i")  # process, user and group of a socket's other end


@contextlib.contextmanager
def locked(path: Path) -> Iterator[int]:
    """Lock the file for the length of a block, and yield its descriptor. Raises BlockingIOError if another process has it.

    The file is created, readable by its owner alone, and deleted in the end. Raises Refused for anything but a plain file.
    """
    while True:
        descriptor = _open(path, _FLAGS | os.O_CREAT)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not _is_at(descriptor, path):
                continue  # deleted, or replaced, before it was locked
            with contextlib.suppress(PermissionError):  # it is another user's, who lets us write
                os.fchmod(descriptor, 0o600)
            try:
                yield descriptor
            finally:
                if _is_at(descriptor, path):
                    path.unlink()
            return
        finally:
            os.close(descriptor)


def content(path: Path) -> bytes | None:
    """Return what the file contains while another process has it locked, else None. Read-only."""
    try:
        descriptor = _open(path, (_FLAGS & ~os.O_RDWR) | os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(descriptor, 4096)
    finally:
        os.close(descriptor)
    return None


def _open(path: Path, flags: int) -> int:
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileNotFoundError:
        raise
    except OSError as error:
        what = "it is a symbolic link" if path.is_symlink() else error.strerror
        raise Refused(_unusable(path, str(what))) from None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        os.close(descriptor)
        raise Refused(_unusable(path, "it is no plain file, or has another name as well"))
    return descriptor


def _unusable(path: Path, why: str) -> str:
    return (
        f"The lock file {path} cannot be used: {why}. Expected a file of our own, or none. Nothing was written. Delete it if no "
        "other run is in progress."
    )


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), found)


@contextlib.contextmanager
def present(database: os.stat_result, name: str) -> Iterator[None]:
    """Stand for a database's file for the length of a block, even if its lock file is deleted.

    Raises BlockingIOError if another process of this machine does. Only Linux has sockets without a file.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stands:
        _bind(stands, _address(database, name))
        stands.listen(8)
        yield


def _bind(stands: socket.socket, address: str) -> None:
    """Bind a socket. A worker process of a run that has just ended may have its socket for a moment more."""
    for attempt in range(_ATTEMPTS):
        try:
            stands.bind(address)
            return
        except OSError:
            if attempt == _ATTEMPTS - 1:
                raise BlockingIOError from None
            time.sleep(PATIENCE_SECONDS / _ATTEMPTS)


def process_present(database: os.stat_result, name: str) -> int | None:
    """Return the number of the process that stands for a database's file, or None. Read-only."""
    if not sys.platform.startswith("linux"):
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as asks:
        try:
            asks.connect(_address(database, name))
        except BlockingIOError:
            return 0  # there is one, and many ask
        except OSError:
            return None
        process: int = _CREDENTIALS.unpack(asks.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))[0]
        return process


def stays_present(database: os.stat_result, name: str) -> bool:
    """Tell whether a process stands for a database's file, and goes on to. One that has just ended does so for a moment more."""
    for attempt in range(_ATTEMPTS):
        if process_present(database, name) is None:
            return False
        if attempt < _ATTEMPTS - 1:
            time.sleep(PATIENCE_SECONDS / _ATTEMPTS)
    return True


def _address(database: os.stat_result, name: str) -> str:
    return f"\0{name[:60]}.{database.st_dev}.{database.st_ino}"
