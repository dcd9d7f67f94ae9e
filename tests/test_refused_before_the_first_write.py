"""The promise: what the live tables would refuse is refused before the first write, by the run and by the dry run alike."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import hostile_settings, privileges
from tests.support import SMALL, Database

# an alteration of a live table, the table that is named, and words of the reason, on each kind of server
REFUSED = [
    ("ALTER TABLE payments ADD CONSTRAINT few CHECK (amount < 10)", "payments", "few"),
    ("ALTER TABLE orders ADD CONSTRAINT short CHECK (json_length(items) < 2)", "orders", "short"),
    ("CREATE UNIQUE INDEX one_each ON orders (client_id)", "orders", "one_each"),
    ("ALTER TABLE clients DROP COLUMN is_brand, ADD COLUMN is_brand INT AS (0) STORED", "clients", "is_brand"),
    (
        "ALTER TABLE orders MODIFY notes TEXT CHARACTER SET latin1, ADD CHECK (notes NOT LIKE '%e%')",
        "orders",
        "orders_chk|CONSTRAINT",
    ),
    ("ALTER TABLE inbox_items MODIFY id TINYINT AUTO_INCREMENT", "inbox_items", "id"),
]


def _reasons(text: str) -> dict[str, str]:
    """Return what is said of each table."""
    lines = [line.partition("Schema validation failed for ")[2] for line in text.splitlines()]
    return dict(line.split(": ", 1) for line in lines if line)


def _require_refusal(terp: Database, table: str, word: str, *options: str) -> None:
    for command in (("upgrade", "-f"), ("upgrade", "--dry-run")):
        ran = terp.cli(*command, *options)
        assert ran.exit_code == 1, ran.output
        assert any(one in _reasons(ran.stderr)[table] for one in word.split("|")), ran.stderr
    assert sum(terp.counts().values()) == 0
    assert "seed_ledger" not in terp.tables()


@pytest.mark.parametrize(("alteration", "table", "word"), REFUSED, ids=[alteration[:40] for alteration, *_ in REFUSED])
def test_refused_row_is_found_by_the_rehearsal(server_terp: Database, alteration: str, table: str, word: str) -> None:
    server_terp.execute(alteration)
    _require_refusal(server_terp, table, word, "--size=x20")


def test_default_that_refers_to_no_row_is_refused(server_terp: Database) -> None:
    server_terp.execute(
        "CREATE TABLE currencies (code CHAR(3) PRIMARY KEY)",
        "ALTER TABLE payments ADD COLUMN cur CHAR(3) NOT NULL DEFAULT 'USD', ADD FOREIGN KEY (cur) REFERENCES currencies (code)",
    )
    _require_refusal(server_terp, "payments", "column cur would be 'USD', which currencies does not have")
    server_terp.execute("INSERT INTO currencies VALUES ('USD')")
    assert server_terp.cli("upgrade", "-f").exit_code == 0
    assert server_terp.counts() == SMALL


@pytest.mark.parametrize(
    ("column", "collation", "respell"),
    [
        ("clients.teri_code", "utf8mb4_unicode_ci", lambda value: f"{value} "),
        ("clients.teri_code", "utf8mb4_unicode_ci", lambda value: f"Ç{value[1:]}"),
        ("clients.teri_code", "utf8mb4_unicode_ci", str.lower),
        ("vendors.name", "utf8mb4_unicode_ci", lambda value: f"{value.upper()}  "),
    ],
    ids=["trailing space", "accent", "case", "case of a name"],
)
def test_value_equal_for_the_collation_is_refused(
    server_terp: Database, column: str, collation: str, respell: Callable[[str], str]
) -> None:
    """What is equal is the collation's decision, so it is asked."""
    table, _, name = column.partition(".")
    server_terp.execute(f"ALTER TABLE {table} MODIFY {name} VARCHAR(255) COLLATE {collation} NOT NULL")
    needed = ", teri_code" if name != "teri_code" and table == "clients" else ""
    mine = f"INSERT INTO {table} (id, {'name, ' if name != 'name' else ''}{name}{needed}) VALUES (1, {{}})"
    other = "'mine', " if name != "name" else ""
    server_terp.execute(mine.format(f"{other}'somebody'"))
    first = server_terp.cli("upgrade", "-f")
    assert first.exit_code == 0, first.output
    ours = server_terp.scalar(f"SELECT {name} FROM {table} WHERE id = 2003")
    assert server_terp.cli("downgrade", "-f").exit_code == 0
    server_terp.execute(f"DELETE FROM {table}", mine.format(f"{other}'{respell(ours)}'"))
    for command in (("upgrade", "-f"), ("upgrade", "--dry-run")):
        ran = server_terp.cli(*command)
        assert ran.exit_code == 1, ran.output
        assert f"column {name}: a row that was not seeded has our value {ours!r}" in _reasons(ran.stderr)[table]
    assert server_terp.counts() == {**dict.fromkeys(SMALL, 0), table: 1}
    server_terp.execute(f"ALTER TABLE {table} MODIFY {name} VARCHAR(255) COLLATE utf8mb4_bin NOT NULL")
    seeded = server_terp.cli("upgrade", "-f")
    assert (seeded.exit_code == 0) == (respell(ours).rstrip() != ours), seeded.output


