"""The promise: the guard sees every key into seeded tables, whatever our user may see, and every reference that is declared."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from sqlalchemy.engine import make_url

from tests.clients import STOPPED, apply
from tests.scripts import AS_OF, script
from tests.support import SMALL, Database

DOCUMENTED = "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, CREATE TEMPORARY TABLES"


@pytest.fixture
def limited(any_server_terp: Database) -> Iterator[Database]:
    """Return a seeded database as a user with exactly the documented privileges sees it."""
    terp = any_server_terp
    name = f"lim{uuid4().hex[:12]}"
    terp.execute(
        f"CREATE USER {name}@'%' IDENTIFIED BY 'x'",
        f"GRANT {DOCUMENTED} ON {terp.name}.* TO {name}@'%'",
        f"GRANT PROCESS ON *.* TO {name}@'%'",
    )
    terp.seed(*AS_OF, "upgrade", "head")
    yield Database(make_url(terp.url).set(username=name, password="x").render_as_string(False), terp.kind)
    terp.execute(f"DROP USER {name}@'%'")


@pytest.fixture
def crm(any_server_terp: Database) -> Iterator[Callable[[str], str]]:
    """Return what makes a table in another schema whose key points at the clients, with two rows."""
    terp = any_server_terp
    schema = f"crm_{terp.name}"
    made: list[str] = []

    def make(action: str) -> str:
        terp.execute(
            f"CREATE DATABASE {schema}",
            f"CREATE TABLE {schema}.`our notes` (id INT PRIMARY KEY, client_id INT NULL, "
            f"FOREIGN KEY (client_id) REFERENCES {terp.name}.clients (id) ON DELETE {action}) ENGINE=InnoDB",
            f"INSERT INTO {schema}.`our notes` VALUES (1, 3), (2, 4)",
        )
        made.append(schema)
        return schema

    yield make
    for name in made:
        terp.execute(f"DROP DATABASE {name}")


@pytest.mark.parametrize("action", ["CASCADE", "SET NULL", "RESTRICT"])
def test_key_in_hidden_schema_stops_rollback(
    any_server_terp: Database, limited: Database, crm: Callable[[str], str], action: str
) -> None:
    schema = crm(action)
    for arguments in (["downgrade", "-f"], ["upgrade", "--clean", "-f"], ["downgrade", "--dry-run"]):
        result = limited.cli(*arguments)
        assert result.exit_code == 2, result.output
        assert f"{schema}.our notes.client_id -> clients" in result.stderr
        assert f"Run GRANT SELECT ON `{schema}`.`our notes` TO 'lim" in result.stderr
    ran = apply(limited, script(any_server_terp, "downgrade", "head:base"))
    assert ran.returncode == 1
    assert any_server_terp.counts() == SMALL
    assert any_server_terp.scalar(f"SELECT COUNT(client_id) FROM {schema}.`our notes`") == 2
    # with the grant that it asked for, it names the rows
    name = make_url(limited.url).username
    any_server_terp.execute(f"GRANT SELECT ON {schema}.`our notes` TO {name}@'%'")
    result = limited.cli("downgrade", "-f")
    assert result.exit_code == 2
    assert f"2 rows of {schema}.our notes.client_id -> clients" in result.stderr
    ran = apply(limited, script(any_server_terp, "downgrade", "head:base"))
    assert "were not seeded and refer to seeded clients" in ran.stderr
    any_server_terp.execute(f"DELETE FROM {schema}.`our notes`")
    assert limited.cli("downgrade", "-f").exit_code == 0
    assert not any(any_server_terp.counts().values())


def test_rollback_without_process_privilege_names_the_grant(any_server_terp: Database, limited: Database) -> None:
    name = make_url(limited.url).username
    any_server_terp.execute(f"REVOKE PROCESS ON *.* FROM {name}@'%'")
    result = limited.cli("downgrade", "-f")
    assert result.exit_code == 2, result.output
    assert f"Run GRANT PROCESS ON *.* TO '{name}'@'%'" in result.stderr
    assert any_server_terp.counts() == SMALL
    any_server_terp.execute(f"GRANT SELECT ON *.* TO {name}@'%'")  # then no key is hidden
    assert limited.cli("downgrade", "-f").exit_code == 0


def test_letter_case_hides_no_key(new_terp: Callable[[str], Database]) -> None:
    terp = new_terp("sqlite")
    terp.seed("upgrade", "head")
    terp.execute(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, c INTEGER REFERENCES Clients(ID) ON DELETE CASCADE)",
        "INSERT INTO notes VALUES (1, 3)",
    )
    result = terp.cli("downgrade", "-f")
    assert result.exit_code == 2, result.output
    assert "1 row of notes.c -> clients (on delete: CASCADE) (id 1)" in result.stderr
    ran = apply(terp, script(terp, "downgrade", "head:base"))
    assert ran.returncode == 1
    assert "A table that this script does not know may refer to seeded rows" in ran.stderr
    assert terp.counts() == SMALL
    assert terp.scalar("SELECT COUNT(*) FROM notes") == 1


def test_a_key_of_several_columns_is_seen(terp: Database) -> None:
    terp.seed("upgrade", "head")
    code = terp.scalar("SELECT teri_code FROM clients WHERE id = 3")
    terp.execute(
        "CREATE UNIQUE INDEX both_columns ON clients (id, teri_code)",
        "CREATE TABLE badges (id INTEGER PRIMARY KEY, c INTEGER, code VARCHAR(50), "
        "FOREIGN KEY (c, code) REFERENCES clients (id, teri_code))",
        f"INSERT INTO badges VALUES (1, 3, '{code}'), (2, NULL, 'x')",
    )
    result = terp.cli("downgrade", "-f")
    assert result.exit_code == 2, result.output
    assert "1 row of badges.(c, code) -> clients" in result.stderr
    terp.execute("DELETE FROM badges WHERE id = 1")
    assert terp.cli("downgrade", "-f").exit_code == 0
    terp.execute("DROP TABLE badges")


USERS_ROWS = {
    "order_line_items.batch_id": (
        "INSERT INTO order_line_items (order_id, batch_id, quantity, cogs_per_unit, original_cogs_per_unit, unit_price, "
        "margin_percent, margin_dollar, margin_source, line_total) VALUES (900, 3, 1, 1, 1, 1, 1, 1, 'MANUAL', 1)"
    ),
    "batchLocations.batchId": "INSERT INTO batchLocations (batchId, site, qty) VALUES (3, 'A', '1')",
    "ledgerEntries.referenceId": (
        "INSERT INTO ledgerEntries (entryNumber, entryDate, accountId, description, referenceType, referenceId, fiscalPeriodId, "
        "createdBy) VALUES ('E', '2026-01-01', 900, 'x', 'INVOICE', 3, 900, 900)"
    ),
}


@pytest.mark.parametrize("column", USERS_ROWS)
def test_user_row_referring_without_key_stops_rollback(full_terp: Database, column: str) -> None:
    full_terp.seed(*AS_OF, "upgrade", "head")
    full_terp.execute("SET SESSION sql_mode = ''", "SET SESSION foreign_key_checks = 0", USERS_ROWS[column])
    result = full_terp.cli("downgrade", "-f")
    assert result.exit_code == 2, result.output
    assert f"1 row of {column} -> " in result.stderr
    ran = apply(full_terp, script(full_terp, "downgrade", "head:base"))
    assert ran.returncode == 1
    assert f"Rows of {column} were not seeded" in ran.stderr
    assert full_terp.counts() == SMALL
    result = full_terp.cli("downgrade", "-f", "--cascade", "--database", full_terp.name)
    assert result.exit_code == 0, result.output
    assert full_terp.scalar(f"SELECT COUNT(*) FROM {column.split('.')[0]}") == 0


def test_ids_in_valid_json_count_as_references(any_terp: Database) -> None:
    any_terp.seed(*AS_OF, "upgrade", "head")
    any_terp.execute(
        "INSERT INTO users (id, openId, name) VALUES (900, 'mine', 'Mine')",
        "INSERT INTO clients (id, teri_code, name) VALUES (900, 'MINE', 'Mine')",
        "INSERT INTO orders (id, order_number, orderType, client_id, items, subtotal, total, paymentTerms, created_by) "
        """VALUES (900, 'MINE', 'SALE', 900, '[{"batchId": 4, "quantity": 1}, {"batchId": "5"}, null]', 1, 1, 'COD', 900)""",
    )
    result = any_terp.cli("downgrade", "-f")
    assert result.exit_code == 2, result.output
    assert "1 row of orders.items$[*].batchId -> batches (on delete: no key) (id 900)" in result.stderr
    ran = apply(any_terp, script(any_terp, "downgrade", "head:base"))
    assert ran.returncode == STOPPED[any_terp.kind]
    assert "refer to seeded batches" in ran.stderr
    assert any_terp.counts() == {**SMALL, "orders": 51, "clients": 11}
    for items in ("[{}]", '{"batchId": 4}', "[4, 5]", '["batchId"]'):
        any_terp.execute(f"UPDATE orders SET items = '{items}' WHERE id = 900")
        assert any_terp.cli("downgrade", "--dry-run").exit_code == 0
    if any_terp.kind == "sqlite":
        any_terp.execute("UPDATE orders SET items = 'not json' WHERE id = 900")
    assert any_terp.cli("downgrade", "-f").exit_code == 0
    assert any_terp.counts() == {**dict.fromkeys(SMALL, 0), "orders": 1, "clients": 1}


def test_columns_that_look_like_ids_are_reported(any_terp: Database) -> None:
    any_terp.seed(*AS_OF, "upgrade", "head")
    assert "undeclared" not in any_terp.cli("downgrade", "--dry-run").output
    any_terp.execute("CREATE TABLE loyalty (id INTEGER PRIMARY KEY, client_id INTEGER, orderId INTEGER, points INTEGER)")
    dry = any_terp.cli("downgrade", "--dry-run")
    assert "undeclared   loyalty.client_id loyalty.orderId" in dry.output
    verified = any_terp.cli("verify", "--json")
    assert verified.exit_code == 0, verified.output
    assert "loyalty.client_id, loyalty.orderId" in verified.output


def test_few_statements_check_the_references_of_all_keys(full_terp: Database, executed: list[str]) -> None:
    full_terp.seed(*AS_OF, "upgrade", "head")
    executed.clear()
    full_terp.seed("downgrade", "base")
    assert len([statement for statement in executed if "information_schema.innodb" in statement.lower()]) == 1
    assert len([statement for statement in executed if "UNION ALL" in statement]) <= 2 * 8
    assert len(executed) < 480  # one of them for each table, about our privileges


@pytest.mark.parametrize("column", ["client VARCHAR(20)", "client"])
@pytest.mark.parametrize("action", ["CASCADE", "SET NULL", "NO ACTION"])
def test_text_key_is_compared_as_the_database_does(sqlite_terp: Database, column: str, action: str) -> None:
    sqlite_terp.seed(*AS_OF, "upgrade", "head")
    sqlite_terp.execute(
        f"CREATE TABLE memos (id INTEGER PRIMARY KEY, {column} REFERENCES clients (id) ON DELETE {action})",
        "INSERT INTO memos VALUES (1, '5')",
    )
    for command in (("downgrade", "-f"), ("purge", "-f", "--database", sqlite_terp.name)):
        refused = sqlite_terp.cli(*command)
        assert refused.exit_code == 2, refused.output
        assert "1 row of memos.client (id 1) -> clients" in refused.output.replace(f" (on delete: {action})", "") or (
            "1 row of memos.client -> clients" in refused.output
        )
        assert sqlite_terp.scalar("SELECT client FROM memos") == "5"
    if action == "CASCADE":
        assert sqlite_terp.cli("downgrade", "--cascade", "-f", "--database", sqlite_terp.name).exit_code == 0
        assert sqlite_terp.scalar("SELECT COUNT(*) FROM memos") == 0


def test_system_versioned_table_is_treated_as_a_table(mariadb_terp: Database) -> None:
    mariadb_terp.execute(
        "CREATE TABLE delivery_schedules (id INT PRIMARY KEY, reference_type VARCHAR(20), reference_id INT) "
        "WITH SYSTEM VERSIONING",
    )
    mariadb_terp.seed(*AS_OF, "upgrade", "head")
    mariadb_terp.execute("ALTER TABLE tags ADD SYSTEM VERSIONING", "INSERT INTO delivery_schedules VALUES (1, 'order', 7)")
    assert "gone" not in mariadb_terp.cli("status").output
    refused = mariadb_terp.cli("downgrade", "-f")
    assert refused.exit_code == 2
    assert "delivery_schedules.reference_id" in refused.output
