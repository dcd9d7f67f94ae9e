"""Seeding: what op.seed and op.unseed do, in one run.

A table's rows, the rows of its companions and their ledger records are written in one transaction, or not at all.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa

from terp_seed.engine import ledger as ledger_table
from terp_seed.engine.dialect import Dialect
from terp_seed.engine.guard import Guard
from terp_seed.engine.insert import Inserts
from terp_seed.engine.ledger import Block, Ledger
from terp_seed.engine.masking import Masker
from terp_seed.engine.operations import FixedRows
from terp_seed.engine.table import Catalog, Ref, Row, SeedTable, Unit
from terp_seed.engine.writer import Writer
from terp_seed.errors import CapacityExceeded, SeedError
from terp_seed.settings import LARGEST_ID, Recipe

_GAP = 1_000  # room below a block for rows that others are inserting right now
_RESERVATIONS = 20


@dataclass(frozen=True)
class Outcome:
    """An Outcome is what happened to one table in one revision: rows inserted or deleted, as the server counted them."""

    revision: str
    table: str
    rows: int
    first_id: int
    last_id: int
    seconds: float
    inserted: bool
    companion: bool


def next_first_id(highest: int | None) -> int:
    """Return where a block begins in a table with that highest id."""
    return 1 if highest is None else (highest // _GAP + 2) * _GAP + 1


class Seeding:
    """A Seeding carries out the operations of one run's revisions, one after the other."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        recipe: Recipe,
        ledger: Ledger,
        masker: Masker,
        dialect: Dialect,
        sqlalchemy_dialect: sa.Dialect,
        writer: Writer,
        guard: Guard | None = None,
        first_id: int = 1,
        notify: Callable[[Outcome], None] = lambda outcome: None,
    ) -> None:
        self._catalog, self._recipe, self._masker, self._writer = catalog, recipe, masker, writer
        self._dialect, self._sqlalchemy_dialect = dialect, sqlalchemy_dialect
        self._guard, self._first_id, self._notify = guard, first_id, notify
        self._rolled_back: list[str] = []
        self.ledger = ledger
        self.revision = ""  # the runner names the revision before each step

    def create_ledger(self) -> None:
        """Create the ledger's table where it is missing."""
        self._writer.execute(ledger_table.create_sql(self._sqlalchemy_dialect))

    def drop_ledger(self) -> None:
        """Drop the ledger's table where it exists."""
        self._writer.execute(ledger_table.drop_sql(self._sqlalchemy_dialect))

    def seed(self, table: SeedTable, rows: FixedRows | None) -> None:
        """Insert the rows of every unit, companions first; or the fixed rows."""
        if rows is not None:
            fixed = _checked(table, rows)
            self._insert(table, len(fixed), lambda first: self._fixed_rows(table, fixed, first), lambda first: None)
            return
        chapter = "" if self.ledger.referred(self.revision, table.name) is None else self.revision
        for part in (*table.companions, table):
            if part.shared and self.ledger.of_table(part.name):
                continue
            self._generate(part, chapter)

    def unseed(self, table: SeedTable) -> None:
        """Delete the rows that the ledger names for this revision, children first."""
        blocks = [b for b in self.ledger.blocks if b.revision == self.revision]
        if self._guard and blocks:
            rolled_back = ", ".join(self._rolled_back)
            self._guard.lock_and_check(
                blocks, f"Rolled back before that: {rolled_back}." if rolled_back else "Nothing has changed."
            )
        for part in (table, *reversed(table.companions)):
            started = time.perf_counter()
            block = self.ledger.get(self.revision, part.name)
            deleted = self._writer.execute(ledger_table.delete_rows_sql(self._dialect, self.revision, part.name))
            self._writer.execute(self.ledger.delete_sql(self._dialect, self.revision, part.name))
            if block is not None:
                self._rolled_back.append(part.name)
                self._tell(block, block.row_count if deleted is None else deleted, started, inserted=False)

    def _generate(self, part: SeedTable, chapter: str) -> None:
        units = 1 if part.shared else self._recipe.size.units

        def unit_rows(first: int, numbers: range) -> Iterator[Row]:
            bases = self._bases(part, first)
            fill = self._masker.filler(part)
            own = frozenset(b.table_name for b in self.ledger.blocks if b.revision == self.revision)
            for number in numbers:
                first_ids = {name: base + (number - 1) * step for name, base, step in bases}
                unit = Unit(number, self._recipe, first_ids, chapter, own)
                row_id = first_ids[part.name]
                made = 0
                for row in part.rows(unit):
                    row["id"] = row_id + made
                    fill(row)
                    made += 1
                    yield row
                if made != part.per_unit:
                    raise SeedError(
                        f"Unit {number} of {part.name} has {made} rows: expected {part.per_unit}. Correct its SeedTable."
                    )

        self._insert(
            part,
            part.count(units),
            lambda first: unit_rows(first, range(1, units + 1)),
            lambda first: list(unit_rows(first, range(units, units + 1)))[-1],
        )

    def _bases(self, part: SeedTable, first: int) -> list[tuple[str, int, int]]:
        """Return, for each table that the rows refer to: its name, its first id in unit 1, its rows a unit."""
        bases = [(part.name, first, part.per_unit)]
        targets = {*part.parents().values(), *(reference.target for reference in part.references), *part.uses}
        for name in sorted(targets - {part.name}):
            block = self.ledger.referred(self.revision, name)
            if block is not None and name in self._catalog:
                target = self._catalog[name]
                bases.append((name, block.first_id, 0 if target.shared else target.per_unit))
        return bases

    def _fixed_rows(self, table: SeedTable, rows: list[Row], first: int) -> Iterator[Row]:
        fill = self._masker.filler(table)
        for number, given in enumerate(rows):
            row: Row = {"id": first + number}
            row |= self._masker.mask_record(table, {column: self._resolve(value) for column, value in given.items()})
            fill(row)
            yield row

    def _resolve(self, value: object) -> object:
        if not isinstance(value, Ref):
            return value
        block = self.ledger.referred(self.revision, value.table)
        if block is None or not 1 <= value.number <= block.row_count:
            raise SeedError(
                f"Revision {self.revision} refers to row {value.number} of {value.table}, which is not seeded: expected a number "
                f"from 1 to {block.row_count if block else 0}. Make the revision depend on the one that seeds it."
            )
        return block.first_id + value.number - 1

    def _insert(
        self,
        table: SeedTable,
        count: int,
        rows_from: Callable[[int], Iterator[Row]],
        last_row: Callable[[int], Row | None],
    ) -> None:
        started = time.perf_counter()
        first, inserts = self._reserve(table, count, rows_from, last_row)
        inserted = 1
        for statement, rows in inserts.statements(islice(rows_from(first), count - 1)):
            changed = self._writer.execute(statement)
            inserted += rows if changed is None else changed
        if inserted != count:
            raise SeedError(
                f"{table.name} got {inserted} rows: expected {count}. Nothing of it was kept; run the same command again."
            )
        block = Block(self.revision, table.name, first, count, self._recipe)
        self._writer.execute(self.ledger.insert_sql(self._dialect, block))
        self._tell(block, inserted, started, inserted=True)

    def _reserve(
        self,
        table: SeedTable,
        count: int,
        rows_from: Callable[[int], Iterator[Row]],
        last_row: Callable[[int], Row | None],
    ) -> tuple[int, Inserts]:
        """Insert the last row first: whoever inserts meanwhile gets ids behind the block."""
        first = self._start(table.name)
        for _ in range(_RESERVATIONS):
            check_capacity(table.name, first, count)
            row = last_row(first) or list(rows_from(first))[-1]
            inserts = Inserts(self._dialect, table.table, row)
            ((statement, _),) = inserts.statements([row])
            if self._writer.reserve(table.name, statement, first, first + count - 1):
                return first, inserts
            first = next_first_id(self._writer.highest_id(table.name))
        raise SeedError(
            f"No free block of {count} ids was found in {table.name} in {_RESERVATIONS} attempts: expected applications to "
            "insert more slowly. Nothing of it was kept; run the same command again."
        )

    def _start(self, table: str) -> int:
        assumed = max((block.last_id for block in self.ledger.of_table(table)), default=None)
        highest = self._writer.highest_id(table)
        if highest is None and assumed is None:
            return self._first_id
        return next_first_id(max(highest or 0, assumed or 0))

    def _tell(self, block: Block, rows: int, started: float, inserted: bool) -> None:
        companion = self._catalog.is_companion(block.table_name)
        seconds = time.perf_counter() - started
        self._notify(Outcome(block.revision, block.table_name, rows, block.first_id, block.last_id, seconds, inserted, companion))


def check_capacity(table: str, first: int, count: int) -> None:
    """Refuse a block that would pass the highest id that an INT column holds."""
    if first + count - 1 > LARGEST_ID:
        raise CapacityExceeded(
            f"The ids {first} to {first + count - 1} of {table} would pass {LARGEST_ID}, the highest an INT column holds: "
            "expected room for the block. Seed a smaller size, or pass a lower first_id."
        )


def _checked(table: SeedTable, rows: FixedRows) -> list[Row]:
    fixed = [dict(row) for row in rows]
    if not fixed:
        raise SeedError(f"The list of fixed rows for {table.name} is empty: expected at least one row.")
    for number, row in enumerate(fixed, 1):
        if row.keys() != fixed[0].keys():
            differing = ", ".join(sorted(row.keys() ^ fixed[0].keys()))
            raise SeedError(
                f"Fixed row {number} of {table.name} differs from row 1 in {differing}: expected the same columns in each."
            )
        if "id" in row:
            raise SeedError(
                f"Fixed row {number} of {table.name} names an id: expected none, because the engine reserves the ids."
            )
    return fixed
