"""Block states: which rows of a block have changed since seeding, and which ids a rollback deletes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from terp_seed.errors import NotAsSeeded
from terp_seed.model.words import are, counted
from terp_seed.revisions.block import Block

_MOST_RUNS = 300  # of consecutive ids in one condition: SQLite limits the depth of an expression


@dataclass(frozen=True)
class IdRange:
    """An IdRange is the first and the last of consecutive ids of a table."""

    table_name: str
    first_id: int
    last_id: int


@dataclass(frozen=True)
class BlockState:
    """A BlockState is the present state of a block: how many seeded rows exist, and which were edited, deleted or replaced."""

    block: Block
    ours: int  # rows that are intact or edited
    edited: dict[int, tuple[str, ...]] = field(default_factory=dict)  # id: the columns that differ
    missing: tuple[int, ...] = ()
    foreign: tuple[int, ...] = ()
    doomed: tuple[int, ...] = ()  # of the foreign ones: those that a cascade deletes, with a later revision too
    is_proved: bool = True  # False if only the identities were compared

    @property
    def kept(self) -> tuple[int, ...]:
        """Return the ids of the foreign rows that stay."""
        doomed = set(self.doomed)
        return tuple(number for number in self.foreign if number not in doomed)

    def leaving(self) -> list[IdRange]:
        """Return the ids that a rollback deletes: those of the block without the foreign ones.

        Raises NotAsSeeded if foreign rows cut the block into too many ranges.
        """
        table, first, ranges = self.block.table_name, self.block.first_id, list[IdRange]()
        for taken in (*self.foreign, self.block.last_id + 1):
            if taken > first:
                ranges.append(IdRange(table, first, taken - 1))
            first = taken + 1
        if len(ranges) > _MOST_RUNS:
            raise NotAsSeeded(
                f"{counted(len(self.foreign))} of {table} not seeded {are(len(self.foreign))} among the seeded ones of revision "
                f"{self.block.revision}, in {len(ranges):,} places: expected at most {_MOST_RUNS}. Nothing has changed. Move "
                "them past the last id, then run the same command again."
            )
        return ranges

    def __str__(self) -> str:
        """Describe the changed rows, as in `2 edited (ids 3, 7), 1 missing (id 9)`."""
        found = {"edited": tuple(self.edited), "missing": self.missing, "not seeded": self.foreign}
        return ", ".join(f"{len(ids):,} {word} ({ids_of(ids)})" for word, ids in found.items() if ids)


def ids_of(ids: Sequence[Any], most: int = 5) -> str:
    """Format ids for a message, the first `most` of them."""
    shown = ", ".join(map(str, ids[:most]))
    return f"{'id' if len(ids) == 1 else 'ids'} {shown}{', …' if len(ids) > most else ''}"
