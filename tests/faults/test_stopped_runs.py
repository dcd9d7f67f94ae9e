"""The promise: a run that is asked to stop, by a person or a platform, rolls back its table, lets go of the lock and says so.

What it says it did is what it did, at whatever moment it is asked.
"""

import contextlib
import json
import random
import signal
import time
from functools import partial
from typing import Any

import pytest

from terp_seed.backends.deferred_signals import Interrupts
from tests.faults.processes import NEVER, Death, Ended, forked, start
from tests.support import ALL_FAULTS, SMALL, Database

UPGRADE = ("terp-seed", "upgrade", "--size=x12", "--as-of=2026-03-01", "-f")


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
        assert run.returncode == 128 + how == lines[-1]["exit_code"]
        assert "Interrupted: the current transaction was rolled back" in lines[events.index("failed")]["error"]
    whole = {table: rows for table, rows in terp.counts().items() if rows}
    assert {line["table"]: line["rows"] for line in lines if line["event"] == "table_seeded" and not line["companion"]} == whole
    assert json.loads(terp.cli("status", "--json").stdout)["lock"] is None
    again = terp.process(*UPGRADE)
    assert again.returncode == 0, again.stderr
    assert sum(terp.counts().values()) == 12 * 195


DICE = random.Random(1123)
SAID = {"upgrade": "table_seeded", "downgrade": "table_rolled_back", "purge": "table_purged"}


def typed(terp: Database, verb: str) -> list[str]:
    return [verb, "-f", *(["--database", terp.name] if verb == "purge" else [])]


def ended_by(terp: Database, verb: str, death: Death) -> Ended:
    def run() -> tuple[int, str]:
        result = terp.cli(*typed(terp, verb), "--log-format=json")
        return result.exit_code, result.stderr

    return forked(run, death)


def moments(statements: list[str]) -> list[tuple[int, bool]]:
    """Return before or after which statements to interrupt: just after commits, and anywhere."""
    every = [(number, after) for number in range(len(statements)) for after in (False, True)]
    commits = [(number, True) for number, text in enumerate(statements) if text == "COMMIT"]
    return [*commits, *DICE.sample(every, 20)] if ALL_FAULTS else [*DICE.sample(commits, 1), *DICE.sample(every, 1)]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("verb", SAID)
def test_an_interrupted_run_says_what_it_did(terp: Database, verb: str, how: signal.Signals) -> None:
    other = "downgrade" if verb == "upgrade" else "upgrade"
    undo, finish = (partial(terp.cli, *typed(terp, name)) for name in (other, verb))
    if verb != "upgrade":
        undo()
    before, rehearsal = terp.counts(), ended_by(terp, verb, NEVER)
    assert rehearsal.code == 0, rehearsal.said
    after, interrupted = terp.counts(), 0
    for number, is_after in moments(rehearsal.statements):
        assert undo().exit_code == 0
        ended = ended_by(terp, verb, Death(number, is_after, how=how))
        lines: list[dict[str, Any]] = [json.loads(line) for line in ended.said.splitlines()]
        told = {line["table"]: line["rows"] for line in lines if line["event"] == SAID[verb] and line["rows"]}
        changed = {table: abs(rows - before[table]) for table, rows in terp.counts().items() if rows != before[table]}
        assert {table: rows for table, rows in told.items() if table in SMALL} == changed, ended
        assert lines[-1]["event"] == "run_ended"
        interrupted += lines[-1]["exit_code"] == ended.code == 128 + how
        assert finish().exit_code == 0
        assert terp.counts() == after
    assert interrupted


def reached(how: signal.Signals, times: int) -> list[str]:
    """Return how far a run comes that is asked to stop so many times during a commit."""
    before, places = signal.signal(how, signal.default_int_handler), []
    try:
        with contextlib.suppress(KeyboardInterrupt), Interrupts() as interrupts:
            interrupts.hold()
            for _ in range(times):
                signal.raise_signal(how)
            places.append("committed")
            interrupts.let_come()
            places.append("next table")
        assert signal.getsignal(how) is signal.default_int_handler
    finally:
        signal.signal(how, before)
    return places


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_only_the_first_interrupt_waits_for_a_commit(how: signal.Signals) -> None:
    assert [reached(how, times) for times in range(3)] == [["committed", "next table"], ["committed"], []]


def test_run_that_ignores_interrupts_keeps_ignoring_them() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts() as interrupts:
            interrupts.hold()
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
