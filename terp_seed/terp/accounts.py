"""The chart of accounts and the fiscal periods. Existing ones of TERP are used."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.model.values import Adopted
from terp_seed.terp import schema_books as schema

# the accounts that TERP creates at start-up if there are none; it looks them up by name
_CHART = (
    ("1000", "Cash", "ASSET", "DEBIT"),
    ("1100", "Accounts Receivable", "ASSET", "DEBIT"),
    ("1200", "Inventory", "ASSET", "DEBIT"),
    ("2000", "Accounts Payable", "LIABILITY", "CREDIT"),
    ("3000", "Owner's Equity", "EQUITY", "CREDIT"),
    ("3100", "Retained Earnings", "EQUITY", "CREDIT"),
    ("4000", "Sales Revenue", "REVENUE", "CREDIT"),
    ("5000", "Cost of Goods Sold", "EXPENSE", "DEBIT"),
    ("5100", "Operating Expenses", "EXPENSE", "DEBIT"),
    ("5200", "Bad Debt Expense", "EXPENSE", "DEBIT"),
)
_ACCOUNTS = {name: Adopted("accounts", place) for place, (_, name, _, _) in enumerate(_CHART)}
CASH, RECEIVABLE, INVENTORY, PAYABLE = (
    _ACCOUNTS[name] for name in ("Cash", "Accounts Receivable", "Inventory", "Accounts Payable")
)
EQUITY, REVENUE, COST_OF_SALES = (_ACCOUNTS[name] for name in ("Owner's Equity", "Sales Revenue", "Cost of Goods Sold"))

_MONTHS_BACK, _MONTHS = 7, 20


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the accounts."""
    opened = datetime.combine(unit.as_of - timedelta(900), time(13))
    for number, name, kind, balance in _CHART:
        yield {
            "accountNumber": number,
            "deleted_at": None,
            "accountName": name,
            "accountType": kind,
            "parentAccountId": None,
            "isActive": True,
            "normalBalance": balance,
            "description": None,
            "createdAt": opened,
            "updatedAt": opened,
        }


class Periods:
    """Periods are the fiscal months: the as-of day's, the seven before it and the twelve after it."""

    def __init__(self, as_of: date) -> None:
        self._first = as_of.year * 12 + as_of.month - 1 - _MONTHS_BACK
        self._adopted = tuple(Adopted("fiscalPeriods", place) for place in range(_MONTHS))

    def begin(self, place: int) -> date:
        """Return the first day of the month at a place."""
        year, month = divmod(self._first + place, 12)
        return date(year, month + 1, 1)

    def of(self, day: date) -> Adopted:
        """Return the period that contains a day."""
        return self._adopted[day.year * 12 + day.month - 1 - self._first]


def period_rows(unit: Unit) -> Iterator[Row]:
    """Yield the periods: past ones are closed, the as-of day's and future ones are open."""
    periods = Periods(unit.as_of)
    for place in range(_MONTHS):
        begin, end = periods.begin(place), periods.begin(place + 1) - timedelta(1)
        closed = place < _MONTHS_BACK
        # a month is closed a week after its end, but not after the as-of day
        shut = datetime.combine(min(end + timedelta(7), unit.as_of), time()) if closed else None
        created = datetime.combine(unit.as_of - timedelta(900), time(13))
        yield {
            "periodName": f"{begin:%B %Y}",
            "deleted_at": None,
            "startDate": begin,
            "endDate": end,
            "fiscalYear": begin.year,
            "status": "CLOSED" if closed else "OPEN",
            "closedAt": shut,
            "closedBy": None,  # an adopted row cannot refer to other rows
            "createdAt": created,
            "updatedAt": shut or created,
        }


ACCOUNTS = SeedTable(
    schema.ACCOUNTS,
    per_unit=len(_CHART),
    rows=rows,
    not_pii=frozenset({"accountName", "accountNumber"}),
    shared=True,
    adopts=("accountName",),
    checks=(
        Check(
            "accounts: each name that TERP looks up exists exactly once",
            "SELECT 7 - COUNT(*) FROM (SELECT accountName FROM accounts WHERE accountName IN ('Accounts Receivable', "
            "'Accounts Payable', 'Bad Debt Expense', 'Sales Revenue', 'Cost of Goods Sold', 'Inventory', 'Cash') "
            "AND deleted_at IS NULL GROUP BY accountName HAVING COUNT(*) = 1) AS n "
            "WHERE EXISTS (SELECT 1 FROM {bankAccounts} AS b)",
        ),
    ),
)
FISCAL_PERIODS = SeedTable(
    schema.FISCAL_PERIODS,
    per_unit=_MONTHS,
    rows=period_rows,
    not_pii=frozenset({"periodName"}),
    shared=True,
    adopts=("startDate", "endDate"),
    checks=(
        Check(
            "fiscalPeriods: the as-of day and the days of all invoices and payments are in one (H3)",
            "SELECT COUNT(*) FROM (SELECT invoiceDate AS day FROM {invoices} AS i UNION SELECT paymentDate FROM {payments} AS p "
            "UNION SELECT '{as_of}') AS d WHERE NOT EXISTS (SELECT 1 FROM fiscalPeriods AS f WHERE d.day BETWEEN f.startDate "
            "AND f.endDate)",
        ),
    ),
)
