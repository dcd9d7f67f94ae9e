"""Plots: questions about the seeded rows, each with a SELECT and a function that turns its result into bars.

Nothing is drawn here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

Number = int | Decimal


@dataclass(frozen=True)
class Bars:
    """Bars are labels with one number per series; the numbers of a label are stacked to one bar."""

    labels: tuple[str, ...]
    series: Mapping[str, tuple[Number, ...]]
    note: str = ""  # a sentence on what the bars show


@dataclass(frozen=True)
class ChartSpec:
    """A ChartSpec is a question about seeded rows, and how to show the answer.

    The SELECT has the placeholders of a Check: `{orders}` is replaced by the seeded rows of orders, `{as_of}` by the recorded
    day. `bars` turns its rows and the as-of day into bars.
    """

    title: str
    sql: str
    bars: Callable[[Iterable[tuple[Any, ...]], date], Bars]
    counts: str  # what the numbers count: orders, invoices, USD
    upright: bool = True
