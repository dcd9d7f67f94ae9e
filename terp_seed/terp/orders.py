"""Orders, fifty per unit: quotes, and sales from draft to delivery.

The lines are in a JSON list and also in a table of their own; each list item has the id of its row.
"""

from collections.abc import Callable, Iterator
from functools import cache

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.model.values import JsonText
from terp_seed.terp import schema
from terp_seed.terp.batches import grade
from terp_seed.terp.comments import COMMENTS
from terp_seed.terp.days import day_of
from terp_seed.terp.dealings import Order
from terp_seed.terp.figures import GOODS, Batch, Product
from terp_seed.terp.figures import ORDERS as PER_UNIT
from terp_seed.terp.history import ORDER_STATUS_HISTORY, changes
from terp_seed.terp.inbox import INBOX_ITEMS
from terp_seed.terp.lines import ORDER_LINE_ITEM_ALLOCATIONS, ORDER_LINE_ITEMS
from terp_seed.terp.money import CENT, NOTHING, amount, percent
from terp_seed.terp.movements import INVENTORY_MOVEMENTS
from terp_seed.terp.packing import ORDER_BAGS, ORDER_ITEM_BAGS
from terp_seed.terp.payables import VENDOR_PAYABLES
from terp_seed.terp.products import product_name
from terp_seed.terp.returns import CREDITS, RETURNS, VENDOR_RETURN_ITEMS, VENDOR_RETURNS
from terp_seed.terp.slots import PACKED
from terp_seed.terp.strains import NAMES
from terp_seed.terp.tasks import TODO_LISTS, TODO_TASKS
from terp_seed.terp.trade import Trade
from terp_seed.terp.users import USERS
from terp_seed.terp.wishes import CLIENT_NEEDS

TERMS = {0: "COD", 7: "NET_7", 15: "NET_15", 30: "NET_30"}
_SALE_STATUS = {"PAID": "PAID", "PARTIAL": "PARTIAL", "OVERDUE": "OVERDUE", "VOID": "CANCELLED"}  # all others are PENDING
_NOTES = (
    "Call before delivery, the gate is locked.",
    "Deliver to the back door.",
    "Add the certificates of analysis.",
    "Same as last month, please.",
    "Customer picks up on Friday.",
    "No substitutes.",
    "Needs it before the weekend.",
    "Split over two pallets.",
    "New manager, ask for a signature.",
    "Promised the next lot as well.",
)
_SHARE_WITH_NOTES = 35  # percent

