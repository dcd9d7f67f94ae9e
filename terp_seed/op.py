"""The operations of a seed revision, with their types: `from terp_seed import op`.

Alembic's own `op` has them too, once a project runs; a type checker cannot know that.
"""

from alembic import op as _alembic
from alembic.op import execute as execute
from alembic.op import get_bind as get_bind

from terp_seed.model.fixed_rows import GivenRows
from terp_seed.model.table import SeedTable
from terp_seed.revisions.operations import CreateLedgerOp, DropLedgerOp, SeedOp, UnseedOp

__all__ = ["create_ledger", "drop_ledger", "execute", "get_bind", "seed", "unseed"]


def seed(table: SeedTable, *, rows: GivenRows | None = None, count: int | None = None) -> None:
    """Insert the table's rows, those of its companions first; with `rows`, just these rows.

    A fixed row maps columns to values (`Ref` for the id of a seeded row); every row has the same columns, and PII in them is
    masked. Many rows are better made by a function, which yields `count` of them and may be called several times.
    """
    _alembic.invoke(SeedOp(table, rows, count))


def unseed(table: SeedTable) -> None:
    """Delete exactly the rows that the ledger names for this revision, and their record."""
    _alembic.invoke(UnseedOp(table))


def create_ledger() -> None:
    """Create the ledger's table where it is missing: in the root of all seeds."""
    _alembic.invoke(CreateLedgerOp())


def drop_ledger() -> None:
    """Drop the ledger's table where it exists."""
    _alembic.invoke(DropLedgerOp())