def test_tables_without_transactions_are_refused(server_terp: Database) -> None:
    keys = "SELECT constraint_name FROM information_schema.key_column_usage WHERE table_name = 'inbox_items' "
    with server_terp.connection() as connection:
        found = connection.exec_driver_sql(f"{keys} AND table_schema = DATABASE() AND referenced_table_name IS NOT NULL").all()
    drops = [f"ALTER TABLE inbox_items DROP FOREIGN KEY {name}" for (name,) in found]
    server_terp.execute(*drops, "ALTER TABLE inbox_items ENGINE=MyISAM")
    _require_refusal(server_terp, "inbox_items", "its engine MyISAM has no transactions")


WITHOUT_NEED = [
    "ALTER TABLE clients ADD COLUMN sold INT AS (is_buyer * 2) STORED NOT NULL",
    "ALTER TABLE clients ADD COLUMN shout VARCHAR(300) AS (UPPER(name)) VIRTUAL",
    "ALTER TABLE clients MODIFY email VARCHAR(255) NULL INVISIBLE",
    "ALTER TABLE clients ADD FULLTEXT INDEX words (name)",
    "ALTER TABLE payments ROW_FORMAT=COMPRESSED",
]


@pytest.mark.parametrize("alteration", WITHOUT_NEED)
def test_harmless_alterations_seed_verify_and_roll_back(server_terp: Database, alteration: str) -> None:
    if server_terp.kind == "mariadb":
        if "ROW_FORMAT" in alteration:
            server_terp.execute("SET GLOBAL innodb_read_only_compressed = OFF")
        alteration = alteration.replace(" STORED NOT NULL", " STORED")  # which MariaDB has not
    server_terp.execute(alteration)
    assert server_terp.cli("upgrade", "--dry-run").exit_code == 0
    ran = server_terp.cli("upgrade", "-f")
    assert ran.exit_code == 0, ran.output
    verified = server_terp.cli("verify")
    assert verified.exit_code == 0, verified.output
    assert server_terp.cli("downgrade", "-f").exit_code == 0
    assert sum(server_terp.counts().values()) == 0


ON_SQLITE = [
    ("payments", "amount", "NUMERIC(12, 2) CHECK (amount < 10)", "CHECK constraint failed: amount < 10"),
    ("orders", "client_id", "INTEGER UNIQUE", "UNIQUE constraint failed: orders.client_id"),
    ("clients", "is_brand", "BOOLEAN AS (0)", "column is_brand is generated by the server"),
]


@pytest.mark.parametrize(("table", "column", "definition", "reason"), ON_SQLITE, ids=[column for _, column, *_ in ON_SQLITE])
def test_refused_row_is_found_on_sqlite(sqlite_terp: Database, table: str, column: str, definition: str, reason: str) -> None:
    text = str(sqlite_terp.scalar(f"SELECT sql FROM sqlite_master WHERE name = '{table}'"))
    changed = re.sub(rf"(\n\s+{column}) [^\n]*?(,?\s*\n)", rf"\1 {definition}\2", text, count=1)
    assert changed != text
    sqlite_terp.execute("PRAGMA foreign_keys = OFF", f"DROP TABLE {table}", changed)
    _require_refusal(sqlite_terp, table, reason)


def test_dry_run_leaves_nothing_beside_sqlites_file(sqlite_terp: Database) -> None:
    before = Path(sqlite_terp.name).read_bytes()
    assert sqlite_terp.cli("upgrade", "--dry-run").exit_code == 0
    assert Path(sqlite_terp.name).read_bytes() == before
    assert [path.name for path in Path(sqlite_terp.name).parent.iterdir()] == [Path(sqlite_terp.name).name]


