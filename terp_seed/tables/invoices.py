"""Invoices, fifty a unit: one for each order."""

from collections.abc import Iterator

from terp_seed.engine.table import Check, ConditionalReference, Row, SeedTable, Unit
from terp_seed.errors import SeedError
from terp_seed.tables import schema
from terp_seed.tables.figures import CENT, day_of
from terp_seed.tables.figures import INVOICES as PER_UNIT
from terp_seed.tables.orders import TERMS
from terp_seed.tables.trade import Trade


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the invoices of a unit, in the order of its orders."""
    if unit.chapter and "orders" not in unit.own_tables:
        raise SeedError(
            f"Revision {unit.chapter} seeds invoices for orders that have theirs already: expected op.seed(ORDERS) before it in "
            "the same revision. Add it, or pass a list of fixed rows."
        )
    made = Trade(unit)
    below = unit.stream("invoices").below
    user, first_order, first_client = unit.id_of("users"), unit.id_of("orders"), unit.id_of("clients")
    for number, order in enumerate(made.orders, unit.id_of("invoices")):
        created = made.moment(order.invoice_day, 12 + below(3), below(60))
        yield {
            "invoiceNumber": f"INV-S{number:06d}",
            "deleted_at": None,
            "version": 1,
            "customerId": first_client + order.client,
            "invoiceDate": day_of(order.invoice_day),
            "dueDate": day_of(order.due_day),
            "subtotal": (order.subtotal + order.shipping) * CENT,  # an invoice has no column for shipping
            "taxAmount": order.tax * CENT,
            "discountAmount": order.discount * CENT,
            "totalAmount": order.total * CENT,
            "amountPaid": order.paid * CENT,
            "amountDue": (order.total - order.paid) * CENT,
            "status": order.invoice_status,
            "paymentTerms": TERMS[order.credit_days],
            "notes": None,
            "referenceType": "ORDER",
            "referenceId": first_order + order.place,
            "createdBy": user,
            "createdAt": created,
            "updatedAt": created,
        }


INVOICES = SeedTable(
    schema.INVOICES,
    per_unit=PER_UNIT,
    rows=rows,
    references=(ConditionalReference("referenceId", "orders", "referenceType", "ORDER"),),
    checks=(
        Check(
            "invoices: total = subtotal + tax - discount, and due = total - paid",
            "SELECT COUNT(*) FROM {invoices} AS i WHERE ROUND(totalAmount * 100) <> "
            "ROUND((subtotal + taxAmount - discountAmount) * 100) "
            "OR ROUND(amountDue * 100) <> ROUND((totalAmount - amountPaid) * 100) "
            "OR amountPaid > totalAmount OR amountPaid < 0",
        ),
        Check(
            "invoices: total and customer are those of the order",
            "SELECT COUNT(*) FROM {invoices} AS i JOIN {orders} AS o ON i.referenceType = 'ORDER' AND i.referenceId = o.id "
            "WHERE ROUND(i.totalAmount * 100) <> ROUND(o.total * 100) OR i.customerId <> o.client_id "
            "OR i.invoiceDate < DATE(o.created_at)",
        ),
        Check(
            "invoices: amountPaid is the sum of their payments",
            "SELECT COUNT(*) FROM {invoices} AS i LEFT JOIN (SELECT invoiceId, SUM(amount) AS paid FROM {payments} AS p "
            "GROUP BY invoiceId) AS s ON s.invoiceId = i.id WHERE ROUND(i.amountPaid * 100) <> ROUND(COALESCE(s.paid, 0) * 100)",
        ),
        Check(
            "invoices: the status follows from the figures and the due date",
            "SELECT COUNT(*) FROM {invoices} AS i JOIN {orders} AS o ON i.referenceType = 'ORDER' AND i.referenceId = o.id "
            "WHERE NOT CASE WHEN o.orderType = 'QUOTE' THEN i.status = 'DRAFT' AND i.amountPaid = 0 "
            "WHEN o.saleStatus = 'CANCELLED' THEN i.status = 'VOID' AND i.amountPaid = 0 "
            "WHEN i.amountDue = 0 THEN i.status = 'PAID' WHEN i.dueDate < '{as_of}' THEN i.status = 'OVERDUE' "
            "WHEN i.amountPaid > 0 THEN i.status = 'PARTIAL' ELSE i.status IN ('SENT', 'VIEWED') END",
        ),
        Check(
            "invoices: due dates follow the terms",
            "SELECT COUNT(*) FROM {invoices} AS i WHERE i.dueDate < i.invoiceDate OR i.invoiceDate > '{as_of}' "
            "OR (i.paymentTerms = 'COD' AND i.dueDate <> i.invoiceDate)",
        ),
        Check("invoices: numbers do not repeat", "SELECT COUNT(*) - COUNT(DISTINCT invoiceNumber) FROM {invoices} AS i"),
    ),
)
