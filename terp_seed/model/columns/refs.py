"""References: which row of another table, or of its own, each row refers to, and the values that it takes from there."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import sqlalchemy as sa

from terp_seed.errors import SeedError
from terp_seed.model.columns.column_types import Place
from terp_seed.model.columns.maker import Finite, Maker, UnitColumns
from terp_seed.model.columns.specs import Reference, Same
from terp_seed.model.row_key import is_number
from terp_seed.model.streams import Stream

_CHILDLESS, _LIGHTEST = 0.2, 0.05  # the share of parents without children, and the least weight of the others
_FEW, _MUCH = 5, 0.8  # one in five parents has four in five children


class ReferenceMaker(Finite):
    """A ReferenceMaker refers to rows of another table; a digit is the number of a row there, from 0."""

    def __init__(self, place: Place, spec: Reference, key: sa.ForeignKey | None) -> None:
        super().__init__(place)
        target = key.column if key is not None else None
        if spec.table is None and target is None:
            place.refuse("has no foreign key", 'the table that it refers to, as in ref("authors")')
        if spec.table is not None and target is not None and target.table.name != spec.table:
            place.refuse(f"has a foreign key to {target.table.name}, but is ref({spec.table!r})", f"ref({target.table.name!r})")
        self.target: str = spec.table or (target.table.name if target is not None else "")
        is_key = target is None or is_number(target)
        self.column: str | None = None if is_key or target is None else target.name
        self.spread, self.is_soft = spec.spread, target is None or not is_key
        self.other_than = spec.other_than
        self.needs = (spec.other_than,) if spec.other_than is not None else ()

    def size(self, columns: UnitColumns) -> int:
        """Return the number of the other table's rows."""
        found = columns.rows_of(self.target)
        if self.other_than is not None and found < 2:
            raise SeedError(
                f"{self.place.name} refers to another row of {self.target} than {self.other_than}, and a unit has one row of it: "
                f"expected two or more. Raise the per_unit of {self.target}."
            )
        return found

    def value(self, columns: UnitColumns, digit: int) -> Any:
        """Return the key of a row."""
        return columns.others(self.target, self.column)[digit]

    def digits(self, columns: UnitColumns, stream: Stream) -> list[int]:
        """Draw the row that each row refers to, as the spread says."""
        if self.spread == "one" and columns.count > self.size(columns):
            raise SeedError(
                f"{self.place.name} refers to {self.target} with spread one, and a unit has {columns.count} rows for "
                f"{self.size(columns)} of {self.target}: expected at most as many. Lower per_unit, or raise {self.target}'s."
            )
        return _SPREADS[self.spread](stream, self.size(columns), columns.count)


def require_apart(makers: Mapping[str, Maker]) -> None:
    """Raise SeedError for a reference to another row than a column's that is no reference to the same table."""
    for maker in makers.values():
        if isinstance(maker, ReferenceMaker) and maker.other_than is not None:
            other = makers.get(maker.other_than)
            if not isinstance(other, ReferenceMaker) or other.target != maker.target or other is maker:
                maker.place.refuse(f"is ref(other_than={maker.other_than!r})", f"another column with a ref({maker.target!r})")


class SelfReferenceMaker(Maker):
    """A SelfReferenceMaker refers to an earlier row of the unit. The first and the last row refer to none, because the last one
    is inserted before the others; where NULL is impossible, each row refers to itself.
    """

    def __init__(self, place: Place, column: str | None, is_unique: bool) -> None:
        self.place, self.target, self.column, self._is_unique = place, place.column.table.name, column, is_unique
        self.needs = () if column is None else (column,)

    def rows(self, columns: UnitColumns) -> list[int | None]:
        """Return the number of the row that each row refers to."""
        stream, last = columns.stream(self.place.column.name), columns.count - 1
        if not self.place.column.nullable:
            return [*range(columns.count)]
        before = (lambda row: row - 1) if self._is_unique else stream.below
        return [None if row in (0, last) else before(row) for row in range(columns.count)]

    def values(self, columns: UnitColumns) -> Sequence[Any]:
        """Return the key of the row that each row refers to."""
        keys = columns.ids() if self.column is None else columns.values(self.column)
        return [None if row is None else keys[row] for row in self.rows(columns)]


class SameMaker(Maker):
    """A SameMaker takes the values of another column, of the same row or of the one that a foreign key names."""

    def __init__(self, place: Place, spec: Same) -> None:
        self.place, self.path, self.needs = place, spec.path, (spec.path,)

    def values(self, columns: UnitColumns) -> Sequence[Any]:
        """Return the value of each row."""
        made = columns.through(self.path)
        if not self.place.column.nullable and any(value is None for value in made):
            self.place.refuse(f"is NOT NULL, but {self.path} is NULL in some rows", "a column that is never NULL")
        return made


def _even(stream: Stream, parents: int, rows: int) -> list[int]:
    order = stream.shuffled(range(parents))
    return [order[row % parents] for row in range(rows)]


def _uneven(stream: Stream, parents: int, rows: int) -> list[int]:
    weights = [0.0 if stream.random() < _CHILDLESS else _LIGHTEST + stream.random() ** 2 for _ in range(parents)]
    if not any(weights):
        weights[stream.below(parents)] = 1.0
    sums = list(accumulate(weights))
    heaviest = max(range(parents), key=weights.__getitem__)
    drawn = [bisect(sums, stream.random() * sums[-1]) for _ in range(rows)]
    return [heaviest if parent == parents else parent for parent in drawn]


def _skewed(stream: Stream, parents: int, rows: int) -> list[int]:
    order = stream.shuffled(range(parents))
    few = -(-parents // _FEW)
    many, rest = order[:few], order[few:] or order
    return [stream.pick(many if stream.random() < _MUCH else rest) for _ in range(rows)]


def _one(stream: Stream, parents: int, rows: int) -> list[int]:
    return stream.shuffled(range(parents))[:rows]


_SPREADS = {"even": _even, "uneven": _uneven, "skewed": _skewed, "one": _one}
