"""Writers: the destinations of SQL text, a connection or a script.

Both get the same text; only a connection returns results.
"""

import os
from typing import Protocol

import sqlalchemy as sa
from alembic.ddl.impl import DefaultImpl
from sqlalchemy.exc import IntegrityError

from terp_seed.backends.database import Database
from terp_seed.model.recipe import LARGEST_ID

_MOST_HELPERS = 4  # more would generate rows faster than one process can print them


class Writer(Protocol):
    """A Writer is what a Seeder writes to: a database, or a script for an assumed one."""

    knows_tables: bool  # whether it can read the tables
    most_rows: int | None  # the maximum per block; None for all rows
    helpers: int  # the number of worker processes to use
    first_id: int  # of the first block in an empty table
    sqlalchemy_dialect: sa.Dialect  # to compile the ledger's DDL

    def execute(self, statement: str) -> int | None:
        """Run a statement. Return the number of changed rows, or None if it is unknown."""

    def holds(self, condition: str) -> bool | None:
        """Tell whether a condition holds, or return None if it is unknown."""

    def highest_id(self, table: str) -> int | None:
        """Return the highest id in a table, or None if it is empty or unknown."""

    def largest_id(self, table: str) -> int:
        """Return the largest id that the table can hold, as far as it is known."""

    def reserve(self, table: str, statement: str, first_id: int, last_id: int) -> bool:
        """Insert a block's last row, and return whether the block's other ids are free. If not, nothing stays inserted."""

    def prefetch(self, table: str, first_id: int, last_id: int) -> None:
        """Make the server read the pages that it needs to delete these rows. This only affects speed."""

    def leave_out(self, table: str, rows: int) -> None:
        """Record that rows of a block are not written because of `most_rows`."""

    def remark(self, text: str) -> None:
        """Add a comment for readers of a script."""


class ConnectionWriter:
    """A ConnectionWriter is a writer that runs every statement on a live connection, unchanged."""

    knows_tables = True
    most_rows: int | None = None
    first_id = 1

    def __init__(self, database: Database) -> None:
        self._database, self.helpers = database, database.backend.helpers
        self._prefetch = database.backend.prefetch(database.connection, database.dialect)
        self.sqlalchemy_dialect = database.connection.dialect

    def execute(self, statement: str) -> int | None:
        """Run a statement. Return the number of changed rows."""
        return self._database.execute(statement).rowcount

    def holds(self, condition: str) -> bool | None:
        """Tell whether a condition holds."""
        return bool(self._database.execute(f"SELECT CASE WHEN {condition} THEN 1 ELSE 0 END").scalar_one())

    def highest_id(self, table: str) -> int | None:
        """Return the highest id in a table, or None if it is empty."""
        return self._highest_id(table)

    def largest_id(self, table: str) -> int:
        """Return what the live column holds."""
        column = self._database.live.column(table, self._database.names.key_of(table))
        return LARGEST_ID if column is None else column.highest

    def _highest_id(self, table: str, where: str = "") -> int | None:
        key, name = self._database.dialect.key(table), self._database.quote(table)
        highest: int | None = self._database.execute(f"SELECT MAX({key}) FROM {name}{where}").scalar()
        cached = self._database.introspection.cached_up_to(table, self._database.names.key_of(table))
        return highest if cached is None else max(cached, highest or 0)

    def reserve(self, table: str, statement: str, first_id: int, last_id: int) -> bool:
        """Insert a block's last row, which advances the server's id counter past the block. Return whether the ids are free.

        They are checked with a locking read, which waits for open transactions that have inserted into the block. Raises
        IntegrityError if another unique value of the row is taken.
        """
        announced = self._database.dialect.announced(table, statement, last_id)
        self._database.backend.announce(self._database.connection, announced)
        keep_free = self._database.dialect.keep_free({table: (str(first_id), str(last_id))})
        if keep_free:
            for each in keep_free:
                self._database.execute(each)
            if self._taken(table, first_id, last_id):
                return False
            self._database.execute(statement)
            return True
        failed: IntegrityError | None = None
        try:
            self._database.execute(statement)
        except IntegrityError as error:
            failed = error
        taken = self._taken(table, first_id, last_id if failed else last_id - 1, self._database.dialect.locking_read)
        if failed and not taken:
            raise failed  # another value than the id is taken: moving the block would not help
        if taken and not failed:
            self._database.execute(
                f"DELETE FROM {self._database.quote(table)} WHERE {self._database.dialect.key(table)} = {last_id}"
            )
        return not taken

    def _taken(self, table: str, first_id: int, last_id: int, locking: str = "") -> bool:
        key = self._database.dialect.key(table)
        query = (
            f"SELECT {key} FROM {self._database.quote(table)}{self._database.dialect.by_primary_key} "
            f"WHERE {key} BETWEEN {first_id} AND {last_id} LIMIT 1{locking}"
        )
        return self._database.execute(query).first() is not None

    def prefetch(self, table: str, first_id: int, last_id: int) -> None:
        """Prefetch the pages if the server gains from it."""
        self._prefetch.read(table, first_id, last_id)

    def leave_out(self, table: str, rows: int) -> None:
        """Raise AssertionError: an online run writes every row."""
        raise AssertionError(f"{rows} rows of {table} were not written")

    def remark(self, text: str) -> None:
        """Do nothing: a connection has no readers."""


class ScriptWriter:
    """A ScriptWriter is a writer that prints statements. It assumes empty tables, so blocks begin at `first_id`.

    With `most_rows` it prints an excerpt, which cannot be run.
    """

    knows_tables = False

    def __init__(self, impl: DefaultImpl, first_id: int, most_rows: int | None = None) -> None:
        self._impl, self.first_id, self.most_rows = impl, first_id, most_rows
        self.sqlalchemy_dialect = impl.dialect
        self.left_out = 0  # rows
        self.helpers = min(os.cpu_count() or 1, _MOST_HELPERS)

    def execute(self, statement: str) -> int | None:
        """Print a statement unchanged; Alembic's own method would replace tabs by spaces."""
        self._impl.static_output(f"{statement};")
        return None

    def holds(self, condition: str) -> bool | None:
        """Return None: a script cannot know."""
        return None

    def highest_id(self, table: str) -> int | None:
        """Return None: a script assumes empty tables, and checks that when it runs."""
        return None

    def largest_id(self, table: str) -> int:
        """Return that of any server: the script's rehearsal has the last row, which a smaller column refuses."""
        return LARGEST_ID

    def reserve(self, table: str, statement: str, first_id: int, last_id: int) -> bool:
        """Print the statement, and return True."""
        self.execute(statement)
        return True

    def prefetch(self, table: str, first_id: int, last_id: int) -> None:
        """Do nothing: a script does not know the indexes of its target database."""

    def leave_out(self, table: str, rows: int) -> None:
        """Count the rows that are not printed, and print a comment about them."""
        self.left_out += rows
        self.remark(f"{rows:,} more rows of {table} are left out here")

    def remark(self, text: str) -> None:
        """Print a comment."""
        self._impl.static_output(f"-- {text}")
