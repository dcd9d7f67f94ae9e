"""The runner: the online and the offline run of seeds/env.py, for plain `alembic` and for the CLI alike.

Before the first step everything that can be refused is refused; after it, each revision commits whole or not at all.
"""

import contextlib
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from logging.config import fileConfig
from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from terp_seed.engine import database, ledger, lock, preflight
from terp_seed.engine.cascade import Cascade, Cascader
from terp_seed.engine.cluster import Node, is_conflict
from terp_seed.engine.dialect import Dialect
from terp_seed.engine.generation import Generator
from terp_seed.engine.graph import Move, name_revision
from terp_seed.engine.guard import Guard
from terp_seed.engine.ledger import Block, Ledger
from terp_seed.engine.masking import Masker
from terp_seed.engine.plan import Plan
from terp_seed.engine.preview import Preview
from terp_seed.engine.schema_check import sample_rows, written_columns
from terp_seed.engine.script import Script, heading
from terp_seed.engine.seeding import Guarding, Outcome, Seeding
from terp_seed.engine.share import Share, ShareRows, shared_blocks
from terp_seed.engine.shelf import Shelf
from terp_seed.engine.stops import ScriptGuard
from terp_seed.engine.table import Catalog, SeedTable
from terp_seed.engine.version_table import VERSION_TABLE
from terp_seed.engine.writer import ConnectionWriter, ScriptWriter, Writer
from terp_seed.errors import BadSetting, SeedError
from terp_seed.settings import Recipe, Settings

ATTEMPTS = 3  # at a revision that loses against other transactions
_PAUSE_SECONDS = 0.2
ROOT = "ledger"  # the revision that creates the ledger's table
_TRANSACTIONS: dict[str, Any] = {"version_table": VERSION_TABLE, "transactional_ddl": True, "transaction_per_migration": True}


@dataclass
class Caller:
    """A Caller is who started the run through Alembic's API: it brings settings and is told what happens.

    Plain `alembic` is none, and gets Alembic's own log instead. A caller that brings a connection holds the lock on it. One
    that can `agree` to rows going along with seeded ones gets past the guard; it raises where it does not agree.
    `most_rows` makes a script an excerpt with no more rows of a block than that. One that wants a `preview` gets that and
    nothing else: no lock is needed then, nothing is written, and the `gone` revisions count as rolled back.
    """

    settings: Settings
    connection: sa.Connection | None = None
    planned: Callable[[Plan], None] = lambda plan: None
    done: Callable[[Outcome], None] = lambda outcome: None
    advanced: Callable[[str, int, int], None] = lambda table, rows, of: None
    warned: Callable[[str], None] = logging.getLogger("alembic.runtime.migration").warning
    agree: Callable[[Cascade], None] | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    most_rows: int | None = None
    preview: Callable[[Preview], None] | None = None
    gone: frozenset[str] = frozenset()

    def notify(self, outcome: Outcome) -> None:
        """Keep an outcome, and pass it on."""
        self.outcomes.append(outcome)
        self.done(outcome)


def run(tables: Iterable[SeedTable], generator_version: int) -> None:
    """Run the Alembic command that loaded seeds/env.py. Raises SeedError, which Alembic prints as FAILED."""
    catalog = Catalog(tables, generator_version)
    context.configure(dialect_name="sqlite")  # connects to nothing; it only shows which command this is
    options = context.get_context().opts
    generating = options.get("revision_context")
    if "template_args" in options and not (generating and generating.command_args["autogenerate"]):
        # alembic revision and merge write a file, and need no database
        context.configure(dialect_name="sqlite", as_sql=True, process_revision_directives=name_revision)
        context.run_migrations()
        return
    caller = context.config.attributes.get("caller") or Caller(Settings.from_options(_x_arguments()))
    try:
        if context.is_offline_mode():
            _script(catalog, caller)
        elif "destination_rev" in options:
            _move(catalog, caller)
        else:
            _look(caller)
    except DBAPIError as error:
        raise database.explain(error) from error


