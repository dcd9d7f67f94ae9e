"""What is chosen for a column: a rule of the vocabulary with its arguments, and why.

Text is made here only, so a generated line is always one that the vocabulary accepts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from typing import Any

from terp_seed.inference.column_types import quoted


@dataclass(frozen=True)
class Chosen:
    """A Chosen is what fills a column: `c.NAME(arguments)`, the name of the rule that chose it, and what a person should look at.

    `domain` is how many different values a unit can have of it, None for any number, and `samples` are some of them.
    """

    name: str
    arguments: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict)
    rule: str = ""
    review: str = ""
    domain: int | None = None
    samples: tuple[Any, ...] = ()
    copies_pii: bool = False  # whether its values are those of a column of another table that the masker fills

    @property
    def is_masked(self) -> bool:
        """Tell whether it holds PII that the masker made, here or in another table."""
        return self.name == "pii" or self.copies_pii

    @property
    def text(self) -> str:
        """Return the Python text."""
        arguments = [literal(argument) for argument in self.arguments]
        arguments += [f"{name}={literal(value)}" for name, value in self.named.items()]
        return f"c.{self.name}({', '.join(arguments)})"

    @property
    def comment(self) -> str:
        """Return the trailing comment: the rule, and REVIEW with the question for a person."""
        return f"# REVIEW {self.rule}: {self.review}" if self.review else f"# {self.rule}"

    @property
    def is_null(self) -> bool:
        """Tell whether it is NULL in every row."""
        return self.name == "constant" and self.arguments == (None,)

    def by(self, rule: str, review: str = "") -> "Chosen":
        """Return it with the rule that chose it."""
        return replace(self, rule=rule, review=review)

    def with_nulls(self, share: float) -> "Chosen":
        """Return it with NULL in a share of the rows."""
        return replace(self, named={**self.named, "null": share}, samples=(*self.samples, None))


@dataclass(frozen=True)
class Source:
    """A Source is Python text that stands as it is in a generated line."""

    text: str


def literal(value: Any) -> str:
    """Return a value as Python text; numbers with decimals and dates as the vocabulary takes them, in quotes."""
    if isinstance(value, Source):
        return value.text
    if isinstance(value, str | Decimal | date | time):
        return quoted(str(value))
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{quoted(key)}: {literal(part)}' for key, part in value.items())}}}"
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    return repr(value)


NULL = Chosen("constant", (None,), domain=1, samples=(None,))


def choice(*values: Any, **named: Any) -> Chosen:
    """Choose among values."""
    return Chosen("choice", values, named, domain=len(values), samples=values[:4])


def constant(value: Any) -> Chosen:
    """Choose one value."""
    return Chosen("constant", (value,), domain=1, samples=(value,))


def integer(low: int, high: int) -> Chosen:
    """Choose whole numbers."""
    return Chosen("integer", (low, high), domain=high - low + 1, samples=(low, high))


def words(low: int, high: int) -> Chosen:
    """Choose some words."""
    return Chosen("words", (low, high), samples=("Amber stone", "Zinc", "Delta"))


def sequence(pattern: str) -> Chosen:
    """Choose a code from the id of the row."""
    return Chosen("sequence", (pattern,), samples=(pattern.format(1), pattern.format(987)))
