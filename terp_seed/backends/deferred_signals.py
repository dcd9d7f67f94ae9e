"""The interrupts: Ctrl-C and SIGTERM, which wait for a commit that is under way, so that what it did is known and said.

A second one does not wait: the server may never answer.
"""

import signal
import threading
from types import FrameType
from typing import Any, Self

_STOPPING = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Interrupts hold back the signals that stop a run, from before a commit until what it did was told."""

    def __init__(self) -> None:
        self._handlers: dict[signal.Signals, Any] = {}  # that are in charge when nothing is held back
        self._came: signal.Signals | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.let_come()

    def hold(self) -> None:
        """Hold back what comes from now on. Nothing can be held outside the main thread, which alone hears of signals."""
        if self._handlers or threading.current_thread() is not threading.main_thread():
            return
        for number in _STOPPING:
            handler = signal.getsignal(number)
            if handler not in (None, signal.SIG_IGN):
                self._handlers[number] = handler
                signal.signal(number, self._note)

    def let_come(self) -> None:
        """Let what was held back come now."""
        while self._handlers:
            signal.signal(*self._handlers.popitem())
        came, self._came = self._came, None
        if came:
            signal.raise_signal(came)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        again, self._came = self._came is not None, signal.Signals(number)
        if again:
            self.let_come()
