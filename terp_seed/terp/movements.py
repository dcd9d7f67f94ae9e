"""Inventory movements: the receipts, sales, returns and other changes of each batch, in chronological order.

Each begins with the quantity at which the batch's previous one ended, and the last one ends with the quantity on hand.
"""

from collections.abc import Iterator
from typing import NamedTuple

from terp_seed.model.table import Check, ConditionalReference, Row, SeedTable, Unit
from terp_seed.terp import schema_stock as schema
from terp_seed.terp.days import next_working_day
from terp_seed.terp.figures import BATCHES, STOREKEEPER
from terp_seed.terp.intake import receiver
from terp_seed.terp.money import CENT
from terp_seed.terp.returns import LINES_BACK, LINES_TO_VENDOR, returned
from terp_seed.terp.slots import SHIPMENTS, STATUSES, TO_VENDOR
from terp_seed.terp.trade import Trade


class Movement(NamedTuple):
    """A Movement is a change of a batch's quantity on hand, with its time, user and referenced row (a table and a place)."""

    day: int
    clock: int
    batch: int
    kind: str
    change: int
    user: int
    reference: str
    table: str = ""
    place: int = 0
    reason: str | None = None
    notes: str | None = None


def movements(made: Trade) -> list[Movement]:
    """Return the movements of a unit's batches, in chronological order."""
    found = []
    for place, batch in enumerate(made.batches):
        by = receiver(batch.lot), "PO_RECEIPT", "purchaseOrders", batch.lot
        found.append(Movement(batch.day, batch.clock, place, "INTAKE", batch.received, *by))
        if batch.status == "QUARANTINED":
            day, notes = next_working_day(batch.day), "Set aside until the laboratory has tested it again."
            aside = STOREKEEPER, "STATUS_CHANGE"
            found.append(Movement(day, batch.clock, place, "QUARANTINE", -batch.received, *aside, notes=notes))
    for order in made.orders:
        if order.ships:
            by = order.shipper, "ORDER", "orders", order.place
            for batch_place, quantity in order.lines:
                found.append(Movement(order.ship_day, order.ship_clock, batch_place, "SALE", -quantity, *by))
    for number, order in enumerate(returned(made)):
        by = order.packer, "RETURN", "returns", number
        for batch_place, quantity in order.lines:
            found.append(Movement(order.end_day, order.end_clock, batch_place, "RETURN", quantity, *by))
            if order.fulfillment == TO_VENDOR:
                day = next_working_day(order.end_day, 3)
                gone = order.packer, "RETURN_RECEIVE", "returns", number, "QUALITY_ISSUE", "Sent back to the vendor."
                found.append(Movement(day, order.end_clock, batch_place, "ADJUSTMENT", -quantity, *gone))
    found.sort(key=lambda movement: (movement.day, movement.clock))
    return found


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the movements of a unit's batches, oldest first."""
    made = Trade(unit)
    first_batch, first_user = unit.id_of("batches"), unit.id_of("users")
    on_hand = [0] * BATCHES
    for day, clock, batch, kind, change, user, reference, table, place, reason, notes in movements(made):
        before = on_hand[batch]
        on_hand[batch] = before + change
        yield {
            "batchId": first_batch + batch,
            "inventoryMovementType": kind,
            "quantityChange": change * 100 * CENT,
            "quantityBefore": before * 100 * CENT,
            "quantityAfter": on_hand[batch] * 100 * CENT,
            "referenceType": reference,
            "referenceId": unit.id_of(table, place) if table else None,
            "adjustmentReason": reason,
            "notes": notes,
            "performedBy": first_user + user,
            "createdAt": made.at(day, clock),
            "deleted_at": None,
        }


INVENTORY_MOVEMENTS = SeedTable(
    schema.INVENTORY_MOVEMENTS,
    per_unit=(BATCHES + STATUSES.count("QUARANTINED") + sum(slot.lines for slot in SHIPMENTS) + LINES_BACK + LINES_TO_VENDOR),
    rows=rows,
    appended=0,
    references=(
        ConditionalReference("referenceId", "purchaseOrders", "referenceType", "PO_RECEIPT"),
        ConditionalReference("referenceId", "orders", "referenceType", "ORDER"),
        ConditionalReference("referenceId", "returns", "referenceType", "RETURN"),
        ConditionalReference("referenceId", "returns", "referenceType", "RETURN_RECEIVE"),
    ),
    identity=("batchId", "inventoryMovementType", "quantityBefore", "quantityChange", "createdAt"),
    checks=(
        Check(
            "inventoryMovements: each begins where the batch's previous one ended, and none goes below 0 (E4)",
            "SELECT COUNT(*) FROM (SELECT batchId, quantityBefore, quantityChange, quantityAfter, COALESCE(LAG(quantityAfter) "
            "OVER (PARTITION BY batchId ORDER BY createdAt, id), 0) AS ended FROM {inventoryMovements} AS m) AS s "
            "WHERE ROUND(quantityAfter * 100) <> ROUND((quantityBefore + quantityChange) * 100) OR quantityBefore <> ended "
            "OR quantityAfter < 0",
        ),
        Check(
            "inventoryMovements: the last one of each batch ends at the quantity on hand (H5)",
            "SELECT COUNT(*) FROM (SELECT batchId, quantityAfter, ROW_NUMBER() OVER (PARTITION BY batchId ORDER BY createdAt "
            "DESC, "
            "id DESC) AS number FROM {inventoryMovements} AS m) AS s JOIN {batches} AS b ON b.id = s.batchId "
            "WHERE s.number = 1 AND s.quantityAfter <> b.onHandQty",
        ),
        Check(
            "inventoryMovements: intakes match what was received, and each shipped line has a sale at its time (E5)",
            "SELECT (SELECT COUNT(*) FROM {inventoryMovements} AS m LEFT JOIN {intake_session_batches} AS r "
            "ON r.batch_id = m.batchId WHERE m.createdAt > '{as_of} 00:00:00' OR (m.inventoryMovementType = 'INTAKE' AND "
            "(r.id IS NULL OR r.received_qty <> m.quantityChange))) + (SELECT COUNT(*) FROM {order_line_items} AS l "
            "JOIN {orders} AS o ON o.id = l.order_id LEFT JOIN {inventoryMovements} AS m ON m.referenceType = 'ORDER' "
            "AND m.referenceId = o.id AND m.batchId = l.batch_id AND m.inventoryMovementType = 'SALE' "
            "WHERE (o.shipped_at IS NULL) <> (m.id IS NULL) OR m.quantityChange <> -l.quantity OR m.createdAt <> o.shipped_at)",
        ),
    ),
)
