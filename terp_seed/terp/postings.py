"""Ledger entries: TERP's postings for invoices, payments, bills, consigned goods and returns, two rows per amount.

Debits equal credits, and receivables, payables, inventory and cash agree to the cent with the rows that they represent.
"""

from collections.abc import Iterator
from typing import NamedTuple

from terp_seed.model.table import Check, ConditionalReference, Row, SeedTable, Unit
from terp_seed.model.values import Adopted
from terp_seed.terp import schema_books as schema
from terp_seed.terp.accounts import CASH, COST_OF_SALES, EQUITY, INVENTORY, PAYABLE, RECEIVABLE, REVENUE, Periods
from terp_seed.terp.days import day_of
from terp_seed.terp.figures import BOOKKEEPER, PAYMENTS
from terp_seed.terp.money import CENT, NOTHING
from terp_seed.terp.purchases import last_sale
from terp_seed.terp.returns import returned
from terp_seed.terp.slots import BILL_SLOTS, BY_HAND, CONSIGNED, CONSIGNED_SOLD, RESTOCKED, RETURNED, SHIPMENTS
from terp_seed.terp.trade import Trade

_EVENING = 20 * 60 + 30  # the minute of postings that are not made immediately


class Posting(NamedTuple):
    """A Posting is an amount posted to two accounts: a debit and a credit row, whose numbers have the suffixes `ends`."""

    day: int
    clock: int
    debit: Adopted
    credit: Adopted
    amount: int
    number: str
    said: str
    reference: str
    row: int | None
    ends: tuple[str, str] = ("DR", "CR")


def postings(unit: Unit, made: Trade) -> list[Posting]:
    """Return the postings of a unit, in chronological order."""
    day, balance = made.opening
    account = unit.id_of("bankAccounts")
    said = "Opening deposit of the owners"
    found = [Posting(day, 0, CASH, EQUITY, balance, f"OPEN-S{account:06d}", said, "OPENING_BALANCE", None)]
    found += _of_purchases(unit, made)
    for number, invoice in enumerate(made.invoices, unit.id_of("invoices")):
        if invoice.status == "DRAFT":
            continue
        name, when = f"INV-S{number:06d}", (invoice.day, invoice.clock)
        pairs = [(RECEIVABLE, REVENUE, invoice.total, f"Invoice {name}", ("DR", "CR"))]
        if invoice.cost:
            pairs.append((COST_OF_SALES, INVENTORY, invoice.cost, f"Cost of goods, {name}", ("COGS-DR", "INV-CR")))
        for debit, credit, amount, said, ends in pairs:
            found.append(Posting(*when, debit, credit, amount, f"SALE-{name}", said, "INVOICE", number, ends))
        if invoice.void_day >= 0:
            for part, (debit, credit, amount, *_) in enumerate(pairs, 1):
                reversal = f"REV-S{number:06d}-{part}", f"Void of {name}", "REVERSAL", number
                found.append(Posting(invoice.void_day, _EVENING, credit, debit, amount, *reversal))
    for number, payment in enumerate(made.payments, unit.id_of("payments")):
        debit, credit = (CASH, RECEIVABLE) if payment.is_received else (PAYABLE, CASH)
        said = "Payment received" if payment.is_received else "Payment to a vendor"
        when = payment.day, payment.clock
        found.append(Posting(*when, debit, credit, payment.amount, f"PMT-S{number:06d}", said, "PAYMENT", number))
    for number, order in enumerate(returned(made), unit.id_of("returns")):
        if order.fulfillment in (RETURNED, RESTOCKED):
            reversal = f"RET-S{number:06d}", "Goods back in stock", "REVERSAL", unit.id_of("invoices", order.invoice)
            found.append(Posting(order.end_day, order.end_clock, INVENTORY, COST_OF_SALES, order.cost, *reversal))
    found.sort(key=lambda posting: (posting.day, posting.clock))
    return found


def _of_purchases(unit: Unit, made: Trade) -> Iterator[Posting]:
    """Yield a posting for each bill, and for each consigned batch with sales."""
    for number, bill in enumerate(made.bills, unit.id_of("bills")):
        name = f"BILL-S{number:06d}"
        yield Posting(bill.day, 20 * 60, INVENTORY, PAYABLE, bill.total, name, f"Bill {name}", "BILL", number)
    for number, place in enumerate(CONSIGNED, unit.id_of("vendor_payables")):
        if place in CONSIGNED_SOLD:
            batch = made.batches[place]
            day, _ = last_sale(made.orders, place)
            name, amount = f"PAYB-S{number:06d}", batch.shipped * batch.cost
            said = "Consigned goods sold"
            yield Posting(day, _EVENING, INVENTORY, PAYABLE, amount, name, said, "VENDOR_PAYABLE", number)


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the ledger entries of a unit, oldest first."""
    made, periods, user = Trade(unit), Periods(unit.as_of), unit.id_of("users", BOOKKEEPER)
    for posting in postings(unit, made):
        day, posted, amount = day_of(posting.day), made.at(posting.day, posting.clock or _EVENING), posting.amount * CENT
        period = periods.of(day)
        sides = (posting.debit, amount, NOTHING), (posting.credit, NOTHING, amount)
        for (account, debit, credit), end in zip(sides, posting.ends, strict=True):
            yield {
                "entryNumber": f"{posting.number}-{end}",
                "deleted_at": None,
                "entryDate": day,
                "accountId": account,
                "debit": debit,
                "credit": credit,
                "description": posting.said,
                "referenceType": posting.reference,
                "referenceId": posting.row,
                "fiscalPeriodId": period,
                "isManual": False,
                "isPosted": True,
                "postedAt": posted,
                "postedBy": user,
                "createdBy": user,
                "createdAt": posted,
            }


_OF_HAND = sum(slot.status not in ("DRAFT", "VOID") for slot in BY_HAND)
_VOID_OF_HAND = sum(slot.status == "VOID" for slot in BY_HAND)
_POSTINGS = (
    (1 + len(BILL_SLOTS) + len(CONSIGNED_SOLD) + PAYMENTS)
    # a sale has two postings and two more if void; a manual invoice has one and one more if void
    + (2 * len(SHIPMENTS) + 4 + _OF_HAND + 2 * _VOID_OF_HAND)
    + sum(slot.fulfillment in (RETURNED, RESTOCKED) for slot in SHIPMENTS)
)
_BALANCE = (
    "SELECT COALESCE(SUM(e.debit - e.credit), 0) FROM {{ledgerEntries}} AS e JOIN accounts AS a ON a.id = e.accountId "
    "WHERE a.accountName = '{}'"
)


def _agrees(account: str, *sums: str) -> str:
    """Return the SELECT of the difference, in cents, between an account's balance and sums of other rows."""
    return f"SELECT ROUND(ABS(({_BALANCE.format(account)}) {' '.join(sums)}) * 100)"


