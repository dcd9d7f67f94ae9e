"""The operations: op.seed, op.unseed, and those of the ledger's table, registered with Alembic.

The handler of the run executes or prints the same SQL for them, and keeps rows and their ledger record together.
"""

from typing import Protocol

from alembic.operations import MigrateOperation, Operations

from terp_seed.model.fixed_rows import FixedRows, GivenRows
from terp_seed.model.table import SeedTable


class Handler(Protocol):
    """A Handler is what carries out the operations in a run."""

    def seed(self, table: SeedTable, rows: FixedRows | None) -> None: ...  # noqa: D102
    def unseed(self, table: SeedTable) -> None: ...  # noqa: D102
    def create_ledger(self) -> None: ...  # noqa: D102
    def drop_ledger(self) -> None: ...  # noqa: D102


@Operations.register_operation("seed")
class SeedOp(MigrateOperation):
    """A SeedOp is the request to insert a table's rows for every unit, or fixed rows."""

    def __init__(self, table: SeedTable, rows: GivenRows | None = None, count: int | None = None) -> None:
        self.table = table
        self.rows = None if rows is None else FixedRows(table.name, rows, count, table.key)

    @classmethod
    def seed(cls, operations: Operations, table: SeedTable, *, rows: GivenRows | None = None, count: int | None = None) -> None:
        """Insert the rows of a table with its companions and followers; with `rows`, insert only these rows.

        A fixed row maps columns to values (`Ref` for the id of a seeded row); all rows have the same columns, and PII
        in them is masked. `rows` is a list, or a function that yields `count` rows.
        """
        operations.invoke(cls(table, rows, count))


@Operations.register_operation("unseed")
class UnseedOp(MigrateOperation):
    """An UnseedOp is the request to delete what this revision seeded."""

    def __init__(self, table: SeedTable) -> None:
        self.table = table

    @classmethod
    def unseed(cls, operations: Operations, table: SeedTable) -> None:
        """Delete exactly the rows that the ledger records for this revision, and the record."""
        operations.invoke(cls(table))


@Operations.register_operation("create_ledger")
class CreateLedgerOp(MigrateOperation):
    """A CreateLedgerOp is the request to create the ledger's table."""

    @classmethod
    def create_ledger(cls, operations: Operations) -> None:
        """Create the ledger's table if it is missing."""
        operations.invoke(cls())


@Operations.register_operation("drop_ledger")
class DropLedgerOp(MigrateOperation):
    """A DropLedgerOp is the request to drop the ledger's table."""

    @classmethod
    def drop_ledger(cls, operations: Operations) -> None:
        """Drop the ledger's table if it exists."""
        operations.invoke(cls())


def _handler(operations: Operations) -> Handler:
    handler: Handler = operations.migration_context.opts["seeder"]
    return handler


@Operations.implementation_for(SeedOp)
def _seed(operations: Operations, operation: SeedOp) -> None:
    _handler(operations).seed(operation.table, operation.rows)


@Operations.implementation_for(UnseedOp)
def _unseed(operations: Operations, operation: UnseedOp) -> None:
    _handler(operations).unseed(operation.table)


@Operations.implementation_for(CreateLedgerOp)
def _create_ledger(operations: Operations, operation: CreateLedgerOp) -> None:
    _handler(operations).create_ledger()


@Operations.implementation_for(DropLedgerOp)
def _drop_ledger(operations: Operations, operation: DropLedgerOp) -> None:
    _handler(operations).drop_ledger()
