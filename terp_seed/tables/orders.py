"""Orders, fifty a unit: quotes and sales, and the one user, for all units, who entered them."""

import json
from collections.abc import Iterator
from datetime import date, datetime

from terp_seed.engine.insert import JsonText
from terp_seed.engine.table import Check, Row, SeedTable, Unit
from terp_seed.tables import schema
from terp_seed.tables.batches import grade
from terp_seed.tables.figures import GOODS, Line, Order, Trade, cents, percent
from terp_seed.tables.figures import ORDERS as PER_UNIT
from terp_seed.tables.products import product_name, strain
from terp_seed.tables.trade import trade

TERMS = {0: "COD", 7: "NET_7", 15: "NET_15", 30: "NET_30"}
VALID_DAYS = 30
_SALE_STATUS = {
    "PAID": "PAID",
    "PARTIAL": "PARTIAL",
    "OVERDUE": "OVERDUE",
    "SENT": "PENDING",
    "VIEWED": "PENDING",
    "VOID": "CANCELLED",
}
_PICKED = {
    "CONFIRMED": "PENDING",
    "READY_FOR_PACKING": "PICKING",
    "PACKED": "PACKED",
    "DRAFT": "PENDING",
    "CANCELLED": "PENDING",
}


def user_rows(unit: Unit) -> Iterator[Row]:
    """Yield the user who entered the seeded rows. Nobody can log in as it: no login service knows its openId."""
    joined = trade(unit).moment(unit.as_of.toordinal() - 900, 8)
    yield {
        "openId": "terp-seed",
        "deleted_at": None,
        "loginMethod": None,
        "role": "user",
        "createdAt": joined,
        "updatedAt": joined,
        "lastSignedIn": joined,
    }


def _items(unit: Unit, made: Trade, order: Order) -> JsonText:
    return JsonText(f"[{','.join([_item(unit, made, line) for line in order.lines])}]")


