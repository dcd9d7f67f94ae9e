"""Workers: processes that make what is needed next while this one hands over what is ready.

They are forks, so they know what this process knows and need be sent a question only. They have no connection and no file of
it, and end with it, however it ends.
"""

import gc
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
_OBJECTS_BETWEEN_COLLECTIONS = 50_000  # rows come and go by the thousand, and hardly any is in a cycle


class Workers:
    """Workers answer questions part by part, each taking its turn; parts that come next are made before they are asked for."""

    def __init__(self, count: int, prepare: Callable[[], Answer]) -> None:
        """Start the processes. `prepare` is called once in each, and returns what answers a question for a part."""
        self._pipes: list[Connection] = []
        self._pids: list[int] = []
        self.stop = weakref.finalize(self, _end, self._pids, self._pipes)
        for place in range(count):
            ours, theirs = Pipe()
            pid = os.fork()
            if pid == 0:
                _serve(theirs, prepare, place, count)
            theirs.close()
            self._pids.append(pid)
            self._pipes.append(ours)

    @staticmethod
    def are_possible() -> bool:
        """Tell whether a fork is safe and of use: not beside other threads, whose locks nobody would release in it."""
        return (os.cpu_count() or 1) > 1 and threading.active_count() == 1

    def answers(self, question: Any, parts: int) -> Iterator[Any]:
        """Yield the answer for each part in order, and raise what the answering raised. Whoever stops early ends the workers."""
        done = False
        try:
            for pipe in self._pipes:
                pipe.send((question, parts))
            for part in range(parts):
                answer = self._pipes[part % len(self._pipes)].recv()
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


def _serve(pipe: Connection, prepare: Callable[[], Answer], place: int, count: int) -> NoReturn:
    """Answer until nobody asks any more. Leaves without a goodbye to anything that is the parent's."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says what an interrupt means
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # the server and whoever waits for a lock file see the parent's end at once, and not when this process ends
        os.closerange(3, pipe.fileno())
        os.closerange(pipe.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        gc.freeze()  # so that no collection touches, and thereby copies, the memory of the parent
        gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
        answer = prepare()
        while True:
            question, parts = pipe.recv()
            for part in range(place, parts, count):
                pipe.send(_answered(answer, question, part))
    finally:
        os._exit(0)


def _answered(answer: Answer, question: Any, part: int) -> Any:
    try:
        return answer(question, part)
    except Exception as error:
        return _Failed(error)


def _end(pids: list[int], pipes: list[Connection]) -> None:
    while pids:
        pid = pids.pop()
        os.kill(pid, signal.SIGKILL)  # it owns nothing that would be left half done
        os.waitpid(pid, 0)
    while pipes:
        pipes.pop().close()
