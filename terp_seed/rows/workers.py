"""Workers: processes that generate rows in advance while this one inserts them.

They are forked, so only a question has to be sent to them. They inherit no connections or files, and end with this process, even
if it is killed.
"""

import contextlib
import fcntl
import gc
import itertools
import os
import signal
import threading
import traceback
import weakref
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, Pipe
from typing import Any, NoReturn, TypeAlias

from terp_seed.errors import SeedError

Answer: TypeAlias = Callable[[Any, int], Any]
_PIPE_BYTES = 1024**2  # the most that Linux allows without privileges
_OBJECTS_BETWEEN_COLLECTIONS = 50_000  # rows are short-lived and hardly ever in a cycle


class Workers:
    """Workers answer questions in parts, in turn; each prepares its next parts before they are needed."""

    def __init__(self, count: int, prepare: Callable[[], Answer]) -> None:
        """Start the processes. `prepare` is called once in each, and returns the function that answers a part of a question."""
        self._asks: list[Connection] = []
        self._hears: list[Connection] = []
        self._pids: list[int] = []
        self.stop = weakref.finalize(self, _end, self._pids, self._asks, self._hears)
        for place in range(count):
            (questions, ask), (hear, answers) = Pipe(duplex=False), Pipe(duplex=False)
            _widen(answers)
            pid = os.fork()
            if pid == 0:
                _serve(questions, answers, prepare, place, count)
            questions.close()
            answers.close()
            self._pids.append(pid)
            self._asks.append(ask)
            self._hears.append(hear)

    @staticmethod
    def are_possible() -> bool:
        """Tell whether forking is safe and useful: not with other threads, whose locks would stay locked in the child."""
        return (os.cpu_count() or 1) > 1 and threading.active_count() == 1

    def answers(self, question: Any, parts: int) -> Iterator[Any]:
        """Yield the answer of each part in order; stopping early ends the workers.

        Raises the errors of the workers, and SeedError if a worker has died.
        """
        done = False
        try:
            for ask in self._asks:
                ask.send((question, parts))
            for part in range(parts):
                answer = self._hears[part % len(self._hears)].recv()
                if isinstance(answer, _Failed):
                    raise answer.error
                yield answer
            done = True
        except (EOFError, OSError):
            raise SeedError(
                "A process that generates rows ended before its work was done: expected it to finish (was it killed for lack of "
                "memory?). The current table was rolled back; run the same command again."
            ) from None
        finally:
            if not done:
                self.stop()


class _Failed:
    """A _Failed is an error that a worker sends instead of an answer."""

    def __init__(self, error: Exception) -> None:
        if not isinstance(error, SeedError):
            error.add_note(traceback.format_exc())
        self.error = error


def _widen(pipe: Connection) -> None:
    """Enlarge a pipe if the system can, so that a worker can write its answer before it is read."""
    with contextlib.suppress(AttributeError, OSError):
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _serve(questions: Connection, answers: Connection, prepare: Callable[[], Answer], place: int, count: int) -> NoReturn:
    """Answer questions until the parent closes the pipe. Exits without running the parent's cleanup."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles interrupts
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # closed, so that the server and waiters for a lock file notice the parent's end even if this process still runs
        kept = (2, *sorted((questions.fileno(), answers.fileno())), os.sysconf("SC_OPEN_MAX"))
        for low, high in itertools.pairwise(kept):
            os.closerange(low + 1, high)
        with contextlib.suppress(AttributeError, OSError):  # not every system has it
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))  # the database server has priority
        gc.freeze()  # no collection may touch, and thereby copy, the parent's memory
        gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
        answer = prepare()
        while True:
            question, parts = questions.recv()
            for part in range(place, parts, count):
                answers.send(_answered(answer, question, part))
    finally:
        os._exit(0)


def _answered(answer: Answer, question: Any, part: int) -> Any:
    try:
        return answer(question, part)
    except Exception as error:
        return _Failed(error)


def _end(pids: list[int], *pipes: list[Connection]) -> None:
    while pids:
        pid = pids.pop()
        os.kill(pid, signal.SIGKILL)  # safe, because it owns nothing that needs cleanup
        os.waitpid(pid, 0)
    for pipe in itertools.chain(*pipes):
        pipe.close()
