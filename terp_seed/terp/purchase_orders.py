"""Purchase orders: one per lot, received as ordered, and three open ones."""

from collections.abc import Iterator

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema_purchases as schema
from terp_seed.terp.days import day_of, next_working_day, working_day
from terp_seed.terp.figures import BATCHES, BATCHES_OF_A_LOT, BUYER, LOTS, MANAGER, lot_size
from terp_seed.terp.money import CENT, NOTHING
from terp_seed.terp.purchases import CREDIT_DAYS
from terp_seed.terp.trade import Trade

# the open ones: status, and the range of their age in days
_UNDER_WAY = (("CONFIRMED", 7, 9), ("SENT", 4, 6), ("DRAFT", 1, 2))
_NOTES = ("Same price as last time.", "Ask for fresh certificates.", None, None, None)
PER_UNIT = LOTS + len(_UNDER_WAY)


def _ordered(unit: Unit, made: Trade) -> list[tuple[int, int, int]]:
    """Return product, quantity and cost of each open order."""
    stream = unit.stream("purchases under way")
    ordered = []
    for _ in _UNDER_WAY:
        place = stream.below(len(made.products))
        product = made.products[place]
        step = lot_size(product.goods)
        ordered.append((place, max(stream.between(300_000, 800_000) // (product.cost * step), 1) * step, product.cost))
    return ordered


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the purchase orders of a unit: by delivery, oldest first, then the open ones."""
    made = Trade(unit)
    stream = unit.stream("purchase orders")
    notes = stream.shuffled(_NOTES * 3)
    for lot, day in enumerate(made.lot_days):
        ordered = working_day(day - stream.between(9, 14))
        total = sum(b.received * b.cost for b in made.batches[lot * BATCHES_OF_A_LOT : (lot + 1) * BATCHES_OF_A_LOT])
        sent, confirmed = made.at(ordered, 16 * 60 + stream.below(180)), made.at(next_working_day(ordered), 15 * 60)
        expected = working_day(day + stream.between(-1, 2))
        yield {
            **_row(unit, made, lot, lot, ordered, total),
            "intakeSessionId": unit.id_of("intake_sessions", lot),
            "purchaseOrderStatus": "RECEIVED",
            "expectedDeliveryDate": day_of(max(expected, ordered + 1)),
            "actualDeliveryDate": day_of(day),
            "notes": notes[lot],
            "updatedAt": made.at(day, 15 * 60 + 30),
            "sentAt": sent,
            "confirmedAt": confirmed,
        }
    under_way = _ordered(unit, made)
    for place, (status, youngest, oldest) in enumerate(_UNDER_WAY):
        _, quantity, cost = under_way[place]
        ordered = working_day(made.as_of - stream.between(youngest, oldest))
        out = made.at(ordered, 19 * 60 + stream.below(180)) if status != "DRAFT" else None
        agreed = made.at(next_working_day(ordered), 15 * 60) if status == "CONFIRMED" else None
        row = _row(unit, made, LOTS + place, place, ordered, quantity * cost)
        yield {
            **row,
            "intakeSessionId": None,
            "purchaseOrderStatus": status,
            "expectedDeliveryDate": day_of(next_working_day(made.as_of, stream.between(2, 8))),
            "actualDeliveryDate": None,
            "paymentDueDate": None,
            "notes": notes[LOTS + place],
            "updatedAt": agreed or out or row["createdAt"],
            "sentAt": out,
            "confirmedAt": agreed,
        }


def _row(unit: Unit, made: Trade, place: int, lot: int, day: int, total: int) -> Row:
    """Return the values that all orders have. An open order is with the vendor of `lot`."""
    vendor, terms = made.vendor_of(lot), made.terms_of(lot)
    due = made.lot_days[lot] + CREDIT_DAYS[terms] if terms in CREDIT_DAYS else None
    return {
        "poNumber": f"PO-S{unit.id_of('purchaseOrders', place):06d}",
        "supplier_client_id": unit.id_of("clients", made.suppliers[vendor]),
        "vendorId": unit.id_of("vendors", vendor),
        "orderDate": day_of(day),
        "subtotal": total * CENT,
        "tax": NOTHING,
        "shipping": NOTHING,
        "total": total * CENT,
        "paymentTerms": terms,
        "paymentDueDate": day_of(due) if due else None,
        "vendorNotes": None,
        "deletedAt": None,
        "createdBy": unit.id_of("users", BUYER if place % 4 else MANAGER),
        "createdAt": made.at(day, 14 * 60 + place * 7),
    }


def item_rows(unit: Unit) -> Iterator[Row]:
    """Yield the items of the purchase orders: one per batch, and one per open order."""
    made = Trade(unit)
    orders = list(rows(unit))
    for batch in made.batches:
        yield _item(unit, batch.lot, orders[batch.lot], (batch.product, batch.received, batch.cost), batch.received)
    for place, ordered in enumerate(_ordered(unit, made), LOTS):
        yield _item(unit, place, orders[place], ordered, 0)


def _item(unit: Unit, place: int, order: Row, ordered: tuple[int, int, int], received: int) -> Row:
    product, quantity, cost = ordered
    return {
        "purchaseOrderId": unit.id_of("purchaseOrders", place),
        "productId": unit.id_of("products", product),
        "quantityOrdered": quantity * 100 * CENT,
        "quantityReceived": received * 100 * CENT,
        "cogsMode": "FIXED",
        "unitCost": cost * CENT,
        "unitCostMin": None,
        "unitCostMax": None,
        "totalCost": quantity * cost * CENT,
        "notes": None,
        "supplier_client_id": order["supplier_client_id"],
        "deletedAt": None,
        "createdAt": order["createdAt"],
        "updatedAt": order["updatedAt"],
    }


PURCHASE_ORDERS = SeedTable(
    schema.PURCHASE_ORDERS,
    per_unit=PER_UNIT,
    rows=rows,
    appended=0,  # a later revision's batches were received manually
    checks=(
        Check(
            "purchaseOrders: ordered before they were received, from the supplier of their lot",
            "SELECT COUNT(*) FROM {purchaseOrders} AS p LEFT JOIN {intake_sessions} AS s ON s.id = p.intakeSessionId "
            "WHERE p.orderDate > '{as_of}' OR p.sentAt < p.createdAt OR p.confirmedAt < p.sentAt "
            "OR (p.purchaseOrderStatus = 'RECEIVED') <> (s.id IS NOT NULL) OR s.vendor_id <> p.supplier_client_id "
            "OR p.actualDeliveryDate <> s.receive_date OR p.orderDate > s.receive_date",
        ),
    ),
)
PURCHASE_ORDER_ITEMS = SeedTable(
    schema.PURCHASE_ORDER_ITEMS,
    per_unit=BATCHES + len(_UNDER_WAY),
    rows=item_rows,
    appended=0,
    uses=("vendors", "intake_sessions", "users"),
    identity=("purchaseOrderId", "productId", "createdAt"),
    checks=(
        Check(
            "purchaseOrderItems: they add up to the order's total, and received orders are complete",
            "SELECT COUNT(*) FROM {purchaseOrders} AS p LEFT JOIN (SELECT purchaseOrderId, SUM(totalCost) AS cost, "
            "SUM(CASE WHEN quantityReceived < quantityOrdered THEN 1 ELSE 0 END) AS missing FROM {purchaseOrderItems} AS "
            "i GROUP BY purchaseOrderId) AS s "
            "ON s.purchaseOrderId = p.id WHERE ROUND(p.total * 100) <> ROUND(COALESCE(s.cost, 0) * 100) "
            "OR p.subtotal <> p.total OR (p.purchaseOrderStatus = 'RECEIVED') <> (s.missing = 0)",
        ),
    ),
)