# the same for every order
_SAME: Row = {
    "version": 1,
    "tax": NOTHING,
    "discount": NOTHING,
    "shipping": NOTHING,
    "cash_payment": NOTHING,
    "show_adjustment_on_document": True,
    "is_referral_order": False,
    "credit_override_approved": False,
    **dict.fromkeys(
        (
            *("client_need_id", "intake_event_id", "referred_by_client_id", "converted_from_sales_sheet_id"),
            *("related_sample_request_id", "credit_override_by", "credit_override_reason", "credit_override_request_id"),
            "deleted_at",
        )
    ),
}


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the orders of a unit, oldest first."""
    made = Trade(unit)
    stream = unit.stream("orders")
    first_user, first_order, first_client = unit.id_of("users"), unit.id_of("orders"), unit.id_of("clients")
    line = unit.id_of("order_line_items")
    item = _items(unit, made)
    for place, order in enumerate(made.orders):
        number = first_order + place
        is_quote = order.quote is not None
        packed, shipped = order.pack_day >= 0, order.ship_day >= 0
        created = made.at(order.day, order.clock)
        margin = order.total - order.cost
        changed = changes(order)[-1]
        items = ",".join([item(line + index, *asked) for index, asked in enumerate(order.lines)])
        line += len(order.lines)
        yield _SAME | {
            "order_number": f"ORD-S{number:06d}",
            "orderType": "QUOTE" if is_quote else "SALE",
            "is_draft": order.is_draft,
            "client_id": first_client + order.client,
            "items": JsonText(f"[{items}]"),
            "subtotal": order.total * CENT,
            "total": order.total * CENT,
            "total_cogs": order.cost * CENT,
            "total_margin": margin * CENT,
            "avg_margin_percent": percent(margin, order.total) * CENT,
            "valid_until": day_of(order.day + order.valid_days) if is_quote else None,
            "quoteStatus": order.quote,
            "paymentTerms": TERMS[order.credit_days],
            "due_date": None if order.is_draft else day_of((order.ship_day if shipped else order.day) + order.credit_days),
            "saleStatus": None if order.is_draft else _SALE_STATUS.get(order.invoice_status, "PENDING"),
            "fulfillmentStatus": order.fulfillment,
            "packed_at": made.at(order.pack_day, order.pack_clock) if packed else None,
            "packed_by": first_user + order.packer if packed else None,
            "shipped_at": made.at(order.ship_day, order.ship_clock) if shipped else None,
            "shipped_by": first_user + order.shipper if shipped else None,
            "pickPackStatus": _picked(order),
            "converted_from_order_id": None if order.converted_from < 0 else first_order + order.converted_from,
            "converted_at": made.at(order.converted_day, order.clock) if order.converted_day >= 0 else None,
            "confirmed_at": None if order.is_draft else created,
            "notes": stream.pick(_NOTES) if stream.chance(_SHARE_WITH_NOTES) else None,
            "created_by": first_user + order.user,
            "created_at": created,
            "updated_at": made.at(max(changed.day, order.converted_day), changed.clock),
        }


def _picked(order: Order) -> str:
    if order.ships:
        return "READY"
    return "PACKED" if order.fulfillment == PACKED else "PICKING" if order.is_picked else "PENDING"


def _items(unit: Unit, made: Trade) -> Callable[[int, int, int], str]:
    """Return the function that renders a line as JSON. The lines of one batch differ only in id, quantity and totals."""
    batches, first_batch, first_product = made.batches, unit.id_of("batches"), unit.id_of("products")

    @cache
    def frame(place: int) -> tuple[str, str]:
        batch = batches[place]
        return _frame(batch, first_batch + place, made.products[batch.product], first_product + batch.product)

    def item(line: int, place: int, quantity: int) -> str:
        head, unit_figures = frame(place)
        total, cost = quantity * batches[place].price, quantity * batches[place].cost
        return (
            f'{{"id":{line},{head}{quantity},{unit_figures},"lineTotal":{amount(total)},"lineCogs":{amount(cost)},'
            f'"lineMargin":{amount(total - cost)}}}'
        )

    return item


def _frame(batch: Batch, batch_id: int, product: Product, product_id: int) -> tuple[str, str]:
    """Return the JSON before the quantity in the lines of a batch, and the JSON between quantity and totals."""
    good = GOODS[product.goods]
    name = product_name(product)  # contains no characters that JSON escapes
    price, cost, margin = amount(batch.price), amount(batch.cost), batch.price - batch.cost
    return (
        f'"batchId":{batch_id},"productId":{product_id},"displayName":"{name}","originalName":"{name}",'
        f'"strain":"{NAMES[product.strain]}","category":"{good.category}","subcategory":"{good.subcategory}",'
        f'"grade":"{grade(batch_id)}","quantity":',
        f'"unitPrice":{price},"price":{price},"isSample":false,"unitCogs":{cost},"originalCogsPerUnit":{cost},'
        f'"cogsMode":"FIXED","cogsSource":"FIXED","effectiveCogsBasis":"MANUAL","unitMargin":{amount(margin)},'
        f'"marginPercent":{amount(percent(margin, batch.price))}',
    )


_ITEM_FIELDS = {
    "batchId": "INT",
    "productId": "INT",
    "quantity": "DECIMAL(15,4)",
    "unitPrice": "DECIMAL(15,2)",
    "lineTotal": "DECIMAL(15,2)",
    "lineCogs": "DECIMAL(15,2)",
    "lineMargin": "DECIMAL(15,2)",
}
ORDERS = SeedTable(
    schema.ORDERS,
    per_unit=PER_UNIT,
    rows=rows,
    companions=(USERS, CLIENT_NEEDS, TODO_LISTS),
    followers=(
        *(ORDER_LINE_ITEMS, ORDER_LINE_ITEM_ALLOCATIONS, ORDER_STATUS_HISTORY, ORDER_BAGS, ORDER_ITEM_BAGS),
        *(RETURNS, VENDOR_RETURNS, VENDOR_RETURN_ITEMS, CREDITS, INVENTORY_MOVEMENTS, VENDOR_PAYABLES),
        *(TODO_TASKS, COMMENTS, INBOX_ITEMS),
    ),
    uses=("batches", "products", "order_line_items"),
    json_fields={"items": _ITEM_FIELDS},
    checks=(
        Check(
            "orders: total = subtotal, without tax, discount and shipping, and margin = subtotal - cost",
            "SELECT COUNT(*) FROM {orders} AS o WHERE total <> subtotal OR tax <> 0 OR discount <> 0 OR shipping <> 0 "
            "OR ROUND(total_margin * 100) <> ROUND((subtotal - total_cogs) * 100)",
        ),
        Check(
            "orders: the lines in items add up to the subtotal and the cost",
            "SELECT COUNT(*) FROM {orders} AS o LEFT JOIN (SELECT id, SUM(lineTotal) AS lines_total, SUM(lineCogs) AS lines_cost "
            "FROM {orders.items} AS i GROUP BY id) AS s ON s.id = o.id WHERE ROUND(o.subtotal * 100) <> "
            "ROUND(COALESCE(s.lines_total, 0) * 100) OR ROUND(o.total_cogs * 100) <> ROUND(COALESCE(s.lines_cost, 0) * 100)",
        ),
        Check(
            "orders: each line in items is quantity times price, and margin = total - cost",
            "SELECT COUNT(*) FROM {orders.items} AS i WHERE ROUND(lineTotal * 100) <> ROUND(quantity * unitPrice * 100) "
            "OR ROUND(lineMargin * 100) <> ROUND((lineTotal - lineCogs) * 100)",
        ),
        Check(
            "orders: lines are of existing batches of their product, which were in stock on the order's day",
            "SELECT COUNT(*) FROM {orders.items} AS i JOIN {orders} AS o ON o.id = i.id LEFT JOIN {batches} AS b "
            "ON b.id = i.batchId WHERE b.id IS NULL OR b.productId <> i.productId OR o.created_at < b.createdAt "
            "OR b.batchStatus NOT IN ('LIVE', 'SOLD_OUT', 'CLOSED')",
        ),
        Check(
            "orders: drafts and quotes are not confirmed, sales are, and each state has its times",
            "SELECT COUNT(*) FROM {orders} AS o WHERE is_draft <> (confirmed_at IS NULL) OR is_draft <> "
            "(saleStatus IS NULL) OR is_draft <> (due_date IS NULL) OR (orderType = 'QUOTE') <> (quoteStatus IS NOT NULL) "
            "OR (orderType = 'QUOTE' AND NOT is_draft) OR (fulfillmentStatus IN ('SHIPPED', 'DELIVERED', 'RETURNED', "
            "'RESTOCKED', 'RETURNED_TO_VENDOR')) <> (shipped_at IS NOT NULL) "
            "OR (shipped_at IS NOT NULL AND packed_at IS NULL)",
        ),
        Check(
            "orders: a converted quote has one sale with the same client and total, and only quotes are converted (G4, G5)",
            "SELECT (SELECT COUNT(*) FROM {orders} AS q LEFT JOIN {orders} AS s ON s.converted_from_order_id = q.id "
            "AND s.orderType = 'SALE' WHERE q.quoteStatus = 'CONVERTED' AND (s.id IS NULL OR q.converted_at IS NULL "
            "OR s.client_id <> q.client_id OR s.total <> q.total OR s.created_at < q.created_at)) + (SELECT COUNT(*) "
            "FROM {orders} AS o WHERE converted_at IS NOT NULL AND (quoteStatus IS NULL OR quoteStatus <> 'CONVERTED')) + "
            "(SELECT COUNT(*) - COUNT(DISTINCT converted_from_order_id) FROM {orders} AS o "
            "WHERE converted_from_order_id IS NOT NULL)",
        ),
        Check(
            "orders: open quotes are still valid, and expired ones are not (B5)",
            "SELECT COUNT(*) FROM {orders} AS o WHERE (quoteStatus IN ('UNSENT', 'SENT', 'VIEWED') AND valid_until < '{as_of}') "
            "OR (quoteStatus = 'EXPIRED' AND valid_until >= '{as_of}')",
        ),
        Check(
            "orders: none is after the as-of day, and each was packed before it was shipped (E5)",
            "SELECT COUNT(*) FROM {orders} AS o WHERE created_at > '{as_of} 00:00:00' OR updated_at > '{as_of} 00:00:00' OR "
            "updated_at < created_at "
            "OR packed_at < created_at OR shipped_at < packed_at OR shipped_at > '{as_of} 00:00:00'",
        ),
        Check("orders: numbers do not repeat", "SELECT COUNT(*) - COUNT(DISTINCT order_number) FROM {orders} AS o"),
    ),
)
