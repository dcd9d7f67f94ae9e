"""Sizes: how many rows a unit has, and how many units each pair is measured at.

The large sizes are numbers of rows: with more tables in the catalogue they are fewer units, and take no longer.
"""

from dataclasses import dataclass

from terp_seed.terp import PROJECT

CATALOG = PROJECT.catalog


def rows_of(units: int) -> int:
    """Return how many rows that many units have, companions and followers included; shared tables count once."""
    return sum(table.count(units) for table in CATALOG.every)


def units_of(rows: int) -> int:
    """Return how many units have about so many rows, in two digits."""
    return max(1, int(float(f"{rows / (rows_of(2) - rows_of(1)):.1e}")))


@dataclass(frozen=True)
class Sizes:
    """Sizes are numbers of units: at which peers are measured, servers, and the memory of a script. Growth is from `small`."""

    small: int
    large: int
    larger: int

    @classmethod
    def from_large(cls, large: int) -> "Sizes":
        """Return the sizes of a whole measurement; memory is measured at ten times the large one."""
        return cls(SMALL, large, 10 * large)


SMALL = units_of(80_000)  # where the peers are measured: some of them take a quarter of a millisecond a row
LARGE = units_of(2_100_000)
QUICK = Sizes(small=units_of(21_000), large=units_of(147_000), larger=units_of(294_000))
