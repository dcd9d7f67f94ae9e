"""The lines of orders as rows, and the allocations of shipped lines to batches."""

from collections.abc import Iterator

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema_orders as schema
from terp_seed.terp.money import CENT, percent
from terp_seed.terp.products import product_name
from terp_seed.terp.slots import LATER_QUOTES, ORDER_SLOTS, SHIPMENTS
from terp_seed.terp.trade import Trade

# the same for every line: costs are fixed, and no margin was overridden
_SAME: Row = {
    "effective_cogs_basis": "MANUAL",
    "original_range_min": None,
    "original_range_max": None,
    "is_below_vendor_range": False,
    "below_range_reason": None,
    "is_cogs_overridden": False,
    "cogs_override_reason": None,
    "is_margin_overridden": False,
    "is_sample": False,
}


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the lines of a unit's orders, in the order of the orders' JSON lists."""
    made = Trade(unit)
    batches, products = made.batches, made.products
    first_order, first_batch = unit.id_of("orders"), unit.id_of("batches")
    figures = [
        (
            product_name(products[batch.product]),
            batch.cost * CENT,
            percent(batch.price - batch.cost, batch.price) * CENT,
            (batch.price - batch.cost) * CENT,
            batch.price * CENT,
        )
        for batch in batches
    ]
    sources = [
        "CUSTOMER_PROFILE" if client.is_large else "DEFAULT" for client in made.clients
    ]  # large clients have their own price list
    for place, order in enumerate(made.orders):
        created = made.at(order.day, order.clock)
        for batch, quantity in order.lines:
            name, cost, margin_percent, margin, price = figures[batch]
            yield _SAME | {
                "order_id": first_order + place,
                "batch_id": first_batch + batch,
                "product_display_name": name,
                "quantity": quantity * 100 * CENT,
                "cogs_per_unit": cost,
                "original_cogs_per_unit": cost,
                "margin_percent": margin_percent,
                "margin_dollar": margin,
                "margin_source": sources[order.client],
                "unit_price": price,
                "line_total": quantity * batches[batch].price * CENT,
                "created_at": created,
                "updated_at": created,
            }


def allocation_rows(unit: Unit) -> Iterator[Row]:
    """Yield the allocation of each shipped line of a unit to its batch."""
    made = Trade(unit)
    batches = made.batches
    first_batch, first_user = unit.id_of("batches"), unit.id_of("users")
    line = unit.id_of("order_line_items")
    for order in made.orders:
        if order.ships:
            allocated = made.at(order.pack_day, order.pack_clock)
            for number, (batch, quantity) in enumerate(order.lines, line):
                yield {
                    "order_line_item_id": number,
                    "batch_id": first_batch + batch,
                    "quantity_allocated": quantity * 100 * CENT,
                    "unit_cost": batches[batch].cost * CENT,
                    "allocated_at": allocated,
                    "allocated_by": first_user + order.packer,
                }
        line += len(order.lines)


ORDER_LINE_ITEMS = SeedTable(
    schema.ORDER_LINE_ITEMS,
    per_unit=sum(slot.lines for slot in ORDER_SLOTS),
    rows=rows,
    not_pii=frozenset({"product_display_name"}),
    appended=sum(slot.lines for slot in LATER_QUOTES),
    identity=("order_id", "batch_id", "created_at"),
    checks=(
        Check(
            "order_line_items: they add up to the order's total, and each is quantity times price (A5, C1, D1, E1)",
            "SELECT (SELECT COUNT(*) FROM {orders} AS o LEFT JOIN (SELECT order_id, SUM(line_total) AS total, "
            "SUM(quantity * cogs_per_unit) AS cost FROM {order_line_items} AS l GROUP BY order_id) AS s ON s.order_id = o.id "
            "WHERE ROUND(o.total * 100) <> ROUND(COALESCE(s.total, 0) * 100) "
            "OR ROUND(o.total_cogs * 100) <> ROUND(COALESCE(s.cost, 0) * 100)) + (SELECT COUNT(*) FROM {order_line_items} AS l "
            "WHERE ROUND(line_total * 100) <> ROUND(quantity * unit_price * 100) "
            "OR ROUND(margin_dollar * 100) <> ROUND((unit_price - cogs_per_unit) * 100))",
        ),
        Check(
            "order_line_items: margins come from the client's profile if it has one",
            "SELECT COUNT(*) FROM {order_line_items} AS l JOIN {orders} AS o ON o.id = l.order_id JOIN {clients} AS c "
            "ON c.id = o.client_id WHERE (l.margin_source = 'CUSTOMER_PROFILE') <> (c.pricing_profile_id IS NOT NULL)",
        ),
        Check(
            "order_line_items: they match the order's list in number, batches and quantities (A6, C2, G12)",
            "SELECT (SELECT COUNT(*) FROM {orders.items} AS i LEFT JOIN {order_line_items} AS l ON l.order_id = i.id "
            "AND l.batch_id = i.batchId AND l.quantity = i.quantity WHERE l.id IS NULL) + (SELECT COUNT(*) FROM "
            "{order_line_items} AS l LEFT JOIN {orders.items} AS i ON i.id = l.order_id AND i.batchId = l.batch_id "
            "WHERE i.id IS NULL)",
        ),
    ),
)
ORDER_LINE_ITEM_ALLOCATIONS = SeedTable(
    schema.ORDER_LINE_ITEM_ALLOCATIONS,
    per_unit=sum(slot.lines for slot in SHIPMENTS),
    rows=allocation_rows,
    appended=0,
    identity=("order_line_item_id", "batch_id"),
    checks=(
        Check(
            "order_line_item_allocations: each shipped line is allocated completely from its batch, at its cost",
            "SELECT COUNT(*) FROM {order_line_items} AS l JOIN {orders} AS o ON o.id = l.order_id "
            "LEFT JOIN {order_line_item_allocations} AS a ON a.order_line_item_id = l.id WHERE (o.shipped_at IS NULL) <> "
            "(a.id IS NULL) OR a.batch_id <> l.batch_id OR a.quantity_allocated <> l.quantity OR a.unit_cost <> l.cogs_per_unit",
        ),
    ),
)
