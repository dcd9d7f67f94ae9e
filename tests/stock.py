"""Databases of a server that tests use one after another: making TERP's tables takes longer than most tests.

Each is lent as new: a table that a test has written in is emptied, and a database that it has changed otherwise is dropped.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

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

    def is_altered_from(self, other: "Contents") -> bool:
        """Tell whether something other than rows and further tables makes the two differ."""
        ours, others = ({name: _NEXT_NUMBER.sub("", text) for name, text in found.tables.items()} for found in (self, other))
        added = [text for name, text in self.tables.items() if name not in others]
        is_same = {name: ours.get(name) for name in others} == others and self.around == other.around
        return not is_same or not all(text.startswith("CREATE TABLE") for text in added)


_NEXT_NUMBER = re.compile(r" AUTO_INCREMENT=\d+")


@dataclass
class Stock:
    """A Stock has the databases of one server that were made in one way; it makes another when all are lent."""

    make: Callable[[], Database]
    _as_new: dict[str, Contents] = field(default_factory=dict)  # by the name of the database
    _idle: list[Database] = field(default_factory=list)

    def lend(self) -> Database:
        """Return a database as it was made."""
        if self._idle:
            return self._idle.pop()
        database = self.make()
        self._as_new[database.name] = Contents.of(database)
        return database

    def take_back(self, database: Database) -> None:
        """Make a database as new for the next test, or drop it if that takes more than emptying tables."""
        as_new, found = self._as_new[database.name], Contents.of(database)
        if found.is_altered_from(as_new):
            database.drop()
            return
        statements = ["SET SESSION foreign_key_checks = 0"]
        statements += [f"DROP TABLE `{name}`" for name in found.tables if name not in as_new.tables]
        written = [
            name
            for name, text in as_new.tables.items()
            if found.tables[name] != text or found.rows.get(name) != as_new.rows.get(name)
        ]
        statements += [f"TRUNCATE `{name}`" for name in written]
        with database.connection() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
            for name in written:
                for row in as_new.rows.get(name, []):
                    connection.exec_driver_sql(f"INSERT INTO `{name}` VALUES ({', '.join(['%s'] * len(row))})", row)
            connection.commit()
        self._idle.append(database)

    def drop(self) -> None:
        """Drop the databases that are not lent."""
        while self._idle:
            self._idle.pop().drop()
