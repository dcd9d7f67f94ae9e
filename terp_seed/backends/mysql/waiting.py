"""The wait for others: which open transactions may hold what a statement waited for too long for."""

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.driver_errors import number
from terp_seed.backends.waiting import MOST_NAMED, open_transactions

_TIMED_OUT = 1205
# performance_schema.metadata_locks would tell exactly, but is not for every user, nor on every server
_OPEN = (
    "SELECT t.trx_mysql_thread_id, p.user, p.host, t.trx_started FROM information_schema.innodb_trx AS t "
    "LEFT JOIN information_schema.processlist AS p ON p.id = t.trx_mysql_thread_id "
    f"WHERE t.trx_mysql_thread_id NOT IN (0, CONNECTION_ID()) ORDER BY t.trx_started LIMIT {MOST_NAMED}"
)


def waited_for(connection: sa.Connection, error: DBAPIError) -> str:
    """Return the oldest open transactions as a sentence, where a statement timed out that waited for one; else an empty text.

    The connection's own transaction ends.
    """
    if number(error) != _TIMED_OUT or error.connection_invalidated:
        return ""
    return open_transactions(connection, _OPEN, "KILL {}")
