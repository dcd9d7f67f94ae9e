"""Invoices, fifty per unit: one for each shipped order, a void one of a cancelled order, and those made manually.

Quotes have no invoice, and unshipped sales have none except the void one.
"""

from collections.abc import Iterator

from terp_seed.errors import SeedError
from terp_seed.model.table import Check, ConditionalReference, Fill, Row, SeedTable, Unit
from terp_seed.terp import schema, schema_orders
from terp_seed.terp.days import day_of
from terp_seed.terp.dealings import Invoice
from terp_seed.terp.figures import INVOICES as PER_UNIT
from terp_seed.terp.invoicing import SERVICES
from terp_seed.terp.money import CENT, NOTHING
from terp_seed.terp.orders import TERMS
from terp_seed.terp.products import product_name
from terp_seed.terp.slots import BY_HAND, ORDER_SLOTS
from terp_seed.terp.trade import Trade

_NOTES = (
    "Please name the invoice number when you pay.",
    "Thank you for your order.",
    "Pallet deposit is not included.",
    "Sent again, the first one went to the old address.",
    "Payment plan agreed by phone.",
    "Copy to the owner.",
)
_SHARE_WITH_NOTES = 30  # percent


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the invoices of a unit, oldest first."""
    if unit.append:
        raise SeedError(
            f"Revision {unit.append} seeds invoices again, but the orders of a later revision are quotes, which are not "
            "invoiced: expected a list of fixed rows. Pass op.seed(INVOICES, rows=[…])."
        )
    made = Trade(unit)
    stream = unit.stream("invoices")
    first, first_user, first_client = unit.id_of("invoices"), unit.id_of("users"), unit.id_of("clients")
    last_paid: dict[int, int] = {}
    for payment in made.payments:
        last_paid[payment.invoice] = payment.day
    for place, invoice in enumerate(made.invoices):
        created = made.at(invoice.day, invoice.clock)
        has_order = invoice.order >= 0
        changed = max(last_paid.get(place, -1), invoice.void_day)
        note = stream.pick(_NOTES) if stream.chance(_SHARE_WITH_NOTES) else None
        yield {
            "invoiceNumber": f"INV-S{first + place:06d}",
            "deleted_at": None,
            "version": 1,
            "customerId": first_client + invoice.client,
            "invoiceDate": day_of(invoice.day),
            "dueDate": day_of(invoice.due_day),
            "subtotal": invoice.total * CENT,
            "taxAmount": NOTHING,
            "discountAmount": NOTHING,
            "totalAmount": invoice.total * CENT,
            "amountPaid": invoice.paid * CENT,
            "amountDue": invoice.due * CENT,
            "status": invoice.status,
            "paymentTerms": TERMS[invoice.credit_days],
            "notes": f"[VOIDED {day_of(invoice.void_day)}] {_void(invoice)}" if invoice.void_day >= 0 else note,
            "referenceType": "ORDER" if has_order else None,
            "referenceId": unit.id_of("orders", invoice.order) if has_order else None,
            "createdBy": first_user + invoice.user,
            "createdAt": created,
            "updatedAt": made.at(changed, 22 * 60) if changed >= 0 else created,
        }


def _void(invoice: Invoice) -> str:
    return "The order was cancelled." if invoice.order >= 0 else "Wrong client, made once more."


def line_rows(unit: Unit) -> Iterator[Row]:
    """Yield the lines of a unit's invoices: those of the order, or services."""
    made = Trade(unit)
    first, first_batch, first_product = unit.id_of("invoices"), unit.id_of("batches"), unit.id_of("products")
    goods = [(product_name(made.products[batch.product]), first_product + batch.product, batch.price) for batch in made.batches]
    for place, invoice in enumerate(made.invoices):
        created = made.at(invoice.day, invoice.clock)
        lines: list[tuple[str, int | None, int | None, int, int]]
        if invoice.order >= 0:
            lines = [
                (*goods[batch][:2], first_batch + batch, n, goods[batch][2]) for batch, n in made.orders[invoice.order].lines
            ]
        else:
            lines = [(SERVICES[service].called, None, None, n, price) for service, n, price in invoice.services]
        for called, product, batch, quantity, price in lines:
            yield {
                "invoiceId": first + place,
                "productId": product,
                "batchId": batch,
                "description": called,
                "quantity": quantity * 100 * CENT,
                "deleted_at": None,
                "unitPrice": price * CENT,
                "taxRate": NOTHING,
                "discountPercent": NOTHING,
                "lineTotal": quantity * price * CENT,
                "createdAt": created,
            }


