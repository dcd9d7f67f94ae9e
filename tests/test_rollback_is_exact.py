"""The promise: a rollback deletes the rows that were seeded, and nothing else."""

import pytest

from terp_seed.app import commands
from terp_seed.app.listener import Listener
from terp_seed.errors import RollbackRefused
from terp_seed.execution.outcome import Outcome
from terp_seed.settings import Settings
from tests import rows_of_users
from tests.support import ALL_FAULTS, SEVEN, SMALL, Database
from tests.test_ours_is_what_was_seeded import payment_gone

pytestmark = pytest.mark.every_server

# each revision, and Alembic's name for "without it and what hangs on it"
REVISIONS = {
    "ledger": "base",
    "vendors": "vendors@ledger",
    "products": "products@ledger",
    "clients": "clients@ledger",
    "batches": "batches@vendors",
    "orders": "orders@batches",
    "invoices": "invoices@orders",
    "payments": "payments@invoices",
}
FEW = [(revision, REVISIONS[revision]) for revision in ("ledger", "orders")]


@pytest.mark.exhaustive
def test_up_down_up_everywhere_keeps_user_rows(terp: Database) -> None:
    mine = [rows_of_users.add(terp, "before")]
    terp.seed("-x", "as_of=2026-03-01", "upgrade", "head")
    seeded = terp.digest()
    before = rows_of_users.read(terp, mine)
    for revision, target in REVISIONS.items() if ALL_FAULTS or terp.kind == "sqlite" else FEW:
        terp.seed("downgrade", target)
        assert terp.seed("current").out.find(f"{revision} ") == -1
        terp.seed("-x", "as_of=2026-03-01", "upgrade", revision)
        terp.seed("-x", "as_of=2026-03-01", "upgrade", "head")
        assert terp.digest() == seeded, revision
    mine.append(rows_of_users.add(terp, "between"))
    before = rows_of_users.read(terp, mine)
    terp.seed("downgrade", "base")
    assert terp.everything() == before
    assert all(len(rows) == 2 for rows in before.values())


def test_user_rows_added_between_runs_survive_both(terp: Database) -> None:
    terp.seed("upgrade", "clients")
    mine = [rows_of_users.add(terp, "first")]
    terp.seed("upgrade", "head")
    mine.append(rows_of_users.add(terp, "second"))
    kept = rows_of_users.read(terp, mine)
    terp.seed("downgrade", "clients@ledger")
    assert rows_of_users.read(terp, mine) == kept
    left = {table: rows if table in ("vendors", "products") else 0 for table, rows in SMALL.items()}
    assert {table: terp.counts()[table] - 2 for table in SEVEN} == left
    terp.seed("downgrade", "base")
    assert terp.everything() == kept


def test_rollback_removes_edited_rows_and_tolerates_missing_ones(terp: Database) -> None:
    terp.seed("upgrade", "head")
    terp.execute("UPDATE clients SET name = 'Renamed' WHERE id = 2", *payment_gone(7))
    terp.seed("downgrade", "base")
    assert all(not rows for rows in terp.everything().values())


@pytest.mark.parametrize(
    ("statement", "table", "key"),
    [
        ("UPDATE clients SET referred_by_client_id = 3 WHERE id = {clients}", "clients", "clients.referred_by_client_id"),
        ("UPDATE products SET supplier_client_id = 3 WHERE id = {products}", "clients", "products.supplier_client_id"),
        ("UPDATE orders SET client_id = 3 WHERE id = {orders}", "clients", "orders.client_id"),
        ("UPDATE payments SET invoiceId = 3 WHERE id = {payments}", "invoices", "payments.invoiceId"),
        ("UPDATE invoices SET referenceType = 'ORDER', referenceId = 3 WHERE id = {invoices}", "orders", "invoices.referenceId"),
    ],
)
def test_user_row_referring_to_seeded_row_stops_rollback(terp: Database, statement: str, table: str, key: str) -> None:
    terp.seed("upgrade", "head")
    terp.execute(statement.format(**rows_of_users.add(terp, "mine")))
    before = terp.digest()
    ran = terp.alembic("-n", "seed", "downgrade", "base")
    assert ran.code != 0
    assert f"1 row of {key} -> {table}" in ran.out
    assert "Nothing has changed" in ran.out
    assert terp.digest() == before
    assert terp.versions() == {"payments"}


def test_purchase_order_invoice_with_order_id_allows_rollback(terp: Database) -> None:
    terp.seed("upgrade", "head")
    mine = [rows_of_users.add(terp, "mine")]
    terp.execute(f"UPDATE invoices SET referenceId = 3 WHERE id = {mine[0]['invoices']}")
    kept = rows_of_users.read(terp, mine)
    terp.seed("downgrade", "base")
    assert terp.everything() == kept


def test_key_of_an_unknown_table_stops_rollback(terp: Database) -> None:
    terp.seed("upgrade", "head")
    terp.execute(
        "CREATE TABLE loyalty (id INTEGER PRIMARY KEY, member INTEGER, "
        "FOREIGN KEY (member) REFERENCES clients (id) ON DELETE CASCADE)",
        "INSERT INTO loyalty VALUES (1, 4)",
    )
    ran = terp.alembic("-n", "seed", "downgrade", "base")
    assert ran.code != 0
    assert "1 row of loyalty.member -> clients (on delete: CASCADE)" in ran.out
    assert terp.counts() == SMALL


def test_terps_tables_cannot_go_under_live_seed_data(terp: Database) -> None:
    terp.seed("upgrade", "head")
    ran = terp.alembic("downgrade", "base")
    assert ran.code != 0
    assert "holds seed data" in ran.out
    assert terp.counts() == SMALL
    terp.seed("downgrade", "base")
    assert terp.alembic("downgrade", "base").code == 0
    assert terp.tables() == {"alembic_version", "alembic_version_seed"}


def test_reference_added_after_first_check_stops_rollback_there(server_terp: Database) -> None:
    server_terp.seed("upgrade", "head")
    mine = rows_of_users.add(server_terp, "mine")

    class Referring(Listener):
        def done(self, outcome: Outcome) -> None:
            if outcome.table == "invoices":
                server_terp.execute(f"UPDATE orders SET client_id = 3 WHERE id = {mine['orders']}")

    with pytest.raises(RollbackRefused) as refusal:
        commands.downgrade(Settings(url=server_terp.url, force=True), listener=Referring())
    assert "1 row of orders.client_id -> clients (on delete: CASCADE)" in str(refusal.value)
    assert "Rolled back before that: payments, invoices" in str(refusal.value)
    counts = server_terp.counts()
    assert (counts["clients"], counts["invoices"], counts["payments"]) == (11, 1, 1)


def test_edit_against_delete_order_does_not_block_rollback(terp: Database) -> None:
    terp.seed("upgrade", "head")
    terp.execute(
        "UPDATE clients SET referred_by_client_id = 9 WHERE id = 2",
        "ALTER TABLE clients ADD COLUMN favourite INTEGER REFERENCES orders (id) ON DELETE CASCADE"
        if terp.kind == "sqlite"
        else "ALTER TABLE clients ADD COLUMN favourite INT, ADD FOREIGN KEY (favourite) REFERENCES orders (id) ON DELETE CASCADE",
        "UPDATE clients SET favourite = 3 WHERE id = 2",
    )
    said = terp.cli("downgrade", "-f")
    assert said.exit_code == 0, said.output
    assert not any(terp.counts().values())
