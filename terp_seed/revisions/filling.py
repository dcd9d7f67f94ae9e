"""Filling: columns of an earlier table that refer to a later one, set when the later rows are inserted, cleared with them.

Only seeded rows are updated, and only if the column is NULL. The SQL is the same online and in a script.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from terp_seed.model.table import Fill, SeedTable
from terp_seed.revisions import block, records
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.plan import PlannedStep
from terp_seed.sql.dialect import Dialect

Foreign = Mapping[str, Sequence[int]]  # by table: the seeded ids of rows that were not seeded


def filled_tables(steps: Iterable[PlannedStep]) -> set[str]:
    """Return the tables of which these steps fill or clear a column."""
    return {fill.table for step in steps for fill in step.table.fills}


def fill_sql(dialect: Dialect, table: SeedTable, rows: Block, known: Ledger, foreign: Foreign | None = None) -> Iterator[str]:
    """Yield the statements that fill the ids of a block's rows, or of a part of them, into the seeded rows they refer to."""
    quote = dialect.quote
    for fill in table.fills:
        blocks = known.of_table(fill.table)
        if not blocks:
            continue
        ours, theirs = dialect.key(table.name, "i"), dialect.key(fill.table, "o")
        conditions = [f"{ours} BETWEEN {rows.first_id} AND {rows.last_id}"]
        if fill.when:
            conditions.append(f"i.{quote(fill.when[0])} = {dialect.text(fill.when[1])}")
        seeded = block.within(theirs, blocks)
        conditions += [f"({seeded})", f"o.{quote(fill.column)} IS NULL"]
        conditions += _apart(theirs, fill, foreign)
        values = {fill.column: ours, **{name: f"o.{quote(name)}" for name in fill.keeps}}
        joined = f"{theirs} = i.{quote(fill.by)}"
        yield dialect.update_from(f"{quote(fill.table)} AS o", f"{quote(table.name)} AS i", joined, values, conditions)


def clear_sql(dialect: Dialect, table: SeedTable, revision: str, foreign: Foreign | None = None) -> Iterator[str]:
    """Yield the statements that clear the columns that refer to a revision's rows. They read the ids from the ledger."""
    quote = dialect.quote
    for fill in table.fills:
        column, kept = quote(fill.column), "".join(f", {quote(name)} = {quote(name)}" for name in fill.keeps)
        named = records.recorded_ids(dialect, revision, table.name, column)
        apart = "".join(f" AND {condition}" for condition in _apart(dialect.key(fill.table), fill, foreign))
        yield (
            f"UPDATE {quote(fill.table)} SET {column} = NULL{kept}\nWHERE {named}\n"
            f"  AND {is_seeded(dialect, fill, quote(fill.table))}{apart}"
        )


def _apart(id_column: str, fill: Fill, foreign: Foreign | None) -> list[str]:
    """Return the condition that a row is not a foreign one, if there are any."""
    ids = (foreign or {}).get(fill.table, ())
    return [f"{id_column} NOT IN ({', '.join(map(str, ids))})"] if ids else []


def is_seeded(dialect: Dialect, fill: Fill, alias: str) -> str:
    """Return the condition that the row of a filled table with this alias is a seeded one."""
    quote = dialect.quote
    block = records.in_block(dialect, "f", f"{alias}.{quote(dialect.names.key_of(fill.table))}", dialect.text(fill.table), None)
    return f"EXISTS (SELECT 1 FROM {quote(dialect.names.ledger)} AS f WHERE {block})"
