"""TERP's plots: what a reviewer wants to see of a seeded business at a glance.

Each is a SELECT that both databases answer alike, and a small function that puts the answer in order.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from terp_seed.engine.plot import Bars, Number, Plot
from terp_seed.tables import schema

Rows = Iterable[tuple[Any, ...]]

_MOST_CLIENTS = 10
_LARGE = ("WHOLESALE", "DISTRIBUTOR")
_ORDER_VALUES = (500, 1_000, 2_000, 5_000, 10_000, 20_000)
_AGES = ((0, "not due yet"), (30, "1-30 days late"), (60, "31-60 days late"), (90, "61-90 days late"))
_OLDER = "over 90 days late"


def orders_a_month(rows: Rows, as_of: date) -> Bars:
    """Put quotes and sales into their months; a month without any has its place too."""
    found = {(str(month), str(kind)): int(count) for month, kind, count in rows}
    months: list[str] = []
    if found:
        year, month = map(int, min(month for month, _ in found).split("-"))
        last = max(month for month, _ in found)
        while not months or months[-1] < last:
            months.append(f"{year:04d}-{month:02d}")
            year, month = year + month // 12, month % 12 + 1
    series = {
        name: tuple(found.get((month, kind), 0) for month in months) for name, kind in (("sales", "SALE"), ("quotes", "QUOTE"))
    }
    return Bars(tuple(months), series, f"The data ends on {as_of}, so its last month may be a short one.")


def order_values(rows: Rows, _as_of: date) -> Bars:
    """Label the steps of order values."""
    found = {int(step): int(count) for step, count in rows}
    steps = [_short(limit) for limit in _ORDER_VALUES]
    labels = (f"< {steps[0]}", *(f"{low}-{high}" for low, high in pairwise(steps)), f"{steps[-1]} +")
    counts = tuple(found.get(step, 0) for step in range(len(labels)))
    return Bars(labels, {"orders": counts}, "Quotes and cancelled orders count too. Steps are in USD.")


def revenue_by_client(rows: Rows, _as_of: date) -> Bars:
    """Show the clients who bought most, large buyers apart, and all others as one."""
    clients = [(str(name), str(business) in _LARGE, _amount(spent)) for name, business, spent in rows]
    top, others = clients[:_MOST_CLIENTS], clients[_MOST_CLIENTS:]
    labels = [name for name, _, _ in top]
    large = [spent if is_large else Decimal() for _, is_large, spent in top]
    small = [Decimal() if is_large else spent for _, is_large, spent in top]
    if others:
        labels.append(f"{len(others):,} others")
        large.append(sum((spent for _, is_large, spent in others if is_large), Decimal()))
        small.append(sum((spent for _, is_large, spent in others if not is_large), Decimal()))
    total, of_large = sum(large + small, Decimal()), sum(large, Decimal())
    number = sum(is_large for _, is_large, _ in clients)
    share = f"{of_large * 100 / total:.0f} %" if total else "none"
    note = (
        f"Large buyers (wholesale, distributors) are {number:,} of {len(clients):,} clients with sales: {share} of the revenue."
    )
    return Bars(tuple(labels), {"large buyers": tuple(large), "other clients": tuple(small)}, note)


def invoices_by_status(rows: Rows, _as_of: date) -> Bars:
    """Put the statuses in the order of an invoice's life."""
    found = {str(status): int(count) for status, count in rows}
    labels = _known(schema.INVOICES.c.status.type, found)
    return Bars(labels, {"invoices": tuple(found.get(label, 0) for label in labels)})


def debts_by_age(rows: Rows, as_of: date) -> Bars:
    """Put what is due into steps of thirty days."""
    due = {label: Decimal() for _, label in _AGES} | {_OLDER: Decimal()}
    for day, amount in rows:
        late = (as_of - date.fromisoformat(str(day)[:10])).days
        due[next((label for limit, label in _AGES if late <= limit), _OLDER)] += _amount(amount)
    note = f"As of {as_of}. Drafts and void invoices are owed by nobody and do not count."
    return Bars(tuple(due), {"due": tuple(due.values())}, note)


def stock_by_status(rows: Rows, _as_of: date) -> Bars:
    """Put the statuses of batches in the order of their life, with what lies there at cost."""
    found = {str(status): (int(batches), _amount(reserved), _amount(free)) for status, batches, reserved, free in rows}
    statuses = [status for status in _known(schema.BATCHES.c.batchStatus.type, found) if status in found]
    labels = tuple(f"{status} ({found[status][0]:,})" for status in statuses)
    series: dict[str, tuple[Number, ...]] = {
        "free": tuple(found[status][2] for status in statuses),
        "reserved": tuple(found[status][1] for status in statuses),
    }
    return Bars(labels, series, "What is on hand, at cost; in brackets the number of batches.")


def _known(enum: Any, found: Iterable[str]) -> tuple[str, ...]:
    """Return an enum's values, and behind them those that it does not have."""
    return (*enum.enums, *sorted(set(found) - set(enum.enums)))


def _amount(value: object) -> Decimal:
    # SQLite adds money up as floats
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


def _short(limit: int) -> str:
    return f"{limit // 1_000}k" if limit >= 1_000 else str(limit)


_STEP = " ".join(f"WHEN total < {limit} THEN {place}" for place, limit in enumerate(_ORDER_VALUES))
PLOTS = (
    Plot(
        "Orders a month",
        "SELECT SUBSTR(created_at, 1, 7), orderType, COUNT(*) FROM {orders} AS o GROUP BY SUBSTR(created_at, 1, 7), orderType",
        orders_a_month,
        "orders",
    ),
    Plot(
        "Order values",
        f"SELECT step, COUNT(*) FROM (SELECT CASE {_STEP} ELSE {len(_ORDER_VALUES)} END AS step FROM {{orders}} AS o) AS s "
        "GROUP BY step",
        order_values,
        "orders",
    ),
    Plot(
        "Revenue by client",
        "SELECT c.name, c.businessType, s.spent FROM (SELECT client_id, SUM(total) AS spent FROM {orders} AS o "
        "WHERE orderType = 'SALE' AND saleStatus <> 'CANCELLED' GROUP BY client_id) AS s JOIN {clients} AS c "
        "ON c.id = s.client_id ORDER BY s.spent DESC, c.id",
        revenue_by_client,
        "USD",
        upright=False,
    ),
    Plot(
        "Invoices by status",
        "SELECT status, COUNT(*) FROM {invoices} AS i GROUP BY status",
        invoices_by_status,
        "invoices",
        upright=False,
    ),
    Plot(
        "What is due, by age",
        "SELECT dueDate, SUM(amountDue) FROM {invoices} AS i WHERE amountDue > 0 AND status NOT IN ('DRAFT', 'VOID') "
        "GROUP BY dueDate ORDER BY dueDate",
        debts_by_age,
        "USD",
        upright=False,
    ),
    Plot(
        "Stock by batch status",
        "SELECT batchStatus, COUNT(*), SUM(reservedQty * unitCogs), SUM((onHandQty - reservedQty) * unitCogs) "
        "FROM {batches} AS b GROUP BY batchStatus",
        stock_by_status,
        "USD",
        upright=False,
    ),
)
