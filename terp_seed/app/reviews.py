"""Reviews: the page about what would be seeded, or about what is.

The only place that imports the review package and its drawing libraries, and only when a page is requested.
"""

import io
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import command

from terp_seed.app import runs
from terp_seed.app.commands import dry_run, upgrade
from terp_seed.backends import connection as connections
from terp_seed.backends.database import Database
from terp_seed.errors import SeedError
from terp_seed.execution.outcome import Outcome
from terp_seed.revisions.ledger import Ledger
from terp_seed.runtime.run_context import RunContext
from terp_seed.settings import Settings

if TYPE_CHECKING:
    from terp_seed.review.answer import Answer
    from terp_seed.review.make import Page


def review(settings: Settings, table: str | None = None, live: bool = False, ask: bool = False) -> "Page":
    """Make the review page of what would be seeded, or with `live` of what is. Writes only to a temporary database.

    With `ask`, the page of what would be seeded also says what a run would meet in the database now.
    Raises SeedError if a drawing library is not installed.
    """
    try:
        from terp_seed.review import make
    except ModuleNotFoundError as error:
        raise SeedError(
            f"The review page needs {error.name}, which is not installed: expected the extra `review`. Install it "
            "with `pip install 'terp-seed[review]'`."
        ) from None
    own = runs.the_project()
    project = make.Project(
        catalog=own.catalog,
        plots=own.charts,
        table=runs.known(table),
        create=_create_tables,
        seed=lambda trial: upgrade(trial, table),
        excerpt=lambda asked, most_rows: _excerpt(asked, table, most_rows),
    )
    if live:
        return make.live(project, settings)
    return make.planned(project, settings, answer(settings, table) if ask else None)


def answer(settings: Settings, table: str | None = None) -> "Answer":
    """Ask the database of the settings what a run would meet there. Read-only; takes no lock."""
    from terp_seed.review.answer import Answer

    catalog = runs.catalog()
    with connections.opened(settings.url, settings.ca_cert) as connection:
        database = Database(connection, catalog.names)
        at = str(connection.scalar(sa.text("SELECT CURRENT_TIMESTAMP")))
        there = [one.name for one in catalog.every if database.live.table(one.name)]
        with_rows = tuple(name for name in there if database.execute(f"SELECT 1 FROM {database.quote(name)} LIMIT 1").first())
        recipe = Ledger.read(connection, catalog.names).recipe
    seeded = f"size {recipe.size}, seed {recipe.seed}, as of {recipe.as_of}" if recipe else ""
    try:
        return Answer(at, seeded, with_rows, dry_run(settings, table, up=True).preview.coming)
    except SeedError as refused:
        return Answer(at, seeded, with_rows, (), str(refused))


def _create_tables(settings: Settings) -> None:
    """Create the project's tables in a new database: by its migrations, or from their definitions if it has none."""
    if runs.has_migrations():
        config = runs.config(None, "alembic")
        config.attributes["settings"] = settings
        command.upgrade(config, "head")
        return
    with connections.opened(settings.url, writes=True) as connection:
        for table in runs.catalog().every:
            table.table.metadata.create_all(connection)
        connection.commit()


def _excerpt(settings: Settings, table: str | None, most_rows: int) -> tuple[str, list[Outcome]]:
    """Return the seeding script with at most `most_rows` rows per block, and the outcomes of all rows. Connects to nothing."""
    caller, buffer = RunContext(settings, most_rows=most_rows), io.StringIO()
    config = runs.config(caller)
    config.output_buffer = buffer
    command.upgrade(config, runs.target(table), sql=True)
    return buffer.getvalue(), caller.outcomes
