"""The promise on PostgreSQL: a run that ends while the server works for it leaves no session, no lock and no half of a table."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product

import psycopg
import pytest

from tests.faults.picture import Picture
from tests.faults.processes import commands, start
from tests.hostile_settings import as_documented_user
from tests.support import ALL_FAULTS, SMALL, Database

UPGRADE, DOWNGRADE = commands()[0].upgrade, commands()[0].downgrade
Run = subprocess.Popen[str]
End = Callable[[psycopg.Connection, Run, int], object]
# what makes a run wait: the definition of a table, a row that has our id and is not committed, and the place of the ledger
HOLDS = {
    "table": "LOCK TABLE products IN SHARE MODE",
    "row": "INSERT INTO clients (teri_code, name) VALUES ('MINE', 'Mine')",
    "ledger": "CREATE TABLE seed_ledger (id integer)",
}
OURS = "FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'terp_seed'"
LOCKS = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
WAITING = f"SELECT pid {OURS} AND (wait_event_type = 'Lock' OR wait_event = 'PgSleep')"


@contextmanager
def two_sessions(database: Database) -> Iterator[tuple[psycopg.Connection, psycopg.Connection]]:
    """Open an application's connection, and one that looks on."""
    with psycopg.connect(database.url) as application, psycopg.connect(database.url, autocommit=True) as looking:
        yield application, looking


def wait_for(looking: psycopg.Connection, query: str, value: object = None, seconds: float = 30) -> int:
    """Wait until a query has a row, or this value, and return the first column."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        row = looking.execute(query.encode()).fetchone()
        if row is not None and value in (None, row[0]):
            return int(row[0])
        time.sleep(0.05)
    raise AssertionError(query)


def _sql(statement: str) -> End:
    return lambda looking, run, pid: looking.execute(statement.encode(), [pid])


def _sent(number: signal.Signals) -> End:
    return lambda looking, run, pid: os.kill(run.pid, number)


ENDS: dict[str, tuple[End, int, str]] = {
    "terminated": (_sql("SELECT pg_terminate_backend(%s)"), 1, "The connection was lost"),
    "cancelled": (_sql("SELECT pg_cancel_backend(%s)"), 1, "canceling statement due to user request"),
    "interrupted": (_sent(signal.SIGINT), 130, "Interrupted"),
    "stopped": (_sent(signal.SIGTERM), 143, "Interrupted"),
    "killed": (_sent(signal.SIGKILL), -9, ""),
}


CASES = [*product(HOLDS, ENDS)] if ALL_FAULTS else [("table", "interrupted"), ("row", "terminated"), ("ledger", "cancelled")]


@pytest.mark.parametrize(("held", "end"), CASES)
def test_run_ended_while_it_waits_leaves_nothing(postgresql_terp: Database, held: str, end: str) -> None:
    before = Picture.of(postgresql_terp)
    act, code, sentence = ENDS[end]
    with two_sessions(postgresql_terp) as (application, looking):
        application.execute(HOLDS[held].encode())
        run = start(postgresql_terp, *UPGRADE)
        act(looking, run, wait_for(looking, WAITING))
        out, err = run.communicate(timeout=30)
        assert run.returncode == code, out + err
        assert sentence in err
        assert err.count("Error: ") == (code > 0), err
        if end == "killed":  # the server looks after its client every ten seconds
            wait_for(looking, f"SELECT COUNT(*) {OURS}", 0)
        assert wait_for(looking, f"SELECT COUNT(*) {OURS}") == 0
        assert wait_for(looking, LOCKS) == 0
        application.rollback()
    Picture.of(postgresql_terp).assert_whole(before)
    again = postgresql_terp.process(*UPGRADE)
    assert again.returncode == 0, again.stderr
    assert postgresql_terp.counts() == SMALL


def test_deadlock_with_an_application_is_retried(postgresql_terp: Database) -> None:
    assert postgresql_terp.process(*UPGRADE).returncode == 0
    with two_sessions(postgresql_terp) as (application, looking):
        application.execute("SET deadlock_timeout = '1h'")  # so the run is the one that is rolled back
        application.execute("SELECT id FROM payments WHERE id = 30 FOR UPDATE")
        run = start(postgresql_terp, *DOWNGRADE)
        wait_for(looking, WAITING)
        application.execute("UPDATE payments SET notes = 'mine' WHERE id = 1")
        application.rollback()
        out, err = run.communicate(timeout=60)
    assert run.returncode == 0, out + err
    assert "by a conflict with another transaction ((40P01) deadlock detected) and is retried" in err
    assert postgresql_terp.counts() == dict.fromkeys(SMALL, 0)


def test_killed_run_keeps_others_out_meanwhile(postgresql_terp: Database) -> None:
    with two_sessions(postgresql_terp) as (application, looking):
        application.execute(HOLDS["table"].encode())
        run = start(postgresql_terp, *UPGRADE)
        pid = wait_for(looking, WAITING)
        run.kill()
        run.communicate()
        other = postgresql_terp.process(*UPGRADE)
        application.rollback()
    # its statement was waiting for the table: the server notices within ten seconds that nobody waits for its answer
    assert other.returncode in (0, 3), other.stderr
    assert other.returncode == 0 or f"connection {pid}," in other.stderr
    assert postgresql_terp.process(*UPGRADE).returncode == 0
    assert postgresql_terp.counts() == SMALL


def test_setting_that_only_superusers_undo_is_refused(postgresql_terp: Database) -> None:
    user = as_documented_user(postgresql_terp)
    # keys would not be checked
    postgresql_terp.execute(f"ALTER DATABASE {postgresql_terp.name} SET session_replication_role = replica")
    for way in commands():
        code, said = way.run("upgrade", user)
        assert code != 0
        assert 'permission denied to set parameter "session_replication_role". Take it back with ALTER ROLE' in said
    assert "seed_ledger" not in postgresql_terp.tables()
