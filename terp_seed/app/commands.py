"""The commands: one function each, which takes settings and returns a result. Alembic does the work.

Nothing is printed here except SQL scripts, and nothing prompts the user.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from alembic import command

from terp_seed.app import project_files as project
from terp_seed.app import runs
from terp_seed.app.listener import Listener
from terp_seed.app.state import Status, agreement, status
from terp_seed.backends import connection as connections
from terp_seed.backends import retry as conflicts
from terp_seed.backends.database import Database
from terp_seed.checks import health, preflight
from terp_seed.checks.live_tables import require_tables
from terp_seed.checks.suspects import suspects
from terp_seed.checks.verification import Verification, audit
from terp_seed.checks.verification import verify as run_checks
from terp_seed.execution.cascade import Cascade
from terp_seed.execution.outcome import Outcome
from terp_seed.execution.purge import purge as run_purge
from terp_seed.execution.rollback import Rollback
from terp_seed.model.table import Catalog
from terp_seed.revisions.ledger import Ledger
from terp_seed.runtime.preview import Preview
from terp_seed.runtime.run_context import RunContext
from terp_seed.scripts.comparison import compare_script
from terp_seed.settings import Settings

Agree = Callable[[Cascade], None]
SILENT = Listener()


@dataclass(frozen=True)
class UpgradeResult:
    """An UpgradeResult is the outcome of an upgrade per table, parents first, and the masking audit of the inserted rows."""

    outcomes: list[Outcome]
    audit: Verification
    unseeded: tuple[str, ...] = ()  # tables that no revision seeds, where there was nothing to do


@dataclass(frozen=True)
class DryRun:
    """A DryRun is the state of a database and a preview of what a run would do to it."""

    status: Status
    preview: Preview
    rolls_back: tuple[str, ...]
    seeds: tuple[str, ...]
    catalog: Catalog
    grant_for_triggers: str | None  # the statement that shows our user hidden triggers; None if it sees all of them


def require_known(table: str | None) -> None:
    """Raise BadSetting for a table that the project does not seed."""
    runs.known(table)


def upgrade(settings: Settings, table: str | None = None, clean: bool = False, listener: Listener = SILENT) -> UpgradeResult:
    """Seed one table with its dependencies, or everything; with `clean`, roll the same back first. Return the outcomes."""
    target = runs.target(table)
    caller = runs.caller_for(settings, listener)
    with runs.locked(caller, listener) as connection:
        if clean:
            runs.roll_back(caller, table)
        command.upgrade(runs.config(caller), target)
        inserted = {outcome.table for outcome in caller.outcomes if outcome.inserted}
        catalog = runs.catalog()
        recorded = Ledger.read(connection, catalog.names)
        audited = audit(Database(connection, catalog.names), catalog, recorded, inserted)
        if inserted:
            listener.verified(audited)
        unseeded = () if caller.outcomes else runs.without_revision(caller, recorded)
    return UpgradeResult(_in_order(caller), audited, unseeded)


def upgrade_script(settings: Settings, table: str | None = None) -> None:
    """Print the script that seeds one table with its dependencies, or everything. Connects to nothing."""
    command.upgrade(runs.config(RunContext(settings)), runs.target(table), sql=True)


def downgrade(
    settings: Settings, table: str | None = None, listener: Listener = SILENT, agree: Agree | None = None
) -> list[Outcome]:
    """Roll back one table with its dependents, or everything. Return the outcomes.

    With `agree`, rows that were not seeded but refer to seeded ones are deleted too. It is called with these rows first, and
    raises to refuse.
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
    """Return what an upgrade (`up`) or a downgrade would do. Changes nothing permanently; takes no lock.

    Raises the errors that the run itself would raise before its first write. With `agree`, rows that were not seeded but refer
    to seeded ones would be deleted too; it is called with these rows.
    """
    target, catalog = runs.target(table), runs.catalog()
    found = status(settings)
    previews: list[Preview] = []
    caller = RunContext(settings, preview=previews.append, agree=agree)
    with connections.opened(settings.url, settings.ca_cert) as connection:
        caller.use(connection)
        database = Database(connection, catalog.names)
        undeclared, grant = tuple(suspects(database, catalog)), database.introspection.grant_to_see_triggers()
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
    return DryRun(found, preview, back.revisions if back else (), last.revisions if up else (), catalog, grant)


def downgrade_script(settings: Settings, table: str | None = None) -> None:
    """Print the script that rolls back one table with its dependents, or everything. Connects to nothing."""
    command.downgrade(runs.config(RunContext(settings)), f"heads:{runs.downgrade_target(runs.known(table))}", sql=True)


def purge(settings: Settings, listener: Listener = SILENT) -> dict[str, int]:
    """Delete every row of the project's tables, seeded or not, and roll back the rest. Return the number of rows per table."""
    caller, catalog = RunContext(settings, warned=listener.warned), runs.catalog()
    preflight.require_force(settings)
    with runs.locked(caller, listener) as connection:
        runs.require_agreement(caller)  # companions are deleted by the ledger: rows without a record would stay forever

        def empty() -> dict[str, int]:
            database, recorded = Database(connection, catalog.names), Ledger.read(connection, catalog.names)
            database.backend.require_fit(connection)
            rollback = Rollback.on(database, runs.revisions(caller), recorded, recorded.blocks, told=caller.warned)
            rollback.look(recorded.blocks, whole=False)
            return run_purge(database, catalog, rollback)

        def tell(deleted: dict[str, int]) -> None:
            for table, rows in deleted.items():
                listener.purged(table, rows)

        deleted = conflicts.run_whole(connection, catalog.names, "purge", empty, caller.warned, tell)
        runs.roll_back(caller, None)
    return deleted


def init(empty: bool = False) -> tuple[str, ...]:
    """Write TERP's project, or with `empty` one without tables, into the working folder. Return what was written there."""
    return project.write_skeleton(Path.cwd()) if empty else project.write_out(Path.cwd())


def verify(settings: Settings, health_url: str | None = None, script: str | None = None) -> Verification:
    """Check the seeded rows, and the application's health if its URL is given. Changes nothing; takes no lock.

    With the path of a printed script, also check that the database holds the script's rows, using temporary tables.
    """
    if health_url is not None:
        health.require_address(health_url)
    with connections.opened(settings.url, settings.ca_cert) as connection:
        catalog = runs.catalog()
        database = Database(connection, catalog.names)
        require_tables(database, catalog)
        said = compare_script(database, catalog, script) if script is not None else []
        result = run_checks(database, catalog, Ledger.read(connection, catalog.names))
        result.checks += [agreement(runs.reading(settings, connection)), *said]
    if health_url is not None:
        result.checks.append(health.check_health(health_url))
    return result


def _in_order(caller: RunContext) -> list[Outcome]:
    """Return the outcomes with parents first, whatever order Alembic ran them in."""
    places = {table.name: place for place, table in enumerate(runs.catalog().every)}
    return sorted(caller.outcomes, key=lambda outcome: places[outcome.table])
