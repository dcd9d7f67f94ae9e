"""Deferred signals: Ctrl-C and SIGTERM wait for a commit that is in progress, so that its outcome is known and reported.

A second signal does not wait, because the server may never answer.
"""

import signal
import threading
from types import FrameType
from typing import Any, Self

_STOPPING = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Interrupts defer the signals that stop a run, from before a commit until its outcome is reported."""

    def __init__(self) -> None:
        self._handlers: dict[signal.Signals, Any] = {}  # the original ones, while signals are deferred
        self._came: signal.Signals | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.let_come()

    def hold(self) -> None:
        """Start deferring signals. Does nothing outside of the main thread, the only one that handles signals."""
        if self._handlers or threading.current_thread() is not threading.main_thread():
            return
        for number in _STOPPING:
            handler = signal.getsignal(number)
            if handler not in (None, signal.SIG_IGN):
                self._handlers[number] = handler
                signal.signal(number, self._note)

    def let_come(self) -> None:
        """Stop deferring signals, and raise a deferred one."""
        while self._handlers:
            signal.signal(*self._handlers.popitem())
        came, self._came = self._came, None
        if came:
            signal.raise_signal(came)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        again, self._came = self._came is not None, signal.Signals(number)
        if again:
            self.let_come()
