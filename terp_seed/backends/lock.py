"""The lock: only one run of a project seeds a database at a time. Each backend implements it."""

from contextlib import AbstractContextManager

import sqlalchemy as sa

from terp_seed.backends.connection import parse_url
from terp_seed.backends.holder import Holder
from terp_seed.backends.registry import backend_of
from terp_seed.errors import SeedError
from terp_seed.model.names import Names


def holder(connection: sa.Connection, names: Names) -> Holder | None:
    """Return who holds the lock now, or None. Read-only."""
    return backend_of(connection.engine.url).holder(connection, names)


def held(connection: sa.Connection, names: Names) -> AbstractContextManager[None]:
    """Hold the lock for the duration of a `with` block. Raises LockHeld if another run holds it."""
    return backend_of(connection.engine.url).held(connection, names)


def require_ready(url: str, names: Names, *, must_exist: bool) -> None:
    """Refuse a run before it connects, where it would wait in vain, or create the database. Raises LockHeld, or with
    `must_exist` ConnectionFailed. Read-only.
    """
    address = parse_url(url)
    backend_of(address).require_ready(address, names, must_exist=must_exist)


def assert_held(connection: sa.Connection, names: Names) -> None:
    """Raise SeedError if this connection no longer holds the lock: nothing may be committed then."""
    if not backend_of(connection.engine.url).is_held(connection, names):
        raise SeedError(
            f"The lock {names.lock} was lost during the run: expected to hold it until the end. The current table was "
            "not committed. See `terp-seed status`, then run the same command again."
        )


def end_when_idle(connection: sa.Connection) -> None:
    """Let the server end the connection of a run that stalls, if another run could take over its lock meanwhile."""
    backend_of(connection.engine.url).end_when_idle(connection)
