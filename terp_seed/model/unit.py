"""Units: the complete small data sets that a size counts, and what the rows of one may depend on.

A row is a function of its unit alone, so it is the same in every run, at every size and in every process.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from terp_seed.errors import SeedError
from terp_seed.model.recipe import Recipe
from terp_seed.model.streams import Stream
from terp_seed.model.unit_cache import UnitCache

Row = dict[str, Any]


class Earlier(NamedTuple):
    """An Earlier is a revision that seeded the table before: its `append`, its rows per unit, and the tables of which its
    rows see what this one's see.
    """

    append: str
    rows: int
    same: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unit:
    """A Unit is one complete small data set: its number, its recipe, and the first ids of its rows by table."""

    number: int
    recipe: Recipe
    first_ids: Mapping[str, int]
    append: str = ""  # the revision, if it adds to a table that an earlier one seeded
    own_tables: frozenset[str] = frozenset()  # the tables that this revision has seeded itself
    cache: UnitCache | None = None  # the run's; without it, shared figures are made for each table
    counts: Mapping[str, int] = field(default_factory=dict)  # the unit's rows of those tables, where that is known
    # what columns as data need besides
    common: frozenset[str] = frozenset()  # the tables of which all units see the same rows
    origin: int | None = None  # the first id that was ever seeded into the table itself
    earlier: tuple[Earlier, ...] = ()
    relative: Callable[[str], "Unit"] | None = field(default=None, compare=False, repr=False)  # this unit, as seen from a table
    masked: Callable[[Any, list[Row]], None] | None = field(default=None, compare=False, repr=False)  # fills a table's PII
    look: Callable[[str, str], Sequence[Any]] | None = field(default=None, compare=False, repr=False)  # what values_of returns
    memo: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def as_of(self) -> date:
        """Return the day on which the unit's history ends."""
        return self.recipe.as_of

    def stream(self, name: str) -> Stream:
        """Return the unit's own stream of that name."""
        return Stream(self.recipe.generator_version, self.recipe.seed, self.append, name, self.number)

    def shared(self, name: str, make: Callable[["Unit"], bytes]) -> bytes:
        """Return make(unit), which must depend on recipe, number and append alone, and is called once for all tables."""
        if self.cache is None:
            return make(self)
        return self.cache.get(f"{name} {self.append}", self.number, lambda: make(self))

    def id_of(self, table: str, index: int = 0) -> int:
        """Return the id of the unit's row `index` (from 0) in a table that is seeded, or being seeded. Raises SeedError."""
        try:
            first = self.first_ids[table]
        except KeyError:
            raise SeedError(f"No rows of {table} are seeded, but are needed: expected an earlier revision to.") from None
        if table in self.counts and not 0 <= index < self.counts[table]:
            raise SeedError(f"Row {index} of {table} is asked for: expected 0 to {self.counts[table] - 1}, which a unit has.")
        return first + index

    def values_of(self, table: str, column: str) -> Sequence[Any]:
        """Return the values of a column of the unit's rows in a table, for the function of a column. Another table must be one
        that a foreign key names, or that `uses` names. Raises SeedError if the values are not known.
        """
        if self.look is None:
            raise SeedError(
                f"The values of {table}.{column} are asked for where they are not known: expected the function of one of the "
                "`columns` of a SeedTable. Make them here too, from the same stream."
            )
        return self.look(table, column)

    def of(self, table: str) -> "Unit":
        """Return this unit as the rows of another table see it, whose revision may be another one."""
        return self if self.relative is None else self.relative(table)
