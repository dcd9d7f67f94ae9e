"""Filling: columns of earlier rows that name the rows of a later table, set when those are inserted and cleared when they go.

Only seeded rows are touched, only where nobody wrote into the column, and the same text does it online and in a script.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from terp_seed.model.table import Fill, SeedTable
from terp_seed.revisions import block, records
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.plan import PlannedStep
from terp_seed.sql.dialect import Dialect

Foreign = Mapping[str, Sequence[int]]  # by table, the seeded ids under which rows of others stand


def filled_tables(steps: Iterable[PlannedStep]) -> set[str]:
    """Return the tables in whose rows these steps fill a column, or clear it."""
    return {fill.table for step in steps for fill in step.table.fills}


def fill_sql(dialect: Dialect, table: SeedTable, rows: Block, known: Ledger, foreign: Foreign | None = None) -> Iterator[str]:
    """Yield the statements that name the rows of a block, or of a part of one, in the seeded rows that they refer to."""
    quote = dialect.quote
    for fill in table.fills:
        blocks = known.of_table(fill.table)
        if not blocks:
            continue
        conditions = [f"i.{quote('id')} BETWEEN {rows.first_id} AND {rows.last_id}"]
        if fill.when:
            conditions.append(f"i.{quote(fill.when[0])} = {dialect.text(fill.when[1])}")
        seeded = block.within(f"o.{quote('id')}", blocks)
        conditions += [f"({seeded})", f"o.{quote(fill.column)} IS NULL"]
        conditions += _apart(dialect, f"o.{quote('id')}", fill, foreign)
        values = {fill.column: f"i.{quote('id')}", **{name: f"o.{quote(name)}" for name in fill.keeps}}
        joined = f"o.{quote('id')} = i.{quote(fill.by)}"
        yield dialect.update_from(f"{quote(fill.table)} AS o", f"{quote(table.name)} AS i", joined, values, conditions)


def clear_sql(dialect: Dialect, table: SeedTable, revision: str, foreign: Foreign | None = None) -> Iterator[str]:
    """Yield the statements that clear what named the rows that a revision seeded. They find the ids in the ledger."""
    quote = dialect.quote
    for fill in table.fills:
        column, kept = quote(fill.column), "".join(f", {quote(name)} = {quote(name)}" for name in fill.keeps)
        named = records.recorded_ids(dialect, revision, table.name, column)
        apart = "".join(f" AND {condition}" for condition in _apart(dialect, quote("id"), fill, foreign))
        yield (
            f"UPDATE {quote(fill.table)} SET {column} = NULL{kept}\nWHERE {named}\n"
            f"  AND {is_seeded(dialect, fill, quote(fill.table))}{apart}"
        )


def _apart(dialect: Dialect, id_column: str, fill: Fill, foreign: Foreign | None) -> list[str]:
    """Return the condition that a row is none of others, where there are such."""
    ids = (foreign or {}).get(fill.table, ())
    return [f"{id_column} NOT IN ({', '.join(map(str, ids))})"] if ids else []


def is_seeded(dialect: Dialect, fill: Fill, alias: str) -> str:
    """Return the condition that a row of a filled table, under an alias, is a seeded one."""
    quote = dialect.quote
    block = records.in_block(dialect, "f", f"{alias}.{quote('id')}", dialect.text(fill.table), None)
    return f"EXISTS (SELECT 1 FROM {quote(dialect.names.ledger)} AS f WHERE {block})"
