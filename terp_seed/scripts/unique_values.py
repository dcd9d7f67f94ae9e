"""Unique values: the assertions that no row has a value that a script is going to insert into a unique column.

What a script cannot know to be taken (a unique column that only the live table has) undoes that table when it comes to it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from terp_seed.model.table import Row
from terp_seed.revisions.plan import PlannedStep
from terp_seed.rows.generation import Generator
from terp_seed.scripts.assertions import Assertion
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.literals import renderer

_FIXED_ROWS = 1_000  # of a revision's own rows


def free_values(dialect: Dialect, generator: Generator, steps: Iterable[PlannedStep]) -> list[Assertion]:
    """Return an assertion for each unique column of the steps' tables. The generator's ledger has the blocks to come."""
    return [one for step in steps if not step.table.adopts for one in _of_step(dialect, generator, step)]


def _of_step(dialect: Dialect, generator: Generator, step: PlannedStep) -> Iterator[Assertion]:
    table = step.table.table
    # a row that is new has no children yet, so a unique foreign key is free
    unique = [column for column in table.columns if column.unique and not column.foreign_keys]
    block = generator.ledger.get(step.revision, table.name)
    if not unique or block is None:
        return
    rows = [row for row, _ in zip(generator.of_step(step, block, 1), range(_FIXED_ROWS), strict=False)]
    units = 1 if step.table.shared or step.fixed_rows is not None else generator.recipe.size.units
    last = rows[-1]
    if units > 1:
        last = generator.last_row(step.table, step.revision, generator.append(step.table, step.revision), block.first_id, units)
    for column in unique:
        condition = _is_taken(dialect, column, rows, last)
        if condition:
            yield Assertion(
                f"{table.name}.{column.name} has a value of this script already. Nothing was changed; rename that row.",
                f"  EXISTS (SELECT 1 FROM {dialect.quote(table.name)} WHERE {condition})",
            )


def _is_taken(dialect: Dialect, column: sa.Column[Any], rows: list[Row], last: Row) -> str:
    """Return the condition that a row has one of the rows' values, or one of the numbered values up to the last row's."""
    quoted, literal = dialect.quote(column.name), renderer(dialect, column)
    values = list(dict.fromkeys(row[column.name] for row in rows if row.get(column.name) is not None))
    if not values:
        return ""
    listed = f"{quoted} IN ({', '.join(map(literal, values))})"
    first, final = values[0], last.get(column.name)
    if last is rows[-1] or not isinstance(first, str) or not isinstance(final, str) or len(first) != len(final):
        return listed
    # numbered codes have one length, so they are in the order of their numbers
    return f"{listed}\n  OR (LENGTH({quoted}) = {len(first)} AND {quoted} BETWEEN {literal(first)} AND {literal(final)})"
