"""The commands: one function each, settings in, a result out. Alembic does the work.

Nothing is printed here but SQL scripts, and nothing is asked.
"""

import contextlib
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
    """An UpgradeResult is what an upgrade did to each table, parents first, and the masking audit of what it inserted."""

    outcomes: list[Outcome]
    audit: Verification


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
        recorded = Ledger.read(connection, catalog.names)
        audited = audit(Database(connection, catalog.names), catalog, recorded, inserted)
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
    with contextlib.closing(connections.connect(settings.url, settings.ca_cert)) as connection:
        caller.use(connection)
        undeclared = tuple(suspects(Database(connection, catalog.names), catalog))
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
        runs.require_agreement(caller)  # companions go by the ledger, and what it lost would stay for ever

        def empty() -> dict[str, int]:
            database, recorded = Database(connection, catalog.names), Ledger.read(connection, catalog.names)
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
    """Write TERP's project into the working folder, or one of one's own without tables, and return the names of its files."""
    return project.write_skeleton(Path.cwd()) if empty else project.write_out(Path.cwd())


def verify(settings: Settings, health_url: str | None = None, script: str | None = None) -> Verification:
    """Check the seeded rows, and the application where its health address is given. Changes nothing; takes no lock.

    With the file of a script, the database is also asked whether it holds what that says, by temporary tables of its own.
    """
    if health_url is not None:
        health.require_address(health_url)
    with contextlib.closing(connections.connect(settings.url, settings.ca_cert)) as connection:
        catalog = runs.catalog()
        database = Database(connection, catalog.names)
        said = compare_script(database, catalog, script) if script is not None else []
        result = run_checks(database, catalog, Ledger.read(connection, catalog.names))
        result.checks += [agreement(runs.reading(settings, connection)), *said]
    if health_url is not None:
        result.checks.append(health.check_health(health_url))
    return result


def _in_order(caller: RunContext) -> list[Outcome]:
    """Return what was done, parents first, whatever order Alembic found."""
    places = {table.name: place for place, table in enumerate(runs.catalog().every)}
    return sorted(caller.outcomes, key=lambda outcome: places[outcome.table])
