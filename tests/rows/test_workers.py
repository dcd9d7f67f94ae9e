"""Workers: answers come in order and errors whole, and no process is left, whoever ends first."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from terp_seed.errors import CapacityExceeded, SeedError
from terp_seed.rows.workers import Workers
from tests.support import PROJECT


def squares() -> Callable[[int, int], int]:
    return lambda question, part: question * part * part


@pytest.fixture
def started() -> Iterator[Callable[..., Workers]]:
    all_of_them: list[Workers] = []

    def start(prepare: Callable[[], Callable[[int, int], object]], count: int = 2) -> Workers:
        all_of_them.append(Workers(count, prepare))
        return all_of_them[-1]

    yield start
    for workers in all_of_them:
        workers.stop()


def gone(pid: int) -> bool:
    """Tell whether a process has ended, or does within five seconds."""
    for _ in range(500):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("count", [1, 2, 3])
def test_answers_come_in_order_for_successive_questions(started: Callable[..., Workers], count: int) -> None:
    workers = started(squares, count)
    for question in (1, 2, 3):
        assert list(workers.answers(question, 10)) == [question * part * part for part in range(10)]
    assert list(workers.answers(5, 0)) == []


def test_an_answer_may_be_larger_than_any_pipe(started: Callable[..., Workers]) -> None:
    workers = started(lambda: lambda question, part: question * 10_000_000)
    assert list(workers.answers("x", 3)) == ["x" * 10_000_000] * 3


def test_an_error_of_ours_arrives_as_it_was(started: Callable[..., Workers]) -> None:
    def fail(question: str, part: int) -> int:
        if part == 3:
            raise CapacityExceeded(question)
        return part

    workers = started(lambda: fail)
    with pytest.raises(CapacityExceeded, match=r"^no room$") as caught:
        list(workers.answers("no room", 10))
    assert not hasattr(caught.value, "__notes__")
    assert not workers.stop.alive


def test_worker_error_says_where_it_happened(started: Callable[..., Workers]) -> None:
    workers = started(lambda: lambda question, part: question / part)
    with pytest.raises(ZeroDivisionError) as caught:
        list(workers.answers(1, 1))
    assert "test_workers.py" in caught.value.__notes__[0]


def test_killed_worker_raises_instead_of_hanging(started: Callable[..., Workers]) -> None:
    def end(question: int, part: int) -> int:
        if part == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return part

    workers = started(lambda: end)
    with pytest.raises(SeedError, match="A process that generates rows ended before its work was done"):
        list(workers.answers(1, 10))


def test_whoever_stops_early_ends_the_workers(started: Callable[..., Workers]) -> None:
    workers = started(lambda: lambda question, part: os.getpid())
    answers = workers.answers(1, 1_000)
    pids = {next(answers), next(answers)}
    answers.close()  # type: ignore[attr-defined]
    assert all(map(gone, pids))


def test_workers_hold_no_file_of_the_parents(started: Callable[..., Workers], tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as file:
        workers = started(lambda: lambda question, part: os.path.exists(f"/dev/fd/{question}"))
        assert list(workers.answers(file.fileno(), 2)) == [False, False]
        assert list(workers.answers(2, 2)) == [True, True]


PARENT = """
import os, signal, time
from terp_seed.rows.workers import Workers
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
workers = Workers(2, lambda: lambda question, part: time.sleep(0.05) or (os.getpid(), "x" * 1_000_000))
answers = workers.answers(None, 1_000)
print(next(answers)[0], next(answers)[0], flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_outlives_its_parent(how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=PROJECT
    ) as parent:
        assert parent.stdout
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        parent.send_signal(how)
        assert all(map(gone, pids))
        parent.wait(10)


def test_nobody_forks_beside_other_threads() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert not Workers.are_possible()
    finally:
        done.set()
        thread.join()