def test_missing_privilege_for_the_rehearsal_is_reported(server_terp: Database) -> None:
    granted = privileges.without(server_terp, "CREATE TEMPORARY TABLES")
    ran = granted.cli("upgrade", "-f")
    assert ran.exit_code == 0, ran.output
    assert "The first rows were not rehearsed: our user lacks CREATE TEMPORARY TABLES." in ran.stderr
    assert "not checked  The first rows were not rehearsed" in granted.cli("upgrade", "--clean", "--dry-run").stdout


AUDIT = "CREATE TRIGGER audited AFTER INSERT ON orders FOR EACH ROW INSERT INTO audit (what) VALUES (NEW.order_number)"
MOVED = "CREATE TRIGGER moved BEFORE INSERT ON vendors FOR EACH ROW SET NEW.id = NEW.id + 5"
RENAMED = "CREATE TRIGGER shouted BEFORE INSERT ON vendors FOR EACH ROW SET NEW.name = UPPER(NEW.name)"
HARMLESS = (
    "CREATE TRIGGER guarded BEFORE INSERT ON orders FOR EACH ROW "
    "BEGIN IF NEW.total < 0 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'UPDATE nothing'; END IF; END"
)


@pytest.mark.parametrize(
    ("trigger", "table", "reason"),
    [
        (AUDIT, "orders", "trigger audited (AFTER INSERT) writes to other tables"),
        (MOVED, "vendors", "trigger moved (BEFORE INSERT) changes id"),
        (RENAMED, "vendors", "trigger shouted (BEFORE INSERT) changes name"),
    ],
    ids=["writes elsewhere", "moves the id", "changes a value"],
)
def test_trigger_that_no_rollback_undoes_is_refused(server_terp: Database, trigger: str, table: str, reason: str) -> None:
    server_terp.execute("CREATE TABLE audit (id INT PRIMARY KEY AUTO_INCREMENT, what VARCHAR(50))", trigger)
    _require_refusal(server_terp, table, reason)
    ran = server_terp.alembic("-n", "seed", "upgrade", "head")
    assert ran.code != 0
    assert reason in ran.out


def test_allowed_trigger_runs_and_stays_exact(server_terp: Database) -> None:
    server_terp.execute("CREATE TABLE audit (id INT PRIMARY KEY AUTO_INCREMENT, what VARCHAR(50))", AUDIT)
    ran = server_terp.cli("upgrade", "-f", "--allow-triggers")
    assert ran.exit_code == 0, ran.output
    assert server_terp.scalar("SELECT COUNT(*) FROM audit") == SMALL["orders"]
    assert server_terp.cli("downgrade", "-f").exit_code == 0
    assert sum(server_terp.counts().values()) == 0


def test_allowed_trigger_that_moves_ids_is_undone(server_terp: Database) -> None:
    server_terp.execute(MOVED)
    ran = server_terp.cli("upgrade", "-f", "--allow-triggers")
    assert ran.exit_code == 1
    assert "vendors" in ran.stderr
    assert server_terp.counts()["vendors"] == 0


def test_harmless_trigger_is_listed_and_runs(server_terp: Database) -> None:
    server_terp.execute(HARMLESS)
    assert "trigger      orders: guarded (BEFORE INSERT) runs for each row" in server_terp.cli("upgrade", "--dry-run").stdout
    assert server_terp.cli("upgrade", "-f").exit_code == 0


def test_hidden_triggers_are_said_with_the_grant(server_terp: Database) -> None:
    shown = " ".join(hostile_settings.as_documented_user(server_terp).cli("upgrade", "--dry-run").stdout.split())
    assert "triggers, which our user may not see" in shown
    assert f"GRANT TRIGGER ON `{server_terp.name}`.* TO 'seeder'@'%'" in shown


def test_trigger_of_sqlite_is_judged_by_its_body(sqlite_terp: Database) -> None:
    sqlite_terp.execute(
        "CREATE TABLE audit (what TEXT)",
        "CREATE TRIGGER audited AFTER INSERT ON orders BEGIN INSERT INTO audit VALUES (NEW.order_number); END",
        "CREATE TRIGGER guarded BEFORE INSERT ON orders WHEN NEW.total < 0 BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    _require_refusal(sqlite_terp, "orders", "trigger audited (AFTER INSERT) writes to other tables")
    sqlite_terp.execute("DROP TRIGGER audited")
    assert sqlite_terp.cli("upgrade", "-f").exit_code == 0
