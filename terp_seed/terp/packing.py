"""Packing: the bag of each packed order that was not cancelled, and its lines."""

from collections.abc import Iterator

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema_orders as schema
from terp_seed.terp.dealings import Order
from terp_seed.terp.slots import CANCELLED, ORDER_SLOTS, PACKED
from terp_seed.terp.trade import Trade

_PACKED_SLOTS = [slot for slot in ORDER_SLOTS if slot.ships or slot.fulfillment == PACKED]


def _is_packed(order: Order) -> bool:
    """Tell whether an order's goods are in a bag, shipped or not."""
    return order.pack_day >= 0 and order.fulfillment != CANCELLED


def bag_rows(unit: Unit) -> Iterator[Row]:
    """Yield the bags of a unit's orders."""
    made = Trade(unit)
    for place, order in enumerate(made.orders):
        if _is_packed(order):
            yield {
                "order_id": unit.id_of("orders", place),
                "bag_identifier": "BAG-001",
                "notes": None,
                "created_by": unit.id_of("users", order.packer),
                "created_at": made.at(order.pack_day, order.pack_clock),
            }


def item_rows(unit: Unit) -> Iterator[Row]:
    """Yield the lines in each bag."""
    made = Trade(unit)
    first_user, line, bag = unit.id_of("users"), unit.id_of("order_line_items"), unit.id_of("order_bags")
    for order in made.orders:
        if _is_packed(order):
            packed = made.at(order.pack_day, order.pack_clock)
            for number in range(len(order.lines)):
                yield {
                    "order_item_id": line + number,
                    "bag_id": bag,
                    "packed_at": packed,
                    "packed_by": first_user + order.packer,
                    "deleted_at": None,
                }
            bag += 1
        line += len(order.lines)


ORDER_BAGS = SeedTable(
    schema.ORDER_BAGS,
    per_unit=len(_PACKED_SLOTS),
    rows=bag_rows,
    appended=0,
    checks=(
        Check(
            "order_bags: each packed order has one, with its time and user (G6)",
            "SELECT COUNT(*) FROM {orders} AS o LEFT JOIN {order_bags} AS b ON b.order_id = o.id WHERE (b.id IS NOT NULL) <> "
            "(o.fulfillmentStatus IN ('PACKED', 'SHIPPED', 'DELIVERED', 'RETURNED', 'RESTOCKED', 'RETURNED_TO_VENDOR')) "
            "OR b.created_at <> o.packed_at OR b.created_by <> o.packed_by",
        ),
    ),
)
ORDER_ITEM_BAGS = SeedTable(
    schema.ORDER_ITEM_BAGS,
    per_unit=sum(slot.lines for slot in _PACKED_SLOTS),
    rows=item_rows,
    appended=0,
    checks=(
        Check(
            "order_item_bags: each line of an order with a bag is in it",
            "SELECT COUNT(*) FROM {order_bags} AS b JOIN {order_line_items} AS l ON l.order_id = b.order_id "
            "LEFT JOIN {order_item_bags} AS i ON i.order_item_id = l.id AND i.bag_id = b.id WHERE i.id IS NULL",
        ),
    ),
)
