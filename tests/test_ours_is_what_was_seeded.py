"""The promise: rollback deletes the rows that were seeded, whatever else has their ids by now, and names what it leaves."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from terp_seed.checks.block_state import BlockState
from terp_seed.execution.rollback import Rollback, foreign_of
from terp_seed.model.recipe import Recipe, Size
from terp_seed.revisions.block import Block
from tests.clients import apply
from tests.scripts import script
from tests.support import CATALOG, SMALL, Database

AS_OF = "--as-of=2026-03-01"
PAYMENT = (
    "INSERT INTO payments (id, paymentNumber, paymentType, paymentDate, amount, paymentMethod, createdBy) "
    "VALUES ({0}, 'MINE-{0}', 'RECEIVED', '2026-01-01', 5, 'CASH', {1})"
)


def payment_gone(number: int) -> tuple[str, str]:
    """Return what deletes a payment, and the bank's transaction that names it."""
    return f"DELETE FROM bankTransactions WHERE paymentId = {number}", f"DELETE FROM payments WHERE id = {number}"


def _user(database: Database) -> int:
    database.execute("INSERT INTO users (id, openId, name) VALUES (900, 'somebody', 'Somebody')")
    return 900


def _rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.connection() as connection:
        return [tuple(row) for row in connection.execution_options(no_parameters=True).exec_driver_sql(query)]


def _down(database: Database, *arguments: str) -> str:
    result = database.cli("downgrade", "--force", *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def without_keys(database: Database, *statements: str) -> None:
    """Run what a load of a dump runs: the tables' own rows, in any order."""
    off = {"sqlite": "PRAGMA foreign_keys = OFF", "postgresql": "SET session_replication_role = replica"}.get(
        database.kind, "SET SESSION foreign_key_checks = 0"
    )
    with database.connection() as connection:
        raw = connection.connection.dbapi_connection
        cursor = raw.cursor()
        for statement in (off, *statements):
            cursor.execute(database.spelled(statement))
        raw.commit()


def test_rows_of_a_user_under_seeded_ids_stay(any_terp: Database) -> None:
    assert any_terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    user = _user(any_terp)
    any_terp.execute(
        "DELETE FROM bankTransactions", "DELETE FROM payments", *(PAYMENT.format(number, user) for number in (1, 2, 3))
    )
    kept = _rows(any_terp, "SELECT * FROM payments")
    dry = any_terp.cli("downgrade", "--dry-run")
    assert "payments: 3 rows under seeded ids but not seeded: kept (ids 1, 2, 3)" in dry.output
    said = _down(any_terp)
    assert "payments: 3 rows under seeded ids but not seeded: kept (ids 1, 2, 3)" in said
    assert "payments: 27 rows had already been deleted" in said
    assert _rows(any_terp, "SELECT * FROM payments") == kept
    assert any_terp.counts() == {**dict.fromkeys(SMALL, 0), "payments": 3}


def test_dump_loaded_over_seeded_database_survives_reseeding(any_terp: Database) -> None:
    assert any_terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    clients = [f"INSERT INTO clients (id, teri_code, name) VALUES ({number}, 'REAL-{number}', 'Real')" for number in range(1, 8)]
    without_keys(any_terp, *(f"DELETE FROM {part.name}" for part in CATALOG.every if part.name != "users"), *clients)
    kept = _rows(any_terp, "SELECT * FROM clients")
    result = any_terp.cli("upgrade", "--clean", AS_OF, "-f")
    assert result.exit_code == 0, result.output
    assert _rows(any_terp, "SELECT * FROM clients WHERE id < 8") == kept
    assert any_terp.counts() == {**SMALL, "clients": 17}
    assert any_terp.cli("verify").exit_code == 0
    _down(any_terp)
    assert _rows(any_terp, "SELECT * FROM clients") == kept


def test_id_reused_by_sqlite_belongs_to_its_user(new_terp: Callable[[str], Database]) -> None:
    terp = new_terp("sqlite")
    create = _rows(terp, "SELECT sql FROM sqlite_master WHERE name = 'payments'")[0][0].replace("AUTOINCREMENT", "")
    without_keys(terp, "DROP TABLE payments", create)
    assert terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    user = _user(terp)
    terp.execute(*payment_gone(30), PAYMENT.format("NULL", user).replace("'MINE-NULL'", "'MINE'"))
    assert _rows(terp, "SELECT id FROM payments WHERE paymentNumber = 'MINE'") == [(30,)]
    _down(terp)
    assert _rows(terp, "SELECT id, paymentNumber FROM payments") == [(30, "MINE")]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE seed_ledger SET last_id = 100 WHERE table_name = 'vendors'",
        "UPDATE seed_ledger SET first_id = 2 WHERE table_name = 'vendors'",
        "UPDATE seed_ledger SET row_count = 7 WHERE table_name = 'vendors'",
        "UPDATE seed_ledger SET row_count = 0, last_id = 0 WHERE table_name = 'vendors'",
        "UPDATE seed_ledger SET size = 'enormous' WHERE table_name = 'vendors'",
        "UPDATE seed_ledger SET identity_columns = 'x' WHERE table_name = 'vendors'",
    ],
)
def test_every_command_refuses_a_contradictory_record(terp: Database, damage: str) -> None:
    assert terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    terp.execute("INSERT INTO vendors (id, name) VALUES (6, 'mine'), (7, 'mine too')", damage)
    for command in (["downgrade", "-f"], ["status"], ["upgrade", "-f"], ["upgrade", "--clean", "-f"], ["downgrade", "--dry-run"]):
        result = terp.cli(*command)
        assert result.exit_code == 1, result.output
        assert "seed_ledger has a record of revision vendors and table vendors" in result.stderr
    ran = terp.alembic("-n", "seed", "downgrade", "base")
    assert ran.code != 0
    assert "FAILED: seed_ledger has a record" in ran.out
    assert terp.counts() == {**SMALL, "vendors": 7}


