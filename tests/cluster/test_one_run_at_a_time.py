"""The promise: of many runs through many nodes one seeds, and a dead one's lease is taken over, a living one's never."""

import json
import random
import re
import signal
import subprocess
import time

import pytest

from tests.cluster.conftest import Terps
from tests.cluster.nodes import Cluster
from tests.faults.processes import start
from tests.support import NAMES, SEVEN, SMALL, Database
from tests.test_rows_are_a_pure_function import GOLDEN

pytestmark = pytest.mark.cluster

AS_OF = "--as-of=2026-03-01"
REFUSAL = "Another seeding operation is in progress"


def begin(terp: Database, *command: str) -> "subprocess.Popen[str]":
    """Start a command, and return when its run has the lease."""
    process = start(terp, "terp-seed", *command, "-f")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if NAMES.lease in terp.tables() and terp.scalar(f"SELECT COUNT(*) FROM {NAMES.lease}"):
            return process
        time.sleep(0.02)
    raise AssertionError(process.communicate())


def test_of_six_upgrades_through_three_nodes_one_seeds(terps: Terps) -> None:
    for _ in range(20):
        running = [start(terps[number % 3], "terp-seed", "upgrade", AS_OF, "-f") for number in range(6)]
        ended = [(process.communicate(), process.returncode) for process in running]
        assert {code for _, code in ended} <= {0, 3}, ended
        assert sum("seeded, 0 errors" in out for (out, _), code in ended if code == 0) == 1, ended
        for (_, err), code in ended:
            assert code == 0 or (REFUSAL in err and err.count("Error: ") == 1), ended
        assert {terp.digest() for terp in terps} == {GOLDEN["small", 42]}
        assert terps[0].scalar(f"SELECT COUNT(*) FROM {NAMES.lease}") == 0
        assert random.choice(terps).cli("downgrade", "-f").exit_code == 0
        assert [sum(terp.counts().values()) for terp in terps] == [0, 0, 0]


def test_second_run_learns_lock_holder_and_node(terps: Terps) -> None:
    process = begin(terps[1], "upgrade", "--size=x30")
    began = time.monotonic()
    refused = terps[0].cli("upgrade", "-f")
    waited = time.monotonic() - began
    same_node = terps[1].cli("upgrade", "-f")
    plain = terps[2].alembic("-n", "seed", "upgrade", "head")
    shown = json.loads(terps[2].cli("status", "--json").stdout)["lock"]
    assert process.poll() is None
    _, err = process.communicate()
    assert process.returncode == 0, err
    assert refused.exit_code == same_node.exit_code == 3
    assert REFUSAL in refused.stderr
    assert "node node2" in refused.stderr
    assert f"connection {shown['connection']}, user root" in refused.stderr
    assert "node node2" in same_node.stderr
    assert plain.code != 0
    assert REFUSAL in plain.out
    assert shown["node"] == "node2"
    assert shown["since"] <= shown["renewed"]
    assert waited < 4  # the processes of two cores are slow to start; it waits for one renewal
    assert json.loads(terps[0].cli("status", "--json").stdout)["lock"] is None


def test_lease_of_killed_run_is_taken_over(terps: Terps) -> None:
    for through, waits in ((0, False), (1, True)):
        process = begin(terps[0], "upgrade", "--size=x30")
        process.kill()
        process.communicate()
        began = time.monotonic()
        ran = terps[through].cli("upgrade", "--size=x30", "-f")
        assert ran.exit_code == 0, ran.output
        assert waits == (time.monotonic() - began > 15), "a lease of another node has to be watched, one of the same node not"
        assert {tuple(terp.counts().values()) for terp in terps} == {tuple(SMALL[table] * 30 for table in SEVEN)}
        assert len({terp.digest() for terp in terps}) == 1
        assert terps[2].cli("downgrade", "-f").exit_code == 0


def test_stopped_run_commits_nothing_after_losing_its_lease(terps: Terps) -> None:
    for command, code in (("upgrade", 0), ("downgrade", 0)):
        process = begin(terps[0], command, *(["--size=x30"] if command == "upgrade" else []))
        time.sleep(0.7)
        process.send_signal(signal.SIGSTOP)
        ran = terps[1].cli(command, *(["--size=x30"] if command == "upgrade" else []), "-f")
        assert ran.exit_code == code, ran.output
        before = terps[2].digest(), terps[2].versions(), terps[2].tables()
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate()
        assert process.returncode == 1, (out, err)
        assert err.count("Error: ") == 1
        assert "Traceback" not in err
        assert {(terp.digest(), frozenset(terp.versions()), frozenset(terp.tables())) for terp in terps} == {
            (before[0], frozenset(before[1]), frozenset(before[2]))
        }


def test_a_run_loses_its_lock_with_its_lease(terps: Terps) -> None:
    process = begin(terps[0], "upgrade", "--size=x15")
    terps[1].execute(f"UPDATE {NAMES.lease} SET token = 'another', touched = touched + 1")
    out, err = process.communicate()
    assert process.returncode == 1, (out, err)
    assert "The lock terp_seeding_global was lost during the run" in err
    assert all(rows in (0, SMALL[table] * 100) for table, rows in terps[2].counts().items())


def test_other_nodes_leave_a_paused_node_alone(nodes: Cluster, terps: Terps) -> None:
    process = begin(terps[0], "upgrade", "--size=x15")
    nodes.nodes[0].pause()
    time.sleep(1)  # and one more: less than the three seconds after which the others cut their links to a silent node
    refused = start(terps[1], "terp-seed", "upgrade", "-f")
    time.sleep(1)
    nodes.nodes[0].resume()
    _, err = refused.communicate()
    out, said = process.communicate()
    assert process.returncode == 0, (out, said)
    assert refused.returncode in (0, 3), err
    assert {tuple(terp.counts().values()) for terp in terps} == {tuple(SMALL[table] * 15 for table in SEVEN)}


def test_another_node_finishes_an_evicted_nodes_run(nodes: Cluster, terps: Terps) -> None:
    for seconds in (0.1, 0.4, 0.8, 1.2):
        process = begin(terps[0], "upgrade", "--size=x30", AS_OF)
        time.sleep(seconds)
        nodes.nodes[0].pause()
        time.sleep(7)  # after five the others go on without it
        nodes.nodes[0].resume()
        _, err = process.communicate()
        assert process.returncode == 1, err
        assert err.count("Error: ") == 1
        assert "Traceback" not in err
        # or what its lock waits made of the seconds in which it stood still
        assert any(said in err for said in ("connect to another node, or wait for this one", "The connection was lost", "(1205)"))
        nodes.wait_until_synced()
        left = terps[0].counts()
        assert [terp.counts() for terp in terps[1:]] == [left] * 2
        assert all(rows in (0, SMALL[table] * 30) for table, rows in left.items()), left
        told = set(re.findall(r"(\w+): [\d,]+ rows seeded", err))
        there = {table for table, rows in left.items() if rows}
        assert told <= there
        assert len(there - told) <= ("did not answer a COMMIT" in err), (there, err)
        finished = terps[1].cli("upgrade", "--size=x30", AS_OF, "-f")
        assert finished.exit_code == 0, finished.output
        assert len({terp.digest() for terp in terps}) == 1
        assert terps[2].cli("verify").exit_code == 0
        assert terps[2].cli("downgrade", "-f").exit_code == 0
