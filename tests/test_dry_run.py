"""The promise: a dry run says what a run would do, on the database that it would do it to, and does nothing."""

import re
from uuid import uuid4

import pytest
from sqlalchemy.engine import make_url

from terp_seed.backends import connection as database
from terp_seed.backends import lock
from tests import rows_of_users
from tests.scripts import everything
from tests.support import CATALOG, NAMES, SMALL, Database

AS_OF = "--as-of=2026-03-01"


def dry(terp: Database, *arguments: str, code: int = 0) -> str:
    """Run a dry run, hold that it changed nothing, and return what it printed."""
    before, tables = everything(terp), terp.tables()
    result = terp.cli(*arguments, "--dry-run")
    assert result.exit_code == code, result.output
    assert everything(terp) == before
    assert terp.tables() == tables
    return result.stdout if code == 0 else result.stderr


def planned(text: str, what: str) -> dict[str, tuple[int, str]]:
    """Return the rows and ids of each table that a dry run says would be inserted, or deleted."""
    part = text[: text.index(f"would be {what}")].rsplit("table               rows   ids\n", 1)[1]
    found = re.findall(r"^(\w+) +([\d,]+)   (\d+-\d+)$", part, re.MULTILINE)
    return {table: (int(rows.replace(",", "")), ids) for table, rows, ids in found}


def test_dry_run_reports_the_whole_plan(terp: Database) -> None:
    text = dry(terp, "upgrade", AS_OF, "--env=test")
    address = terp.name
    for said in (
        *("Dry run: nothing is written, and no lock is taken.", f"{address}\n", "environment  test"),
        *("no revision: nothing is seeded", "lock         free", "seeds        ledger "),
        *("size small, seed 42, as of 2026-03-01", "195   would be inserted, in 7 tables"),
        *("companions: ", "orders: the first 3 of 50 rows", "CLI-S000001"),
        "masked   clients: address, email, name, phone in 10 of 10 rows",
        "Next: terp-seed upgrade --size small --seed 42 --as-of 2026-03-01",
    ):
        assert said in text
    assert {table: rows for table, (rows, _) in planned(text, "inserted").items()} == SMALL
    assert max(len(line) for line in text.splitlines() if not line.startswith("target ")) <= 80


@pytest.mark.parametrize("beside_others", [False, True])
@pytest.mark.parametrize("arguments", [(), ("--size=x3", "--seed=7"), ("--table=batches",)])
def test_what_it_says_is_what_the_run_does(terp: Database, beside_others: bool, arguments: tuple[str, ...]) -> None:
    if beside_others:
        rows_of_users.add(terp, "mine", at=77)
    text = dry(terp, "upgrade", AS_OF, *arguments)
    assert terp.cli("upgrade", AS_OF, "-f", *arguments).exit_code == 0
    first = {table: blocks for table, blocks in _seeded(terp).items() if table in SMALL}
    assert {table: ids for table, (_, ids) in planned(text, "inserted").items()} == first
    names = {row["name"] for row in terp.rows("vendors")}
    assert set(re.findall(r"^  \d+ +([A-Z][\w&,' -]+?)  ", text, re.MULTILINE)) & names
    again = dry(terp, "downgrade")
    assert {table: ids for table, (_, ids) in planned(again, "deleted").items()} == first


def _seeded(terp: Database) -> dict[str, str]:
    with terp.connection() as connection:
        rows = connection.exec_driver_sql("SELECT table_name, first_id, last_id FROM seed_ledger").all()
    return {table: f"{first}-{last}" for table, first, last in rows}


def test_clean_is_shown_as_rollback_plus_seed(terp: Database) -> None:
    terp.cli("upgrade", AS_OF, "--size=x2", "-f")
    text = dry(terp, "upgrade", "--clean", "--size=small", "--seed=7", AS_OF)
    assert "390   would be deleted, in 7 tables" in text
    assert "195   would be inserted, in 7 tables" in text
    assert terp.cli("upgrade", "--clean", "--size=small", "--seed=7", AS_OF, "-f").exit_code == 0
    assert {table: ids for table, (_, ids) in planned(text, "inserted").items()}.items() <= _seeded(terp).items()
    text = dry(terp, "upgrade", "--clean", "--table=clients")
    assert "rolls back   payments invoices orders batches clients" in text
    assert "seeds        clients\n" in text


def test_nothing_to_do_is_said(terp: Database) -> None:
    terp.cli("upgrade", AS_OF, "-f")
    assert "Nothing to do: the database is up to date." in dry(terp, "upgrade")
    terp.cli("downgrade", "-f")
    assert "Nothing to do: the database is up to date." in dry(terp, "downgrade")
    assert "Nothing to do: the database is up to date." in dry(terp, "downgrade", "--table=clients")


def test_it_is_refused_where_the_run_would_be(terp: Database) -> None:
    terp.cli("upgrade", AS_OF, "-f")
    assert "seed is 42, not 7" in dry(terp, "upgrade", "--seed=7", code=2)
    terp.execute("INSERT INTO clients (teri_code, name, referred_by_client_id) VALUES ('x', 'x', 3)")
    said = dry(terp, "downgrade", code=2)
    assert "1 row of clients.referred_by_client_id -> clients" in said
    assert "1 row of clients.referred_by_client_id -> clients" in dry(terp, "upgrade", "--clean", code=2)


def test_database_without_terp_tables_fails_schema_validation(empty: Database) -> None:
    result = empty.cli("upgrade", "--dry-run")
    assert result.exit_code == 1
    assert result.stderr.count("Schema validation failed for ") == len(CATALOG.every)
    assert empty.tables() == set()


def test_production_dry_run_suggests_force_without_needing_it(terp: Database) -> None:
    text = dry(terp, "upgrade", AS_OF, "--env=production")
    assert text.endswith("Next: terp-seed upgrade --size small --seed 42 --as-of 2026-03-01 --force\n")


def test_a_user_who_may_only_read_may_look(server_terp: Database) -> None:
    address = make_url(server_terp.url)
    name = f"dry{uuid4().hex[:12]}"
    server_terp.execute(
        f"CREATE USER {name}@'%' IDENTIFIED BY 'x'",
        f"GRANT SELECT ON {address.database}.* TO {name}@'%'",
        f"GRANT PROCESS ON *.* TO {name}@'%'",
        "FLUSH PRIVILEGES",
    )
    reader = Database(address.set(username=name, password="x").render_as_string(False), server_terp.kind)
    assert "195   would be inserted, in 7 tables" in dry(reader, "upgrade", AS_OF)
    assert server_terp.cli("upgrade", AS_OF, "-f").exit_code == 0
    assert "195   would be deleted, in 7 tables" in dry(reader, "downgrade")
    server_terp.execute(f"DROP USER {name}@'%'")


def test_dry_run_takes_no_lock_and_names_holder(terp: Database) -> None:
    with database.connect(terp.url, writes=terp.kind != "sqlite") as holder, lock.held(holder, NAMES):
        text = dry(terp, "upgrade", AS_OF)
    assert "195   would be inserted" in text
    assert re.search(r"lock         (connection|process) \d+", text)


@pytest.mark.parametrize("arguments", [("upgrade", "--sql"), ("downgrade", "--sql")])
def test_flags_that_want_something_else_are_refused(sqlite_terp: Database, arguments: tuple[str, str]) -> None:
    assert f"--dry-run and {arguments[1]} cannot be combined" in dry(sqlite_terp, *arguments, code=2)