def test_consistently_widened_record_takes_no_user_row(any_terp: Database) -> None:
    assert any_terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    any_terp.execute(
        "INSERT INTO vendors (id, name) VALUES (6, 'mine'), (7, 'mine too')",
        "UPDATE seed_ledger SET last_id = 7, row_count = 7 WHERE table_name = 'vendors'",
    )
    said = _down(any_terp)
    assert "vendors: 2 rows under seeded ids but not seeded: kept (ids 6, 7)" in said
    assert _rows(any_terp, "SELECT id, name FROM vendors") == [(6, "mine"), (7, "mine too")]


def test_shifted_record_is_refused_leaving_no_stray_rows(terp: Database) -> None:
    assert terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    terp.execute("UPDATE seed_ledger SET first_id = 3, last_id = 7 WHERE table_name = 'vendors'")
    result = terp.cli("downgrade", "-f")
    assert result.exit_code == 2, result.output
    assert "Rows of vendors are not as revision vendors seeded them" in result.stderr
    assert "or the record was changed" in result.stderr
    assert terp.counts() == SMALL


def test_edited_rows_go_and_are_named(any_terp: Database) -> None:
    assert any_terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    renamed = "UPDATE clients SET name = 'Renamed', wishlist = NULL WHERE id IN (2, 5)"
    transaction = any_terp.scalar("SELECT id FROM bankTransactions WHERE paymentId = 7")
    any_terp.execute(renamed, *payment_gone(7))
    status = any_terp.cli("status").output
    assert "(2 edited)" in status
    assert "(1 missing)" in status
    edits = any_terp.cli("status", "--edits").output.splitlines()
    assert [line.split()[:3] for line in edits] == [
        ["clients", "2", "edited:"],
        ["clients", "5", "edited:"],
        ["bankTransactions", str(transaction), "missing"],
        ["payments", "7", "missing"],
    ]
    assert "name" in edits[0]
    assert "now 'Renamed'" in any_terp.cli("status", "--edits", "--values").output
    assert "clients: 2 rows edited, and deleted too (ids 2, 5)" in any_terp.cli("downgrade", "--dry-run").output
    assert "clients: 2 rows edited, and deleted too (ids 2, 5)" in _down(any_terp)
    assert not any(any_terp.counts().values())


