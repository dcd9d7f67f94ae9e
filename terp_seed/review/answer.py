"""The answer: what the target database says to a planned review that asks it. Without one, the page assumes empty tables."""

from collections.abc import Iterable
from dataclasses import dataclass

from terp_seed.revisions.block import Block


@dataclass(frozen=True)
class Answer:
    """An Answer is the state of the target database, and the blocks that a run with the same settings would insert now."""

    at: str  # when, by the database's clock
    seeded: str  # the settings of what is seeded, or empty
    with_rows: tuple[str, ...]  # the tables that have rows, seeded ones or others
    coming: tuple[Block, ...]
    refusal: str = ""  # why a run would be refused

    def ids_of(self, table: str) -> str:
        """Return the ids that a run would give the table's rows, or why there are none."""
        ids = ids_in(block for block in self.coming if block.table_name == table)
        if self.refusal or ids:
            return ids
        return "seeded already" if self.seeded else "those that are there"


def ids_in(blocks: Iterable[Block]) -> str:
    """Return the ids of a table's blocks as text."""
    ordered = sorted(blocks, key=lambda block: block.first_id)
    return ", ".join(f"{block.first_id:,} to {block.last_id:,}" for block in ordered)