def _look(caller: Caller) -> None:
    """Run a command that only reads: current, check. It takes no lock."""
    with contextlib.closing(database.connect(caller.settings.url, caller.settings.ca_cert)) as connection:
        # seeds hold data, so `alembic check` has no table to compare
        context.configure(connection=connection, target_metadata=sa.MetaData(), include_name=lambda *_: False, **_TRANSACTIONS)
        with context.begin_transaction():
            context.run_migrations()


def _move(catalog: Catalog, caller: Caller) -> None:
    """Run a command that moves the version: upgrade, downgrade, stamp. The lock is held to its end."""
    settings = caller.settings
    if settings.units:
        raise BadSetting("units is for scripts: expected it with `upgrade --sql` only. Online, a run seeds every unit.")
    with _locked_connection(caller) as connection:
        dialect, node = Dialect.of(connection.engine.url), Node.of(connection)
        context.configure(connection=connection, **_TRANSACTIONS)
        migration = context.get_context()
        is_preview = caller.preview is not None
        cleared = preflight.clear(connection, dialect, catalog, settings, migration, caller.gone if is_preview else None)
        move, recorded, recipe = cleared.move, cleared.recorded, cleared.recipe
        guard = Guard(connection, dialect, catalog) if move.is_downgrade else None
        if guard:
            if caller.agree:
                _cascade(Cascader(connection, dialect, catalog, recorded), connection, list(cleared.leaving), caller.agree)
            guard.check(cleared.leaving)
        if caller.preview:
            caller.preview(Preview.of(catalog, cleared))
            return
        caller.planned(cleared.plan)
        if ROOT in move.applied and move.revisions:
            # a run may have been killed between the ledger's DDL, which MySQL commits at once, and its version
            connection.exec_driver_sql(ledger.create_sql(migration.dialect))
        connection.commit()  # Alembic takes an open transaction for somebody else's, and would not commit
        lock.end_when_idle(connection)
        writer = ConnectionWriter(connection, dialect, in_cluster=bool(node))
        seeding = _seeding(catalog, caller, recorded, recipe, migration, writer, guard)
        with contextlib.closing(seeding):
            _run_to_the_end(caller, move, seeding, connection)


def _run_to_the_end(caller: Caller, move: Move, seeding: Seeding, connection: sa.Connection) -> None:
    """Run the steps. A revision that lost against another transaction is rolled back and run again, at most so many times."""
    _set_up_log()
    lost = 0
    while True:
        try:
            _run(move, seeding, connection=connection, on_version_apply=lambda **_: lock.assert_held(connection))
            return
        except DBAPIError as error:
            if not (is_conflict(error) and move.revisions):
                raise
            connection.rollback()
            lock.assert_held(connection)  # or was it the run that took our lease over?
            connection.rollback()
            rest = move.rest(context.get_context())
            if not rest.revisions:
                raise
            lost = 1 if len(rest.steps) < len(move.steps) else lost + 1
            name = rest.revisions[0].revision.revision
            if lost == ATTEMPTS:
                raise SeedError(
                    f"{name} lost against other transactions {lost} times: {database.cause(error)}. Expected applications to "
                    "leave its rows alone for that long. Nothing of it was kept, and tables before it stay as they are: run the "
                    "same command again, at a quieter hour."
                ) from error
            caller.warned(f"{name} lost against another transaction ({database.cause(error)}), and is run again")
            time.sleep(_PAUSE_SECONDS * lost)
            seeding.start_again(Ledger.read(connection))
            connection.commit()
            move = rest


def _cascade(cascader: Cascader, connection: sa.Connection, leaving: list[Block], agree: Callable[[Cascade], None]) -> None:
    """Delete what refers to rows that leave, when the caller agrees to it row by row."""
    found = cascader.find(leaving)
    connection.commit()  # nobody waits for our locks while a person reads
    if found:
        agree(found)
        cascader.delete(found, leaving)
        lock.assert_held(connection)
        connection.commit()


