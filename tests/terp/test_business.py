"""What the data must be like, for any seed, day and unit: checked on the rows themselves, in exact arithmetic."""

import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from terp_seed.settings import FIRST_AS_OF, LAST_AS_OF
from terp_seed.terp.schema import METADATA
from tests.support import CATALOG, SMALL
from tests.terp import worlds
from tests.terp.worlds import Rows

days = st.integers(0, (LAST_AS_OF - FIRST_AS_OF).days).map(lambda n: FIRST_AS_OF + timedelta(n))
CREDIT_DAYS = {"COD": 0, "NET_7": 7, "NET_15": 15, "NET_30": 30}
# what may lie after the as-of day
_AHEAD = {"orders.valid_until", "orders.due_date", "invoices.dueDate", "bills.dueDate", "purchaseOrders.expectedDeliveryDate"}
_AHEAD |= {
    "purchaseOrders.paymentDueDate",
    "intake_sessions.payment_due_date",
    "fiscalPeriods.startDate",
    "fiscalPeriods.endDate",
}
_AHEAD |= {"client_needs.needed_by", "client_needs.expires_at", "vendor_supply.available_until"}
_OFFICE = {"calendar_events", "calendar_event_participants", "todo_tasks"}  # whose own tests say what lies ahead


@settings(max_examples=25)
@example(seed=7, as_of=FIRST_AS_OF, number=1)
@example(seed=120_699_829_113, as_of=date(1980, 1, 2), number=1)
@example(seed=7, as_of=LAST_AS_OF, number=1)  # what lies ahead of it must be held by a TIMESTAMP too
@given(seed=st.integers(0, 2**63 - 1), as_of=days, number=st.integers(1, 10_000))
def test_unit_is_a_business_with_correct_books(seed: int, as_of: date, number: int) -> None:
    rows = worlds.made(seed, as_of, range(number, number + 1))
    assert {table: len(rows[table]) for table in SMALL} == SMALL
    assert {table.name: len(rows[table.name]) for table in CATALOG.every} == {t.name: t.per_unit for t in CATALOG.every}
    _types_and_lengths_fit(rows)
    _nothing_lies_ahead(rows, as_of)
    _people_work_on_working_days(rows, as_of)
    _it_looks_like_a_business(rows, as_of)
    _stock_is_there_and_of_all_ages(rows, as_of)
    with worlds.loaded(rows) as connection:
        for table in CATALOG.every:
            for check in table.checks:
                assert worlds.wrong(connection, check.sql, as_of) == 0, check.name
        assert worlds.failing(connection, as_of) == []


@settings(max_examples=5)
@given(seed=st.integers(0, 2**63 - 1), as_of=days)
def test_units_share_only_shared_rows(seed: int, as_of: date) -> None:
    rows = worlds.made(seed, as_of, range(1, 4))
    with worlds.loaded(rows) as connection:
        for table in CATALOG.every:
            for check in table.checks:
                assert worlds.wrong(connection, check.sql, as_of) == 0, check.name
    _nothing_repeats_that_is_unique(rows)
    _every_reference_meets_a_row(rows)


def _types_and_lengths_fit(rows: Rows) -> None:
    for table, found in rows.items():
        for column in METADATA.tables[table].columns:
            if column.name not in found[0]:
                continue
            values, kind = [row[column.name] for row in found], column.type
            assert column.nullable or None not in values, column
            for value in (value for value in values if value is not None):
                assert type(value) is not float, column
                if isinstance(kind, sa.Enum):
                    assert value in kind.enums, column
                elif isinstance(value, str) and isinstance(kind, sa.String) and kind.length:
                    assert len(value) <= kind.length, column
                elif isinstance(kind, sa.Numeric):
                    precision, scale = kind.precision or 0, kind.scale or 0
                    assert abs(value) < 10 ** (precision - scale), (column, value)
                    assert value == round(value, scale), (column, value)
                elif isinstance(value, datetime):
                    assert datetime(1970, 1, 2) < value < datetime(2038, 1, 19), column


def _nothing_repeats_that_is_unique(rows: Rows) -> None:
    for table, found in rows.items():
        keys = [[column.name] for column in METADATA.tables[table].columns if column.unique]
        for rule in METADATA.tables[table].constraints:
            if isinstance(rule, sa.UniqueConstraint):
                keys.append([column.name for column in rule.columns])
        for key in keys:
            values = [tuple(str(row[name]).casefold() for name in key) for row in found]
            assert len(set(values)) == len(values), (table, key)


def _every_reference_meets_a_row(rows: Rows) -> None:
    ids = {table: {row["id"] for row in found} for table, found in rows.items()}
    for table in CATALOG.every:
        for column, target in table.parents().items():
            named = {row[column] for row in rows[table.name] if row.get(column) is not None}
            assert named <= ids.get(target, set()), (table.name, column)
        for reference in table.references:
            named = {row[reference.column] for row in rows[table.name] if row[reference.when] == reference.equals}
            assert named, (table.name, reference)
            assert named <= ids[reference.target], (table.name, reference)
    for row in rows["orders"]:
        assert {item["id"] for item in json.loads(row["items"])} <= ids["order_line_items"]


def _nothing_lies_ahead(rows: Rows, as_of: date) -> None:
    end = datetime(as_of.year, as_of.month, as_of.day)
    for table, found in rows.items():
        if table in _OFFICE:
            continue
        for row in found:
            for column, value in row.items():
                if isinstance(value, date) and f"{table}.{column}" not in _AHEAD:
                    assert (value if isinstance(value, datetime) else datetime(*value.timetuple()[:3])) <= end, (table, column)


