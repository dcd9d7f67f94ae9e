"""The backend: the interface to one kind of database, implemented in the subpackages.

Nothing outside of `backends` depends on the kind of database. `docs/architecture.md` explains how to add one.
"""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import ClassVar, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.copies import Copies
from terp_seed.backends.holder import Holder
from terp_seed.backends.introspection import Introspection
from terp_seed.model.names import Names
from terp_seed.sql.dialect import Dialect


@dataclass(frozen=True)
class Limits:
    """Limits are the maximum size of one transaction of a server, with the names of the settings; 0 means no limit."""

    rows: int
    size: int  # bytes
    rows_setting: str
    size_setting: str
    way_out: str  # an alternative to a higher limit


class Prefetching(Protocol):
    """A Prefetching is what makes a server read the pages of rows that are about to be deleted."""

    def read(self, table: str, first_id: int, last_id: int) -> None:
        """Read the pages of the rows in a range of ids. This only affects speed."""


class NoPrefetch:
    """A NoPrefetch is a Prefetching that reads nothing, for servers that gain nothing from it."""

    def read(self, table: str, first_id: int, last_id: int) -> None:
        """Do nothing."""


class Backend(ABC):
    """A Backend is one kind of database: its SQL, connections, locks, catalogue and errors."""

    dialect: ClassVar[type[Dialect]]
    introspection: ClassVar[type[Introspection]]
    helpers: ClassVar[int]  # worker processes that generate rows while the server inserts others

    @abstractmethod
    def address(self, url: URL) -> URL:
        """Return the address as `engine` takes it, with our driver. Raises BadSetting for one that cannot be used."""

    @abstractmethod
    def engine(self, address: URL, ca_cert: str | None, *, writes: bool) -> sa.Engine:
        """Return an engine whose sessions are set up for our statements. Raises BadSetting for an unusable certificate."""

    def require_fit(self, connection: sa.Connection) -> None:
        """Raise SeedError if a server setting that no session may change prevents our writes. Read-only."""
        return

    def require_ready(self, address: URL, names: Names, *, must_exist: bool) -> None:
        """Refuse, before a run connects, where it would wait in vain, or create the database. Raises LockHeld, or with
        `must_exist` ConnectionFailed. Read-only.
        """
        return

    @abstractmethod
    def held(self, connection: sa.Connection, names: Names) -> AbstractContextManager[None]:
        """Hold the project's lock for the duration of a `with` block. Raises LockHeld if another run holds it."""

    @abstractmethod
    def holder(self, connection: sa.Connection, names: Names) -> Holder | None:
        """Return who holds the lock, or None. Read-only."""

    def is_held(self, connection: sa.Connection, names: Names) -> bool:
        """Tell whether this connection still holds the lock that it took."""
        return True

    def end_when_idle(self, connection: sa.Connection) -> None:
        """Let the server end the connection of a run that stalls, if another run could take over its lock meanwhile."""
        return

    def announce(self, connection: sa.Connection, statements: Iterable[str]) -> None:
        """Announce a reserved block to the other nodes of a cluster with these statements, before it is committed."""
        return

    def limits(self, connection: sa.Connection) -> Limits | None:
        """Return the server's limits of one transaction, or None if it has none. Read-only."""
        return None

    def prefetch(self, connection: sa.Connection, dialect: Dialect) -> Prefetching:
        """Return the prefetching for deletes."""
        return NoPrefetch()

    def attempt(self, connection: sa.Connection) -> AbstractContextManager[object]:
        """Let the transaction go on after a statement of a block that the server refuses."""
        return contextlib.nullcontext()

    @abstractmethod
    def copies(self, connection: sa.Connection, dialect: Dialect) -> Copies:
        """Return what makes temporary copies of live tables."""

    def ended_on_interrupt(self, connection: sa.Connection) -> AbstractContextManager[None]:
        """End what the connection is doing on its server when Ctrl-C comes within a block. One in our process has ended."""
        return contextlib.nullcontext()

    def waited_for(self, connection: sa.Connection, error: DBAPIError) -> str:
        """Return a sentence on whom a statement waited for until it timed out; an empty one for another error."""
        return ""

    def is_conflict(self, error: DBAPIError) -> bool:
        """Tell whether an error is a conflict with another transaction, after which the whole transaction can be retried."""
        return False

    def hopeless(self, error: DBAPIError) -> str | None:
        """Return what to do about a refused connection, or None if a retry may help."""
        return None

    def unreachable(self, error: DBAPIError) -> str | None:
        """Return what to do about a connection that failed three times, or None for the general advice."""
        return None

    @abstractmethod
    def way_out(self, error: DBAPIError) -> str | None:
        """Return what a user can do about an error, or None if that is unknown."""
