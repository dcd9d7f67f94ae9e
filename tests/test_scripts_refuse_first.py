"""The promise: a script stops before its first change where it could not end, and can be applied again when that is put right."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.clients import apply, apply_well
from tests.scripts import AS_OF, script
from tests.support import NAMES, SMALL, Database
from tests.triggers import dropped, refusing


class Obstacle(NamedTuple):
    """An Obstacle is what somebody does to the live tables, how it is undone, and what the script says."""

    make: tuple[str, ...]
    undo: tuple[str, ...]
    sentence: str


CLIENT = "INSERT INTO clients (id, teri_code, name) VALUES (900, '{}', 'mine')"
ANYWHERE = {
    "a code": Obstacle((CLIENT.format("CLI-S000007"),), ("DELETE FROM clients",), "clients.teri_code has a value of this script"),
    "a code of a later unit": Obstacle(
        (CLIENT.format("CLI-S000019"),), ("DELETE FROM clients",), "clients.teri_code has a value of this script"
    ),
    "a name": Obstacle(
        ("INSERT INTO vendors (id, name) VALUES (900, 'Cobb & Powell LLC')",),
        ("DELETE FROM vendors",),
        "vendors.name has a value",
    ),
    "a name of a later unit": Obstacle(
        ("INSERT INTO vendors (id, name) VALUES (900, 'Kim & Reyes Ltd')",),
        ("DELETE FROM vendors",),
        "vendors.name has a value",
    ),
}
ON_SERVERS = {
    "a column": Obstacle(
        ("ALTER TABLE payments ADD COLUMN branch INT NOT NULL",),
        ("ALTER TABLE payments DROP COLUMN branch",),
        "A NOT NULL column without a default is not filled by this script",
    ),
    "a constraint": Obstacle(
        ("ALTER TABLE payments ADD CONSTRAINT few CHECK (amount < 10)",),
        ("ALTER TABLE payments DROP CONSTRAINT few",),
        "seed_rehearsal_payments",
    ),
    "a unique index": Obstacle(
        ("CREATE UNIQUE INDEX one_each ON orders (orderType)",), ("DROP INDEX one_each ON orders",), "for key"
    ),
    "a default that refers to no row": Obstacle(
        (
            "CREATE TABLE currencies (code CHAR(3) PRIMARY KEY)",
            "ALTER TABLE payments ADD COLUMN cur CHAR(3) NOT NULL DEFAULT 'USD', "
            "ADD FOREIGN KEY (cur) REFERENCES currencies (code)",
        ),
        ("INSERT INTO currencies VALUES ('USD')",),
        "A value would refer to a row that is not there, by a foreign key",
    ),
    "a key of a column to a table of its own": Obstacle(
        (
            "CREATE TABLE codes (code VARCHAR(50) PRIMARY KEY)",
            "ALTER TABLE payments ADD CONSTRAINT coded FOREIGN KEY (paymentNumber) REFERENCES codes (code)",
        ),
        ("ALTER TABLE payments DROP FOREIGN KEY coded",),
        "A value would refer to a row that is not there, by a foreign key",
    ),
    "a second key": Obstacle(
        (
            "CREATE TABLE crm (id INT PRIMARY KEY)",
            "ALTER TABLE payments ADD CONSTRAINT second FOREIGN KEY (customerId) REFERENCES crm (id)",
            "INSERT INTO crm SELECT ones.n + 10 * tens.n FROM (SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION "
            "SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) AS ones, (SELECT 0 AS n UNION "
            "SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5) AS tens",
        ),
        ("ALTER TABLE payments DROP FOREIGN KEY second",),
        "A foreign key refers to another table than this script's rows do",
    ),
    "a generated column": Obstacle(
        ("ALTER TABLE payments DROP COLUMN notes, ADD COLUMN notes INT AS (1) VIRTUAL",),
        ("ALTER TABLE payments DROP COLUMN notes, ADD COLUMN notes TEXT",),
        "is missing, or generated",
    ),
    "a trigger": Obstacle(
        (
            "CREATE TABLE audit (id INT PRIMARY KEY AUTO_INCREMENT, what VARCHAR(50))",
            "CREATE TRIGGER audited AFTER INSERT ON orders FOR EACH ROW INSERT INTO audit (what) VALUES (NEW.order_number)",
        ),
        ("DROP TRIGGER audited",),
        "A trigger on INSERT writes or changes rows",
    ),
    "an engine": Obstacle(
        (f"CREATE TABLE {NAMES.version_table} (version_num VARCHAR(32) PRIMARY KEY) ENGINE=MyISAM",),
        (f"DROP TABLE {NAMES.version_table}",),
        "has an engine without transactions",
    ),
}
_REWRITE = "UPDATE sqlite_master SET sql = {} WHERE name = 'payments'"
ON_SQLITE = {
    "a unique index": Obstacle(
        ("CREATE UNIQUE INDEX one_each ON orders (orderType)",),
        ("DROP INDEX one_each",),
        "UNIQUE constraint failed: orders.orderType",
    ),
    "a constraint": Obstacle(
        ("PRAGMA writable_schema = ON", _REWRITE.format("SUBSTR(sql, 1, LENGTH(sql) - 1) || ', CHECK (amount < 10))'")),
        ("PRAGMA writable_schema = ON", _REWRITE.format("REPLACE(sql, ', CHECK (amount < 10)', '')")),
        "CHECK constraint failed: amount < 10",
    ),
    "a default that refers to no row": Obstacle(
        (
            "CREATE TABLE currencies (code TEXT PRIMARY KEY)",
            "PRAGMA writable_schema = ON",
            _REWRITE.format("REPLACE(sql, 'amount NUM', 'cur TEXT DEFAULT ''USD'' REFERENCES currencies (code), amount NUM')"),
        ),
        ("INSERT INTO currencies VALUES ('USD')",),
        "payments does not take the rows of this script",
    ),
}


def _require_stop(terp: Database, obstacle: Obstacle) -> None:
    text = script(terp, "-x", "size=x2", *AS_OF, "upgrade", "head")
    terp.execute(*obstacle.make)
    before, tables = terp.counts(), terp.tables()
    ran = apply(terp, text)
    assert ran.returncode != 0
    assert obstacle.sentence in ran.stderr, ran.stderr
    assert (terp.counts(), terp.tables()) == (before, tables)
    terp.execute(*obstacle.undo)
    apply_well(terp, text)
    assert terp.counts() == {table: 2 * rows for table, rows in SMALL.items()}


@pytest.mark.parametrize("name", ANYWHERE)
def test_script_stops_at_a_taken_value(terp: Database, name: str) -> None:
    _require_stop(terp, ANYWHERE[name])


@pytest.mark.parametrize(
    "alteration", ["ALTER TABLE clients ADD FULLTEXT INDEX words (name)", "ALTER TABLE payments ROW_FORMAT=DYNAMIC"]
)
def test_script_rehearses_any_kind_of_table(server_terp: Database, alteration: str) -> None:
    server_terp.execute(alteration)
    apply_well(server_terp, script(server_terp, *AS_OF, "upgrade", "head"))
    assert server_terp.counts() == SMALL
    assert not [name for name in server_terp.tables() if "rehearsal" in name]


@pytest.mark.parametrize("name", ON_SERVERS)
def test_script_stops_at_an_unfit_table(server_terp: Database, name: str) -> None:
    _require_stop(server_terp, ON_SERVERS[name])


@pytest.mark.parametrize("name", ON_SQLITE)
def test_script_rehearses_on_sqlite(sqlite_terp: Database, name: str) -> None:
    _require_stop(sqlite_terp, ON_SQLITE[name])


def test_script_stops_at_an_unfit_table_on_sqlite(sqlite_terp: Database, new_terp: Callable[[str], Database]) -> None:
    trigger = "CREATE TRIGGER audited AFTER INSERT ON orders BEGIN INSERT INTO audit VALUES (NEW.order_number); END"
    _require_stop(
        sqlite_terp,
        Obstacle(("CREATE TABLE audit (what TEXT)", trigger), ("DROP TRIGGER audited",), "A trigger on INSERT writes"),
    )
    altered = new_terp("sqlite")
    column = "ALTER TABLE payments ADD COLUMN branch INT NOT NULL DEFAULT 1"
    altered.execute(column, "PRAGMA writable_schema = ON")
    text = altered.scalar("SELECT sql FROM sqlite_master WHERE name = 'payments'")
    altered.execute("DROP TABLE payments", str(text).replace("branch INT NOT NULL DEFAULT 1", "branch INT NOT NULL"))
    ran = apply(altered, script(altered, *AS_OF, "upgrade", "head"))
    assert "A NOT NULL column without a default is not filled by this script" in ran.stderr
    assert sum(altered.counts().values()) == 0


def test_rest_of_a_stopped_script_can_be_printed(pair: tuple[Database, Database]) -> None:
    stopped, whole = pair
    settings = ("-x", "size=x2", *AS_OF)
    stopped.execute(*refusing(stopped, "orders", "NEW.id = 57"))
    text = script(stopped, *settings, "upgrade", "head")
    assert apply(stopped, text).returncode != 0
    assert stopped.versions() == {"batches"}
    stopped.execute(dropped(stopped, "refused", "orders"))
    apply_well(stopped, script(stopped, *settings, "upgrade", "batches:head"))
    apply_well(whole, text)
    assert stopped.everything() == whole.everything()


def test_script_refuses_a_session_with_open_transaction(server_terp: Database) -> None:
    server_terp.execute("CREATE TABLE mine (id INT PRIMARY KEY)")
    for begin in ("BEGIN", "SET autocommit = 0"):
        ran = apply(server_terp, f"{begin};\nINSERT INTO mine VALUES (1);\n{script(server_terp, *AS_OF, 'upgrade', 'head')}")
        assert (ran.returncode, "ERROR 1568" in ran.stderr) == (1, True), ran.stderr
        assert server_terp.scalar("SELECT COUNT(*) FROM mine") == 0
        assert sum(server_terp.counts().values()) == 0
