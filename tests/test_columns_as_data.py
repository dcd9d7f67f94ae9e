"""The promise: a project whose columns are data is seeded, verified, scripted and rolled back like any other."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from terp_seed.rows import statements
from terp_seed.rows.statements import BatchRequest, Statements
from terp_seed.rows.workers import Workers
from terp_seed.sql.insert import Inserts
from tests import tenants
from tests.columns import DIALECTS, Run
from tests.library import Folder
from tests.support import PROJECT

# what databases hold that were seeded with these columns: it changes with a generator version only
PINNED = "4ac3609d6aa505b83031c91f23c48e53e2aa717d6e41c130316117fb76950318"
_REVISION = '''"""Seed some tables."""

from terp_seed import op

from seed_tables import PROJECT

revision = "{name}"
down_revision = "{before}"
TABLES = [PROJECT.catalog[name] for name in "{tables}".split()]


def upgrade() -> None:
    for table in TABLES:
        op.seed(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.unseed(table)
'''
_OF_USERS = "SELECT COUNT(*) FROM orders o JOIN users u ON u.id = o.user_id"
_WRONG = {
    "copies differ": f"{_OF_USERS} WHERE u.login <> o.user_login OR u.mail <> o.mail",
    "tenants differ": "SELECT COUNT(*) FROM user_roles r JOIN users u ON u.id = r.user_id WHERE u.tenant_id <> r.tenant_id",
    "not in order": f"{_OF_USERS} WHERE o.placed < u.joined OR o.shipped < o.placed",
    "no default": "SELECT COUNT(*) FROM orders WHERE made_at IS NULL",
}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path)
    folder.done("terp-seed", "init", "--empty")
    shutil.copy(tenants.__file__, tmp_path / "seed_tables.py")
    for name, before, tables in (
        ("first", "ledger", " ".join(table.name for table in tenants.PROJECT.tables)),
        ("second", "first", "users user_roles orders profiles"),
        ("third", "second", "profiles"),
    ):
        (tmp_path / "seeds" / "versions" / f"{name}.py").write_text(_REVISION.format(name=name, before=before, tables=tables))
    folder.done(
        "python", "-c", "import seed_tables as t, sqlalchemy as s; t.METADATA.create_all(s.create_engine('sqlite:///own.db'))"
    )
    return folder


def test_columns_are_seeded_verified_and_taken_back(folder: Folder) -> None:
    folder.done("terp-seed", "upgrade", "--size", "x3", "--as-of", "2026-03-01", "--force")
    assert "0 failed" in folder.done("terp-seed", "verify")
    assert "No seeded row has changed" in folder.done("terp-seed", "status", "--edits")
    (folder.path / "seed.sql").write_text(folder.done("terp-seed", "upgrade", "--size", "x3", "--as-of", "2026-03-01", "--sql"))
    assert "0 failed" in folder.done("terp-seed", "verify", "--script", "seed.sql")
    with closing(sqlite3.connect(folder.path / "own.db")) as database:
        assert {name: database.execute(query).fetchone()[0] for name, query in _WRONG.items()} == dict.fromkeys(_WRONG, 0)
        assert database.execute("SELECT COUNT(*) FROM orders").fetchone() == (180,)
    folder.done("terp-seed", "downgrade", "--force")
    with closing(sqlite3.connect(folder.path / "own.db")) as database:
        assert database.execute("SELECT (SELECT COUNT(*) FROM users) + (SELECT COUNT(*) FROM tenants)").fetchone() == (0,)


def test_mistake_in_a_column_is_one_sentence(folder: Folder) -> None:
    tables = folder.path / "seed_tables.py"
    text = tables.read_text()
    for wrong, sentence in {
        "c.integre(1, 20)": "columns has no integre(): expected one of binary, boolean, choice",
        "c.integer(1, 20, nul=1)": "integer() in columns: got an unexpected keyword argument 'nul'",
        "c.words()": "orders.day is Integer(), and words does not fit that: expected a column for text",
        'c.same("user_id.age")': "orders.day takes age of users, which that lacks: expected one of id, tenant_id",
    }.items():
        tables.write_text(text.replace("c.integer(1, 20)", wrong))
        ran = folder.run("terp-seed", "upgrade", "--force")
        assert ran.returncode == 1
        assert sentence in ran.stderr
        assert "Traceback" not in ran.stderr


def test_taken_value_is_refused_beforehand(folder: Folder) -> None:
    tables = folder.path / "seed_tables.py"
    tables.write_text(tables.read_text().replace('_column("since", sa.Date)', '_column("since", sa.Date, unique=True)'))
    command = ("terp-seed", "upgrade", "--as-of", "2026-03-01", "--force")
    folder.done(*command)
    with closing(sqlite3.connect(folder.path / "own.db")) as database:
        (since,) = database.execute("SELECT MAX(since) FROM tenants").fetchone()
    folder.done("terp-seed", "downgrade", "--force")
    with closing(sqlite3.connect(folder.path / "own.db")) as database:
        database.execute("INSERT INTO tenants (id, code, since) VALUES (1, 'THEIRS', ?)", (since,))
        database.commit()
    ran = folder.run(*command)
    assert ran.returncode == 1
    assert f"column since: a row that was not seeded has our value '{since}'" in ran.stderr


def _texts(helpers: int) -> dict[str, str]:
    run = Run(tenants.PROJECT.tables, units=40)
    maker, found = Statements(run.generator, DIALECTS[0], helpers), {}
    for table in run.catalog.every:
        units = range(1, 2 if table.shared else 41)
        inserts = Inserts(DIALECTS[0], table.table, run.generator.last_row(table, table.name, "", 1, units[-1]))
        wanted = BatchRequest(table.name, table.name, "", 1, units, table.count(40))
        found[table.name] = "\n".join(text for text, _ in maker.of(table, wanted, inserts))
        run.seed(tables=[table.name])
    maker.close()
    return found


def test_helpers_write_the_same_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = _texts(0)
    monkeypatch.setattr(statements, "_WORTH_A_PROCESS", 2)
    monkeypatch.setattr(Workers, "are_possible", lambda: True)  # beside a test runner's threads too
    assert _texts(2) == alone


def digest() -> str:
    """Return a digest of the rows of the project and of a later revision."""
    run = Run(tenants.PROJECT.tables).seed().seed("more", ["users", "user_roles", "orders", "profiles"], first=2_001)
    run.check()
    return hashlib.sha256(repr(run.rows).encode()).hexdigest()


@pytest.mark.parametrize("seed", ["1", "7"])
def test_rows_are_pinned_in_any_process(seed: str) -> None:
    program = "from tests.test_columns_as_data import digest; print(digest())"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == PINNED
