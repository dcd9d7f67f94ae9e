"""The promise: a run does not stand silent behind another session, and what Ctrl-C undoes is undone on the server too."""

import signal
import time

import pytest

from terp_seed.backends.mysql.dialect import MySQL
from tests.faults.processes import start
from tests.support import NAMES, Database


def _statements(terp: Database) -> list[str]:
    """Return what other connections to the database are doing."""
    query = f"SELECT CONCAT_WS(' ', command, state, info) FROM information_schema.processlist WHERE db = '{terp.name}'"
    with terp.connection() as connection:
        return [str(row[0]) for row in connection.exec_driver_sql(f"{query} AND id <> CONNECTION_ID()")]


def test_ddl_behind_an_open_transaction_names_it(server_terp: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MySQL, "preamble", (*MySQL.preamble, "SET SESSION lock_wait_timeout = 1"))  # it is 10 seconds
    assert server_terp.cli("upgrade", "-f").exit_code == 0
    with server_terp.connection() as other:
        number = other.exec_driver_sql("SELECT CONNECTION_ID()").scalar_one()
        other.exec_driver_sql("SELECT COUNT(*) FROM clients, seed_ledger")  # and leaves its transaction open
        ran = server_terp.cli("downgrade", "-f")
    assert ran.exit_code == 1
    assert f"at table {NAMES.ledger}: (1205)" in ran.stderr
    assert f"Open transactions: connection {number}, user root@" in ran.stderr
    assert f"(KILL {number})" in ran.stderr
    assert server_terp.cli("downgrade", "-f").exit_code == 0
    assert NAMES.ledger not in server_terp.tables()


def test_interrupted_ddl_has_ended_on_the_server(server_terp: Database) -> None:
    assert server_terp.cli("upgrade", "-f").exit_code == 0
    with server_terp.connection() as other:
        other.exec_driver_sql("SELECT COUNT(*) FROM seed_ledger")
        process = start(server_terp, "terp-seed", "downgrade", "-f")
        waiting = "SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE 'Waiting for table metadata lock%%'"
        deadline = time.monotonic() + 30
        while not server_terp.scalar(waiting) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 130
        assert "Interrupted" in err
        assert "Traceback" not in err
        assert len(_statements(server_terp)) == 1, _statements(server_terp)  # the other one
        assert server_terp.scalar(f"SELECT IS_FREE_LOCK('{NAMES.lock}')") == 1
    assert NAMES.ledger in server_terp.tables()
    assert server_terp.cli("downgrade", "-f").exit_code == 0
