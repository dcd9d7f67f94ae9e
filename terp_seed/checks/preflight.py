"""The preflight: every check that can refuse a run, done before its first step. Read-only.

After it, a run can only fail because of what changes while it runs.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from alembic.runtime.migration import MigrationContext

from terp_seed.backends import connection as connections
from terp_seed.backends.database import Database
from terp_seed.backends.writer import ConnectionWriter, Writer
from terp_seed.checks import consistency
from terp_seed.checks.block_state import BlockState
from terp_seed.checks.schema import schema_gaps
from terp_seed.checks.transaction_limits import require_room
from terp_seed.checks.uniqueness import taken_values
from terp_seed.errors import BadSetting, Refused, SchemaMismatch, SettingsConflict
from terp_seed.masking.masker import Masker
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Catalog
from terp_seed.revisions.block import Block, within
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.migration_plan import MigrationPlan
from terp_seed.revisions.plan import Plan
from terp_seed.revisions.project_revisions import ProjectRevisions
from terp_seed.rows.adoption import Adoption
from terp_seed.rows.generation import Generator
from terp_seed.rows.reservation import check_capacity, first_free_id
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
            f"{connections.label(settings.url)} is a production database: expected force to write to it. Review the script "
            "first (--sql), then pass --force to terp-seed or `-x force=true` to alembic. If it is not production, pass "
            "-x env=staging or set TERP_ENV."
        )


def forecast(writer: Writer, recorded: Ledger, plan: Plan, recipe: Recipe) -> Ledger:
    """Return the ledger as it will be unless other rows are inserted meanwhile. Raises CapacityExceeded if ids would run out."""
    expected = Ledger(recorded.blocks)
    for step in plan.inserts():
        first = first_free_id(step.table.name, expected, writer)
        check_capacity(step.table.name, first, step.rows)
        expected.blocks.append(Block(step.revision, step.table.name, first, step.rows, recipe))
    return expected


def check_tables(
    database: Database, catalog: Catalog, recorded: Ledger, plan: Plan, recipe: Recipe, going: Iterable[Block] = ()
) -> Ledger:
    """Return the ledger as it will be. The rows of the `going` blocks count as deleted.

    Checks, in this order: the schema of the live tables, the limits of a cluster's transactions, and unique values that other
    rows already have. Raises SchemaMismatch or CapacityExceeded.
    """
    gone = list(going)
    expected = Ledger()
    gaps = schema_gaps(database, plan, recipe)
    if not gaps:
        for step in [step for step in plan.inserts() if step.table.adopts]:
            adoption = Adoption(database.dialect, step.table, step.table.sample(recipe))
            apart = within(database.quote("id"), (block for block in gone if block.table_name == step.table.name))
            plan.adopt(step, len(adoption.missing_rows(database.connection, apart)))
        expected = forecast(_WriterWithout(database, gone), recorded, plan, recipe)
        generator = Generator(catalog, recipe, Masker(recipe.seed, catalog.every), expected)
        limits = database.backend.limits(database.connection)
        if limits:
            require_room(limits, plan, database.dialect, generator)
        gaps = taken_values(database, generator, Ledger([*recorded.blocks, *gone]), plan)
    if gaps:
        listed = "\n".join(f"Schema validation failed for {name}: {'; '.join(found)}" for name, found in gaps.items())
        raise SchemaMismatch(
            f"{listed}\nExpected tables that can take our rows; nothing was written. Create or migrate them with the "
            "application's own migrations (for TERP `alembic upgrade head`), or use the seeds that were made for this schema."
        )
    return expected


class _WriterWithout(ConnectionWriter):
    """A _WriterWithout is a writer that ignores the rows of blocks that are going to be deleted."""

    def __init__(self, database: Database, gone: list[Block]) -> None:
        super().__init__(database)
        self._gone = gone

    def highest_id(self, table: str) -> int | None:
        """Return the highest id of a row that stays."""
        gone = within(self._database.quote("id"), (block for block in self._gone if block.table_name == table))
        return self._highest_id(table, f" WHERE NOT ({gone})" if gone else "")


@dataclass(frozen=True)
class PreflightResult:
    """A PreflightResult is the plan of a run that has passed every check except a rollback's guard."""

    move: MigrationPlan
    recorded: Ledger
    expected: Ledger  # the ledger after an upgrade's inserts
    recipe: Recipe
    plan: Plan
    leaving: tuple[Block, ...]  # the blocks that a rollback deletes, in order
    states: tuple[BlockState, ...] = ()  # the states of these blocks


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
    expected = recorded
    if move.revisions:
        if gone is None:
            require_force(settings)
        expected = check_tables(database, catalog, recorded, plan, recipe, going)
    deleted = dict.fromkeys(step.revision.revision for step in move.revisions if not step.is_upgrade)
    order = list(deleted)
    leaving = tuple(sorted((b for b in recorded.blocks if b.revision in deleted), key=lambda block: order.index(block.revision)))
    return PreflightResult(move, recorded, expected, recipe, plan, leaving)
