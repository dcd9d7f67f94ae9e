"""Moments: dates and datetimes between bounds, in order with those of other columns, never later than the unit's day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from terp_seed.model.columns.column_types import FIRST_TIMESTAMP, LAST_TIMESTAMP, Place, as_datetime
from terp_seed.model.columns.maker import Finite, Maker, UnitColumns
from terp_seed.model.columns.specs import Moment

_DAY = timedelta(days=1)
_DEFAULT_DAYS = 365


class _Bounds:
    """_Bounds are the first and the last moment of a spec, in whole steps: days of a date, seconds of a datetime."""

    def __init__(self, place: Place, spec: Moment) -> None:
        place.require(spec.kind, "date", "datetime")
        self.place, self.spec, self.is_date = place, spec, place.family == "date"
        self.step = _DAY if self.is_date else timedelta(seconds=1)
        self.is_short = isinstance(place.type, sa.TIMESTAMP)
        if spec.lo is not None and spec.hi is not None and as_datetime(spec.lo) > as_datetime(spec.hi):
            place.refuse(f"is {spec.kind} from {spec.lo} to {spec.hi}", "the earlier one first")
        for bound in (spec.lo, spec.hi):
            if bound is not None:
                place.fitted(as_datetime(bound).date() if self.is_date else as_datetime(bound))

    def last(self, as_of: date) -> datetime:
        """Return the last moment: as it is said, or the day on which the unit ends."""
        if self.spec.hi is None:
            return as_datetime(as_of)
        is_whole_day = not self.is_date and not isinstance(self.spec.hi, datetime)
        return as_datetime(self.spec.hi) + (_DAY - self.step if is_whole_day else timedelta())

    def first(self, as_of: date) -> datetime | None:
        """Return the first moment where one is said. Raises SeedError if it is after the day on which the unit ends."""
        if self.spec.lo is not None:
            if as_datetime(self.spec.lo) > self.last(as_of):
                self.place.refuse(
                    f"is {self.spec.kind}({str(self.spec.lo)!r}), which is later than the as-of day {as_of}",
                    "a second bound, an earlier first one, or a later as-of day",
                )
            return as_datetime(self.spec.lo)
        if self.spec.days_back is not None:
            return max(as_datetime(as_of) - self.spec.days_back * _DAY, FIRST_TIMESTAMP if self.is_short else datetime.min)
        return None

    def value(self, moment: datetime) -> date:
        """Return a moment as the column takes it."""
        if self.is_short:
            moment = min(max(moment, FIRST_TIMESTAMP), LAST_TIMESTAMP)
        return moment.date() if self.is_date else moment


class FreeMoments(Finite):
    """FreeMoments are between two fixed bounds."""

    def __init__(self, place: Place, spec: Moment) -> None:
        super().__init__(place)
        self._bounds = _Bounds(place, spec)

    def size(self, columns: UnitColumns) -> int:
        """Return the number of days or seconds."""
        first, last = self._ends(columns)
        return (last - first) // self._bounds.step + 1

    def value(self, columns: UnitColumns, digit: int) -> Any:
        """Return a value."""
        return self._bounds.value(self._ends(columns)[0] + digit * self._bounds.step)

    def _ends(self, columns: UnitColumns) -> tuple[datetime, datetime]:
        as_of = columns.unit.as_of
        last = self._bounds.last(as_of)
        first = self._bounds.first(as_of)
        return min(first or last - _DEFAULT_DAYS * _DAY, last), last


class MomentsInOrder(Maker):
    """MomentsInOrder are not before a value of another column, and not after one of a third."""

    def __init__(self, place: Place, spec: Moment) -> None:
        self._name, self._after, self._before = place.column.name, spec.after, spec.before
        self._bounds = _Bounds(place, spec)
        self.needs = tuple(path for path in (spec.after, spec.before) if path)

    def values(self, columns: UnitColumns) -> Sequence[Any]:
        """Return the value of each row. If the others leave no room, it is that of `after`, else that of `before`."""
        bounds, stream, nothing = self._bounds, columns.stream(self._name), [None] * columns.count
        as_of = columns.unit.as_of
        earlier = columns.through(self._after) if self._after else nothing
        later = columns.through(self._before) if self._before else nothing
        first, last = bounds.first(as_of), bounds.last(as_of)
        made = []
        for least, most in zip(map(self._rounded_up, earlier), map(self._rounded_down, later), strict=True):
            high = last if most is None else min(last, most)
            low = first if first is not None else (least or high - _DEFAULT_DAYS * _DAY)
            low = min(low, high)
            if least is not None:
                low, high = max(low, least), max(high, least)
            made.append(bounds.value(low + stream.below((high - low) // bounds.step + 1) * bounds.step))
        return made

    def _rounded_up(self, value: Any) -> datetime | None:
        """Return the first moment that the column can hold and that is not before a value."""
        moment = self._moment(value)
        cut = self._rounded_down(value)
        return cut if moment is None or cut is None or cut == moment else cut + self._bounds.step

    def _rounded_down(self, value: Any) -> datetime | None:
        moment = self._moment(value)
        if moment is None:
            return None
        return as_datetime(moment.date()) if self._bounds.is_date else moment.replace(microsecond=0)

    def _moment(self, value: Any) -> datetime | None:
        if value is not None and not isinstance(value, date):
            self._bounds.place.refuse(f"is to be in order with {value!r}", "a column of dates or datetimes in after and before")
        return None if value is None else as_datetime(value)


def moments(place: Place, spec: Moment) -> Maker:
    """Return the maker of a date or a datetime."""
    return MomentsInOrder(place, spec) if spec.after or spec.before else FreeMoments(place, spec)
