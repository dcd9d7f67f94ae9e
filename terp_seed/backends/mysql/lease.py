"""The lease: the lock for all nodes of a cluster, in which a named lock is known to one node only.

Two committed rows name the run that holds it. Replication lets only one run write them, and a run that has lost them cannot
commit any more.
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
        # Take-overs write both rows, commits of the run the holder's row, renewals the pulse row. So a renewal and a commit
        # never conflict, even if a proxy sends them to different nodes.
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
_LOOKS = 60  # fifteen seconds without a renewal; a look that waits for the cluster counts once, however long it takes
IDLE_SECONDS = 10  # after which a node ends the connection of a stalled run, well before its lease expires
_ATTEMPTS = 5
_LOST_RACE = (1062, 1205, 1213)

Facts = Mapping[str, Any]


class Lease:
    """A Lease is the exclusive right of one run to write, known to every node."""

    def __init__(self, connection: sa.Connection, node: Node, name: str) -> None:
        """Take the connection of a run, its node, and the name of the lease's table."""
        self._connection, self._node, self._name, self._table = connection, node, name, _table(name)
        self._token = secrets.token_hex(16)
        self._over = threading.Event()
        self._renewals = threading.Thread(target=self._renew, name="terp-seed-lease", daemon=True)

    def take(self, alone_on_node: bool) -> Facts | None:
        """Take the lease and start renewing it. If a live run holds it, return the facts about that run instead.

        `alone_on_node` tells that this connection holds the node's named lock, so that no other run is active on the node.
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
        """Tell whether the run still holds the lease, and make the open transaction fail if the lease is lost before its commit.

        A take-over writes the same row, and the cluster rejects the second of the two transactions.
        """
        mine = sa.update(self._table).where(self._table.c.part == "holder", self._table.c.token == self._token)
        return self._connection.execute(mine.values(touched=self._table.c.touched + 1)).rowcount == 1

    def let_go(self) -> None:
        """End the lease. The table stays, because dropping it could remove the lease of a run that is just starting."""
        self._over.set()
        self._renewals.join(timeout=2 * _RENEWAL_SECONDS)  # it may hang on a dead node, and then ends with the process
        with contextlib.suppress(SQLAlchemyError):  # the next run takes over a lease that could not be ended
            self._connection.rollback()
            self._connection.execute(sa.delete(self._table).where(self._table.c.token == self._token))
            self._connection.commit()

    def _has_ended(self, found: Mapping[str, Facts], alone_on_node: bool) -> bool:
        """Tell whether the holder is known to be dead: its node left the cluster, or is ours and we hold its named lock."""
        holder = found["holder"]
        if holder["node_id"] == self._node.id:
            return alone_on_node
        members = cluster.members(self._connection)
        return members is not None and holder["node_id"] not in members

    def _is_silent(self, found: Mapping[str, Facts]) -> bool:
        """Tell whether the lease is not renewed while we wait; no clocks are compared, because those of nodes may differ."""
        for _ in range(_LOOKS):
            time.sleep(_LOOK_SECONDS)
            if _read(self._connection, self._name) != found:
                return False
        return True

    def _write(self, found: Mapping[str, Facts] | None) -> bool:
        """Write both rows, replacing those that were found, if any. Return False if another run was faster."""
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
        """Renew the lease until it ends, on a separate connection, because the run's may be busy for minutes."""
        renewal = (
            sa.update(self._table)
            .where(self._table.c.part == "pulse", self._table.c.token == self._token)
            .values(touched=self._table.c.touched + 1, touched_at=sa.func.utc_timestamp())
        )
        while not self._over.is_set():
            with contextlib.suppress(SQLAlchemyError), self._connection.engine.connect() as own:
                own.exec_driver_sql("SET SESSION wsrep_sync_wait = 0")  # a renewal needs no current data, and must not be delayed
                while not self._over.wait(_RENEWAL_SECONDS):
                    own.execute(renewal)
                    own.commit()
            self._over.wait(_RENEWAL_SECONDS)  # the connection was lost: open another one


def find(connection: sa.Connection, name: str) -> Facts | None:
    """Return the facts about the run that holds the lease, or None. Read-only."""
    if not sa.inspect(connection).has_table(name):
        return None
    found = _read(connection, name)
    return {**found["holder"], "renewed": found["pulse"]["touched_at"]} if found else None


def _read(connection: sa.Connection, name: str) -> Mapping[str, Facts]:
    """Return both rows by part, without the counter that the holder's commits change; empty if there is no lease."""
    connection.rollback()  # only a new transaction waits for the cluster and sees its latest commits
    rows = connection.execute(sa.select(_table(name))).mappings().all()
    found = {row["part"]: {**row, "touched": row["touched"] if row["part"] == "pulse" else 0} for row in rows}
    return found if len(found) == 2 else {}
