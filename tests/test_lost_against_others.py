"""The promise: a table whose transaction lost against another one is run again whole, and told of once."""

import pymysql
import pytest
import sqlalchemy as sa

from terp_seed.backends import lock
from terp_seed.backends.retry import ATTEMPTS
from terp_seed.model.names import Names
from tests.support import NAMES, SEVEN, SMALL, Database
from tests.test_rows_are_a_pure_function import GOLDEN

AS_OF = "--as-of=2026-03-01"


class Loses:
    """A look at the lock before a commit that lets the transaction lose, some times, when a table has so many rows."""

    def __init__(self, table: str, rows: int, times: int) -> None:
        self._table, self._rows, self.left = table, rows, times
        self._assert_held = lock.assert_held

    def __call__(self, connection: sa.Connection, names: Names) -> None:
        self._assert_held(connection, names)
        if self.left and connection.exec_driver_sql(f"SELECT COUNT(*) FROM {self._table}").scalar() == self._rows:
            self.left -= 1
            deadlock = pymysql.OperationalError(1213, "Deadlock found when trying to get lock; try restarting transaction")
            raise sa.exc.OperationalError("COMMIT", {}, deadlock)


def test_an_upgrade_goes_on_with_what_is_left(server_terp: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    loses = Loses("clients", SMALL["clients"], ATTEMPTS - 1)
    monkeypatch.setattr(lock, "assert_held", loses)
    ran = server_terp.cli("upgrade", AS_OF, "-f")
    assert ran.exit_code == 0, ran.output
    assert loses.left == 0
    assert ran.stderr.count("clients was rolled back by a conflict with another transaction") == ATTEMPTS - 1
    assert [ran.stderr.count(f"] {table}: ") for table in SEVEN] == [1] * 7
    assert "total                195" in ran.stdout
    assert server_terp.digest() == GOLDEN["small", 42]


def test_run_ends_after_three_losses_keeping_committed_tables(server_terp: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(lock, "assert_held", Loses("orders", SMALL["orders"], ATTEMPTS))
        ran = server_terp.cli("upgrade", AS_OF, "-f")
    assert ran.exit_code == 1
    assert ran.stderr.count("orders was rolled back by conflicts with other transactions 3 times: (1213)") == 1
    assert server_terp.counts() == {**SMALL, "orders": 0, "invoices": 0, "payments": 0}
    assert server_terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    assert server_terp.digest() == GOLDEN["small", 42]


def test_a_relative_downgrade_takes_no_further_step(server_terp: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    server_terp.seed("upgrade", "head")
    loses = Loses("invoices", 0, 1)
    monkeypatch.setattr(lock, "assert_held", loses)
    server_terp.seed("downgrade", "-2")
    assert loses.left == 0
    assert server_terp.counts() == {**SMALL, "invoices": 0, "payments": 0}


@pytest.mark.parametrize(("times", "exit_code"), [(ATTEMPTS - 1, 0), (ATTEMPTS, 1)])
def test_purge_runs_again_from_its_start(
    server_terp: Database, monkeypatch: pytest.MonkeyPatch, times: int, exit_code: int
) -> None:
    server_terp.seed("upgrade", "head")
    before = server_terp.digest()
    loses = Loses("clients", 0, times)
    monkeypatch.setattr(lock, "assert_held", loses)
    ran = server_terp.cli("purge", "--database", server_terp.name)
    assert ran.exit_code == exit_code, ran.output
    assert loses.left == 0
    assert ran.stderr.count("purge was rolled back by a conflict with another transaction ((1213)") == ATTEMPTS - 1
    if exit_code:
        assert "purge was rolled back by conflicts with other transactions 3 times: (1213)" in ran.stderr
        assert server_terp.digest() == before
    else:
        assert server_terp.counts() == dict.fromkeys(SEVEN, 0)


def test_a_cascade_runs_again_from_its_start(server_terp: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    server_terp.seed("upgrade", "head")
    server_terp.execute(
        "CREATE TABLE visits (id INTEGER PRIMARY KEY, client INTEGER NOT NULL, FOREIGN KEY (client) REFERENCES clients (id))",
        "INSERT INTO visits VALUES (1, 2), (2, 4)",
    )
    loses = Loses("visits", 0, 2)
    monkeypatch.setattr(lock, "assert_held", loses)
    ran = server_terp.cli("downgrade", "--force", "--cascade", "--database", server_terp.name)
    assert ran.exit_code == 0, ran.output
    assert loses.left == 0
    assert ran.stderr.count("clients was rolled back by a conflict with another transaction") == 2
    assert server_terp.counts() == dict.fromkeys(SEVEN, 0)


def test_a_single_server_has_no_lease(terp: Database) -> None:
    assert terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    assert terp.cli("status").exit_code == 0
    assert NAMES.lease not in terp.tables()
