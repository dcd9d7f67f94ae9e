"""The listener: the interface through which a run reports its events. The console's progress and the JSON log implement it.

A listener only observes: nothing that it does changes the run.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from terp_seed.checks.verification import Verification
    from terp_seed.errors import SeedError
    from terp_seed.execution.cascade import Cascade
    from terp_seed.execution.outcome import Outcome
    from terp_seed.revisions.plan import Plan
    from terp_seed.settings import Settings


class Listener:
    """A Listener has a method per event of a run, in the order in which they are called. This one ignores them all."""

    def started(self, settings: "Settings") -> None:
        """Handle the start of a command."""

    def warned(self, message: str) -> None:
        """Handle a warning: a deprecated variable, or a revision that is retried after a conflict."""

    def locked(self) -> None:
        """Handle the acquisition of the lock."""

    def cascading(self, found: "Cascade") -> None:
        """Handle the list of rows that were not seeded but would be deleted too, before that is confirmed."""

    def planned(self, plan: "Plan") -> None:
        """Handle the plan of a run: all checks have passed, and nothing is written yet."""

    def advanced(self, table: str, rows: int, of: int) -> None:
        """Handle the progress of a table: `rows` written `of` the total. A rollback reports 0 before it deletes."""

    def done(self, outcome: "Outcome") -> None:
        """Handle a finished table, committed with the others of its revision."""

    def purged(self, table: str, rows: int) -> None:
        """Handle an emptied table, after the commit."""

    def verified(self, result: "Verification") -> None:
        """Handle the result of the checks of the seeded rows."""

    def unlocked(self) -> None:
        """Handle the release of the lock."""

    def advised(self, next_step: str) -> None:
        """Handle a suggestion of what to do next."""

    def failed(self, error: "SeedError") -> None:
        """Handle the error that ends the run."""

    def ended(self, exit_code: int) -> None:
        """Handle the end of the command."""
