"""The promise: past the guard there is one way, which shows every row that would go and is agreed to by the database's name."""

from collections.abc import Callable

import pytest

from terp_seed.app import commands
from terp_seed.errors import RollbackRefused
from terp_seed.execution.cascade import Cascade
from terp_seed.settings import Settings
from tests import rows_of_users
from tests.support import SEVEN, SMALL, Database


@pytest.fixture
def entangled(terp: Database) -> Database:
    """Return a seeded database where rows of users hang on seeded ones, directly and through each other."""
    terp.seed("upgrade", "head")
    mine = rows_of_users.add(terp, "mine")
    rows_of_users.add(terp, "free")
    terp.execute(
        f"UPDATE orders SET client_id = 3 WHERE id = {mine['orders']}",  # goes: CASCADE
        f"UPDATE invoices SET referenceType = 'ORDER', referenceId = {mine['orders']} WHERE id = {mine['invoices']}",  # with it
        f"UPDATE products SET supplier_client_id = 5 WHERE id = {mine['products']}",  # stays: SET NULL
        "CREATE TABLE visits (place INTEGER NOT NULL, number INTEGER NOT NULL, client INTEGER NOT NULL, "
        "PRIMARY KEY (place, number), FOREIGN KEY (client) REFERENCES clients (id))",
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, place INTEGER, number INTEGER, answers INTEGER, "
        "FOREIGN KEY (place, number) REFERENCES visits (place, number), FOREIGN KEY (answers) REFERENCES notes (id))",
        "INSERT INTO visits VALUES (1, 1, 2), (1, 2, 4)",
        f"INSERT INTO visits VALUES (2, 1, {mine['clients']})",
        "INSERT INTO notes VALUES (1, 1, 1, NULL), (2, 2, 1, 1), (3, NULL, NULL, NULL), (4, 1, 2, 3)",
    )
    return terp


def test_neither_force_nor_wrong_name_overrides_the_guard(entangled: Database) -> None:
    before = entangled.digest()
    refused = entangled.cli("downgrade", "--force")
    assert refused.exit_code == 2
    assert "`terp-seed downgrade --cascade`" in refused.stderr
    for arguments, said in (
        (["--cascade"], "the name of the database"),
        (["--cascade", "--database", "other"], "The name 'other' is not that of the database"),
        (["--cascade", "--sql"], "cannot be combined"),
        (["--database", entangled.name], "--database can only be used with --cascade"),
    ):
        result = entangled.cli("downgrade", "--force", *arguments)
        assert result.exit_code == 2, result.output
        assert said in result.stderr
        assert entangled.digest() == before
    assert entangled.scalar("SELECT COUNT(*) FROM notes") == 4


def test_what_is_listed_goes_and_nothing_else(entangled: Database) -> None:
    users = entangled.rows("users")
    result = entangled.cli("downgrade", "--force", "--cascade", "--database", entangled.name)
    assert result.exit_code == 0, result.output
    for line in (
        "1 row is deleted: orders.client_id -> clients (on delete: CASCADE)",
        "1 row is deleted: invoices.referenceId -> orders (on delete: no key)",
        "2 rows are deleted: visits.client -> clients (on delete: ",
        "2 rows are deleted: notes.(place, number) -> visits (on delete: ",
        "1 row is deleted: notes.answers -> notes (on delete: ",
        "1 row is kept, without the reference: products.supplier_client_id -> clients (on delete: SET NULL)",
    ):
        assert line in result.stderr, result.stderr
    # the payment of the invoice that goes refers to it, and goes too
    assert "1 row is deleted: payments.invoiceId -> invoices" in result.stderr
    assert entangled.counts() == {**dict.fromkeys(SEVEN, 2), "orders": 1, "invoices": 1, "payments": 1}
    assert entangled.scalar("SELECT COUNT(*) FROM notes") == 1
    assert entangled.scalar("SELECT COUNT(*) FROM visits") == 1
    assert [row["supplier_client_id"] for row in entangled.rows("products")] == [None, None]
    assert [row["name"] for row in entangled.rows("users")] == [
        row["name"] for row in users if not row["openId"].startswith("terp-seed")
    ]
    assert entangled.versions() == set()


def test_cascade_is_not_said_to_keep_its_rows(terp: Database) -> None:
    terp.seed("upgrade", "head")
    terp.execute("UPDATE invoices SET invoiceNumber = 'MINE-1', createdAt = '2020-01-01' WHERE id = 2")
    shown = terp.cli("downgrade", "--dry-run", "--cascade")
    done = terp.cli("downgrade", "--cascade", "--database", terp.name, "--force")
    for result in (shown, done):
        assert result.exit_code == 0, result.output
        assert "invoices" in result.output
        assert not [line for line in result.output.splitlines() if line.startswith("kept") and "invoices" in line], result.output
    assert terp.counts()["invoices"] == 0


def test_cascade_of_one_table_takes_only_its_dependants(entangled: Database) -> None:
    result = entangled.cli("downgrade", "--table=invoices", "--force", "--cascade", "--database", entangled.name)
    assert result.exit_code == 0, result.output
    assert " go: " not in result.stderr
    assert entangled.counts()["orders"] == 52
    assert entangled.scalar("SELECT COUNT(*) FROM notes") == 4


