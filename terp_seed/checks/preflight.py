"""The preflight: every check that can refuse a run, done before its first step. Read-only.

After it, a run can only fail because of what changes while it runs.
"""

from dataclasses import dataclass, field

from alembic.runtime.migration import MigrationContext

from terp_seed.backends import connection as connections
from terp_seed.backends.database import Database
from terp_seed.checks import consistency, contents
from terp_seed.checks.block_state import BlockState
from terp_seed.checks.live_tables import TableReport, check_tables
from terp_seed.errors import BadSetting, Refused, SettingsConflict
from terp_seed.masking.masker import Masker
from terp_seed.model.recipe import Recipe
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.migration_plan import MigrationPlan
from terp_seed.revisions.plan import Plan
from terp_seed.revisions.project_revisions import ProjectRevisions
from terp_seed.rows.generation import Generator
from terp_seed.settings import Settings


def check_settings(settings: Settings, recorded: Recipe | None, generator_version: int) -> None:
    """Raise SettingsConflict if a setting differs from the recorded one, and BadSetting for a first_id."""
    if settings.first_id != 1:
        raise BadSetting(
            "first_id is for scripts: expected it only with --sql. An online run takes the ids after those in the tables."
        )
    if recorded is None:
        return
    conflicts = settings.conflicts(recorded)
    if recorded.generator_version != generator_version:
        conflicts.append(f"generator version is {recorded.generator_version}, not {generator_version}")
    if conflicts:
        raise SettingsConflict(
            f"The database is already seeded with other settings: {'; '.join(conflicts)}. Expected the recorded ones. "
            "Leave them out to keep the recorded ones, or change them with `terp-seed upgrade --clean`, which rolls back first."
        )


def require_force(settings: Settings) -> None:
    """Raise Refused for a production database without force."""
    if settings.environment == "production" and not settings.force:
        raise Refused(
            f"{connections.label(settings.url)} is a production database, and writing to it needs force. Review the script "
            "first (--sql), then pass --force to terp-seed or `-x force=true` to alembic. If it is not production, pass "
            "-x env=staging or set TERP_ENV."
        )


@dataclass(frozen=True)
class PreflightResult:
    """A PreflightResult is the plan of a run that has passed every check except a rollback's guard."""

    move: MigrationPlan
    recorded: Ledger
    expected: Ledger  # the ledger after an upgrade's inserts
    recipe: Recipe
    plan: Plan
    leaving: tuple[Block, ...]  # what a rollback deletes, in its order
    states: tuple[BlockState, ...] = ()  # what became of that, in a rollback
    report: TableReport = field(default_factory=TableReport)  # of the tables that would be written


def clear(
    database: Database,
    revisions: ProjectRevisions,
    settings: Settings,
    migration: MigrationContext,
    gone: frozenset[str] | None = None,
) -> PreflightResult:
    """Run every check that can refuse the current Alembic command, and return its plan. Read-only.

    Only a preview passes `gone`: the revisions to treat as rolled back. It needs no force.
    """
    catalog = revisions.catalog
    held = Ledger.read(database.connection, catalog.names)
    if "purge" not in migration.opts:  # only set by `alembic stamp`, which is the way out of a disagreement
        consistency.require(revisions, migration.get_current_heads(), held)
    going = [block for block in held.blocks if block.revision in (gone or ())]
    recorded = Ledger(block for block in held.blocks if block not in going)
    move = MigrationPlan.of(migration, gone or frozenset())
    made_with = None if move.is_downgrade else recorded.recipe  # a rollback makes no rows, and is the way out if records differ
    if not move.is_downgrade:
        check_settings(settings, made_with, catalog.generator_version)
    recipe = settings.recipe(catalog.generator_version, made_with)
    revisions.require_content(move.revisions)
    plan = revisions.plan_of(move.revisions, recorded, recipe.size.units)
    contents.require_none_in_fixed_rows(plan)
    generator = Generator(catalog, recipe, Masker(recipe.seed, catalog.every, settings.environment), Ledger(recorded.blocks))
    report = TableReport()
    if move.revisions:
        database.backend.require_fit(database.connection)
        if gone is None:
            require_force(settings)
        report = check_tables(database, generator, recorded, plan, settings, going)
    deleted = dict.fromkeys(step.revision.revision for step in move.revisions if not step.is_upgrade)
    order = list(deleted)
    leaving = tuple(sorted((b for b in recorded.blocks if b.revision in deleted), key=lambda block: order.index(block.revision)))
    plan.require_unseeded(leaving)
    return PreflightResult(move, recorded, generator.ledger, recipe, plan, leaving, report=report)
