"""The online run: a command on a live connection, which holds the lock from before the first read to the end.

Every check runs before the first step. A revision that conflicts with an application's transaction is retried.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from alembic import context
from sqlalchemy.exc import DBAPIError

from terp_seed.backends import connection as connections
from terp_seed.backends import lock
from terp_seed.backends import retry as conflicts
from terp_seed.backends.database import Database
from terp_seed.backends.deferred_signals import Interrupts
from terp_seed.backends.writer import ConnectionWriter
from terp_seed.checks import preflight
from terp_seed.checks.privileges import require_privileges
from terp_seed.errors import BadSetting
from terp_seed.execution.cascade import Cascade
from terp_seed.execution.rollback import Rollback, filled_states, foreign_of, ownership_of
from terp_seed.execution.seeder import Seeder
from terp_seed.model.table import Catalog
from terp_seed.revisions import records
from terp_seed.revisions.filling import Foreign, filled_tables
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.migration_plan import MigrationPlan
from terp_seed.revisions.project_revisions import ProjectRevisions
from terp_seed.revisions.recording import Recorder
from terp_seed.runtime.preview import Preview
from terp_seed.runtime.run_context import RunContext
from terp_seed.runtime.session import generator_for, run_steps, set_up_log, transactions
from terp_seed.sql import listed_keys

ROOT = "ledger"  # the revision that creates the ledger's table


def look(catalog: Catalog, caller: RunContext) -> None:
    """Run a command that only reads, such as current or check. Takes no lock."""
    with connections.opened(caller.settings.url, caller.settings.ca_cert) as connection:
        # seeds are data, so `alembic check` has no tables to compare
        nothing: dict[str, Any] = {"target_metadata": sa.MetaData(), "include_name": lambda *_: False}
        context.configure(connection=connection, **nothing, **transactions(catalog.names))
        with context.begin_transaction():
            context.run_migrations()


def move_version(catalog: Catalog, caller: RunContext) -> None:
    """Run a command that changes the version: upgrade, downgrade or stamp. Holds the lock until it ends.

    With a caller's `preview`, only the checks are run, and nothing is written.
    """
    settings = caller.settings
    if settings.units:
        raise BadSetting("units is for scripts: expected it only with `upgrade --sql`. An online run seeds every unit.")
    with _locked_connection(caller, catalog) as connection:
        database = Database(connection, catalog.names)
        context.configure(connection=connection, **transactions(catalog.names))
        migration, recorder = context.get_context(), caller.recorder or Recorder(connection)
        assert migration.script is not None
        revisions = ProjectRevisions(migration.script, catalog, recorder)
        is_preview = caller.preview is not None
        cleared = preflight.clear(database, revisions, settings, migration, caller.gone if is_preview else None)
        move, recorded, recipe = cleared.move, cleared.recorded, cleared.recipe
        rollback = None
        if move.is_downgrade:
            keeps_edits = settings.environment == "production" and not settings.discard_edits
            rollback = Rollback.on(database, revisions, recorded, cleared.leaving, keeps_edits=keeps_edits, told=caller.warned)
            states = rollback.look(cleared.leaving, whole=is_preview)
            if caller.agree:
                _agree(rollback, connection, caller.agree, is_preview)
                states = rollback.states
            else:
                rollback.check()
            cleared = replace(cleared, states=tuple(states))
        if caller.preview:
            caller.preview(Preview.of(catalog, cleared))
            return
        require_privileges(database, cleared.plan)
        for note in cleared.report.not_rehearsed:
            caller.warned(note)
        caller.planned(cleared.plan)
        move.replay(recorder)
        if ROOT in move.applied and move.revisions:
            # MySQL commits DDL immediately: a run may have been killed between the ledger's DDL and its version
            connection.exec_driver_sql(records.create_sql(connection.dialect, catalog.names))
        if move.revisions and any(step.table.listed for step in cleared.plan.inserts()):
            for statement in listed_keys.create_sql(connection.dialect, catalog.names):
                connection.exec_driver_sql(statement)
        foreign = rollback.foreign if rollback else _foreign(database, revisions, cleared)
        connection.commit()  # Alembic would leave an open transaction to the caller, and not commit
        lock.end_when_idle(connection)
        writer = ConnectionWriter(database)
        seeder = Seeder(generator_for(catalog, caller, recipe, recorded), database.dialect, writer, caller, rollback)
        seeder.foreign = foreign
        with contextlib.closing(seeder), Interrupts() as interrupts:
            try:
                _run_to_the_end(caller, move, seeder, connection, interrupts)
            except DBAPIError as error:
                raise connections.explain(error, database.backend.waited_for(connection, error)) from error


def _run_to_the_end(
    caller: RunContext, move: MigrationPlan, seeder: Seeder, connection: sa.Connection, interrupts: Interrupts
) -> None:
    """Run the steps. A revision that conflicts with another transaction is rolled back and retried, up to a limit."""

    def before_commit(**_: Any) -> None:
        lock.assert_held(connection, seeder.names)
        interrupts.hold()

    set_up_log()
    # the deletes and inserts of `alembic stamp` belong in one transaction
    whole: dict[str, Any] = {"transaction_per_migration": bool(move.revisions)}
    lost = 0
    while True:
        try:
            run_steps(move, seeder, interrupts.let_come, connection=connection, on_version_apply=before_commit, **whole)
            return
        except DBAPIError as error:
            interrupts.let_come()
            if not move.revisions:
                raise
            conflicts.roll_back(connection, seeder.names, error)
            rest = move.rest(context.get_context())
            if not rest.revisions:
                raise
            lost = 1 if len(rest.steps) < len(move.steps) else lost + 1
            conflicts.pause(rest.revisions[0].revision.revision, lost, error, caller.warned)
            seeder.start_again(Ledger.read(connection, seeder.names))
            connection.commit()
            move = rest


def _foreign(database: Database, revisions: ProjectRevisions, cleared: preflight.PreflightResult) -> Foreign:
    """Return the foreign rows of the tables in which an upgrade is about to fill a column."""
    tables, recorded = filled_tables(cleared.plan.inserts()), cleared.recorded
    if not any(block.table_name in tables for block in recorded.blocks):
        return {}
    return foreign_of(filled_states(ownership_of(database, revisions, recorded), recorded.blocks, tables))


def _agree(rollback: Rollback, connection: sa.Connection, agree: Callable[[Cascade], None], is_preview: bool) -> None:
    """Ask the caller to agree to the rows that would be deleted with those that leave."""
    found = rollback.find_cascade()
    if not is_preview:
        connection.commit()  # release our locks while a person reads
    if found:
        agree(found)


@contextlib.contextmanager
def _locked_connection(caller: RunContext, catalog: Catalog) -> Iterator[sa.Connection]:
    if caller.connection is not None:
        yield caller.connection
        return
    settings = caller.settings
    lock.require_ready(settings.url, catalog.names, must_exist=bool(catalog.tables))
    with (
        connections.opened(settings.url, settings.ca_cert, writes=True) as connection,
        lock.held(connection, catalog.names),
    ):
        yield connection
