"""The promise: a run killed at any statement leaves each table whole or empty, and the same command finishes it."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import rows_of_users
from tests.faults.processes import SUICIDE, kill_after, start
from tests.support import SEVEN, SMALL, Database

FULL = bool(os.environ.get("TERP_SEED_ALL_FAULTS"))
AS_OF = "--as-of=2026-03-01"


@pytest.fixture
def suicide(tmp_path: Path) -> str:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(SUICIDE)
    return str(tmp_path / "site")


@pytest.fixture
def undisturbed(terp: Database, new_database: Callable[[str], Database]) -> str:
    """Return the digest of what an undisturbed run makes beside a user's rows."""
    other = new_database(terp.kind)
    assert other.alembic("upgrade", "head").code == 0
    rows_of_users.add(other, "mine")
    assert other.cli("upgrade", AS_OF, "-f").exit_code == 0
    return _seeded(other)


def _seeded(database: Database) -> str:
    # a user's row holds the time of its insert, so only the seeded ones are compared
    seeded = {table: [row for row in rows if row["id"] > 1] for table, rows in database.everything().items()}
    return repr(seeded)


def _no_table_is_half(database: Database) -> None:
    counts = database.counts()
    assert all(rows - 1 in (0, SMALL[table]) for table, rows in counts.items()), counts


def test_an_upgrade_killed_at_a_statement_is_finished_by_the_same_command(terp: Database, undisturbed: str, suicide: str) -> None:
    mine = [rows_of_users.add(terp, "mine")]
    kept = rows_of_users.read(terp, mine)
    killed = 0
    for number in range(1, 160, 1 if FULL else 17):
        side = ("before", "after")[number % 2]
        ran = start(terp, "terp-seed", "upgrade", AS_OF, "-f", PYTHONPATH=suicide, KILL_AT=str(number), KILL_SIDE=side)
        ran.communicate()
        killed += ran.returncode == -9
        _no_table_is_half(terp)
        assert rows_of_users.read(terp, mine) == kept
        if number % 3 == 0 or ran.returncode == 0:
            finished = terp.cli("upgrade", AS_OF, "-f")
            assert finished.exit_code == 0, finished.output
            assert _seeded(terp) == undisturbed
            assert terp.cli("verify").exit_code == 0
            assert terp.cli("downgrade", "-f").exit_code == 0
    assert killed >= (100 if FULL else 6)


def test_a_downgrade_killed_at_a_statement_is_finished_by_the_same_command(
    terp: Database, undisturbed: str, suicide: str
) -> None:
    mine = [rows_of_users.add(terp, "mine")]
    kept = rows_of_users.read(terp, mine)
    killed = 0
    for number in range(1, 130, 3 if FULL else 29):
        assert terp.cli("upgrade", AS_OF, "-f").exit_code == 0
        side = ("before", "after")[number % 2]
        ran = start(terp, "terp-seed", "downgrade", "-f", PYTHONPATH=suicide, KILL_AT=str(number), KILL_SIDE=side)
        ran.communicate()
        killed += ran.returncode == -9
        _no_table_is_half(terp)
        assert rows_of_users.read(terp, mine) == kept
        if number % 2:
            assert terp.cli("downgrade", "-f").exit_code == 0
            assert terp.everything() == kept
        assert terp.cli("upgrade", AS_OF, "-f").exit_code == 0
        assert _seeded(terp) == undisturbed
    assert killed >= (30 if FULL else 3)


def test_a_large_run_killed_at_any_time_is_finished_by_the_same_command(terp: Database) -> None:
    if terp.kind == "sqlite" and not FULL:
        size, units = "x20", 20
    else:
        size, units = "x40", 40
    dice = random.Random(4711)
    for _ in range(12 if FULL else 2):
        kill_after(start(terp, "terp-seed", "upgrade", "--size", size, AS_OF, "-f"), 0.8 + 1.2 * dice.random())
        counts = terp.counts()
        assert all(rows in (0, SMALL[table] * units) for table, rows in counts.items()), counts
        finished = terp.cli("upgrade", "--size", size, AS_OF, "-f")
        assert finished.exit_code == 0, finished.output
        assert terp.counts() == {table: SMALL[table] * units for table in SEVEN}
        kill_after(start(terp, "terp-seed", "downgrade", "-f"), 0.7 + 0.7 * dice.random())
        counts = terp.counts()
        assert all(rows in (0, SMALL[table] * units) for table, rows in counts.items()), counts
        assert terp.cli("downgrade", "-f").exit_code == 0
        assert sum(terp.counts().values()) == 0
