"""First rows: those of a table's first unit and its last row, which a run inserts first; or the first fixed rows of a revision.

A rehearsal tries them, because the other units' rows are like them.
"""

from collections.abc import Iterator
from itertools import islice

from terp_seed.model.table import Row
from terp_seed.revisions.plan import PlannedStep
from terp_seed.rows.generation import Generator

_FIXED_ROWS = 1_000  # they differ from each other more than generated ones, and may be very many


def first_rows(generator: Generator, step: PlannedStep) -> Iterator[Row]:
    """Yield the rows, with ids, of a step that inserts; those of an adopted table have ids from 1. The generator's ledger has the
    step's block.
    """
    table = step.table
    if table.adopts:
        yield from ({table.key: place, **row} for place, row in enumerate(table.sample(generator.recipe), 1))
        return
    block = generator.ledger.get(step.revision, table.name)
    if block is None:
        return
    rows = generator.of_step(step, block, 1)
    if step.fixed_rows is not None:
        yield from islice(rows, _FIXED_ROWS)
        return
    units = 1 if table.shared else generator.recipe.size.units
    if units > 1:
        append = generator.append(table, step.revision)
        yield generator.last_row(table, step.revision, append, block.first_id, units)
    yield from rows
