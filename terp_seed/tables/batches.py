"""Batches, thirty a unit, and the ten lots in which they came: what lies in the warehouse."""

from collections.abc import Iterator

from terp_seed.engine.literals import JsonText
from terp_seed.engine.table import Check, Row, SeedTable, Unit
from terp_seed.tables import schema
from terp_seed.tables.figures import BATCHES as PER_UNIT
from terp_seed.tables.figures import CENT, NOTHING, VENDORS
from terp_seed.tables.figures import LOTS as LOTS_PER_UNIT
from terp_seed.tables.trade import Trade

GRADES = ("A+", "A", "A", "B+", "B")
_TERMS = ("COD", "NET_7", "NET_15", "NET_30", "NET_30", "CONSIGNMENT", "PARTIAL")


def lot_rows(unit: Unit) -> Iterator[Row]:
    """Yield the lots of a unit; the vendors take turns."""
    made = Trade(unit)
    for place, day in enumerate(made.lot_days):
        arrived = made.hour(day, 5)
        yield {
            "code": f"LOT-S{unit.id_of('lots', place):06d}",
            "deleted_at": None,
            "supplier_client_id": None,
            "vendorId": unit.id_of("vendors", place % VENDORS),
            "date": arrived,
            "notes": None,
            "createdAt": arrived,
            "updatedAt": arrived,
        }


def grade(number: int) -> str:
    """Return the grade of the batch with that id."""
    return GRADES[number % len(GRADES)]


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the batches of a unit: what is on hand is what is reserved and what nobody has ordered."""
    made = Trade(unit)
    stream = unit.stream("batches")
    for place, batch in enumerate(made.batches):
        number = unit.id_of("batches", place)
        created = made.moment(batch.day, 7, stream.below(60))
        updated = made.hour(batch.last_day, 17) if batch.last_day else created
        terms = stream.pick(_TERMS)
        received = batch.shipped + batch.on_hand
        for_sale = batch.status == "LIVE"
        yield {
            "code": f"BAT-S{number:06d}",
            "deleted_at": None,
            "version": 1,
            "sku": f"SKU-S{number:06d}",
            "productId": unit.id_of("products", batch.product),
            "lotId": unit.id_of("lots", batch.lot),
            "batchStatus": batch.status,
            "isPhotographyComplete": batch.status != "AWAITING_INTAKE",
            "statusId": None,
            "grade": grade(number),
            "isSample": 0,
            "sampleOnly": 0,
            "sampleAvailable": 1 if for_sale else 0,
            "cogsMode": "FIXED",
            "unitCogs": batch.cost * CENT,
            "unitCogsMin": None,
            "unitCogsMax": None,
            "paymentTerms": terms,
            "ownership_type": "CONSIGNED" if terms == "CONSIGNMENT" else "OFFICE_OWNED",
            "amountPaid": NOTHING if terms == "CONSIGNMENT" else batch.cost * received * CENT,
            "metadata": JsonText(f'{{"receivedQty":{received}}}'),
            "photo_session_event_id": None,
            "onHandQty": batch.on_hand * 100 * CENT,
            "sampleQty": 100 * CENT if for_sale else NOTHING,
            "reservedQty": batch.reserved * 100 * CENT,
            "quarantineQty": batch.on_hand * 100 * CENT if batch.status == "QUARANTINED" else NOTHING,
            "holdQty": batch.on_hand * 100 * CENT if batch.status == "ON_HOLD" else NOTHING,
            "defectiveQty": NOTHING,
            "publishEcom": 1 if for_sale else 0,
            "publishB2b": 1 if for_sale else 0,
            "createdAt": created,
            "updatedAt": updated,
        }


LOTS = SeedTable(schema.LOTS, per_unit=LOTS_PER_UNIT, rows=lot_rows)
BATCHES = SeedTable(
    schema.BATCHES,
    per_unit=PER_UNIT,
    rows=rows,
    companions=(LOTS,),
    checks=(
        Check(
            "batches: no quantity is negative",
            "SELECT COUNT(*) FROM {batches} AS b WHERE onHandQty < 0 OR sampleQty < 0 OR reservedQty < 0 "
            "OR quarantineQty < 0 OR holdQty < 0 OR defectiveQty < 0",
        ),
        Check(
            "batches: no more is reserved or set aside than is on hand",
            "SELECT COUNT(*) FROM {batches} AS b WHERE reservedQty + quarantineQty + holdQty + defectiveQty > onHandQty",
        ),
        Check(
            "batches: created when their lot had come",
            "SELECT COUNT(*) FROM {batches} AS b JOIN {lots} AS l ON l.id = b.lotId WHERE b.createdAt < l.date",
        ),
        Check(
            "batches: what is reserved is what open orders ask for",
            "SELECT COUNT(*) FROM {batches} AS b LEFT JOIN (SELECT i.batchId, SUM(i.quantity) AS asked FROM {orders.items} AS i "
            "JOIN {orders} AS o ON o.id = i.id WHERE o.fulfillmentStatus IN ('CONFIRMED', 'READY_FOR_PACKING', 'PACKED') "
            "GROUP BY i.batchId) AS s ON s.batchId = b.id WHERE ROUND(b.reservedQty * 100) <> ROUND(COALESCE(s.asked, 0) * 100)",
        ),
    ),
)
