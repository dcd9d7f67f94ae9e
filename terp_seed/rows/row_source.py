"""Row sources: the rows of one block, generated for a run's units or fixed in a revision.

A source returns its last row separately, because that is inserted first, to reserve the ids.
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
    """A RowSource is the rows of one table in one revision; this run writes `here` of the `count` rows."""

    @property
    def table(self) -> SeedTable:
        """Return the table that the rows belong to."""

    @property
    def count(self) -> int:
        """Return the number of all rows."""

    @property
    def here(self) -> int:
        """Return the number of rows that this run writes; other shards write the rest."""

    def last_row(self, first_id: int) -> Row:
        """Return the last row of a block that begins at this id."""

    def statements(self, first_id: int, inserts: Inserts, most: int) -> Iterator[Statement]:
        """Yield the statements that insert at most `most` rows, from the block's first one on."""


@dataclass(frozen=True)
class GeneratedRows:
    """GeneratedRows are the rows that a table's generator makes for all units; this run writes the first `units_here`."""

    table: SeedTable
    revision: str
    append: str
    units: int
    units_here: int
    generator: Generator
    made: Statements

    @property
    def count(self) -> int:
        """Return the number of rows of all units."""
        return self.table.count(self.units, self.append)

    @property
    def here(self) -> int:
        """Return the number of rows of this run's units."""
        return self.table.count(self.units_here, self.append)

    def last_row(self, first_id: int) -> Row:
        """Return the last row of the last unit."""
        return self.generator.last_row(self.table, self.revision, self.append, first_id, self.units)

    def statements(self, first_id: int, inserts: Inserts, most: int) -> Iterator[Statement]:
        """Yield the statements of this run's units, made by worker processes if that is worthwhile."""
        units = range(1, self.units_here + 1)
        return self.made.of(self.table, BatchRequest(self.table.name, self.revision, self.append, first_id, units, most), inserts)


@dataclass(frozen=True)
class RevisionRows:
    """RevisionRows are the fixed rows that a revision passes to op.seed."""

    table: SeedTable
    revision: str
    rows: FixedRows
    generator: Generator

    @property
    def count(self) -> int:
        """Return the number of rows, as stated by the revision."""
        return len(self.rows)

    @property
    def here(self) -> int:
        """Return the number of all rows, because fixed rows belong to unit 1."""
        return len(self.rows)

    def last_row(self, first_id: int) -> Row:
        """Return the last row of the sequence."""
        return next(self.generator.fixed_rows(self.table, self.revision, [self.rows.last], first_id + len(self.rows) - 1))

    def statements(self, first_id: int, inserts: Inserts, most: int) -> Iterator[Statement]:
        """Yield the statements of the rows in order."""
        rows = self.generator.fixed_rows(self.table, self.revision, self.rows, first_id)
        return inserts.statements(islice(rows, most))
