"""Seed tables: what a table's rows are, said once, for the insert, the checks, the masker and the rollback.

A row is a function of its unit alone, so it is the same in every run, at every size and in every process.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from terp_seed.errors import SeedError
from terp_seed.model.names import Names
from terp_seed.model.pii import PARTY, check_kinds
from terp_seed.model.recipe import Recipe
from terp_seed.model.references import Derived, Reference
from terp_seed.model.streams import Stream
from terp_seed.model.unit_cache import UnitCache

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unit:
    """A Unit is one complete small world: its number, what it is generated with, and where its rows' ids begin."""

    number: int
    recipe: Recipe
    first_ids: Mapping[str, int]
    append: str = ""  # the revision, where it adds to a table that an earlier revision seeded
    own_tables: frozenset[str] = frozenset()  # the tables that this revision has seeded itself
    cache: UnitCache | None = None  # the run's; without one, what is shared is made for each table

    @property
    def as_of(self) -> date:
        """The day on which the unit's history ends."""
        return self.recipe.as_of

    def stream(self, name: str) -> Stream:
        """Return the unit's own stream of that name."""
        return Stream(self.recipe.generator_version, self.recipe.seed, self.append, name, self.number)

    def shared(self, name: str, make: Callable[["Unit"], bytes]) -> bytes:
        """Return what `make` makes of the unit, a function of its recipe, number and append: made once for all tables."""
        if self.cache is None:
            return make(self)
        return self.cache.get(f"{name} {self.append}", self.number, lambda: make(self))

    def id_of(self, table: str, index: int = 0) -> int:
        """Return the id of the unit's row `index` (from 0) in a table that is seeded already, or is being seeded."""
        try:
            return self.first_ids[table] + index
        except KeyError:
            raise SeedError(
                f"Rows of {table} are needed here, and none are seeded: expected a revision before this one to do it."
            ) from None


@dataclass(frozen=True)
class Ref:
    """A Ref stands in a fixed row for the id of the n-th (from 1) row that a revision seeded into a table.

    Without a revision it is the one of the table's own name.
    """

    table: str
    number: int
    revision: str | None = None


@dataclass(frozen=True)
class ConditionalReference:
    """A ConditionalReference is a column that refers to `target`.id in the rows where `when` has the value `equals`."""

    column: str
    target: str
    when: str
    equals: str


@dataclass(frozen=True)
class Fill:
    """A Fill is a column of an earlier table that names the rows of a later one, which seeds and rolls back what it holds.

    `table`.`column` gets the id of the row that names, in its column `by`, the row of `table`; with `when`, only of rows where
    that column has that value. `keeps` are columns of `table` that the server would change by itself, and must not.
    """

    table: str
    column: str
    by: str
    when: tuple[str, str] | None = None
    keeps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """A Check is a sentence about seeded rows and the SELECT that counts the rows for which it is false.

    In the SELECT, `{orders}` stands for the seeded rows of orders and `{orders.items}` for the objects of the JSON list
    in orders.items as rows; `{as_of}` for the recorded day. Checks whose tables are not all seeded are skipped.
    """

    name: str
    sql: str


