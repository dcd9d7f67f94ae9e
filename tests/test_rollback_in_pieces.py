"""The promise: a large table is rolled back in pieces of one transaction; what goes and what stays does not depend on them."""

import re

import pytest

from terp_seed.backends.mysql import prefetch
from terp_seed.backends.mysql.prefetch import Prefetch
from terp_seed.backends.registry import dialect_of
from terp_seed.backends.writer import ConnectionWriter
from terp_seed.errors import SeedError
from terp_seed.revisions import records
from tests import rows_of_users
from tests.clients import apply_well
from tests.scripts import AS_OF, everything, script, statements_of
from tests.support import NAMES, SEVEN, Database

SETTINGS = (*AS_OF, "-x", "size=x3")
ODD = (
    "CREATE INDEX odd_prefix ON clients (name(5))",
    "CREATE FULLTEXT INDEX odd_words ON clients (name)",
    "CREATE INDEX `odd ``pair` ON clients (address(3), name)",
    "CREATE INDEX odd_hidden ON clients (phone)",
)


def looks(statements: list[str]) -> list[str]:
    """Return the statements that only read ahead."""
    return [statement for statement in statements if statement.startswith("SELECT /*+ SET_VAR")]


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read ahead for any number of rows, on any server."""
    monkeypatch.setattr(prefetch, "_FEWEST", 1)
    monkeypatch.setattr(Prefetch, "_is_worth_it", True)


def test_pieces_delete_what_one_statement_deletes(terp: Database, executed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    rows_of_users.add(terp, "mine")
    before = terp.everything()
    alone = 1 if terp.kind in ("mysql", "mariadb") else 0  # the first row goes by itself, where rows go downward
    for rows, statements in ((50_000, 1 + alone), (7, 22 + alone)):  # of 150 orders
        monkeypatch.setattr(records, "_PIECE", rows)
        terp.seed(*SETTINGS, "upgrade", "head")
        executed.clear()
        said = terp.cli("downgrade", "-f").stdout
        assert re.search(r"^total +585 +rolled back", said, re.MULTILINE)
        assert len([statement for statement in executed if re.match("DELETE FROM .orders.", statement)]) == statements
        assert terp.everything() == before


def test_script_in_pieces_matches_run_and_obeys_ledger(
    pair: tuple[Database, Database], executed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_PIECE", 7)
    by_script, online = pair
    for terp in pair:
        terp.seed(*SETTINGS, "upgrade", "head")
    text = script(by_script, *SETTINGS, "downgrade", "head:base")
    executed.clear()
    online.seed("downgrade", "base")
    deletes = [statement for statement in executed if statement.startswith("DELETE FROM")]
    assert len(deletes) > 85
    assert [s for s in statements_of(text) if s.startswith("DELETE FROM") and "seed_debt" not in s] == deletes
    apply_well(by_script, text)
    assert everything(by_script) == everything(online)
    # made for another size and other ids than it meets, it still deletes what the ledger names
    rows_of_users.add(by_script, "mine")
    by_script.seed(*AS_OF, "-x", "size=x2", "upgrade", "head")
    apply_well(by_script, text)
    assert by_script.counts() == dict.fromkeys(SEVEN, 1)


def test_run_stopped_between_pieces_keeps_the_table(terp: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    terp.seed(*SETTINGS, "upgrade", "head")
    before, seen = terp.counts(), []

    def stop(_writer: object, table: str, first_id: int, _last_id: int) -> None:
        seen.append((table, first_id))
        if table == "orders" and first_id < 100:
            raise SeedError("Stopped here.")

    with monkeypatch.context() as patched:
        patched.setattr(records, "_PIECE", 30)
        patched.setattr(ConnectionWriter, "prefetch", stop)
        assert "Stopped here." in terp.cli("downgrade", "-f").output
    assert [first for table, first in seen if table == "orders"] == [121, 91]
    assert terp.counts() == before | {"payments": 0, "invoices": 0}
    assert terp.cli("downgrade", "-f").exit_code == 0
    assert not any(terp.counts().values())


@pytest.mark.usefixtures("always")
def test_whole_column_indexes_are_read_and_others_skipped(server_terp: Database, executed: list[str]) -> None:
    is_mariadb = "MariaDB" in server_terp.scalar("SELECT VERSION()")
    hidden = "IGNORED" if is_mariadb else "INVISIBLE"
    by_expression = () if is_mariadb else ("CREATE INDEX odd_lower ON clients ((LOWER(name)))",)
    server_terp.execute(*ODD, f"ALTER TABLE clients ALTER INDEX odd_hidden {hidden}", *by_expression)
    server_terp.seed(*SETTINGS, "upgrade", "head")
    executed.clear()
    server_terp.seed("downgrade", "base")
    assert not any(server_terp.counts().values())
    of_clients = [look for look in looks(executed) if "FROM `clients`" in look]
    found = sorted(look.split("FORCE INDEX (")[1].split(")")[0].strip("`") for look in of_clients)
    assert found == [
        "ix_clients_pricing_profile_id",
        "ix_clients_referred_by_client_id",
        "ix_clients_total_owed",
        "odd_hidden",
        "uq_clients_teri_code",
    ]


@pytest.mark.usefixtures("always")
def test_lookup_finds_entries_by_value_and_id(server_terp: Database, executed: list[str]) -> None:
    server_terp.seed(*AS_OF, "-x", "size=x20", "upgrade", "head")
    with server_terp.connection() as connection:
        executed.clear()
        Prefetch(connection, dialect_of(connection.engine.url, NAMES)).read("orders", 1, 1_000)
        found = looks(executed)
        assert len(found) == 19
        for look in found:
            assert connection.exec_driver_sql(look).scalar() == 1_000 // 16
            plan = connection.exec_driver_sql(f"EXPLAIN FORMAT=TRADITIONAL {look}").mappings().all()
            assert [row["table"] for row in plan] == ["s", "e"]
            assert plan[0]["key"] == "PRIMARY"
            if "uq_orders" in look:  # a unique value needs no id
                assert plan[1]["type"] == "eq_ref"
            else:
                assert plan[1]["ref"].endswith(".s.id")
                assert plan[1]["ref"].count(",") == 1


@pytest.mark.parametrize(
    ("setting", "rows", "count"), [("all", 1_000, 19), ("all", 999, 0), ("none", 1_000, 0), ("inserts", 1_000, 0)]
)
def test_it_looks_where_the_server_gains_by_it(
    server_terp: Database, executed: list[str], setting: str, rows: int, count: int
) -> None:
    with server_terp.connection() as connection:
        variable = connection.exec_driver_sql("SHOW VARIABLES LIKE 'innodb_change_buffering'").one_or_none()
        if variable:
            server_terp.execute(f"SET GLOBAL innodb_change_buffering = '{setting}'")
        try:
            Prefetch(connection, dialect_of(connection.engine.url, NAMES)).read("orders", 1, rows)
        finally:
            if variable:
                server_terp.execute(f"SET GLOBAL innodb_change_buffering = '{variable[1]}'")
    assert len(looks(executed)) == (count if variable else 0)  # MariaDB 11 has no such buffer
