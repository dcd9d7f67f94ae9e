"""The backend of MySQL and MariaDB, one server or a Galera cluster of them."""

from collections.abc import Iterable
from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.backend import Backend, Limits, Prefetching
from terp_seed.backends.copies import Copies
from terp_seed.backends.holder import Holder
from terp_seed.backends.mysql import cluster, engine, errors, lock, session, waiting
from terp_seed.backends.mysql.copies import MySQLCopies
from terp_seed.backends.mysql.dialect import MySQL
from terp_seed.backends.mysql.introspection import MySQLIntrospection
from terp_seed.backends.mysql.prefetch import Prefetch
from terp_seed.model.names import Names
from terp_seed.sql.dialect import Dialect


class MySQLBackend(Backend):
    """What MySQL and MariaDB have of a Backend."""

    dialect = MySQL
    introspection = MySQLIntrospection
    # one makes rows faster than a server takes them, but where the first rows need figures of all that come later
    helpers = 2

    def address(self, url: URL) -> URL:
        """Return it with PyMySQL."""
        return url.set(drivername="mysql+pymysql")

    def engine(self, address: URL, ca_cert: str | None, *, writes: bool) -> sa.Engine:
        """Return it; every one of them may write."""
        return engine.engine_for(address, ca_cert)

    def require_fit(self, connection: sa.Connection) -> None:
        """Look at the settings that our user may not set."""
        session.require_fit(connection)

    def held(self, connection: sa.Connection, names: Names) -> AbstractContextManager[None]:
        """Hold a named lock, and a lease in a cluster."""
        return lock.held(connection, names)

    def holder(self, connection: sa.Connection, names: Names) -> Holder | None:
        """Return who has them."""
        return lock.holder(connection, names)

    def is_held(self, connection: sa.Connection, names: Names) -> bool:
        """Ask the server."""
        return lock.is_held(connection, names)

    def end_when_idle(self, connection: sa.Connection) -> None:
        """Set wait_timeout, where there is a lease."""
        lock.end_when_idle(connection)

    def announce(self, connection: sa.Connection, statements: Iterable[str]) -> None:
        """Run them in a transaction of their own, where the server is a node of a cluster."""
        cluster.announce(connection, statements)

    def limits(self, connection: sa.Connection) -> Limits | None:
        """Return what a node's writesets may be."""
        return cluster.limits(connection)

    def prefetch(self, connection: sa.Connection, dialect: Dialect) -> Prefetching:
        """Return what reads index pages where the change buffer is on."""
        return Prefetch(connection, dialect)

    def copies(self, connection: sa.Connection, dialect: Dialect) -> Copies:
        """Return what makes them from SHOW CREATE TABLE."""
        return MySQLCopies(connection, dialect)

    def waited_for(self, connection: sa.Connection, error: DBAPIError) -> str:
        """Return InnoDB's open transactions."""
        return waiting.waited_for(connection, error)

    def is_conflict(self, error: DBAPIError) -> bool:
        """Tell it by the number of a deadlock."""
        return errors.is_conflict(error)

    def hopeless(self, error: DBAPIError) -> str | None:
        """Return it by the server's number."""
        return errors.hopeless(error)

    def unreachable(self, error: DBAPIError) -> str | None:
        """Tell of a node that is out of its cluster."""
        return errors.unreachable(error)

    def way_out(self, error: DBAPIError) -> str | None:
        """Return it by the server's number."""
        return errors.way_out(error)
