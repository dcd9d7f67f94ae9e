"""The promise: status, verify and dry runs only read, and say so where there is nothing to read."""

from pathlib import Path

import pytest

from tests.hostile_settings import as_documented_user
from tests.support import Database

READING = [("status",), ("status", "--edits"), ("verify",), ("upgrade", "--dry-run"), ("downgrade", "--dry-run")]


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_reading_creates_no_sqlite_file(tmp_path: Path, command: tuple[str, ...]) -> None:
    missing = Database(f"sqlite:///{tmp_path}/missing.db", "sqlite")
    ran = missing.cli(*command)
    assert ran.exit_code == 1, ran.output
    assert "unable to open database file. Check the path in DATABASE_URL" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_plain_alembic_current_creates_no_sqlite_file(tmp_path: Path) -> None:
    assert Database(f"sqlite:///{tmp_path}/missing.db", "sqlite").alembic("-n", "seed", "current").code != 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_reading_leaves_sqlites_folder_as_it_was(sqlite_terp: Database, command: tuple[str, ...]) -> None:
    sqlite_terp.seed("upgrade", "head")
    folder = Path(sqlite_terp.name).parent
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sqlite_terp.cli(*command).exit_code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_verify_fails_without_the_tables(empty: Database) -> None:
    empty.execute("CREATE TABLE unrelated (id INT PRIMARY KEY)")
    ran = empty.cli("verify")
    assert ran.exit_code == 1
    assert "Schema validation failed for vendors: the table is missing" in ran.stderr


def test_production_without_an_address_is_refused(sqlite_terp: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for command in (("upgrade", "-f"), ("upgrade", "--sql"), ("status",)):
        ran = sqlite_terp.cli(*command, DATABASE_URL="", TERP_ENV="production")
        assert ran.exit_code == 2
        assert "DATABASE_URL is not set, and the environment is production" in ran.stderr
    plain = sqlite_terp.alembic("-n", "seed", "-x", "force=true", "upgrade", "head", DATABASE_URL="", TERP_ENV="production")
    assert plain.code != 0
    assert "DATABASE_URL is not set, and the environment is production" in plain.out


def test_upgrade_without_work_on_a_read_only_server(server_terp: Database) -> None:
    granted = as_documented_user(server_terp)
    assert granted.cli("upgrade", "-f").exit_code == 0
    server_terp.execute("SET GLOBAL read_only = 1")
    try:
        assert "Nothing to do: the database is up to date." in granted.cli("upgrade", "-f").stdout
        assert granted.alembic("-n", "seed", "upgrade", "head").code == 0
        assert granted.cli("verify").exit_code == 0
        refused = granted.cli("downgrade", "-f")
        assert refused.exit_code == 1
        assert "The server is read-only: connect to the primary" in refused.stderr
    finally:
        server_terp.execute("SET GLOBAL read_only = 0")
    assert granted.cli("downgrade", "-f").exit_code == 0


def test_dry_run_uses_no_number_of_a_sequence(mariadb_terp: Database) -> None:
    mariadb_terp.execute("CREATE SEQUENCE numbers", "ALTER TABLE vendors ADD COLUMN nr BIGINT DEFAULT NEXTVAL(numbers)")
    for command in (("upgrade", "--dry-run"), ("review", "--ask", "-o-")):
        assert mariadb_terp.cli(*command).exit_code == 0
    assert mariadb_terp.scalar("SELECT NEXTVAL(numbers)") == 1
    assert mariadb_terp.cli("upgrade", "-f").exit_code == 0
    assert mariadb_terp.scalar("SELECT MAX(nr) FROM vendors") == 6
