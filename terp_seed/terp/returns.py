"""Returns: the goods of three orders that came back, the clients' credits for them, and those sent back to the vendor."""

from collections.abc import Iterator

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.model.values import JsonText
from terp_seed.terp import schema_orders, schema_purchases
from terp_seed.terp.days import next_working_day
from terp_seed.terp.dealings import Order
from terp_seed.terp.figures import BOOKKEEPER, BUYER
from terp_seed.terp.money import CENT, NOTHING
from terp_seed.terp.slots import BACK, SHIPMENTS, TO_VENDOR
from terp_seed.terp.trade import Trade

_REASONS = ("DEFECTIVE", "WRONG_ITEM", "NOT_AS_DESCRIBED", "CUSTOMER_CHANGED_MIND", "OTHER")
_CREDITED = 21 * 60 + 30  # the minute at which the day's credits are issued
LINES_BACK = sum(slot.lines for slot in SHIPMENTS if slot.fulfillment in BACK)
LINES_TO_VENDOR = sum(slot.lines for slot in SHIPMENTS if slot.fulfillment == TO_VENDOR)


def returned(made: Trade) -> list[Order]:
    """Return the orders that came back, in chronological order."""
    return sorted((order for order in made.orders if order.comes_back), key=lambda order: (order.end_day, order.end_clock))


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the returns of a unit."""
    made, stream = Trade(unit), unit.stream("returns")
    reasons = stream.shuffled(_REASONS)
    for order, reason in zip(returned(made), reasons, strict=False):
        items = [f'{{"batchId":{unit.id_of("batches", batch)},"quantity":"{quantity}"}}' for batch, quantity in order.lines]
        yield {
            "order_id": unit.id_of("orders", order.place),
            "items": JsonText(f"[{','.join(items)}]"),
            "returnReason": reason,
            "status": "PROCESSED",
            "notes": "[APPROVED] Agreed by phone. [RECEIVED] Counted at the door. [PROCESSED] Credit issued.",
            "processed_by": unit.id_of("users", order.packer),
            "processed_at": made.at(order.end_day, order.end_clock),
        }


def credit_rows(unit: Unit) -> Iterator[Row]:
    """Yield the credits for a unit's returns. They have no transactionId: TERP's own value, the invoice, is wrong."""
    made = Trade(unit)
    for place, order in enumerate(returned(made)):
        day = order.end_day
        yield {
            "creditNumber": f"CRD-S{unit.id_of('credits', place):06d}",
            "clientId": unit.id_of("clients", order.client),
            "transactionId": None,
            "creditAmount": order.total * CENT,
            "amountUsed": NOTHING,
            "amountRemaining": order.total * CENT,
            "creditReason": "RETURN",
            "expirationDate": None,
            "creditStatus": "ACTIVE",
            "notes": f"Return of ORD-S{unit.id_of('orders', order.place):06d}.",
            "createdBy": unit.id_of("users", BOOKKEEPER),
            "createdAt": made.at(day, _CREDITED),
            "updatedAt": made.at(day, _CREDITED),
        }


def vendor_rows(unit: Unit) -> Iterator[Row]:
    """Yield the returns to vendors."""
    made = Trade(unit)
    for order in returned(made):
        if order.fulfillment == TO_VENDOR:
            lot = made.batches[order.lines[0][0]].lot
            yield {
                "order_id": unit.id_of("orders", order.place),
                "vendor_id": unit.id_of("clients", made.suppliers[made.vendor_of(lot)]),
                "status": "PENDING_VENDOR_CREDIT",
                "return_reason": "Customer sent it back, fault of the lot.",
                "total_value": order.cost * CENT,
                "credit_received": NOTHING,
                "credit_received_at": None,
                "created_at": made.at(next_working_day(order.end_day, 3), order.end_clock),
                "created_by": unit.id_of("users", BUYER),
            }


def vendor_item_rows(unit: Unit) -> Iterator[Row]:
    """Yield the goods of the returns to vendors."""
    made = Trade(unit)
    place = 0
    for order in returned(made):
        if order.fulfillment == TO_VENDOR:
            for batch, quantity in order.lines:
                yield {
                    "vendor_return_id": unit.id_of("vendor_returns", place),
                    "batch_id": unit.id_of("batches", batch),
                    "quantity": quantity * 100 * CENT,
                    "unit_cost": made.batches[batch].cost * CENT,
                }
            place += 1


RETURNS = SeedTable(
    schema_orders.RETURNS,
    per_unit=len(BACK),
    rows=rows,
    appended=0,
    uses=("batches",),
    json_fields={"items": {"batchId": "INT", "quantity": "DECIMAL(15,4)"}},
    identity=("order_id", "returnReason", "processed_at"),
    checks=(
        Check(
            "returns: each order that came back has one, with no more than its lines (G7)",
            "SELECT (SELECT COUNT(*) FROM {orders} AS o LEFT JOIN {returns} AS r ON r.order_id = o.id WHERE (r.id IS NOT NULL) "
            "<> "
            "(o.fulfillmentStatus IN ('RETURNED', 'RESTOCKED', 'RETURNED_TO_VENDOR')) OR r.processed_at < o.shipped_at) "
            "+ (SELECT COUNT(*) FROM {returns.items} AS i JOIN {returns} AS r ON r.id = i.id LEFT JOIN {order_line_items} AS l "
            "ON l.order_id = r.order_id AND l.batch_id = i.batchId WHERE l.id IS NULL OR i.quantity > l.quantity)",
        ),
    ),
)
VENDOR_RETURNS = SeedTable(
    schema_purchases.VENDOR_RETURNS,
    per_unit=1,
    rows=vendor_rows,
    appended=0,
    uses=("batches",),
    identity=("order_id", "vendor_id", "created_at"),
    checks=(
        Check(
            "vendor_returns: each order that went back to the vendor has one, with the value of its goods at cost (G8)",
            "SELECT (SELECT COUNT(*) FROM {orders} AS o LEFT JOIN {vendor_returns} AS v ON v.order_id = o.id "
            "WHERE (o.fulfillmentStatus = 'RETURNED_TO_VENDOR') <> (v.id IS NOT NULL)) + (SELECT COUNT(*) FROM {vendor_returns} "
            "AS v LEFT JOIN (SELECT i.vendor_return_id, SUM(i.quantity * i.unit_cost) AS worth, MIN(l.supplier_client_id) AS "
            "supplier FROM {vendor_return_items} AS i JOIN {batches} AS b ON b.id = i.batch_id JOIN {lots} AS l "
            "ON l.id = b.lotId GROUP BY i.vendor_return_id) AS s ON s.vendor_return_id = v.id WHERE s.worth IS NULL "
            "OR ROUND(s.worth * 100) <> ROUND(v.total_value * 100) OR s.supplier <> v.vendor_id)",
        ),
    ),
)
VENDOR_RETURN_ITEMS = SeedTable(
    schema_purchases.VENDOR_RETURN_ITEMS, per_unit=LINES_TO_VENDOR, rows=vendor_item_rows, appended=0, uses=("orders",)
)
CREDITS = SeedTable(
    schema_orders.CREDITS,
    per_unit=len(BACK),
    rows=credit_rows,
    appended=0,
    uses=("orders",),
    checks=(
        Check(
            "credits: remaining = amount - used, and the value of each return was credited",
            "SELECT (SELECT COUNT(*) FROM {credits} AS c WHERE ROUND(amountRemaining * 100) <> "
            "ROUND((creditAmount - amountUsed) * 100)) + (SELECT ROUND(ABS((SELECT COALESCE(SUM(creditAmount), 0) FROM {credits} "
            "AS c) - (SELECT COALESCE(SUM(o.total), 0) FROM {orders} AS o JOIN {returns} AS r ON r.order_id = o.id)) * 100))",
        ),
    ),
)
