"""The promise: `terp-seed verify --script` tells whether a database holds what a script says, and changes nothing."""

from pathlib import Path

import pytest

from tests.clients import apply_well
from tests.scripts import AS_OF, everything, script
from tests.support import CATALOG, Database


@pytest.fixture
def reviewed(terp: Database, tmp_path: Path) -> Path:
    """Return the file of the script that a database of the engine was seeded with."""
    file = tmp_path / "reviewed.sql"
    file.write_text(script(terp, *AS_OF, "-x", "size=x3", "upgrade", "head"))
    return file


def test_database_matches_its_script_however_it_was_seeded(terp: Database, reviewed: Path) -> None:
    apply_well(terp, reviewed.read_text())
    before = everything(terp)
    result = terp.cli("verify", "--script", str(reviewed))
    assert result.exit_code == 0, result.output
    assert everything(terp) == before
    terp.cli("downgrade", "-f")
    assert terp.cli("upgrade", "--size=x3", "--as-of=2026-03-01", "-f").exit_code == 0
    result = terp.cli("verify", "--script", str(reviewed), "--json")
    assert result.exit_code == 0, result.output
    assert '"name": "script: rows of orders",\n      "ok": true,\n      "detail": "150 are the same"' in result.output


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE clients SET wishlist = UPPER(wishlist) WHERE wishlist IS NOT NULL", "script: rows of clients"),
        ("UPDATE payments SET amount = amount + 0.01 WHERE id = 7", "script: rows of payments: 1 of 90 differ"),
        ("UPDATE orders SET notes = '' WHERE id = 7", "script: rows of orders: 1 of 150 differ"),
        ("UPDATE orders SET items = '[]' WHERE id IN (7, 8)", "script: rows of orders: 2 of 150 differ"),
        (
            "DELETE FROM bankTransactions WHERE paymentId BETWEEN 1 AND 3; DELETE FROM payments WHERE id BETWEEN 1 AND 3",
            "script: rows of payments: 3 of 90 differ or are missing",
        ),
        ("UPDATE vendors SET createdAt = '2020-01-01 00:00:00' WHERE id = 1", "script: rows of vendors: 1 of 15 differ"),
        ("UPDATE seed_ledger SET seed = 7 WHERE revision = 'clients'", "records 2 different sets"),
    ],
)
def test_any_difference_is_told(terp: Database, reviewed: Path, damage: str, said: str) -> None:
    apply_well(terp, reviewed.read_text())
    terp.execute(*damage.split("; "))
    result = terp.cli("verify", "--script", str(reviewed))
    assert result.exit_code == 1
    assert said in result.output


def test_another_seed_is_told(terp: Database, reviewed: Path) -> None:
    terp.seed(*AS_OF, "-x", "size=x3", "-x", "seed=7", "upgrade", "head")
    result = terp.cli("verify", "--script", str(reviewed))
    assert result.exit_code == 1
    assert "script: rows of clients" in result.output
    records = len([part for part in CATALOG.every if not part.adopts])  # how many rows are adopted, no script knows
    assert f"script: rows of seed_ledger: {records} of {records} differ" in result.output


def test_unseeded_database_is_told(terp: Database, reviewed: Path) -> None:
    result = terp.cli("verify", "--script", str(reviewed))
    assert result.exit_code == 1
    assert "script: rows: nothing is seeded here: there is no seed_ledger" in result.output


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text.replace("CLI-S000002", "CLI-S000009", 1), "was changed since it was printed"),
        (lambda text: text[: len(text) // 2], "does not end like a script"),
        (lambda text: "", "does not end like a script"),
    ],
)
def test_spoiled_script_file_is_refused(sqlite_terp: Database, tmp_path: Path, spoil: object, said: str) -> None:
    assert callable(spoil)
    file = tmp_path / "spoilt.sql"
    file.write_text(spoil(script(sqlite_terp, *AS_OF, "upgrade", "head")))
    result = sqlite_terp.cli("verify", "--script", str(file))
    assert result.exit_code == 2
    assert said in result.stderr


def test_rollback_foreign_and_unreadable_scripts_are_refused(sqlite_terp: Database, tmp_path: Path) -> None:
    file = tmp_path / "other.sql"
    file.write_text(script(sqlite_terp, "downgrade", "head:base"))
    assert "inserts no rows" in sqlite_terp.cli("verify", "--script", str(file)).stderr
    assert "cannot be read" in sqlite_terp.cli("verify", "--script", str(tmp_path)).stderr
    file.write_text(script(Database("mysql://root@127.0.0.1:9/x", "mysql"), *AS_OF, "upgrade", "head"))
    sqlite_terp.seed(*AS_OF, "upgrade", "head")
    result = sqlite_terp.cli("verify", "--script", str(file))
    assert result.exit_code == 2
    assert "are not for this database" in result.stderr
    assert "Expected a script for SQLite." in result.stderr
