"""The lease: the lock that holds across the nodes of a cluster, whose named locks are known to one node only.

Two committed rows name the run that has it. Replication lets one run write them, and a run that lost them commits nothing more.
"""

import contextlib
import secrets
import threading
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.schema import CreateTable

from terp_seed.backends.driver_errors import number
from terp_seed.backends.mysql import cluster
from terp_seed.backends.mysql.cluster import Node


@cache
def _table(name: str) -> sa.Table:
    return sa.Table(
        name,
        sa.MetaData(),
        # The holder's row is written by take-overs and by each commit of the run, the pulse's by take-overs and by renewals. So
        # a renewal and a commit are never in each other's way, even when a proxy sends them to two nodes.
        sa.Column("part", sa.String(8), primary_key=True),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("touched", sa.BigInteger, nullable=False),
        sa.Column("touched_at", sa.DateTime, nullable=False),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.Column("node", sa.String(255), nullable=False),
        sa.Column("node_id", sa.String(64), nullable=False),
        sa.Column("connection", sa.BigInteger, nullable=False),
        sa.Column("user", sa.String(255)),
        sa.Column("host", sa.String(255)),
        sa.Column("database", sa.String(255)),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mariadb_engine="InnoDB",
        mariadb_charset="utf8mb4",
    )


_RENEWAL_SECONDS = 0.5
_LOOK_SECONDS = 0.25
_LOOKS = 60  # fifteen seconds without a renewal; a look that has to wait for the cluster counts once, however long it waits
IDLE_SECONDS = 10  # after which a node ends the connection of a run that was stopped: well before the fifteen
_ATTEMPTS = 5
_LOST_RACE = (1062, 1205, 1213)

Facts = Mapping[str, Any]


class Lease:
    """A Lease is the right of one connection's run to write, known to every node."""

    def __init__(self, connection: sa.Connection, node: Node, name: str) -> None:
        """Take the connection of a run, its node, and the name of the lease's table."""
        self._connection, self._node, self._name, self._table = connection, node, name, _table(name)
        self._token = secrets.token_hex(16)
        self._over = threading.Event()
        self._renewals = threading.Thread(target=self._renew, name="terp-seed-lease", daemon=True)

    def take(self, alone_on_node: bool) -> Facts | None:
        """Take the lease and keep it renewed; where a living run has it, return what is known of that run instead.

        `alone_on_node` says that this connection has the node's named lock, so that no other one of this node can be running.
        """
        if not sa.inspect(self._connection).has_table(self._name):
            self._connection.execute(CreateTable(self._table, if_not_exists=True))
        seen: Facts = {}
        for _ in range(_ATTEMPTS):
            found = _read(self._connection, self._name)
            if not found:
                taken = self._write(None)
            elif self._has_ended(found, alone_on_node) or self._is_silent(found):
                taken = self._write(found)
            else:
                taken = False
                seen = find(self._connection, self._name) or {}
                if seen.get("token") == found["holder"]["token"]:
                    return seen
            if taken:
                self._renewals.start()
                return None
        return find(self._connection, self._name) or seen

    def is_mine(self) -> bool:
        """Tell whether the run still has the lease, and make the open transaction fail to commit if it loses it before.

        A take-over writes the same row: whichever of the two transactions the cluster orders second is refused.
        """
        mine = sa.update(self._table).where(self._table.c.part == "holder", self._table.c.token == self._token)
        return self._connection.execute(mine.values(touched=self._table.c.touched + 1)).rowcount == 1

    def let_go(self) -> None:
        """End the lease. The table stays: to drop it could hit the rows of a run that begins at this moment."""
        self._over.set()
        self._renewals.join(timeout=2 * _RENEWAL_SECONDS)  # it may hang on a dead node; then it dies with the process
        with contextlib.suppress(SQLAlchemyError):  # a lease that cannot be ended is taken over by the next run
            self._connection.rollback()
            self._connection.execute(sa.delete(self._table).where(self._table.c.token == self._token))
            self._connection.commit()

    def _has_ended(self, found: Mapping[str, Facts], alone_on_node: bool) -> bool:
        """Tell whether the holder's connection is known to be gone: with its node, or from this one."""
        holder = found["holder"]
        if holder["node_id"] == self._node.id:
            return alone_on_node
        members = cluster.members(self._connection)
        return members is not None and holder["node_id"] not in members

    def _is_silent(self, found: Mapping[str, Facts]) -> bool:
        """Tell whether the lease is not renewed in time, by our own waiting: the clocks of two nodes may differ."""
        for _ in range(_LOOKS):
            time.sleep(_LOOK_SECONDS)
            if _read(self._connection, self._name) != found:
                return False
        return True

    def _write(self, found: Mapping[str, Facts] | None) -> bool:
        """Write both rows, over those that were found if any; tell whether nobody was faster."""
        me: dict[str, Any] = {
            "token": self._token,
            "touched": 0,
            "touched_at": sa.func.utc_timestamp(),
            "since": sa.func.utc_timestamp(),
            "node": self._node.name,
            "node_id": self._node.id,
            "connection": sa.func.connection_id(),
            "user": sa.func.substring_index(sa.func.system_user(), "@", 1),
            "host": sa.func.substring_index(sa.func.system_user(), "@", -1),
            "database": sa.func.database(),
        }
        try:
            for part in ("holder", "pulse"):
                if found is None:
                    self._connection.execute(sa.insert(self._table).values(part=part, **me))
                    continue
                same = (self._table.c.part == part, self._table.c.token == found[part]["token"])
                unrenewed = (self._table.c.touched == found[part]["touched"],) if part == "pulse" else ()
                if self._connection.execute(sa.update(self._table).where(*same, *unrenewed).values(me)).rowcount != 1:
                    self._connection.rollback()
                    return False
            self._connection.commit()
        except DBAPIError as error:
            self._connection.rollback()
            if number(error) in _LOST_RACE:
                return False
            raise
        return True

    def _renew(self) -> None:
        """Renew the lease through a connection of its own, until it is over: the run's own one may be busy for minutes."""
        renewal = (
            sa.update(self._table)
            .where(self._table.c.part == "pulse", self._table.c.token == self._token)
            .values(touched=self._table.c.touched + 1, touched_at=sa.func.utc_timestamp())
        )
        while not self._over.is_set():
            with contextlib.suppress(SQLAlchemyError), self._connection.engine.connect() as own:
                own.exec_driver_sql("SET SESSION wsrep_sync_wait = 0")  # a renewal decides nothing, and must not be late
                while not self._over.wait(_RENEWAL_SECONDS):
                    own.execute(renewal)
                    own.commit()
            self._over.wait(_RENEWAL_SECONDS)  # the connection was lost: try another


def find(connection: sa.Connection, name: str) -> Facts | None:
    """Return what the cluster knows of the run that has the lease, None where there is none. Read-only."""
    if not sa.inspect(connection).has_table(name):
        return None
    found = _read(connection, name)
    return {**found["holder"], "renewed": found["pulse"]["touched_at"]} if found else None


def _read(connection: sa.Connection, name: str) -> Mapping[str, Facts]:
    """Return both rows by their part, without what a commit of the holder changes; nothing where nobody has the lease."""
    connection.rollback()  # a new transaction waits for the cluster and sees what it waited for
    rows = connection.execute(sa.select(_table(name))).mappings().all()
    found = {row["part"]: {**row, "touched": row["touched"] if row["part"] == "pulse" else 0} for row in rows}
    return found if len(found) == 2 else {}