def test_edited_rows_stay_in_production_unless_discarded(any_terp: Database) -> None:
    assert any_terp.cli("upgrade", AS_OF, "-f", "--env=production").exit_code == 0
    any_terp.execute("UPDATE clients SET name = 'Renamed' WHERE id = 2")
    for command in (["downgrade", "-f"], ["upgrade", "--clean", "-f"], ["downgrade", "-f", "--dry-run"]):
        result = any_terp.cli(*command, "--env=production")
        assert result.exit_code == 2, result.output
        assert "clients: 1 edited (id 2)" in result.stderr
        assert "--discard-edits" in result.stderr
        assert any_terp.counts() == SMALL
    ran = any_terp.alembic("-n", "seed", "-x", "env=production", "-x", "force=true", "downgrade", "base")
    assert ran.code != 0
    assert "Nothing has changed" in ran.out
    any_terp.seed("-x", "env=production", "-x", "force=true", "-x", "discard_edits=true", "downgrade", "base")
    assert not any(any_terp.counts().values())


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE orders SET notes = NULL WHERE id = 3",
        "UPDATE orders SET notes = 'NULL' WHERE id = 3",
        "UPDATE orders SET notes = 'x' WHERE id IN (3, 4)",
        "UPDATE orders SET total = total + 0.01 WHERE id = 3",
        "UPDATE orders SET items = '[]' WHERE id = 3",
        "UPDATE orders SET created_at = '2026-02-01 00:00:01' WHERE id = 3",
    ],
)
def test_no_edit_hides_from_the_digest(terp: Database, edit: str) -> None:
    assert terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    before = _rows(terp, "SELECT notes, total, items, created_at FROM orders WHERE id IN (3, 4) ORDER BY id")
    terp.execute(edit)
    changed = _rows(terp, "SELECT notes, total, items, created_at FROM orders WHERE id IN (3, 4) ORDER BY id") != before
    assert ("edited" in terp.cli("status").output) is changed


def test_two_rows_with_swapped_values_count_as_edited(terp: Database) -> None:
    assert terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    first, second = _rows(
        terp, "SELECT notes, wishlist, created_at FROM clients CROSS JOIN (SELECT 1 AS notes) AS x WHERE id IN (1, 2) ORDER BY id"
    )
    terp.execute(
        f"UPDATE clients SET created_at = '{second[2]}' WHERE id = 1",
        f"UPDATE clients SET created_at = '{first[2]}' WHERE id = 2",
    )
    assert "(2 edited)" in terp.cli("status").output


def test_rows_are_compared_correctly_after_column_type_change(server_terp: Database) -> None:
    assert server_terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    server_terp.execute(
        "ALTER TABLE clients MODIFY total_spent DECIMAL(20,4)", "UPDATE clients SET name = 'Renamed' WHERE id = 2"
    )
    assert "clients: 1 row edited, and deleted too (id 2)" in _down(server_terp)
    assert not any(server_terp.counts().values())


def test_differing_rows_from_another_generator_version_stay(terp: Database) -> None:
    assert terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    terp.execute("UPDATE seed_ledger SET generator_version = 7", "UPDATE clients SET name = 'Renamed' WHERE id = 2")
    result = terp.cli("downgrade", "-f")
    assert result.exit_code in (1, 2), result.output
    assert "generator version 7 made them" in result.stderr
    assert terp.counts() == SMALL
    name = _rows(terp, "SELECT 1 FROM clients WHERE name = 'Renamed'")
    assert name == [(1,)]


def test_foreign_row_referring_to_seeded_rows_stops_rollback(any_terp: Database) -> None:
    assert any_terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    user = _user(any_terp)
    any_terp.execute(*payment_gone(7), PAYMENT.format(7, user), "UPDATE payments SET invoiceId = 3 WHERE id = 7")
    result = any_terp.cli("downgrade", "-f")
    assert result.exit_code == 2, result.output
    assert "1 row of payments.invoiceId -> invoices" in result.stderr
    assert "(id 7)" in result.stderr
    assert any_terp.counts() == SMALL


