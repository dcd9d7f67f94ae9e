"""The runs: how a command calls Alembic: with which configuration, on which connection, to which target.

The lock is held on the connection that migrates, from before the first look to the end.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from terp_seed import project
from terp_seed.engine import database, lock
from terp_seed.engine.caller import Caller
from terp_seed.engine.version_table import VERSION_TABLE
from terp_seed.errors import BadSetting
from terp_seed.listener import Listener
from terp_seed.settings import Settings
from terp_seed.tables import TABLES


def roll_back(caller: Caller, table: str | None) -> None:
    """Downgrade on the caller's connection, unless the table is not there to be rolled back."""
    assert caller.connection is not None
    heads = heads_of(caller.connection)
    caller.connection.rollback()
    script = ScriptDirectory.from_config(config(caller))
    applied = {revision.revision for revision in script.iterate_revisions(heads, "base")} if heads else set()
    if table is None or table in applied:
        command.downgrade(config(caller), downgrade_target(table))


def downgrade_target(table: str | None) -> str:
    """Return Alembic's name for "without this table and what hangs on it": TABLE@ITS-FIRST-PARENT."""
    if table is None:
        return "base"
    revision = scripts().get_revision(table)
    parents = revision.down_revision if revision else None
    parent = parents if isinstance(parents, str) or parents is None else parents[0]
    return f"{table}@{parent or 'base'}"


def known(table: str | None) -> str | None:
    """Return the table, or None for all of them. Raises BadSetting for one that is not seeded."""
    names = [seeded.name for seeded in TABLES]
    if table is not None and table not in names:
        raise BadSetting(f"Table {table!r} is not seeded: expected one of {', '.join(names)}.")
    return table


def caller_for(settings: Settings, listener: Listener) -> Caller:
    """Return who starts a run, and passes on what it hears."""
    return Caller(settings, planned=listener.planned, advanced=listener.advanced, done=listener.done, warned=listener.warned)


@contextlib.contextmanager
def locked(caller: Caller, listener: Listener) -> Iterator[sa.Connection]:
    """Give the caller a connection that holds the lock, for the length of a block."""
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


def heads_of(connection: sa.Connection) -> tuple[str, ...]:
    """Return the revisions at which a database is. Read-only."""
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads()


def scripts() -> ScriptDirectory:
    """Return the revisions of the project."""
    return ScriptDirectory.from_config(config(None))


def config(caller: Caller | None, section: str = "seed") -> Config:
    """Return Alembic's configuration of the project, with the caller for seeds/env.py."""
    attributes: dict[str, Any] = {"caller": caller} if caller else {}
    return project.config(section, attributes)
