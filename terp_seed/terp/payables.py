"""Vendor payables: what is owed for the sold part of each consigned batch."""

from collections.abc import Iterator

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema_purchases as schema
from terp_seed.terp.days import day_of
from terp_seed.terp.figures import BOOKKEEPER
from terp_seed.terp.money import CENT
from terp_seed.terp.purchases import last_sale
from terp_seed.terp.slots import CONSIGNED, CONSIGNED_SOLD
from terp_seed.terp.trade import Trade

_GRACE = 24  # hours after the last sale


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the payables of a unit's consigned batches."""
    made = Trade(unit)
    paid = next((payment for payment in made.payments if payment.is_for_consigned), None)
    for place, batch_place in enumerate(CONSIGNED):
        batch = made.batches[batch_place]
        created = made.at(batch.day, batch.clock)
        total = batch.shipped * batch.cost
        sold = last_sale(made.orders, batch_place) if batch_place in CONSIGNED_SOLD else None
        ended = sold if batch.status == "SOLD_OUT" else None
        yield {
            "deleted_at": None,
            "version": 1,
            "vendor_client_id": unit.id_of("clients", made.suppliers[made.vendor_of(batch.lot)]),
            "batch_id": unit.id_of("batches", batch_place),
            "lot_id": unit.id_of("lots", batch.lot),
            "payable_number": f"PAYB-S{unit.id_of('vendor_payables', place):06d}",
            "units_sold": batch.shipped * 100 * CENT,
            "cogs_per_unit": batch.cost * CENT,
            "total_amount": total * CENT,
            "amount_paid": batch.paid * CENT,
            "amount_due": (total - batch.paid) * CENT,
            "status": "PARTIAL" if ended else "PENDING",
            "due_date": day_of(ended[0] + _GRACE // 24) if ended else None,
            "paid_date": None,
            "inventory_zero_at": made.at(*ended) if ended else None,
            "notification_sent_at": None,
            "grace_period_hours": _GRACE,
            "notes": None,
            "created_by": unit.id_of("users", BOOKKEEPER),
            "created_at": created,
            "updated_at": made.at(paid.day, paid.clock) if ended and paid else made.at(*sold) if sold else created,
        }


VENDOR_PAYABLES = SeedTable(
    schema.VENDOR_PAYABLES,
    per_unit=len(CONSIGNED),
    rows=rows,
    appended=0,
    uses=("orders",),
    checks=(
        Check(
            "vendor_payables: each consigned batch has one, to its supplier, and no other batch has one (H4)",
            "SELECT COUNT(*) FROM {batches} AS b JOIN {lots} AS l ON l.id = b.lotId LEFT JOIN {vendor_payables} AS v "
            "ON v.batch_id = b.id WHERE (b.ownership_type = 'CONSIGNED') <> (v.id IS NOT NULL) OR v.lot_id <> b.lotId "
            "OR v.vendor_client_id <> l.supplier_client_id OR ROUND(v.amount_paid * 100) <> ROUND(b.amountPaid * 100)",
        ),
        Check(
            "vendor_payables: units are those of shipped lines, at cost, and due = total - paid",
            "SELECT COUNT(*) FROM {vendor_payables} AS v LEFT JOIN (SELECT a.batch_id, SUM(a.quantity_allocated) AS units, "
            "SUM(a.quantity_allocated * a.unit_cost) AS cost FROM {order_line_item_allocations} AS a GROUP BY a.batch_id) AS s "
            "ON s.batch_id = v.batch_id WHERE ROUND(v.units_sold * 100) <> ROUND(COALESCE(s.units, 0) * 100) "
            "OR ROUND(v.total_amount * 100) <> ROUND(COALESCE(s.cost, 0) * 100) "
            "OR ROUND(v.total_amount * 100) <> ROUND(v.units_sold * v.cogs_per_unit * 100) "
            "OR ROUND(v.amount_due * 100) <> ROUND((v.total_amount - v.amount_paid) * 100)",
        ),
        Check(
            "vendor_payables: PENDING while stock is left, and due afterwards",
            "SELECT COUNT(*) FROM {vendor_payables} AS v JOIN {batches} AS b ON b.id = v.batch_id "
            "WHERE (v.status = 'PENDING') <> (b.onHandQty + b.quarantineQty > 0) "
            "OR (v.status = 'PENDING') <> (v.inventory_zero_at IS NULL) OR (v.status = 'PARTIAL' AND v.amount_paid = 0)",
        ),
    ),
)
