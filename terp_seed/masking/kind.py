"""What a kind of PII is: tiers of natural values, shorter forms for narrow columns, and how to tell both from real ones."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_DIGITS = 19  # of the largest id


@dataclass(frozen=True)
class Tier:
    """A Tier is a pattern of values: `make` turns the numbers below `capacity` into different ones."""

    capacity: int
    make: Callable[[int], str]


@dataclass(frozen=True)
class Form:
    """A Form is a shorter way to write a fake, made from a number and the natural value. `pattern` recognizes it.

    A form with a capacity repeats its values past that; any other one contains the number.
    """

    make: Callable[[int, str], str]
    pattern: re.Pattern[str]
    capacity: int | None = None


def numbered(before: str, after: str = "") -> Form:
    """Return the form of a number with fixed text around it."""
    return Form(lambda number, _: f"{before}{number}{after}", re.compile(f"{re.escape(before)}[0-9]+{re.escape(after)}"))


@dataclass(frozen=True)
class Kind:
    """A Kind is one kind of PII: how to make a fake value from a number, and how to tell it from a real one.

    Small numbers use the first tier, whose values look most natural; larger ones use the next tiers. The `forms` are for columns
    that have no room for a natural value, and for numbers past the capacity of a kind that `repeats`.
    """

    name: str
    tiers: tuple[Tier, ...]
    is_natural: Callable[[str], bool]
    forms: tuple[Form, ...] = ()
    repeats: bool = False

    @property
    def capacity(self) -> int:
        """Return the number of different natural values of the kind."""
        return sum(tier.capacity for tier in self.tiers)

    def is_fake(self, value: object) -> bool:
        """Tell whether a value is one that the masker makes, in any form."""
        text = str(value)
        return self.is_natural(text) or any(form.pattern.fullmatch(text) for form in self.forms)

    def tier_of(self, number: int) -> tuple[Tier, int]:
        """Return the tier of a number, and the number within it. Past the capacity, numbers begin again: ids may be any BIGINT,
        and a block is shorter than that.
        """
        number %= self.capacity
        for tier in self.tiers[:-1]:
            if number < tier.capacity:
                return tier, number
            number -= tier.capacity
        return self.tiers[-1], number

    def fitted(self, number: int, natural: str, limit: int | None, is_unique: bool = False) -> str | None:
        """Return the natural value of a number, or a shorter form where that is longer than `limit`.

        A unique value is the same for no other number; it is None where the limit leaves none.
        """
        if (limit is None or len(natural) <= limit) and not (is_unique and self.repeats and number >= self.capacity):
            return natural
        for form in self.forms:
            made = form.make(number, natural)
            if (limit is None or len(made) <= limit) and not (
                is_unique and form.capacity is not None and number >= form.capacity
            ):
                return made
        return None if is_unique else next(self._repeated(number, natural, limit), None)

    def _repeated(self, number: int, natural: str, limit: int | None) -> Iterator[str]:
        """Yield forms that repeat: with the last digits of a number that is too long."""
        for form in reversed(self.forms):
            for digits in range(_DIGITS, 0, -1):
                made = form.make(number % 10**digits, natural)
                if limit is None or len(made) <= limit:
                    yield made

    def capacity_within(self, limit: int) -> int:
        """Return below which number every number has a different value that is no longer than `limit`."""
        for form in reversed(self.forms):
            digits = next((n for n in range(_DIGITS, 0, -1) if len(form.make(10**n - 1, self.tiers[0].make(0))) <= limit), 0)
            if digits:
                return 10**digits if form.capacity is None else form.capacity
        return self.capacity
