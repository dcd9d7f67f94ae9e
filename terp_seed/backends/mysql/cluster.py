"""The cluster: the node and members of a Galera cluster, if a server belongs to one, and its limits.

Read-only, except `announce`, which leaves no rows behind.
"""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.backend import Limits
from terp_seed.backends.driver_errors import raise_if_lost

IS_NODE = "SHOW VARIABLES LIKE 'wsrep_on'"
# The first statement of a transaction waits until the node has applied all earlier commits of the cluster. A node that is not in
# the cluster refuses queries, and the ledger's CREATE and DROP are replicated to every node.
SYNC_WAIT = "SET SESSION wsrep_sync_wait = 15, wsrep_dirty_reads = 0, wsrep_osu_method = 'TOI'"
_IN_CLUSTER = "terp_seed_in_cluster"


@dataclass(frozen=True)
class Node:
    """A Node is the server of one connection as a member of a cluster."""

    name: str
    id: str

    @classmethod
    def of(cls, connection: sa.Connection) -> "Node | None":
        """Return the node of a connection, or None if the server does not belong to a cluster."""
        if not is_node(connection.exec_driver_sql(IS_NODE).one_or_none()):
            return None
        found = connection.exec_driver_sql("SHOW GLOBAL STATUS LIKE 'wsrep_gcomm_uuid'").one_or_none()
        if not found or not found[1]:
            return None  # configured for a cluster, but started without one
        return cls(str(connection.exec_driver_sql("SELECT @@wsrep_node_name").scalar()), str(found[1]))


def is_node(row: Sequence[Any] | None) -> bool:
    """Tell from the result of IS_NODE whether a server is a node of a cluster."""
    return bool(row and row[1] == "ON")


def members(connection: sa.Connection) -> frozenset[str] | None:
    """Return the ids of the cluster's current nodes, or None if our user may not read them."""
    try:
        rows = connection.exec_driver_sql("SELECT node_uuid FROM mysql.wsrep_cluster_members").all()
    except DBAPIError as error:
        raise_if_lost(error)
        connection.rollback()
        return None
    return frozenset(str(row[0]) for row in rows)


def limits(connection: sa.Connection) -> Limits | None:
    """Return a node's limits of one transaction, or None if the server is not a node."""
    if Node.of(connection) is None:
        return None
    settings = connection.exec_driver_sql("SHOW VARIABLES LIKE 'wsrep%'").all()
    found = {str(name).lower(): int(value) if str(value).isdigit() else 0 for name, value in settings}
    in_pieces = found.get("wsrep_trx_fragment_size", 0) > 0  # a streamed transaction may have any size
    size = 0 if in_pieces else found.get("wsrep_max_ws_size", 0)
    return Limits(
        rows=found.get("wsrep_max_ws_rows", 0),
        size=size,
        rows_setting="wsrep_max_ws_rows",
        size_setting="wsrep_max_ws_size",
        way_out="let transactions travel in pieces (SET GLOBAL wsrep_trx_fragment_size = 64000000)",
    )


def announce(connection: sa.Connection, statements: Iterable[str]) -> None:
    """Advance the id counters of the other nodes past a reserved block, which they would not see before it is committed.

    A separate transaction inserts the block's last row and deletes it, so the row is never visible, and a killed run leaves
    nothing behind. If that fails, an application may use the same ids: the revision is then rolled back by the conflict, and
    retried.
    """
    if _IN_CLUSTER not in connection.info:
        connection.info[_IN_CLUSTER] = Node.of(connection) is not None
    if not connection.info[_IN_CLUSTER]:
        return
    with contextlib.suppress(DBAPIError), connection.engine.connect() as own:
        own = own.execution_options(no_parameters=True)
        own.exec_driver_sql("SET SESSION innodb_lock_wait_timeout = 1")  # never wait for our own locks
        for statement in statements:
            own.exec_driver_sql(statement)
        own.commit()
