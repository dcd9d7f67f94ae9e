"""Everything that can be refused is refused before the first write, with every gap at once."""

from collections.abc import Callable

import pytest

from tests import rows_of_users
from tests.clients import apply
from tests.support import SEVEN, Database

GAPS = [
    ("ALTER TABLE clients DROP COLUMN wishlist", "clients: column wishlist is missing"),
    ("ALTER TABLE clients MODIFY tags INT", "clients: column tags is INTEGER, expected JSON or a long text"),
    ("ALTER TABLE clients MODIFY phone VARCHAR(10)", "clients: column phone holds 10 characters, expected at least 50"),
    ("ALTER TABLE vendors MODIFY notes TINYTEXT", "vendors: column notes holds 255 characters, expected at least 60000"),
    (
        "ALTER TABLE orders MODIFY total DECIMAL(8,2) NOT NULL",
        "orders: column total is DECIMAL(8, 2), expected at least DECIMAL(15,2)",
    ),
    (
        "ALTER TABLE clients MODIFY preferredContact ENUM('EMAIL', 'PHONE')",
        "clients: column preferredContact lacks the enum values ANY, TEXT",
    ),
    (
        "ALTER TABLE payments ADD COLUMN branch INT NOT NULL",
        "payments: column branch is NOT NULL without a default, but is not filled",
    ),
    (
        "ALTER TABLE orders MODIFY due_date DATE NOT NULL",
        "orders: column due_date is NOT NULL, but some of our rows have NULL there",
    ),
    ("ALTER TABLE orders MODIFY items TIMESTAMP NOT NULL", "orders: column items is TIMESTAMP, expected JSON or a long text"),
]
HARMLESS = [
    "ALTER TABLE clients MODIFY tags LONGTEXT",
    "ALTER TABLE clients MODIFY is_buyer INT",
    "ALTER TABLE clients MODIFY phone VARCHAR(500)",
    "ALTER TABLE clients MODIFY email VARCHAR(255) NOT NULL",
    "ALTER TABLE clients ADD COLUMN mood VARCHAR(10)",
    "ALTER TABLE clients ADD COLUMN branch INT NOT NULL DEFAULT 7",
    "ALTER TABLE orders MODIFY total DECIMAL(20,4) NOT NULL",
    "ALTER TABLE clients MODIFY preferredContact ENUM('FAX', 'EMAIL', 'PHONE', 'TEXT', 'ANY')",
    "CREATE TABLE unrelated (id INT PRIMARY KEY)",
]


@pytest.mark.parametrize(("change", "gap"), GAPS, ids=[gap for _, gap in GAPS])
def test_a_gap_of_the_live_schema_is_named(server_terp: Database, change: str, gap: str) -> None:
    server_terp.execute(change)
    ran = server_terp.alembic("-n", "seed", "upgrade", "head")
    assert ran.code != 0
    assert f"Schema validation failed for {gap}" in ran.out
    assert sum(server_terp.counts().values()) == 0
    assert "seed_ledger" not in server_terp.tables()


def test_every_gap_is_listed_at_once(server_terp: Database) -> None:
    server_terp.execute(*[change for change, _ in GAPS])
    ran = server_terp.alembic("-n", "seed", "upgrade", "head")
    for _, gap in GAPS:
        table, _, sentence = gap.partition(": ")
        (line,) = [line for line in ran.out.splitlines() if f"Schema validation failed for {table}: " in line]
        assert sentence in line


def test_a_reference_that_points_elsewhere_is_a_gap(server_terp: Database) -> None:
    server_terp.execute(
        "CREATE TABLE people (id INT PRIMARY KEY AUTO_INCREMENT)",
        "ALTER TABLE payments DROP FOREIGN KEY fk_payments_createdBy",
        "ALTER TABLE payments ADD FOREIGN KEY (createdBy) REFERENCES people (id)",
    )
    ran = server_terp.alembic("-n", "seed", "upgrade", "head")
    assert "Schema validation failed for payments: column createdBy refers to people.id, expected users.id" in ran.out


@pytest.mark.parametrize("change", HARMLESS)
def test_what_is_wider_or_extra_is_fine(server_terp: Database, change: str) -> None:
    server_terp.execute(change)
    server_terp.seed("upgrade", "head")
    assert sum(server_terp.counts().values()) == 195


def test_a_missing_column_is_named_on_sqlite_too(sqlite_terp: Database) -> None:
    sqlite_terp.execute("ALTER TABLE clients DROP COLUMN wishlist", "ALTER TABLE vendors ADD COLUMN branch INT")
    ran = sqlite_terp.alembic("-n", "seed", "upgrade", "head")
    assert "Schema validation failed for clients: column wishlist is missing" in ran.out
    assert sum(sqlite_terp.counts().values()) == 0


