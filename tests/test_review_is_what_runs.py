"""The promise: a script, applied by an ordinary client, leaves what the online run leaves, or stops and says why."""

import hashlib
import random
import re
from importlib.metadata import version

import pytest

from terp_seed.backends import connection as databases
from terp_seed.backends import lock
from tests import rows_of_users
from tests.clients import STOPPED, apply, apply_well
from tests.scripts import AS_OF, everything, script, statements_of
from tests.support import ALL_FAULTS, CATALOG, NAMES, SEVEN, SMALL, Database

pytestmark = pytest.mark.every_server

OURS = (*(part.name for part in CATALOG.every), "seed_ledger", "alembic_version_seed")


LARGE = [("medium", 0, "1980-01-01"), ("large", 7, "2024-02-29")] if ALL_FAULTS else []


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("size", "seed", "as_of"), [("small", 42, "2026-03-01"), ("x3", 2**63 - 1, "2037-12-31"), ("x2", 0, "1980-01-01"), *LARGE]
)
def test_the_script_leaves_what_the_online_run_leaves(pair: tuple[Database, Database], size: str, seed: int, as_of: str) -> None:
    by_script, online = pair
    settings = ("-x", f"size={size}", "-x", f"seed={seed}", "-x", f"as_of={as_of}")
    apply_well(by_script, script(by_script, *settings, "upgrade", "head"))
    online.seed(*settings, "upgrade", "head")
    assert everything(by_script) == everything(online)
    assert by_script.cli("verify").exit_code == 0
    apply_well(by_script, script(by_script, "downgrade", "head:base"))
    online.seed("downgrade", "base")
    assert everything(by_script) == everything(online)
    assert by_script.counts() == dict.fromkeys(SEVEN, 0)


def test_script_with_first_id_matches_run_beside_rows(
    pair: tuple[Database, Database],
) -> None:
    for database in pair:
        rows_of_users.add(database, "mine", at=3_999)
    by_script, online = pair
    apply_well(by_script, script(by_script, *AS_OF, "-x", "first_id=5001", "upgrade", "head"))
    online.seed(*AS_OF, "upgrade", "head")
    seeded = [{t: [r for r in rows if r["id"] > 5_000] for t, rows in database.everything().items()} for database in pair]
    assert seeded[0] == seeded[1]
    assert {table: len(seeded[0][table]) for table in SEVEN} == SMALL
    kept = {table: [row for row in rows if row["id"] <= 5_000] for table, rows in by_script.everything().items()}
    apply_well(by_script, script(by_script, "downgrade", "head:base"))
    assert by_script.everything() == kept


@pytest.mark.parametrize("tables", [("clients", "head"), ("batches", "orders", "head"), ("vendors", "products", "invoices")])
def test_partial_scripts_add_up_to_the_online_run(pair: tuple[Database, Database], tables: tuple[str, ...]) -> None:
    by_script, online = pair
    for table in tables:
        start = ",".join(sorted(by_script.versions())) if "alembic_version_seed" in by_script.tables() else ""
        if "," in start:  # Alembic takes one revision as the start of a script; a merge of two is written online
            by_script.seed(*AS_OF, "upgrade", table)
        else:
            apply_well(by_script, script(by_script, *AS_OF, "upgrade", f"{start}:{table}" if start else table))
        online.seed(*AS_OF, "upgrade", table)
        assert everything(by_script) == everything(online)


@pytest.mark.parametrize("size", ["small", "medium"])
def test_script_and_online_run_have_the_same_statements(terp: Database, size: str, executed: list[str]) -> None:
    settings = (*AS_OF, "-x", f"size={size}")
    terp.seed(*settings, "upgrade", "head")
    terp.seed("downgrade", "base")
    printed = statements_of(script(terp, *settings, "upgrade", "head"))
    printed += statements_of(script(terp, "downgrade", "head:base"))
    writes = re.compile(rf"(INSERT INTO|DELETE FROM) [`\"]?({'|'.join(OURS[:-1])})[`\"]?\s")
    assert [s for s in executed if writes.match(s)] == [s for s in printed if writes.match(s)]
    assert len([s for s in printed if writes.match(s)]) >= 50


def test_script_heading_describes_it_and_closing_hashes_it(server_terp: Database) -> None:
    text = script(server_terp, *AS_OF, "upgrade", "head")
    heading = text[: text.index("SET @seed_autocommit")]
    for said in (
        *("MySQL or MariaDB", "size small, seed 42, as of 2026-03-01, generator version 1", "< THIS_FILE"),
        *(
            f"made by      terp-seed {version('terp-seed')}\n",
            f"vendors {5:>32}   ids 1 to 5",
            f"payments {30:>31}   ids 1 to 30",
        ),
        *(f"total {195:>34}", f"companions   users {5:>34}   ids 1 to 5", f"  brands {4:>33}   ids 1 to 4"),
    ):
        assert said in heading
    above, closing = text.rsplit("-- SHA-256 of all lines above: ", 1)
    assert closing == hashlib.sha256(above.encode()).hexdigest() + "\n"
    assert max(len(line) for line in heading.splitlines()) <= 130
    assert text == server_terp.process("alembic", "-n", "seed", *AS_OF, "upgrade", "head", "--sql", PYTHONHASHSEED="7").stdout


