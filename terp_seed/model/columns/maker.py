"""Makers: what makes the values of one column for a whole unit, and how they see the other columns.

A maker draws from its column's own stream only, so an edit of a column moves that column and those that name it.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from math import gcd
from typing import Any, Protocol

from terp_seed.errors import CapacityExceeded
from terp_seed.model.columns.column_types import Place
from terp_seed.model.recipe import Recipe
from terp_seed.model.streams import Stream, fingerprint
from terp_seed.model.unit import Unit


class UnitColumns(Protocol):
    """UnitColumns are the columns of one table in one unit."""

    @property
    def unit(self) -> Unit:
        """Return the unit."""

    @property
    def count(self) -> int:
        """Return the number of rows."""

    @property
    def table(self) -> str:
        """Return the table's name."""

    def stream(self, name: str) -> Stream:
        """Return the stream of a column, or of something else that the table draws."""

    def ids(self) -> list[int]:
        """Return the keys of the rows."""

    def numbers(self) -> range:
        """Return the numbers of the rows among all that were ever seeded into the table, from 0."""

    def values(self, column: str) -> Sequence[Any]:
        """Return the values of one of the table's columns."""

    def digits(self, column: str) -> list[int]:
        """Return the digits of one of the table's finite columns."""

    def through(self, path: str) -> Sequence[Any]:
        """Return the values of `column`, or of `fk.column` in the rows that a foreign key names."""

    def others(self, table: str, column: str | None) -> Sequence[Any]:
        """Return the values of a column of another table's rows in the unit; without a column, their keys."""

    def earlier(self) -> "list[tuple[UnitColumns, frozenset[str]]]":
        """Return the same columns as the earlier revisions of the table have them in the same unit, and the tables of which their
        rows see the same rows.
        """

    def rows_of(self, table: str) -> int:
        """Return how many rows of another table the unit has. Raises SeedError if there are none."""


class Maker(ABC):
    """A Maker makes the values of a column, and knows which columns of the table it needs for that."""

    needs: tuple[str, ...] = ()

    @abstractmethod
    def values(self, columns: UnitColumns) -> Sequence[Any]:
        """Return the value of each row."""


class Finite(Maker):
    """A Finite maker has a known number of values, so that they can be made unique: each is a digit below `size`. With
    `other_than`, it is never that of this column.
    """

    other_than: str | None = None

    def __init__(self, place: Place) -> None:
        self.place, self.name = place, place.column.name

    @abstractmethod
    def size(self, columns: UnitColumns) -> int:
        """Return the number of values."""

    def known_size(self) -> int | None:
        """Return the number of values where it is the same in each unit."""
        return None

    @abstractmethod
    def value(self, columns: UnitColumns, digit: int) -> Any:
        """Return a value."""

    def digits(self, columns: UnitColumns, stream: Stream) -> list[int]:
        """Draw a digit for each row, as if they need not be unique."""
        size = self.size(columns)
        return [stream.below(size) for _ in range(columns.count)]

    def values_for(self, columns: UnitColumns, digits: Sequence[int]) -> list[Any]:
        """Return the values of digits."""
        return [self.value(columns, digit) for digit in digits]

    def values(self, columns: UnitColumns) -> Sequence[Any]:
        """Return the value of each row."""
        return self.values_for(columns, self.digits(columns, columns.stream(self.name)))


class Permutation:
    """A Permutation maps the numbers below `size` to themselves, each once, by the recipe and a name alone."""

    def __init__(self, recipe: Recipe, name: str, size: int) -> None:
        self.size, self._name = size, name
        factor = fingerprint(recipe.generator_version, recipe.seed, name, "factor") % size
        while gcd(factor, size) != 1:
            factor += 1
        self._factor, self._offset = factor, fingerprint(recipe.generator_version, recipe.seed, name, "offset") % size

    def __call__(self, number: int) -> int:
        """Return the number that belongs to one. Raises CapacityExceeded past the size."""
        if not 0 <= number < self.size:
            raise CapacityExceeded(
                f"{self._name} must be unique, and its columns allow {self.size:,} different values, but row {number + 1:,} is "
                "asked for: expected no more rows than values. Widen its range or choice in the columns of the SeedTable, or "
                "seed a smaller size. Nothing was written to this table."
            )
        return (number * self._factor + self._offset) % self.size


def with_nulls(columns: UnitColumns, name: str, share: float, values: Sequence[Any]) -> Sequence[Any]:
    """Return the values of a column with NULL in this share of the rows. They are drawn apart, so the others stay the same."""
    if not share:
        return values
    stream = columns.stream(f"{name} is null")
    return [None if stream.random() < share else value for value in values]
