"""The command line on real databases."""

import json
import re

import pytest

from terp_seed.cli.progress import Progress
from terp_seed.terp import TABLES
from tests import rows_of_users
from tests.support import CATALOG, NAMES, SEVEN, SMALL, Database
from tests.test_ours_is_what_was_seeded import without_keys


def test_upgrade_prints_each_table_and_the_total(terp: Database) -> None:
    result = terp.cli("upgrade", "--force")
    assert result.exit_code == 0
    assert terp.counts() == SMALL
    assert "[7/7] payments: 30 rows seeded" in result.stderr
    assert "total                195   seeded, 0 errors" in result.stdout
    companions = [part for part in CATALOG.every if part.name not in SEVEN]
    assert f"companions: {sum(part.per_unit for part in companions):,} rows in {len(companions)} tables" in result.stdout
    assert terp.cli("upgrade", "--force").stdout == "Nothing to do: the database is up to date.\n"


def test_clients_alone_seed_ten_clients_and_nothing_else(terp: Database) -> None:
    assert terp.cli("upgrade", "--table=clients", "--clean", "--force").exit_code == 0
    assert terp.counts() == {**dict.fromkeys(SEVEN, 0), "clients": 10}
    own = {part.name for part in TABLES[1].parts}
    assert {table for table, rows in terp.everything().items() if rows} == own


def test_orders_bring_what_orders_need(terp: Database) -> None:
    assert terp.cli("upgrade", "--table", "orders", "-f").exit_code == 0
    assert terp.counts() == {**SMALL, "invoices": 0, "payments": 0}


@pytest.mark.parametrize("size", [{"small": 1}, {"medium": 10}, {"large": 100}, {"x3": 3}], ids=str)
def test_sizes(sqlite_terp: Database, size: dict[str, int]) -> None:
    ((name, units),) = size.items()
    assert sqlite_terp.cli("upgrade", "--size", name, "-f").exit_code == 0
    assert sqlite_terp.counts() == {table: rows * units for table, rows in SMALL.items()}


def test_downgrade_of_clients_takes_their_dependants(terp: Database) -> None:
    terp.cli("upgrade", "-f")
    result = terp.cli("downgrade", "--table=clients", "-f")
    assert result.exit_code == 0
    assert terp.counts() == {**dict.fromkeys(SEVEN, 0), "vendors": 5, "products": 20}
    assert "rolled back, 0 errors" in result.stdout
    assert terp.cli("downgrade", "--table=clients", "-f").stdout == "Nothing to do: the database is up to date.\n"
    assert terp.cli("downgrade", "-f").exit_code == 0
    assert sum(terp.counts().values()) == 0


def test_clean_may_change_the_settings(terp: Database) -> None:
    terp.cli("upgrade", "-f")
    assert terp.cli("upgrade", "--size=x2", "-f").exit_code == 2
    assert terp.counts() == SMALL
    assert terp.cli("upgrade", "--size=x2", "--seed=9", "--clean", "-f").exit_code == 0
    assert terp.counts() == {table: rows * 2 for table, rows in SMALL.items()}


def test_status_as_json(terp: Database) -> None:
    terp.cli("upgrade", "--table=batches", "--as-of=2026-03-01", "-f")
    status = json.loads(terp.cli("status", "--json").stdout)
    assert list(status) == ["database", "at", "size", "seed", "as_of", "tables", "companions", "total", "lock"]
    assert status["at"] == ["batches"]
    assert (status["size"], status["seed"], status["as_of"]) == ("small", 42, "2026-03-01")
    assert status["tables"]["batches"] == {"seeded": 30, "blocks": [[1, 30]]}
    assert status["tables"]["clients"] == {"seeded": 10, "blocks": [[1, 10]]}
    assert status["tables"]["orders"] == {"seeded": 0, "blocks": []}
    assert status["companions"]["lots"] == {"seeded": 10, "blocks": [[1, 10]]}
    assert status["total"] == 65
    assert status["lock"] is None


def test_status_of_a_database_that_was_never_seeded(terp: Database) -> None:
    status = json.loads(terp.cli("status", "--json").stdout)
    assert (status["at"], status["size"], status["total"]) == ([], None, 0)
    assert "nothing is seeded" in terp.cli("status").stdout


