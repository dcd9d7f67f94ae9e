"""Faker's maker: each value by a call of Faker's own, as its documentation shows it, for three of the peers.

It asks for what people ask for: moments and days of a year, names, phrases and sentences of the en_US locale.
"""

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from faker import Faker

from benchmarks.peers.maker import Maker, Value, cut
from benchmarks.peers.shapes import Amount, Choice, Code, Day, Flag, Moment, Pii, Shape, Whole, Words

BEGIN, END = datetime(2025, 3, 1), datetime(2026, 3, 1)
fake = Faker("en_US")
_PII = {"person": "name", "company": "company", "email": "email", "phone": "phone_number", "address": "address"}
_LONGEST_PII, _LONGEST_PHRASE, _LONGEST_WORD = 100, 100, 20


class FakerMaker(Maker):
    """A FakerMaker draws values with Faker."""

    def reference(self, table: str) -> Value:
        """Return what draws the id of a row of a table."""
        pick, ids = fake.random_element, self.ids
        return lambda: pick(ids[table])

    def fake(self, shape: Shape) -> Value:
        """Return what draws a value with Faker."""
        whole = fake.random_int
        match shape:
            case Amount(low, high, 0, True):
                return lambda: Decimal(whole(low, high))
            case Amount(low, high, decimals, exact):
                step = 10**decimals
                return (lambda: Decimal(whole(low, high)) / step) if exact else (lambda: whole(low, high) / step)
            case Day():
                moment = fake.date_time_between
                return lambda: moment(BEGIN, END).date()
            case Pii(kind, longest, unique):
                return cut(getattr(fake.unique if unique else fake, _PII[kind]), longest, _LONGEST_PII)
            case Words(number, longest):
                name, arguments = call(shape)
                return cut(partial(getattr(fake, name), **arguments), longest, _most(number))
        name, arguments = call(shape)
        return partial(getattr(fake, name), **arguments)


def call(shape: Shape) -> tuple[str, dict[str, Any]]:
    """Return the name of the method of Faker's that draws a value, and its arguments. Raises TypeError where none does."""
    match shape:
        case Pii(kind):
            return _PII[kind], {}
        case Choice(values):
            return "random_element", {"elements": values}
        case Flag(percent):
            return "boolean", {"chance_of_getting_true": percent}
        case Whole(low, high):
            return "random_int", {"min": low, "max": high}
        case Moment():
            return "date_time_between", {"start_date": BEGIN, "end_date": END}
        case Code(pattern):
            return "numerify", {"text": pattern}
        case Words(1):
            return "word", {}
        case Words(number) if number < 5:
            return "catch_phrase", {}
        case Words(number):
            return "sentence", {"nb_words": number}
    raise TypeError(f"Faker has no method for {shape}.")


def fits(shape: Shape) -> bool:
    """Tell whether a column can hold each text that Faker draws for it."""
    match shape:
        case Pii(_, longest):
            return longest is None or longest >= _LONGEST_PII
        case Words(number, longest):
            return longest is None or longest >= _most(number)
    return True


def _most(words: int) -> int:
    return _LONGEST_WORD if words == 1 else max(_LONGEST_PHRASE, 2 * words * _LONGEST_WORD)
