"""Blocks: the consecutive ids that one revision inserted into one table, and the server's digests of their rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from terp_seed.model.recipe import Recipe
from terp_seed.sql.digests import Digested


class Rows(Protocol):
    """Rows are rows of one table with consecutive ids: a Block or a part of one."""

    @property
    def table_name(self) -> str: ...  # noqa: D102
    @property
    def first_id(self) -> int: ...  # noqa: D102
    @property
    def last_id(self) -> int: ...  # noqa: D102


@dataclass(frozen=True)
class Proof:
    """A Proof is the server's digests of a block's rows at the time of their insert, and the columns that they cover."""

    digested: Digested
    identity: int
    values: int


@dataclass(frozen=True)
class Block:
    """A Block is the consecutive ids that one revision inserted into one table. It has a proof once it is recorded."""

    revision: str
    table_name: str
    first_id: int
    row_count: int
    recipe: Recipe
    proof: Proof | None = field(default=None, compare=False)

    @property
    def last_id(self) -> int:
        """Return the highest id of the block."""
        return self.first_id + self.row_count - 1


def within(column: str, blocks: Iterable[Rows]) -> str:
    """Return the SQL condition that a quoted column holds an id of one of the blocks; empty if there are no blocks."""
    return " OR ".join(f"{column} BETWEEN {block.first_id} AND {block.last_id}" for block in blocks)
