"""Writers: where SQL text goes, to a connection or to a script.

Both get the same text; only the connection can answer.
"""

import os
from typing import Protocol

import sqlalchemy as sa
from alembic.ddl.impl import DefaultImpl
from sqlalchemy.exc import IntegrityError

from terp_seed.backends.database import Database

_MOST_HELPERS = 4  # more than one process can print the rows of


class Writer(Protocol):
    """What a Seeder needs of a database, or of the assumption of one."""

    knows_tables: bool  # whether it can ask what a table holds
    most_rows: int | None  # of one block; None where every row is written
    helpers: int  # processes that can make rows meanwhile
    first_id: int  # of the first block in an empty table
    sqlalchemy_dialect: sa.Dialect  # what compiles the definition of the ledger

    def execute(self, statement: str) -> int | None:
        """Run a statement; return how many rows it changed, None where nobody can know."""

    def holds(self, condition: str) -> bool | None:
        """Tell whether a condition holds; None where nobody can know."""

    def highest_id(self, table: str) -> int | None:
        """Return the highest id in a table, None when it is empty."""

    def reserve(self, table: str, statement: str, first_id: int, last_id: int) -> bool:
        """Insert a block's last row, and tell whether the block is ours alone. Nothing is left of a failed attempt."""

    def prefetch(self, table: str, first_id: int, last_id: int) -> None:
        """Have the server read what it needs to delete these rows. Nothing depends on it but the time that it takes."""

    def leave_out(self, table: str, rows: int) -> None:
        """Note that rows of a block are not written, because of `most_rows`."""

    def remark(self, text: str) -> None:
        """Tell a reader something; it means nothing to the database."""


class ConnectionWriter:
    """A ConnectionWriter runs statements on a live connection, as they are, and every one of them."""

    knows_tables = True
    most_rows: int | None = None
    first_id = 1

    def __init__(self, database: Database) -> None:
        self._database, self.helpers = database, database.backend.helpers
        self._prefetch = database.backend.prefetch(database.connection, database.dialect)
        self.sqlalchemy_dialect = database.connection.dialect

    def execute(self, statement: str) -> int | None:
        """Run a statement; return how many rows it changed."""
        return self._database.execute(statement).rowcount

    def holds(self, condition: str) -> bool | None:
        """Tell whether a condition holds."""
        return bool(self._database.execute(f"SELECT CASE WHEN {condition} THEN 1 ELSE 0 END").scalar_one())

    def highest_id(self, table: str) -> int | None:
        """Return the highest id in a table, None when it is empty."""
        return self._highest_id(table)

    def _highest_id(self, table: str, where: str = "") -> int | None:
        quote = self._database.quote
        highest: int | None = self._database.execute(f"SELECT MAX({quote('id')}) FROM {quote(table)}{where}").scalar()
        return highest

    def reserve(self, table: str, statement: str, first_id: int, last_id: int) -> bool:
        """Insert a block's last row, which moves the server's own counter past the block; then look whether anybody was faster.

        The look is a locking read: it waits for a transaction that has inserted into the block and not ended yet.
        """
        announced = self._database.dialect.announced(table, statement, last_id)
        self._database.backend.announce(self._database.connection, announced)
        failed: IntegrityError | None = None
        try:
            self._database.execute(statement)
        except IntegrityError as error:
            failed = error
        quote = self._database.quote
        others = last_id if failed else last_id - 1
        taken = self._database.execute(
            f"SELECT {quote('id')} FROM {quote(table)}{self._database.dialect.by_primary_key} "
            f"WHERE {quote('id')} BETWEEN {first_id} AND {others} LIMIT 1{self._database.dialect.locking_read}"
        ).first()
        if failed and not taken:
            raise failed  # not the id but another value is taken: moving the block would not help
        if taken and not failed:
            self._database.execute(f"DELETE FROM {quote(table)} WHERE {quote('id')} = {last_id}")
        return not taken

    def prefetch(self, table: str, first_id: int, last_id: int) -> None:
        """Have it read, where the server gains by it."""
        self._prefetch.read(table, first_id, last_id)

    def leave_out(self, table: str, rows: int) -> None:
        """Refuse it: an online run writes every row."""
        raise AssertionError(f"{rows} rows of {table} were not written")

    def remark(self, text: str) -> None:
        """Do nothing: nobody reads a connection."""


class ScriptWriter:
    """A ScriptWriter prints statements. It assumes tables to be empty, so blocks begin where they are told to.

    With `most_rows` it prints an excerpt, to be read and not to be run.
    """

    knows_tables = False

    def __init__(self, impl: DefaultImpl, first_id: int, most_rows: int | None = None) -> None:
        self._impl, self.first_id, self.most_rows = impl, first_id, most_rows
        self.sqlalchemy_dialect = impl.dialect
        self.left_out = 0  # rows
        self.helpers = min(os.cpu_count() or 1, _MOST_HELPERS)

    def execute(self, statement: str) -> int | None:
        """Print a statement, untouched: Alembic's own way turns tabs into spaces."""
        self._impl.static_output(f"{statement};")
        return None

    def holds(self, condition: str) -> bool | None:
        """Return None."""
        return None

    def highest_id(self, table: str) -> int | None:
        """Return None: the script assumes empty tables, and checks it when it runs."""
        return None

    def reserve(self, table: str, statement: str, first_id: int, last_id: int) -> bool:
        """Print the statement."""
        self.execute(statement)
        return True

    def prefetch(self, table: str, first_id: int, last_id: int) -> None:
        """Do nothing: a script does not know the indexes of the database that it will meet."""

    def leave_out(self, table: str, rows: int) -> None:
        """Say how many rows are not printed."""
        self.left_out += rows
        self.remark(f"{rows:,} more rows of {table} are left out here")

    def remark(self, text: str) -> None:
        """Print a comment."""
        self._impl.static_output(f"-- {text}")
