"""Column rows: the `rows` of a SeedTable whose columns are data. Each column is made on its own, when it is needed.

The catalog binds them to the other tables, which is when references are checked and foreign keys that nobody named are added.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from terp_seed.errors import SeedError
from terp_seed.model.columns import compiling, specs
from terp_seed.model.columns.column_types import Place
from terp_seed.model.columns.grouping import Groups, groups_of
from terp_seed.model.columns.json_templates import JsonMaker
from terp_seed.model.columns.maker import Maker
from terp_seed.model.columns.owner import Table
from terp_seed.model.columns.paths import check_long_keys, check_paths, check_values
from terp_seed.model.columns.refs import ReferenceMaker, SameMaker, SelfReferenceMaker, require_apart
from terp_seed.model.columns.texts import SequenceMaker
from terp_seed.model.columns.unit_columns import ColumnsOfUnit
from terp_seed.model.row_key import is_number
from terp_seed.model.unit import Row, Unit
from terp_seed.model.words import listed


class ColumnRows:
    """ColumnRows are a function of a unit that yields its rows, and of each column by itself."""

    def __init__(self, own: Table, said: Mapping[str, specs.Said]) -> None:
        """Compile what is said. Raises SeedError for anything that the columns cannot hold."""
        self.own, self.table = own, own.table
        self.specs = compiling.specs_of(self.table, own.key, said)
        self.tables: Mapping[str, Table] = {own.name: own}
        self.copied: dict[str, str] = {}  # the columns that copy PII of another table, and their kinds
        named = {path.partition(".")[0] for spec in self.specs.values() for path in compiling.paths_of(spec)}
        for column in self.table.columns:
            is_wanted = not compiling.is_left_out(column) or column.name in named
            if column.foreign_keys and column.name not in self.specs and is_wanted:
                self.specs[column.name] = compiling.default(column)
        self._compile()

    def _compile(self) -> None:
        alone = compiling.single_uniques(self.table)
        self.makers: dict[str, Maker] = {}
        for name, spec in self.specs.items():
            maker = compiling.compile_column(Place.of(self.table.columns[name]), spec, name in alone)
            if maker is not None:
                self.makers[name] = maker
        self.pii = compiling.masked(self.own.name, self.specs)
        self.groups: Groups = groups_of(self.own, self.makers, self.specs)
        check_paths(self)
        require_apart(self.makers)

    @property
    def targets(self) -> tuple[str, ...]:
        """Return the other tables that the rows refer to or take values from."""
        named = {maker.target for maker in self._references()}
        named |= {found[0] for name in self.makers if (found := self.target_of(name)) is not None}
        return tuple(sorted(named - {self.own.name}))

    @property
    def uses(self) -> tuple[str, ...]:
        """Return the tables that the rows refer to without a foreign key to their keys, with those that the SeedTable names."""
        soft = sorted({maker.target for maker in self._references() if maker.is_soft})
        return (*dict.fromkeys((*self.own.uses, *soft)),)

    def _references(self) -> list[ReferenceMaker]:
        inside = (inner for maker in self.makers.values() if isinstance(maker, JsonMaker) for inner in maker.references)
        return [maker for maker in (*self.makers.values(), *inside) if isinstance(maker, ReferenceMaker)]

    def target_of(self, column: str) -> tuple[str, str | None] | None:
        """Return the table that a column refers to, and the column there unless it is the key; None if it refers to none."""
        maker = self.makers.get(column)
        if isinstance(maker, ReferenceMaker | SelfReferenceMaker):
            return maker.target, maker.column
        if column not in self.table.columns or (key := compiling.foreign_key(self.table.columns[column])) is None:
            return None
        return key.column.table.name, None if is_number(key.column) else key.column.name

    def varies(self, column: str) -> bool:
        """Tell whether the values of a column differ in more than their digits."""
        return column in self.makers and not isinstance(self.makers[column], SequenceMaker)

    def bind(self, tables: Mapping[str, Table]) -> dict[str, Any]:
        """Take the tables of the project, parents first, and return the arguments of the SeedTable that follow from them.

        Raises SeedError for a reference to none of the tables, or to what they do not have.
        """
        self.tables = tables
        places = {name: place for place, name in enumerate(tables)}
        here = places[self.own.name]
        for column in self.table.columns:
            if column.name in self.specs or not column.foreign_keys:
                continue
            target = self.target_of(column.name)
            if target is not None and places.get(target[0], here + 1) <= here:
                self.specs[column.name] = compiling.default(column)
        self._compile()
        for target_name in self.targets:
            if target_name not in tables:
                raise SeedError(
                    f"{self.own.name} refers to {target_name}, which is not a table of the project: expected one of "
                    f"{listed(tables)}. Add a SeedTable for it, before {self.own.name}."
                )
        check_values(self)
        check_long_keys(self)
        self.groups.check_sizes(tables)
        self.copied = self._copied()
        return {"uses": self.uses, "pii": self.pii | self.copied}

    def _copied(self) -> dict[str, str]:
        """Return the columns that copy PII of another table, and their kinds."""
        found = {}
        for name, maker in self.makers.items():
            if isinstance(maker, SameMaker) and "." in maker.path:
                first, _, column = maker.path.partition(".")
                target = self.target_of(first)
            elif isinstance(maker, ReferenceMaker) and maker.column is not None:
                target, column = (maker.target, None), maker.column
            else:
                continue
            if target is not None and target[0] in self.tables and column in self.tables[target[0]].pii:
                found[name] = self.tables[target[0]].pii[column]
        return found

    def of_unit(self, unit: Unit) -> ColumnsOfUnit:
        """Return the columns in a unit. They are made once for all that need them."""
        found = unit.memo.get(self)
        if not isinstance(found, ColumnsOfUnit):
            found = unit.memo[self] = ColumnsOfUnit(self, unit, self.own.rows_a_unit(unit.append))
        return found

    def __call__(self, unit: Unit) -> Iterator[Row]:
        """Yield the rows of a unit: without PII, except that a column that is NULL stays so."""
        columns = self.of_unit(unit)
        names = [*self.makers]
        made = [columns.values(name) for name in names]
        absent = {name: columns.is_null(name) for name in self.pii if self.specs[name].null}
        for row in range(columns.count):
            yield {name: values[row] for name, values in zip(names, made, strict=True)} | {
                name: None for name, nulls in absent.items() if nulls[row]
            }


def taken(own: Table, said: Mapping[str, specs.Said] | None, has_rows: bool) -> dict[str, Any]:
    """Return the arguments of a SeedTable that follow from its columns. Raises SeedError unless it has either columns or rows."""
    is_function = has_rows and not isinstance(own.rows, ColumnRows)  # a copy has the rows of its original
    if is_function == (said is not None):
        found = "both rows and columns" if is_function else "neither rows nor columns"
        raise SeedError(f"{own.name} has {found}: expected one of them. Correct its SeedTable.")
    if said is None:
        return {}
    made = ColumnRows(own, said)
    if own.pii and not isinstance(own.rows, ColumnRows):
        raise SeedError(f"{own.name} has pii beside columns: expected it left out, and pii() in the columns that hold it.")
    return {"rows": made, "pii": made.pii, "uses": made.uses}


def unique_pii(own: Table, rows: object) -> frozenset[str]:
    """Return the PII columns whose values must not repeat."""
    alone = compiling.single_uniques(own.table) & {*own.pii}
    return alone | rows.groups.unique_pii if isinstance(rows, ColumnRows) else alone
