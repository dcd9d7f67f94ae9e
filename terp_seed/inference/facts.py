"""The facts: what is known of a schema's tables, wherever it was read.

Types are those of every database, as a generated file spells them. Values of existing rows are not among them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from terp_seed.inference.names import word_set

Type = sa.types.TypeEngine[Any]


@dataclass(frozen=True)
class Shape:
    """A Shape is what the existing rows of a column look like: how many there are, and the least and most digits or letters."""

    rows: int
    distinct: int
    lowest: int
    highest: int


@dataclass(frozen=True)
class ColumnFacts:
    """A ColumnFacts is a column: its type as a file spells it (None if it cannot be seeded) and as the database does."""

    name: str
    type: Type | None
    spelled: str
    is_nullable: bool = False
    default: str | None = None
    is_made_by_server: bool = False  # a generated or identity column
    comment: str = ""
    whole: tuple[int, int] | None = None  # the range of an integer type
    members: tuple[str, ...] = ()  # of a SET, whose type is a text
    shape: Shape | None = None
    is_loose: bool = False  # whether rows have ids in it that the table does not have that its name means

    @property
    def is_text(self) -> bool:
        """Tell whether it holds text that is not one of a list."""
        return isinstance(self.type, sa.String) and not isinstance(self.type, sa.Enum)

    @property
    def length(self) -> int | None:
        """Return how many characters or bytes it holds; None for any number."""
        return getattr(self.type, "length", None)


@dataclass(frozen=True)
class KeyFacts:
    """A KeyFacts is a foreign key."""

    columns: tuple[str, ...]
    target: str
    referred: tuple[str, ...]
    target_schema: str | None = None  # if it is another one


@dataclass(frozen=True)
class TableFacts:
    """A TableFacts is a table with its constraints; `uniques` are without the primary key."""

    name: str
    columns: tuple[ColumnFacts, ...]
    primary_key: tuple[str, ...]
    uniques: tuple[tuple[str, ...], ...] = ()
    keys: tuple[KeyFacts, ...] = ()
    checks: tuple[str, ...] = ()
    filled: frozenset[str] = frozenset()  # nullable columns that must not be NULL twice (NULLS NOT DISTINCT)

    @cached_property
    def by_name(self) -> dict[str, ColumnFacts]:
        """Return the columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def numbered(self) -> str | None:
        """Return the column in which the engine numbers the rows; None where it lists their keys."""
        if len(self.primary_key) != 1 or self.key_of(self.primary_key[0]) is not None:
            return None
        kind = self.by_name[self.primary_key[0]].type
        return self.primary_key[0] if isinstance(kind, sa.Integer) else None

    @cached_property
    def identity(self) -> tuple[str, ...]:
        """Return the columns that tell the rows apart: the primary key, else the first unique columns that are NOT NULL."""
        wanted = (unique for unique in self.uniques if not any(self.by_name[name].is_nullable for name in unique))
        return self.primary_key or min(wanted, key=lambda unique: (len(unique), list(unique)), default=())

    @cached_property
    def different(self) -> tuple[tuple[str, ...], ...]:
        """Return the columns that are unique together and filled by a seed: all but a key of numbers."""
        return self.uniques if self.numbered or not self.primary_key else (self.primary_key, *self.uniques)

    def key_of(self, column: str) -> KeyFacts | None:
        """Return the foreign key that a column belongs to: the one with the fewest columns."""
        return min((key for key in self.keys if column in key.columns), key=lambda key: len(key.columns), default=None)

    def is_unique(self, column: str) -> bool:
        """Tell whether each value of the column occurs once."""
        return (column,) in self.different

    def is_unique_with_others(self, column: str) -> bool:
        """Tell whether the column is unique together with others."""
        return any(column in unique and len(unique) > 1 for unique in self.different)

    def is_in_unique(self, column: str) -> bool:
        """Tell whether the column is unique, alone or together with others."""
        return any(column in unique for unique in self.different)

    def may_be_null(self, key: KeyFacts) -> bool:
        """Tell whether rows may refer to nothing by a foreign key."""
        return any(self.by_name[column].is_nullable for column in key.columns)

    def sa_table(self) -> sa.Table:
        """Return the table without its keys, for the literals of its columns."""
        known = (column for column in self.columns if column.type is not None)
        return sa.Table(self.name, sa.MetaData(), *(sa.Column(column.name, column.type) for column in known))


@dataclass(frozen=True)
class Schema:
    """A Schema is the tables that can be seeded or refused, and those that are left alone, with the reason."""

    tables: tuple[TableFacts, ...]
    left_alone: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> dict[str, TableFacts]:
        """Return the tables by name."""
        return {table.name: table for table in self.tables}

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __getitem__(self, name: str) -> TableFacts:
        return self.by_name[name]

    def __iter__(self) -> Iterator[TableFacts]:
        return iter(self.tables)


OWN = "it is terp-seed's own"
# the tables in which migration tools keep their own state, by exact name in lower case
_OF_TOOLS = word_set(
    """
    schema_migrations ar_internal_metadata django_migrations migrations flyway_schema_history schema_version databasechangelog
    databasechangeloglock knex_migrations knex_migrations_lock _prisma_migrations __efmigrationshistory __drizzle_migrations
    sequelizemeta phinxlog doctrine_migration_versions __diesel_schema_migrations _sqlx_migrations goose_db_version
    """
)


def left_alone(names: Iterable[str], own: Iterable[str]) -> dict[str, str]:
    """Return the tables that nobody should seed, with the reason: a migration tool's state, and the `own` tables of a project."""
    ours = {name.casefold() for name in own}
    found = {}
    for name in names:
        plain = name.casefold()
        if (
            plain in ours
            or plain.endswith(("_seed_ledger", "_seed_version", "_seed_lease", "_seed_row_keys"))
            or plain == "seed_ledger"
        ):
            found[name] = OWN
        elif plain in _OF_TOOLS or plain.startswith("alembic_version"):
            found[name] = "a migration tool keeps its state there"
    return found