INVOICE_LINE_ITEMS = SeedTable(
    schema_orders.INVOICE_LINE_ITEMS,
    per_unit=sum(slot.lines for slot in ORDER_SLOTS if slot.invoice) + sum(slot.services for slot in BY_HAND),
    rows=line_rows,
    appended=0,
    uses=("orders",),
    identity=("invoiceId", "batchId", "description", "createdAt"),
    checks=(
        Check(
            "invoiceLineItems: every invoice has some, they add up to its subtotal, and each is quantity times price (C4)",
            "SELECT (SELECT COUNT(*) FROM {invoices} AS i LEFT JOIN (SELECT invoiceId, SUM(lineTotal) AS total "
            "FROM {invoiceLineItems} AS l GROUP BY invoiceId) AS s ON s.invoiceId = i.id WHERE s.total IS NULL "
            "OR ROUND(s.total * 100) <> ROUND(i.subtotal * 100)) + (SELECT COUNT(*) FROM {invoiceLineItems} AS l "
            "WHERE ROUND(lineTotal * 100) <> ROUND(quantity * unitPrice * 100))",
        ),
        Check(
            "invoiceLineItems: those of a sale match the lines of its order",
            "SELECT (SELECT COUNT(*) FROM {invoices} AS i JOIN {order_line_items} AS l ON i.referenceType = 'ORDER' "
            "AND l.order_id = i.referenceId LEFT JOIN {invoiceLineItems} AS n ON n.invoiceId = i.id AND n.batchId = l.batch_id "
            "AND n.quantity = l.quantity AND n.unitPrice = l.unit_price WHERE n.id IS NULL) + (SELECT COUNT(*) "
            "FROM {invoiceLineItems} AS n JOIN {invoices} AS i ON i.id = n.invoiceId "
            "WHERE (i.referenceType IS NULL) <> (n.batchId IS NULL))",
        ),
    ),
)
INVOICES = SeedTable(
    schema.INVOICES,
    per_unit=PER_UNIT,
    rows=rows,
    followers=(INVOICE_LINE_ITEMS,),
    references=(ConditionalReference("referenceId", "orders", "referenceType", "ORDER"),),
    fills=(Fill("orders", "invoice_id", by="referenceId", when=("referenceType", "ORDER"), keeps=("updated_at",)),),
    checks=(
        Check(
            "invoices: total = subtotal without tax and discount, and due = total - paid (A3)",
            "SELECT COUNT(*) FROM {invoices} AS i WHERE totalAmount <> subtotal OR taxAmount <> 0 OR discountAmount <> 0 "
            "OR ROUND(amountDue * 100) <> ROUND((totalAmount - amountPaid) * 100) "
            "OR amountPaid > totalAmount OR amountPaid < 0",
        ),
        Check(
            "invoices: total, customer and due date are those of the order, which is not later (D2, D3)",
            "SELECT COUNT(*) FROM {invoices} AS i JOIN {orders} AS o ON i.referenceType = 'ORDER' AND i.referenceId = o.id "
            "WHERE i.totalAmount <> o.total OR i.customerId <> o.client_id OR i.invoiceDate < o.created_at "
            "OR (i.status <> 'VOID' AND (i.dueDate <> o.due_date OR DATE(o.shipped_at) <> i.invoiceDate))",
        ),
        Check(
            "invoices: shipped sales have one, quotes and unshipped sales none, and both refer to each other (C7, G1, G2, G3)",
            "SELECT (SELECT COUNT(*) FROM {orders} AS o LEFT JOIN {invoices} AS i ON i.id = o.invoice_id "
            "WHERE (o.shipped_at IS NOT NULL AND i.id IS NULL) OR (i.id IS NOT NULL AND (o.orderType <> 'SALE' "
            "OR i.referenceType <> 'ORDER' OR i.referenceId <> o.id OR (o.shipped_at IS NULL AND i.status <> 'VOID')))) "
            "+ (SELECT COUNT(*) FROM {invoices} AS i LEFT JOIN {orders} AS o ON o.invoice_id = i.id "
            "WHERE (i.referenceType IS NOT NULL) <> (o.id IS NOT NULL))",
        ),
        Check(
            "invoices: amountPaid is the sum of their payments (A4)",
            "SELECT COUNT(*) FROM {invoices} AS i LEFT JOIN (SELECT invoiceId, SUM(amount) AS paid FROM {payments} AS p "
            "GROUP BY invoiceId) AS s ON s.invoiceId = i.id WHERE ROUND(i.amountPaid * 100) <> ROUND(COALESCE(s.paid, 0) * 100)",
        ),
        Check(
            "invoices: the status follows from the figures and the due date (B6)",
            "SELECT COUNT(*) FROM {invoices} AS i WHERE NOT CASE WHEN status IN ('DRAFT', 'VOID') THEN amountPaid = 0 "
            "WHEN amountDue = 0 THEN status = 'PAID' WHEN dueDate < '{as_of}' THEN status = 'OVERDUE' "
            "WHEN amountPaid > 0 THEN status = 'PARTIAL' ELSE status IN ('SENT', 'VIEWED') END",
        ),
        Check(
            "invoices: the order's saleStatus is that of its invoice (G11)",
            "SELECT COUNT(*) FROM {orders} AS o JOIN {invoices} AS i ON i.referenceType = 'ORDER' AND i.referenceId = o.id "
            "WHERE CAST(o.saleStatus AS CHAR(30)) <> CASE i.status WHEN 'PAID' THEN 'PAID' WHEN 'PARTIAL' THEN 'PARTIAL' "
            "WHEN 'OVERDUE' "
            "THEN 'OVERDUE' WHEN 'VOID' THEN 'CANCELLED' ELSE 'PENDING' END",
        ),
        Check(
            "invoices: due dates follow the terms",
            "SELECT COUNT(*) FROM {invoices} AS i WHERE i.dueDate < i.invoiceDate OR i.invoiceDate > '{as_of}' "
            "OR (i.paymentTerms = 'COD') <> (i.dueDate = i.invoiceDate)",
        ),
        Check("invoices: numbers do not repeat", "SELECT COUNT(*) - COUNT(DISTINCT invoiceNumber) FROM {invoices} AS i"),
    ),
)