def _people_work_on_working_days(rows: Rows, as_of: date) -> None:
    for payment in rows["payments"]:
        assert payment["paymentDate"].weekday() < 5
        assert payment["paymentDate"] < as_of
    for lot in rows["lots"]:
        assert lot["date"].weekday() < 5
    shipped = [order["shipped_at"].date() for order in rows["orders"] if order["shipped_at"]]
    assert shipped.count(as_of) == 1
    assert all(day.weekday() < 5 for day in shipped if day != as_of)
    for table, column in (("orders", "created_at"), ("payments", "createdAt"), ("invoices", "createdAt"), ("lots", "date")):
        for row in rows[table]:
            assert row[column].date() == as_of or 13 <= row[column].hour < 23, (table, row[column])
    created = Counter(order["created_at"].date() for order in rows["orders"])
    assert created[as_of] == 2
    assert max(created.values()) <= 8


def _it_looks_like_a_business(rows: Rows, as_of: date) -> None:
    orders_of = Counter(order["client_id"] for order in rows["orders"])
    assert len(orders_of) == 7
    large = [client["id"] for client in rows["clients"] if client["businessType"] in ("WHOLESALE", "DISTRIBUTOR")]
    assert [orders_of[client] for client in large] == [17, 17]
    spent = {client["id"]: client["total_spent"] for client in rows["clients"]}
    total = sum(spent.values())
    assert max(spent.values()) < total * 2 / 5
    assert total * 65 / 100 < sum(spent[client] for client in large) < total * 75 / 100
    assert sum(client["is_seller"] for client in rows["clients"]) == 5
    recent = sum(order["created_at"].date() > as_of - timedelta(30) for order in rows["orders"])
    assert recent < 3 * (50 - recent) / 4
    used = sorted(limit["utilization_percent"] for limit in rows["client_credit_limits"])
    assert 94 < used[-1] < 100
    assert sum(55 < share < 80 for share in used) >= 1
    sold = sum(order["total_cogs"] for order in rows["orders"] if order["shipped_at"]) / 5
    stock = sum((batch["onHandQty"] + batch["quarantineQty"]) * batch["unitCogs"] for batch in rows["batches"])
    assert 2 * sold < stock < 5 * sold
    for table, column in (("orders", "notes"), ("invoices", "notes")):
        notes = Counter(row[column] for row in rows[table] if row[column])
        assert notes
        assert max(notes.values()) * 3 < len(rows[table])
    assert len({order["created_by"] for order in rows["orders"]}) >= 2
    _money_moves_as_people_move_it(rows, as_of)
    assert len({row["nameCanonical"] for row in rows["products"]}) == 20
    assert Counter(batch["batchStatus"] for batch in rows["batches"]) == {
        "LIVE": 22,
        "SOLD_OUT": 2,
        "CLOSED": 1,
        "ON_HOLD": 1,
        "QUARANTINED": 2,
        "AWAITING_INTAKE": 2,
    }


def _stock_is_there_and_of_all_ages(rows: Rows, as_of: date) -> None:
    asked: dict[int, int] = defaultdict(int)
    for order in rows["orders"]:
        if order["quoteStatus"] in ("UNSENT", "SENT", "VIEWED"):
            for item in json.loads(order["items"]):
                asked[item["batchId"]] += item["quantity"]
    ages: Counter[int] = Counter()
    for batch in rows["batches"]:
        free = batch["onHandQty"] - batch["reservedQty"] - batch["quarantineQty"] - batch["holdQty"]
        assert asked[batch["id"]] <= max(free, 0), batch["code"]
        age = (as_of - batch["createdAt"].date()).days
        ages[(age > 7) + (age > 14) + (age > 30)] += batch["batchStatus"] == "LIVE"
    assert ages == {0: 1, 1: 1, 2: 3, 3: 17}
    balance = Decimal()
    for transaction in rows["bankTransactions"]:
        balance += transaction["amount"] * (1 if transaction["transactionType"] == "DEPOSIT" else -1)
        assert balance >= 0


def _money_moves_as_people_move_it(rows: Rows, as_of: date) -> None:
    amounts: dict[str, list[Decimal]] = defaultdict(list)
    for payment in rows["payments"]:
        amounts[payment["paymentMethod"]].append(payment["amount"])
    assert max((*amounts["CREDIT_CARD"], *amounts["DEBIT_CARD"], *amounts["CASH"], Decimal(0))) < 5_000
    assert all(amount > 1_000 for amount in amounts["WIRE"])  # a unit may have none
    ages = [(as_of - payment["paymentDate"]).days for payment in rows["payments"] if payment["paymentType"] == "RECEIVED"]
    assert any(age <= 7 for age in ages)
    assert any(7 < age <= 30 for age in ages)  # of a thousand units, one is paid nothing in its last week but one
    late = [(as_of - invoice["dueDate"]).days for invoice in rows["invoices"] if invoice["status"] == "OVERDUE"]
    assert Counter((days > 30) + (days > 60) + (days > 90) for days in late) == {0: 4, 1: 2, 2: 2, 3: 1}
    open_ones = [invoice["dueDate"] for invoice in rows["invoices"] if invoice["status"] in ("SENT", "VIEWED", "PARTIAL")]
    assert min(open_ones) > as_of + timedelta(3)
    due = {invoice["id"]: invoice["dueDate"] for invoice in rows["invoices"]}
    assert any(payment["paymentDate"] > due[payment["invoiceId"]] for payment in rows["payments"] if payment["invoiceId"])


def test_terms_are_days() -> None:
    rows: dict[str, list[dict[str, Any]]] = worlds.made(42, date(2026, 3, 4), range(1, 2))
    for invoice in rows["invoices"]:
        assert invoice["dueDate"] == invoice["invoiceDate"] + timedelta(CREDIT_DAYS[invoice["paymentTerms"]])
