"""The promise: what applications write through other nodes is neither failed nor changed, and counts for a rollback."""

import itertools
import re
import threading
import time

import pymysql
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends import lock
from terp_seed.backends.retry import ATTEMPTS
from terp_seed.model.names import Names
from tests.clients import apply_well
from tests.cluster.conftest import Terps
from tests.cluster.nodes import Cluster
from tests.faults.applications import connected
from tests.faults.processes import start
from tests.scripts import script
from tests.support import NAMES, SEVEN, Database
from tests.test_rows_are_a_pure_function import GOLDEN

pytestmark = pytest.mark.cluster

_DEADLOCK = 1213
AS_OF = "--as-of=2026-03-01"


class Application(threading.Thread):
    """An Application works on rows of its own, and does what every one of a cluster has to: what lost with 1213 it does again."""

    def __init__(self, database: Database, number: int) -> None:
        super().__init__(daemon=True)
        self._database, self._number = database, number
        self.stop = threading.Event()
        self.failed: list[str] = []
        self.retries = 0
        self.expected: dict[int, str] = {}

    def run(self) -> None:
        with connected(self._database) as connection:
            for number in itertools.takewhile(lambda _: not self.stop.is_set(), itertools.count(1)):
                mark = f"app-{self._number}-{number}"
                try:
                    client = self._round(connection, mark, leave=bool(number % 3))
                    while client is None:
                        self.retries += 1
                        client = self._round(connection, mark, leave=bool(number % 3))
                    self.expected |= {client: mark} if number % 3 else {}
                except DBAPIError as error:
                    self.failed.append(f"{mark}: {error.orig} {error.statement}")
                    connection.rollback()
                time.sleep(0.005)

    def _round(self, connection: sa.Connection, mark: str, *, leave: bool) -> int | None:
        """Write in one transaction, and return the client's id; None where it lost."""
        try:
            values = {"mark": mark}
            client = connection.execute(sa.text("INSERT INTO clients (teri_code, name) VALUES (:mark, 'new')"), values).lastrowid
            connection.execute(sa.text("INSERT INTO vendors (name) VALUES (:mark)"), values)
            connection.execute(sa.text("UPDATE clients SET name = :mark WHERE id = :id"), {**values, "id": client})
            order = connection.execute(
                sa.text(
                    "INSERT INTO orders (order_number, orderType, client_id, items, subtotal, total, paymentTerms, created_by) "
                    "VALUES (:mark, 'SALE', :id, '[]', 1, 1, 'COD', 900)"
                ),
                {**values, "id": client},
            ).lastrowid
            if not leave:
                connection.execute(sa.text("DELETE FROM orders WHERE id = :id"), {"id": order})
                connection.execute(sa.text("DELETE FROM clients WHERE id = :id"), {"id": client})
            connection.commit()
            return int(client)
        except DBAPIError as error:
            connection.rollback()
            if error.orig and error.orig.args[0] == _DEADLOCK:
                return None
            raise


@pytest.mark.parametrize("start_empty", [True, False])
def test_other_nodes_applications_never_fail_or_lose_rows(terps: Terps, start_empty: bool) -> None:
    terps[0].execute("INSERT INTO users (id, openId) VALUES (900, 'app')")
    if not start_empty:
        terps[0].execute("INSERT INTO clients (teri_code, name) VALUES ('first', 'first')")
    for terp in terps:
        while not terp.scalar("SELECT COUNT(*) FROM users"):
            time.sleep(0.01)  # what one node has committed, the others apply a moment later
    applications = [Application(terps[1 + number % 2], number) for number in range(4)]
    for application in applications:
        application.start()
    for command in (("upgrade", "--size=x10"), ("downgrade",), ("upgrade", "--size=x10")):
        process = start(terps[0], "terp-seed", *command, "-f")
        _, err = process.communicate()
        assert process.returncode == 0, err
    assert terps[1].cli("verify").exit_code == 0
    assert terps[0].cli("downgrade", "-f").exit_code == 0
    for application in applications:
        application.stop.set()
        application.join()
    assert [failure for application in applications for failure in application.failed] == []
    expected = {client: name for application in applications for client, name in application.expected.items()}
    for terp in terps:
        left = {row["id"]: row["name"] for row in terp.rows("clients") if row["teri_code"] != "first"}
        assert left == expected
    assert len(expected) > 20


def test_fresh_row_from_another_node_stops_rollback(terps: Terps) -> None:
    assert terps[0].cli("upgrade", "-f").exit_code == 0
    with terps[2].connection() as connection:
        connection.exec_driver_sql("INSERT INTO clients (teri_code, name, referred_by_client_id) VALUES ('mine', 'mine', 1)")
        connection.commit()
    whole = {terp.digest() for terp in terps}
    refused = terps[0].cli("downgrade", "-f")
    assert refused.exit_code == 2, refused.output
    assert "1 row of clients.referred_by_client_id" in refused.stderr
    assert {terp.digest() for terp in terps} == whole
    terps[1].execute("DELETE FROM clients WHERE name = 'mine'")
    assert terps[1].cli("downgrade", "-f").exit_code == 0


