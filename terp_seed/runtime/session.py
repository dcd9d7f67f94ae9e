"""The steps: how Alembic runs the revisions of a command, once everything that it can be refused for was looked at.

Each revision commits whole or not at all, online and in a script.
"""

from collections.abc import Callable
from logging.config import fileConfig
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext

from terp_seed.execution.seeder import Seeder
from terp_seed.masking.masker import Masker
from terp_seed.model.names import Names
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Catalog
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.migration_plan import MigrationPlan
from terp_seed.revisions.version_table import prepare
from terp_seed.rows.generation import Generator
from terp_seed.runtime.run_context import RunContext


def transactions(names: Names) -> dict[str, Any]:
    """Return what Alembic is told of its version table, and of the transaction that each revision has."""
    return {"version_table": names.version_table, "transactional_ddl": True, "transaction_per_migration": True}


def set_up_log() -> None:
    """Let plain `alembic` log as its file says; a caller hears of everything by itself."""
    # a project of one's own need not set up Alembic's log
    if "caller" not in context.config.attributes and context.config.file_config.has_section("loggers"):
        fileConfig(context.config.file_config, disable_existing_loggers=False)


def run_steps(
    move: MigrationPlan,
    seeder: Seeder,
    told: Callable[[], None] = lambda: None,
    configured: Callable[[MigrationContext], None] = lambda _: None,
    **options: Any,
) -> None:
    """Run the revisions of a move, each in its transaction; call `told` after the caller heard what one of them did, and
    `configured` before the first one.
    """
    context.configure(fn=lambda *_: move.named(seeder, told), seeder=seeder, **{**transactions(seeder.names), **options})
    prepare(context.get_context().dialect)
    configured(context.get_context())
    with context.begin_transaction():
        context.run_migrations()


def generator_for(catalog: Catalog, caller: RunContext, recipe: Recipe, known: Ledger) -> Generator:
    """Return what makes the rows of a caller's run, on top of what a ledger has."""
    return Generator(catalog, recipe, Masker(recipe.seed, catalog.every, caller.settings.environment), known)
