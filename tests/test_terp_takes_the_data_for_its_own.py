"""The promise: every check that TERP has of its own data holds on what was seeded, at any size and seed."""

from typing import Any

import pytest

from tests.support import ALL_FAULTS, Database
from tests.terps_checks import CHECKS

SIZES = ("small", "x3", "medium", "large") if ALL_FAULTS else ("x3",)


def _failing(database: Database) -> dict[str, Any]:
    """Return the checks that do not answer as expected, with what they answer."""
    found = {}
    with database.connection() as connection:
        plain = connection.execution_options(no_parameters=True)
        for check in CHECKS:
            row = tuple(int(value) for value in plain.exec_driver_sql(check.sql).one())
            wanted = check.expected if isinstance(check.expected, tuple) else (check.expected,)
            if not all(value > 0 if expected == ">0" else value == expected for value, expected in zip(row, wanted, strict=True)):
                found[f"{check.number} {check.looks_for}"] = row
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", (42, 7, 2**40) if ALL_FAULTS else (42,))
def test_every_check_of_terps_holds(server_terp: Database, size: str, seed: int) -> None:
    server_terp.seed("-x", f"size={size}", "-x", f"seed={seed}", "upgrade", "head")
    assert _failing(server_terp) == {}


def test_every_terp_check_holds_among_all_its_tables(full_terp: Database) -> None:
    full_terp.seed("upgrade", "head")
    assert _failing(full_terp) == {}


def test_every_terp_check_holds_beside_startup_data(full_terp: Database) -> None:
    full_terp.execute(
        "INSERT INTO accounts (id, accountNumber, accountName, accountType, normalBalance) VALUES "
        "(101, '1000', 'Cash', 'ASSET', 'DEBIT'), (102, '1100', 'Accounts Receivable', 'ASSET', 'DEBIT'), "
        "(103, '1200', 'Inventory', 'ASSET', 'DEBIT'), (110, '2000', 'Accounts Payable', 'LIABILITY', 'CREDIT'), "
        "(115, '3000', 'Owner''s Equity', 'EQUITY', 'CREDIT'), (116, '3100', 'Retained Earnings', 'EQUITY', 'CREDIT'), "
        "(120, '4000', 'Sales Revenue', 'REVENUE', 'CREDIT'), (125, '5000', 'Cost of Goods Sold', 'EXPENSE', 'DEBIT'), "
        "(126, '5100', 'Operating Expenses', 'EXPENSE', 'DEBIT'), (128, '5200', 'Bad Debt Expense', 'EXPENSE', 'DEBIT')",
        "INSERT INTO strains (id, name, standardizedName) VALUES (55, 'Blue Dream', 'blue dream')",
    )
    accounts = full_terp.scalar("SELECT COUNT(*) FROM accounts")
    full_terp.seed("-x", "size=x2", "upgrade", "head")
    assert _failing(full_terp) == {}
    assert full_terp.scalar("SELECT COUNT(*) FROM accounts") == accounts
    assert full_terp.scalar("SELECT COUNT(*) FROM strains WHERE name = 'Blue Dream'") == 1
    full_terp.seed("downgrade", "base")
    assert full_terp.scalar("SELECT COUNT(*) FROM accounts") == accounts
    assert full_terp.scalar("SELECT COUNT(*) FROM strains") == 1
