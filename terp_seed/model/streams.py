"""Streams: the only source of randomness, each one named by what it is for.

The same name gives the same draws on every machine: only `random.random()`, whose sequence Python guarantees, is used.
"""

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

from terp_seed.errors import SeedError

T = TypeVar("T")


def fingerprint(*name: object) -> int:
    """Return 128 bits that are a function of the name alone."""
    return int.from_bytes(hashlib.blake2b("\x1f".join(map(str, name)).encode(), digest_size=16).digest(), "big")


class Stream:
    """A Stream is an endless sequence of draws that depends on its name only."""

    __slots__ = ("random",)

    def __init__(self, *name: object) -> None:
        self.random = random.Random(fingerprint(*name)).random  # data that looks real, not secrets

    def below(self, limit: int) -> int:
        """Draw a whole number from 0 to limit - 1."""
        return int(self.random() * limit)

    def between(self, low: int, high: int) -> int:
        """Draw a whole number from low to high, both included."""
        return low + int(self.random() * (high - low + 1))

    def chance(self, percent: int) -> bool:
        """Draw True with a probability in percent, from 0 to 100. Raises SeedError for a fraction."""
        if not isinstance(percent, int):
            raise SeedError(f"chance({percent!r}) was asked for: expected whole percent, as in chance(30).")
        return self.random() * 100 < percent

    def pick(self, choices: Sequence[T]) -> T:
        """Draw one of the choices, each as likely."""
        return choices[int(self.random() * len(choices))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in a drawn order."""
        left = list(items)
        for last in range(len(left) - 1, 0, -1):
            other = int(self.random() * (last + 1))
            left[last], left[other] = left[other], left[last]
        return left
