"""Orders, fifty a unit: quotes and sales, and the one user, for all units, who entered them."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import cache

from terp_seed.engine.literals import JsonText
from terp_seed.engine.table import Check, Row, SeedTable, Unit
from terp_seed.tables import schema
from terp_seed.tables.batches import grade
from terp_seed.tables.figures import CENT, GOODS, Batch, Product, amount, day_of, percent
from terp_seed.tables.figures import ORDERS as PER_UNIT
from terp_seed.tables.products import product_name, strain
from terp_seed.tables.trade import Trade

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


# what is the same in every order
_SAME: Row = {
    "version": 1,
    "show_adjustment_on_document": True,
    "is_referral_order": False,
    "credit_override_approved": False,
    **dict.fromkeys(
        (
            *("client_need_id", "intake_event_id", "invoice_id", "referred_by_client_id", "converted_from_sales_sheet_id"),
            *("related_sample_request_id", "credit_override_by", "credit_override_reason", "credit_override_request_id"),
            *("deleted_at", "notes"),
        )
    ),
}


def user_rows(unit: Unit) -> Iterator[Row]:
    """Yield the user who entered the seeded rows. Nobody can log in as it: no login service knows its openId."""
    joined = datetime.combine(unit.as_of - timedelta(900), time(8))
    yield {
        "openId": "terp-seed",
        "deleted_at": None,
        "loginMethod": None,
        "role": "user",
        "createdAt": joined,
        "updatedAt": joined,
        "lastSignedIn": joined,
    }


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the orders of a unit, oldest first."""
    made = Trade(unit)
    below = unit.stream("orders").below
    user, first_order, first_client = unit.id_of("users"), unit.id_of("orders"), unit.id_of("clients")
    item = _items(unit, made)
    for place, order in enumerate(made.orders):
        number = first_order + place
        is_quote, ships, source = order.is_quote, order.ships, order.converted_from
        created = made.moment(order.day, 8 + below(4), below(60))
        packed = made.hour(order.day + 1, 14) if ships or order.fulfillment == "PACKED" else None
        shipped = made.hour(order.day + 2, 15) if ships else None
        margin = order.subtotal - order.cost
        yield _SAME | {
            "order_number": f"ORD-S{number:06d}",
            "orderType": "QUOTE" if is_quote else "SALE",
            "is_draft": order.ending == "UNSENT",
            "client_id": first_client + order.client,
            "items": JsonText(f"[{','.join([item(*line) for line in order.lines])}]"),
            "subtotal": order.subtotal * CENT,
            "tax": order.tax * CENT,
            "discount": order.discount * CENT,
            "shipping": order.shipping * CENT,
            "total": order.total * CENT,
            "total_cogs": order.cost * CENT,
            "total_margin": margin * CENT,
            "avg_margin_percent": percent(margin, order.subtotal) * CENT,
            "valid_until": day_of(order.day + VALID_DAYS) if is_quote else None,
            "quoteStatus": order.ending if is_quote else None,
            "paymentTerms": TERMS[order.credit_days],
            "cash_payment": order.paid_in_cash * CENT,
            "due_date": None if is_quote else day_of(order.due_day),
            "saleStatus": None if is_quote else _SALE_STATUS[order.invoice_status],
            "fulfillmentStatus": order.fulfillment,
            "packed_at": packed,
            "packed_by": user if packed else None,
            "shipped_at": shipped,
            "shipped_by": user if shipped else None,
            "pickPackStatus": _PICKED.get(order.fulfillment, "READY"),
            "converted_from_order_id": None if source is None else first_order + source,
            "converted_at": None if source is None else created,
            "confirmed_at": None if is_quote or order.ending == "CANCELLED" else created,
            "created_by": user,
            "created_at": created,
            "updated_at": shipped or packed or created,
        }


def _items(unit: Unit, made: Trade) -> Callable[[int, int], str]:
    """Return what writes a line as JSON. The lines of one batch differ in their quantity and totals only."""
    batches, first_batch, first_product = made.batches, unit.id_of("batches"), unit.id_of("products")

    @cache
    def frame(place: int) -> tuple[str, str]:
        batch = batches[place]
        return _frame(batch, first_batch + place, made.products[batch.product], first_product + batch.product)

    def item(place: int, quantity: int) -> str:
        head, unit_figures = frame(place)
        total, cost = quantity * batches[place].price, quantity * batches[place].cost
        return (
            f'{head}{quantity},{unit_figures},"lineTotal":{amount(total)},"lineCogs":{amount(cost)},'
            f'"lineMargin":{amount(total - cost)}}}'
        )

    return item


def _frame(batch: Batch, batch_id: int, product: Product, product_id: int) -> tuple[str, str]:
    """Return what stands before the quantity in the lines of a batch, and between it and the totals."""
    good = GOODS[product.goods]
    name = product_name(product_id, product.goods)  # no word in it has a character that JSON would escape
    price, margin = amount(batch.price), batch.price - batch.cost
    return (
        f'{{"batchId":{batch_id},"productId":{product_id},"displayName":"{name}","originalName":"{name}",'
        f'"strain":"{strain(product_id)}","category":"{good.category}","subcategory":"{good.subcategory}",'
        f'"grade":"{grade(batch_id)}","quantity":',
        f'"unitPrice":{price},"price":{price},"isSample":false,"unitCogs":{amount(batch.cost)},'
        f'"cogsMode":"FIXED","cogsSource":"FIXED","unitMargin":{amount(margin)},'
        f'"marginPercent":{amount(percent(margin, batch.price))}',
    )


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
