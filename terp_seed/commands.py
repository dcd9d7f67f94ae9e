"""The commands: one function each, settings in, a result out. Alembic does the work.

Nothing is printed here but SQL scripts, and nothing is asked.
"""

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from terp_seed import health, project
from terp_seed.engine import database, lock, preflight
from terp_seed.engine.cascade import Cascade
from terp_seed.engine.dialect import Dialect
from terp_seed.engine.ledger import Ledger
from terp_seed.engine.purge import purge as run_purge
from terp_seed.engine.recital import recite
from terp_seed.engine.runner import Caller
from terp_seed.engine.seeding import Outcome
from terp_seed.engine.table import Catalog
from terp_seed.engine.verification import Verification, audit
from terp_seed.engine.verification import verify as run_checks
from terp_seed.engine.version_table import VERSION_TABLE
from terp_seed.errors import BadSetting, SeedError
from terp_seed.listener import Listener
from terp_seed.settings import Recipe, Settings
from terp_seed.tables import GENERATOR_VERSION, TABLES
from terp_seed.tables.plots import PLOTS

if TYPE_CHECKING:
    from terp_seed.review.make import Page

Agree = Callable[[Cascade], None]
CATALOG = Catalog(TABLES, GENERATOR_VERSION)
SILENT = Listener()


@dataclass(frozen=True)
class Seeded:
    """A Seeded is what an upgrade did to each table, parents first, and the masking audit of what it inserted."""

    outcomes: list[Outcome]
    audit: Verification


@dataclass(frozen=True)
class Status:
    """A Status is what is seeded, with which settings, and who holds the lock."""

    database: str
    at: tuple[str, ...]
    recipe: Recipe | None
    blocks: dict[str, list[tuple[int, int]]]
    lock: lock.Holder | None


def upgrade(settings: Settings, table: str | None = None, clean: bool = False, listener: Listener = SILENT) -> Seeded:
    """Seed one table with what it needs, or everything; with `clean`, roll that back first. Return what was done."""
    target = _known(table) or "heads"
    caller = _caller(settings, listener)
    with _locked(caller, listener) as connection:
        if clean:
            _roll_back(caller, table)
        command.upgrade(_config(caller), target)
        inserted = {outcome.table for outcome in caller.outcomes if outcome.inserted}
        audited = audit(connection, Dialect.of(connection.engine.url), CATALOG, Ledger.read(connection), inserted)
        if inserted:
            listener.verified(audited)
    return Seeded(_in_order(caller), audited)


def upgrade_script(settings: Settings, table: str | None = None) -> None:
    """Print the script that seeds one table with what it needs, or everything. Connects to nothing."""
    command.upgrade(_config(Caller(settings)), _known(table) or "heads", sql=True)


def downgrade(
    settings: Settings, table: str | None = None, listener: Listener = SILENT, agree: Agree | None = None
) -> list[Outcome]:
    """Roll back one table with what depends on it, or everything. Return what was done.

    With `agree`, rows that were not seeded and refer to seeded ones go too; it is shown them first, and raises to refuse.
    """
    caller = _caller(settings, listener)
    caller.agree = agree
    with _locked(caller, listener):
        _roll_back(caller, _known(table))
    return _in_order(caller)


def downgrade_script(settings: Settings, table: str | None = None) -> None:
    """Print the script that rolls back one table with what depends on it, or everything. Connects to nothing."""
    command.downgrade(_config(Caller(settings)), f"heads:{_downgrade_target(_known(table))}", sql=True)


def purge(settings: Settings, listener: Listener = SILENT) -> dict[str, int]:
    """Delete every row of the seven tables, whoever wrote it, and roll back what is left. Return the rows of each table."""
    caller = Caller(settings)
    preflight.require_force(settings)
    with _locked(caller, listener) as connection:
        deleted = run_purge(connection, Dialect.of(connection.engine.url), CATALOG, Ledger.read(connection))
        lock.assert_held(connection)
        connection.commit()
        for table, rows in deleted.items():
            listener.purged(table, rows)
        _roll_back(caller, None)
    return deleted


def init() -> tuple[str, ...]:
    """Write alembic.ini, migrations/, seeds/ and .env.example into the working folder, and return their names."""
    return project.write_out(Path.cwd())


def rows_present(settings: Settings) -> dict[str, int]:
    """Return how many rows each of the seven tables has, whoever wrote them. Read-only."""
    with contextlib.closing(database.connect(settings.url, settings.ca_cert)) as connection:
        existing = set(sa.inspect(connection).get_table_names())
        names = [table.name for table in TABLES if table.name in existing]
        return {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0 for name in names}


