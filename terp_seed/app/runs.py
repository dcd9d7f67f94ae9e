"""The runs: the configuration, connection and target with which a command calls Alembic.

The lock is held on the connection that migrates, from before the first read to the end.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine.default import DefaultDialect

from terp_seed.app import project_files as project
from terp_seed.app.listener import Listener
from terp_seed.backends import connection as connections
from terp_seed.backends import lock
from terp_seed.checks import consistency
from terp_seed.errors import BadSetting, LedgerMismatch, SeedError
from terp_seed.model.project import Project
from terp_seed.model.table import Catalog
from terp_seed.model.words import listed, nearest
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.plan import PlannedStep
from terp_seed.revisions.project_revisions import ProjectRevisions
from terp_seed.revisions.recording import Recorder
from terp_seed.runtime.run_context import RunContext
from terp_seed.settings import Settings


def the_project() -> Project:
    """Return the project that alembic.ini names. Raises SeedError if it names none."""
    found = config(None)
    ScriptDirectory.from_config(found)  # adds prepend_sys_path to sys.path
    place, where = found.get_main_option("project"), f"[seed] of {found.config_file_name}"
    if place is None:
        raise SeedError(f"{where} names no project: expected `project = package.module:PROJECT`, the tables to work on. Add it.")
    return Project.load(place, where)


def catalog() -> Catalog:
    """Return the tables of the project."""
    return the_project().catalog


def roll_back(caller: RunContext, table: str | None) -> None:
    """Downgrade on the caller's connection, or do nothing if the table is not seeded. Raises LedgerMismatch."""
    assert caller.connection is not None
    require_agreement(caller)  # a lost version would make a seeded table look like one that was never seeded
    applied = applied_to(caller.connection)
    caller.connection.rollback()
    if table is None or revision_of(table) in applied:
        command.downgrade(config(caller), downgrade_target(table))


def downgrade_target(table: str | None) -> str:
    """Return Alembic's target for rolling back a table and its dependents: TABLE@ITS-FIRST-PARENT; for None, `base`."""
    if table is None:
        return "base"
    revision = scripts().get_revision(revision_of(table))
    parents = revision.down_revision if revision else None
    parent = parents if isinstance(parents, str) or parents is None else parents[0]
    return f"{revision_of(table)}@{parent or 'base'}"


def known(table: str | None) -> str | None:
    """Return the table, or None for all of them. Raises BadSetting if the project does not seed it."""
    names = [seeded.name for seeded in catalog().tables]
    if table is not None and table not in names:
        meant = nearest(table, names)
        raise BadSetting(f"Unknown table {table!r}: expected one of {listed(names)}.{f' Did you mean {meant}?' if meant else ''}")
    return table


def target(table: str | None) -> str:
    """Return Alembic's target for a table with its dependencies, or for everything. Raises BadSetting for an unknown table."""
    return "heads" if known(table) is None else revision_of(table or "")


def revision_of(table: str) -> str:
    """Return the revision that seeds a table: the one of its name, else the first that does. Raises BadSetting if none does."""
    if table in {revision.revision for revision in scripts().walk_revisions()}:
        return table
    for step in _every_step(ProjectRevisions(scripts(), catalog(), Recorder(DefaultDialect()))):
        if step.table.name == table and not step.companion:
            return step.revision
    raise BadSetting(f"No revision seeds {table}: expected one with op.seed. Add it to seeds/versions.")


def without_revision(caller: RunContext, recorded: Ledger) -> tuple[str, ...]:
    """Return the project's main tables that no revision seeds. No revision is run if the ledger has rows of each."""
    missing = [table.name for table in catalog().tables if not recorded.of_table(table.name)]
    seeded = {step.table.name for step in _every_step(revisions(caller))} if missing else set()
    return tuple(name for name in missing if name not in seeded)


def _every_step(own: ProjectRevisions) -> list[PlannedStep]:
    """Return what the revisions would do in an empty database."""
    return own.plan({revision.revision for revision in own.scripts.walk_revisions()}, Ledger(), 1).steps


def caller_for(settings: Settings, listener: Listener) -> RunContext:
    """Return the context of a run that reports its events to a listener."""
    return RunContext(settings, planned=listener.planned, advanced=listener.advanced, done=listener.done, warned=listener.warned)


@contextlib.contextmanager
def locked(caller: RunContext, listener: Listener) -> Iterator[sa.Connection]:
    """Give the caller a connection that holds the lock, for the duration of a `with` block."""
    settings, is_locked, own = caller.settings, False, catalog()
    lock.require_ready(settings.url, own.names, must_exist=bool(own.tables))  # a new project may begin without tables
    try:
        with (
            connections.opened(settings.url, settings.ca_cert, writes=True) as connection,
            lock.held(connection, own.names),
        ):
            is_locked = True
            listener.locked()
            caller.use(connection)
            yield connection
    finally:
        if is_locked:
            listener.unlocked()


def heads_of(connection: sa.Connection) -> tuple[str, ...]:
    """Return the current revisions of a database. Read-only."""
    return MigrationContext.configure(connection, opts={"version_table": catalog().names.version_table}).get_current_heads()


def applied_to(connection: sa.Connection) -> set[str]:
    """Return the revisions that a database has, by its version table. Read-only."""
    heads = heads_of(connection)
    return {revision.revision for revision in scripts().iterate_revisions(heads, "base")} if heads else set()


def scripts() -> ScriptDirectory:
    """Return Alembic's view of the project's revisions."""
    return ScriptDirectory.from_config(config(None))


def reading(settings: Settings, connection: sa.Connection) -> RunContext:
    """Return the caller of a command that only reads, on its connection."""
    caller = RunContext(settings)
    caller.use(connection)
    return caller


def revisions(caller: RunContext) -> ProjectRevisions:
    """Return the project's revisions, bound to the caller's connection."""
    assert caller.recorder is not None
    return ProjectRevisions(scripts(), catalog(), caller.recorder)


def require_agreement(caller: RunContext) -> None:
    """Raise LedgerMismatch if the version table and the ledger disagree. Ends the transaction. Read-only."""
    found = disagreement(caller)
    if found:
        raise LedgerMismatch(found)


def disagreement(caller: RunContext) -> str | None:
    """Return what the version table and the ledger disagree about, or None. Needs no lock; ends the transaction. Read-only.

    Raises CommandError if the project's revisions are not those of the database, and so the two cannot be compared.
    """
    connection, own, heads = caller.connection, revisions(caller), None
    assert connection is not None
    while heads != (now := heads_of(connection)):  # we may not hold the lock: a run committed meanwhile
        heads, ledger = now, Ledger.read(connection, own.catalog.names)
    connection.rollback()
    return consistency.disagreement(own, heads, ledger)


def config(caller: RunContext | None, section: str = "seed") -> Config:
    """Return the project's Alembic configuration, which passes the caller to seeds/env.py."""
    attributes: dict[str, Any] = {"caller": caller} if caller else {}
    return project.config(section, attributes)


def has_migrations() -> bool:
    """Tell whether the project has migrations for the tables themselves: an [alembic] section."""
    return config(None).file_config.has_section("alembic")
