"""Outcomes: what a run did to a table, and what has a say in what leaves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from terp_seed.checks.block_state import BlockState
from terp_seed.model.table import SeedTable
from terp_seed.revisions.block import Block


@dataclass(frozen=True)
class Outcome:
    """An Outcome is what happened to one table in one revision: rows inserted or deleted, as the server counted them."""

    revision: str
    table: str
    rows: int
    first_id: int
    last_id: int
    seconds: float
    inserted: bool
    companion: bool
    edited: tuple[int, ...] = ()  # ids of deleted rows that were not as seeded
    missing: tuple[int, ...] = ()  # ids of seeded rows that were gone already
    foreign: tuple[int, ...] = ()  # ids of rows of others that stay under seeded ids

    @classmethod
    def of(
        cls, block: Block, rows: int, seconds: float, inserted: bool, companion: bool, state: BlockState | None = None
    ) -> "Outcome":
        """Return what happened to a block; `state` is what a rollback found of it."""
        became = (tuple(state.edited), state.missing, state.foreign) if state else ((), (), ())
        ids = block.first_id, block.last_id
        return cls(block.revision, block.table_name, rows, *ids, seconds, inserted, companion, *became)


class Observer(Protocol):
    """What hears of each thing that a Seeder does."""

    def notify(self, outcome: Outcome) -> None:
        """Hear what became of a table, once it is committed."""

    @property
    def advanced(self) -> Callable[[str, int, int], None]:
        """What hears how many rows of a table are written, and of how many."""


class DeletionGuard(Protocol):
    """What a Seeder asks before it deletes: a Rollback, or what a script has of it."""

    def prepare(self, revision: str, tables: Sequence[SeedTable], blocks: Sequence[Block], done: str) -> Sequence[BlockState]:
        """Keep the rows that a revision seeded into these tables from changing, see to what refers to them, and return what may
        go of the blocks that are known of.
        """

    def require_found(self, table: str, lost: str) -> None:
        """Refuse where the condition `lost` holds: that an adopted table lacks a row."""

    def emptied(self, revision: str, table: SeedTable) -> None:
        """Hear that such rows are deleted, and their record is not yet."""
