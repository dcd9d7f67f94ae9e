"""Batches, thirty per unit: the stock, and how much of it is free to be sold."""

from collections.abc import Iterator

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.model.values import JsonText
from terp_seed.terp import schema
from terp_seed.terp.bills import BILL_LINE_ITEMS, BILLS
from terp_seed.terp.days import day_of
from terp_seed.terp.figures import BATCHES as PER_UNIT
from terp_seed.terp.intake import INTAKE_SESSION_BATCHES, INTAKE_SESSIONS
from terp_seed.terp.locations import BATCH_LOCATIONS, LOCATIONS
from terp_seed.terp.lots import LOTS
from terp_seed.terp.money import CENT, NOTHING
from terp_seed.terp.photos import PHOTOGRAPHED, PRODUCT_IMAGES
from terp_seed.terp.purchase_orders import PURCHASE_ORDER_ITEMS, PURCHASE_ORDERS
from terp_seed.terp.suppliers import SUPPLIER_PROFILES
from terp_seed.terp.tags import PRODUCT_TAGS
from terp_seed.terp.trade import Trade
from terp_seed.terp.users import USERS
from terp_seed.terp.wishes import VENDOR_SUPPLY

GRADES = ("A", "A", "B", "B", "C")  # among those that TERP creates at start-up
_HARVESTED = (12, 19, 26, 33)  # days before their arrival
_SAMPLES = 3
_OPEN = "o.orderType = 'SALE' AND NOT o.is_draft AND o.fulfillmentStatus IN ('CONFIRMED', 'READY_FOR_PACKING', 'PACKED')"
_FREE = "b.onHandQty - b.reservedQty - b.quarantineQty - b.holdQty"


