"""The wait for others: which open transactions may hold what a statement waited for too long for."""

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.postgresql.errors import sqlstate
from terp_seed.backends.waiting import MOST_NAMED, open_transactions

_TIMED_OUT = "55P03"
_OPEN = (
    "SELECT pid, usename, COALESCE(host(client_addr), 'local'), to_char(xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') "
    "FROM pg_catalog.pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL "
    f"AND pid <> pg_backend_pid() ORDER BY xact_start LIMIT {MOST_NAMED}"
)


def waited_for(connection: sa.Connection, error: DBAPIError) -> str:
    """Return the oldest open transactions as a sentence, where a statement timed out that waited for one; else an empty text.

    The connection's own transaction ends.
    """
    if sqlstate(error) != _TIMED_OUT or error.connection_invalidated:
        return ""
    return open_transactions(connection, _OPEN, "SELECT pg_terminate_backend({})")
