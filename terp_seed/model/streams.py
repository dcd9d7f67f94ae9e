"""Streams: the only source of randomness, each named after its purpose.

The same name gives the same draws on every machine: only `random.random()` is used, whose sequence Python guarantees.
"""

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

from terp_seed.errors import SeedError

T = TypeVar("T")


def fingerprint(*name: object) -> int:
    """Return a 128-bit number that depends on the name alone."""
    return int.from_bytes(hashlib.blake2b("\x1f".join(map(str, name)).encode(), digest_size=16).digest(), "big")


class Stream:
    """A Stream is an endless sequence of random draws that depends on its name alone."""

    __slots__ = ("random",)

    def __init__(self, *name: object) -> None:
        self.random = random.Random(fingerprint(*name)).random  # not for secrets

    def below(self, limit: int) -> int:
        """Draw a whole number from 0 to limit - 1."""
        return int(self.random() * limit)

    def between(self, low: int, high: int) -> int:
        """Draw a whole number from low to high, inclusive."""
        return low + int(self.random() * (high - low + 1))

    def chance(self, percent: int) -> bool:
        """Draw True with a probability in percent, from 0 to 100. Raises SeedError if it is not an int."""
        if not isinstance(percent, int):
            raise SeedError(f"chance({percent!r}) is not a whole percentage: expected one, as in chance(30).")
        return self.random() * 100 < percent

    def pick(self, choices: Sequence[T]) -> T:
        """Draw one of the choices, all equally likely."""
        return choices[int(self.random() * len(choices))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in random order."""
        left = list(items)
        for last in range(len(left) - 1, 0, -1):
            other = int(self.random() * (last + 1))
            left[last], left[other] = left[other], left[last]
        return left
