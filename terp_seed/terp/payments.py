"""Payments, thirty per unit: from clients for their invoices, and to vendors."""

from collections.abc import Iterator

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema
from terp_seed.terp.accounts import ACCOUNTS, FISCAL_PERIODS
from terp_seed.terp.appointments import CALENDAR_EVENTS
from terp_seed.terp.bank import BANK_ACCOUNTS, BANK_TRANSACTIONS, reconciled_day, require_no_append
from terp_seed.terp.days import day_of
from terp_seed.terp.figures import BOOKKEEPER, MANAGER
from terp_seed.terp.figures import PAYMENTS as PER_UNIT
from terp_seed.terp.money import CENT
from terp_seed.terp.participants import CALENDAR_EVENT_PARTICIPANTS
from terp_seed.terp.postings import LEDGER_ENTRIES
from terp_seed.terp.receivables import CLIENT_CREDIT_LIMITS, CLIENT_TRANSACTIONS
from terp_seed.terp.trade import Trade

_MARKS = {"CHECK": "CHK", "WIRE": "WIR", "ACH": "ACH", "CREDIT_CARD": "CRD", "DEBIT_CARD": "DBT"}


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the payments of a unit, oldest first."""
    require_no_append(unit)
    made = Trade(unit)
    first_user, first_client, bank = unit.id_of("users"), unit.id_of("clients"), unit.id_of("bankAccounts")
    first_invoice, first_bill = unit.id_of("invoices"), unit.id_of("bills")
    for number, payment in enumerate(made.payments, unit.id_of("payments")):
        created = made.at(payment.day, payment.clock)
        day = reconciled_day(payment.day, made.as_of)
        received, client = payment.is_received, first_client + payment.client
        reconciled_at = made.at(day, 15 * 60) if day >= 0 else None
        yield {
            "paymentNumber": f"PAY-S{number:06d}",
            "deleted_at": None,
            "paymentType": "RECEIVED" if received else "SENT",
            "paymentDate": day_of(payment.day),
            "amount": payment.amount * CENT,
            "paymentMethod": payment.method,
            "referenceNumber": None if payment.method == "CASH" else f"{_MARKS[payment.method]}-S{number:06d}",
            "bankAccountId": bank,
            "customerId": client if received else None,
            "vendorId": None if received else client,
            "invoiceId": first_invoice + payment.invoice if received else None,
            "billId": first_bill + payment.bill if payment.bill >= 0 else None,
            "notes": "For consigned goods sold." if payment.is_for_consigned else None,
            "isReconciled": day >= 0,
            "reconciledAt": reconciled_at,
            "createdBy": first_user + (MANAGER if payment.clock % 5 == 0 else BOOKKEEPER),
            "createdAt": created,
            "updatedAt": reconciled_at or created,
            "version": 1,
        }


PAYMENTS = SeedTable(
    schema.PAYMENTS,
    per_unit=PER_UNIT,
    rows=rows,
    companions=(ACCOUNTS, FISCAL_PERIODS, BANK_ACCOUNTS),
    followers=(
        BANK_TRANSACTIONS,
        LEDGER_ENTRIES,
        CLIENT_TRANSACTIONS,
        CLIENT_CREDIT_LIMITS,
        CALENDAR_EVENTS,
        CALENDAR_EVENT_PARTICIPANTS,
    ),
    checks=(
        Check(
            "payments: received ones are from the invoice's customer, between the invoice's day and the as-of day (A8, C5)",
            "SELECT (SELECT COUNT(*) FROM {payments} AS p WHERE p.amount <= 0 OR p.paymentDate > '{as_of}' "
            "OR (p.paymentType = 'RECEIVED') <> (p.invoiceId IS NOT NULL) OR (p.paymentType = 'SENT') <> (p.vendorId IS NOT "
            "NULL)) "
            "+ (SELECT COUNT(*) FROM {payments} AS p LEFT JOIN {invoices} AS i ON i.id = p.invoiceId "
            "WHERE p.paymentType = 'RECEIVED' AND (i.id IS NULL OR p.customerId <> i.customerId OR p.paymentDate < i.invoiceDate "
            "OR i.status IN ('DRAFT', 'VOID')))",
        ),
        Check(
            "payments: sent ones are to the bill's vendor, not before the bill's day, or for consigned goods",
            "SELECT COUNT(*) FROM {payments} AS p LEFT JOIN {bills} AS b ON b.id = p.billId WHERE p.paymentType = 'SENT' AND "
            "CASE WHEN p.billId IS NULL THEN p.vendorId NOT IN (SELECT v.vendor_client_id FROM {vendor_payables} AS v "
            "WHERE v.amount_paid = p.amount) ELSE p.vendorId <> b.vendorId OR p.paymentDate < b.billDate END",
        ),
        Check("payments: numbers do not repeat", "SELECT COUNT(*) - COUNT(DISTINCT paymentNumber) FROM {payments} AS p"),
    ),
)