def test_script_deletes_edited_rows_only_when_told(terp: Database) -> None:
    from tests.clients import STOPPED, apply, apply_well
    from tests.scripts import script

    assert terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    terp.execute("UPDATE clients SET name = 'Renamed' WHERE id = 2")
    text = script(terp, "downgrade", "head:base")
    ran = apply(terp, text)
    assert ran.returncode == STOPPED[terp.kind]
    assert "Rows of clients are not as they were seeded" in ran.stderr
    assert terp.counts() == SMALL
    apply_well(terp, script(terp, "-x", "discard_edits=true", "downgrade", "head:base"))
    assert not any(terp.counts().values())


def _own_order_under_a_seeded_id(database: Database) -> None:
    """Put an order of a user's in the place of the fifth seeded one; it names an invoice of ours."""
    without_keys(
        database,
        "DELETE FROM orders WHERE id = 5",
        *(
            f"DELETE FROM {table.name} WHERE {column} = 5"
            for table in CATALOG.every
            for column, target in table.parents().items()
            if target == "orders"
        ),
        "INSERT INTO users (id, openId, name) VALUES (900, 'somebody', 'Somebody')",
        "INSERT INTO clients (id, teri_code, name) VALUES (900, 'MINE', 'Mine')",
        "INSERT INTO orders (id, order_number, orderType, client_id, items, subtotal, total, paymentTerms, created_by, "
        "invoice_id) VALUES (5, 'MINE-5', 'SALE', 900, '[]', 1, 1, 'COD', 900, 6)",
    )


def test_user_row_under_seeded_id_is_never_updated(terp: Database) -> None:
    assert terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    _own_order_under_a_seeded_id(terp)
    refused = terp.cli("downgrade", "--table", "invoices", "-f")
    assert refused.exit_code == 2, refused.output
    assert "orders.invoice_id" in refused.output
    assert _rows(terp, "SELECT invoice_id FROM orders WHERE id = 5") == [(6,)]
    without_keys(terp, "UPDATE orders SET invoice_id = NULL WHERE id = 5")
    text = script(terp, "downgrade", "head:invoices@orders")
    assert "Rows of orders are not as they were seeded" in apply(terp, text).stderr
    _down(terp, "--table", "invoices")
    text = script(terp, "-x", AS_OF[2:].replace("-", "_", 1), "upgrade", "orders:head")
    assert "Rows of orders are not as they were seeded" in apply(terp, text).stderr
    assert terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    assert _rows(terp, "SELECT invoice_id FROM orders WHERE id = 5") == [(None,)]
    _down(terp)
    assert _rows(terp, "SELECT order_number, invoice_id FROM orders") == [("MINE-5", None)]


@pytest.mark.parametrize("loss", ["ALTER TABLE vendors RENAME COLUMN name TO vendor_name", "a record without an identity"])
def test_nothing_is_deleted_when_row_ownership_is_unknown(terp: Database, loss: str) -> None:
    assert terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    without_keys(terp, "UPDATE vendors SET name = 'My own vendor' WHERE id = 5")
    terp.execute(
        loss if loss.startswith("ALTER") else "UPDATE seed_ledger SET identity_columns = '[]' WHERE table_name = 'vendors'"
    )
    for command in (("downgrade", "-f"), ("downgrade", "--dry-run"), ("status", "--edits")):
        refused = terp.cli(*command)
        assert refused.exit_code == 2, refused.output
        assert "Rows of vendors are not as revision vendors seeded them" in refused.output
        assert "a seeded row cannot be told from any other" in refused.output
    assert terp.cli("status").exit_code == 0
    assert terp.counts() == SMALL


def test_cascaded_rows_are_not_reported_as_staying(terp: Database) -> None:
    assert terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    without_keys(terp, payment_gone(3)[0], "UPDATE payments SET paymentNumber = 'MINE' WHERE id = 3")
    said = terp.cli("downgrade", "--cascade", "-f", "--database", terp.name).output
    assert "stay" not in said
    assert "payments: 1 row not seeded, but deleted with revision payments" in said
    assert not any(terp.counts().values())


