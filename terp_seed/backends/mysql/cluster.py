"""The cluster: what a server says of itself and of the others where it is a node of a Galera cluster. Read-only.

Elsewhere there is no node, and nothing more is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

IS_NODE = "SHOW VARIABLES LIKE 'wsrep_on'"
# Every statement that begins a transaction waits until the node has applied what the cluster had committed before it. A node that
# is out of the cluster answers nothing, and the ledger's CREATE and DROP go to every node.
SYNC_WAIT = "SET SESSION wsrep_sync_wait = 15, wsrep_dirty_reads = 0, wsrep_osu_method = 'TOI'"


@dataclass(frozen=True)
class Node:
    """A Node is the server of one connection, as its cluster knows it."""

    name: str
    id: str

    @classmethod
    def of(cls, connection: sa.Connection) -> "Node | None":
        """Return the node that a connection goes to; None where the server is no part of a cluster."""
        if connection.dialect.name == "sqlite" or not is_node(connection.exec_driver_sql(IS_NODE).one_or_none()):
            return None
        found = connection.exec_driver_sql("SHOW GLOBAL STATUS LIKE 'wsrep_gcomm_uuid'").one_or_none()
        if not found or not found[1]:
            return None  # made for a cluster, and started without one
        return cls(str(connection.exec_driver_sql("SELECT @@wsrep_node_name").scalar()), str(found[1]))


def is_node(row: Sequence[Any] | None) -> bool:
    """Tell from a server's answer to IS_NODE whether it is a node of a cluster."""
    return bool(row and row[1] == "ON")


def members(connection: sa.Connection) -> frozenset[str] | None:
    """Return the ids of the nodes that are in the cluster now; None where the user may not read them."""
    try:
        rows = connection.exec_driver_sql("SELECT node_uuid FROM mysql.wsrep_cluster_members").all()
    except DBAPIError:
        connection.rollback()
        return None
    return frozenset(str(row[0]) for row in rows)
