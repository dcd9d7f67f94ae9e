"""The drops check: whether a migration of the application's own tables may run, and drops no table that holds rows. Read-only."""

import io
import re

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from terp_seed.backends.database import Database
from terp_seed.checks.preflight import require_force
from terp_seed.errors import Refused
from terp_seed.model.names import Names
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.migration_plan import MigrationPlan
from terp_seed.settings import Settings

_DROP = re.compile(r"DROP TABLE (?:IF EXISTS )?[`\"]?([\w$]+)", re.IGNORECASE)
_MOST_NAMED = 5


def require_safe(migration: MigrationContext, names: Names, settings: Settings) -> None:
    """Raise Refused for a production database without force, and if a table that the steps drop holds rows, even with force."""
    move = MigrationPlan.of(migration)
    if move.steps:
        require_force(settings)
    if not move.is_downgrade:
        return
    connection = migration.connection
    assert connection is not None
    seeded = sorted({block.table_name for block in Ledger.read(connection, names).blocks})
    if seeded:
        raise Refused(
            f"The database holds seed data in {', '.join(seeded)}: expected none before TERP's tables are dropped. "
            "Roll it back first with `alembic -n seed downgrade base`."
        )
    database = Database(connection, names)
    filled = [table for table in _dropped(move, connection) if _holds_rows(database, table)]
    if filled:
        more = f" and {len(filled) - _MOST_NAMED} more" if len(filled) > _MOST_NAMED else ""
        raise Refused(
            f"This downgrade would drop {', '.join(filled[:_MOST_NAMED])}{more}, with rows that were not seeded: expected empty "
            "tables. Nothing was done. `alembic -n seed downgrade base` rolls back the seed alone. If these rows may go too, "
            "delete them first: `terp-seed purge` does it for the main tables, and asks for the database's name."
        )


def _dropped(move: MigrationPlan, connection: sa.Connection) -> list[str]:
    """Return the tables that the steps drop, by the script that they would print."""
    script = io.StringIO()
    printing = MigrationContext.configure(dialect=connection.dialect, opts={"as_sql": True, "output_buffer": script})
    with Operations.context(printing):
        for step in move.revisions:
            step.migration_fn()
    return list(dict.fromkeys(_DROP.findall(script.getvalue())))


def _holds_rows(database: Database, table: str) -> bool:
    if database.live.table(table) is None:
        return False
    return bool(database.scalar(f"SELECT EXISTS (SELECT 1 FROM {database.quote(table)})"))
