"""The offline run: the script of a command that moves the version, with the heading and the checks that let it stand alone.

It connects to nothing.
"""

import contextlib
import sys
from typing import Any

from alembic import context

from terp_seed.backends import connection as database
from terp_seed.backends.registry import dialect_of
from terp_seed.backends.writer import ScriptWriter
from terp_seed.checks import preflight
from terp_seed.checks.schema import sample_rows, written_columns
from terp_seed.errors import BadSetting
from terp_seed.masking.masker import Masker
from terp_seed.model.table import Catalog
from terp_seed.model.unit_cache import UnitCache
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.migration_plan import MigrationPlan, upgrades
from terp_seed.revisions.plan import Plan
from terp_seed.revisions.recording import Recorder
from terp_seed.rows.generation import Generator
from terp_seed.runtime.run_context import RunContext
from terp_seed.runtime.session import run_steps, seeding_for, set_up_log, transactions
from terp_seed.scripts.frame import ScriptFrame
from terp_seed.scripts.heading import Script, heading
from terp_seed.scripts.shard import Shard, ShardRows, shared_blocks


def print_script(catalog: Catalog, caller: RunContext) -> None:
    """Print the script of a command that moves the version. It connects to nothing."""
    settings = caller.settings
    address = database.parse_url(settings.url)
    dialect = dialect_of(address, catalog.names)
    script = Script(context.config.output_buffer or sys.stdout, catalog.names)
    target: dict[str, Any] = {"url": address, "output_buffer": script}
    context.configure(**target, **transactions(catalog.names))
    migration = context.get_context()
    move, recorder = MigrationPlan.of(migration), Recorder(migration.dialect)
    recipe = settings.recipe(catalog.generator_version)
    share = Shard.parse(settings.units, recipe.size)
    if settings.units and (move.is_downgrade or not move.revisions):
        raise BadSetting("units is for scripts that seed: expected it with `upgrade --sql` only. A rollback takes all units.")
    writer = ScriptWriter(migration.impl, caller.most_rows)
    assert migration.script is not None
    applied = Plan.of(upgrades(migration.script, move.applied), recorder, catalog, Ledger(), recipe.size.units)
    assumed = preflight.forecast(writer, Ledger(), applied, recipe, settings.first_id)
    plan = Plan.of(move.revisions, recorder, catalog, assumed, recipe.size.units)
    caller.planned(plan)
    guard = ScriptFrame(dialect, writer, catalog, settings.discard_edits)
    blocks = preflight.forecast(writer, assumed, plan, recipe, settings.first_id).blocks[len(assumed.blocks) :]
    script.comment(heading(catalog, dialect, plan, recipe, blocks, share.remark()))
    for statement in (*dialect.preamble, *dialect.script_preamble):
        writer.execute(statement)
    if not share.is_first:
        make = Generator(catalog, recipe, Masker(recipe.seed, catalog.every, settings.environment), assumed)
        guard.open_share(move.target, [*assumed.blocks, *blocks], shared_blocks(share, catalog, plan, blocks))
        ShardRows(share, blocks, make, dialect, writer, guard).write(move, recorder)
        guard.close()
        script.close(is_whole=True)
        return
    cache = UnitCache(1)
    if move.is_downgrade:
        steps = upgrades(migration.script, plan.revisions)
        earlier = Ledger(block for block in assumed.blocks if block.revision not in plan.revisions)
        seeded = Plan.of(steps, recorder, catalog, earlier, recipe.size.units).inserts()
        guard.open_downgrade(
            move, plan, [(step, written_columns(step.table, sample_rows(step, recipe, cache))) for step in seeded]
        )
    elif move.revisions:
        columns = [written_columns(step.table, sample_rows(step, recipe, cache)) for step in plan.inserts()]
        guard.open_upgrade(move, assumed, list(zip(blocks, columns, strict=True)), recipe, migration.dialect)
    seeding = seeding_for(catalog, caller, assumed, recipe, migration, writer, guard, share.last)
    move.replay(recorder)
    set_up_log()
    with contextlib.closing(seeding):
        run_steps(
            move,
            seeding,
            configured=lambda own: guard.transact(own.impl, lambda: seeding.revision, is_downgrade=move.is_downgrade),
            **target,
        )
    guard.close()
    script.close(is_whole=not writer.left_out)
