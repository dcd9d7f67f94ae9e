"""Seed tables: the single definition of a table's rows, for insert, checks, masker and rollback.

A row is a function of its unit alone, so it is the same in every run, at every size and in every process.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from terp_seed.errors import SeedError
from terp_seed.model.columns.column_rows import ColumnRows, taken, unique_pii
from terp_seed.model.columns.specs import Said
from terp_seed.model.names import Names
from terp_seed.model.pii import PARTY, check_kinds
from terp_seed.model.recipe import Recipe
from terp_seed.model.references import Derived, Reference
from terp_seed.model.row_key import NUMBER, ListedKey, is_number
from terp_seed.model.unit import Row as Row
from terp_seed.model.unit import Unit as Unit
from terp_seed.model.unit_cache import UnitCache
from terp_seed.model.unit_rows import rows_of_unit
from terp_seed.model.values import Ref as Ref


def _no_rows(unit: Unit) -> Iterable[Row]:
    """Yield nothing: the `rows` of a SeedTable that says its columns instead."""
    return ()


@dataclass(frozen=True)
class ConditionalReference:
    """A ConditionalReference is a column that holds keys of `target` in rows whose column `when` has the value `equals`."""

    column: str
    target: str
    when: str
    equals: str


@dataclass(frozen=True)
class Fill:
    """A Fill is a column of an earlier table that refers to a later one, which sets it when seeded and clears it on rollback.

    `table`.`column` gets the id of the later row whose column `by` refers to the row of `table`; with `when`, only of rows in
    which that column has that value. `keeps` are columns of `table` that the server must not update automatically.
    """

    table: str
    column: str
    by: str
    when: tuple[str, str] | None = None
    keeps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """A Check is a statement about seeded rows, and the SELECT that counts the rows for which it is false.

    In the SELECT, `{orders}` is replaced by the seeded rows of orders, `{orders.items}` by the objects in the JSON lists of
    orders.items as rows, and `{as_of}` by the recorded day. Checks with a table that is not seeded are skipped.
    """

    name: str
    sql: str


@dataclass(frozen=True, eq=False)
class SeedTable:
    """A SeedTable is an `sa.Table`, and how the rows of a unit are made.

    `columns` says what each column holds, with the functions of `terp_seed.columns`; or else `rows` is a function that makes the
    rows. It yields `per_unit` rows per unit: a value for each column to write, except the PII columns, which the masker fills,
    and a key of one integer column, which the engine fills. `companions` are tables, seeded only with this one, whose rows these
    rows need; `followers` are those whose rows need these. A `shared` table has one set of rows for all units. If a later
    revision seeds the table again, it adds `appended` rows per unit (default: `per_unit`).

    `adopts` is the natural key of a shared table whose rows an application may have created already: existing rows are used,
    missing ones are inserted, and other tables refer to both with `Adopted`. `fills` are columns of earlier tables that refer
    to these rows; the earlier tables' own rows omit them.

    `references` are those that a foreign key cannot express; `uses` names the tables whose ids occur in JSON, and `json_fields`
    the SQL types of the JSON fields that checks read. The ids of a follower in `uses` are reserved together with this table's.
    `identity` names the columns whose values identify a seeded row, if these are not its unique columns.
    """

    table: sa.Table
    per_unit: int
    rows: Callable[[Unit], Iterable[Row]] = field(default=_no_rows)
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
    columns: Mapping[str, Said] | None = None
    listed: ListedKey | None = field(init=False, default=None)  # of a table whose rows have no numbers of their own
    key: str = field(init=False, default=NUMBER)  # the column of the numbers, which the engine assigns; NUMBER if keys are listed

    def __post_init__(self) -> None:
        """Raise SeedError if the table cannot be seeded, or an argument names a column that it does not have."""
        object.__setattr__(self, "listed", ListedKey.of(self.table))
        if self.listed is None:
            object.__setattr__(self, "key", next(iter(self.table.primary_key.columns)).name)
        if self.listed is not None and (self.adopts or self.fills):
            raise SeedError(
                f"{self.name} has {'adopts' if self.adopts else 'fills'}, and the key ({', '.join(self.listed.columns)}): "
                "expected a primary key of one integer column, by which other rows refer to these."
            )
        if self.per_unit < 1:
            raise SeedError(f"{self.name} has per_unit={self.per_unit}: expected at least one row per unit.")
        for what, columns in {"pii": self.pii, "not_pii": self.not_pii, "identity": self.identity, "adopts": self.adopts}.items():
            unknown = sorted(set(columns) - {*self.table.columns.keys()})
            if unknown:
                raise SeedError(f"{what} of {self.name} names {', '.join(unknown)}, which the table does not have.")
        for name, value in taken(self, self.columns, self.rows is not _no_rows).items():
            object.__setattr__(self, name, value)

    def bind(self, tables: Mapping[str, "SeedTable"]) -> None:
        """Let columns as data know the project's tables, parents first. Raises SeedError for what these lack."""
        if isinstance(self.rows, ColumnRows):
            for name, value in self.rows.bind(tables).items():
                object.__setattr__(self, name, value)

    @property
    def copied_pii(self) -> Set[str]:
        """Return the PII columns whose values are copies of another table's, so the masker does not make them."""
        return self.rows.copied.keys() if isinstance(self.rows, ColumnRows) else frozenset()

    @property
    def unique_pii(self) -> frozenset[str]:
        """Return the PII columns whose values must not repeat."""
        return unique_pii(self, self.rows)

    @property
    def name(self) -> str:
        """Return the table's name in the database."""
        return self.table.name

    @property
    def parts(self) -> tuple["SeedTable", ...]:
        """Return this table with its companions and followers, parents first."""
        return (*self.companions, self, *self.followers)

    def varies(self, column: str) -> bool:
        """Tell whether the values of a column differ in more than their digits, so that none shows what the others are like."""
        return isinstance(self.rows, ColumnRows) and self.rows.varies(column)

    def rows_a_unit(self, append: str = "") -> int:
        """Return the number of rows per unit, or of those that a later `append` adds."""
        return self.per_unit if not append or self.appended is None else self.appended

    def count(self, units: int, append: str = "") -> int:
        """Return the number of rows of that many units."""
        return self.rows_a_unit(append) * (1 if self.shared else units)

    def sample(self, recipe: Recipe, cache: UnitCache | None = None) -> list[Row]:
        """Return sample rows: those of unit 1 as if all ids began at 1, without ids and PII."""
        rows = list(rows_of_unit(self, Unit(1, recipe, defaultdict(lambda: 1, {self.name: 1}), cache=cache)))
        for row, name in ((row, name) for row in rows for name in (PARTY, *self.copied_pii)):
            row.pop(name, None)
        return rows

    def parents(self) -> dict[str, str]:
        """Return the unconditional references: a mapping from column to the table whose key it holds."""
        return {
            column.name: key.column.table.name
            for column in self.table.columns
            for key in column.foreign_keys
            if is_number(key.column)
        }

    @property
    def unique_columns(self) -> list[sa.Column[Any]]:
        """Return the columns that are unique by themselves, a listed key included."""
        key = self.listed.columns if self.listed is not None else ()
        return [column for column in self.table.columns if column.unique or key == (column.name,)]

    def sole_parents(self) -> dict[str, str]:
        """Return the unconditional references by columns that are in no other foreign key, such as one of several columns."""
        return {column: target for column, target in self.parents().items() if len(self.table.columns[column].foreign_keys) == 1}


