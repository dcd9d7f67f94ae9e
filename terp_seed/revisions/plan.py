"""The plan: what the steps of a run would seed and unseed, by what is recorded of them.

It is made before the first step, so that whatever can be refused is refused while the database is as it was.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from alembic.runtime.migration import RevisionStep

from terp_seed.model.fixed_rows import FixedRows
from terp_seed.model.table import Catalog, SeedTable
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.operations import SeedOp, UnseedOp
from terp_seed.revisions.recording import Recorder


@dataclass(frozen=True)
class PlannedStep:
    """A PlannedStep is one table that one revision will seed or unseed."""

    revision: str
    table: SeedTable
    rows: int
    inserts: bool
    companion: bool
    fixed_rows: FixedRows | None = None


class Plan:
    """A Plan is the list of what a run would do, in its order."""

    def __init__(self, catalog: Catalog, ledger: Ledger, units: int) -> None:
        self.steps: list[PlannedStep] = []
        self.revisions: list[str] = []
        # the tables that rows leave, children first, and the revisions that delete them, whatever the ledger knows of them
        self.leaving: dict[str, list[str]] = {}
        self._catalog, self._units = catalog, units
        self._seeded = {block.table_name for block in ledger.blocks}
        self._blocks = {(block.revision, block.table_name): block.row_count for block in ledger.blocks}
        self._revision = ""

    @classmethod
    def of(cls, steps: Iterable[RevisionStep], recorder: Recorder, catalog: Catalog, ledger: Ledger, units: int) -> "Plan":
        """Return what the steps ask for, by what is recorded of them. Changes nothing."""
        plan = cls(catalog, ledger, units)
        for step in steps:
            plan._revision = step.revision.revision
            plan.revisions.append(plan._revision)
            for operation in recorder.of(step):
                if isinstance(operation, SeedOp):
                    plan.seed(operation.table, operation.rows)
                elif isinstance(operation, UnseedOp):
                    plan.unseed(operation.table)
        return plan

    def inserts(self) -> list[PlannedStep]:
        """Return what would be inserted."""
        return [step for step in self.steps if step.inserts]

    def deletes(self) -> list[PlannedStep]:
        """Return what would be deleted."""
        return [step for step in self.steps if not step.inserts]

    def seed(self, table: SeedTable, rows: FixedRows | None) -> None:
        """Note what op.seed would insert."""
        if rows is not None:
            self._note(table, len(rows), inserts=True, fixed_rows=rows)
            return
        append = self._revision if table.name in self._seeded else ""
        for part in table.parts:
            if part.rows_a_unit(append) and not (part.shared and part.name in self._seeded):
                self._note(part, part.count(self._units, append), inserts=True)

    def unseed(self, table: SeedTable) -> None:
        """Note what op.unseed would delete, as far as the ledger knows."""
        for part in reversed(table.parts):
            self.leaving.setdefault(part.name, []).append(self._revision)
            rows = self._blocks.get((self._revision, part.name))
            if rows is not None:
                self._note(part, rows, inserts=False)

    def adopt(self, step: PlannedStep, rows: int) -> None:
        """Note how many rows of an adopted table are missing: only those are inserted."""
        place = self.steps.index(step)
        self.steps[place : place + 1] = [replace(step, rows=rows)] if rows else []

    def remade(self, block: Block) -> PlannedStep | None:
        """Return the step that inserts a block; None where none does."""
        own = (
            step for step in self.steps if step.inserts and (step.revision, step.table.name) == (block.revision, block.table_name)
        )
        return next(own, None)

    def _note(self, part: SeedTable, rows: int, *, inserts: bool, fixed_rows: FixedRows | None = None) -> None:
        self._seeded.add(part.name)
        companion = self._catalog.is_companion(part.name)
        self.steps.append(PlannedStep(self._revision, part, rows, inserts, companion, fixed_rows))