def test_rows_changed_since_shown_stop_the_cascade(entangled: Database) -> None:
    before = entangled.counts()

    def agree(found: Cascade) -> None:
        assert "1 row is deleted: orders.client_id" in str(found)
        entangled.execute("INSERT INTO visits VALUES (9, 9, 7)")

    with pytest.raises(RollbackRefused, match="The rows that refer to seeded rows have just changed") as refusal:
        commands.downgrade(Settings(url=entangled.url, force=True), agree=agree)
    # each revision takes what hangs on it along: what went before is named, and nothing else is gone
    gone = str(refusal.value).split("Rolled back before that: ")[1].split(". ")[0].split(", ")
    assert gone[:3] == ["payments", "invoices", "orders"]
    assert {*gone} <= {*SEVEN}
    assert "clients" not in gone
    assert entangled.counts() == {t: rows - SMALL[t] if t in gone else rows for t, rows in before.items()}
    assert entangled.scalar("SELECT COUNT(*) FROM visits") == 4


def test_rows_without_a_primary_key_stop_the_cascade(sqlite_terp: Database) -> None:
    sqlite_terp.seed("upgrade", "head")
    sqlite_terp.execute("CREATE TABLE loose (client INTEGER REFERENCES clients (id))", "INSERT INTO loose VALUES (4), (5)")
    result = sqlite_terp.cli("downgrade", "--force", "--cascade", "--database", sqlite_terp.name)
    assert result.exit_code == 2
    assert (
        "2 rows of loose.client -> clients (on delete: NO ACTION) would be deleted, but loose has no primary key" in result.stderr
    )
    assert sum(sqlite_terp.counts().values()) == 195


def test_keys_without_ids_and_other_schemas_are_seen(server_terp: Database, new_database: Callable[[str], Database]) -> None:
    ours, other = server_terp.name, new_database(server_terp.kind)
    server_terp.seed("upgrade", "head")
    code = server_terp.scalar("SELECT teri_code FROM clients WHERE id = 3")
    server_terp.execute(
        "CREATE TABLE badges (id INTEGER PRIMARY KEY, code VARCHAR(50) NOT NULL, "
        "FOREIGN KEY (code) REFERENCES clients (teri_code))",
        f"INSERT INTO badges VALUES (1, '{code}')",
    )
    other.execute(
        f"CREATE TABLE remote (id INTEGER PRIMARY KEY, client INTEGER, "
        f"FOREIGN KEY (client) REFERENCES {ours}.clients (id) ON DELETE CASCADE)",
        "INSERT INTO remote VALUES (1, 4), (2, NULL)",
    )
    refused = server_terp.cli("downgrade", "-f")
    assert refused.exit_code == 2
    assert "1 row of badges.code -> clients" in refused.stderr
    assert f"1 row of {other.name}.remote.client -> clients (on delete: CASCADE)" in refused.stderr
    result = server_terp.cli("downgrade", "-f", "--cascade", "--database", ours)
    assert result.exit_code == 0, result.output
    assert other.scalar("SELECT COUNT(*) FROM remote") == 1
    assert server_terp.scalar("SELECT COUNT(*) FROM badges") == 0
    server_terp.execute("DROP TABLE badges")
    other.execute("DROP TABLE remote")


def test_exactly_listed_rows_go_for_any_key_type(server_terp: Database) -> None:
    server_terp.seed("upgrade", "head")
    server_terp.execute(
        "CREATE TABLE marks (k VARCHAR(20) PRIMARY KEY, c INT, FOREIGN KEY (c) REFERENCES clients (id))",
        "CREATE TABLE scores (f FLOAT PRIMARY KEY, c INT, FOREIGN KEY (c) REFERENCES clients (id))",
        "CREATE TABLE days (d DATE, n DECIMAL(9,3), c INT, PRIMARY KEY (d, n), FOREIGN KEY (c) REFERENCES clients (id))",
        "INSERT INTO marks VALUES ('it''s', 3), ('other', NULL)",
        "INSERT INTO scores VALUES (0.1, 3), (1e20, 4), (0.2, NULL)",
        "INSERT INTO days VALUES ('2026-01-01', 1.500, 3), ('2026-01-01', 2.500, NULL)",
    )
    dry = server_terp.cli("downgrade", "--dry-run", "--cascade")
    assert dry.exit_code == 0, dry.output
    assert "2 rows are deleted: scores.c -> clients" in dry.output
    assert "Next: terp-seed downgrade --cascade" in dry.output
    assert server_terp.counts() == SMALL
    result = server_terp.cli("downgrade", "-f", "--cascade", "--database", server_terp.name)
    assert result.exit_code == 0, result.output
    assert [server_terp.scalar(f"SELECT COUNT(*) FROM {table}") for table in ("marks", "scores", "days")] == [1, 1, 1]
    assert not any(server_terp.counts().values())


def test_purge_never_cascades_through_a_companion_table(any_terp: Database) -> None:
    any_terp.seed("upgrade", "head")
    user = any_terp.scalar("SELECT id FROM users WHERE openId LIKE 'terp-seed%'")
    any_terp.execute(
        "CREATE TABLE logins (id INTEGER PRIMARY KEY, who INTEGER, FOREIGN KEY (who) REFERENCES users (id) ON DELETE CASCADE)",
        f"INSERT INTO logins VALUES (1, {user}), (2, NULL)",
    )
    before = any_terp.counts()
    result = any_terp.cli("purge", "--database", any_terp.name)
    assert result.exit_code == 2, result.output
    assert "1 row of logins.who -> users (on delete: CASCADE) (id 1)" in result.stderr
    assert any_terp.counts() == before
    assert any_terp.scalar("SELECT COUNT(*) FROM logins") == 2
    any_terp.execute("DELETE FROM logins WHERE id = 1")
    assert any_terp.cli("purge", "--database", any_terp.name).exit_code == 0
    assert not any(any_terp.counts().values())
    assert any_terp.scalar("SELECT COUNT(*) FROM logins") == 1
    any_terp.execute("DROP TABLE logins")
