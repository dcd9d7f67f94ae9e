"""The state: what is seeded in a database, with which settings, and what became of it.

Nothing here changes what lasts, or takes the lock.
"""

import contextlib
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from terp_seed.app import runs
from terp_seed.backends import connection as connections
from terp_seed.backends import lock
from terp_seed.backends.database import Database
from terp_seed.backends.driver_errors import cause
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
    """A Status is what is seeded, with which settings, and who holds the lock."""

    database: str
    at: tuple[str, ...]
    recipe: Recipe | None
    blocks: dict[str, list[tuple[int, int]]]
    lock: Holder | None
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


def rows_present(settings: Settings) -> dict[str, int]:
    """Return how many rows each of the project's tables has, whoever wrote them. Read-only."""
    with contextlib.closing(connections.connect(settings.url, settings.ca_cert)) as connection:
        existing = set(sa.inspect(connection).get_table_names())
        names = [table.name for table in runs.catalog().tables if table.name in existing]
        return {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0 for name in names}


def edits(settings: Settings, with_values: bool = False) -> list[Edit]:
    """Return every seeded row that is not as it was seeded. Changes nothing that lasts; takes no lock."""
    found: list[Edit] = []
    with contextlib.closing(connections.connect(settings.url, settings.ca_cert)) as connection:
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
    """Return what is seeded, and what became of it. Changes nothing that lasts; takes no lock."""
    with contextlib.closing(connections.connect(settings.url, settings.ca_cert)) as connection:
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
    """Return what became of each block; or why that cannot be told: rows differ, and our user may make no temporary table."""
    try:
        ownership = _ownership(caller, ledger)
        return tuple(ownership.examine(block) for block in ledger.blocks), ""
    except CommandError as error:  # NotAsSeeded, or the revisions at hand are another project's
        return (), str(error)
    except DBAPIError as error:
        return (), f"Rows are not as they were seeded, and which ones cannot be told: {cause(error)}"


def agreement(caller: RunContext) -> CheckResult:
    """Check whether the version table and the ledger agree; skipped where the revisions at hand are not the database's own."""
    name = "the version table and the ledger agree"
    try:
        found = runs.disagreement(caller)
    except CommandError as error:
        return CheckResult(name, True, str(error), skipped=True)
    return CheckResult(name, found is None, found or "holds")
