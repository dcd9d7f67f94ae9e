"""The typed operations of a seed revision: `from terp_seed import op`.

Alembic's own `op` also has them while a project runs, but a type checker cannot know that.
"""

from alembic import op as _alembic
from alembic.op import execute as execute
from alembic.op import get_bind as get_bind

from terp_seed.model.fixed_rows import GivenRows
from terp_seed.model.table import SeedTable
from terp_seed.revisions.operations import CreateLedgerOp, DropLedgerOp, SeedOp, UnseedOp

__all__ = ["create_ledger", "drop_ledger", "execute", "get_bind", "seed", "unseed"]


def seed(table: SeedTable, *, rows: GivenRows | None = None, count: int | None = None) -> None:
    """Insert the rows of a table with its companions and followers, parents first; with `rows`, insert only these rows.

    A fixed row maps columns to values (`Ref` for the id of a seeded row); all rows have the same columns, and PII in them is
    masked. For many rows, pass a function that yields `count` of them; it may be called several times.
    """
    _alembic.invoke(SeedOp(table, rows, count))


def unseed(table: SeedTable) -> None:
    """Delete exactly the rows that the ledger records for this revision, and the record."""
    _alembic.invoke(UnseedOp(table))


def create_ledger() -> None:
    """Create the ledger's table if it is missing. Call it in the root revision of all seeds."""
    _alembic.invoke(CreateLedgerOp())


def drop_ledger() -> None:
    """Drop the ledger's table if it exists."""
    _alembic.invoke(DropLedgerOp())