def grade(number: int) -> str:
    """Return the grade of the batch with this id."""
    return GRADES[number % len(GRADES)]


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the batches of a unit, lot by lot."""
    made = Trade(unit)
    products, first = made.products, unit.id_of("batches")
    for place, batch in enumerate(made.batches):
        number, terms = first + place, made.terms_of(batch.lot)
        created = made.at(batch.day, batch.clock)
        for_sale = batch.status == "LIVE"
        samples = for_sale and products[batch.product].goods > 2
        harvested = day_of(batch.day - _HARVESTED[place % len(_HARVESTED)])
        yield {
            "code": f"BAT-S{number:06d}",
            "deleted_at": None,
            "version": 1,
            "sku": f"SKU-S{number:06d}",
            "productId": unit.id_of("products", batch.product),
            "lotId": unit.id_of("lots", batch.lot),
            "batchStatus": batch.status,
            "isPhotographyComplete": place in PHOTOGRAPHED,
            "statusId": None,
            "grade": grade(number),
            "isSample": 0,
            "sampleOnly": 0,
            "sampleAvailable": 1 if samples else 0,
            "cogsMode": "FIXED",
            "unitCogs": batch.cost * CENT,
            "unitCogsMin": None,
            "unitCogsMax": None,
            "paymentTerms": terms,
            "ownership_type": "CONSIGNED" if terms == "CONSIGNMENT" else "OFFICE_OWNED",
            "amountPaid": batch.paid * CENT,
            "metadata": JsonText(f'{{"receivedQty":{batch.received},"harvestDate":"{harvested}"}}'),
            "photo_session_event_id": None,
            "onHandQty": batch.on_hand * 100 * CENT,
            "sampleQty": _SAMPLES * 100 * CENT if samples else NOTHING,
            "reservedQty": batch.reserved * 100 * CENT,
            "quarantineQty": batch.there * 100 * CENT if batch.status == "QUARANTINED" else NOTHING,
            "holdQty": batch.there * 100 * CENT if batch.status == "ON_HOLD" else NOTHING,
            "defectiveQty": NOTHING,
            "publishEcom": 1 if for_sale else 0,
            "publishB2b": 1 if for_sale else 0,
            "createdAt": created,
            "updatedAt": made.at(batch.last_day, 22 * 60) if batch.last_day else created,
        }


BATCHES = SeedTable(
    schema.BATCHES,
    per_unit=PER_UNIT,
    rows=rows,
    companions=(USERS, LOCATIONS, SUPPLIER_PROFILES, INTAKE_SESSIONS, LOTS),
    followers=(
        *(BATCH_LOCATIONS, PRODUCT_IMAGES, PURCHASE_ORDERS, PURCHASE_ORDER_ITEMS, INTAKE_SESSION_BATCHES),
        *(BILLS, BILL_LINE_ITEMS, VENDOR_SUPPLY),
        # not with the products: the clients' revision seeds the tags, and the products' revision does not depend on it
        PRODUCT_TAGS,
    ),
    checks=(
        Check(
            "batches: no quantity is negative (A1)",
            "SELECT COUNT(*) FROM {batches} AS b WHERE onHandQty < 0 OR sampleQty < 0 OR reservedQty < 0 "
            "OR quarantineQty < 0 OR holdQty < 0 OR defectiveQty < 0",
        ),
        Check(
            "batches: no more is reserved or set aside than is on hand (A2, F1)",
            "SELECT COUNT(*) FROM {batches} AS b WHERE reservedQty + holdQty + "
            "CASE WHEN batchStatus = 'QUARANTINED' THEN 0 ELSE quarantineQty END > onHandQty",
        ),
        Check(
            "batches: LIVE ones are in stock, sold ones are not, and QUARANTINED ones are only in quarantine (F2, F3)",
            "SELECT COUNT(*) FROM {batches} AS b WHERE NOT CASE WHEN batchStatus IN ('SOLD_OUT', 'CLOSED') "
            "THEN onHandQty = 0 AND quarantineQty = 0 WHEN batchStatus = 'QUARANTINED' THEN onHandQty = 0 AND quarantineQty > 0 "
            "WHEN batchStatus = 'ON_HOLD' THEN onHandQty > 0 AND holdQty = onHandQty "
            "ELSE onHandQty > 0 AND quarantineQty = 0 AND holdQty = 0 END",
        ),
        Check(
            "batches: created after the arrival of their lot (E3)",
            "SELECT COUNT(*) FROM {batches} AS b LEFT JOIN {lots} AS l ON l.id = b.lotId WHERE l.id IS NULL "
            "OR b.createdAt < l.date",
        ),
        Check(
            "batches: terms and ownership are those of their vendor",
            "SELECT COUNT(*) FROM {batches} AS b JOIN {lots} AS l ON l.id = b.lotId JOIN {vendors} AS v ON v.id = l.vendorId "
            "WHERE NOT CASE v.paymentTerms WHEN 'Consignment' THEN b.paymentTerms = 'CONSIGNMENT' "
            "AND b.ownership_type = 'CONSIGNED' WHEN 'Net 15' THEN b.paymentTerms = 'NET_15' AND b.ownership_type = "
            "'OFFICE_OWNED' "
            "ELSE b.paymentTerms = 'NET_30' AND b.ownership_type = 'OFFICE_OWNED' END",
        ),
        Check(
            "batches: the reserved quantity is that of the open orders (G10)",
            "SELECT COUNT(*) FROM {batches} AS b LEFT JOIN (SELECT i.batchId, SUM(i.quantity) AS asked FROM {orders.items} AS i "
            f"JOIN {{orders}} AS o ON o.id = i.id WHERE {_OPEN} GROUP BY i.batchId) AS s ON s.batchId = b.id "
            "WHERE ROUND(b.reservedQty * 100) <> ROUND(COALESCE(s.asked, 0) * 100)",
        ),
        Check(
            "batches: open quotes are of LIVE batches, and ask for no more than is free (G9)",
            "SELECT COUNT(*) FROM {orders.items} AS i JOIN {orders} AS o ON o.id = i.id JOIN {batches} AS b "
            "ON b.id = i.batchId WHERE o.quoteStatus IN ('UNSENT', 'SENT', 'VIEWED') "
            f"AND (b.batchStatus <> 'LIVE' OR i.quantity > {_FREE})",
        ),
        Check(
            "batches: received = sold - returned + in stock",
            "SELECT COUNT(*) FROM {batches} AS b JOIN (SELECT batch_id, SUM(received_qty) AS received "
            "FROM {intake_session_batches} AS r GROUP BY batch_id) AS r ON r.batch_id = b.id LEFT JOIN (SELECT l.batch_id, "
            "SUM(l.quantity) AS sold FROM {order_line_items} AS l JOIN {orders} AS o ON o.id = l.order_id "
            "WHERE o.shipped_at IS NOT NULL AND o.fulfillmentStatus NOT IN ('RETURNED', 'RESTOCKED') GROUP BY l.batch_id) AS s "
            "ON s.batch_id = b.id WHERE ROUND(r.received * 100) <> "
            "ROUND((b.onHandQty + b.quarantineQty + COALESCE(s.sold, 0)) * 100)",
        ),
    ),
)
