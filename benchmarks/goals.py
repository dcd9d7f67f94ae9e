"""Goals: what the figures must be, and what they were."""

from dataclasses import dataclass, field
from statistics import median

from benchmarks.sizes import Sizes

_SERVERS = ("MariaDB", "MySQL", "PostgreSQL")
_ROOM_OF_A_QUICK_LOOK = 2  # a busy machine may halve a figure; worse is a collapse


@dataclass
class Goal:
    """A Goal is a figure, what it must be at least or at most, and what each round found."""

    key: str
    what: str
    server: str
    sense: str  # at least, at most
    bound: float
    unit: str = "times"
    found: list[float] = field(default_factory=list)

    @property
    def figure(self) -> float:
        """The median of the rounds."""
        return median(self.found)

    @property
    def is_reached(self) -> bool:
        """Tell whether the median is what it must be."""
        return self.figure >= self.bound if self.sense == "at least" else self.figure <= self.bound

    @property
    def has_collapsed(self) -> bool:
        """Tell whether the best round is worse than half of the goal."""
        if self.sense == "at least":
            return max(self.found) < self.bound / _ROOM_OF_A_QUICK_LOOK
        return min(self.found) > self.bound * _ROOM_OF_A_QUICK_LOOK


def goals(sizes: Sizes) -> dict[str, Goal]:
    """Return every goal by its key and server."""
    small, large, larger = sizes.small, sizes.large, sizes.larger
    every = (
        *(
            Goal("limit", f"online run over the server's own client with the same script, x{large}", server, "at most", 1.10)
            for server in _SERVERS
        ),
        *(
            Goal("orm", f"faster than Faker and the ORM, x{small}", server, "at least", bound)
            for server, bound in (("SQLite", 12.0), ("MariaDB", 6.0), ("MySQL", 6.0), ("PostgreSQL", 6.0))
        ),
        *(
            Goal("best", f"faster than the best of the other three, x{small}", server, "at least", bound)
            for server, bound in (("SQLite", 3.0), ("MariaDB", 2.4), ("MySQL", 1.8), ("PostgreSQL", 1.8))
        ),
        Goal("offline", f"script written faster than MariaDB applies it, x{large}", "MariaDB", "at least", 3.0),
        Goal("memory-growth", f"peak memory at x{larger} over x{small}, script", "none", "at most", 1.2),
        Goal("memory", f"peak memory at x{larger}, script", "none", "at most", 200.0, "MiB"),
        *(
            goal
            for server in _SERVERS
            for goal in (
                Goal("memory-online-growth", f"peak memory at x{large} over x{small}, online", server, "at most", 1.2),
                Goal("memory-online", f"peak memory at x{large}, online", server, "at most", 200.0, "MiB"),
                Goal("growth-online", f"rows a second at x{large} over x{small}, online", server, "at least", 0.9),
                Goal("downgrade", f"downgrade over upgrade, x{large}", server, "at most", 1.0),
            )
        ),
        Goal("growth", f"rows a second at x{large} over x{small}, generation alone", "none", "at least", 0.9),
        Goal("small", "upgrade at small over importing Alembic and SQLAlchemy, whole processes", "SQLite", "at most", 2.5),
    )
    return {f"{goal.key} {goal.server}": goal for goal in every}
