"""The promise: of many runs at once one seeds, and applications that write meanwhile never notice."""

import os
import threading
import time
from typing import Any

import pymysql
import pytest
from sqlalchemy.engine import make_url

from tests.faults.processes import start
from tests.support import SMALL, Database

FULL = bool(os.environ.get("TERP_SEED_ALL_FAULTS"))


def test_of_eight_upgrades_at_once_one_seeds(terp: Database) -> None:
    for _ in range(30 if FULL else 1):
        running = [start(terp, "terp-seed", "upgrade", "-f") for _ in range(8)]
        ended = [(process.communicate(), process.returncode) for process in running]
        codes = sorted(code for _, code in ended)
        assert set(codes) <= {0, 3}, ended
        seeded = [out for (out, _), code in ended if code == 0 and "seeded" in out]
        assert len(seeded) == 1, ended
        for (_, err), code in ended:
            assert code != 3 or "Another seeding operation is in progress" in err
        assert terp.counts() == SMALL
        assert terp.cli("verify").exit_code == 0
        assert terp.cli("downgrade", "-f").exit_code == 0
        assert sum(terp.counts().values()) == 0


class Application(threading.Thread):
    """An application that inserts, updates and deletes rows of its own in TERP's tables as fast as it can."""

    def __init__(self, database: Database, number: int) -> None:
        super().__init__(daemon=True)
        url = make_url(database.url)
        self._connection: Any = pymysql.connect(host=url.host, port=url.port, user=url.username, database=url.database)
        self._number = number
        self.stop = threading.Event()
        self.rounds = 0
        self.failed: list[str] = []
        self.expected: dict[int, str] = {}

    def run(self) -> None:
        while not self.stop.is_set():
            self.rounds += 1
            mark = f"app-{self._number}-{self.rounds}"
            try:
                with self._connection.cursor() as cursor:
                    self._round(cursor, mark)
                self._connection.commit()
            except pymysql.MySQLError as error:
                self.failed.append(f"{mark}: {error}")
                self._connection.rollback()
            time.sleep(0.005)

    def _round(self, cursor: Any, mark: str) -> None:
        cursor.execute("INSERT INTO clients (teri_code, name) VALUES (%s, %s)", (mark, mark))
        client = cursor.lastrowid
        cursor.execute("INSERT INTO vendors (name) VALUES (%s)", (mark,))
        cursor.execute("UPDATE clients SET name = %s WHERE id = %s", (f"{mark} renamed", client))
        cursor.execute(
            "INSERT INTO orders (order_number, orderType, client_id, items, subtotal, total, paymentTerms, created_by) "
            "VALUES (%s, 'SALE', %s, '[]', 1, 1, 'COD', 900)",
            (mark, client),
        )
        order = cursor.lastrowid
        if self.rounds % 3 == 0:
            cursor.execute("DELETE FROM orders WHERE id = %s", (order,))
            cursor.execute("DELETE FROM clients WHERE id = %s", (client,))
        else:
            self.expected[client] = f"{mark} renamed"


@pytest.mark.parametrize("start_empty", [True, False])
def test_applications_that_write_meanwhile_never_fail_and_keep_their_rows(server_terp: Database, start_empty: bool) -> None:
    terp = server_terp
    terp.execute("INSERT INTO users (id, openId) VALUES (900, 'app')")
    if not start_empty:
        terp.execute("INSERT INTO clients (teri_code, name) VALUES ('first', 'first')")
    units = 1000 if FULL else 60
    applications = [Application(terp, number) for number in range(4)]
    for application in applications:
        application.start()
    for command in (("upgrade", "--size", f"x{units}"), ("downgrade",), ("upgrade", "--size", f"x{units}")):
        process = start(terp, "terp-seed", *command, "-f")
        _, err = process.communicate()
        assert process.returncode == 0, err
    assert terp.cli("verify").exit_code == 0
    assert terp.cli("downgrade", "-f").exit_code == 0
    for application in applications:
        application.stop.set()
        application.join()
    assert [failure for application in applications for failure in application.failed] == []
    expected = {client: name for application in applications for client, name in application.expected.items()}
    left = {row["id"]: row["name"] for row in terp.rows("clients") if row["teri_code"] != "first"}
    assert left == expected
    assert len(expected) > 20
