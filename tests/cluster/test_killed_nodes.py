"""The promise: whichever node dies under a run, each table is whole or empty, the same command finishes, and all nodes agree."""

import threading
import time

import pytest

from tests import rows_of_users
from tests.cluster.conftest import Terps
from tests.cluster.nodes import Cluster
from tests.faults.processes import start
from tests.support import SEVEN, SMALL

pytestmark = pytest.mark.cluster

AS_OF = "--as-of=2026-03-01"
UNITS = 6
POINTS = 15


def _seconds(terps: Terps, *command: str) -> float:
    """Run a command through the first node, and return how long its process took."""
    began = time.monotonic()
    process = start(terps[0], "terp-seed", *command, "-f")
    _, err = process.communicate()
    assert process.returncode == 0, err
    return time.monotonic() - began


def test_killed_node_leaves_whole_tables_and_rejoins_unchanged(nodes: Cluster, terps: Terps) -> None:
    mine = [rows_of_users.add(terps[0], "mine")]
    kept = rows_of_users.read(terps[0], mine)
    commands = {"upgrade": ("upgrade", f"--size=x{UNITS}", AS_OF), "downgrade": ("downgrade",)}
    took = {verb: _seconds(terps, *command) for verb, command in commands.items()}
    assert terps[0].cli(*commands["upgrade"], "-f").exit_code == 0
    whole = terps[0].digest()
    assert terps[0].cli("downgrade", "-f").exit_code == 0
    died = 0
    for point in range(POINTS):
        through, other = point % 3, (point + 1) % 3
        for verb, command in commands.items():
            process = start(terps[through], "terp-seed", *command, "-f")
            # a process begins with a third of a second of Python; the points are spread over the rest
            timer = threading.Timer(0.3 + (took[verb] - 0.3) * (point + 0.5) / POINTS, nodes.nodes[through].kill)
            timer.start()
            _, err = process.communicate()
            timer.join()
            assert process.returncode in (0, 1), err
            assert "Traceback" not in err
            died += process.returncode
            left = terps[other].counts()
            assert all(rows - 1 in (0, SMALL[table] * UNITS) for table, rows in left.items()), left
            finished = terps[other].cli(*command, "-f")
            assert finished.exit_code == 0, finished.output
            nodes.rejoin(nodes.nodes[through])
            digests = [terp.digest() for terp in terps]
            assert len(set(digests)) == 1
            assert rows_of_users.read(terps[through], mine) == kept
            if verb == "upgrade":
                assert digests[0] == whole
                assert terps[other].cli("verify").exit_code == 0
            else:
                assert terps[through].counts() == dict.fromkeys(SEVEN, 1)
    assert died >= POINTS, "most kills should have hit a run"