class Interference:
    """An application on another node that takes an id of a block, just before the block's transaction commits."""

    def __init__(self, terps: Terps, times: int) -> None:
        self._terps, self.left = terps, times
        self._assert_held = lock.assert_held

    def __call__(self, connection: sa.Connection, names: Names) -> None:
        self._assert_held(connection, names)
        ours = connection.exec_driver_sql("SELECT COUNT(*) FROM clients").scalar()
        if self.left and ours and not self._terps[1].scalar("SELECT COUNT(*) FROM clients"):
            self.left -= 1
            self._terps[1].execute("INSERT INTO clients (id, teri_code, name) VALUES (5, 'mine', 'mine')")
            self._terps[1].execute("DELETE FROM clients")


def test_table_is_reseeded_after_conflict_with_another_node(terps: Terps, monkeypatch: pytest.MonkeyPatch) -> None:
    interference = Interference(terps, ATTEMPTS - 1)
    monkeypatch.setattr(lock, "assert_held", interference)
    ran = terps[0].cli("upgrade", AS_OF, "-f")
    assert ran.exit_code == 0, ran.output
    assert interference.left == 0
    assert ran.stderr.count("clients was rolled back by a conflict with another transaction ((1213)") == ATTEMPTS - 1
    assert [ran.stderr.count(f"] {table}: ") for table in SEVEN] == [1] * 7
    assert "total                195   seeded" in ran.stdout
    assert {terp.digest() for terp in terps} == {GOLDEN["small", 42]}


@pytest.mark.parametrize("plain", [False, True])
def test_table_that_always_conflicts_is_skipped_with_error(terps: Terps, monkeypatch: pytest.MonkeyPatch, plain: bool) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(lock, "assert_held", Interference(terps, ATTEMPTS))
        if plain:
            ran = terps[0].alembic("-n", "seed", "-x", "as_of=2026-03-01", "upgrade", "heads")
            code, said = ran.code, ran.out
        else:
            result = terps[0].cli("upgrade", AS_OF, "-f")
            code, said = result.exit_code, result.stderr
    assert code == (255 if plain else 1)
    assert said.count("clients was rolled back by conflicts with other transactions 3 times: (1213)") == 1
    assert "Traceback" not in said
    assert terps[2].counts()["clients"] == 0
    assert terps[2].cli("upgrade", AS_OF, "-f").exit_code == 0
    assert {terp.digest() for terp in terps} == {GOLDEN["small", 42]}


@pytest.mark.parametrize("answer", [1105, 1235])
def test_cluster_without_named_locks_relies_on_lease(terps: Terps, monkeypatch: pytest.MonkeyPatch, answer: int) -> None:
    """Percona's strict mode and some MariaDBs refuse GET_LOCK and its like; these nodes do not, so the driver does."""

    def refuse(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "_LOCK(" in statement:
            raise pymysql.OperationalError(answer, "GET_LOCK is not allowed in this cluster")

    sa.event.listen(sa.Engine, "before_cursor_execute", refuse)
    try:
        with terps[0].connection() as connection, lock.held(connection, NAMES):
            for terp in terps:
                refused = terp.cli("upgrade", AS_OF, "-f")
                assert refused.exit_code == 3, refused.output
                assert "node node1" in refused.stderr
                assert '"node": "node1"' in terp.cli("status", "--json").stdout
            lock.assert_held(connection, NAMES)
        ran = terps[1].cli("upgrade", AS_OF, "-f")
        assert ran.exit_code == 0, ran.output
        assert {terp.digest() for terp in terps} == {GOLDEN["small", 42]}
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", refuse)


@pytest.mark.parametrize(("setting", "limit"), [("wsrep_max_ws_rows", 50), ("wsrep_max_ws_size", 100_000)])
def test_oversized_transaction_is_refused_before_it_starts(nodes: Cluster, terps: Terps, setting: str, limit: int) -> None:
    usual = terps[0].scalar(f"SELECT @@{setting}")
    nodes.nodes[0].execute(f"SET GLOBAL {setting} = {limit}")
    try:
        refused = terps[0].cli("upgrade", "-f")
        assert refused.exit_code == 1, refused.output
        expected = r"\w+ would write \d+ rows" if limit == 50 else r"\w+ would write about [\d,]+ bytes"
        assert re.search(expected, refused.stderr), refused.stderr
        assert setting in refused.stderr
        assert sum(terps[1].counts().values()) == 0
        if setting == "wsrep_max_ws_size":
            nodes.nodes[0].execute("SET GLOBAL wsrep_trx_fragment_size = 20000")
            ran = terps[0].cli("upgrade", AS_OF, "-f")
            assert ran.exit_code == 0, ran.output
            assert {terp.digest() for terp in terps} == {GOLDEN["small", 42]}
            assert terps[0].cli("downgrade", "-f").exit_code == 0
    finally:
        nodes.nodes[0].execute(f"SET GLOBAL {setting} = {usual}", "SET GLOBAL wsrep_trx_fragment_size = 0")


def test_script_through_one_node_seeds_all_nodes(terps: Terps) -> None:
    apply_well(terps[0], script(terps[0], "-x", "as_of=2026-03-01", "upgrade", "head"))
    assert {terp.digest() for terp in terps} == {GOLDEN["small", 42]}
    apply_well(terps[2], script(terps[2], "downgrade", "head:base"))
    assert [sum(terp.counts().values()) for terp in terps] == [0, 0, 0]
