"""What the data must be like, for any seed, day and unit: checked on the rows themselves, in exact arithmetic."""

import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from terp_seed.engine.masking import Masker
from terp_seed.engine.table import Unit
from terp_seed.settings import FIRST_AS_OF, LAST_AS_OF, Recipe, Size
from terp_seed.tables import PROJECT
from terp_seed.tables.schema import METADATA
from tests.support import SMALL

Rows = dict[str, list[dict[str, Any]]]
days = st.integers(0, (LAST_AS_OF - FIRST_AS_OF).days).map(lambda n: FIRST_AS_OF + timedelta(n))
CREDIT_DAYS = {"COD": 0, "NET_7": 7, "NET_15": 15, "NET_30": 30}


def unit_rows(seed: int, as_of: date, number: int) -> Rows:
    """Return the rows of one unit, as they would be inserted."""
    recipe = Recipe(Size(number), seed, as_of, PROJECT.catalog.generator_version)
    firsts = {t.name: 1 + (0 if t.shared else (number - 1) * t.per_unit) for t in PROJECT.catalog.every}
    unit = Unit(number, recipe, firsts)
    masker = Masker(seed, PROJECT.catalog.every)
    made: Rows = {}
    for table in PROJECT.catalog.every:
        fill = masker.filler(table)
        made[table.name] = [{"id": firsts[table.name] + place, **row} for place, row in enumerate(table.rows(unit))]
        for row in made[table.name]:
            fill(row)
    return made


@settings(max_examples=60)
@given(seed=st.integers(0, 2**63 - 1), as_of=days, number=st.integers(1, 1_000_000))
def test_a_unit_is_a_business_whose_books_are_right(seed: int, as_of: date, number: int) -> None:
    rows = unit_rows(seed, as_of, number)
    assert {table: len(rows[table]) for table in SMALL} == SMALL
    by_id = {table: {row["id"]: row for row in found} for table, found in rows.items()}
    _types_and_lengths_fit(rows)
    _names_and_codes_do_not_repeat(rows)
    _dates_are_in_order(rows, by_id, as_of)
    _money_adds_up(rows, by_id, as_of)
    _stock_makes_sense(rows, by_id)
    _it_looks_like_a_business(rows, as_of)


def _types_and_lengths_fit(rows: Rows) -> None:
    for table, found in rows.items():
        for column in METADATA.tables[table].columns:
            values = [row[column.name] for row in found]
            assert column.nullable or None not in values, column
            for value in (value for value in values if value is not None):
                if hasattr(column.type, "enums"):
                    assert value in column.type.enums
                elif isinstance(value, str) and getattr(column.type, "length", None):
                    assert len(value) <= column.type.length
                elif isinstance(value, Decimal):
                    assert abs(value) < 10 ** (column.type.precision - column.type.scale)
                elif isinstance(value, datetime):
                    assert datetime(1970, 1, 2) < value < datetime(2038, 1, 19)
                assert type(value) is not float


def _names_and_codes_do_not_repeat(rows: Rows) -> None:
    for table, columns in {
        "vendors": ["name", "contactName", "contactEmail"],
        "clients": ["name", "teri_code", "email"],
        "brands": ["name"],
        "products": ["nameCanonical"],
        "lots": ["code"],
        "batches": ["code", "sku"],
        "orders": ["order_number"],
        "invoices": ["invoiceNumber"],
        "payments": ["paymentNumber"],
    }.items():
        for column in columns:
            values = [row[column].casefold() for row in rows[table]]
            assert len(set(values)) == len(values), (table, column)


def _dates_are_in_order(rows: Rows, by_id: dict[str, dict[int, dict[str, Any]]], as_of: date) -> None:
    end = datetime(as_of.year, as_of.month, as_of.day)
    for found in rows.values():
        for row in found:
            assert all(value <= end for value in row.values() if isinstance(value, datetime))
    for batch in rows["batches"]:
        lot = by_id["lots"][batch["lotId"]]
        assert by_id["vendors"][lot["vendorId"]]["createdAt"] <= lot["date"] <= batch["createdAt"] <= batch["updatedAt"]
        assert by_id["products"][batch["productId"]]["createdAt"] <= batch["createdAt"]
        assert max(client["created_at"] for client in rows["clients"]) <= batch["createdAt"]
    for order in rows["orders"]:
        assert by_id["clients"][order["client_id"]]["created_at"] <= order["created_at"] <= order["updated_at"]
        for item in json.loads(order["items"]):
            assert by_id["batches"][item["batchId"]]["createdAt"] <= order["created_at"]
        assert order["created_at"] <= (order["packed_at"] or end) <= (order["shipped_at"] or end)
    for invoice in rows["invoices"]:
        order = by_id["orders"][invoice["referenceId"]]
        assert order["created_at"].date() <= invoice["invoiceDate"] <= as_of
        assert invoice["dueDate"] == invoice["invoiceDate"] + timedelta(CREDIT_DAYS[invoice["paymentTerms"]])
        assert order["created_at"] <= invoice["createdAt"]
        assert order["due_date"] in (None, invoice["dueDate"])
    for payment in rows["payments"]:
        assert by_id["invoices"][payment["invoiceId"]]["invoiceDate"] <= payment["paymentDate"] <= as_of


