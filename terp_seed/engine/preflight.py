"""The preflight: everything that a run can be refused for, looked at before its first step. Read-only.

After it, a run fails only for what changes while it runs.
"""

import sqlalchemy as sa

from terp_seed.engine import database
from terp_seed.engine.dialect import Dialect
from terp_seed.engine.graph import Move
from terp_seed.engine.ledger import Ledger
from terp_seed.engine.plan import Plan
from terp_seed.engine.seeding import check_capacity, next_first_id
from terp_seed.engine.table import Catalog
from terp_seed.engine.writer import ConnectionWriter
from terp_seed.errors import LedgerMismatch, Refused, SettingsConflict
from terp_seed.settings import Recipe, Settings


def check_settings(settings: Settings, recorded: Recipe | None, generator_version: int) -> None:
    """Refuse to go on with other settings than those that the database is seeded with."""
    if recorded is None:
        return
    conflicts = settings.conflicts(recorded)
    if recorded.generator_version != generator_version:
        conflicts.append(f"generator version is {recorded.generator_version}, not {generator_version}")
    if conflicts:
        raise SettingsConflict(
            f"The database is seeded already, with other settings: {'; '.join(conflicts)}. Expected the recorded ones. "
            "Leave them out to go on as recorded, or change them with `terp-seed upgrade --clean`, which rolls back first."
        )


def check_ledger(catalog: Catalog, recorded: Ledger, move: Move) -> None:
    """Refuse when the version table and the ledger disagree, as after `alembic stamp`."""
    revisions = {block.revision for block in recorded.blocks}
    seeded = {table.name for table in catalog.tables}
    unrecorded = sorted((move.applied & seeded) - revisions)
    unapplied = sorted(revisions - move.applied)
    if unrecorded and not move.is_downgrade:
        raise LedgerMismatch(
            f"The version table has {', '.join(unrecorded)}, and the ledger has no rows of it (was it stamped?): expected both "
            "to agree. Take it back with `alembic -n seed downgrade base`, which deletes only what the ledger names, and seed "
            "again."
        )
    if unapplied:
        raise LedgerMismatch(
            f"The ledger has rows of {', '.join(unapplied)}, and the version table does not (was it stamped?): expected both to "
            f"agree. Name the seeded revisions with `alembic -n seed stamp`, then run the same command again."
        )


def check_environment(settings: Settings, move: Move) -> None:
    """Refuse to write to a production database without force."""
    if settings.environment == "production" and not settings.force and move.revisions:
        raise Refused(
            f"{database.label(settings.url)} is a production database: expected force to write to it. Look at the script first "
            "(--sql), then pass --force to terp-seed, or `-x force=true` to alembic. If it is none, pass -x env=staging or set "
            "TERP_ENV."
        )


def check_room(connection: sa.Connection, dialect: Dialect, plan: Plan) -> None:
    """Refuse what would run out of ids or of different fake values, before anything is written."""
    writer = ConnectionWriter(connection, dialect)
    for step in plan.inserts():
        first = next_first_id(writer.highest_id(step.table.name))
        check_capacity(step.table.name, first, step.rows)
