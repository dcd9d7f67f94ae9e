"""Row sources: the rows that become one block of ids, generated for a run's units or fixed in a revision.

A source gives its last row apart, because that one is inserted first: it reserves the ids before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from terp_seed.model.fixed_rows import FixedRows
from terp_seed.model.table import Row, SeedTable
from terp_seed.rows.generation import Generator
from terp_seed.rows.statements import BatchRequest, Statement, Statements
from terp_seed.sql.insert import Inserts


class RowSource(Protocol):
    """A RowSource is the rows of one table in one revision; of the `count` that there are, `here` are for this run to write."""

    @property
    def table(self) -> SeedTable:
        """The table that the rows go to."""

    @property
    def count(self) -> int:
        """The number of rows that need an id."""

    @property
    def here(self) -> int:
        """The number of rows that this run writes; shards of their own write the others."""

    def last_row(self, first_id: int) -> Row:
        """Return the last row of a block that begins at this id."""

    def statements(self, first_id: int, inserts: Inserts, most: int) -> Iterator[Statement]:
        """Yield the statements of the block's first rows, at most so many."""


@dataclass(frozen=True)
class GeneratedRows:
    """GeneratedRows are what a table's generator makes for the first `units_here` of a run's units."""

    table: SeedTable
    revision: str
    append: str
    units: int
    units_here: int
    generator: Generator
    made: Statements

    @property
    def count(self) -> int:
        """The rows of all units."""
        return self.table.count(self.units, self.append)

    @property
    def here(self) -> int:
        """The rows of this run's units."""
        return self.table.count(self.units_here, self.append)

    def last_row(self, first_id: int) -> Row:
        """Return the last row of the last unit."""
        return self.generator.last_row(self.table, self.revision, self.append, first_id, self.units)

    def statements(self, first_id: int, inserts: Inserts, most: int) -> Iterator[Statement]:
        """Yield the statements of this run's units, made by helpers where that is worth it."""
        units = range(1, self.units_here + 1)
        return self.made.of(self.table, BatchRequest(self.table.name, self.revision, self.append, first_id, units, most), inserts)


@dataclass(frozen=True)
class RevisionRows:
    """RevisionRows are the fixed rows that a revision gives to op.seed."""

    table: SeedTable
    revision: str
    rows: FixedRows
    generator: Generator

    @property
    def count(self) -> int:
        """The number of rows, as the revision states it."""
        return len(self.rows)

    @property
    def here(self) -> int:
        """All of them: fixed rows belong to unit 1."""
        return len(self.rows)

    def last_row(self, first_id: int) -> Row:
        """Return the last row of the sequence."""
        return next(self.generator.fixed_rows(self.table, self.revision, [self.rows.last], first_id + len(self.rows) - 1))

    def statements(self, first_id: int, inserts: Inserts, most: int) -> Iterator[Statement]:
        """Yield the statements of the rows in their order."""
        rows = self.generator.fixed_rows(self.table, self.revision, self.rows, first_id)
        return inserts.statements(islice(rows, most))
