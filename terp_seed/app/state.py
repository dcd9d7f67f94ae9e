"""The state: what is seeded in a database, with which settings, and what has changed since.

Nothing here makes permanent changes or takes the lock.
"""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from terp_seed.app import runs
from terp_seed.backends import connection as connections
from terp_seed.backends import lock
from terp_seed.backends.database import Database
from terp_seed.backends.driver_errors import cause, raise_if_lost
from terp_seed.backends.holder import Holder
from terp_seed.checks.block_state import BlockState
from terp_seed.checks.ownership import Ownership
from terp_seed.checks.verification import CheckResult
from terp_seed.errors import LedgerMismatch
from terp_seed.execution.rollback import ownership_of
from terp_seed.model.recipe import Recipe
from terp_seed.revisions.ledger import Ledger
from terp_seed.runtime.run_context import RunContext
from terp_seed.settings import Settings


@dataclass(frozen=True)
class Status:
    """A Status is what is seeded, with which settings, what has changed since, and who holds the lock."""

    database: str
    at: tuple[str, ...]
    recipe: Recipe | None
    blocks: dict[str, list[tuple[int, int]]]
    lock: Holder | None
    states: tuple[BlockState, ...] = ()
    unknown: str = ""  # why the changed rows cannot be determined
    disagreement: str | None = None  # between version table and ledger, or among the ledger's records
    companions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Edit:
    """An Edit is a seeded row that has changed: edited in some columns, missing, or replaced by a row that was not seeded.

    `values` has the seeded and the current value of each column that differs, if they were requested.
    """

    table: str
    row_id: int
    what: str
    columns: tuple[str, ...] = ()
    values: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def rows_present(settings: Settings) -> dict[str, int]:
    """Return the number of rows, seeded or not, of each of the project's tables that exists. Read-only."""
    with connections.opened(settings.url, settings.ca_cert) as connection:
        existing = set(sa.inspect(connection).get_table_names())
        names = [table.name for table in runs.catalog().tables if table.name in existing]
        return {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0 for name in names}


def is_pending(settings: Settings, table: str | None, *, up: bool) -> bool:
    """Tell whether an upgrade (`up`) or a downgrade would have anything to do, by the version table. Read-only."""
    with connections.opened(settings.url, settings.ca_cert) as connection:
        applied = runs.applied_to(connection)
    if not up:
        return bool(applied) if table is None else runs.revision_of(table) in applied
    wanted = runs.scripts().iterate_revisions(runs.target(table), "base")
    return any(revision.revision not in applied for revision in wanted)


def edits(settings: Settings, with_values: bool = False) -> list[Edit]:
    """Return every seeded row that has changed. Changes nothing permanently; takes no lock."""
    found: list[Edit] = []
    with connections.opened(settings.url, settings.ca_cert) as connection:
        ledger = Ledger.read(connection, runs.catalog().names)
        ownership = _ownership(runs.reading(settings, connection), ledger)
        for block in ledger.blocks:
            state, table = ownership.examine(block), block.table_name
            for row_id, columns in state.edited.items():
                values = ownership.values(block, columns, row_id) if with_values else {}
                found.append(Edit(table, row_id, "edited", columns, values))
            found += [Edit(table, row_id, "missing") for row_id in state.missing]
            found += [Edit(table, row_id, "not seeded") for row_id in state.foreign]
    return found


def _ownership(caller: RunContext, ledger: Ledger) -> Ownership:
    assert caller.connection is not None
    revisions = runs.revisions(caller)
    return ownership_of(Database(caller.connection, revisions.catalog.names), revisions, ledger)


def status(settings: Settings) -> Status:
    """Return what is seeded, and what has changed since. Changes nothing permanently; takes no lock."""
    with connections.opened(settings.url, settings.ca_cert) as connection:
        caller, catalog = runs.reading(settings, connection), runs.catalog()
        agreed = agreement(caller)
        ledger = Ledger.read(connection, catalog.names)
        states, unknown = _states(caller, ledger)
        recipe, problem = None, None if agreed.ok else agreed.detail
        try:
            recipe = ledger.recipe
        except LedgerMismatch as error:
            problem = problem or str(error)
        blocks = {
            table.name: [(block.first_id, block.last_id) for block in ledger.of_table(table.name)] for table in catalog.every
        }
        return Status(
            database=connections.label(settings.url),
            at=tuple(sorted(runs.heads_of(connection))),
            recipe=recipe,
            blocks=blocks,
            lock=lock.holder(connection, catalog.names),
            states=states,
            unknown=unknown,
            disagreement=problem,
            companions=frozenset(table.name for table in catalog.every if catalog.is_companion(table.name)),
        )


def _states(caller: RunContext, ledger: Ledger) -> tuple[tuple[BlockState, ...], str]:
    """Return the state of each block, or the reason why it cannot be determined, such as no right to temporary tables."""
    try:
        ownership = _ownership(caller, ledger)
        return tuple(ownership.examine(block) for block in ledger.blocks), ""
    except CommandError as error:  # NotAsSeeded, or the revisions are another project's
        return (), str(error)
    except DBAPIError as error:
        raise_if_lost(error)
        return (), f"Some rows are not as they were seeded, and which ones cannot be determined: {cause(error)}"


def agreement(caller: RunContext) -> CheckResult:
    """Check that the version table and the ledger agree; skipped if the project's revisions are not those of the database."""
    name = "the version table and the ledger agree"
    try:
        found = runs.disagreement(caller)
    except CommandError as error:
        return CheckResult(name, True, str(error), skipped=True)
    return CheckResult(name, found is None, found or "holds")