LEDGER_ENTRIES = SeedTable(
    schema.LEDGER_ENTRIES,
    per_unit=2 * _POSTINGS,
    rows=rows,
    appended=0,
    uses=("bankAccounts", "payments", "returns"),
    references=(
        ConditionalReference("referenceId", "invoices", "referenceType", "INVOICE"),
        ConditionalReference("referenceId", "invoices", "referenceType", "REVERSAL"),
        ConditionalReference("referenceId", "payments", "referenceType", "PAYMENT"),
        ConditionalReference("referenceId", "bills", "referenceType", "BILL"),
        ConditionalReference("referenceId", "vendor_payables", "referenceType", "VENDOR_PAYABLE"),
    ),
    checks=(
        Check(
            "ledgerEntries: debits equal credits, even per month, and each row is either a debit or a credit (B3, B4)",
            "SELECT (SELECT COUNT(*) FROM (SELECT fiscalPeriodId FROM {ledgerEntries} AS e GROUP BY fiscalPeriodId "
            "HAVING ROUND(SUM(debit) * 100) <> ROUND(SUM(credit) * 100)) AS m) + (SELECT COUNT(*) FROM {ledgerEntries} AS e "
            "WHERE (debit = 0) = (credit = 0) OR debit < 0 OR credit < 0)",
        ),
        Check(
            "ledgerEntries: each is posted, to an existing account and in the period of its day (C6)",
            "SELECT COUNT(*) FROM {ledgerEntries} AS e LEFT JOIN accounts AS a ON a.id = e.accountId LEFT JOIN fiscalPeriods AS "
            "f "
            "ON f.id = e.fiscalPeriodId AND e.entryDate BETWEEN f.startDate AND f.endDate WHERE a.id IS NULL OR f.id IS NULL "
            "OR NOT e.isPosted OR e.entryDate > '{as_of}'",
        ),
        Check(
            "ledgerEntries: four per invoice of an order, two per manual one, none per draft (H1)",
            "SELECT COUNT(*) FROM {invoices} AS i LEFT JOIN (SELECT referenceId, COUNT(*) AS entries FROM {ledgerEntries} AS e "
            "WHERE referenceType = 'INVOICE' GROUP BY referenceId) AS s ON s.referenceId = i.id WHERE COALESCE(s.entries, 0) <> "
            "CASE WHEN i.status = 'DRAFT' THEN 0 WHEN i.referenceType = 'ORDER' THEN 4 ELSE 2 END",
        ),
        Check(
            "ledgerEntries: two per payment (H2)",
            "SELECT COUNT(*) FROM {payments} AS p LEFT JOIN (SELECT referenceId, COUNT(*) AS entries, SUM(debit) AS amount "
            "FROM {ledgerEntries} AS e WHERE referenceType = 'PAYMENT' GROUP BY referenceId) AS s ON s.referenceId = p.id "
            "WHERE COALESCE(s.entries, 0) <> 2 OR ROUND(s.amount * 100) <> ROUND(p.amount * 100)",
        ),
        Check(
            "ledgerEntries: Accounts Receivable is the amount due on issued invoices",
            _agrees(
                "Accounts Receivable",
                "- (SELECT COALESCE(SUM(amountDue), 0) FROM {invoices} AS i "
                "WHERE status IN ('SENT', 'VIEWED', 'PARTIAL', 'OVERDUE'))",
            ),
        ),
        Check(
            "ledgerEntries: Accounts Payable is the amount due on bills and for sold consigned goods",
            _agrees(
                "Accounts Payable",
                "+ (SELECT COALESCE(SUM(amountDue), 0) FROM {bills} AS b WHERE status NOT IN ('DRAFT', 'VOID'))",
                "+ (SELECT COALESCE(SUM(amount_due), 0) FROM {vendor_payables} AS v WHERE status <> 'VOID')",
            ),
        ),
        Check(
            "ledgerEntries: Inventory is the stock that we own and that was billed, at cost",
            _agrees(
                "Inventory",
                "- (SELECT COALESCE(SUM((onHandQty + quarantineQty) * unitCogs), 0) FROM {batches} AS b "
                "WHERE ownership_type = 'OFFICE_OWNED' AND lotId IN (SELECT lotId FROM {billLineItems} AS i))",
            ),
        ),
        Check(
            "ledgerEntries: Cash is the bank balance",
            _agrees("Cash", "- (SELECT COALESCE(SUM(currentBalance), 0) FROM {bankAccounts} AS b)"),
        ),
    ),
)
