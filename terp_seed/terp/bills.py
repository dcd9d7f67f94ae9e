"""Bills: what vendors charge for the lots that we own, at cost. Consigned goods have payables instead."""

from collections.abc import Iterator

from terp_seed.model.table import Check, ConditionalReference, Row, SeedTable, Unit
from terp_seed.terp import schema_purchases as schema
from terp_seed.terp.days import day_of
from terp_seed.terp.figures import BATCHES_OF_A_LOT, BOOKKEEPER
from terp_seed.terp.money import CENT, NOTHING
from terp_seed.terp.products import product_name
from terp_seed.terp.slots import BILL_SLOTS
from terp_seed.terp.trade import Trade

_CREATED = 20 * 60  # the minute at which the day's bills are entered
_NOTES = {"PARTIAL": "Balance agreed for the end of the month.", "OVERDUE": "Waiting for a corrected weight slip."}


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the bills of a unit, oldest first."""
    made = Trade(unit)
    for place, bill in enumerate(made.bills):
        created = made.at(bill.day, _CREATED)
        yield {
            "billNumber": f"BILL-S{unit.id_of('bills', place):06d}",
            "deleted_at": None,
            "vendorId": unit.id_of("clients", made.suppliers[made.vendor_of(bill.lot)]),
            "billDate": day_of(bill.day),
            "dueDate": day_of(bill.due_day),
            "subtotal": bill.total * CENT,
            "taxAmount": NOTHING,
            "discountAmount": NOTHING,
            "totalAmount": bill.total * CENT,
            "amountPaid": bill.paid * CENT,
            "amountDue": (bill.total - bill.paid) * CENT,
            "status": bill.status,
            "paymentTerms": made.terms_of(bill.lot),
            "notes": _NOTES.get(bill.status),
            "referenceType": "PURCHASE_ORDER",
            "referenceId": unit.id_of("purchaseOrders", bill.lot),
            "createdBy": unit.id_of("users", BOOKKEEPER),
            "createdAt": created,
            "updatedAt": made.at(bill.paid_day, 22 * 60) if bill.paid_day >= 0 else created,
        }


def line_rows(unit: Unit) -> Iterator[Row]:
    """Yield the lines of a unit's bills, one per batch."""
    made = Trade(unit)
    for place, bill in enumerate(made.bills):
        created = made.at(bill.day, _CREATED)
        for batch in made.batches[bill.lot * BATCHES_OF_A_LOT : (bill.lot + 1) * BATCHES_OF_A_LOT]:
            yield {
                "billId": unit.id_of("bills", place),
                "productId": unit.id_of("products", batch.product),
                "lotId": unit.id_of("lots", bill.lot),
                "description": product_name(made.products[batch.product]),
                "quantity": batch.received * 100 * CENT,
                "deleted_at": None,
                "unitPrice": batch.cost * CENT,
                "taxRate": NOTHING,
                "discountPercent": NOTHING,
                "lineTotal": batch.received * batch.cost * CENT,
                "createdAt": created,
            }


BILLS = SeedTable(
    schema.BILLS,
    per_unit=len(BILL_SLOTS),
    rows=rows,
    appended=0,
    references=(ConditionalReference("referenceId", "purchaseOrders", "referenceType", "PURCHASE_ORDER"),),
    checks=(
        Check(
            "bills: due = total - paid, paid is the sum of the payments sent for it, and the status agrees",
            "SELECT COUNT(*) FROM {bills} AS b LEFT JOIN (SELECT billId, SUM(amount) AS paid FROM {payments} AS p "
            "WHERE paymentType = 'SENT' GROUP BY billId) AS s ON s.billId = b.id "
            "WHERE ROUND(b.amountDue * 100) <> ROUND((b.totalAmount - b.amountPaid) * 100) "
            "OR ROUND(b.amountPaid * 100) <> ROUND(COALESCE(s.paid, 0) * 100) "
            "OR NOT CASE b.status WHEN 'PAID' THEN b.amountDue = 0 WHEN 'PARTIAL' THEN b.amountPaid > 0 AND b.amountDue > 0 "
            "WHEN 'OVERDUE' THEN b.amountPaid = 0 AND b.dueDate < '{as_of}' ELSE b.amountPaid = 0 AND b.dueDate >= '{as_of}' END",
        ),
        Check(
            "bills: each is for a lot that we own, from the lot's supplier",
            "SELECT COUNT(*) FROM {bills} AS b JOIN {billLineItems} AS i ON i.billId = b.id JOIN {lots} AS l ON l.id = i.lotId "
            "JOIN {batches} AS t ON t.lotId = l.id WHERE b.vendorId <> l.supplier_client_id OR t.ownership_type <> "
            "'OFFICE_OWNED'",
        ),
    ),
)
BILL_LINE_ITEMS = SeedTable(
    schema.BILL_LINE_ITEMS,
    per_unit=len(BILL_SLOTS) * BATCHES_OF_A_LOT,
    rows=line_rows,
    appended=0,
    identity=("billId", "lotId", "createdAt"),
    checks=(
        Check(
            "billLineItems: each is quantity times price, and they add up to the bill's total",
            "SELECT (SELECT COUNT(*) FROM {bills} AS b LEFT JOIN (SELECT billId, SUM(lineTotal) AS total FROM {billLineItems} AS "
            "i "
            "GROUP BY billId) AS s ON s.billId = b.id WHERE ROUND(b.subtotal * 100) <> ROUND(COALESCE(s.total, 0) * 100) "
            "OR b.subtotal <> b.totalAmount) + (SELECT COUNT(*) FROM {billLineItems} AS i "
            "WHERE ROUND(i.lineTotal * 100) <> ROUND(i.quantity * i.unitPrice * 100))",
        ),
    ),
)
