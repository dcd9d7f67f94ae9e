"""The holder: who has the seeding lock, as far as a database tells, and the refusal that names it."""

from dataclasses import asdict, dataclass

from terp_seed.errors import LockHeld
from terp_seed.model.names import Names

PATIENCE_SECONDS = 1  # a client that was killed a moment ago can let go


@dataclass(frozen=True)
class Holder:
    """A Holder is who holds the lock, as far as the database tells."""

    connection: int
    user: str | None = None
    host: str | None = None
    database: str | None = None
    since: str | None = None

    def __str__(self) -> str:
        parts = (f"{name} {value}" for name, value in asdict(self).items() if value is not None)
        return ", ".join(parts)


def refusal(names: Names, holder_now: Holder | None, way_out: str) -> LockHeld:
    """Return the error of a run that another one is in the way of; `way_out` is what ends a stuck one."""
    who = f" ({holder_now})" if holder_now else ""
    return LockHeld(
        f"Another seeding operation is in progress{who}: expected the lock {names.lock} to be free. "
        f"Wait for it to end and run the same command again; {way_out}."
    )
