"""Uniques: which columns of a table must be unique together, and the values with which they are, in every unit and at every size.

Columns that name rows of their own unit are unique within the unit; the others over all units, by the number of the row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import gcd, prod
from typing import Any

import sqlalchemy as sa

from terp_seed.errors import CapacityExceeded, SeedError
from terp_seed.model.columns.maker import Finite, Maker, Permutation, UnitColumns
from terp_seed.model.row_key import is_number
from terp_seed.model.streams import Stream

_ATTEMPTS = 20
_STEPS = 20_000  # other values that are tried for one row, in one attempt


def unique_sets(table: sa.Table) -> list[tuple[str, ...]]:
    """Return the columns that must be unique together, by the key, constraints and indexes of a table. Numbers are unique."""
    found: dict[tuple[str, ...], None] = {}
    for column in table.columns:
        if column.unique:
            found[(column.name,)] = None
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint):
            found[tuple(column.name for column in constraint.columns)] = None
    for index in table.indexes:
        if index.unique:
            found[tuple(column.name for column in index.columns)] = None
    key = tuple(column.name for column in table.primary_key.columns)
    if key and not is_number(table.columns[key[0]]):
        found[key] = None
        key = ()
    wanted = [names for names in found if names and not {*key} & {*names}]
    return sorted(names for names in wanted if not any({*other} < {*names} for other in wanted))  # which holds them, too


@dataclass(frozen=True)
class UniqueSet:
    """A UniqueSet is columns that must be unique together; `members` are those whose values are chosen so that they are."""

    columns: tuple[str, ...]
    members: tuple[str, ...]
    given: tuple[str, ...]  # whose values do not depend on the members
    targets: tuple[str, ...]  # the tables that some of the columns refer to
    # by member whose rows there may have the same values in these columns: its table, and the columns
    by_value: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def combination(self, columns: UnitColumns, digits: Mapping[str, int]) -> Iterator[Any]:
        """Yield what must differ between rows: digits, or values where two digits may stand for the same one."""
        for name in self.members:
            if name in self.by_value:
                table, there = self.by_value[name]
                yield from (columns.others(table, column)[digits[name]] for column in there)
            else:
                yield digits[name]


class Group:
    """A Group is the unique sets that share columns, and the makers of their members. It chooses the digits of all of them."""

    def __init__(self, table: str, sets: Sequence[UniqueSet], makers: Mapping[str, Maker], has_one_unit: bool) -> None:
        self.sets, self._has_one_unit = tuple(sets), has_one_unit
        names = dict.fromkeys(name for one in sets for name in one.members)
        self.makers = {name: maker for name in names if isinstance(maker := makers[name], Finite)}
        self.name = f"{table} ({', '.join(dict.fromkeys(name for one in sets for name in one.columns))})"
        self._places = {name: place for place, name in enumerate(self.makers)}
        self._apart = {name: maker.other_than for name, maker in self.makers.items() if maker.other_than is not None}

    def digits(self, columns: UnitColumns) -> dict[str, list[int]]:
        """Return the digits of each member. Raises CapacityExceeded if there are not enough values."""
        common = columns.unit.common
        over_all = [one for one in self.sets if all(target in common for target in one.targets)]
        if len(self.sets) == 1 and over_all and not over_all[0].given and not over_all[0].by_value:
            return self._by_number(columns)
        if over_all and not self._has_one_unit:
            raise refusal(self.name, over_all[0].columns)
        sizes = [maker.size(columns) for maker in self.makers.values()]
        used: list[set[tuple[Any, ...]]] = [set() for _ in self.sets]
        rows: list[list[int]] = []
        for columns_of_one in _one_after_the_other(self, columns):
            rows = self._assigned(columns_of_one, sizes, used)
        return {name: [row[place] for row in rows] for name, place in self._places.items()}

    def _by_number(self, columns: UnitColumns) -> dict[str, list[int]]:
        """Return digits that are unique over all units: those of the row's number, in a random order."""
        relative = {name: other for name in self._after_others() if (other := self._apart[name]) in self.makers}
        sizes = {name: maker.size(columns) - (name in relative) for name, maker in self.makers.items()}
        place = Permutation(columns.unit.recipe, self.name, prod(sizes.values()))
        digits: dict[str, list[int]] = {name: [] for name in sizes}
        for number in columns.numbers():
            left = place(number)
            for name, size in sizes.items():
                left, digit = divmod(left, size)
                digits[name].append(digit)
            for name, other in relative.items():  # so far it is how far behind the other's
                digits[name][-1] = (digits[name][-1] + 1 + digits[other][-1]) % (sizes[name] + 1)
        return digits

    def _after_others(self) -> list[str]:
        """Return the members that must differ from another one, each after that."""
        found: list[str] = []
        while len(found) < len(self._apart):
            found += [name for name, other in self._apart.items() if name not in found and other not in {*self._apart} - {*found}]
        return found

    def _assigned(self, columns: UnitColumns, sizes: list[int], used: list[set[tuple[Any, ...]]]) -> list[list[int]]:
        """Return the digits of each row, and add their combinations to those that are used."""
        for attempt in range(_ATTEMPTS):
            tried = [set(combinations) for combinations in used]
            rows = self._attempt(columns, sizes, tried, attempt)
            if rows is not None:
                for combinations, more in zip(used, tried, strict=True):
                    combinations |= more
                return rows
        taken = f", of which {max(map(len, used))} are taken by earlier revisions" if any(used) else ""
        raise CapacityExceeded(
            f"{self.name} must be unique, and a unit has {columns.count} rows for {prod(sizes):,} combinations of values{taken}: "
            "expected no more rows than combinations. Lower per_unit, or widen a range, a choice or the table referred to. "
            "Nothing was written to this table."
        )

    def _attempt(
        self, columns: UnitColumns, sizes: list[int], used: list[set[tuple[Any, ...]]], attempt: int
    ) -> list[list[int]] | None:
        again = f" again {attempt}" if attempt else ""
        drawn = zip(
            *(maker.digits(columns, columns.stream(f"{name}{again}")) for name, maker in self.makers.items()), strict=True
        )
        stream = columns.stream(f"{self.name}{again}")
        outside = {other: columns.digits(other) for other in self._apart.values() if other not in self.makers}
        given = [[columns.values(name) for name in one.given] for one in self.sets]
        rows = []
        for row, natural in enumerate(drawn):
            fixed = [tuple(_hashable(values[row]) for values in some) for some in given]
            for digits in _others(list(natural), sizes, stream):
                by_name = dict(zip(self._places, digits, strict=True))
                near = {name: by_name[other] if other in by_name else outside[other][row] for name, other in self._apart.items()}
                if any(by_name[name] == other for name, other in near.items()):
                    continue
                found = [(*fixed[place], *one.combination(columns, by_name)) for place, one in enumerate(self.sets)]
                if not any(combination in taken for combination, taken in zip(found, used, strict=True)):
                    break
            else:
                return None
            for combination, taken in zip(found, used, strict=True):
                if None not in combination:
                    taken.add(combination)
            rows.append(digits)
        return rows


