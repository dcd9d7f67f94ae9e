"""The maker: shapes to the callables that make their values, chosen once per column.

A library of fake values adds how it draws one value; nothing of ours looks at a shape again while rows are made.
"""

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, cycle, repeat
from typing import Any

from benchmarks.peers.shapes import (
    Constant,
    Fields,
    InTurn,
    Items,
    Json,
    Numbered,
    Reference,
    Shape,
    Sometimes,
)

Row = dict[str, Any]
Value = Callable[[], Any]


class Maker(ABC):
    """A Maker makes rows; `ids` are those of the tables that are seeded already, added by whoever seeds them."""

    def __init__(self, ids: Mapping[str, Sequence[int]]) -> None:
        self.ids = ids

    def rows(self, columns: Mapping[str, Shape], number: int) -> list[Row]:
        """Make so many rows."""
        values = [(name, self.value(shape)) for name, shape in columns.items()]
        return [{name: value() for name, value in values} for _ in range(number)]

    def value(self, shape: Shape) -> Value:
        """Return what makes the next value of a column of that shape."""
        match shape:
            case Constant(value):
                return repeat(value).__next__
            case Numbered(None):
                return count(1).__next__
            case Numbered(prefix):
                number = count(1).__next__
                return lambda: f"{prefix}{number():06d}"
            case Reference(table):
                return self.reference(table)
            case InTurn(table, within):
                return self._in_turn(table, within).__next__
            case Sometimes(of, turns):
                make, has_one = self.value(of), cycle(turns).__next__
                return lambda: make() if has_one() else None
            case Items(items):
                makes = [self.value(item) for item in items]
                return lambda: [make() for make in makes]
            case Fields(fields):
                named = [(name, self.value(field)) for name, field in fields]
                return lambda: {name: make() for name, make in named}
            case Json(documents, as_text):
                made = {document: self.value(document) for document in documents}
                turn = cycle([made[document] for document in documents]).__next__
                return (lambda: json.dumps(turn()())) if as_text else (lambda: turn()())
            case _:
                return self.fake(shape)

    @abstractmethod
    def reference(self, table: str) -> Value:
        """Return what draws the id of a row of a table; the table may be seeded later than this is asked."""

    @abstractmethod
    def fake(self, shape: Shape) -> Value:
        """Return what draws a value with the library."""

    def _in_turn(self, table: str, within: tuple[str, ...]) -> Iterator[int]:
        ids, each = self.ids[table], math.prod(len(self.ids[name]) for name in within)
        for number in count():
            yield ids[number // each % len(ids)]


def cut(make: Value, longest: int | None, most: int) -> Value:
    """Return what makes a text that a column can hold, when none has more than so many characters."""
    return make if longest is None or most <= longest else lambda: make()[:longest]
