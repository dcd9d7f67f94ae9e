"""The commands: one function each, settings in, a result out. Alembic does the work.

Nothing is printed here but SQL scripts, and nothing is asked.
"""

import contextlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import command
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from terp_seed.app import project_files as project
from terp_seed.app import runs
from terp_seed.app.listener import Listener
from terp_seed.backends import connection as database
from terp_seed.backends import lock
from terp_seed.backends import retry as conflicts
from terp_seed.backends.live import LiveSchema
from terp_seed.backends.registry import dialect_of
from terp_seed.checks import health, preflight
from terp_seed.checks.block_state import BlockState
from terp_seed.checks.ownership import Ownership
from terp_seed.checks.suspects import suspects
from terp_seed.checks.verification import CheckResult, Verification, audit
from terp_seed.checks.verification import verify as run_checks
from terp_seed.errors import LedgerMismatch, SeedError
from terp_seed.execution.cascade import Cascade
from terp_seed.execution.outcome import Outcome
from terp_seed.execution.purge import purge as run_purge
from terp_seed.execution.rollback import Rollback, ownership_of
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Catalog
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.recording import Recorder
from terp_seed.runtime.preview import Preview
from terp_seed.runtime.run_context import RunContext
from terp_seed.scripts.comparison import compare_script
from terp_seed.settings import Settings

if TYPE_CHECKING:
    from terp_seed.review.make import Page

Agree = Callable[[Cascade], None]
SILENT = Listener()


