"""The backend: all that has to be known of one kind of database, behind one interface; the folders beside this file fill it in.

Nothing outside this room asks which database it is. `docs/architecture.md` says how to write the next one.
"""

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
    """Limits are what a server takes of one transaction, and what it calls them; 0 is no limit."""

    rows: int
    size: int  # bytes
    rows_setting: str
    size_setting: str
    way_out: str  # besides a higher size


class Prefetching(Protocol):
    """What has a server read the pages of rows that are about to be deleted."""

    def read(self, table: str, first_id: int, last_id: int) -> None:
        """Read those of the rows from one id to another. Only time depends on it."""


class NoPrefetch:
    """NoPrefetch reads nothing: most servers gain nothing by it."""

    def read(self, table: str, first_id: int, last_id: int) -> None:
        """Do nothing."""


class Backend(ABC):
    """A Backend is one kind of database: its SQL, its connections, its locks, its catalogue and its errors."""

    dialect: ClassVar[type[Dialect]]
    introspection: ClassVar[type[Introspection]]
    helpers: ClassVar[int]  # processes that make rows while the server works on some

    @abstractmethod
    def address(self, url: URL) -> URL:
        """Return an address with our driver in it."""

    @abstractmethod
    def engine(self, address: URL, ca_cert: str | None, *, writes: bool) -> sa.Engine:
        """Return what opens connections in which our statements mean what they say. Raises BadSetting for an odd address."""

    def require_fit(self, connection: sa.Connection) -> None:
        """Raise SeedError where the server has a setting that stops what we write, and that no session may change. Read-only."""
        return

    @abstractmethod
    def held(self, connection: sa.Connection, names: Names) -> AbstractContextManager[None]:
        """Hold the project's lock for the length of a block. Raises LockHeld where another run has it."""

    @abstractmethod
    def holder(self, connection: sa.Connection, names: Names) -> Holder | None:
        """Return who has the lock. Read-only."""

    def is_held(self, connection: sa.Connection, names: Names) -> bool:
        """Tell whether this connection still has the lock that it took."""
        return True

    def end_when_idle(self, connection: sa.Connection) -> None:
        """Let the server end the connection of a run that stops for long, where its lock can be taken over meanwhile."""
        return

    def announce(self, connection: sa.Connection, statements: Iterable[str]) -> None:
        """Tell other nodes of a reserved block, by these statements, where they would learn of it only when it commits."""
        return

    def limits(self, connection: sa.Connection) -> Limits | None:
        """Return what the server takes of one transaction; None where it bounds none. Read-only."""
        return None

    def prefetch(self, connection: sa.Connection, dialect: Dialect) -> Prefetching:
        """Return what reads pages ahead of a delete."""
        return NoPrefetch()

    @abstractmethod
    def copies(self, connection: sa.Connection, dialect: Dialect) -> Copies:
        """Return what makes temporary copies of live tables."""

    def waited_for(self, connection: sa.Connection, error: DBAPIError) -> str:
        """Return a sentence on whom a statement waited for until it timed out; an empty one for another error."""
        return ""

    def is_conflict(self, error: DBAPIError) -> bool:
        """Tell whether a transaction lost against another one, and may be run again from its start."""
        return False

    def hopeless(self, error: DBAPIError) -> str | None:
        """Return what to do about a refused connection, where to try again would not help."""
        return None

    def unreachable(self, error: DBAPIError) -> str | None:
        """Return what to do about a connection that failed three times; None for what anybody would look at."""
        return None

    @abstractmethod
    def way_out(self, error: DBAPIError) -> str | None:
        """Return what a person can do about an error; None where nobody can say."""
