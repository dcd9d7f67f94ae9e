"""The recipe: the inputs of generation: number of units, seed, as-of day and generator version.

The same recipe gives the same rows, in any process and on any day.
"""

import re
from dataclasses import dataclass
from datetime import date

from terp_seed.errors import BadSetting

MOST_UNITS = 1_000_000
LARGEST_ID = 2**63 - 1  # of any server: what a column holds is looked up
_NAMED_SIZES = {"small": 1, "medium": 10, "large": 100}


@dataclass(frozen=True)
class Size:
    """A Size is a number of units. A unit is a complete small data set, in TERP's case of 195 rows."""

    units: int

    @classmethod
    def parse(cls, text: str) -> "Size":
        """Parse `small`, `medium`, `large` or `xN` (N units, 1 to 1,000,000). Raises BadSetting for anything else."""
        if text in _NAMED_SIZES:
            return cls(_NAMED_SIZES[text])
        if re.fullmatch(r"x[1-9][0-9]{0,6}", text) and int(text[1:]) <= MOST_UNITS:
            return cls(int(text[1:]))
        raise BadSetting(f"Size {text!r} is not known: expected small, medium, large or xN with N from 1 to 1000000.")

    def __str__(self) -> str:
        names = {units: name for name, units in _NAMED_SIZES.items()}
        return names.get(self.units, f"x{self.units}")


@dataclass(frozen=True)
class Recipe:
    """A Recipe is everything that rows depend on besides their unit's number and ids."""

    size: Size
    seed: int
    as_of: date
    generator_version: int
