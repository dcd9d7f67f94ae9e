"""Unit columns: the columns of one table in one unit, and what they see of the unit's other tables."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from terp_seed.errors import SeedError
from terp_seed.model.columns.maker import Finite, Maker, UnitColumns, with_nulls
from terp_seed.model.columns.owner import Table
from terp_seed.model.columns.refs import ReferenceMaker, SelfReferenceMaker
from terp_seed.model.columns.specs import Spec
from terp_seed.model.streams import Stream
from terp_seed.model.unit import Unit
from terp_seed.model.unit_rows import rows_of_unit
from terp_seed.model.values import Adopted


class Group(Protocol):
    """A Group chooses the digits of columns that must be unique together."""

    def digits(self, columns: UnitColumns) -> dict[str, list[int]]: ...  # noqa: D102


class Groups(Protocol):
    """Groups are the groups of a table."""

    def of(self, column: str) -> Group | None: ...  # noqa: D102


class Rows(Protocol):
    """Rows are the ColumnRows of a table, as far as they matter here."""

    specs: dict[str, Spec]
    makers: dict[str, Maker]

    @property
    def own(self) -> Table: ...  # noqa: D102
    @property
    def tables(self) -> Mapping[str, Table]: ...  # noqa: D102
    @property
    def groups(self) -> Groups: ...  # noqa: D102
    def of_unit(self, unit: Unit) -> UnitColumns: ...  # noqa: D102
    def target_of(self, column: str) -> tuple[str, str | None] | None: ...  # noqa: D102


class ColumnsOfUnit:
    """ColumnsOfUnit make each column when it is asked for, and once."""

    def __init__(self, rows: Rows, unit: Unit, count: int) -> None:
        self.unit, self.count, self._rows = unit, count, rows
        self._values: dict[str, Sequence[Any]] = {}
        self._digits: dict[str, list[int]] = {}

    @property
    def table(self) -> str:
        """Return the table's name."""
        return self._rows.own.name

    def stream(self, name: str) -> Stream:
        """Return the stream of a column, or of something else that the table draws."""
        return self.unit.stream(f"{self.table}.{name}")

    def ids(self) -> list[int]:
        """Return the keys of the rows."""
        return [self.unit.id_of(self.table, row) for row in range(self.count)]

    def numbers(self) -> range:
        """Return the numbers of the rows among all that were ever seeded into the table, from 0."""
        if self.unit.origin is None:
            first = (self.unit.number - 1) * self.count
        else:
            first = self.unit.id_of(self.table) - self.unit.origin
        return range(first, first + self.count)

    def earlier(self) -> list[tuple[UnitColumns, frozenset[str]]]:
        """Return the same columns as the earlier revisions of the table have them in the same unit, and the tables of which their
        rows see the same rows.
        """
        return [
            (ColumnsOfUnit(self._rows, replace(self.unit, append=one.append, memo={}), one.rows), one.same)
            for one in self.unit.earlier
        ]

    def values(self, column: str) -> Sequence[Any]:
        """Return the values of one of the table's columns."""
        if column == self._rows.own.key:
            return self.ids()
        if column not in self._values:
            maker = self._rows.makers[column]
            made = maker.values_for(self, self.digits(column)) if isinstance(maker, Finite) else maker.values(self)
            self._values[column] = with_nulls(self, column, self._rows.specs[column].null, made)
        return self._values[column]

    def is_null(self, column: str) -> list[bool]:
        """Tell for each row whether a column that the masker fills is to be NULL."""
        nulls = with_nulls(self, column, self._rows.specs[column].null, [True] * self.count)
        return [value is None for value in nulls]

    def digits(self, column: str) -> list[int]:
        """Return the digits of a finite column."""
        if column not in self._digits:
            group, maker = self._rows.groups.of(column), self._rows.makers[column]
            assert isinstance(maker, Finite)
            self._digits |= group.digits(self) if group else {column: self._apart(maker)}
        return self._digits[column]

    def _apart(self, maker: Finite) -> list[int]:
        """Return digits that need not be unique, none of them that of the column that it must differ from."""
        drawn = maker.digits(self, self.stream(maker.name))
        if maker.other_than is None:
            return drawn
        size, others = maker.size(self), self.digits(maker.other_than)
        return [(digit + 1) % size if digit == other else digit for digit, other in zip(drawn, others, strict=True)]

    def through(self, path: str) -> Sequence[Any]:
        """Return the values of `column`, or of `fk.column` in the rows that a foreign key names."""
        first, dot, column = path.partition(".")
        if not dot:
            return self.values(first)
        target = self._rows.target_of(first)
        assert target is not None  # as was checked when the table was made
        others = self.others(target[0], column)
        return [None if row is None else others[row] for row in self._rows_behind(first, *target)]

    def _rows_behind(self, column: str, target: str, by: str | None) -> list[int | None]:
        """Return the number of the other table's row that each row refers to, or None."""
        maker, values = self._rows.makers[column], self.values(column)
        if isinstance(maker, ReferenceMaker):
            return [None if value is None else digit for value, digit in zip(values, self.digits(column), strict=True)]
        if isinstance(maker, SelfReferenceMaker):
            return [None if value is None else row for value, row in zip(values, maker.rows(self), strict=True)]
        places = {value: row for row, value in enumerate(self.others(target, by))}
        lost = next((value for value in values if value is not None and value not in places), None)
        if lost is not None:
            raise SeedError(
                f"{self.table}.{column} is {lost!r}, which no row of {target} has in unit {self.unit.number}: expected rows "
                "of the same unit. Correct the columns of its SeedTable."
            )
        return [None if value is None else places[value] for value in values]

    def others(self, table: str, column: str | None) -> Sequence[Any]:
        """Return the values of a column of another table's rows in the unit; without a column, their keys."""
        if table == self.table:
            return self.ids() if column is None else self.values(column)
        name = (table, column)
        if name not in self.unit.memo:
            self.unit.memo[name] = self._others(table, column)
        made: Sequence[Any] = self.unit.memo[name]
        return made

    def _others(self, table: str, column: str | None) -> Sequence[Any]:
        other, count = self._rows.tables.get(table), self.rows_of(table)
        if other is not None and other.adopts:
            return [Adopted(table, row) for row in range(count)]
        if column is None and other is not None and other.listed is not None:
            column = other.listed.columns[0]
        if column is None or (other is not None and column == other.key):
            return [self.unit.id_of(table, row) for row in range(count)]
        if other is None:
            raise SeedError(f"{self.table} takes {column} of {table}, which is no table of the project: expected one of its.")
        unit = self.unit.of(table)
        if column in other.pii:
            return self._masked(other, unit, column)
        if isinstance(other.rows, type(self._rows)):
            rows_there: Rows = other.rows
            return rows_there.of_unit(unit).values(column)
        rows = unit.memo.get(other)
        if rows is None:
            rows = unit.memo[other] = list(rows_of_unit(other, unit))
        lost = [row for row in rows if column not in row]
        if lost:
            raise SeedError(
                f"{self.table} takes {column} of {table}, but its rows do not fill that: expected one of "
                f"{', '.join(sorted(map(str, lost[0])))}."
            )
        return [row[column] for row in rows]

    def _masked(self, other: Table, unit: Unit, column: str) -> Sequence[Any]:
        """Return the PII in a column of another table, as the masker makes it; in a sample, which has no PII, texts."""
        if self.unit.masked is None:
            return [""] * self.rows_of(other.name)
        rows = [{other.key: unit.id_of(other.name, number)} | row for number, row in enumerate(rows_of_unit(other, unit))]
        self.unit.masked(other, rows)
        return [row[column] for row in rows]

    def rows_of(self, table: str) -> int:
        """Return how many rows of another table the unit has. Raises SeedError if there are none."""
        if table in self.unit.counts:
            return self.unit.counts[table]
        other = self._rows.tables.get(table)
        if other is not None:
            return other.per_unit
        raise SeedError(f"No rows of {table} are known, which {self.table} refers to: expected it among the project's tables.")