@dataclass(frozen=True)
class UpgradeResult:
    """An UpgradeResult is what an upgrade did to each table, parents first, and the masking audit of what it inserted."""

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
    states: tuple[BlockState, ...] = ()
    unknown: str = ""  # why it cannot be told which rows are as they were seeded
    disagreement: str | None = None  # of the version table and the ledger, or of the ledger's own records
    companions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Edit:
    """An Edit is a seeded row that is not as it was: edited in some columns, missing, or with somebody else's row in its place.

    `values` has the seeded and the present value of each column that differs, where they were asked for.
    """

    table: str
    row_id: int
    what: str
    columns: tuple[str, ...] = ()
    values: dict[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class DryRun:
    """A DryRun is what a database holds, and what a run would do to it."""

    status: Status
    preview: Preview
    rolls_back: tuple[str, ...]
    seeds: tuple[str, ...]
    catalog: Catalog


def upgrade(settings: Settings, table: str | None = None, clean: bool = False, listener: Listener = SILENT) -> UpgradeResult:
    """Seed one table with what it needs, or everything; with `clean`, roll that back first. Return what was done."""
    target = runs.target(table)
    caller = runs.caller_for(settings, listener)
    with runs.locked(caller, listener) as connection:
        if clean:
            runs.roll_back(caller, table)
        command.upgrade(runs.config(caller), target)
        inserted = {outcome.table for outcome in caller.outcomes if outcome.inserted}
        catalog = runs.catalog()
        dialect, recorded = dialect_of(connection.engine.url, catalog.names), Ledger.read(connection, catalog.names)
        audited = audit(connection, dialect, catalog, recorded, inserted)
        if inserted:
            listener.verified(audited)
    return UpgradeResult(_in_order(caller), audited)


def upgrade_script(settings: Settings, table: str | None = None) -> None:
    """Print the script that seeds one table with what it needs, or everything. Connects to nothing."""
    command.upgrade(runs.config(RunContext(settings)), runs.target(table), sql=True)


def downgrade(
    settings: Settings, table: str | None = None, listener: Listener = SILENT, agree: Agree | None = None
) -> list[Outcome]:
    """Roll back one table with what depends on it, or everything. Return what was done.

    With `agree`, rows that were not seeded and refer to seeded ones go too; it is shown them first, and raises to refuse.
    """
    caller = runs.caller_for(settings, listener)
    caller.agree = agree
    with runs.locked(caller, listener):
        runs.roll_back(caller, runs.known(table))
    return _in_order(caller)


def dry_run(
    settings: Settings,
    table: str | None = None,
    *,
    up: bool,
    clean: bool = False,
    agree: Agree | None = None,
) -> DryRun:
    """Return what an upgrade (`up`) or a downgrade would do. Changes nothing that lasts; takes no lock; refused
    as the run would be.

    With `agree`, rows that were not seeded and refer to seeded ones would go too; it is shown them.
    """
    target, catalog = runs.target(table), runs.catalog()
    found = status(settings)
    previews: list[Preview] = []
    caller = RunContext(settings, preview=previews.append, agree=agree)
    with contextlib.closing(database.connect(settings.url, settings.ca_cert)) as connection:
        caller.connection = connection
        undeclared = tuple(suspects(connection, catalog))
        connection.rollback()
        if clean or not up:
            runs.roll_back(caller, table)
        back = previews[-1] if previews else None
        if up:
            connection.rollback()
            caller.gone = frozenset(back.revisions if back else ())
            command.upgrade(runs.config(caller), target)
    nothing = Preview(found.recipe or settings.recipe(catalog.generator_version))
    last = previews[-1] if previews else nothing
    states = back.states if back else ()
    preview = replace(last, going=back.going if back else (), states=states, suspects=undeclared)
    return DryRun(found, preview, back.revisions if back else (), last.revisions if up else (), catalog)


def downgrade_script(settings: Settings, table: str | None = None) -> None:
    """Print the script that rolls back one table with what depends on it, or everything. Connects to nothing."""
    command.downgrade(runs.config(RunContext(settings)), f"heads:{runs.downgrade_target(runs.known(table))}", sql=True)


def purge(settings: Settings, listener: Listener = SILENT) -> dict[str, int]:
    """Delete every row of the project's tables, whoever wrote it, and roll back what is left. Return the rows of each table."""
    caller, catalog = RunContext(settings, warned=listener.warned), runs.catalog()
    preflight.require_force(settings)
    with runs.locked(caller, listener) as connection:
        runs.require_agreement(connection)  # companions go by the ledger, and what it lost would stay for ever

        def empty() -> dict[str, int]:
            dialect = dialect_of(connection.engine.url, catalog.names)
            recorded = Ledger.read(connection, catalog.names)
            scripts = runs.scripts()
            rollback = Rollback.on(
                connection, dialect, catalog, recorded, recorded.blocks, scripts, Recorder(connection), told=caller.warned
            )
            rollback.look(recorded.blocks, whole=False)
            return run_purge(connection, dialect, catalog, rollback)

        def tell(deleted: dict[str, int]) -> None:
            for table, rows in deleted.items():
                listener.purged(table, rows)

        deleted = conflicts.run_whole(connection, "purge", empty, caller.warned, tell)
        runs.roll_back(caller, None)
    return deleted


def init() -> tuple[str, ...]:
    """Write alembic.ini, migrations/, seeds/ and .env.example into the working folder, and return their names."""
    return project.write_out(Path.cwd())


def rows_present(settings: Settings) -> dict[str, int]:
    """Return how many rows each of the project's tables has, whoever wrote them. Read-only."""
    with contextlib.closing(database.connect(settings.url, settings.ca_cert)) as connection:
        existing = set(sa.inspect(connection).get_table_names())
        names = [table.name for table in runs.catalog().tables if table.name in existing]
        return {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0 for name in names}


def edits(settings: Settings, with_values: bool = False) -> list[Edit]:
    """Return every seeded row that is not as it was seeded. Changes nothing that lasts; takes no lock."""
    found: list[Edit] = []
    with contextlib.closing(database.connect(settings.url, settings.ca_cert)) as connection:
        ledger = Ledger.read(connection, runs.catalog().names)
        ownership = _ownership(connection, ledger)
        for block in ledger.blocks:
            state, table = ownership.examine(block), block.table_name
            for row_id, columns in state.edited.items():
                values = ownership.values(block, columns, row_id) if with_values else {}
                found.append(Edit(table, row_id, "edited", columns, values))
            found += [Edit(table, row_id, "missing") for row_id in state.missing]
            found += [Edit(table, row_id, "not seeded") for row_id in state.foreign]
    return found


def _ownership(connection: sa.Connection, ledger: Ledger) -> Ownership:
    catalog = runs.catalog()
    dialect = dialect_of(connection.engine.url, catalog.names)
    return ownership_of(connection, dialect, LiveSchema(connection), catalog, ledger, runs.scripts(), Recorder(connection))


def status(settings: Settings) -> Status:
    """Return what is seeded, and what became of it. Changes nothing that lasts; takes no lock."""
    with contextlib.closing(database.connect(settings.url, settings.ca_cert)) as connection:
        agreement, catalog = _agreement(connection), runs.catalog()
        ledger = Ledger.read(connection, catalog.names)
        states, unknown = _states(connection, ledger)
        recipe, problem = None, None if agreement.ok else agreement.detail
        try:
            recipe = ledger.recipe
        except LedgerMismatch as error:
            problem = problem or str(error)
        blocks = {
            table.name: [(block.first_id, block.last_id) for block in ledger.of_table(table.name)] for table in catalog.every
        }
        return Status(
            database=database.label(settings.url),
            at=tuple(sorted(runs.heads_of(connection))),
            recipe=recipe,
            blocks=blocks,
            lock=lock.holder(connection, catalog.names),
            states=states,
            unknown=unknown,
            disagreement=problem,
            companions=frozenset(table.name for table in catalog.every if catalog.is_companion(table.name)),
        )


def _states(connection: sa.Connection, ledger: Ledger) -> tuple[tuple[BlockState, ...], str]:
    """Return what became of each block; or why that cannot be told: rows differ, and our user may make no temporary table."""
    try:
        ownership = _ownership(connection, ledger)
        return tuple(ownership.examine(block) for block in ledger.blocks), ""
    except CommandError as error:  # NotAsSeeded, or the revisions at hand are another project's
        return (), str(error)
    except DBAPIError as error:
        return (), f"Rows are not as they were seeded, and which ones cannot be told: {database.cause(error)}"


def verify(settings: Settings, health_url: str | None = None, script: str | None = None) -> Verification:
    """Check the seeded rows, and the application where its health address is given. Changes nothing; takes no lock.

    With the file of a script, the database is also asked whether it holds what that says, by temporary tables of its own.
    """
    if health_url is not None:
        health.require_address(health_url)
    with contextlib.closing(database.connect(settings.url, settings.ca_cert)) as connection:
        catalog = runs.catalog()
        dialect = dialect_of(connection.engine.url, catalog.names)
        said = compare_script(connection, dialect, catalog, script) if script is not None else []
        result = run_checks(connection, dialect, catalog, Ledger.read(connection, catalog.names))
        result.checks += [_agreement(connection), *said]
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
    own = runs.the_project()
    project = make.Project(
        catalog=own.catalog,
        plots=own.charts,
        table=runs.known(table),
        create=_create_tables,
        seed=lambda trial: upgrade(trial, table),
        excerpt=lambda asked, most_rows: _excerpt(asked, table, most_rows),
    )
    return make.live(project, settings) if live else make.planned(project, settings)


def _create_tables(settings: Settings) -> None:
    """Create the project's tables in a new database: by its migrations, or by their definitions where it has none of its own."""
    if runs.has_migrations():
        config = runs.config(None, "alembic")
        config.attributes["settings"] = settings
        command.upgrade(config, "head")
        return
    with contextlib.closing(database.connect(settings.url, writes=True)) as connection:
        for table in runs.catalog().every:
            table.table.metadata.create_all(connection)
        connection.commit()


def _excerpt(settings: Settings, table: str | None, most_rows: int) -> tuple[str, list[Outcome]]:
    """Return the script that seeds, with at most so many rows of a block, and what all of it would do. Connects to nothing."""
    caller, buffer = RunContext(settings, most_rows=most_rows), io.StringIO()
    config = runs.config(caller)
    config.output_buffer = buffer
    command.upgrade(config, runs.target(table), sql=True)
    return buffer.getvalue(), caller.outcomes


def _agreement(connection: sa.Connection) -> CheckResult:
    """Check whether the version table and the ledger agree; skipped where the revisions at hand are not the database's own."""
    name = "the version table and the ledger agree"
    try:
        found = runs.disagreement(connection)
    except CommandError as error:
        return CheckResult(name, True, str(error), skipped=True)
    return CheckResult(name, found is None, found or "holds")


def _in_order(caller: RunContext) -> list[Outcome]:
    """Return what was done, parents first, whatever order Alembic found."""
    places = {table.name: place for place, table in enumerate(runs.catalog().every)}
    return sorted(caller.outcomes, key=lambda outcome: places[outcome.table])
