"""The progress of a run on standard error, for a person.

On a terminal, a table that takes long has a progress bar; a file or a pipe gets one plain line per table.
"""

import os
import shutil
import sys
import time
from typing import TYPE_CHECKING

import click

from terp_seed.app.listener import Listener
from terp_seed.model.words import counted

if TYPE_CHECKING:
    from terp_seed.errors import SeedError
    from terp_seed.execution.cascade import Cascade
    from terp_seed.execution.outcome import Outcome
    from terp_seed.revisions.plan import Plan

_PATIENCE = 0.5  # seconds before a table gets a bar
_REDRAWN = 0.1  # seconds between two redraws
_BAR = 24
_ERASED = "\r\033[K"
_NAME = 14  # characters of a table's name, to fit 80 columns


class Progress(Listener):
    """A Progress is a listener that numbers the tables of a run, as in [3/7] products, and prints warnings and errors.

    It has its own bar because click's shows no rate and leaves its line behind.
    """

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._place = self._total = 0
        self._companions: frozenset[str] = frozenset()
        self._table = ""
        self._began = self._drawn = 0.0

    def warned(self, message: str) -> None:
        """Print the warning."""
        self._say(message)

    def cascading(self, found: "Cascade") -> None:
        """List the rows, before the user is asked to confirm."""
        self._say(f"These rows were not seeded, but refer to rows that will be deleted:\n{found}")

    def planned(self, plan: "Plan") -> None:
        """Start counting the tables of a plan."""
        self._place, self._total = 0, sum(not step.companion for step in plan.steps)
        self._companions = frozenset(step.table.name for step in plan.steps if step.companion)

    def advanced(self, table: str, rows: int, of: int) -> None:
        """Draw the bar of a table once it has taken a while."""
        now = time.monotonic()
        if table != self._table:
            self._erase()  # a companion's bar: `done` is called only after its whole revision
            self._table, self._began, self._drawn = table, now, 0.0
            if rows == 0 and self._is_terminal:
                self._draw(f"{self._name(table)}  deleting {counted(of)}")  # shown until the first statement is done
        elif self._is_terminal and now - self._began > _PATIENCE and now - self._drawn > _REDRAWN:
            self._drawn = now
            rate = rows / (now - self._began)
            filled = _BAR * rows // of
            bar = f"[{'#' * filled}{'.' * (_BAR - filled)}] {rows * 100 // of:>3}%"
            self._draw(f"{self._name(table)}  {bar}  {rate:>7,.0f} rows/s  {_clock((of - rows) / rate)} left")

    def done(self, outcome: "Outcome") -> None:
        """Print that a table is done. Companions appear only in the summary."""
        self._erase()
        self._table = ""
        if outcome.companion:
            return
        self._place += 1
        verb = "seeded" if outcome.inserted else "rolled back"
        place = click.style(f"[{self._place}/{self._total}]", fg="green")
        took = f" in {_clock(outcome.seconds)}" if outcome.seconds >= 1 else ""
        edited = f", {len(outcome.edited):,} of them edited" if outcome.edited else ""
        kept = f"; kept {len(outcome.foreign):,} that were not seeded" if outcome.foreign else ""
        self._say(f"{place} {outcome.table}: {counted(outcome.rows)} {verb}{edited}{kept}{took}")

    def advised(self, next_step: str) -> None:
        """Print the next step."""
        self._say(f"Next: {next_step}")

    def failed(self, error: "SeedError") -> None:
        """Print the error."""
        self._say(f"{click.style('Error:', fg='red', bold=True)} {error}")

    def ended(self, exit_code: int) -> None:
        """Erase a bar that is still on the screen."""
        self._erase()

    def _name(self, table: str) -> str:
        place = "" if table in self._companions else f"[{self._place + 1}/{self._total}]"
        return f"{place:<5} {table if len(table) <= _NAME else f'{table[: _NAME - 2]}..':<10}"

    def _draw(self, line: str) -> None:
        columns = shutil.get_terminal_size().columns
        click.echo(f"{_ERASED}{line[: columns - 1]}", nl=False, err=True, color=True)
        self._drawn = time.monotonic()

    def _erase(self) -> None:
        if self._drawn:
            click.echo(_ERASED, nl=False, err=True, color=True)
            self._drawn = 0.0

    def _say(self, text: str) -> None:
        self._erase()
        click.echo(text, err=True)


def _clock(seconds: float) -> str:
    """Format a duration: 12s, 4m 05s, 1h 02m."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    return f"{whole // 60}m {whole % 60:02d}s" if whole < 3600 else f"{whole // 3600}h {whole % 3600 // 60:02d}m"
