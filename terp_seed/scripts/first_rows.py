"""The first rows of a script: the checks of their unique values, and their rehearsal.

What is not looked at before (the names of very many units) undoes its table when the script comes to it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import sqlalchemy as sa

from terp_seed.model.table import Row
from terp_seed.revisions.plan import PlannedStep
from terp_seed.rows.adoption import stand_ins
from terp_seed.rows.first_rows import first_rows
from terp_seed.rows.generation import Generator
from terp_seed.scripts.assertions import NO_PARENT, REHEARSED, TAKEN, Assertion
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.insert import Inserts
from terp_seed.sql.listed_keys import without_numbers
from terp_seed.sql.literals import renderer

_MOST_LISTED = 2_000  # rows whose unique values a check lists: it should still be readable


@dataclass(frozen=True)
class FirstRows:
    """FirstRows are the assertions that unique values are free, and the rehearsal of some tables: statements, then assertions,
    then its end.
    """

    tables: tuple[str, ...] = ()
    free: tuple[Assertion, ...] = ()
    rehearsal: tuple[str, ...] = ()
    accepted: tuple[Assertion, ...] = ()
    end: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, dialect: Dialect, generator: Generator, steps: Iterable[PlannedStep], most_rows: int | None = None
    ) -> "FirstRows":
        """Return those of the steps that insert. The generator's ledger has their blocks. With `most_rows`, the rehearsal is an
        excerpt, which only shows that many rows of each.
        """
        steps = list(steps)
        if not steps:
            return cls()
        free: list[Assertion] = []
        rehearsal = dialect.rehearsal
        statements = [*rehearsal.open(), *stand_ins(dialect, generator)]
        tried: dict[str, _Tried] = {}  # by table
        for step in steps:
            table, rows = step.table.table, list(first_rows(generator, step))
            if not rows:
                continue
            if not step.table.adopts:
                free += _free(dialect, generator, step, rows)
            elif not rehearsal.tries_adopted:
                continue
            listed = step.table.listed
            ids = [row[step.table.key] if listed is None else listed.text(row) for row in rows]
            rows = [*without_numbers(rows)]
            if table.name not in tried:
                place, made = rehearsal.place(table.name, len(tried) + 1, rows[0])
                tried[table.name] = _Tried(place)
                statements += made
            one = tried[table.name]
            one.ids += ids
            one.columns.update(rows[0])
            inserts = Inserts(dialect, table, rows[0], into=one.place)
            statements += [text for text, _ in inserts.statements(rows[:most_rows])]
        if not tried:
            return cls(free=tuple(free))
        known = sorted({*tried, *generator.catalog.adopted_names})
        refused = [rehearsal.refused(table, one.place, one.ids, known) for table, one in tried.items()]
        judged, conditions = rehearsal.judge(refused)
        accepted = [Assertion(REHEARSED.format(table), text) for table, text in zip(tried, conditions, strict=True)]
        looked, lost = rehearsal.look_for_parents({table: sorted(one.columns) for table, one in tried.items()}, known)
        if lost:
            accepted.append(Assertion(NO_PARENT, lost))
        end = rehearsal.end(one.place for one in tried.values())
        return cls(tuple(tried), tuple(free), (*statements, *judged, *looked), tuple(accepted), end)


@dataclass
class _Tried:
    """A _Tried is the rows of one table that are tried: their place, their ids and the columns that they fill."""

    place: str
    ids: list[int | str] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)


def _free(dialect: Dialect, generator: Generator, step: PlannedStep, rows: list[Row]) -> Iterator[Assertion]:
    """Yield the assertion that no row has one of our values, for each unique column. `rows` are the step's first ones."""
    table = step.table.table
    for column in step.table.unique_columns:
        # a row that is new has no children yet, so a unique foreign key is free
        condition = "" if column.foreign_keys else _is_taken(dialect, generator, step, column, rows)
        if condition:
            found = f"  EXISTS (SELECT 1 FROM {dialect.quote(table.name)} WHERE {condition})"
            yield Assertion(TAKEN.format(f"{table.name}.{column.name}"), found)


def _is_taken(dialect: Dialect, generator: Generator, step: PlannedStep, column: sa.Column[Any], rows: list[Row]) -> str:
    """Return the condition that a row has one of our values: of a numbered column one up to the last row's, else one that is
    listed.
    """
    quoted, literal = dialect.quote(column.name), renderer(dialect, column)
    values = {row[column.name] for row in rows if row.get(column.name) is not None}
    if not values:
        return ""
    low, high = min(values), max(values)
    # numbered codes have one length, so they are in the order of their numbers
    is_text = isinstance(column.type, sa.String)  # and not a MAC address, which has no length
    is_numbered = is_text and isinstance(low, str) and len(low) == len(high) and high == rows[0].get(column.name)
    block = generator.ledger.get(step.revision, step.table.name)
    if block and not is_numbered and len(rows) < block.row_count:
        every = islice(generator.of_step(step, block), _MOST_LISTED)
        values |= {row[column.name] for row in every if row.get(column.name) is not None}
    listed = f"{quoted} IN ({', '.join(map(literal, sorted(values)))})"
    if not is_numbered:
        return listed
    return f"{listed}\n  OR (LENGTH({quoted}) = {len(low)} AND {quoted} BETWEEN {literal(low)} AND {literal(high)})"
