"""Drift: what differs between the live tables and those of the seeds. Read-only.

Compared are columns, types, lengths, NOT NULL, enum values and uniques; foreign keys and defaults are not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from terp_seed.inference.column_types import spelled_type, type_text
from terp_seed.inference.facts import ColumnFacts, Schema, TableFacts
from terp_seed.model.table import SeedTable

_LETTERS_OF_UUID = 32  # without hyphens, as SQLAlchemy stores it


@dataclass(frozen=True)
class Drift:
    """A Drift is one difference; `new_column` is its column if that is new in the database."""

    table: str
    sentence: str
    new_column: str | None = None

    def __str__(self) -> str:
        return f"{self.table}: {self.sentence}"


def drifts(schema: Schema, tables: Iterable[SeedTable]) -> list[Drift]:
    """Return every difference, table by table."""
    by_folded = {name.casefold(): facts for name, facts in schema.by_name.items()}
    found: list[Drift] = []
    for seeded in tables:
        facts = schema.by_name.get(seeded.name) or by_folded.get(seeded.name.casefold())
        if facts is None:
            found.append(Drift(seeded.name, "the table is missing in the database"))
            continue
        found += _of_columns(seeded, facts)
        found += [Drift(seeded.name, sentence) for sentence in _of_uniques(seeded.table, facts)]
    return found


def _of_columns(seeded: SeedTable, facts: TableFacts) -> Iterator[Drift]:
    live = {column.name.casefold(): column for column in facts.columns}
    ours = {column.name.casefold() for column in seeded.table.columns}
    keys = (seeded.key,) if seeded.listed is None else seeded.listed.columns
    for column in seeded.table.columns:
        there = live.get(column.name.casefold())
        if there is None:
            yield Drift(seeded.name, f"column {column.name} is missing in the database")
            continue
        for sentence in _of_column(column, there, is_key=column.name in keys):
            yield Drift(seeded.name, f"column {column.name} {sentence}")
    for folded, there in live.items():
        is_left = there.is_nullable or there.default is not None or there.is_made_by_server
        if folded not in ours and not (there.type is None and is_left):
            demand = "" if is_left else " and is NOT NULL without a default"
            yield Drift(seeded.name, f"column {there.name} ({there.spelled}) is new in the database{demand}", there.name)


def _of_column(ours: sa.Column[Any], live: ColumnFacts, is_key: bool) -> Iterator[str]:
    wanted = spelled_type(_plain(ours.type))
    if isinstance(wanted, sa.Enum) and isinstance(live.type, sa.Enum):
        new = [value for value in live.type.enums if value not in wanted.enums]
        gone = [value for value in wanted.enums if value not in live.type.enums]
        if new:
            yield f"has the new enum values {', '.join(new)} in the database"
        if gone:
            yield f"lacks the enum values {', '.join(gone)} in the database"
    elif not _is_stored_as(wanted, live) and _compared(wanted) != _compared(live.type):
        yield f"is {live.spelled} in the database, expected {_compared(wanted) or repr(ours.type)}"
    if not is_key and bool(ours.nullable) != live.is_nullable:
        yield (
            "is nullable in the database, expected NOT NULL" if live.is_nullable else "is NOT NULL in the database, expected NULL"
        )


def _is_stored_as(wanted: sa.types.TypeEngine[Any] | None, live: ColumnFacts) -> bool:
    """Tell whether a database without enums, UUIDs or lengths of bytes stores a type so."""
    if isinstance(wanted, sa.Uuid):
        return live.is_text and live.length == _LETTERS_OF_UUID
    is_bytes = isinstance(wanted, sa.LargeBinary) and isinstance(live.type, sa.LargeBinary)
    return (isinstance(wanted, sa.Enum) and live.is_text) or (is_bytes and live.length is None)


def _plain(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    while isinstance(kind, sa.types.TypeDecorator):
        kind = kind.impl_instance
    return kind


def _compared(kind: sa.types.TypeEngine[Any] | None) -> str:
    """Return a type as text, without what makes no difference to rows."""
    if kind is None:
        return ""
    if isinstance(kind, sa.DateTime):
        return "DateTime"
    text = type_text(kind).removeprefix("sa.")
    if isinstance(kind, sa.String) and kind.length is None and not isinstance(kind, sa.Enum):
        return "Text"
    return text.replace("CHAR(", "String(")


def _of_uniques(table: sa.Table, facts: TableFacts) -> Iterator[str]:
    ours = {frozenset([column.name.casefold()]) for column in table.columns if column.unique}
    ours |= {_folded(one.columns.keys()) for one in table.constraints if isinstance(one, sa.UniqueConstraint)}
    ours |= {_folded(index.columns.keys()) for index in table.indexes if index.unique}
    for unique in facts.uniques:
        if _folded(unique) not in ours:
            yield f"{', '.join(unique)} {'is' if len(unique) == 1 else 'are together'} unique in the database, and not here"


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)
