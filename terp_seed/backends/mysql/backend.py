"""The backend of MySQL and MariaDB, for a single server or a Galera cluster."""

from collections.abc import Iterable
from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.backend import Backend, Limits, Prefetching
from terp_seed.backends.copies import Copies
from terp_seed.backends.holder import Holder
from terp_seed.backends.mysql import address, cluster, engine, errors, interruption, lock, session, waiting
from terp_seed.backends.mysql.copies import MySQLCopies
from terp_seed.backends.mysql.dialect import MySQL
from terp_seed.backends.mysql.introspection import MySQLIntrospection
from terp_seed.backends.mysql.prefetch import Prefetch
from terp_seed.model.names import Names
from terp_seed.sql.dialect import Dialect


class MySQLBackend(Backend):
    """A MySQLBackend is the backend of MySQL and MariaDB."""

    dialect = MySQL
    introspection = MySQLIntrospection
    # one generates rows faster than a server inserts them, except when the first rows need the figures of later tables
    helpers = 2

    def address(self, url: URL) -> URL:
        """Return the address with PyMySQL as its driver, and with the words of its query that we know."""
        return address.normalized(url)

    def engine(self, address: URL, ca_cert: str | None, *, writes: bool) -> sa.Engine:
        """Return an engine; the same for reading and writing."""
        return engine.engine_for(address, ca_cert)

    def require_fit(self, connection: sa.Connection) -> None:
        """Check the server settings that our user may not change."""
        session.require_fit(connection)

    def held(self, connection: sa.Connection, names: Names) -> AbstractContextManager[None]:
        """Hold the server's named lock, and in a cluster also a lease."""
        return lock.held(connection, names)

    def holder(self, connection: sa.Connection, names: Names) -> Holder | None:
        """Return the holder of the lease or named lock."""
        return lock.holder(connection, names)

    def is_held(self, connection: sa.Connection, names: Names) -> bool:
        """Ask the server for the holder of the lock, and check the lease."""
        return lock.is_held(connection, names)

    def end_when_idle(self, connection: sa.Connection) -> None:
        """Set a short wait_timeout if the run has a lease."""
        lock.end_when_idle(connection)

    def announce(self, connection: sa.Connection, statements: Iterable[str]) -> None:
        """Run the statements in a separate transaction if the server is a node of a cluster."""
        cluster.announce(connection, statements)

    def limits(self, connection: sa.Connection) -> Limits | None:
        """Return the limits of a node's writesets."""
        return cluster.limits(connection)

    def prefetch(self, connection: sa.Connection, dialect: Dialect) -> Prefetching:
        """Return the prefetching, which reads index pages if the change buffer is on."""
        return Prefetch(connection, dialect)

    def copies(self, connection: sa.Connection, dialect: Dialect) -> Copies:
        """Return what makes them from SHOW CREATE TABLE."""
        return MySQLCopies(connection, dialect)

    def ended_on_interrupt(self, connection: sa.Connection) -> AbstractContextManager[None]:
        """Kill the connection from another one."""
        return interruption.ended_on_interrupt(connection)

    def waited_for(self, connection: sa.Connection, error: DBAPIError) -> str:
        """Return InnoDB's open transactions."""
        return waiting.waited_for(connection, error)

    def is_conflict(self, error: DBAPIError) -> bool:
        """Tell whether the error is a deadlock, by its number."""
        return errors.is_conflict(error)

    def hopeless(self, error: DBAPIError) -> str | None:
        """Look up the advice by the error number."""
        return errors.hopeless(error)

    def unreachable(self, error: DBAPIError) -> str | None:
        """Return the advice for a node that is not in its cluster."""
        return errors.unreachable(error)

    def way_out(self, error: DBAPIError) -> str | None:
        """Look up the advice by the error number."""
        return errors.way_out(error)
