"""Samples: the seeded rows that the page shows of each table, as text. Read-only.

The selection depends on the ledger alone, and values read the same from every kind of database.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from terp_seed.backends.database import Database
from terp_seed.model.streams import Stream
from terp_seed.model.table import SeedTable
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger

FIRST_ROWS = 50
RANDOM_ROWS = 25


@dataclass(frozen=True)
class Column:
    """A Column is one column of a sample: its name, how its values sort, and the kind of PII in it."""

    name: str
    sorts_as: str  # number, text
    pii: str | None


@dataclass(frozen=True)
class Sample:
    """A Sample is some rows of one table, as text; None is NULL. The columns in `structured` hold indented JSON."""

    table: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | None, ...], ...]
    total: int  # the number of seeded rows
    picked: int  # the number of randomly drawn rows in the sample
    empty: tuple[str, ...]  # the omitted columns, which are NULL in every row shown
    structured: frozenset[int]


def sample(database: Database, table: SeedTable, ledger: Ledger, seed: int) -> Sample:
    """Return the first rows of a table, and of a large one also some random rows."""
    blocks = ledger.of_table(table.name)
    total = sum(block.row_count for block in blocks)
    drawn = _lot(Stream("review", seed, table.name), total)
    columns = list(table.table.columns)
    names = [column.name for column in columns]
    row_id, as_text = database.dialect.key(table.name), database.dialect.as_text
    read = (as_text(database.quote(c.name)) if isinstance(c.type, sa.JSON) else database.quote(c.name) for c in columns)
    ids = ", ".join(str(_id_at(blocks, place)) for place in [*range(min(total, FIRST_ROWS)), *sorted(drawn)])
    # plain SQL, so that a value that does not fit its column's type is shown instead of raising an error
    found = database.execute(
        f"SELECT {', '.join(read)} FROM {database.quote(table.name)} WHERE {row_id} IN ({ids}) ORDER BY {row_id}"
    )
    rows = [tuple(_shown(column, value) for column, value in zip(columns, row, strict=True)) for row in found]
    kept = [place for place in range(len(names)) if not rows or any(row[place] is not None for row in rows)]
    return Sample(
        table.name,
        tuple(Column(names[place], _sorts_as(columns[place]), table.pii.get(names[place])) for place in kept),
        tuple(tuple(row[place] for place in kept) for row in rows),
        total,
        len(drawn),
        tuple(name for place, name in enumerate(names) if place not in kept),
        frozenset(number for number, place in enumerate(kept) if isinstance(columns[place].type, sa.JSON)),
    )


def _lot(stream: Stream, total: int) -> set[int]:
    """Draw distinct random positions after the first rows."""
    behind = max(total - FIRST_ROWS, 0)
    drawn: set[int] = set()
    while len(drawn) < min(RANDOM_ROWS, behind):
        drawn.add(FIRST_ROWS + stream.below(behind))
    return drawn


def _id_at(blocks: Iterable[Block], place: int) -> int:
    """Return the id of the n-th seeded row of a table, counted from 0."""
    for block in blocks:
        if place < block.row_count:
            return block.first_id + place
        place -= block.row_count
    raise IndexError(place)


def _sorts_as(column: sa.Column[Any]) -> str:
    return "number" if isinstance(column.type, sa.Numeric | sa.Integer) else "text"


def _shown(column: sa.Column[Any], value: object) -> str | None:
    """Return a value as text, the same for every driver."""
    if value is None:
        return None
    kind = column.type
    if isinstance(kind, sa.Boolean) and value in (0, 1):
        return "yes" if value else "no"
    if isinstance(kind, sa.JSON):
        return _indented(str(value))
    if isinstance(kind, sa.Numeric) and kind.scale is not None:
        try:
            return str(Decimal(str(value)).quantize(Decimal(1).scaleb(-kind.scale)))
        except InvalidOperation:
            return str(value)
    return str(value)


def _indented(text: str) -> str:
    try:
        value = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return text
    # sorted, because MySQL does not keep the order of an object's keys
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True, default=float)