def status(settings: Settings) -> Status:
    """Return what is seeded. Read-only; takes no lock."""
    with contextlib.closing(database.connect(settings.url, settings.ca_cert)) as connection:
        ledger = Ledger.read(connection)
        blocks = {
            table.name: [(block.first_id, block.last_id) for block in ledger.of_table(table.name)] for table in CATALOG.every
        }
        return Status(
            database=database.label(settings.url),
            at=tuple(sorted(_heads(connection))),
            recipe=ledger.recipe,
            blocks=blocks,
            lock=lock.holder(connection),
        )


def verify(settings: Settings, health_url: str | None = None, script: str | None = None) -> Verification:
    """Check the seeded rows, and the application where its health address is given. Changes nothing; takes no lock.

    With the file of a script, the database is also asked whether it holds what that says, by temporary tables of its own.
    """
    if health_url is not None:
        health.require_address(health_url)
    with contextlib.closing(database.connect(settings.url, settings.ca_cert)) as connection:
        dialect = Dialect.of(connection.engine.url)
        said = recite(connection, dialect, CATALOG, script) if script is not None else []
        result = run_checks(connection, dialect, CATALOG, Ledger.read(connection))
    result.checks += said
    if health_url is not None:
        result.checks.append(health.check_health(health_url))
    return result


def review(settings: Settings, table: str | None = None, live: bool = False) -> "Page":
    """Make the review page of what would be seeded, or with `live` of what is. Writes to no database but a temporary one."""
    try:
        from terp_seed.review import make
    except ModuleNotFoundError as error:
        raise SeedError(
            f"The review page is drawn by libraries, and {error.name} is not installed: expected the extra `review`. Install it "
            "with `pip install -e '.[review]'` in the project's folder."
        ) from None
    project = make.Project(
        catalog=CATALOG,
        plots=PLOTS,
        table=_known(table),
        create=_create_tables,
        seed=lambda trial: upgrade(trial, table),
        excerpt=lambda asked, most_rows: _excerpt(asked, table, most_rows),
    )
    return make.live(project, settings) if live else make.planned(project, settings)


def _create_tables(settings: Settings) -> None:
    """Create TERP's tables in a new database."""
    config = _config(None, "alembic")
    config.attributes["settings"] = settings
    command.upgrade(config, "head")


def _excerpt(settings: Settings, table: str | None, most_rows: int) -> tuple[str, list[Outcome]]:
    """Return the script that seeds, with at most so many rows of a block, and what all of it would do. Connects to nothing."""
    caller, buffer = Caller(settings, most_rows=most_rows), io.StringIO()
    config = _config(caller)
    config.output_buffer = buffer
    command.upgrade(config, table or "heads", sql=True)
    return buffer.getvalue(), caller.outcomes


def _in_order(caller: Caller) -> list[Outcome]:
    """Return what was done, parents first, whatever order Alembic found."""
    places = {table.name: place for place, table in enumerate(CATALOG.every)}
    return sorted(caller.outcomes, key=lambda outcome: places[outcome.table])


def _roll_back(caller: Caller, table: str | None) -> None:
    """Downgrade on the caller's connection, unless the table is not there to be rolled back."""
    assert caller.connection is not None
    heads = _heads(caller.connection)
    caller.connection.rollback()
    script = ScriptDirectory.from_config(_config(caller))
    applied = {revision.revision for revision in script.iterate_revisions(heads, "base")} if heads else set()
    if table is None or table in applied:
        command.downgrade(_config(caller), _downgrade_target(table))


def _downgrade_target(table: str | None) -> str:
    """Return Alembic's name for "without this table and what hangs on it": TABLE@ITS-FIRST-PARENT."""
    if table is None:
        return "base"
    revision = ScriptDirectory.from_config(_config(None)).get_revision(table)
    parents = revision.down_revision if revision else None
    parent = parents if isinstance(parents, str) or parents is None else parents[0]
    return f"{table}@{parent or 'base'}"


def _known(table: str | None) -> str | None:
    names = [known.name for known in TABLES]
    if table is not None and table not in names:
        raise BadSetting(f"Table {table!r} is not seeded: expected one of {', '.join(names)}.")
    return table


def _caller(settings: Settings, listener: Listener) -> Caller:
    return Caller(settings, planned=listener.planned, advanced=listener.advanced, done=listener.done)


@contextlib.contextmanager
def _locked(caller: Caller, listener: Listener) -> Iterator[sa.Connection]:
    settings = caller.settings
    with contextlib.ExitStack() as ends:
        connection = database.connect(settings.url, settings.ca_cert, writes=True)
        ends.enter_context(contextlib.closing(connection))
        ends.enter_context(lock.held(connection))
        listener.locked()
        caller.connection = connection
        try:
            yield connection
        finally:
            ends.close()
            listener.unlocked()


def _heads(connection: sa.Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads()


def _config(caller: Caller | None, section: str = "seed") -> Config:
    attributes: dict[str, Any] = {"caller": caller} if caller else {}
    return project.config(section, attributes)
