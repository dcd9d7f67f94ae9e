"""The promise: a run that is asked to stop, by a person or a platform, rolls back its table, lets go of the lock and says so."""

import json
import signal
import time

import pytest

from tests.faults.processes import start
from tests.support import Database

UPGRADE = ("terp-seed", "upgrade", "--size=x60", "--as-of=2026-03-01", "-f")


@pytest.mark.parametrize(("how", "seconds"), [(signal.SIGTERM, 0.0), (signal.SIGTERM, 0.2), (signal.SIGINT, 0.1)])
def test_a_stopped_run_ends_as_it_should(terp: Database, how: signal.Signals, seconds: float) -> None:
    run = start(terp, *UPGRADE, TERP_LOG_FORMAT="json")
    assert run.stderr
    lines = []
    for line in run.stderr:
        lines.append(json.loads(line))
        if lines[-1]["event"] == "table_seeded" and lines[-1]["table"] == "products":
            time.sleep(seconds)
            run.send_signal(how)
            break
    lines += map(json.loads, run.stderr)
    run.communicate(timeout=60)
    assert lines[-1]["event"] == "run_ended"
    events = [line["event"] for line in lines]
    assert "lock_released" in events
    if run.returncode:  # else it was done before
        assert run.returncode == 1 == lines[-1]["exit_code"]
        assert "Interrupted: the table at hand was not kept" in lines[events.index("failed")]["error"]
    whole = {table: rows for table, rows in terp.counts().items() if rows}
    assert {line["table"]: line["rows"] for line in lines if line["event"] == "table_seeded" and not line["companion"]} == whole
    assert json.loads(terp.cli("status", "--json").stdout)["lock"] is None
    again = terp.process(*UPGRADE)
    assert again.returncode == 0, again.stderr
    assert sum(terp.counts().values()) == 60 * 195