def _item(unit: Unit, made: Trade, line: Line) -> str:
    batch = made.batches[line.batch]
    product = made.products[batch.product]
    batch_id, product_id = unit.id_of("batches", line.batch), unit.id_of("products", batch.product)
    good = GOODS[product.goods]
    name = json.dumps(product_name(product_id, product.goods))
    price, margin = cents(line.price), line.price - line.cost
    return (
        f'{{"batchId":{batch_id},"productId":{product_id},"displayName":{name},"originalName":{name},'
        f'"strain":{json.dumps(strain(product_id))},'
        f'"category":"{good.category}","subcategory":"{good.subcategory}","grade":"{grade(batch_id)}",'
        f'"quantity":{line.quantity},"unitPrice":{price},"price":{price},"isSample":false,"unitCogs":{cents(line.cost)},'
        f'"cogsMode":"FIXED","cogsSource":"FIXED","unitMargin":{cents(margin)},'
        f'"marginPercent":{percent(margin, line.price)},'
        f'"lineTotal":{cents(line.total)},"lineCogs":{cents(line.total_cost)},'
        f'"lineMargin":{cents(line.total - line.total_cost)}}}'
    )


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the orders of a unit, oldest first."""
    made = trade(unit)
    stream = unit.stream("orders")
    user = unit.id_of("users")
    for order in made.orders:
        created = made.moment(order.day, 8 + stream.below(4), stream.below(60))
        confirmed = None if order.is_quote or order.ending == "CANCELLED" else created
        packed = _later(made, order, created, 1, 14) if order.ships or order.fulfillment == "PACKED" else None
        shipped = _later(made, order, created, 2, 15) if order.ships else None
        source = order.converted_from
        margin = order.subtotal - order.cost
        valid_until = date.fromordinal(order.day + VALID_DAYS) if order.is_quote else None
        yield {
            "version": 1,
            "order_number": f"ORD-S{unit.id_of('orders', order.place):06d}",
            "orderType": "QUOTE" if order.is_quote else "SALE",
            "is_draft": order.ending == "UNSENT",
            "client_id": unit.id_of("clients", order.client),
            "client_need_id": None,
            "intake_event_id": None,
            "items": _items(unit, made, order),
            "subtotal": cents(order.subtotal),
            "tax": cents(order.tax),
            "discount": cents(order.discount),
            "shipping": cents(order.shipping),
            "show_adjustment_on_document": True,
            "total": cents(order.total),
            "total_cogs": cents(order.cost),
            "total_margin": cents(margin),
            "avg_margin_percent": percent(margin, order.subtotal),
            "valid_until": valid_until,
            "quoteStatus": order.ending if order.is_quote else None,
            "paymentTerms": TERMS[order.credit_days],
            "cash_payment": cents(order.paid_in_cash),
            "due_date": None if order.is_quote else date.fromordinal(order.due_day),
            "saleStatus": None if order.is_quote else _SALE_STATUS[order.invoice_status],
            "invoice_id": None,
            "fulfillmentStatus": order.fulfillment,
            "packed_at": packed,
            "packed_by": user if packed else None,
            "shipped_at": shipped,
            "shipped_by": user if shipped else None,
            "pickPackStatus": _PICKED.get(order.fulfillment, "READY"),
            "referred_by_client_id": None,
            "is_referral_order": False,
            "converted_from_order_id": None if source is None else unit.id_of("orders", source.place),
            "converted_from_sales_sheet_id": None,
            "converted_at": None if source is None else created,
            "confirmed_at": confirmed,
            "related_sample_request_id": None,
            "credit_override_approved": False,
            "credit_override_by": None,
            "credit_override_reason": None,
            "credit_override_request_id": None,
            "deleted_at": None,
            "notes": None,
            "created_by": user,
            "created_at": created,
            "updated_at": shipped or packed or created,
        }


def _later(made: Trade, order: Order, created: datetime, days: int, hour: int) -> datetime:
    return max(created, made.moment(min(order.day + days, made.as_of), hour))


USERS = SeedTable(
    schema.USERS,
    per_unit=1,
    rows=user_rows,
    pii={"name": "person", "email": "email"},
    not_pii=frozenset({"loginMethod", "openId"}),
    shared=True,
)
ORDERS = SeedTable(
    schema.ORDERS,
    per_unit=PER_UNIT,
    rows=rows,
    companions=(USERS,),
    uses=("batches", "products"),
    json_fields={
        "items": {
            "batchId": "INT",
            "productId": "INT",
            "quantity": "DECIMAL(15,4)",
            "unitPrice": "DECIMAL(15,2)",
            "lineTotal": "DECIMAL(15,2)",
            "lineCogs": "DECIMAL(15,2)",
            "lineMargin": "DECIMAL(15,2)",
        }
    },
    checks=(
        Check(
            "orders: total = subtotal + tax + shipping - discount",
            "SELECT COUNT(*) FROM {orders} AS o WHERE ROUND(total * 100) <> ROUND((subtotal + tax + shipping - discount) * 100)",
        ),
        Check(
            "orders: line totals make the subtotal",
            "SELECT COUNT(*) FROM {orders} AS o LEFT JOIN (SELECT id, SUM(lineTotal) AS lines_total FROM {orders.items} AS i "
            "GROUP BY id) AS s ON s.id = o.id WHERE ROUND(o.subtotal * 100) <> ROUND(COALESCE(s.lines_total, 0) * 100)",
        ),
        Check(
            "orders: each line is quantity times price, and its margin what is left of it",
            "SELECT COUNT(*) FROM {orders.items} AS i WHERE ROUND(lineTotal * 100) <> ROUND(quantity * unitPrice * 100) "
            "OR ROUND(lineMargin * 100) <> ROUND((lineTotal - lineCogs) * 100)",
        ),
        Check(
            "orders: lines name existing batches of their product, sold when they had come",
            "SELECT COUNT(*) FROM {orders.items} AS i JOIN {orders} AS o ON o.id = i.id LEFT JOIN {batches} AS b "
            "ON b.id = i.batchId "
            "WHERE b.id IS NULL OR b.productId <> i.productId OR o.created_at < b.createdAt "
            "OR b.batchStatus NOT IN ('LIVE', 'SOLD_OUT')",
        ),
        Check(
            "orders: none lies after the as-of day",
            "SELECT COUNT(*) FROM {orders} AS o WHERE DATE(created_at) > '{as_of}' OR updated_at < created_at "
            "OR packed_at < created_at OR shipped_at < packed_at",
        ),
        Check("orders: numbers do not repeat", "SELECT COUNT(*) - COUNT(DISTINCT order_number) FROM {orders} AS o"),
    ),
)
