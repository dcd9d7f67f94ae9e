"""The promise: a table whose rows must refer to rows of the table itself is seeded, and rolled back exactly, on every engine."""

from pathlib import Path

import pytest

from tests.clients import apply_well
from tests.library import Folder
from tests.support import Database

pytestmark = pytest.mark.every_server
SCHEMA = (
    "CREATE TABLE projects (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, domain_id INTEGER NOT NULL, "
    "FOREIGN KEY (domain_id) REFERENCES projects (id))",
    "CREATE TABLE units (code VARCHAR(12) PRIMARY KEY, label VARCHAR(40), head VARCHAR(12) NOT NULL, "
    "FOREIGN KEY (head) REFERENCES units (code))",
    "CREATE TABLE tasks (id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL, title VARCHAR(40), "
    "FOREIGN KEY (project_id) REFERENCES projects (id))",
)
USERS = ("INSERT INTO projects VALUES (1, 'Mine', 1)", "INSERT INTO units VALUES ('MINE', 'Mine', 'MINE')")
TABLES = ("projects", "units", "tasks")


@pytest.fixture
def own(empty: Database, tmp_path: Path) -> Folder:
    """A project that autogenerate wrote for these tables, which hold a row of a user each."""
    empty.execute(*SCHEMA, *USERS)
    folder = Folder(tmp_path, empty.url)
    folder.done("terp-seed", "init", "--empty")
    folder.done("terp-seed", "revision", "--autogenerate")
    return folder


def _counts(database: Database) -> tuple[int, ...]:
    return tuple(int(str(database.scalar(f"SELECT COUNT(*) FROM {table}"))) for table in TABLES)


def test_run_and_script_seed_and_take_back(own: Folder, empty: Database) -> None:
    own.done("terp-seed", "upgrade", "--size=x3", "--force")
    assert all(count > 3 for count in _counts(empty))
    assert "0 failed" in own.done("terp-seed", "verify")
    own.done("terp-seed", "downgrade", "--force")
    assert _counts(empty) == (1, 1, 0)
    ids = ("--first-id=2",)
    apply_well(empty, own.done("terp-seed", "upgrade", "--size=x3", "--sql", *ids))
    assert "0 failed" in own.done("terp-seed", "verify")
    apply_well(empty, own.done("terp-seed", "downgrade", "--sql"))
    assert _counts(empty) == (1, 1, 0)


def test_row_of_a_user_still_stops_the_rollback(own: Folder, empty: Database) -> None:
    own.done("terp-seed", "upgrade", "--force")
    seeded = empty.scalar("SELECT MAX(id) FROM projects")
    empty.execute(f"INSERT INTO tasks VALUES (900000, {seeded}, 'Mine')")
    before = _counts(empty)
    ran = own.run("terp-seed", "downgrade", "--force")
    assert ran.returncode == 2
    assert "tasks.project_id -> projects" in ran.stderr
    assert _counts(empty) == before


def test_purge_empties_such_tables(own: Folder, empty: Database) -> None:
    own.done("terp-seed", "upgrade", "--force")
    own.done("terp-seed", "purge", "--force", "--database", empty.name)
    assert _counts(empty) == (0, 0, 0)