def _money_adds_up(rows: Rows, by_id: dict[str, dict[int, dict[str, Any]]], as_of: date) -> None:
    paid: dict[int, Decimal] = defaultdict(Decimal)
    for payment in rows["payments"]:
        assert payment["amount"] > 0
        paid[payment["invoiceId"]] += payment["amount"]
        assert payment["customerId"] == by_id["invoices"][payment["invoiceId"]]["customerId"]
    spent: dict[int, Decimal] = defaultdict(Decimal)
    owed: dict[int, Decimal] = defaultdict(Decimal)
    for invoice in rows["invoices"]:
        order = by_id["orders"][invoice["referenceId"]]
        items = json.loads(order["items"], parse_float=Decimal, parse_int=Decimal)
        for item in items:
            assert item["lineTotal"] == item["quantity"] * item["unitPrice"]
            assert item["lineMargin"] == item["lineTotal"] - item["lineCogs"] == item["quantity"] * item["unitMargin"]
            assert all(-value.as_tuple().exponent <= 2 for value in item.values() if isinstance(value, Decimal))
        assert order["subtotal"] == sum(item["lineTotal"] for item in items)
        assert order["total_cogs"] == sum(item["lineCogs"] for item in items)
        assert order["total"] == order["subtotal"] + order["tax"] + order["shipping"] - order["discount"]
        assert invoice["totalAmount"] == order["total"] == invoice["subtotal"] + invoice["taxAmount"] - invoice["discountAmount"]
        assert invoice["amountPaid"] == paid[invoice["id"]] <= invoice["totalAmount"]
        assert invoice["amountDue"] == invoice["totalAmount"] - invoice["amountPaid"]
        assert invoice["customerId"] == order["client_id"]
        if order["orderType"] == "QUOTE" or order["saleStatus"] == "CANCELLED":
            assert invoice["status"] == ("DRAFT" if order["orderType"] == "QUOTE" else "VOID")
            assert invoice["amountPaid"] == 0
            continue
        spent[order["client_id"]] += order["total"]
        owed[order["client_id"]] += invoice["amountDue"]
        overdue, partly = invoice["dueDate"] < as_of, invoice["amountPaid"] > 0
        open_status = {"OVERDUE"} if overdue else {"PARTIAL"} if partly else {"SENT", "VIEWED"}
        assert invoice["status"] in (open_status if invoice["amountDue"] else {"PAID"})
    for client in rows["clients"]:
        assert client["total_spent"] == spent[client["id"]]
        assert client["total_owed"] == owed[client["id"]] <= client["credit_limit"]


def _stock_makes_sense(rows: Rows, by_id: dict[str, dict[int, dict[str, Any]]]) -> None:
    asked: dict[int, int] = defaultdict(int)
    gone: dict[int, int] = defaultdict(int)
    for order in rows["orders"]:
        for item in json.loads(order["items"]):
            batch = by_id["batches"][item["batchId"]]
            assert batch["productId"] == item["productId"]
            assert batch["batchStatus"] in ("LIVE", "SOLD_OUT")
            if order["fulfillmentStatus"] in ("CONFIRMED", "READY_FOR_PACKING", "PACKED"):
                asked[batch["id"]] += item["quantity"]
            elif order["fulfillmentStatus"] in ("SHIPPED", "DELIVERED", "RETURNED", "RETURNED_TO_VENDOR"):
                gone[batch["id"]] += item["quantity"]
    for batch in rows["batches"]:
        assert batch["reservedQty"] == asked[batch["id"]]
        assert batch["reservedQty"] + batch["quarantineQty"] + batch["holdQty"] <= batch["onHandQty"]
        assert json.loads(batch["metadata"])["receivedQty"] == batch["onHandQty"] + gone[batch["id"]]
        assert (batch["onHandQty"] == 0) == (batch["batchStatus"] in ("SOLD_OUT", "CLOSED", "AWAITING_INTAKE"))


def _it_looks_like_a_business(rows: Rows, as_of: date) -> None:
    orders_of = Counter(order["client_id"] for order in rows["orders"])
    assert len(orders_of) == 10
    large = [client["id"] for client in rows["clients"] if client["vip_portal_enabled"]]
    assert len(large) in (1, 2)
    assert 34 <= sum(orders_of[client] for client in large) <= 36
    for table, column in (("batches", "batchStatus"), ("orders", "fulfillmentStatus"), ("invoices", "status")):
        assert {row[column] for row in rows[table]} == set(METADATA.tables[table].columns[column].type.enums)
    for column in ("quoteStatus", "saleStatus"):
        assert {row[column] for row in rows["orders"]} == {None, *METADATA.tables["orders"].columns[column].type.enums}
    assert sum(order["created_at"].date() == as_of for order in rows["orders"]) >= 2
    sold = Counter(item["batchId"] for order in rows["orders"] for item in json.loads(order["items"]))
    assert len(sold) >= 18
    assert max(sold.values()) <= 0.2 * sum(sold.values())
    assert any(order["converted_from_order_id"] for order in rows["orders"])