@pytest.mark.parametrize("size", ["small", "medium", "x13"])
def test_verify_holds_at_every_size(terp: Database, size: str) -> None:
    assert terp.cli("upgrade", "--size", size, "-f").exit_code == 0
    result = terp.cli("verify", "--json")
    assert result.exit_code == 0, result.stdout
    verified = json.loads(result.stdout)
    assert verified["ok"]
    assert not [check for check in verified["checks"] if "skipped" in check["detail"]]
    rows = {table: terp.counts()[table] for table in ("vendors", "clients")}
    assert verified["pii"]["clients"] == {"columns": ["address", "email", "name", "phone"], "rows": rows["clients"]}
    assert verified["pii"]["vendors"]["rows"] == rows["vendors"]
    assert verified["pii"]["users"] == {"columns": ["email", "name"], "rows": len(terp.rows("users"))}


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("UPDATE orders SET total = total + 0.01 WHERE id = 9", "orders: total = subtotal, without tax"),
        ("UPDATE orders SET subtotal = subtotal + 1, total = total + 1 WHERE id = 9", "orders: the lines in items add up to"),
        ("UPDATE clients SET total_spent = total_spent + 1 WHERE id = 2", "clients: total_spent is the sum of the invoices"),
        ("UPDATE clients SET total_owed = total_owed + 1 WHERE id = 2", "clients: total_owed is the amount due"),
        ("UPDATE clients SET email = 'jane@gmail.com' WHERE id = 2", "clients.email is masked"),
        ("UPDATE clients SET phone = '+1-212-555-0200' WHERE id = 2", "clients.phone is masked"),
        ("UPDATE vendors SET contactName = 'Real Person' WHERE id = 2", "vendors.contactName is masked"),
        ("ALTER TABLE clients ADD COLUMN owner_name VARCHAR(99) DEFAULT 'Jane Doe'", "clients: no unclassified column holds PII"),
        ("UPDATE batches SET reservedQty = onHandQty + 1 WHERE id = 5", "batches: no more is reserved"),
        ("UPDATE batches SET onHandQty = -1 WHERE id = 5", "batches: no quantity is negative"),
        ("DELETE FROM invoiceLineItems WHERE id = 3", "invoiceLineItems: rows match the ledger"),
        ("UPDATE invoices SET amountPaid = amountPaid + 1 WHERE id = 9", "invoices: amountPaid is the sum of their payments"),
        ("UPDATE invoices SET referenceId = 999999 WHERE id = 9", "invoices.referenceId refers to orders"),
        ("UPDATE invoices SET status = 'VIEWED' WHERE status = 'PAID'", "invoices: the status follows"),
        (
            "UPDATE payments SET paymentDate = '2037-01-01' WHERE id = 3",
            "payments: received ones are from the invoice's customer",
        ),
        ("UPDATE orders SET created_at = '2001-01-01 00:00:00' WHERE id = 9", "clients: created before their orders"),
    ],
)
def test_verify_finds_what_is_wrong(terp: Database, damage: str, named: str) -> None:
    terp.cli("upgrade", "-f")
    terp.execute(damage)
    result = terp.cli("verify", "--json")
    assert result.exit_code == 1
    failed = [check["name"] for check in json.loads(result.stdout)["checks"] if not check["ok"]]
    assert any(name.startswith(named) for name in failed), failed
    assert "FAILED" in terp.cli("verify").stdout


