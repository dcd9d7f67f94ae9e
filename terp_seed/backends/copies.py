"""Copies: temporary tables in which rows can be rehearsed. They take and refuse what the live tables do.

Foreign keys and triggers are left out, because no temporary table has those. Nothing of them is left after the block.
"""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.sql.dialect import Dialect


class Copies(ABC):
    """Copies are the temporary tables of one connection."""

    def __init__(self, connection: sa.Connection, dialect: Dialect) -> None:
        self._connection, self._quote = connection.execution_options(no_parameters=True), dialect.quote

    def unavailable(self) -> str | None:
        """Return why this server should have none; None where it may."""
        return None

    def missing_privilege(self, error: DBAPIError) -> str | None:
        """Return the privilege that our user lacks to create one; None for an error of another kind."""
        return None

    @abstractmethod
    def opened(self) -> AbstractContextManager[None]:
        """End the open transaction, and keep what is created and inserted for the length of a block."""

    @abstractmethod
    def create(self, name: str, table: str) -> None:
        """Create an empty copy of a live table under another name. Raises DBAPIError where the server refuses."""
