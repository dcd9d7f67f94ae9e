"""The database: one live connection together with the backend and dialect of its server.

Statements are sent unchanged: a % is not a parameter of the driver.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedForeignKeyConstraint
from sqlalchemy.exc import SAWarning

from terp_seed.backends.live import LiveSchema
from terp_seed.backends.registry import backend_of
from terp_seed.model.names import Names


class Database:
    """A Database is the database that a project's command is connected to."""

    def __init__(self, connection: sa.Connection, names: Names) -> None:
        """Take the connection, and the names of the project's own tables."""
        self.connection = connection.execution_options(no_parameters=True)
        self.backend = backend_of(connection.engine.url)
        self.dialect, self.introspection, self.names = self.backend.dialect(names), self.backend.introspection(connection), names

    @cached_property
    def live(self) -> LiveSchema:
        """Return the live tables and columns, as they were at the first access."""
        return LiveSchema(self.introspection)

    def columns_of(self, table: str, schema: str | None = None) -> list[ReflectedColumn]:
        """Return a table's columns as SQLAlchemy reads them."""
        with self.reflecting() as inspector:
            return inspector.get_columns(table, schema=schema)

    def primary_key_of(self, table: str, schema: str | None = None) -> list[str]:
        """Return the columns of a table's primary key."""
        with self.reflecting() as inspector:
            return [*inspector.get_pk_constraint(table, schema=schema)["constrained_columns"]]

    def keys_of(self, table: str) -> list[ReflectedForeignKeyConstraint]:
        """Return the foreign keys of a table: one for a partitioned table that it refers to, and none for its partitions."""
        with self.reflecting() as inspector:
            return [key for key in inspector.get_foreign_keys(table) if (table, key["name"]) not in self._repeated]

    @contextmanager
    def reflecting(self) -> Iterator[sa.Inspector]:
        """Lend SQLAlchemy's inspector, without its warnings about types that it does not know."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)
            yield self._inspector

    @cached_property
    def _inspector(self) -> sa.Inspector:
        return sa.inspect(self.connection)  # it keeps what it has read once

    @cached_property
    def _repeated(self) -> set[tuple[str, str | None]]:
        return self.introspection.keys_of_partitions()

    def execute(self, statement: str) -> "sa.CursorResult[*tuple[Any, ...]]":
        """Run a statement."""
        return self.connection.exec_driver_sql(statement)

    def attempt(self, statement: str) -> "sa.CursorResult[*tuple[Any, ...]]":
        """Run a statement that the server may refuse, and after which the transaction goes on."""
        with self.backend.attempt(self.connection):
            return self.execute(statement)

    def scalar(self, query: str) -> Any:
        """Return the first value of a query's first row."""
        return self.execute(query).scalar()

    def quote(self, identifier: str) -> str:
        """Quote an identifier for this server."""
        return self.dialect.quote(identifier)
