"""The promise on PostgreSQL: whatever gives an id its number, no application that leaves that to the server fails, and no counter
ever goes back.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from random import Random

import psycopg
import pytest

from terp_seed.backends.postgresql.dialect import PostgreSQL
from tests.faults.processes import start
from tests.support import ALL_FAULTS, NAMES, Database
from tests.test_postgresql import IDS

KINDS = list(IDS) if ALL_FAULTS else ["a default of one's own"]
PATIENCE = "SET lock_timeout = '3s'; SET statement_timeout = '5s'"


class Client(threading.Thread):
    """A Client inserts rows by their default ids, one and many at a time, and rolls some of them back."""

    def __init__(self, database: Database, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._url, self._number, self._stopped = database.url, number, stop
        self.failed: list[str] = []
        self.done = 0

    def run(self) -> None:
        dice = Random(self._number)
        with psycopg.connect(self._url) as connection:
            connection.execute(PATIENCE.encode())
            connection.commit()
            while not self._stopped.is_set():
                try:
                    for part in range(dice.randint(1, 3)):
                        self._insert(connection, f"{self._number}-{self.done}-{part}", dice.choice((1, 1, 1, 1, 500)))
                        time.sleep(dice.random() / 50)
                    if dice.random() < 0.2:
                        connection.rollback()
                    connection.commit()
                except psycopg.Error as error:
                    self.failed.append(str(error))
                    connection.rollback()
                self.done += 1

    def _insert(self, connection: psycopg.Connection, mark: str, rows: int) -> None:
        numbered = f"SELECT 'M-{mark}-' || n FROM generate_series(1, {rows}) AS n"
        connection.execute(f"INSERT INTO vendors (name) {numbered}".encode())
        connection.execute(f"INSERT INTO clients (teri_code, name) SELECT m, m FROM ({numbered}) AS s (m)".encode())


@contextmanager
def inserting(database: Database, count: int = 4) -> Iterator[None]:
    """Keep clients inserting for the length of a block; none of their statements has failed."""
    stop = threading.Event()
    clients = [Client(database, number, stop) for number in range(count)]
    for client in clients:
        client.start()
    try:
        yield
    finally:
        stop.set()
        for client in clients:
            client.join()
    assert [failure for client in clients for failure in client.failed] == []
    assert min(client.done for client in clients) > 3


def _count_by(database: Database, kind: str) -> None:
    for table in ("vendors", "clients"):
        database.execute(*IDS[kind].format(table).replace("numbers", f"{table}_numbers").split("; "))


@pytest.mark.parametrize("is_empty", [True, False] if ALL_FAULTS else [True])
@pytest.mark.parametrize("kind", KINDS)
def test_nobody_collides_during_runs(postgresql_terp: Database, kind: str, is_empty: bool) -> None:
    _count_by(postgresql_terp, kind)
    if not is_empty:
        postgresql_terp.execute("INSERT INTO vendors (name) SELECT 'V-' || n FROM generate_series(1, 900) AS n")
    with inserting(postgresql_terp):
        for size in ("x10", "x100", "small") if ALL_FAULTS else ("x3",):
            for command in (("upgrade", "--size", size), ("downgrade",)):
                process = start(postgresql_terp, "terp-seed", *command, "-f")
                out, err = process.communicate()
                assert process.returncode == 0, out + err


@pytest.mark.parametrize("rows", [50, 300, 5_000])
def test_counter_never_goes_back_under_load(new_database: Callable[[str], Database], rows: int) -> None:
    database, failed, stop = new_database("postgresql"), list[str](), threading.Event()
    database.execute("CREATE UNLOGGED TABLE numbered (id bigserial PRIMARY KEY)")

    def insert() -> None:
        with psycopg.connect(database.url, autocommit=True) as connection:
            while not stop.is_set():
                try:
                    connection.execute("INSERT INTO numbered SELECT FROM generate_series(1, 1000)")
                except psycopg.Error as error:
                    failed.append(str(error))

    clients = [threading.Thread(target=insert) for _ in range(6)]
    for client in clients:
        client.start()
    until = time.monotonic() + (30 if ALL_FAULTS else 2)
    with psycopg.connect(database.url, autocommit=True) as connection:
        while time.monotonic() < until:
            (last,) = connection.execute("SELECT last_value FROM numbered_id_seq").fetchone() or (0,)
            (block,) = PostgreSQL(NAMES).keep_free({"numbered": (str(last + 1_200), str(last + 1_200 + rows))})
            connection.execute(block.encode())
    stop.set()
    for client in clients:
        client.join()
    assert failed == []


@pytest.mark.parametrize("sessions", [1, 12])
def test_numbers_that_idle_sessions_cached_stay_theirs(postgresql_terp: Database, sessions: int) -> None:
    postgresql_terp.execute(f"ALTER SEQUENCE vendors_id_seq CACHE 20 INCREMENT {1 if sessions == 1 else 10}")
    with ExitStack() as stack:
        applications = [stack.enter_context(psycopg.connect(postgresql_terp.url)) for _ in range(sessions)]
        for number, application in enumerate(applications):
            application.execute("INSERT INTO vendors (name) VALUES (%s)", [f"first {number}"])
            if number == 0 and sessions > 1:
                application.commit()
            else:
                application.rollback()
        assert postgresql_terp.process("terp-seed", "upgrade", "--size=x3", "-f").returncode == 0
        for number, application in enumerate(applications):
            application.execute("INSERT INTO vendors (name) VALUES (%s)", [f"then {number}"])
            application.commit()
