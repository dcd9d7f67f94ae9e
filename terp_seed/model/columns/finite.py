"""Finite makers: constants, choices, booleans and ranges, whose values can be counted."""

from bisect import bisect
from datetime import time
from decimal import Decimal
from itertools import accumulate
from typing import Any

from terp_seed.model.columns.column_types import Place
from terp_seed.model.columns.maker import Finite, UnitColumns
from terp_seed.model.columns.specs import Boolean, Choice, Constant, Range
from terp_seed.model.streams import Stream

_SECONDS = 24 * 60 * 60


class OneOf(Finite):
    """OneOf makes one of some values, by their weights."""

    def __init__(self, place: Place, values: tuple[Any, ...], weights: tuple[float, ...] = ()) -> None:
        super().__init__(place)
        self._values = tuple(place.fitted(value) for value in values)
        self._sums = list(accumulate(weights or (1,) * len(values)))

    @classmethod
    def of(cls, place: Place, spec: Constant | Choice | Boolean) -> "OneOf":
        """Return the maker of a constant, a choice or a boolean."""
        if isinstance(spec, Boolean):
            place.require("boolean", "boolean", "integer")
            return cls(place, (True, False), (spec.p, 1 - spec.p))
        return cls(place, (spec.value,)) if isinstance(spec, Constant) else cls(place, spec.values, spec.weights)

    def size(self, columns: UnitColumns) -> int:
        """Return the number of values."""
        return len(self._values)

    def known_size(self) -> int:
        """Return the number of values."""
        return len(self._values)

    def value(self, columns: UnitColumns, digit: int) -> Any:
        """Return a value."""
        return self._values[digit]

    def digits(self, columns: UnitColumns, stream: Stream) -> list[int]:
        """Draw a value for each row, by weight."""
        last = len(self._sums) - 1
        return [min(bisect(self._sums, stream.random() * self._sums[-1]), last) for _ in range(columns.count)]


class Between(Finite):
    """Between makes whole numbers, decimals or times of a day in a range."""

    def __init__(self, place: Place, spec: Range) -> None:
        super().__init__(place)
        self._low, self._high = _RANGES[spec.kind](place, spec)
        if self._low > self._high:
            place.refuse(f"is {spec.kind} from {spec.lo} to {spec.hi}", "the smaller value first")
        self._make = _VALUES[place.family]

    def size(self, columns: UnitColumns) -> int:
        """Return the number of values."""
        return self.known_size()

    def known_size(self) -> int:
        """Return the number of values."""
        return self._high - self._low + 1

    def value(self, columns: UnitColumns, digit: int) -> Any:
        """Return a value."""
        return self._make(self.place, self._low + digit)


def _integers(place: Place, spec: Range) -> tuple[int, int]:
    place.require("integer", "integer", "decimal", "float")
    if place.family == "decimal":
        return _decimals(place, spec)
    return int(place.fitted(spec.lo)), int(place.fitted(spec.hi))


def _decimals(place: Place, spec: Range) -> tuple[int, int]:
    place.require("decimal", "decimal", "float")
    if place.family == "float":  # in hundredths, which is what people write
        return int(Decimal(spec.lo) * 100), int(Decimal(spec.hi) * 100)
    return int(place.fitted(spec.lo).scaleb(place.scale)), int(place.fitted(spec.hi).scaleb(place.scale))


def _times(place: Place, spec: Range) -> tuple[int, int]:
    place.require("time", "time")
    return _seconds(spec.lo), _seconds(spec.hi)


def _seconds(value: time) -> int:
    return value.hour * 3600 + value.minute * 60 + value.second


def _time(place: Place, seconds: int) -> time:
    minutes, second = divmod(seconds % _SECONDS, 60)
    return time(*divmod(minutes, 60), second)


_RANGES = {"integer": _integers, "decimal": _decimals, "time": _times}
_VALUES = {
    "integer": lambda place, number: number,
    "decimal": lambda place, number: Decimal(number).scaleb(-place.scale),
    "float": lambda place, number: number / 100,
    "time": _time,
}
