"""The caller: who started a run through Alembic's API, with what it asks for and whom it tells.

Plain `alembic` has none of its own, and gets one that is silent.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa

from terp_seed.execution.cascade import Cascade
from terp_seed.execution.outcome import Outcome
from terp_seed.revisions.plan import Plan
from terp_seed.revisions.recording import Recorder
from terp_seed.runtime.preview import Preview
from terp_seed.settings import Settings


@dataclass
class RunContext:
    """A RunContext is who started the run through Alembic's API: it brings settings and is told what happens.

    Plain `alembic` is none, and gets Alembic's own log instead. A caller that brings a connection holds the lock on it. One
    that can `agree` to rows going along with seeded ones gets past the guard; it raises where it does not agree.
    `most_rows` makes a script an excerpt with no more rows of a block than that. One that wants a `preview` gets that and
    nothing else: no lock is needed then, nothing is written, and the `gone` revisions count as rolled back.
    """

    settings: Settings
    connection: sa.Connection | None = None
    planned: Callable[[Plan], None] = lambda plan: None
    done: Callable[[Outcome], None] = lambda outcome: None
    advanced: Callable[[str, int, int], None] = lambda table, rows, of: None
    warned: Callable[[str], None] = logging.getLogger("alembic.runtime.migration").warning
    agree: Callable[[Cascade], None] | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    most_rows: int | None = None
    preview: Callable[[Preview], None] | None = None
    gone: frozenset[str] = frozenset()
    recorder: Recorder | None = None  # of the connection that it brings

    def use(self, connection: sa.Connection) -> None:
        """Run on this connection from now on, and record each revision on it once in the whole command."""
        self.connection, self.recorder = connection, Recorder(connection)

    def notify(self, outcome: Outcome) -> None:
        """Keep an outcome, and pass it on."""
        self.outcomes.append(outcome)
        self.done(outcome)