@pytest.mark.parametrize(
    ("table", "column", "ours"),
    [
        ("vendors", "name", "SELECT name FROM vendors WHERE id = 2"),
        ("clients", "teri_code", "SELECT teri_code FROM clients WHERE id = 2"),
        ("users", "openId", "SELECT UPPER(openId) FROM users WHERE openId LIKE 'terp-seed%' ORDER BY id DESC LIMIT 1"),
        ("orders", "order_number", "SELECT order_number FROM orders WHERE id = 2"),
    ],
)
def test_value_taken_by_user_is_reported_before_writing(
    terp: Database, new_database: Callable[[str], Database], table: str, column: str, ours: str
) -> None:
    mine = rows_of_users.add(terp, "mine")[table]
    terp.seed("upgrade", "head")  # the block begins behind the user's row
    value = terp.scalar(ours.replace("id = 2", "id = 2002"))
    terp.seed("downgrade", "base")
    terp.execute(f"UPDATE {table} SET {column} = '{value}' WHERE id = {mine}")
    ran = terp.alembic("-n", "seed", "upgrade", "head")
    if terp.kind in ("sqlite", "postgresql") and "UPPER" in ours:
        assert ran.code == 0, ran  # to these two they are two values
        return
    assert ran.code != 0, (value, ran)
    assert f"Schema validation failed for {table}: column {column}: a row that was not seeded has our value" in ran.out
    assert terp.counts() == dict.fromkeys(SEVEN, 1)


def test_block_beyond_highest_id_is_refused_before_writing(terp: Database) -> None:
    mine = rows_of_users.add(terp, "mine")
    largest = 2**63 - 1 if terp.kind == "sqlite" else 2**31 - 1
    last = largest // 1000 * 1000 - 3000
    terp.execute(f"INSERT INTO vendors (id, name) VALUES ({last}, 'last')")
    ran = terp.alembic("-n", "seed", "upgrade", "head")
    assert ran.code == 0  # a small block still fits
    terp.seed("downgrade", "base")
    ran = terp.alembic("-n", "seed", "-x", "size=x1000", "upgrade", "head")
    assert ran.code != 0
    assert f"The ids {last + 2001} to {last + 7000} of vendors would exceed {largest}" in ran.out
    assert terp.counts() == {**dict.fromkeys(SEVEN, 1), "vendors": 2}
    assert mine


BEYOND_AN_INT = 6_000_000_000_000_000_000


def test_ids_beyond_an_int_are_continued(terp: Database) -> None:
    mine = rows_of_users.add(terp, "mine")
    if terp.kind == "postgresql":
        terp.execute("ALTER TABLE client_notes ALTER id TYPE BIGINT", "ALTER SEQUENCE client_notes_id_seq AS BIGINT")
    elif terp.kind != "sqlite":
        terp.execute("ALTER TABLE client_notes MODIFY id BIGINT NOT NULL AUTO_INCREMENT")
    terp.execute(f"UPDATE client_notes SET id = {BEYOND_AN_INT}")
    rows = rows_of_users.read(terp, [{**mine, "client_notes": BEYOND_AN_INT}])
    terp.seed("upgrade", "head")
    assert terp.scalar("SELECT MIN(id) FROM client_notes") == BEYOND_AN_INT
    assert terp.scalar(f"SELECT COUNT(*) FROM client_notes WHERE id >= {BEYOND_AN_INT + 1001}") == 6
    assert terp.cli("verify").exit_code == 0
    script = terp.alembic("-n", "seed", "downgrade", "head:base", "--sql")
    assert script.code == 0
    assert apply(terp, script.out).returncode == 0
    assert rows_of_users.read(terp, [{**mine, "client_notes": BEYOND_AN_INT}]) == rows


def test_script_begins_beyond_an_int(terp: Database) -> None:
    first = str(BEYOND_AN_INT)
    script = terp.alembic("-n", "seed", "-x", f"first_id={first}", "upgrade", "head", "--sql")
    assert script.code == 0
    applied = apply(terp, script.out)
    if terp.kind == "sqlite":  # any integer key has 64 bits
        assert applied.returncode == 0, applied.stderr
        assert terp.scalar("SELECT MIN(id) FROM payments") == BEYOND_AN_INT
        return
    assert applied.returncode != 0
    assert {"postgresql": "integer out of range"}.get(terp.kind, "Out of range value for column 'id'") in applied.stderr
    assert terp.counts() == dict.fromkeys(SEVEN, 0)


def test_column_of_unknown_type_is_no_warning(server_terp: Database) -> None:
    server_terp.execute("ALTER TABLE clients ADD place POINT NULL")
    server_terp.seed("upgrade", "head")  # a warning would be an error here
    assert "0 failed" in server_terp.cli("verify").output
    assert server_terp.cli("downgrade", "--force").exit_code == 0