class Catalog:
    """A Catalog is a project's seed tables with their companions, in foreign-key order, and its other declarations."""

    def __init__(
        self,
        tables: Iterable[SeedTable],
        generator_version: int,
        names: Names,
        references: Iterable[Reference] = (),
        derived: Iterable[Derived] = (),
    ) -> None:
        """Take the main tables, parents first, and put their companions before and followers after them. Raises SeedError."""
        self.tables = tuple(tables)
        self.generator_version, self.names, self.references, self.derived = generator_version, names, (*references,), (*derived,)
        self._by_name = {part.name: part for table in self.tables for part in table.parts}
        self.every: tuple[SeedTable, ...] = tuple(self._by_name.values())
        twice = [table.name for table in self.tables if sum(other.name == table.name for other in self.tables) > 1]
        if twice:
            raise SeedError(f"{twice[0]} is listed twice among the tables of the project: expected each once.")
        places = {table.name: place for place, table in enumerate(self.every)}
        for table in self.every:
            check_kinds(table)
            needed = (key.column.table.name for key in table.table.foreign_keys if not key.parent.nullable)
            named = dict.fromkeys((*table.parents().values(), *needed))
            early = [target for target in named if places.get(target, -1) > places[table.name]]
            if early:
                raise SeedError(f"{table.name} is listed before {early[0]}, which it refers to: expected parents first.")
            table.bind(self._by_name)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> SeedTable:
        if name not in self._by_name:
            raise SeedError(f"Table {name!r} is not a seed table: expected one of {', '.join(t.name for t in self.tables)}.")
        return self._by_name[name]

    @property
    def adopted(self) -> tuple[SeedTable, ...]:
        """Return the tables whose rows the application may have created already."""
        return tuple(table for table in self.every if table.adopts)

    @property
    def adopted_names(self) -> frozenset[str]:
        """Return the names of the adopted tables."""
        return frozenset(table.name for table in self.adopted)

    @property
    def fills(self) -> dict[tuple[str, str], Fill]:
        """Return every column that a later table fills, by table and column name."""
        return {(fill.table, fill.column): fill for table in self.every for fill in table.fills}

    def is_companion(self, name: str) -> bool:
        """Tell whether a table is seeded only because another one needs it."""
        return all(table.name != name for table in self.tables)