def _script(catalog: Catalog, caller: Caller) -> None:
    """Print the script of a command that moves the version. It connects to nothing."""
    settings = caller.settings
    address = database.parse_url(settings.url)
    dialect = Dialect.of(address)
    script = Script(context.config.output_buffer or sys.stdout)
    target: dict[str, Any] = {"url": address, "output_buffer": script}
    context.configure(**target, **_TRANSACTIONS)
    migration = context.get_context()
    move = Move.of(migration)
    recipe = settings.recipe(catalog.generator_version)
    share = Share.parse(settings.units, recipe.size)
    if settings.units and (move.is_downgrade or not move.revisions):
        raise BadSetting("units is for scripts that seed: expected it with `upgrade --sql` only. A rollback takes all units.")
    assumed = Ledger(
        Block(table.name, part.name, settings.first_id, part.count(recipe.size.units), recipe)
        for table in catalog.tables
        if table.name in move.applied
        for part in (*table.companions, table)
    )
    plan = Plan.of(move.revisions, migration.dialect, catalog, assumed, recipe.size.units)
    caller.planned(plan)
    writer = ScriptWriter(migration.impl, caller.most_rows)
    guard = ScriptGuard(dialect, writer, catalog)
    blocks = preflight.forecast(writer, assumed, plan, recipe, settings.first_id).blocks[len(assumed.blocks) :]
    script.comment(heading(catalog, dialect, plan, recipe, blocks, share.remark()))
    for statement in (*dialect.preamble, *dialect.script_preamble):
        writer.execute(statement)
    if not share.is_first:
        make = Generator(catalog, recipe, Masker(recipe.seed, catalog.every, settings.environment), assumed)
        guard.open_share(move.target, [*assumed.blocks, *blocks], shared_blocks(share, catalog, plan, blocks))
        ShareRows(share, blocks, make, dialect, writer).write(move, migration.dialect)
        guard.close()
        script.close(is_whole=True)
        return
    if move.is_downgrade:
        guard.open_downgrade(move, plan)
    elif move.revisions:
        shelf = Shelf(1)
        columns = [written_columns(step.table, sample_rows(step, recipe, shelf)) for step in plan.inserts()]
        guard.open_upgrade(move, assumed, list(zip(blocks, columns, strict=True)), migration.dialect)
    seeding = _seeding(catalog, caller, assumed, recipe, migration, writer, guard, share.last)
    _set_up_log()
    with contextlib.closing(seeding):
        _run(move, seeding, **target)
    guard.close()
    script.close(is_whole=not writer.left_out)


def _set_up_log() -> None:
    # a project of one's own need not set up Alembic's log
    if "caller" not in context.config.attributes and context.config.file_config.has_section("loggers"):
        fileConfig(context.config.file_config, disable_existing_loggers=False)


def _run(move: Move, seeding: Seeding, **options: Any) -> None:
    context.configure(fn=lambda *_: move.named(seeding), seeding=seeding, **options, **_TRANSACTIONS)
    with context.begin_transaction():
        context.run_migrations()


def _seeding(
    catalog: Catalog,
    caller: Caller,
    known: Ledger,
    recipe: Recipe,
    migration: MigrationContext,
    writer: Writer,
    guard: Guarding | None = None,
    units: int | None = None,
) -> Seeding:
    return Seeding(
        catalog=catalog,
        recipe=recipe,
        ledger=known,
        masker=Masker(recipe.seed, catalog.every, caller.settings.environment),
        dialect=Dialect.of(database.parse_url(caller.settings.url)),
        sqlalchemy_dialect=migration.dialect,
        writer=writer,
        guard=guard,
        first_id=caller.settings.first_id,
        units=units,
        notify=caller.notify,
        advanced=caller.advanced,
    )


@contextlib.contextmanager
def _locked_connection(caller: Caller) -> Iterator[sa.Connection]:
    if caller.connection is not None:
        yield caller.connection
        return
    settings = caller.settings
    with (
        contextlib.closing(database.connect(settings.url, settings.ca_cert, writes=True)) as connection,
        lock.held(connection),
    ):
        yield connection


def _x_arguments() -> dict[str, str | None]:
    given: dict[str, str | None] = {}
    for argument in context.get_x_argument():
        key, equals, value = argument.partition("=")
        if not equals:
            raise BadSetting(f"-x {argument} has no value: expected -x KEY=VALUE, as in -x size=small.")
        given[key] = value
    return given
