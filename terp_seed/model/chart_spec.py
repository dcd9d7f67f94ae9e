"""Plots: questions about the seeded rows, the SELECT that answers each, and how the answer becomes bars.

Draws nothing: whoever shows a plot chooses how.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

Number = int | Decimal


@dataclass(frozen=True)
class Bars:
    """Bars are labels, each with one number of every series; the numbers of a label add up to its bar."""

    labels: tuple[str, ...]
    series: Mapping[str, tuple[Number, ...]]
    note: str = ""  # what the bars show, in a sentence


@dataclass(frozen=True)
class ChartSpec:
    """A ChartSpec is a question about seeded rows, and how its answer is shown.

    The SELECT is written like that of a Check: `{orders}` stands for the seeded rows of orders, `{as_of}` for the recorded
    day. `bars` makes bars of its rows and the as-of day. Amounts are money, other numbers are counted things.
    """

    title: str
    sql: str
    bars: Callable[[Iterable[tuple[Any, ...]], date], Bars]
    counts: str  # what the numbers count: orders, invoices, USD
    upright: bool = True
