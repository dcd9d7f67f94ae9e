"""The plan: what the steps of a run would seed and unseed, from their recorded operations.

It is made before the first step, so that a run can be refused while the database is unchanged.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from alembic.runtime.migration import RevisionStep

from terp_seed.errors import SeedError
from terp_seed.model.fixed_rows import FixedRows
from terp_seed.model.table import Catalog, SeedTable
from terp_seed.model.words import listed
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.operations import SeedOp, UnseedOp
from terp_seed.revisions.recording import Recorder


@dataclass(frozen=True)
class PlannedStep:
    """A PlannedStep is the rows that one revision will insert into or delete from one table."""

    revision: str
    table: SeedTable
    rows: int
    inserts: bool
    companion: bool
    fixed_rows: FixedRows | None = None


class Plan:
    """A Plan is the planned steps of a run, in order."""

    def __init__(self, catalog: Catalog, ledger: Ledger, units: int) -> None:
        self.steps: list[PlannedStep] = []
        self.revisions: list[str] = []
        # the tables that rows are deleted from, children first, with the revisions that do it, even if the ledger has none
        self.leaving: dict[str, list[str]] = {}
        self._catalog, self._units = catalog, units
        self._seeded = {block.table_name for block in ledger.blocks}
        self._blocks = {(block.revision, block.table_name): block.row_count for block in ledger.blocks}
        self._revision = ""

    @classmethod
    def of(cls, steps: Iterable[RevisionStep], recorder: Recorder, catalog: Catalog, ledger: Ledger, units: int) -> "Plan":
        """Return the plan of the recorded operations of some steps. Changes nothing."""
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
        """Return the steps that insert."""
        return [step for step in self.steps if step.inserts]

    def deletes(self) -> list[PlannedStep]:
        """Return the steps that delete."""
        return [step for step in self.steps if not step.inserts]

    def seed(self, table: SeedTable, rows: FixedRows | None) -> None:
        """Add the steps of an op.seed. Raises SeedError for a table that the project does not have."""
        self._require_known(table)
        if rows is not None:
            self._note(table, len(rows), inserts=True, fixed_rows=rows)
            return
        append = self._revision if table.name in self._seeded else ""
        for part in table.parts:
            if part.rows_a_unit(append) and not (part.shared and part.name in self._seeded):
                self._note(part, part.count(self._units, append), inserts=True)

    def unseed(self, table: SeedTable) -> None:
        """Add the steps of an op.unseed, for the blocks that the ledger has. Raises SeedError like `seed`."""
        self._require_known(table)
        for part in reversed(table.parts):
            self.leaving.setdefault(part.name, []).append(self._revision)
            rows = self._blocks.get((self._revision, part.name))
            if rows is not None:
                self._note(part, rows, inserts=False)

    def _require_known(self, table: SeedTable) -> None:
        if table.name not in self._catalog:
            raise SeedError(
                f"Revision {self._revision} seeds {table.name}, which is not a table of the project: expected one of "
                f"{listed(known.name for known in self._catalog.every)}. Add it to the tables of its Project, parents first. "
                "Nothing was changed."
            )

    def require_unseeded(self, blocks: Iterable[Block]) -> None:
        """Raise SeedError if a block of one of the revisions would stay: its downgrade() lacks an op.unseed."""
        for block in blocks:
            if block.revision in self.revisions and block.revision not in self.leaving.get(block.table_name, ()):
                raise SeedError(
                    f"Revision {block.revision} seeds {block.table_name}, but its downgrade() does not delete that: expected "
                    "op.unseed there for each op.seed. Nothing was changed. Add it, then run the same command again."
                )

    def adopt(self, step: PlannedStep, rows: int) -> None:
        """Reduce a step of an adopted table to its missing rows, the only ones that are inserted."""
        place = self.steps.index(step)
        self.steps[place : place + 1] = [replace(step, rows=rows)] if rows else []

    def remade(self, block: Block) -> PlannedStep | None:
        """Return the step that inserts a block, or None."""
        own = (
            step for step in self.steps if step.inserts and (step.revision, step.table.name) == (block.revision, block.table_name)
        )
        return next(own, None)

    def _note(self, part: SeedTable, rows: int, *, inserts: bool, fixed_rows: FixedRows | None = None) -> None:
        self._seeded.add(part.name)
        companion = self._catalog.is_companion(part.name)
        self.steps.append(PlannedStep(self._revision, part, rows, inserts, companion, fixed_rows))
