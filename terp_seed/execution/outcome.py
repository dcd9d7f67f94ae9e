"""Outcomes: what a run did to a table, and the interfaces through which a Seeder reports and checks it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from terp_seed.checks.block_state import BlockState
from terp_seed.model.table import SeedTable
from terp_seed.revisions.block import Block


@dataclass(frozen=True)
class Outcome:
    """An Outcome is the rows that one revision inserted into or deleted from one table, as counted by the server."""

    revision: str
    table: str
    rows: int
    first_id: int
    last_id: int
    seconds: float
    inserted: bool
    companion: bool
    edited: tuple[int, ...] = ()  # ids of deleted rows that had been edited
    missing: tuple[int, ...] = ()  # ids of seeded rows that had already been deleted
    foreign: tuple[int, ...] = ()  # seeded ids of rows that were not seeded, and stay

    @classmethod
    def of(
        cls, block: Block, rows: int, seconds: float, inserted: bool, companion: bool, state: BlockState | None = None
    ) -> "Outcome":
        """Return the outcome for a block; `state` is the block's state before a rollback."""
        became = (tuple(state.edited), state.missing, state.kept) if state else ((), (), ())
        ids = block.first_id, block.last_id
        return cls(block.revision, block.table_name, rows, *ids, seconds, inserted, companion, *became)


class Observer(Protocol):
    """An Observer is what a Seeder reports its progress to."""

    def notify(self, outcome: Outcome) -> None:
        """Handle the outcome of a table, after the commit."""

    @property
    def advanced(self) -> Callable[[str, int, int], None]:
        """Return the callback for a table's progress: its name, the rows written and the total."""


class DeletionGuard(Protocol):
    """A DeletionGuard is what a Seeder consults before it deletes: a Rollback, or a script's equivalent."""

    def prepare(self, revision: str, tables: Sequence[SeedTable], blocks: Sequence[Block], done: str) -> Sequence[BlockState]:
        """Lock the rows that a revision seeded into these tables, handle the rows that refer to them, and return the states of
        the known blocks. `done` is a sentence on what has been rolled back so far.
        """

    def require_found(self, table: str, lost: str) -> None:
        """Refuse if the SQL condition `lost` holds, by which an adopted table lacks a row."""

    def emptied(self, revision: str, table: SeedTable) -> None:
        """Handle that a revision's rows are deleted from a table, before their record is."""
