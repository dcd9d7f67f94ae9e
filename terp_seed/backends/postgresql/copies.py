"""Copies on PostgreSQL: made by LIKE, which keeps the names of CHECKs and the types of everything.

An error ends a transaction here, so each statement has a savepoint.
"""

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.copies import Copies
from terp_seed.backends.postgresql.errors import sqlstate
from terp_seed.backends.postgresql.partitions import condition_sql
from terp_seed.backends.postgresql.script_rehearsal import copy_sql
from terp_seed.sql.dialect import Dialect

_DENIED = "42501"


class PostgreSQLCopies(Copies):
    """PostgreSQLCopies are of one transaction, which is rolled back."""

    def __init__(self, connection: sa.Connection, dialect: Dialect) -> None:
        super().__init__(connection, dialect)
        self._dialect = dialect

    def missing_privilege(self, error: DBAPIError) -> str | None:
        """Tell it by the server's sentence."""
        denied = sqlstate(error) == _DENIED and "create temporary tables" in str(error.orig)
        return "TEMPORARY on the database" if denied else None

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Roll back at the end, which drops the copies."""
        self._connection.rollback()
        try:
            yield
        finally:
            self._connection.rollback()

    def create(self, name: str, table: str) -> None:
        """Create it by LIKE, with a CHECK in place of its partitions."""
        self._connection.exec_driver_sql(copy_sql(self._dialect, name, table))
        condition = self._connection.exec_driver_sql(condition_sql(self._dialect, table)).scalar()
        if condition is not None:
            copy = f"pg_temp.{self._dialect.quote(name)}"
            self._connection.exec_driver_sql(f"ALTER TABLE {copy} ADD CONSTRAINT has_a_partition CHECK ({condition})")
