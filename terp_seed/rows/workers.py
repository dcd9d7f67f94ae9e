"""Workers: processes that make what is needed next while this one hands over what is ready.

They are forks, so they know what this process knows and need be sent a question only. They have no connection and no file of
it, and end with it, however it ends.
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
_PIPE_BYTES = 1024**2  # the most that Linux gives anybody
_OBJECTS_BETWEEN_COLLECTIONS = 50_000  # rows come and go by the thousand, and hardly any is in a cycle


class Workers:
    """Workers answer questions part by part, each taking its turn; parts that come next are made before they are asked for."""

    def __init__(self, count: int, prepare: Callable[[], Answer]) -> None:
        """Start the processes. `prepare` is called once in each, and returns what answers a question for a part."""
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
        """Tell whether a fork is safe and of use: not beside other threads, whose locks nobody would release in it."""
        return (os.cpu_count() or 1) > 1 and threading.active_count() == 1

    def answers(self, question: Any, parts: int) -> Iterator[Any]:
        """Yield the answer for each part in order, and raise what the answering raised. Whoever stops early ends the workers."""
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
                "A process that makes rows ended before its work was done: expected nobody to end it (was there enough memory?). "
                "Nothing of the current table was kept; run the same command again."
            ) from None
        finally:
            if not done:
                self.stop()


class _Failed:
    """A _Failed brings an error over a pipe."""

    def __init__(self, error: Exception) -> None:
        if not isinstance(error, SeedError):
            error.add_note(traceback.format_exc())
        self.error = error


def _widen(pipe: Connection) -> None:
    """Let a worker put down its answer before anybody takes it, where the system can do that."""
    with contextlib.suppress(AttributeError, OSError):
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _serve(questions: Connection, answers: Connection, prepare: Callable[[], Answer], place: int, count: int) -> NoReturn:
    """Answer until nobody asks any more. Leaves without a goodbye to anything that is the parent's."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says what an interrupt means
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # the server and whoever waits for a lock file see the parent's end at once, and not when this process ends
        kept = (2, *sorted((questions.fileno(), answers.fileno())), os.sysconf("SC_OPEN_MAX"))
        for low, high in itertools.pairwise(kept):
            os.closerange(low + 1, high)
        with contextlib.suppress(AttributeError, OSError):  # not every system has it
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))  # a server that wakes up is not kept waiting
        gc.freeze()  # so that no collection touches, and thereby copies, the memory of the parent
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
        os.kill(pid, signal.SIGKILL)  # it owns nothing that would be left half done
        os.waitpid(pid, 0)
    for pipe in itertools.chain(*pipes):
        pipe.close()
