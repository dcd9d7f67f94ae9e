"""TERP's plots: their figures are those of the rows."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from terp_seed.backends.database import Database as LiveDatabase
from terp_seed.checks.verification import answers
from terp_seed.model.chart_spec import Bars
from terp_seed.revisions.ledger import Ledger
from terp_seed.terp import plots
from tests import rows_of_users
from tests.support import NAMES, Database

AS_OF = date(2026, 3, 1)


@pytest.fixture
def seeded(terp: Database) -> Database:
    rows_of_users.add(terp, "mine")  # which no plot may count
    terp.seed("-x", "as_of=2026-03-01", "-x", "size=x3", "upgrade", "head")
    return terp


def drawn(database: Database) -> dict[str, Bars]:
    from terp_seed.terp import PROJECT

    with database.connection() as connection:
        ledger, live = Ledger.read(connection, NAMES), LiveDatabase(connection, NAMES)
        found = {plot.title: (plot, answers(live, PROJECT.catalog, ledger, plot.sql)) for plot in plots.PLOTS}
        return {title: plot.bars(list(rows or ()), AS_OF) for title, (plot, rows) in found.items()}


def test_plots_show_the_seeded_rows_and_no_others(seeded: Database) -> None:
    bars = drawn(seeded)
    tables = {table: [row for row in rows if row["id"] > 2_000] for table, rows in seeded.everything().items()}
    orders, invoices = tables["orders"], tables["invoices"]
    months = bars["Orders per month"]
    for kind, name in (("SALE", "sales"), ("QUOTE", "quotes")):
        counted = Counter(f"{row['created_at']:%Y-%m}" for row in orders if row["orderType"] == kind)
        assert {month: count for month, count in zip(months.labels, months.series[name], strict=True) if count} == counted
    assert sum(bars["Order values"].series["orders"]) == len(orders) == 150
    assert bars["Order values"].series["orders"][0] == sum(row["total"] < 500 for row in orders)
    revenue = bars["Revenue by client"]
    best = sorted(tables["clients"], key=lambda row: -row["total_spent"])[:10]
    assert list(revenue.labels[:10]) == [row["name"] for row in best]
    assert list(map(sum, zip(*revenue.series.values(), strict=True)))[:10] == [row["total_spent"] for row in best]
    assert revenue.labels[10:] == ("mean of 11 other clients",)
    bought = sum(row["total_spent"] for row in tables["clients"])
    assert abs(sum(row["total_spent"] for row in best) + 11 * revenue.series["other clients"][10] - bought) < 1
    statuses = bars["Invoices by status"]
    counted = Counter(row["status"] for row in invoices)
    assert dict(zip(statuses.labels, statuses.series["invoices"], strict=True)) == counted
    open_invoices = [row for row in invoices if row["status"] not in ("DRAFT", "VOID", "PAID")]
    ages = bars["Amounts due by age"]
    assert sum(ages.series["due"]) == sum(row["amountDue"] for row in open_invoices)
    assert ages.series["due"][0] == sum(row["amountDue"] for row in open_invoices if row["dueDate"] >= AS_OF)
    stock = bars["Stock by batch status"]
    for row in ("LIVE", "ON_HOLD", "QUARANTINED"):
        (place,) = [place for place, label in enumerate(stock.labels) if label.startswith(f"{row} (")]
        there = [batch for batch in tables["batches"] if batch["batchStatus"] == row]
        assert stock.labels[place] == f"{row} ({len(there)})"
        value = sum((batch["onHandQty"] + batch["quarantineQty"]) * batch["unitCogs"] for batch in there)
        assert stock.series["not reserved"][place] + stock.series["reserved"][place] == value


def test_a_month_without_orders_has_its_place() -> None:
    bars = plots.orders_a_month([("2025-11", "SALE", 2), ("2026-02", "QUOTE", 1)], AS_OF)
    assert bars.labels == ("2025-11", "2025-12", "2026-01", "2026-02")
    assert dict(bars.series) == {"sales": (2, 0, 0, 0), "quotes": (0, 0, 0, 1)}


def test_debt_is_late_from_day_after_due_date() -> None:
    rows = [("2026-03-01", 1), ("2026-02-28", 2), ("2026-01-30", 4), ("2026-01-29", 8), ("2025-11-30", 16)]
    assert plots.debts_by_age(rows, AS_OF).series["due"] == tuple(map(Decimal, (1, 6, 8, 0, 16)))


def test_no_rows_make_no_bars() -> None:
    assert plots.orders_a_month([], AS_OF).labels == ()
    assert plots.revenue_by_client([], AS_OF).labels == ()
