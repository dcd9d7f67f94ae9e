"""The bank: one account per unit, with an opening deposit and every payment. Its balance is their sum.

Cash is deposited on the day of its receipt, so the account holds everything that the books call cash.
"""

from collections.abc import Iterator

from terp_seed.errors import SeedError
from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema_books as schema
from terp_seed.terp.accounts import CASH
from terp_seed.terp.days import day_of
from terp_seed.terp.figures import PAYMENTS
from terp_seed.terp.money import CENT
from terp_seed.terp.trade import Trade

_BANKS = ("First Harbor Bank", "Mesa Credit Union", "Redwood Business Bank", "Valley Trust")
_KINDS = ("Operating", "Trading", "Wholesale", "Main")
_OPENED = 14 * 60  # the minute
_RECONCILED_AFTER = 14  # days


def require_no_append(unit: Unit) -> None:
    """Raise SeedError for a later revision that seeds payments: its orders are quotes."""
    if unit.append:
        raise SeedError(
            f"Revision {unit.append} seeds payments again, but the orders of a later revision are quotes, which are not paid: "
            "expected a list of fixed rows. Pass op.seed(PAYMENTS, rows=[…])."
        )


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the bank account of a unit."""
    require_no_append(unit)
    made, stream = Trade(unit), unit.stream("bank")
    day, balance = made.opening
    for payment in made.payments:
        balance += payment.amount if payment.is_received else -payment.amount
    number = unit.id_of("bankAccounts")
    yield {
        "accountName": f"{stream.pick(_KINDS)} Account {stream.between(1, 9)}",
        "deleted_at": None,
        "accountNumber": f"S{number:09d}",
        "bankName": stream.pick(_BANKS),
        "accountType": "CHECKING",
        "currency": "USD",
        "currentBalance": balance * CENT,
        "isActive": True,
        "ledgerAccountId": CASH,
        "notes": None,
        "createdAt": made.at(day, _OPENED),
        "updatedAt": made.at(made.payments[-1].day, 22 * 60),
    }


def reconciled_day(day: int, as_of: int) -> int:
    """Return the day on which a payment of a day was reconciled, or -1 if it is not yet."""
    return day + _RECONCILED_AFTER if day + _RECONCILED_AFTER < as_of else -1


def transaction_rows(unit: Unit) -> Iterator[Row]:
    """Yield the transactions of a unit's account, oldest first."""
    made = Trade(unit)
    account, first = unit.id_of("bankAccounts"), unit.id_of("payments")
    day, balance = made.opening
    yield _row(made, account, (day, _OPENED, "DEPOSIT", balance, "Opening deposit of the owners", None, None))
    for number, payment in enumerate(made.payments, first):
        received, cash = payment.is_received, payment.method == "CASH"
        said = "Cash paid in" if cash else "Payment received" if received else "Payment to a vendor"
        kind = "DEPOSIT" if received else "WITHDRAWAL"
        yield _row(made, account, (payment.day, payment.clock, kind, payment.amount, said, f"PAY-S{number:06d}", number))


def _row(made: Trade, account: int, figures: tuple[int, int, str, int, str, str | None, int | None]) -> Row:
    day, clock, kind, amount, said, reference, payment = figures
    reconciled = reconciled_day(day, made.as_of)
    return {
        "bankAccountId": account,
        "transactionDate": day_of(day),
        "transactionType": kind,
        "amount": amount * CENT,
        "deleted_at": None,
        "description": said,
        "referenceNumber": reference,
        "paymentId": payment,
        "isReconciled": reconciled >= 0,
        "reconciledAt": made.at(reconciled, 15 * 60) if reconciled >= 0 else None,
        "createdAt": made.at(day, clock),
    }


BANK_ACCOUNTS = SeedTable(
    schema.BANK_ACCOUNTS,
    per_unit=1,
    rows=rows,
    not_pii=frozenset({"accountName", "accountNumber", "bankName"}),
    identity=("accountNumber",),
)
BANK_TRANSACTIONS = SeedTable(
    schema.BANK_TRANSACTIONS,
    per_unit=1 + PAYMENTS,
    rows=transaction_rows,
    appended=0,
    identity=("bankAccountId", "transactionDate", "amount", "createdAt"),
    checks=(
        Check(
            "bankTransactions: they add up to the account's balance, and each payment has one with its amount and day",
            "SELECT (SELECT COUNT(*) FROM {bankAccounts} AS a LEFT JOIN (SELECT bankAccountId, "
            "SUM(CASE transactionType WHEN 'DEPOSIT' THEN amount ELSE -amount END) AS balance FROM {bankTransactions} AS t "
            "GROUP BY bankAccountId) AS s ON s.bankAccountId = a.id WHERE ROUND(a.currentBalance * 100) <> "
            "ROUND(COALESCE(s.balance, 0) * 100) OR a.currentBalance < 0) + (SELECT COUNT(*) FROM {payments} AS p "
            "LEFT JOIN {bankTransactions} AS t ON t.paymentId = p.id WHERE t.id IS NULL OR t.amount <> p.amount "
            "OR t.transactionDate <> p.paymentDate OR t.bankAccountId <> p.bankAccountId "
            "OR (t.transactionType = 'DEPOSIT') <> (p.paymentType = 'RECEIVED'))",
        ),
    ),
)
