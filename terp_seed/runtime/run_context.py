"""The run context: the settings of a run and the callbacks for its events.

A caller of Alembic's API passes its own; plain `alembic` gets one whose callbacks only log warnings.
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
    """A RunContext is the caller of a run: its settings, its connection, and the callbacks that the run reports to.

    A caller that passes a `connection` must hold the lock on it. With `agree`, a rollback may delete other rows that refer to
    seeded ones; the callback gets them and raises to refuse. `most_rows` limits the rows per block, which makes a script an
    excerpt. With `preview`, the run only calls that: it needs no lock and writes nothing, and the `gone` revisions count as
    rolled back.
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
        """Store an outcome, and report it."""
        self.outcomes.append(outcome)
        self.done(outcome)
