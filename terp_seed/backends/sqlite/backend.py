"""The backend of SQLite, whose database is a file and whose server is this process."""

from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.backend import Backend
from terp_seed.backends.copies import Copies
from terp_seed.backends.driver_errors import DISK_FULL, ROW_LOST, cause
from terp_seed.backends.holder import Holder
from terp_seed.backends.sqlite import address, engine, lock
from terp_seed.backends.sqlite.copies import SQLiteCopies
from terp_seed.backends.sqlite.dialect import SQLite
from terp_seed.backends.sqlite.introspection import SQLiteIntrospection
from terp_seed.model.names import Names
from terp_seed.sql.dialect import Dialect

# SQLite's errors have no numbers, so they are identified by their messages
_WAYS_OUT = {
    "FOREIGN KEY constraint failed": ROW_LOST,
    "database or disk is full": DISK_FULL,
    "No space left on device": DISK_FULL,
}
_WRITTEN = "A seeding run or another program is writing to it: wait for it to end, then run the same command again"


class SQLiteBackend(Backend):
    """A SQLiteBackend is the backend of SQLite."""

    dialect = SQLite
    introspection = SQLiteIntrospection
    helpers = 1  # SQLite runs in this process, which leaves a core for one worker

    def address(self, url: URL) -> URL:
        """Return the address without the words that do not concern us: the driver is Python's own."""
        return address.normalized(url)

    def engine(self, address: URL, ca_cert: str | None, *, writes: bool) -> sa.Engine:
        """Return an engine; with `writes`, one whose transactions begin with the write lock."""
        return engine.engine_for(address, writes=writes)

    def require_ready(self, address: URL, names: Names, *, must_exist: bool) -> None:
        """Look at the file and its lock: a run that writes may keep others from reading, let alone from writing."""
        lock.require_ready(address, names, must_exist=must_exist)

    def held(self, connection: sa.Connection, names: Names) -> AbstractContextManager[None]:
        """Hold a lock on a file beside the database; a database in memory needs none."""
        return lock.held(connection, names)

    def holder(self, connection: sa.Connection, names: Names) -> Holder | None:
        """Read the holder from the lock file."""
        return lock.holder(connection, names)

    def copies(self, connection: sa.Connection, dialect: Dialect) -> Copies:
        """Return what makes them from the text that the file has of a table."""
        return SQLiteCopies(connection, dialect)

    def unreachable(self, error: DBAPIError) -> str | None:
        """Return what to do about a file that another connection has locked."""
        return _WRITTEN if "database is locked" in cause(error) else None

    def hopeless(self, error: DBAPIError) -> str | None:
        """Return what to do about a file that does not exist."""
        return lock.NO_FILE if "unable to open database file" in cause(error) else None

    def way_out(self, error: DBAPIError) -> str | None:
        """Look up the advice by the error message."""
        said = cause(error)
        return next((way_out for sentence, way_out in _WAYS_OUT.items() if sentence in said), None)
