"""The holder of the seeding lock, as far as the database tells, and the error that names it."""

from dataclasses import asdict, dataclass

from terp_seed.errors import LockHeld
from terp_seed.model.names import Names

PATIENCE_SECONDS = 1  # enough for the lock of a client that was just killed to be released


@dataclass(frozen=True)
class Holder:
    """A Holder is the connection that holds the lock, as far as the database tells."""

    connection: int
    user: str | None = None
    host: str | None = None
    database: str | None = None
    since: str | None = None

    def __str__(self) -> str:
        parts = (f"{name} {value}" for name, value in asdict(self).items() if value is not None)
        return ", ".join(parts)


def refusal(names: Names, holder_now: Holder | None, way_out: str) -> LockHeld:
    """Return the error for a run while another one holds the lock; `way_out` explains how to end a stuck one."""
    who = f" ({holder_now})" if holder_now else ""
    return LockHeld(
        f"Another seeding operation is in progress{who}: expected the lock {names.lock} to be free. "
        f"Wait for it to end and run the same command again; {way_out}."
    )