def test_verify_says_which_checks_it_skipped(terp: Database) -> None:
    terp.cli("upgrade", "--table=clients", "-f")
    result = terp.cli("verify")
    assert result.exit_code == 0
    assert "skipped  clients: created before their orders: not seeded: orders" in result.stdout
    assert "masked   clients: address, email, name, phone in 10 rows" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["upgrade", "--size=huge", "-f"], "Size 'huge' is not known: expected small, medium, large or xN"),
        (["upgrade", "--table=cats", "-f"], "Unknown table 'cats': expected one of vendors, clients"),
        (["upgrade", "--as-of=yesterday", "-f"], "as_of 'yesterday' cannot be used: expected a day from 1980-01-01"),
        (["upgrade", "--seed=-1", "-f"], "seed '-1' cannot be used"),
        (["upgrade", "--env=moon", "-f"], "env 'moon' is not an environment"),
        (["upgrade", "--dryrun"], "No such option"),
        (["upgrade"], "without a terminal"),
        (["upgrade", "--env=production"], "production database, and writing to it needs force"),
        (["upgrade", "--sql", "--clean"], "--clean and --sql cannot be combined"),
        (["upgrade", "--first-id=7", "-f"], "first_id is for scripts"),
        (["purge"], "the name of the database"),
        (["purge", "--database=wrong"], "The name 'wrong' is not that of the database"),
        (["sideways"], "No such command 'sideways': expected one of"),
        (["upgrade", "--table=Vendor"], "Unknown table 'Vendor': expected one of"),
        (["downgrade", "--table=venders"], "Did you mean vendors?"),
        (["upgrade", "--as-of=2026-02-30"], "'2026-02-30' is not a date"),
        (["upgrade", "--rows=5"], "use --size xN"),
        (["upgrade", "--clear"], "use --clean"),
        (["seed"], "Did you mean `terp-seed upgrade`?"),
        (["reset"], "Did you mean `terp-seed upgrade --clean`?"),
        (["upgarde"], "Did you mean `terp-seed upgrade`?"),
    ],
)
def test_bad_input_exits_2_without_writing(sqlite_terp: Database, arguments: list[str], said: str) -> None:
    result = sqlite_terp.cli(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert sum(sqlite_terp.counts().values()) == 0


def test_nothing_to_do_asks_nothing(sqlite_terp: Database) -> None:
    nothing = "Nothing to do: the database is up to date."
    assert nothing in sqlite_terp.cli("downgrade").stdout
    assert sqlite_terp.cli("upgrade", "--table=orders", "--force").exit_code == 0
    for command in (["upgrade", "--table=clients"], ["downgrade", "--table=payments"]):
        result = sqlite_terp.cli(*command, TERP_ENV="production")
        assert (result.exit_code, nothing in result.stdout) == (0, True), result.output
    for command in ("upgrade", "downgrade"):
        assert "without a terminal" in sqlite_terp.cli(command).stderr


def test_clean_upgrade_asks_in_an_empty_database(sqlite_terp: Database) -> None:
    assert "without a terminal" in sqlite_terp.cli("upgrade", "--clean").stderr
    assert sum(sqlite_terp.counts().values()) == 0


def test_second_run_exits_3_naming_the_holder(terp: Database) -> None:
    from terp_seed.backends import lock

    with terp.connection() as connection, lock.held(connection, NAMES):
        result = terp.cli("upgrade", "-f")
        assert result.exit_code == 3
        assert re.search(r"Another seeding operation is in progress \((connection|process) \d+", result.stderr)
        assert json.loads(terp.cli("status", "--json").stdout)["lock"]["connection"] > 0
    assert sum(terp.counts().values()) == 0
    assert json.loads(terp.cli("status", "--json").stdout)["lock"] is None


def test_interrupted_run_reports_remainder_and_releases_lock(terp: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(progress: Progress, table: str, rows: int, of: int) -> None:
        if table == "orders":
            raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "advanced", interrupt)
    result = terp.cli("upgrade", "-f")
    assert result.exit_code == 130
    assert "Error: Interrupted: the current transaction was rolled back" in result.stderr
    assert {table for table, rows in terp.counts().items() if rows} == {"vendors", "clients", "products", "batches"}
    monkeypatch.undo()
    assert terp.cli("upgrade", "-f").exit_code == 0
    assert terp.counts() == SMALL


def test_help_imports_neither_faker_nor_sqlalchemy(sqlite_terp: Database) -> None:
    program = "import sys; from terp_seed.cli.entry import main; main(['--help'], standalone_mode=False); " + (
        "assert not {'faker', 'sqlalchemy', 'alembic'} & set(sys.modules)"
    )
    ran = sqlite_terp.process("python", "-c", program)
    assert ran.returncode == 0, ran.stderr
    assert "upgrade" in ran.stdout


def test_purge_empties_the_seven_tables_and_nothing_else(terp: Database) -> None:
    mine = rows_of_users.add(terp, "mine")
    terp.cli("upgrade", "-f")
    terp.execute(
        f"UPDATE orders SET invoice_id = {mine['invoices']} WHERE id = {mine['orders']}",
        f"UPDATE clients SET referred_by_client_id = {mine['clients']} WHERE id = {mine['clients']}",
    )
    refused = terp.cli("purge", "--database", terp.name)
    assert refused.exit_code == 2
    assert "1 row of lots.vendorId -> vendors" in refused.stderr
    assert {table: rows - 1 for table, rows in terp.counts().items()} == SMALL
    others = [table for table in rows_of_users.CREATION_ORDER if table not in (*SEVEN, "users", "brands")]
    without_keys(terp, *(f"DELETE FROM {table} WHERE id = {mine[table]}" for table in others))
    terp.execute(f"UPDATE brands SET vendorId = NULL WHERE id = {mine['brands']}")
    kept = {table: terp.rows(table) for table in ("users", "brands")}
    assert terp.cli("purge", "--database", terp.name, "--env=production").exit_code == 2
    result = terp.cli("purge", "--database", terp.name)
    assert result.exit_code == 0, result.output
    assert sum(terp.counts().values()) == 0
    assert "orders                51   deleted" in result.stdout
    assert terp.rows("lots") == []
    assert terp.rows("users") == [row for row in kept["users"] if not row["openId"].startswith("terp-seed")]
    assert [row["id"] for row in terp.rows("brands")] == [mine["brands"]]
    assert terp.versions() == set()
    assert terp.cli("upgrade", "-f").exit_code == 0
    assert terp.counts() == SMALL


def test_script_is_printed_and_nothing_else_happens(sqlite_terp: Database) -> None:
    seed = sqlite_terp.cli("upgrade", "--sql", "--first-id=501")
    assert seed.exit_code == 0
    assert seed.stderr == ""
    assert "(501, 'CLI-S000501'" in seed.stdout.replace("(501, 1, ", "(501, ")
    assert sum(sqlite_terp.counts().values()) == 0
    sqlite_terp.cli("upgrade", "-f")
    back = sqlite_terp.cli("downgrade", "--sql", "--table=clients")
    assert back.stderr == ""
    assert 'DELETE FROM "clients"' in back.stdout
    assert 'DELETE FROM "vendors"' not in back.stdout
    assert sqlite_terp.counts() == SMALL
