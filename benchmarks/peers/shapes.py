"""Shapes: what the values of a column are like, in words that any library of fake values can follow.

A shape says nothing of how a value is made; equal shapes are one and the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from terp_seed.model.table import SeedTable


@dataclass(frozen=True)
class Reference:
    """The id of any row of a table that is seeded already."""

    table: str


@dataclass(frozen=True)
class InTurn:
    """The ids of a table's rows, one after the other; the next one when each combination with the tables `within` was had."""

    table: str
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Numbered:
    """A text that no other row has, a prefix and the row's number; without a prefix the number itself."""

    prefix: str | None


@dataclass(frozen=True)
class Pii:
    """A person, company, email, phone or address."""

    kind: str
    longest: int | None = None
    unique: bool = False


@dataclass(frozen=True)
class Constant:
    """The same value in each row."""

    value: Any


@dataclass(frozen=True)
class Choice:
    """One of a few values."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class Flag:
    """True in so many of a hundred rows, else False."""

    percent: int


@dataclass(frozen=True)
class Whole:
    """A whole number in a range, both ends included."""

    low: int
    high: int


@dataclass(frozen=True)
class Amount:
    """A number with so many decimals, in a range that is given in its smallest steps; a Decimal, or a float where JSON has it."""

    low: int
    high: int
    decimals: int
    exact: bool = True


@dataclass(frozen=True)
class Moment:
    """A date and time of the year."""


@dataclass(frozen=True)
class Day:
    """A date of the year."""


@dataclass(frozen=True)
class Code:
    """A text whose digits, # in the pattern, are any."""

    pattern: str


@dataclass(frozen=True)
class Words:
    """A text of about so many words."""

    number: int
    longest: int | None = None


@dataclass(frozen=True)
class Items:
    """A JSON list."""

    items: tuple["Shape", ...]


@dataclass(frozen=True)
class Fields:
    """A JSON object."""

    fields: tuple[tuple[str, "Shape"], ...]


@dataclass(frozen=True)
class Json:
    """A JSON document of each of these shapes in turn; written out where the column is one of text."""

    turns: tuple["Shape", ...]
    as_text: bool


@dataclass(frozen=True)
class Sometimes:
    """A value or NULL, in turn."""

    of: "Shape"
    turns: tuple[bool, ...]


Shape = (
    Reference | InTurn | Numbered | Pii | Constant | Choice | Flag | Whole | Amount | Moment | Day | Code | Words
    | Items | Fields | Json | Sometimes
)  # fmt: skip


@dataclass(frozen=True)
class TableShape:
    """A TableShape is a table of the catalogue, and the shape of each column that terp_seed writes, its id aside."""

    seed: SeedTable
    columns: Mapping[str, Shape]

    @property
    def name(self) -> str:
        """The table's name in the database."""
        return self.seed.name

    @property
    def table(self) -> sa.Table:
        """The table."""
        return self.seed.table
