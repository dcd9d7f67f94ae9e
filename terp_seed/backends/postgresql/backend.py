"""The backend of PostgreSQL, with psycopg 3 as its driver."""

import contextlib
from collections.abc import Iterator
from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, PendingRollbackError

from terp_seed.backends.backend import Backend
from terp_seed.backends.copies import Copies
from terp_seed.backends.holder import Holder
from terp_seed.backends.postgresql import address, engine, errors, lock, session, waiting
from terp_seed.backends.postgresql.copies import PostgreSQLCopies
from terp_seed.backends.postgresql.dialect import PostgreSQL
from terp_seed.backends.postgresql.introspection import PostgreSQLIntrospection
from terp_seed.model.names import Names
from terp_seed.sql.dialect import Dialect


class PostgreSQLBackend(Backend):
    """A PostgreSQLBackend is the backend of PostgreSQL."""

    dialect = PostgreSQL
    introspection = PostgreSQLIntrospection
    helpers = 2

    def address(self, url: URL) -> URL:
        """Return the address with psycopg as its driver, and with the words of its query that libpq takes."""
        return address.normalized(url)

    def engine(self, address: URL, ca_cert: str | None, *, writes: bool) -> sa.Engine:
        """Return an engine; the same for reading and writing."""
        return engine.engine_for(address, ca_cert)

    def require_fit(self, connection: sa.Connection) -> None:
        """Check the server's version."""
        session.require_fit(connection)

    def held(self, connection: sa.Connection, names: Names) -> AbstractContextManager[None]:
        """Hold the session's advisory lock."""
        return lock.held(connection, names)

    def holder(self, connection: sa.Connection, names: Names) -> Holder | None:
        """Return the session that holds it."""
        return lock.holder(connection, names)

    def is_held(self, connection: sa.Connection, names: Names) -> bool:
        """Ask the server for the locks of our session."""
        return lock.is_held(connection, names)

    @contextlib.contextmanager
    def attempt(self, connection: sa.Connection) -> Iterator[None]:
        """Set a savepoint: after an error the transaction would take no other statement."""
        try:
            with connection.begin_nested():
                yield
        except PendingRollbackError as error:  # it hides that the connection was lost
            if isinstance(error.__context__, DBAPIError):
                raise error.__context__ from None
            raise

    def copies(self, connection: sa.Connection, dialect: Dialect) -> Copies:
        """Return what makes them by LIKE."""
        return PostgreSQLCopies(connection, dialect)

    def ended_on_interrupt(self, connection: sa.Connection) -> AbstractContextManager[None]:
        """Do nothing: the driver cancels its statement on the server, and waits for its end."""
        return contextlib.nullcontext()

    def waited_for(self, connection: sa.Connection, error: DBAPIError) -> str:
        """Return the open transactions of the database."""
        return waiting.waited_for(connection, error)

    def is_conflict(self, error: DBAPIError) -> bool:
        """Tell whether the error is a deadlock or a serialization failure, by its SQLSTATE."""
        return errors.is_conflict(error)

    def hopeless(self, error: DBAPIError) -> str | None:
        """Look up the advice by the error message."""
        return errors.hopeless(error)

    def way_out(self, error: DBAPIError) -> str | None:
        """Look up the advice by the SQLSTATE."""
        return errors.way_out(error)
