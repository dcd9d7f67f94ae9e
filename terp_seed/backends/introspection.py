"""The introspection: a server's tables, columns and foreign keys. Each backend has one. Read-only."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.model.recipe import LARGEST_ID

_TEXTS = ("char", "text", "enum", "clob")
_WHOLE = re.compile("(?<!po)int(?!erval)")  # neither a point nor an interval


@dataclass(frozen=True)
class LiveColumn:
    """A LiveColumn is a column in the live database: its name, its type, and whether it is a key and nullable."""

    name: str
    type: str
    is_key: bool
    is_nullable: bool
    highest: int = LARGEST_ID  # that it holds, if it holds integers

    @property
    def is_text(self) -> bool:
        """Tell whether it holds text."""
        return any(word in self.type for word in _TEXTS)

    @property
    def is_whole(self) -> bool:
        """Tell whether it holds integers, as ids are."""
        return _WHOLE.search(self.type) is not None


@dataclass(frozen=True)
class ForeignKey:
    """A ForeignKey is a foreign key in the live database, in any schema of the server."""

    table: str
    columns: tuple[str, ...]
    target: str
    referred: tuple[str, ...]  # empty if it names none, which means the primary key
    action: str  # on DELETE
    schema: str | None = None  # of the table, if it is not the current one
    target_schema: str | None = None


@dataclass(frozen=True)
class Trigger:
    """A Trigger is a trigger of a table of our schema, for one event."""

    table: str
    name: str
    timing: str  # BEFORE or AFTER
    event: str  # INSERT, UPDATE or DELETE
    body: str

    def __str__(self) -> str:
        return f"{self.name} ({self.timing} {self.event})"


class Introspection(ABC):
    """An Introspection reads the catalogue of the server of one connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection.execution_options(no_parameters=True)

    @property
    def schema(self) -> str:
        """Return the name of the schema in which our tables are."""
        return self._connection.engine.url.database or ""

    @property
    @abstractmethod
    def folds_table_names(self) -> bool:
        """Tell whether table names are case-insensitive."""

    @abstractmethod
    def columns(self) -> Iterable[tuple[str, LiveColumn]]:
        """Return each column with the name of its table, table by table."""

    @abstractmethod
    def foreign_keys(self) -> Iterator[ForeignKey]:
        """Yield every foreign key of the server. Raises RollbackRefused if our user cannot see those of other schemas."""

    @abstractmethod
    def key_columns(self) -> set[tuple[str, str]]:
        """Return the tables and columns of the current schema's foreign keys, which any user can see."""

    def keys_of_partitions(self) -> set[tuple[str, str | None]]:
        """Return the tables and names of foreign keys that only repeat one of a partitioned table, for a partition of it."""
        return set()

    def cached_up_to(self, table: str, key: str) -> int | None:
        """Return the highest value of a key that sessions may keep for rows to come, or None.

        Some servers give a session several values at once.
        """
        return None

    def unfit_tables(self) -> dict[str, str]:
        """Return the tables of our schema that no run may write to, with what is wrong and what is expected."""
        return {}

    def partitions(self) -> dict[str, str]:
        """Return the tables of our schema whose rows are those of another one, with that one."""
        return {}

    @abstractmethod
    def checks(self) -> list[tuple[str, str]]:
        """Return the conditions of the CHECK constraints of our schema, with their tables."""

    @abstractmethod
    def triggers(self) -> list[Trigger]:
        """Return the triggers of our schema that our user may see."""

    def grant_to_see_triggers(self) -> str | None:
        """Return the statement that lets our user see every trigger; None where nothing is hidden."""
        return None

    @abstractmethod
    def is_denied(self, error: DBAPIError) -> bool:
        """Tell whether an error means that our user may not read a table or column."""

    def grants(self, needed: Mapping[str, Sequence[str]]) -> str:
        """Return the statements that give our user these privileges, by table."""
        user = self.grantee()
        return "; ".join(f"GRANT {', '.join(privileges)} ON {table} TO {user}" for table, privileges in needed.items())

    @abstractmethod
    def grantee(self) -> str:
        """Return our user in the form of a GRANT."""

    def grants_to_read(self, places: Iterable[str]) -> str:
        """Return the statements that let our user read these tables, which are quoted and qualified."""
        return self.grants(dict.fromkeys(places, ("SELECT",)))
