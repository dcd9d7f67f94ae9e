"""The wait for others: the sentence on which open transactions may hold what a statement waited for too long for."""

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

MOST_NAMED = 5


def open_transactions(connection: sa.Connection, query: str, way_to_end: str) -> str:
    """Return the rows of a query (connection, user, host, since) as a sentence; an empty one if there are none, or it fails.

    `way_to_end` has {} for the first one's number. The connection's own transaction ends.
    """
    try:
        connection.rollback()
        found = connection.exec_driver_sql(query).all()
    except DBAPIError:  # without a privilege, or on a server that is going down
        return ""
    listed = "; ".join(f"connection {number}, user {user}@{host}, since {since} (UTC)" for number, user, host, since in found)
    if not found:
        return ""
    return f"Open transactions: {listed}. Let them end, or end them ({way_to_end.format(found[0][0])}). "