def test_text_written_after_a_nul_is_an_edit(sqlite_terp: Database) -> None:
    assert sqlite_terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    sqlite_terp.execute("UPDATE clients SET address = address || char(0) || 'more' WHERE id = 3")
    assert "clients 3 edited: address" in " ".join(sqlite_terp.cli("status", "--edits").output.split())


def test_foreign_rows_of_every_block_count() -> None:
    recipe = Recipe(Size(1), 42, date(2026, 3, 1), 1)
    states = [
        BlockState(Block(name, "orders", first, 10, recipe), 9, foreign=(first,)) for name, first in (("a", 1), ("b", 2001))
    ]
    assert foreign_of(states) == {"orders": (1, 2001)}


def test_rows_with_the_same_parents_are_not_ours(terp: Database) -> None:
    terp.seed("-x", "as_of=2026-03-01", "upgrade", "head")
    columns = "client_id, credit_limit, current_exposure, created_at, updated_at"
    terp.execute(
        "CREATE TABLE k (id INTEGER PRIMARY KEY, client_id INTEGER)",
        "INSERT INTO k SELECT id, client_id FROM client_credit_limits",
        "DELETE FROM client_credit_limits",
        f"INSERT INTO client_credit_limits (id, {columns}) SELECT id, client_id, 777, 1, '2020-01-01', '2020-01-01' FROM k",
    )
    mine = terp.scalar("SELECT COUNT(*) FROM client_credit_limits")
    result = terp.cli("downgrade", "--force")
    assert "edited" not in result.output, result.output
    assert terp.scalar("SELECT COUNT(*) FROM client_credit_limits WHERE credit_limit = 777") == mine


def test_lost_adopted_row_refuses_before_the_first_step(terp: Database) -> None:
    terp.seed("-x", "as_of=2026-03-01", "upgrade", "head")
    terp.execute("UPDATE strains SET name = 'My Kush' WHERE id = 3", "UPDATE products SET nameCanonical = 'Mine' WHERE id <= 20")
    before = terp.counts()
    result = terp.cli("downgrade", "--force")
    assert result.exit_code != 0
    assert "strains lacks a row that seeded rows refer to by name" in result.stderr
    assert "rolled back" not in result.stderr
    assert terp.counts() == before


@pytest.mark.every_server
def test_row_replaced_during_rollback_is_never_deleted(terp: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    terp.seed("upgrade", "head")
    prepare = Rollback.prepare

    def meanwhile(self: Rollback, revision: str, *arguments: Any) -> Any:
        if revision == "batches":  # as if somebody had committed it after the rollback looked at all rows
            self.database.execute("UPDATE vendor_supply SET created_at = '2020-01-01' WHERE id = 2")
        return prepare(self, revision, *arguments)

    monkeypatch.setattr(Rollback, "prepare", meanwhile)
    result = terp.cli("downgrade", "--force")
    assert result.exit_code != 0
    assert "1 row of vendor_supply.vendor_id -> vendors" in result.output
    assert terp.scalar("SELECT COUNT(*) FROM vendor_supply WHERE id = 2") == 1


@pytest.mark.every_server
def test_row_kept_by_later_step_guards_earlier_one(terp: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    terp.seed("upgrade", "head")
    order = terp.scalar("SELECT MIN(id) FROM orders WHERE invoice_id IS NOT NULL")
    prepare = Rollback.prepare

    def meanwhile(self: Rollback, revision: str, *arguments: Any) -> Any:
        if revision == "invoices":  # the order is a user's by now, and refers to an invoice that leaves first
            self.database.execute(f"UPDATE orders SET order_number = 'MINE' WHERE id = {order}")
        return prepare(self, revision, *arguments)

    monkeypatch.setattr(Rollback, "prepare", meanwhile)
    result = terp.cli("downgrade", "--force")
    assert result.exit_code != 0
    assert "1 row of orders.invoice_id -> invoices" in result.output
    assert terp.scalar(f"SELECT COUNT(*) FROM orders WHERE id = {order} AND invoice_id IS NOT NULL") == 1
