"""The revisions of a project: its files, the tables that they may seed, and the recorded operations of each. Read-only."""

from collections.abc import Iterable
from dataclasses import dataclass

from alembic.runtime.migration import RevisionStep
from alembic.script import ScriptDirectory

from terp_seed.errors import SeedError
from terp_seed.model.table import Catalog
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.migration_plan import upgrades
from terp_seed.revisions.plan import Plan
from terp_seed.revisions.recording import Recorder


@dataclass(frozen=True)
class ProjectRevisions:
    """ProjectRevisions are the revisions of a project, and what each of them would do."""

    scripts: ScriptDirectory
    catalog: Catalog
    recorder: Recorder

    def plan(self, names: Iterable[str], ledger: Ledger, units: int) -> Plan:
        """Return the plan of applying these revisions, parents first, on top of a ledger."""
        return self.plan_of(upgrades(self.scripts, names), ledger, units)

    def plan_of(self, steps: Iterable[RevisionStep], ledger: Ledger, units: int) -> Plan:
        """Return the plan of these steps, on top of a ledger."""
        return Plan.of(steps, self.recorder, self.catalog, ledger, units)

    def require_content(self, steps: Iterable[RevisionStep]) -> None:
        """Raise SeedError if a revision to apply has no operations: its skeleton was not filled in."""
        for step in steps:
            script = step.revision
            if step.is_upgrade and not script.is_merge_point and not self.recorder.of(step):
                raise SeedError(
                    f"Revision {script.revision} seeds nothing: expected op.seed in its upgrade(). Fill in {script.path}, or "
                    "delete it, and run the same command again."
                )
