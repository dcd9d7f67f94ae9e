"""The promise: what the database refuses is said in its own words, with the table and the way out, and nothing is half done."""

import re
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

from terp_seed.backends import connection as database
from terp_seed.backends import lock
from terp_seed.backends.mysql.dialect import MySQL
from terp_seed.errors import SeedError
from terp_seed.runtime.run_context import RunContext
from terp_seed.settings import Settings
from tests.clients import apply
from tests.scripts import AS_OF, script
from tests.support import NAMES, PROJECT, SEVEN, Database


def _refused(database: Database, *arguments: str) -> str:
    """Run a command that has to fail with exit code 1 and one clear error; return what it said."""
    result = database.cli(*arguments, "-f")
    assert result.exit_code == 1, result.output
    assert result.stderr.count("Error: ") == 1
    assert "Traceback" not in result.output
    ran = database.alembic("-n", "seed", arguments[0], "head" if arguments[0] == "upgrade" else "base")
    assert ran.code != 0
    assert ran.out.count("FAILED: ") == 1
    return result.stderr


def _as_user(database: Database, *privileges: str) -> Database:
    name = f"u{uuid4().hex[:12]}"
    database.execute(f"CREATE USER {name}@'%' IDENTIFIED BY 'x'", *(f"GRANT {p} TO {name}@'%'" for p in privileges))
    return Database(make_url(database.url).set(username=name, password="x").render_as_string(False), database.kind)


def test_missing_parent_error_quotes_server_and_names_table(terp: Database) -> None:
    terp.cli("upgrade", "--table=products", "-f")
    terp.execute("DELETE FROM products")
    said = _refused(terp, "upgrade")
    of_mysql = "(1452) Cannot add or update a child row: a foreign key constraint fails"
    server_said = {
        "sqlite": "FOREIGN KEY constraint failed",
        "postgresql": '(23503) insert or update on table "batches" violates foreign key constraint',
    }
    assert f"at table batches: {server_said.get(terp.kind, of_mysql)}" in said
    assert "`terp-seed upgrade --clean`" in said
    assert {name: rows for name, rows in terp.counts().items() if rows} == {"vendors": 5, "clients": 10}
    assert terp.cli("upgrade", "--clean", "-f").exit_code == 0
    assert sum(terp.counts().values()) == 195


def test_a_user_who_may_only_read(server_terp: Database) -> None:
    reader = _as_user(server_terp, f"SELECT ON {server_terp.name}.*", "PROCESS ON *.*")
    said = _refused(reader, "upgrade")
    assert "command denied to user" in said
    assert "Grant the privileges" in said
    assert sum(server_terp.counts().values()) == 0
    server_terp.seed("upgrade", "head")
    assert reader.cli("status").exit_code == 0
    assert reader.cli("verify").exit_code == 0
    assert "command denied to user" in _refused(reader, "downgrade")
    assert sum(server_terp.counts().values()) == 195


def test_documented_privileges_are_enough_for_everything(server_terp: Database) -> None:
    documented = "SELECT, INSERT, UPDATE and DELETE on the database, CREATE and DROP for `seed_ledger` and `alembic_version_seed`"
    assert documented in (PROJECT / "docs" / "architecture.md").read_text().replace("\n", " ")
    user = _as_user(
        server_terp,
        f"SELECT, INSERT, UPDATE, DELETE ON {server_terp.name}.*",
        f"CREATE, DROP ON {server_terp.name}.seed_ledger",
        f"CREATE, DROP ON {server_terp.name}.alembic_version_seed",
        "PROCESS ON *.*",
    )
    user.seed("upgrade", "head")
    user.seed("downgrade", "clients@ledger")
    named = f"--database={user.name}"
    for typed in (
        *(["upgrade", "-f"], ["status"], ["verify"], ["upgrade", "--clean", "-f"], ["downgrade", "--table=payments", "-f"]),
        *(["downgrade", "--cascade", named, "-f"], ["upgrade", "-f"], ["purge", named, "-f"]),
    ):
        result = user.cli(*typed)
        assert result.exit_code == 0, (typed, result.output)
    assert server_terp.counts() == dict.fromkeys(SEVEN, 0)


