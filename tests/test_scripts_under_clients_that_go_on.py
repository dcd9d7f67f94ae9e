"""The promise: after the first error of a script nothing more is written, whatever the client that applies it does then."""

import contextlib
import os
import re
import sqlite3
import subprocess
from collections.abc import Callable, Iterator

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import make_url

from terp_seed.backends.sqlite.dialect import sha3
from tests.conftest import PLACES
from tests.scripts import AS_OF, everything, script, statements_of
from tests.support import ALL_FAULTS, CATALOG, SMALL, Database
from tests.triggers import refusing

Client = Callable[[Database, str], object]
MYSQLS = ("mysql", "mariadb")
_SOURCE = {"sqlite": (".read",), "postgresql": ("\\i", "--variable=ON_ERROR_ROLLBACK=on")}
_ERRORS = (pymysql.Error, sqlite3.Error, psycopg.Error)


def _command(database: Database, *options: str) -> list[str]:
    url = make_url(database.url)
    if database.kind == "sqlite":
        return ["sqlite3", *options, str(url.database)]
    place = [f"--host={url.host}", f"--port={url.port}", f"--user={url.username}"]
    if database.kind == "postgresql":
        return ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", *options, *place, f"--dbname={url.database}"]
    return ["mariadb", *options, *place, str(url.database)]


def _run(command: list[str], text: str) -> str:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    return subprocess.run(command, input=text, env=environment, capture_output=True, encoding="utf-8", check=False).stdout


def forced(database: Database, text: str) -> str:
    """Apply it with the ordinary client, told to go on; some do so by themselves. Return what it printed."""
    return _run(_command(database, *(["--force"] if database.kind in MYSQLS else [])), _going_on(text))


def sourced(database: Database, text: str) -> None:
    """Apply it with `source` in an interactive client, `.read`, or `\\i` in one that undoes a failed statement only."""
    path = "/tmp/" + re.sub(r"\W", "_", database.url)[-60:] + ".sql"
    with open(path, "w", encoding="utf-8") as file:
        file.write(_going_on(text))
    word, *options = _SOURCE.get(database.kind, ("source", "--force", "--unbuffered"))
    _run(_command(database, *options), f"{word} {path}\n")
    os.unlink(path)


