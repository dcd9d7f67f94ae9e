"""The contents check: whether columns that nobody classified hold PII, by their names and by their values. Read-only.

It looks at the fixed rows before anything is written, and at the live rows in `verify`. It never names a value.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from terp_seed.backends.database import Database
from terp_seed.errors import Refused
from terp_seed.masking.detection import pii_in
from terp_seed.model.pii import unclassified
from terp_seed.model.table import SeedTable
from terp_seed.revisions.block import Block
from terp_seed.revisions.plan import Plan

MOST_ROWS = 10_000  # of a block that are looked at: of a larger one, as many in pieces, evenly spread
_PIECES = 20
_MOST_NAMED = 10


def require_none_in_fixed_rows(plan: Plan) -> None:
    """Raise Refused if a fixed row of a step that inserts has PII in a column that is not classified."""
    found = [f"{where}: {kind}" for where, kind in _in_fixed_rows(plan)]
    if found:
        more = f"; and {len(found) - _MOST_NAMED:,} more" if len(found) > _MOST_NAMED else ""
        raise Refused(
            f"Fixed rows hold what looks like PII: {'; '.join(found[:_MOST_NAMED])}{more}. Expected none in a column that is not "
            "classified; nothing was written. Replace the values with fake ones (user@example.com, +1-212-555-0142), or name the "
            "column in its SeedTable: in pii, which masks it, or in not_pii."
        )


def _in_fixed_rows(plan: Plan) -> Iterator[tuple[str, str]]:
    for step in plan.inserts():
        table = step.table
        known = {*table.pii, *table.not_pii}
        for number, row in enumerate(step.fixed_rows or (), 1):
            for column, value in row.items():
                kind = pii_in(value) if column not in known else None
                if kind:
                    yield f"{table.name}.{column} of row {number} in revision {step.revision}", kind


@dataclass(frozen=True)
class Contents:
    """Contents are what was found in the columns of one live table that are not classified."""

    suspects: tuple[str, ...] = ()  # columns whose names suggest PII
    filled: tuple[str, ...] = ()  # those of them that seeded rows fill
    found: tuple[str, ...] = ()  # what the values look like, with the columns and ids

    @property
    def wrong(self) -> bool:
        """Tell whether seeded rows hold PII, or may hold it."""
        return bool(self.filled or self.found)

    @property
    def detail(self) -> str:
        """Return the sentence about it."""
        named = [f"not classified: {', '.join(self.suspects)}"] if self.suspects else []
        return "; ".join([*named, *self.found]) or "all classified"


def of_table(database: Database, table: SeedTable, seeded: str, blocks: Iterable[Block]) -> Contents:
    """Return what the live columns of a table hold that nobody classified: by name in the rows `seeded`, by value in the blocks.

    A generated column is made of others, and those are looked at; so an enum's words.
    """
    enums = {column.name for column in table.table.columns if isinstance(column.type, sa.Enum)}
    columns = [column for column in database.columns_of(table.name) if not column.get("computed")]
    columns = [column for column in columns if column["name"] not in enums and not isinstance(column["type"], sa.Enum)]
    texts = [column["name"] for column in columns if isinstance(column["type"], sa.String)]
    suspects = sorted(unclassified(texts, table.pii, table.not_pii))
    filled = [name for name in suspects if database.scalar(_filled(database, seeded, name))]
    open_ = [column["name"] for column in columns if isinstance(column["type"], sa.String | sa.JSON)]
    looked_at = [name for name in open_ if name not in table.pii and name not in table.not_pii]
    return Contents(tuple(suspects), tuple(filled), tuple(_by_value(database, table, looked_at, blocks)))


def _filled(database: Database, seeded: str, column: str) -> str:
    return f"SELECT COUNT(*) FROM {seeded} AS seeded WHERE {database.quote(column)} <> ''"


def _by_value(database: Database, table: SeedTable, columns: Sequence[str], blocks: Iterable[Block]) -> Iterator[str]:
    """Yield a sentence per column and kind of PII, with the ids. Each row is read once."""
    found: dict[tuple[str, str], list[int]] = {}
    names = ", ".join(
        [key := database.dialect.key(table.name), *(database.dialect.as_text(database.quote(name)) for name in columns)]
    )
    known: list[dict[str, str | None]] = [{} for _ in columns]  # by column: values that repeat
    for first, last in _pieces(blocks) if columns else ():
        query = f"SELECT {names} FROM {database.quote(table.name)} WHERE {key} BETWEEN {first} AND {last}"
        for number, *values in database.execute(query):
            for place, value in enumerate(values):
                if not isinstance(value, str) or not value:
                    continue
                seen = known[place]
                if value not in seen:
                    if len(seen) > MOST_ROWS:
                        seen.clear()
                    seen[value] = pii_in(value)
                if kind := seen[value]:
                    found.setdefault((columns[place], kind), []).append(number)
    for (column, kind), ids in found.items():
        listed = ", ".join(map(str, ids[:_MOST_NAMED])) + (
            f" and {len(ids) - _MOST_NAMED:,} more" if len(ids) > _MOST_NAMED else ""
        )
        yield f"{column} holds {kind} (id {listed})"


def _pieces(blocks: Iterable[Block]) -> Iterator[tuple[int, int]]:
    """Yield the first and last ids of what is looked at: whole blocks, or pieces of them."""
    for block in blocks:
        if block.row_count <= MOST_ROWS:
            yield block.first_id, block.last_id
            continue
        size = MOST_ROWS // _PIECES
        for piece in range(_PIECES):
            first = block.first_id + (block.row_count - size) * piece // (_PIECES - 1)
            yield first, first + size - 1