def _hashable(value: Any) -> Any:
    return repr(value) if isinstance(value, dict | list) else value


def _others(digits: list[int], sizes: list[int], stream: Stream) -> Iterator[list[int]]:
    """Yield the digits, and then other ones, each combination once, in a random order."""
    yield digits
    product, number = prod(sizes), 0
    for digit, size in zip(reversed(digits), reversed(sizes), strict=True):
        number = number * size + digit
    step = 1 + stream.below(max(product - 1, 1))
    while gcd(step, product) != 1:
        step += 1
    for _ in range(min(product - 1, _STEPS)):
        number = (number + step) % product
        left, other = number, []
        for size in sizes:
            left, digit = divmod(left, size)
            other.append(digit)
        yield other


def _one_after_the_other(group: Group, columns: UnitColumns) -> Iterator[UnitColumns]:
    """Yield the columns of the unit's earlier revisions that refer to the same rows, and then those of this one."""
    for earlier, same in columns.earlier():
        if any(same.issuperset(one.targets) for one in group.sets):
            yield earlier
    yield columns


def refusal(group: str, over_all: Sequence[str]) -> SeedError:
    """Return the error for unique columns that overlap, of which some would have to be unique over all units."""
    return SeedError(
        f"{group} are in several unique constraints, and no column of ({', '.join(over_all)}) refers to a row of the same unit, "
        "so the units' rows could not be kept apart: expected a value that is unique by itself in one of them. Make one a "
        "sequence(), uuid() or words(), or write the `rows` of its SeedTable."
    )
