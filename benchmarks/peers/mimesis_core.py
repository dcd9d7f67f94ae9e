"""Mimesis for each value and SQLAlchemy Core: `connection.execute(insert(table), rows)`, in a transaction, with ids of our own.

Mimesis is the fastest of the well-known generators of fake values, and an insert of many rows Core's own fast way.
"""

from decimal import Decimal
from functools import partial
from itertools import count

import sqlalchemy as sa
from mimesis import Generic
from mimesis.locales import Locale

from benchmarks.peers.maker import Maker, Value, cut
from benchmarks.peers.samples import SHAPES
from benchmarks.peers.shapes import Amount, Choice, Code, Day, Flag, Moment, Numbered, Pii, Shape, Whole, Words

fake = Generic(locale=Locale.EN)
_PII = {
    "person": fake.person.full_name,
    "company": fake.finance.company,
    "email": fake.person.email,
    "phone": fake.person.telephone,
    "address": fake.address.address,
}
_LONGEST_PII, _LONGEST_SENTENCE, _LONGEST_WORD = 100, 200, 20
_WORDS_OF_A_SENTENCE = 12


class MimesisMaker(Maker):
    """A MimesisMaker draws values with Mimesis."""

    def reference(self, table: str) -> Value:
        """Return what draws the id of a row of a table."""
        pick, ids = fake.random.choice, self.ids
        return lambda: pick(ids[table])

    def fake(self, shape: Shape) -> Value:
        """Return what draws a value with Mimesis."""
        whole = fake.random.randint
        match shape:
            case Pii(kind, longest, False):
                return cut(_PII[kind], longest, _LONGEST_PII)
            case Pii(kind):  # it knows few companies, so a number makes a name the only one
                make, number = _PII[kind], count(1).__next__
                return lambda: f"{make()} {number()}"
            case Choice(values):
                return partial(fake.random.choice, values)
            case Flag():
                return fake.development.boolean
            case Whole(low, high):
                return partial(whole, low, high)
            case Amount(low, high, 0, True):
                return lambda: Decimal(whole(low, high))
            case Amount(low, high, decimals, exact):
                step = 10**decimals
                return (lambda: Decimal(whole(low, high)) / step) if exact else (lambda: whole(low, high) / step)
            case Moment():
                return partial(fake.datetime.datetime, 2025, 2025)
            case Day():
                return partial(fake.datetime.date, 2025, 2025)
            case Code(pattern):
                return partial(fake.random.generate_string_by_mask, pattern)
            case Words(1, longest):
                return cut(fake.text.word, longest, _LONGEST_WORD)
            case Words(number, longest):
                sentences = max(1, round(number / _WORDS_OF_A_SENTENCE))
                make = fake.text.sentence if sentences == 1 else partial(fake.text.text, sentences)
                return cut(make, longest, sentences * _LONGEST_SENTENCE)
        raise TypeError(f"Mimesis has no method for {shape}.")


def seed(url: str, units: int) -> None:
    """Seed that many units."""
    ids = {shapes.name: list(range(1, shapes.seed.count(units) + 1)) for shapes in SHAPES}
    maker = MimesisMaker(ids)
    with sa.create_engine(url).begin() as connection:
        for shapes in SHAPES:
            columns = {"id": Numbered(None), **shapes.columns}
            connection.execute(sa.insert(shapes.table), maker.rows(columns, len(ids[shapes.name])))
