"""The listener: whom a run tells what it does, while it does it. The console is one, and the JSON log another.

A listener only hears: nothing that it does changes the run.
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
    """A Listener is told of each event of a run, in the order of this page. This one keeps silent."""

    def started(self, command: str, settings: "Settings") -> None:
        """Hear that a command begins, and on which database."""

    def warned(self, message: str) -> None:
        """Hear of something that is no error: a deprecated variable, a revision that lost and is run again."""

    def locked(self) -> None:
        """Hear that the lock is held from now on."""

    def cascading(self, found: "Cascade") -> None:
        """Hear which rows that were not seeded would go along, before anybody agrees to it."""

    def planned(self, plan: "Plan") -> None:
        """Hear what the run will do: everything that it can be refused for was looked at, and nothing is written yet."""

    def advanced(self, table: str, rows: int, of: int) -> None:
        """Hear how many rows of a table are written, and of how many; a rollback says 0 before it deletes."""

    def done(self, outcome: "Outcome") -> None:
        """Hear that a table is done, and committed with the others of its revision."""

    def purged(self, table: str, rows: int) -> None:
        """Hear that a table was emptied, whoever wrote its rows; it is committed."""

    def verified(self, result: "Verification") -> None:
        """Hear the result of checks on what is seeded."""

    def unlocked(self) -> None:
        """Hear that the lock is let go."""

    def advised(self, next_step: str) -> None:
        """Hear what a person may want to do next."""

    def failed(self, error: "SeedError") -> None:
        """Hear why the run stops."""

    def ended(self, exit_code: int) -> None:
        """Hear that the command is over."""
