"""The history of orders: one row per state that an order has been in, with user and time."""

from collections.abc import Iterator
from typing import NamedTuple

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema_orders as schema
from terp_seed.terp.days import next_working_day
from terp_seed.terp.dealings import Order
from terp_seed.terp.slots import (
    BACK,
    CANCELLED,
    DELIVERED,
    LATER_QUOTES,
    ORDER_SLOTS,
    PACKED,
    READY,
    RETURNED,
    SHIPPED,
    TO_VENDOR,
)
from terp_seed.terp.trade import Trade

_NOTES = {DELIVERED: "Delivered, signed for.", RETURNED: "Customer sends it back.", CANCELLED: "Customer cancelled."}


class Change(NamedTuple):
    """A Change is a new state of an order, with its time and user."""

    state: str
    day: int
    clock: int
    user: int


def changes(order: Order) -> list[Change]:
    """Return the states that an order has been in, in order."""
    found = [Change(READY, order.day, order.clock, order.user)]
    if order.pack_day >= 0:
        found.append(Change(PACKED, order.pack_day, order.pack_clock, order.packer))
    if order.ship_day >= 0:
        found.append(Change(SHIPPED, order.ship_day, order.ship_clock, order.shipper))
        if order.fulfillment != SHIPPED:
            found.append(Change(DELIVERED, next_working_day(order.ship_day), order.end_clock, order.shipper))
        if order.fulfillment in BACK:
            found.append(Change(RETURNED, order.end_day, order.end_clock, order.packer))
        if order.fulfillment in BACK and order.fulfillment != RETURNED:
            day = next_working_day(order.end_day, 3 if order.fulfillment == TO_VENDOR else 1)
            found.append(Change(order.fulfillment, day, order.end_clock, order.packer))
    elif order.fulfillment == CANCELLED:
        found.append(Change(CANCELLED, order.end_day, order.end_clock, order.user))
    return found


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the history of a unit's orders, order by order."""
    made = Trade(unit)
    first_order, first_user = unit.id_of("orders"), unit.id_of("users")
    for place, order in enumerate(made.orders):
        for state, day, clock, user in changes(order):
            yield {
                "order_id": first_order + place,
                "fulfillmentStatus": state,
                "changed_by": first_user + user,
                "changed_at": made.at(day, clock),
                "notes": _NOTES.get(state),
                "deleted_at": None,
            }


_STATES = {READY: 1, PACKED: 2, CANCELLED: 2, SHIPPED: 3, DELIVERED: 4, RETURNED: 5}  # all others have 6
ORDER_STATUS_HISTORY = SeedTable(
    schema.ORDER_STATUS_HISTORY,
    # a cancelled order that was already packed has an invoice, and one state more
    per_unit=sum(_STATES.get(slot.fulfillment, 6) + (slot.invoice == "VOID") for slot in ORDER_SLOTS),
    rows=rows,
    appended=len(LATER_QUOTES),
    identity=("order_id", "fulfillmentStatus", "changed_at"),
    checks=(
        Check(
            "order_status_history: every order has one, which ends in its state (E2)",
            "SELECT COUNT(*) FROM {orders} AS o LEFT JOIN (SELECT order_id, MAX(id) AS last, MIN(changed_at) AS first "
            "FROM {order_status_history} AS h GROUP BY order_id) AS s ON s.order_id = o.id LEFT JOIN {order_status_history} AS h "
            "ON h.id = s.last WHERE h.id IS NULL OR CAST(h.fulfillmentStatus AS CHAR(30)) <> CAST(o.fulfillmentStatus AS "
            "CHAR(30)) OR s.first < o.created_at",
        ),
        Check(
            "order_status_history: packing and shipping have the order's times and users, and none is after the as-of day",
            "SELECT COUNT(*) FROM {order_status_history} AS h JOIN {orders} AS o ON o.id = h.order_id "
            "WHERE h.changed_at > '{as_of} 00:00:00' "
            "OR (h.fulfillmentStatus = 'PACKED' AND (h.changed_at <> o.packed_at OR h.changed_by <> o.packed_by)) "
            "OR (h.fulfillmentStatus = 'SHIPPED' AND (h.changed_at <> o.shipped_at OR h.changed_by <> o.shipped_by)) "
            "OR (h.fulfillmentStatus NOT IN ('READY_FOR_PACKING', 'PACKED', 'SHIPPED', 'CANCELLED') "
            "AND h.changed_at <= o.shipped_at)",
        ),
    ),
)