def test_a_read_only_server(server_terp: Database) -> None:
    writer = _as_user(server_terp, f"ALL ON {server_terp.name}.*")
    server_terp.execute("SET GLOBAL read_only = 1")
    try:
        assert "The server is read-only: connect to the primary" in _refused(writer, "upgrade")
    finally:
        server_terp.execute("SET GLOBAL read_only = 0")
    assert sum(server_terp.counts().values()) == 0


def test_a_row_that_somebody_else_has_locked(server_terp: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    server_terp.seed("upgrade", "head")
    monkeypatch.setattr(MySQL, "preamble", (*MySQL.preamble, "SET SESSION innodb_lock_wait_timeout = 1"))  # it is 50 seconds
    with server_terp.connection() as connection:
        connection.exec_driver_sql("SELECT id FROM invoices WHERE id = 7 FOR UPDATE").all()
        said = _refused(server_terp, "downgrade")
    assert "at table invoices: (1205) Lock wait timeout exceeded" in said
    assert "wait for it to end" in said
    assert server_terp.counts()["invoices"] == 50
    assert server_terp.cli("downgrade", "-f").exit_code == 0
    assert sum(server_terp.counts().values()) == 0


def test_a_database_file_that_cannot_be_written(sqlite_terp: Database) -> None:
    with sqlite_terp.connection() as connection:
        connection.exec_driver_sql("UPDATE vendors SET name = name")  # another program's open transaction
        said = _refused(Database(f"{sqlite_terp.url}?timeout=0.1", "sqlite"), "upgrade")
    assert "database is locked" in said
    assert sum(sqlite_terp.counts().values()) == 0


def test_a_run_that_lost_its_lock_commits_nothing(server_terp: Database) -> None:
    config = Config(str(PROJECT / "alembic.ini"), ini_section="seed")
    with server_terp.connection() as connection:
        config.attributes["caller"] = RunContext(Settings(url=server_terp.url), connection=connection)  # and no lock on it
        with pytest.raises(SeedError, match="The lock terp_seeding_global was lost during the run"):
            command.upgrade(config, "head")
    assert server_terp.counts() == dict.fromkeys(SEVEN, 0)
    assert server_terp.versions() == set()


def test_the_lock_dies_with_its_connection(server_terp: Database) -> None:
    holder = database.connect(server_terp.url)
    with lock.held(holder, NAMES):
        number = holder.exec_driver_sql("SELECT CONNECTION_ID()").scalar_one()
        result = server_terp.cli("upgrade", "-f")
        assert result.exit_code == 3
        assert f"connection {number}, user root" in result.stderr
        assert "RELEASE_LOCK cannot" in result.stderr
        server_terp.execute(f"KILL {number}")
        assert server_terp.cli("upgrade", "-f").exit_code == 0
    holder.close()
    assert sum(server_terp.counts().values()) == 195


@pytest.mark.parametrize(("table", "lacks", "command"), [("payments", "INSERT", "upgrade"), ("vendors", "DELETE", "downgrade")])
def test_privilege_missing_on_one_table_is_refused_first(server_terp: Database, table: str, lacks: str, command: str) -> None:
    if command == "downgrade":
        server_terp.seed("upgrade", "head")
    before, name = server_terp.counts(), server_terp.name
    privileges = [one for one in ("INSERT", "UPDATE", "DELETE") if one != lacks]
    user = _as_user(
        server_terp,
        *(f"INSERT, UPDATE, DELETE ON {name}.{other}" for other in server_terp.tables() if other != table),
        f"{', '.join(privileges)} ON {name}.{table}",
        *(f"CREATE, DROP, INSERT, UPDATE, DELETE ON {name}.{own}" for own in ("seed_ledger", "alembic_version_seed")),
        f"SELECT, CREATE TEMPORARY TABLES ON {name}.*",
        "PROCESS ON *.*",
    )
    said = _refused(user, command)
    assert f"Our user may not write to every table of this run:\n  {table}: (1142) {lacks} command denied" in said
    assert re.search(rf"Nothing has changed. Run GRANT SELECT, {lacks} ON `{table}` TO '\w+'@'[^']+' as an administrator", said)
    if command == "upgrade":
        ran = apply(user, script(user, *AS_OF, "upgrade", "head"))
        assert "Our user may not write to a table, or advance its sequence. Nothing was changed" in ran.stderr
    assert server_terp.counts() == before
