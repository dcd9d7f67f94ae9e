"""Candidates: the values that are tried where a CHECK does not take what was chosen, those that it mentions first.

In a unique column they are texts with the number of the row in them.
"""

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from terp_seed.inference.chosen import Chosen, sequence
from terp_seed.inference.facts import ColumnFacts
from terp_seed.inference.patterns import example, numbered

_TEXTS = (
    "A", "a", "abc", "ABC", "1", "0", "12345", "2024-01-01", "a@example.com", "+12025550123", "https://example.com/1", "#1f77b4",
    "00012", "12:00", "en", "US", "EUR", "192.0.2.1", "0123456789abcdef0123456789abcdef", "3f2b8c1e-0d4a-4c5b-9e6f-1a2b3c4d5e6f",
)  # fmt: skip
_NUMBERS = (1, 0, 2, 5, 10, 100, -1, 50, 1000, 2020)
_SHORTEST, _LONGEST = 6, 64  # letters of a numbered text
_DAY = datetime(2024, 5, 6)
REFERENCES = ("ref", "same")  # which only NULL may


def numbers_in(check: str) -> list[int]:
    """Return the whole numbers that a CHECK mentions."""
    return [int(number) for number in re.findall(r"(?<![\w.'])\d{1,9}(?![\w.'])", check)]


def sequences(column: ColumnFacts, check: str, found: Chosen) -> list[Chosen]:
    """Return the numbered texts that a CHECK may take: like what was chosen, or like a pattern that it mentions."""
    if not column.is_text or found.name not in ("sequence", "words", "text", "choice", "constant"):
        return []
    old = str(found.arguments[0]) if found.name == "sequence" else "a-{:06d}"
    patterns = [old.lower(), *(made for text in _texts_in(check) for made in numbered(text))]
    patterns += [f"{{:0{number}d}}" for number in numbers_in(check) if _SHORTEST <= number <= _LONGEST]
    patterns += ["{:06d}", "{:06x}", "A{:06d}"]
    return [_numbered(one) for one in dict.fromkeys(patterns) if len(one.format(987)) <= (column.length or _LONGEST)]


def _numbered(pattern: str) -> Chosen:
    """Return a sequence, with as many values as its digits have; six of them are enough."""
    width = re.search(r"\{:0(\d+)d\}", pattern)
    digits = int(width[1]) if width else _SHORTEST
    return replace(sequence(pattern), domain=10**digits - 1) if digits < _SHORTEST else sequence(pattern)


def _texts_in(check: str) -> list[str]:
    return [text.replace("''", "'") for text in re.findall(r"'((?:[^']|'')*)'", check)]


def candidates(column: ColumnFacts, check: str, found: Chosen, with_null: bool) -> list[Any]:
    """Return values that a CHECK may take: those that it mentions itself first."""
    found_texts = _texts_in(check)
    texts = [text for text in found_texts if "%" not in text]
    numbers = numbers_in(check)
    kind = column.type
    values: list[Any] = []
    if found.name in REFERENCES:
        return [None] if column.is_nullable and with_null else []
    if isinstance(kind, sa.Boolean):
        values = [True, False]
    elif isinstance(kind, sa.Integer):
        values = [near for number in numbers for near in (number, number + 1, number - 1)] + [*_NUMBERS]
        low, high = column.whole or (0, 0)
        values = [value for value in values if low <= value <= high]
    elif isinstance(kind, sa.Float):
        values = [float(value) for value in (*numbers, *_NUMBERS)]
    elif isinstance(kind, sa.Numeric):
        values = [Decimal(value) for value in (*numbers, *_NUMBERS)]
    elif isinstance(kind, sa.Date | sa.DateTime):
        days = [_DAY + timedelta(days=days) for days in (0, 1, -400, 400, -9000)]
        values = [day.date() for day in days] if isinstance(kind, sa.Date) else days
    elif isinstance(kind, sa.Time):
        values = [time(12), time(0), time(18)]
    elif isinstance(kind, sa.JSON):
        values = [{}, [], {"note": "a"}, "a", 1]
    elif isinstance(kind, sa.Enum):
        values = [*kind.enums]
    elif column.is_text:
        plain = [text.replace("%", "").replace("_", "a").strip("^$") for text in found_texts]
        made = [text for pattern in found_texts if (text := example(pattern)) is not None]
        sized = [("0" * number) for number in numbers if 0 < number <= 64]
        values = [text for text in (*texts, *made, *plain, *sized, *_TEXTS) if text and len(text) <= (column.length or len(text))]
    unique = list({repr(value): value for value in [*values, *found.samples]}.values())
    return [value for value in unique if value is not None] + ([None] if column.is_nullable and with_null else [])
