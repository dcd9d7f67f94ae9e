"""TERP's plots: what a reviewer wants to see of the seeded business at a glance.

Each is a SELECT with the same result on every database, and a small function that turns the result into bars.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from terp_seed.model.chart_spec import Bars, ChartSpec, Number
from terp_seed.terp import schema

Rows = Iterable[tuple[Any, ...]]

_MOST_CLIENTS = 10
_LARGE = ("WHOLESALE", "DISTRIBUTOR")
_ORDER_VALUES = (500, 1_000, 2_000, 5_000, 10_000, 20_000)
_AGES = ((0, "not due yet"), (30, "1-30 days late"), (60, "31-60 days late"), (90, "61-90 days late"))
_OLDER = "over 90 days late"


def orders_a_month(rows: Rows, as_of: date) -> Bars:
    """Group quotes and sales by month, including months without any."""
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
    return Bars(tuple(months), series, f"Calendar months. The data ends on {as_of}.")


def order_values(rows: Rows, _as_of: date) -> Bars:
    """Group orders by value."""
    found = {int(step): int(count) for step, count in rows}
    steps = [_short(limit) for limit in _ORDER_VALUES]
    labels = (f"< {steps[0]}", *(f"{low}-{high}" for low, high in pairwise(steps)), f"{steps[-1]} +")
    counts = tuple(found.get(step, 0) for step in range(len(labels)))
    return Bars(labels, {"orders": counts}, "Including quotes and cancelled orders. Steps are in USD.")


def revenue_by_client(rows: Rows, _as_of: date) -> Bars:
    """Show the clients with the highest revenue, and the mean of the others, with large buyers separate."""
    clients = [(str(name), str(business) in _LARGE, _amount(spent)) for name, business, spent in rows]
    bars = clients[:_MOST_CLIENTS]
    for is_large, called in ((True, "other large buyers"), (False, "other clients")):
        others = [spent for _, large, spent in clients[_MOST_CLIENTS:] if large == is_large]
        if others:
            bars.append((f"mean of {len(others)} {called}", is_large, _amount(sum(others, Decimal()) / len(others))))
    total = sum((spent for _, _, spent in clients), Decimal())
    of_large = [spent for _, is_large, spent in clients if is_large]
    share = f"{sum(of_large, Decimal()) * 100 / total:.0f} %" if total else "none"
    note = (
        f"Invoiced sales. {len(of_large):,} of {len(clients):,} clients with sales are large buyers (wholesale, distributors): "
        f"{share} of {total:,.2f} USD."
    )
    return Bars(
        tuple(name for name, _, _ in bars),
        {
            "large buyers": tuple(spent if is_large else Decimal() for _, is_large, spent in bars),
            "other clients": tuple(Decimal() if is_large else spent for _, is_large, spent in bars),
        },
        note,
    )


def invoices_by_status(rows: Rows, _as_of: date) -> Bars:
    """Count invoices by status, in the order of an invoice's life cycle."""
    found = {str(status): int(count) for status, count in rows}
    labels = _known(schema.INVOICES.c.status.type, found)
    return Bars(labels, {"invoices": tuple(found.get(label, 0) for label in labels)})


def debts_by_age(rows: Rows, as_of: date) -> Bars:
    """Group the amounts due by age, in steps of thirty days."""
    due = {label: Decimal() for _, label in _AGES} | {_OLDER: Decimal()}
    for day, amount in rows:
        late = (as_of - date.fromisoformat(str(day)[:10])).days
        due[next((label for limit, label in _AGES if late <= limit), _OLDER)] += _amount(amount)
    note = f"As of {as_of}. Drafts and void invoices are not owed, and do not count."
    return Bars(tuple(due), {"due": tuple(due.values())}, note)


def stock_by_status(rows: Rows, _as_of: date) -> Bars:
    """Sum up the stock at cost by batch status, in the order of a batch's life cycle."""
    found = {str(status): (int(batches), _amount(reserved), _amount(free)) for status, batches, reserved, free in rows}
    statuses = [status for status in _known(schema.BATCHES.c.batchStatus.type, found) if status in found]
    labels = tuple(f"{status} ({found[status][0]:,})" for status in statuses)
    series: dict[str, tuple[Number, ...]] = {
        "not reserved": tuple(found[status][2] for status in statuses),
        "reserved": tuple(found[status][1] for status in statuses),
    }
    return Bars(labels, series, "Stock on hand or in quarantine, at cost; the number of batches is in brackets.")


def _known(enum: Any, found: Iterable[str]) -> tuple[str, ...]:
    """Return an enum's values, followed by found ones that it does not have."""
    return (*enum.enums, *sorted(set(found) - set(enum.enums)))


def _amount(value: object) -> Decimal:
    # SQLite adds up money as floats
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


def _short(limit: int) -> str:
    return f"{limit // 1_000}k" if limit >= 1_000 else str(limit)


_MONTH = "SUBSTR(CAST(created_at AS CHAR(30)), 1, 7)"  # the text of a timestamp, on every server
_STEP = " ".join(f"WHEN total < {limit} THEN {place}" for place, limit in enumerate(_ORDER_VALUES))
PLOTS = (
    ChartSpec(
        "Orders per month",
        f"SELECT {_MONTH}, orderType, COUNT(*) FROM {{orders}} AS o GROUP BY {_MONTH}, orderType",
        orders_a_month,
        "orders",
    ),
    ChartSpec(
        "Order values",
        f"SELECT step, COUNT(*) FROM (SELECT CASE {_STEP} ELSE {len(_ORDER_VALUES)} END AS step FROM {{orders}} AS o) AS s "
        "GROUP BY step",
        order_values,
        "orders",
    ),
    ChartSpec(
        "Revenue by client",
        "SELECT c.name, c.businessType, s.spent FROM (SELECT customerId, SUM(totalAmount) AS spent FROM {invoices} AS i "
        "WHERE referenceType = 'ORDER' AND status NOT IN ('DRAFT', 'VOID') GROUP BY customerId) AS s JOIN {clients} AS c "
        "ON c.id = s.customerId ORDER BY s.spent DESC, c.id",
        revenue_by_client,
        "USD",
        upright=False,
    ),
    ChartSpec(
        "Invoices by status",
        "SELECT status, COUNT(*) FROM {invoices} AS i GROUP BY status",
        invoices_by_status,
        "invoices",
        upright=False,
    ),
    ChartSpec(
        "Amounts due by age",
        "SELECT dueDate, SUM(amountDue) FROM {invoices} AS i WHERE amountDue > 0 AND status NOT IN ('DRAFT', 'VOID') "
        "GROUP BY dueDate ORDER BY dueDate",
        debts_by_age,
        "USD",
        upright=False,
    ),
    ChartSpec(
        "Stock by batch status",
        "SELECT batchStatus, COUNT(*), SUM(reservedQty * unitCogs), SUM((onHandQty + quarantineQty - reservedQty) * unitCogs) "
        "FROM {batches} AS b GROUP BY batchStatus",
        stock_by_status,
        "USD",
        upright=False,
    ),
)
