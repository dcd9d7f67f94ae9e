"""Generation: the rows of a table with ids and fake PII, for an insert, a check or a preview.

It reads and writes nothing: the rows are a function of the recipe, the unit and the ids.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from terp_seed.errors import SeedError
from terp_seed.masking.masker import Masker
from terp_seed.model.pii import filled_pii
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Catalog, Ref, Row, SeedTable
from terp_seed.model.unit_cache import UnitCache
from terp_seed.model.unit_rows import rows_of_unit
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.plan import PlannedStep
from terp_seed.rows.views import View, Views


@dataclass
class Generator:
    """A Generator makes the rows of a run. The ids that rows refer to come from the ledger and the reserved blocks."""

    catalog: Catalog
    recipe: Recipe
    masker: Masker
    ledger: Ledger
    reserved: dict[str, Block] = field(default_factory=dict)  # by table: blocks of the current revision that are not recorded yet

    def __post_init__(self) -> None:
        self.cache = UnitCache(self.recipe.size.units)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Return every block that rows may refer to."""
        return (*self.ledger.blocks, *self.reserved.values())

    def rows(self, part: SeedTable, revision: str, append: str, first: int, numbers: range) -> Iterator[Row]:
        """Yield the rows of the units `numbers` of a table whose unit 1 begins at id `first`.

        Raises SeedError if the table's generator yields a wrong number of rows, or fills a PII column.
        """
        fill = self.masker.filler(part, self.recipe.as_of)
        views = Views(self, View(part, revision, append, first))
        for number in numbers:
            unit = views.unit(number)
            before, made = unit.id_of(part.name) - 1, 0
            for made, row in enumerate(rows_of_unit(part, unit), 1):
                row[part.key] = before + made
                if part.pii:
                    require_no_pii(part, row)
                    fill(row)
                yield row
            if made != part.rows_a_unit(append):
                raise SeedError(
                    f"Unit {number} of {part.name} has {made} rows: expected {part.rows_a_unit(append)}. Correct its SeedTable."
                )

    def last_row(self, part: SeedTable, revision: str, append: str, first: int, units: int) -> Row:
        """Return the last row of a block."""
        return list(self.rows(part, revision, append, first, range(units, units + 1)))[-1]

    def of_step(self, step: PlannedStep, block: Block, most_units: int | None = None) -> Iterator[Row]:
        """Yield the rows that a planned step inserts as this block: all of them, or those of the first `most_units` units."""
        table, revision, first = step.table, step.revision, block.first_id
        if step.fixed_rows is not None:
            return self.fixed_rows(table, revision, step.fixed_rows, first)
        units = 1 if table.shared else min(self.recipe.size.units, most_units or self.recipe.size.units)
        return self.rows(table, revision, self.append(table, revision), first, range(1, units + 1))

    def fixed_rows(self, table: SeedTable, revision: str, rows: Iterable[Row], first: int) -> Iterator[Row]:
        """Yield fixed rows with ids, resolved references and masked PII. Raises SeedError for an unknown reference."""
        fill = self.masker.filler(table, self.recipe.as_of)
        for number, given in enumerate(rows):
            row: Row = {table.key: first + number}
            resolved = {column: self._resolve(revision, value) for column, value in given.items()}
            row |= self.masker.mask_record(table, resolved)
            fill(row)
            yield row

    def append(self, table: SeedTable, revision: str) -> str:
        """Return the revision's name if it adds to a table that an earlier revision seeded, else an empty text."""
        own = self.ledger.get(revision, table.name)
        others = (block for block in self.ledger.of_table(table.name) if block.revision != revision)
        return revision if any(own is None or other.first_id < own.first_id for other in others) else ""

    def _resolve(self, revision: str, value: object) -> object:
        if not isinstance(value, Ref):
            return value
        block = self.ledger.get(value.revision, value.table) if value.revision else self.ledger.first_of(value.table)
        reserved = self.reserved.get(value.table)
        if block is None and reserved is not None and reserved.revision == value.revision:
            block = reserved  # a row of the same op.seed
        if block is None or not 1 <= value.number <= block.row_count:
            raise SeedError(
                f"Revision {revision} refers to row {value.number} of {value.table}, which is not seeded: expected "
                f"{f'a number from 1 to {block.row_count}' if block else 'a table that is already seeded'}. Make the revision "
                "depend on the one that seeds it."
            )
        if (listed := self.catalog[value.table].listed) is not None:
            raise SeedError(
                f"Revision {revision} refers to row {value.number} of {value.table}, whose rows have no numbers but the key "
                f"({', '.join(listed.columns)}): expected the value of that key in the place of the Ref."
            )
        return block.first_id + value.number - 1


def require_no_pii(part: SeedTable, row: Row) -> None:
    """Raise SeedError if a generated row has a value in a PII column, which only the masker fills."""
    filled = filled_pii(part, row)
    if filled:
        raise SeedError(
            f"The rows of {part.name} fill {', '.join(filled)}, which is PII: expected its generator to leave that out, "
            "because the masker fills it. Correct its SeedTable. Nothing was written to this table."
        )