def test_script_ends_by_counting_what_is_there(terp: Database) -> None:
    text = script(terp, *AS_OF, "upgrade", "head")
    assert text.count("CREATE TABLE IF NOT EXISTS seed_ledger") == 1
    terp.execute("INSERT INTO tags (name, standardizedName) VALUES ('mine', 'mine')")
    said = [re.split(r"[\t|]", line) for line in apply(terp, text).stdout.splitlines()]
    assert ["orders", "50", "50"] in said
    there = {table: str(rows) for table, rows in terp.counts().items()}
    assert {row[0]: row[1] for row in said if row[0] in there} == there
    back = apply(terp, script(terp, "downgrade", "head:base")).stdout
    assert re.search(r"^orders[\t|]0$", back, re.MULTILINE), back
    assert re.search(r"^tags[\t|]1$", back, re.MULTILINE), back
    assert re.search(r"^All is well: each of the \d+ checks of this script held.$", back, re.MULTILINE), back


@pytest.mark.parametrize("arguments", [("upgrade", "head"), ("downgrade", "head:base")])
def test_no_sentence_is_longer_than_a_server_shows(server_terp: Database, arguments: tuple[str, str]) -> None:
    checks = script(server_terp, *AS_OF, *arguments)
    found = re.findall(r"INSERT INTO `seed_stop` SELECT IF\((?:.|\n)*?,\n  '(.*)', \d+\);", checks)
    assert len(found) == checks.count("INSERT INTO `seed_stop` SELECT IF(")
    assert len(found) > 10
    assert [sentence for sentence in found if len(sentence) > 128] == []


def _stopped(database: Database, text: str, sentence: str) -> None:
    """Hold that a script stops with a sentence, and changes nothing but for making the seed's own tables, empty."""
    before, tables = everything(database), database.tables()
    ran = apply(database, text)
    assert ran.returncode == STOPPED[database.kind]
    assert sentence in ran.stderr
    assert everything(database) == before
    assert database.tables() == tables


def test_a_script_that_was_applied_already_stops(terp: Database) -> None:
    text = script(terp, *AS_OF, "upgrade", "head")
    apply_well(terp, text)
    _stopped(terp, text, "users has rows in the ids 1 to 5 (seeded already?). Nothing was changed")
    _stopped(
        terp, script(terp, *AS_OF, "-x", "first_id=2000001", "upgrade", "head"), "has a value of this script (seeded already?)"
    )


def test_script_stops_at_foreign_row_in_a_block(terp: Database) -> None:
    terp.execute("INSERT INTO vendors (id, name) VALUES (3, 'somebody')")
    _stopped(terp, script(terp, *AS_OF, "upgrade", "head"), "vendors has rows in the ids 1 to 5")
    apply_well(terp, script(terp, *AS_OF, "-x", "first_id=4", "upgrade", "head"))
    assert terp.cli("verify").exit_code == 0


def test_script_stops_if_table_or_column_is_missing(terp: Database) -> None:
    text = script(terp, *AS_OF, "upgrade", "head")
    for damage in ("ALTER TABLE payments RENAME COLUMN notes TO remarks", "DROP TABLE client_credit_limits"):
        terp.execute(damage)
        ran = apply(terp, text)
        assert ran.returncode == STOPPED[terp.kind]
        assert "A table or column that this script needs is missing, or generated" in ran.stderr
        assert "seed_ledger" not in terp.tables()
        assert terp.scalar("SELECT COUNT(*) FROM vendors") == 0


def test_continuing_script_stops_where_other_rows_are_seeded(terp: Database) -> None:
    terp.seed(*AS_OF, "-x", "seed=7", "upgrade", "clients")
    _stopped(
        terp, script(terp, *AS_OF, "upgrade", "clients:head"), "seed_ledger does not hold the rows that this script builds on"
    )
    _stopped(terp, script(terp, *AS_OF, "-x", "seed=7", "upgrade", "vendors:head"), "The seed revisions here are not those")
    terp.seed("downgrade", "base")
    terp.seed(*AS_OF, "upgrade", "clients")
    apply_well(terp, script(terp, *AS_OF, "upgrade", "clients:head"))
    assert terp.cli("verify").exit_code == 0