@dataclass(frozen=True, eq=False)
class SeedTable:
    """A SeedTable is an `sa.Table` with an `id` key, and how the rows of a unit are made.

    `rows` yields `per_unit` rows a unit: a value for each column to write but the id and the PII columns, which the engine
    and the masker fill. `companions` are tables whose rows these rows need and nobody else seeds, `followers` those whose rows
    need these and come after them; `shared` ones have one set of rows for all units. Where a later revision seeds the table once
    more, it adds `appended` rows a unit (as many as before, unless that is said; 0 is none).

    `adopts` is the natural key of a shared table whose rows an application may have made already: rows that are there are used,
    the others are inserted, and other tables name either by an `Adopted`. `fills` are columns of earlier tables that name these
    rows, and that the rows of those tables leave out.

    `references` hold what a foreign key cannot say; `uses` names the tables whose ids stand in JSON, and `json_fields` the SQL
    types of the fields that checks read there. A follower in `uses` has its ids reserved together with this table's. `identity`
    names the columns whose seeded values tell a row from any other that could have its id, where that is not its unique columns.
    """

    table: sa.Table
    per_unit: int
    rows: Callable[[Unit], Iterable[Row]]
    pii: Mapping[str, str] = field(default_factory=dict)
    not_pii: frozenset[str] = frozenset()
    companions: tuple["SeedTable", ...] = ()
    followers: tuple["SeedTable", ...] = ()
    shared: bool = False
    appended: int | None = None
    references: tuple[ConditionalReference, ...] = ()
    uses: tuple[str, ...] = ()
    json_fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    identity: tuple[str, ...] = ()
    fills: tuple[Fill, ...] = ()
    adopts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise SeedError where it cannot be seeded, or names columns that it does not have."""
        keys = [column.name for column in self.table.primary_key.columns]
        if keys != ["id"] or not isinstance(self.table.columns["id"].type, sa.Integer):
            found = f"the key ({', '.join(keys)})" if keys else "no key"
            raise SeedError(
                f"{self.name} has {found}: expected an integer primary key `id`. Give a table of pairs an id of its own, "
                "and make its two columns unique."
            )
        if self.per_unit < 1:
            raise SeedError(f"{self.name} has per_unit={self.per_unit}: expected at least one row a unit.")
        for what, columns in {"pii": self.pii, "not_pii": self.not_pii, "identity": self.identity, "adopts": self.adopts}.items():
            unknown = sorted(set(columns) - {*self.table.columns.keys()})
            if unknown:
                raise SeedError(f"{what} of {self.name} names {', '.join(unknown)}: expected columns of the table.")

    @property
    def name(self) -> str:
        """The table's name in the database."""
        return self.table.name

    @property
    def parts(self) -> tuple["SeedTable", ...]:
        """The tables that a revision seeds with this one, parents first."""
        return (*self.companions, self, *self.followers)

    def rows_a_unit(self, append: str = "") -> int:
        """Return how many rows a unit has, or adds in a later append."""
        return self.per_unit if not append or self.appended is None else self.appended

    def count(self, units: int, append: str = "") -> int:
        """Return how many rows that many units have."""
        return self.rows_a_unit(append) * (1 if self.shared else units)

    def sample(self, recipe: Recipe, cache: UnitCache | None = None) -> list[Row]:
        """Return the rows of unit 1 as if all ids began at 1, without ids and PII: what kind of rows they are."""
        rows = list(self.rows(Unit(1, recipe, defaultdict(lambda: 1, {self.name: 1}), cache=cache)))
        for row in rows:
            row.pop(PARTY, None)
        return rows

    def parents(self) -> dict[str, str]:
        """Return the unconditional references: column to the table whose id it holds."""
        return {
            column.name: key.column.table.name
            for column in self.table.columns
            for key in column.foreign_keys
            if key.column.name == "id"
        }


class Catalog:
    """A Catalog is the seed tables of a project in foreign-key order, companions included, with their generator version; what the
    project says of its other tables, and what it calls its own.
    """

    def __init__(
        self,
        tables: Iterable[SeedTable],
        generator_version: int,
        names: Names,
        references: Iterable[Reference] = (),
        derived: Iterable[Derived] = (),
    ) -> None:
        """Take the main tables, parents first. A companion goes before the table that brings it first, a follower after it."""
        self.tables = tuple(tables)
        self.generator_version, self.names = generator_version, names
        self.references, self.derived = tuple(references), tuple(derived)
        self._by_name = {part.name: part for table in self.tables for part in table.parts}
        self.every: tuple[SeedTable, ...] = tuple(self._by_name.values())
        twice = [table.name for table in self.tables if sum(other.name == table.name for other in self.tables) > 1]
        if twice:
            raise SeedError(f"{twice[0]} stands twice among the tables of the project: expected each once.")
        places = {table.name: place for place, table in enumerate(self.every)}
        for table in self.every:
            check_kinds(table)
            early = [target for target in table.parents().values() if places.get(target, -1) > places[table.name]]
            if early:
                raise SeedError(f"{table.name} stands before {early[0]}, which it refers to: expected parents first.")

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> SeedTable:
        if name not in self._by_name:
            raise SeedError(f"Table {name!r} is not a seed table: expected one of {', '.join(t.name for t in self.tables)}.")
        return self._by_name[name]

    @property
    def adopted(self) -> tuple[SeedTable, ...]:
        """The tables whose rows may be there already."""
        return tuple(table for table in self.every if table.adopts)

    @property
    def adopted_names(self) -> frozenset[str]:
        """Their names."""
        return frozenset(table.name for table in self.adopted)

    @property
    def fills(self) -> dict[tuple[str, str], Fill]:
        """Every column, by its table and name, that rows of a later table fill."""
        return {(fill.table, fill.column): fill for table in self.every for fill in table.fills}

    def is_companion(self, name: str) -> bool:
        """Tell whether a table is seeded only because another one needs it."""
        return all(table.name != name for table in self.tables)
