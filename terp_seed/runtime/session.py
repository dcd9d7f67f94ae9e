"""The session: how Alembic runs the revisions of a command after all checks, online or as a script.

Each revision commits completely or not at all.
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
    """Return Alembic's options for the version table and for one transaction per revision."""
    return {"version_table": names.version_table, "transactional_ddl": True, "transaction_per_migration": True}


def set_up_log() -> None:
    """Configure logging from alembic.ini for plain `alembic`; a caller has callbacks instead."""
    # not every project's alembic.ini configures logging
    if "caller" not in context.config.attributes and context.config.file_config.has_section("loggers"):
        fileConfig(context.config.file_config, disable_existing_loggers=False)


def run_steps(
    move: MigrationPlan,
    seeder: Seeder,
    told: Callable[[], None] = lambda: None,
    configured: Callable[[MigrationContext], None] = lambda _: None,
    **options: Any,
) -> None:
    """Run the revisions of a move, each in its own transaction.

    Calls `configured` before the first one, and `told` after each one that is committed and reported.
    """
    context.configure(fn=lambda *_: move.named(seeder, told), seeder=seeder, **{**transactions(seeder.names), **options})
    prepare(context.get_context().dialect)
    configured(context.get_context())
    with context.begin_transaction():
        context.run_migrations()


def generator_for(catalog: Catalog, caller: RunContext, recipe: Recipe, known: Ledger) -> Generator:
    """Return the generator of a caller's run, on top of a ledger."""
    return Generator(catalog, recipe, Masker(recipe.seed, catalog.every, caller.settings.environment), known)