def test_script_stops_while_a_run_holds_the_lock(server_terp: Database) -> None:
    text = script(server_terp, *AS_OF, "upgrade", "head")
    with databases.connect(server_terp.url) as holder, lock.held(holder, NAMES):
        _stopped(server_terp, text, "Another seeding operation is in progress: expected terp_seeding_global to be free")
    apply_well(server_terp, text)
    back = script(server_terp, "downgrade", "head:base")
    with databases.connect(server_terp.url) as holder, lock.held(holder, NAMES):
        _stopped(server_terp, back, "Another seeding operation is in progress")


def test_a_script_holds_the_lock_until_it_ends(server_terp: Database) -> None:
    text = script(server_terp, *AS_OF, "upgrade", "head")
    at = text.index("-- Running upgrade invoices -> payments")
    seen = "SELECT IS_USED_LOCK('terp_seeding_global') = CONNECTION_ID() AS mine;\n"
    ran = apply(server_terp, text[:at] + seen + text[at:] + "SELECT IS_FREE_LOCK('terp_seeding_global') AS free;\n")
    assert (ran.stdout.split()[:2], ran.stdout.split()[-2:]) == (["mine", "1"], ["free", "1"])


@pytest.mark.parametrize("arguments", [("downgrade", "head:base"), ("downgrade", "head:clients@ledger")])
def test_a_rollback_script_stops_where_nothing_is_seeded(terp: Database, arguments: tuple[str, str]) -> None:
    text = script(terp, *arguments)
    _stopped(terp, text, "Nothing is seeded here: the tables of the seed itself are missing")
    terp.seed(*AS_OF, "upgrade", "head")
    terp.seed("downgrade", "base")
    _stopped(terp, text, "Nothing is seeded here: the tables of the seed itself are missing")
    terp.seed(*AS_OF, "upgrade", "clients")
    _stopped(terp, text, "The seed revisions here are not those that this script starts from")


@pytest.mark.parametrize(
    ("refer", "table"),
    [
        ("INSERT INTO clients (teri_code, name, referred_by_client_id) VALUES ('x', 'x', 7)", "clients"),
        ("INSERT INTO brands (name, vendorId) VALUES ('x', 2)", "vendors"),
        (
            "INSERT INTO invoices (invoiceNumber, customerId, invoiceDate, dueDate, subtotal, totalAmount, amountDue, "
            "referenceType, referenceId, createdBy) VALUES ('x', 900, '2026-01-01', '2026-01-01', 1, 1, 1, 'ORDER', 12, 900)",
            "orders",
        ),
    ],
)
def test_a_rollback_script_refuses_as_the_guard_does(terp: Database, refer: str, table: str) -> None:
    terp.seed(*AS_OF, "upgrade", "head")
    terp.execute(
        "INSERT INTO users (id, openId) VALUES (900, 'mine')", "INSERT INTO clients (id, teri_code, name) VALUES (900, 'c', 'c')"
    )
    terp.execute(refer)
    text = script(terp, "downgrade", "head:base")
    _stopped(terp, text, f"refer to seeded {table}")
    assert terp.alembic("-n", "seed", "downgrade", "base").code != 0
    terp.execute("DELETE FROM invoices WHERE invoiceNumber = 'x'", "DELETE FROM clients WHERE teri_code = 'x'")
    terp.execute("DELETE FROM brands WHERE name = 'x'")
    apply_well(terp, text)
    assert {table: rows for table, rows in terp.counts().items() if rows} == {"clients": 1}


def test_purchase_order_invoice_does_not_stop_rollback_script(terp: Database) -> None:
    terp.seed(*AS_OF, "upgrade", "head")
    rows_of_users.add(terp, "mine")  # its invoice is of purchase order 1, and there is a seeded order 1
    apply_well(terp, script(terp, "downgrade", "head:base"))
    assert terp.counts() == dict.fromkeys(SEVEN, 1)


@pytest.mark.exhaustive
def test_truncated_script_leaves_only_whole_tables(terp: Database) -> None:
    text = script(terp, *AS_OF, "upgrade", "head")
    back = script(terp, "downgrade", "head:base")
    begin = text.index("BEGIN")
    dice = random.Random(11)
    for _ in range(20 if ALL_FAULTS else 2):
        apply(terp, text[: dice.randrange(begin, len(text))])
        assert all(rows in (0, SMALL[table]) for table, rows in terp.counts().items()), terp.counts()
        if terp.versions() == {"payments"}:
            apply(terp, back[: dice.randrange(back.index("BEGIN"), len(back))])
            assert all(rows in (0, SMALL[table]) for table, rows in terp.counts().items()), terp.counts()
        assert terp.cli("upgrade", "-f").exit_code == 0
        assert terp.cli("verify").exit_code == 0
        assert terp.cli("downgrade", "-f").exit_code == 0
