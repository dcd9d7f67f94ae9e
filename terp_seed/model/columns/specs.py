"""The specs: what a column of a SeedTable may be said to hold. They are plain data; the makers turn them into values.

A spec is checked as far as that is possible without its column, as soon as it is made.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from terp_seed.model.unit import Unit

SPREADS = ("uneven", "even", "skewed", "one")


@dataclass(frozen=True)
class Spec:
    """A Spec is what a column holds, and which share of its rows is NULL instead."""

    null: float


@dataclass(frozen=True)
class Constant(Spec):
    """A Constant is the same value in each row."""

    value: Any


@dataclass(frozen=True)
class Choice(Spec):
    """A Choice is one of some values, with weights."""

    values: tuple[Any, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Boolean(Spec):
    """A Boolean is True with a probability."""

    p: float


@dataclass(frozen=True)
class Range(Spec):
    """A Range is a value from `lo` to `hi`, both included: of integers, decimals or times of a day, as `kind` says."""

    kind: str
    lo: Any
    hi: Any


@dataclass(frozen=True)
class Moment(Spec):
    """A Moment is a date or a datetime between bounds, and not before or after values of other columns."""

    kind: str
    lo: Any
    hi: Any
    days_back: int | None
    after: str | None
    before: str | None


@dataclass(frozen=True)
class Words(Spec):
    """Words are `lo` to `hi` words of our list."""

    lo: int
    hi: int


@dataclass(frozen=True)
class Text(Spec):
    """A Text is sentences of our list's words, up to a length."""

    max_length: int


@dataclass(frozen=True)
class Sequence(Spec):
    """A Sequence is a pattern with the row's id."""

    pattern: str


@dataclass(frozen=True)
class Uuid(Spec):
    """A Uuid is a UUID of version 4 for each row."""


@dataclass(frozen=True)
class Binary(Spec):
    """A Binary is some bytes for each row."""

    length: int


@dataclass(frozen=True)
class Json(Spec):
    """A Json is a template in which specs stand where values differ."""

    template: Any


@dataclass(frozen=True)
class Reference(Spec):
    """A Reference is the key of a row of a table of the same unit; without a table, of the one that the foreign key names."""

    table: str | None
    spread: str
    other_than: str | None = None  # a column of the same row that refers to another row of that table


@dataclass(frozen=True)
class Same(Spec):
    """A Same is the value of another column: of the same row, or as `fk.column` of the row that a foreign key names."""

    path: str


@dataclass(frozen=True)
class Pii(Spec):
    """A Pii is left to the masker, which makes it from the column `of` where that is a name."""

    kind: str
    of: str | None


@dataclass(frozen=True)
class Server(Spec):
    """A Server column is not written: its default, or the server, fills it."""


@dataclass(frozen=True)
class Generated(Spec):
    """A Generated column is made by a function of the unit."""

    function: Callable[[Unit], Iterable[Any]]


Said: TypeAlias = Spec | Callable[[Unit], Iterable[Any]]  # what a project says about a column
