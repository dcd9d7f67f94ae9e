"""Payments, thirty a unit: what clients paid for their invoices."""

from collections.abc import Iterator

from terp_seed.engine.table import Check, Row, SeedTable, Unit
from terp_seed.errors import SeedError
from terp_seed.tables import schema
from terp_seed.tables.figures import CENT, day_of
from terp_seed.tables.figures import PAYMENTS as PER_UNIT
from terp_seed.tables.trade import Trade

_MARKS = {"CHECK": "CHK", "WIRE": "WIR", "ACH": "ACH", "CREDIT_CARD": "CRD", "DEBIT_CARD": "DBT", "OTHER": "OTH"}
_RECONCILED_AFTER = 14  # days


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the payments of a unit, oldest first."""
    if unit.chapter:
        raise SeedError(
            f"Revision {unit.chapter} seeds payments again, and the orders of a later revision are quotes, which nobody pays: "
            "expected a list of fixed rows. Pass op.seed(PAYMENTS, rows=[…])."
        )
    made = Trade(unit)
    below = unit.stream("payments").below
    user, first_invoice, first_client = unit.id_of("users"), unit.id_of("invoices"), unit.id_of("clients")
    for number, payment in enumerate(made.payments, unit.id_of("payments")):
        created = made.moment(payment.day, 15 + below(2), below(60))
        reconciled = payment.day + _RECONCILED_AFTER <= made.as_of
        reconciled_at = made.hour(payment.day + _RECONCILED_AFTER, 18) if reconciled else None
        yield {
            "paymentNumber": f"PAY-S{number:06d}",
            "deleted_at": None,
            "paymentType": "RECEIVED",
            "paymentDate": day_of(payment.day),
            "amount": payment.amount * CENT,
            "paymentMethod": payment.method,
            "referenceNumber": None if payment.method == "CASH" else f"{_MARKS[payment.method]}-S{number:06d}",
            "bankAccountId": None,
            "customerId": first_client + payment.client,
            "vendorId": None,
            "invoiceId": first_invoice + payment.order,
            "billId": None,
            "notes": None,
            "isReconciled": reconciled,
            "reconciledAt": reconciled_at,
            "createdBy": user,
            "createdAt": created,
            "updatedAt": reconciled_at or created,
            "version": 1,
        }


PAYMENTS = SeedTable(
    schema.PAYMENTS,
    per_unit=PER_UNIT,
    rows=rows,
    checks=(
        Check(
            "payments: positive, by the invoice's customer, from the invoice's day to the as-of day",
            "SELECT COUNT(*) FROM {payments} AS p JOIN {invoices} AS i ON i.id = p.invoiceId WHERE p.amount <= 0 "
            "OR p.customerId <> i.customerId OR p.paymentDate < i.invoiceDate OR p.paymentDate > '{as_of}'",
        ),
        Check("payments: numbers do not repeat", "SELECT COUNT(*) - COUNT(DISTINCT paymentNumber) FROM {payments} AS p"),
    ),
)
