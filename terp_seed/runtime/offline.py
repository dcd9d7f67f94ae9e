"""The offline run: prints a command as a self-contained script, with its heading and checks.

It connects to nothing.
"""

import contextlib
from collections.abc import Iterable
from typing import Any

from alembic import context

from terp_seed.backends import connection as connections
from terp_seed.backends.registry import dialect_of
from terp_seed.backends.writer import ScriptWriter
from terp_seed.checks import contents
from terp_seed.checks.live_tables import forecast, require_classified
from terp_seed.checks.schema import sample_rows, written_columns
from terp_seed.errors import BadSetting
from terp_seed.execution.seeder import Seeder
from terp_seed.model.table import Catalog
from terp_seed.model.unit_cache import UnitCache
from terp_seed.revisions.block import Block
from terp_seed.revisions.filling import filled_tables
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.migration_plan import MigrationPlan
from terp_seed.revisions.plan import PlannedStep
from terp_seed.revisions.project_revisions import ProjectRevisions
from terp_seed.revisions.recording import Recorder
from terp_seed.runtime import standard_output
from terp_seed.runtime.run_context import RunContext
from terp_seed.runtime.session import generator_for, run_steps, set_up_log, transactions
from terp_seed.scripts import closing
from terp_seed.scripts.first_rows import FirstRows
from terp_seed.scripts.frame import ScriptFrame
from terp_seed.scripts.heading import Script, heading
from terp_seed.scripts.shard import Shard, ShardFrame, ShardRows


def print_script(catalog: Catalog, caller: RunContext) -> None:
    """Print the script of an upgrade, downgrade or stamp. Connects to nothing. Raises BadSetting for units that do not fit."""
    settings = caller.settings
    address = connections.parse_url(settings.url)
    dialect = dialect_of(address, catalog.names)
    script = Script(context.config.output_buffer or standard_output.opened(), catalog.names)
    target: dict[str, Any] = {"url": address, "output_buffer": script}
    context.configure(**target, **transactions(catalog.names))
    migration = context.get_context()
    assert migration.script is not None
    move, recorder = MigrationPlan.of(migration), Recorder(migration.dialect)
    revisions = ProjectRevisions(migration.script, catalog, recorder)
    recipe = settings.recipe(catalog.generator_version)
    shard = Shard.parse(settings.units, recipe.size)
    if settings.units and (move.is_downgrade or not move.revisions):
        raise BadSetting("units is for scripts that seed: expected it only with `upgrade --sql`. A rollback covers all units.")
    writer = ScriptWriter(migration.impl, settings.first_id, caller.most_rows)
    applied = revisions.plan(move.applied, Ledger(), recipe.size.units)
    assumed = forecast(writer, Ledger(), applied, recipe)
    revisions.require_content(move.revisions)
    plan = revisions.plan_of(move.revisions, assumed, recipe.size.units)
    contents.require_none_in_fixed_rows(plan)
    caller.planned(plan)
    blocks = forecast(writer, assumed, plan, recipe).blocks[len(assumed.blocks) :]
    parts, cache = shard.parts(plan, blocks), UnitCache(1)
    own = [block for _, block in parts]

    def written(steps: Iterable[PlannedStep]) -> list[tuple[PlannedStep, set[str]]]:
        return [(step, written_columns(step.table, sample_rows(step, recipe, cache))) for step in steps]

    filled = written(plan.inserts())
    require_classified((step.table, names) for step, names in filled)
    columns = {(step.revision, step.table.name): names for step, names in filled}
    make = generator_for(catalog, caller, recipe, Ledger([*assumed.blocks, *blocks]))
    first = FirstRows.of(dialect, make, plan.inserts() if shard.is_first else [], caller.most_rows)
    seeded: list[PlannedStep] = []
    if move.is_downgrade:
        earlier = Ledger(block for block in assumed.blocks if block.revision not in plan.revisions)
        seeded = revisions.plan(plan.revisions, earlier, recipe.size.units).inserts()
        plan.require_unseeded(Block(step.revision, step.table.name, 1, step.rows, recipe) for step in seeded)
    script.comment(heading(catalog, dialect, plan, recipe, blocks, shard.remark()))
    for line in dialect.client_commands:
        script.write(f"{line}\n")
    for statement in dialect.script_preamble:
        writer.execute(statement)
    if not shard.is_first:
        make = generator_for(catalog, caller, recipe, assumed)
        joined = ShardFrame(dialect, writer, catalog, settings)
        inserted = [(block, columns[block.revision, block.table_name]) for block in own]
        joined.open(move.target, [*assumed.blocks, *blocks], inserted)
        ShardRows(shard, blocks, make, dialect, writer, joined).write(move, recorder)
        joined.close(closing.count_seeded(dialect, catalog, own))
        script.close(is_whole=True)
        return
    guard = ScriptFrame(dialect, writer, catalog, settings)
    if move.is_downgrade:
        staying = (step for step in applied.inserts() if step.revision not in plan.revisions)
        cleared = (step for step in staying if step.table.name in filled_tables(seeded))
        guard.open_downgrade(move, plan, written(seeded), written(cleared))
    elif move.revisions:
        inserted = [(block, columns[block.revision, block.table_name]) for block in blocks]
        earlier_steps = (step for step in applied.inserts() if step.table.name in filled_tables(plan.inserts()))
        guard.open_upgrade(move, assumed, inserted, recipe, written(earlier_steps), first)
    seeder = Seeder(generator_for(catalog, caller, recipe, assumed), dialect, writer, caller, guard, shard.last)
    move.replay(recorder)
    set_up_log()
    with contextlib.closing(seeder):
        run_steps(
            move,
            seeder,
            configured=lambda own: guard.transact(own.impl, lambda: seeder.revision, is_downgrade=move.is_downgrade),
            **target,
        )
    if move.is_downgrade:
        guard.close(closing.count_left(dialect, plan.leaving))
    else:
        guard.close(closing.count_seeded(dialect, catalog, own))
    script.close(is_whole=not writer.left_out)
