"""Databases of a server that tests use one after another: making TERP's tables takes longer than most tests.

Each is lent as new: what a test has written is deleted, what it has altered is made again, and with more it is dropped.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from tests.support import Database

Rows = list[tuple[Any, ...]]
_AROUND = (
    "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE()",
    "SELECT TRIGGER_NAME, ACTION_STATEMENT FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()",
    "SELECT ROUTINE_NAME, ROUTINE_DEFINITION FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()",
    "SELECT EVENT_NAME, EVENT_DEFINITION FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()",
    # of other schemas
    "SELECT CONSTRAINT_SCHEMA, CONSTRAINT_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS"
    " WHERE UNIQUE_CONSTRAINT_SCHEMA = DATABASE() AND CONSTRAINT_SCHEMA <> DATABASE()",
)


@dataclass(frozen=True)
class Contents:
    """Contents are what a database holds: the definitions of its tables and views, its rows, and everything beside them."""

    tables: dict[str, str]  # their definitions, in which the next number of each is
    rows: dict[str, Rows]  # a few, of those tables that have any
    around: list[Rows]

    @classmethod
    def of(cls, database: Database) -> "Contents":
        """Look at a database. Read-only: writes nothing."""
        with database.connection() as connection:

            def read(statement: str) -> Rows:
                return [tuple(row) for row in connection.exec_driver_sql(statement.replace("%", "%%"))]

            names = [name for (name,) in read("SHOW TABLES")]
            definitions = {name: read(f"SHOW CREATE TABLE `{name}`")[0][1] for name in names}
            # in one statement, for 233 tables
            any_row = " UNION ALL ".join(f"(SELECT '{name}' FROM `{name}` LIMIT 1)" for name in names)
            full = [name for (name,) in read(any_row)] if names else []
            rows = {name: read(f"SELECT * FROM `{name}` LIMIT 5") for name in full}
            return cls(definitions, rows, [read(statement) for statement in _AROUND])

    def without_numbers(self) -> dict[str, str]:
        """Return the definitions without the next number of each table."""
        return {name: _NEXT_NUMBER.sub("", text) for name, text in self.tables.items()}

    def made_in(self, database: Database, names: Iterable[str]) -> None:
        """Make some of the tables, which the database does not have, with their rows."""
        with database.connection() as connection:
            connection.exec_driver_sql(_NO_KEYS)
            for name in names:
                connection.exec_driver_sql(self.tables[name].replace("%", "%%"))
            self._fill(connection, names)

    def emptied_in(self, database: Database, names: Iterable[str]) -> None:
        """Give some of the tables the rows that they had, and no others."""
        with database.connection() as connection:
            connection.exec_driver_sql(_NO_KEYS)
            for name in names:
                connection.exec_driver_sql(f"TRUNCATE `{name}`")
            self._fill(connection, names)

    def _fill(self, connection: sa.Connection, names: Iterable[str]) -> None:
        for name in names:
            for row in self.rows.get(name, []):
                connection.exec_driver_sql(f"INSERT INTO `{name}` VALUES ({', '.join(['%s'] * len(row))})", row)
        connection.commit()


_NEXT_NUMBER = re.compile(r" AUTO_INCREMENT=\d+")
_NO_KEYS = "SET SESSION foreign_key_checks = 0"


@dataclass
class Stock:
    """A Stock has the databases of one server that were made in one way; it makes another when all are lent."""

    create: Callable[[], Database]  # an empty one
    make_tables: Callable[[Database], Database]
    _model: Contents | None = None  # of the first that was made: the others are copies, which are made in a third of the time
    _idle: list[Database] = field(default_factory=list)

    def lend(self) -> Database:
        """Return a database as it was made."""
        if self._idle:
            return self._idle.pop()
        database = self.create()
        if self._model:
            self._model.made_in(database, list(self._model.tables))
        else:
            self._model = Contents.of(self.make_tables(database))
        return database

    def take_back(self, database: Database) -> None:
        """Make a database as new for the next test, or drop it if that takes more than tables."""
        found, model = Contents.of(database), self._model
        assert model
        if found.around != model.around:
            database.drop()
            return
        ours, theirs = model.without_numbers(), found.without_numbers()
        altered = [name for name in model.tables if name in found.tables and ours[name] != theirs[name]]
        with database.connection() as connection:
            connection.exec_driver_sql(_NO_KEYS)
            for name in [*(name for name in found.tables if name not in model.tables), *altered]:
                connection.exec_driver_sql(
                    f"DROP {'TABLE' if found.tables[name].startswith('CREATE TABLE') else 'VIEW'} `{name}`"
                )
        model.made_in(database, [name for name in model.tables if name in altered or name not in found.tables])
        same = (name for name in model.tables if name in found.tables and name not in altered)
        written = [
            name for name in same if (found.tables[name], found.rows.get(name)) != (model.tables[name], model.rows.get(name))
        ]
        model.emptied_in(database, written)
        self._idle.append(database)

    def drop(self) -> None:
        """Drop the databases that are not lent."""
        while self._idle:
            self._idle.pop().drop()


@dataclass
class TemplateStock:
    """A TemplateStock is a Stock on PostgreSQL, which copies a whole database in less time than it takes to look at one."""

    address: str
    make_tables: Callable[[Database], Database]
    _template: Database | None = None

    def lend(self) -> Database:
        """Return a database as it was made."""
        if self._template is None:
            self._template = self.make_tables(Database.create(self.address, "postgresql"))
        return Database.create(self.address, "postgresql", template=self._template.name)

    def take_back(self, database: Database) -> None:
        """Drop the database."""
        database.drop()

    def drop(self) -> None:
        """Drop what the databases were copied from."""
        if self._template:
            self._template.drop()