def _going_on(text: str) -> str:
    """Return a script without the line that makes psql stop."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("\\"))


def _cursor(database: Database) -> "contextlib.AbstractContextManager[Callable[[str], object]]":
    url = make_url(database.url)

    @contextlib.contextmanager
    def opened() -> Iterator[Callable[[str], object]]:
        if database.kind == "sqlite":
            connection = sqlite3.connect(str(url.database), isolation_level=None)
            connection.create_function("sha3", 1, sha3, deterministic=True)
            yield connection.execute
            connection.close()
            return
        if database.kind == "postgresql":
            with psycopg.connect(database.url, autocommit=True, cursor_factory=psycopg.ClientCursor) as own:
                yield lambda statement: own.execute(statement.encode())
            return
        server = pymysql.connect(
            host=url.host, port=url.port, user=url.username, password="", database=url.database, autocommit=True
        )
        yield server.cursor().execute
        server.close()

    return opened()


def by_statement(database: Database, text: str) -> None:
    """Send it statement by statement through a driver, and go on after each error."""
    with _cursor(database) as execute:
        for statement in statements_of(text):
            with contextlib.suppress(*_ERRORS):
                execute(statement)


def rolling_back(database: Database, text: str) -> None:
    """Send it so, and roll back after each error."""
    with _cursor(database) as execute:
        for statement in statements_of(text):
            try:
                execute(statement)
            except _ERRORS:
                with contextlib.suppress(*_ERRORS):
                    execute("ROLLBACK")


CLIENTS = [forced, sourced, by_statement, rolling_back]


@pytest.mark.parametrize("client", CLIENTS)
def test_each_client_applies_a_good_script_completely(terp: Database, client: Client) -> None:
    before = terp.everything()
    client(terp, script(terp, *AS_OF, "upgrade", "head"))
    assert terp.counts() == SMALL
    assert terp.cli("verify").exit_code == 0
    client(terp, script(terp, "downgrade", "head:base"))
    assert terp.everything() == before
    # no condition keeps SQLite from dropping a table, so its scripts leave this one, empty
    assert "seed_ledger" not in terp.tables() or (terp.kind, terp.scalar("SELECT COUNT(*) FROM seed_ledger")) == ("sqlite", 0)
    assert terp.cli("status").exit_code == 0


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_seeded_where_a_check_fails(place: str, new_terp: Callable[[str], Database], client: Client) -> None:
    terp = new_terp(place)
    terp.execute("INSERT INTO clients (id, teri_code, name) VALUES (4, 'MINE-4', 'Mine'), (5, 'MINE-5', 'Mine')")
    before = terp.everything()
    client(terp, script(terp, *AS_OF, "upgrade", "head"))
    assert terp.everything() == before
    if (place, client) == ("sqlite", rolling_back):
        # no SQL makes a CREATE TABLE of SQLite's depend on anything: the seed's own two tables are there, empty
        assert (terp.scalar("SELECT COUNT(*) FROM seed_ledger"), terp.versions()) == (0, set())
    else:
        assert not {"seed_ledger", "alembic_version_seed"} & terp.tables()


def test_client_that_goes_on_is_told_so(terp: Database) -> None:
    terp.execute("INSERT INTO clients (id, teri_code, name) VALUES (4, 'MINE-4', 'Mine')")
    said = forced(terp, script(terp, *AS_OF, "upgrade", "head"))
    assert re.search(r"^clients[|\t]1[|\t]10$", said, re.MULTILINE), said
    assert said.splitlines()[-1] == "This script stopped: see its first error. `terp-seed status` lists what is there."


@pytest.mark.parametrize("client", CLIENTS)
def test_row_refused_midway_leaves_no_partial_table(terp: Database, client: Client) -> None:
    terp.execute(
        "INSERT INTO users (id, openId, name) VALUES (900, 'mine', 'Mine')",
        "INSERT INTO clients (id, teri_code, name) VALUES (900, 'MINE', 'Mine')",
        "INSERT INTO orders (id, order_number, orderType, client_id, items, subtotal, total, paymentTerms, created_by) "
        "VALUES (900, 'MINE', 'SALE', 900, '[]', 1, 1, 'COD', 900)",
        # what no script can know: the order is of the second unit
        *refusing(terp, "orders", "NEW.id = 57"),
    )
    text = script(terp, *AS_OF, "-x", "size=x2", "upgrade", "head")
    client(terp, text)
    counts = terp.counts()
    assert (counts["orders"], counts["invoices"], counts["payments"]) == (1, 0, 0)
    assert {table: counts[table] for table in ("vendors", "products", "batches")} == {
        table: 2 * SMALL[table] for table in ("vendors", "products", "batches")
    }
    assert counts["clients"] == 2 * SMALL["clients"] + 1
    assert terp.versions() == {"batches"}
    with terp.connection() as connection:
        recorded = set(connection.exec_driver_sql("SELECT revision FROM seed_ledger").scalars())
    assert recorded == {"vendors", "clients", "products", "batches"}
    rows = terp.everything()
    later = {part.name for name in ("orders", "invoices", "payments") for part in CATALOG[name].parts} - {"users"}
    assert {name: len(rows[name]) for name in later if rows[name]} == {"orders": 1}
    assert terp.cli("downgrade", "-f").exit_code == 0
    assert {table: rows for table, rows in terp.counts().items() if rows} == {"clients": 1, "orders": 1}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_rollback_script_deletes_nothing_of_a_user(terp: Database, client: Client) -> None:
    terp.seed(*AS_OF, "upgrade", "head")
    terp.execute(
        "INSERT INTO users (id, openId, name) VALUES (900, 'mine', 'Mine')",
        "INSERT INTO orders (id, order_number, orderType, client_id, items, subtotal, total, paymentTerms, created_by) "
        "VALUES (900, 'MINE', 'SALE', 4, '[]', 1, 1, 'COD', 900)",
    )
    before = everything(terp)
    client(terp, script(terp, "downgrade", "head:base"))
    assert everything(terp) == before


@pytest.mark.exhaustive
@pytest.mark.parametrize("client", CLIENTS)
def test_any_failing_statement_ends_all_writing(terp: Database, client: Client) -> None:
    for number, (start, target) in enumerate((("upgrade", "head"), ("downgrade", "head:base"))):
        text = script(terp, *AS_OF, start, target)
        statements = statements_of(text)
        writes = [
            place
            for place, statement in enumerate(statements)
            if (re.match(r"(INSERT INTO|DELETE FROM|UPDATE) [`\"]", statement) and "seed_stop" not in statement)
            or re.match(r"(PREPARE|EXECUTE) seed_step|SET @seed_step = IF", statement)
        ]
        for place in writes[number :: max(1, len(writes) // (40 if ALL_FAULTS else 2))]:
            broken = [*statements[:place], "INSERT INTO no_such_table VALUES (1)", *statements[place + 1 :]]
            client(terp, ";\n".join(broken) + ";\n")
            _whole(terp)
            terp.cli("downgrade" if start == "upgrade" else "upgrade", "-f")
        terp.cli("upgrade", "-f", "--as-of=2026-03-01") if start == "upgrade" else None


def _whole(terp: Database) -> None:
    """Hold that what is there is whole tables, as the ledger and the versions have them."""
    status = terp.cli("status")
    assert status.exit_code == 0, status.output
    assert "missing" not in status.output
    assert "edited" not in status.output
    tables = terp.tables()
    recorded = set()
    if "seed_ledger" in tables:
        with terp.connection() as connection:
            recorded = {row[0] for row in connection.exec_driver_sql("SELECT table_name FROM seed_ledger")}
    counts = terp.counts()
    assert {table: rows for table, rows in counts.items() if rows} == {
        table: SMALL[table] for table in SMALL if table in recorded
    }


def test_deadlock_midway_leaves_no_partial_table(server_terp: Database) -> None:
    text = script(server_terp, *AS_OF, "upgrade", "head")
    statements = statements_of(text)
    middle = next(place for place, statement in enumerate(statements) if statement.startswith("INSERT INTO `orders`")) + 1
    # what a server does to the loser of a deadlock: its transaction is gone, and the client hears an error
    lost = [*statements[:middle], "ROLLBACK", "INSERT INTO no_such_table VALUES (1)", *statements[middle:]]
    forced(server_terp, ";\n".join(lost) + ";\n")
    assert server_terp.counts()["orders"] == 0
    _whole(server_terp)


@pytest.mark.parametrize("before", ["BEGIN;\n", "SAVEPOINT mine;\n"])
@pytest.mark.parametrize("move", [("upgrade", "head"), ("downgrade", "head:base")])
def test_transaction_opened_before_the_script_lets_nothing_through(
    sqlite_terp: Database, before: str, move: tuple[str, str]
) -> None:
    text = script(sqlite_terp, *AS_OF, *move)
    if move[0] == "downgrade":
        sqlite_terp.seed(*AS_OF, "upgrade", "head")
    sqlite_terp.execute("UPDATE vendors SET name = 'Mine' WHERE id = 5", "INSERT INTO vendors (id, name) VALUES (9, 'Mine too')")
    kept = sqlite_terp.everything()
    forced(sqlite_terp, before + text.replace("BETWEEN 1 AND 5", "BETWEEN 1 AND 9"))
    assert sqlite_terp.everything() == kept
    assert "MISMATCH" not in sqlite_terp.cli("status").output


@pytest.mark.parametrize("name", ["seed_stop", "seed_debt"])
def test_rollback_script_without_its_tables_does_nothing(sqlite_terp: Database, name: str) -> None:
    sqlite_terp.seed(*AS_OF, "upgrade", "head")
    kept = everything(sqlite_terp)
    text = script(sqlite_terp, *AS_OF, "downgrade", "head:base")
    forced(sqlite_terp, text.replace(f'CREATE TEMP TABLE "{name}"', f'SELEKT TEMP TABLE "{name}"', 1))
    assert everything(sqlite_terp) == kept
