"""The promise: a revision runs once per command, may read and not write, and what it asks for is done where it stands."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import programs
from tests.clients import apply_well
from tests.support import AS_TO_A_PERSON, PROJECT, VARIABLES, Database

HEAD = "from terp_seed import op\nfrom terp_seed.terp.clients import CLIENTS\nrevision = 'own'\ndown_revision = 'payments'\n"


class Own:
    """Own is TERP's project with one more revision, and a database with its tables."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.database = folder, database
        for name in ("seeds", "migrations"):
            shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copyfile(PROJECT / "alembic.ini", folder / "alembic.ini")

    def revision(self, upgrade: str, downgrade: str = "op.unseed(CLIENTS)", head: str = HEAD) -> None:
        functions = "".join(
            f"def {name}():\n" + "".join(f"    {line}\n" for line in body.split("\n"))
            for name, body in (("upgrade", upgrade), ("downgrade", downgrade))
        )
        (self.folder / "seeds" / "versions" / "own.py").write_text(head + functions)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        clean = {key: value for key, value in os.environ.items() if key not in VARIABLES}
        variables = {**clean, **AS_TO_A_PERSON, "DATABASE_URL": self.database.url}
        return programs.run(command, self.folder, variables)

    def done(self, *command: str) -> str:
        ran = self.run(*command)
        assert ran.returncode == 0, ran
        return ran.stdout


@pytest.fixture
def own(terp: Database, tmp_path: Path) -> Own:
    return Own(tmp_path, terp)


@pytest.fixture
def own_on_sqlite(sqlite_terp: Database, tmp_path: Path) -> Own:
    return Own(tmp_path, sqlite_terp)


def test_a_revision_runs_once_per_command(own_on_sqlite: Own) -> None:
    own, log = own_on_sqlite, own_on_sqlite.folder / "runs"
    count = "open('runs', 'a').write('{}')"
    own.revision(
        f"{count.format('u')}\nop.seed(CLIENTS, rows=[{{'teri_code': 'OWN-1'}}])", f"{count.format('d')}\nop.unseed(CLIENTS)"
    )
    for command, runs in (
        ("alembic -n seed upgrade head", "u"),
        ("alembic -n seed downgrade payments", "ud"),
        ("terp-seed upgrade --force", "u"),
        ("alembic -n seed upgrade payments:head --sql", "u"),
        ("alembic -n seed downgrade head:payments --sql", "ud"),
        ("terp-seed verify", "u"),
    ):
        log.write_text("")
        own.done(*command.split())
        assert sorted(log.read_text()) == sorted(runs), command


def test_reads_see_the_database_before_the_command(own: Own) -> None:
    own.revision(
        "orders = op.get_bind().exec_driver_sql('SELECT COUNT(*) FROM orders').scalar()\n"
        "op.seed(CLIENTS, rows=[{'teri_code': f'OWN-{orders}'}])"
    )
    own.done("alembic", "-n", "seed", "upgrade", "head")
    assert own.database.scalar("SELECT COUNT(*) FROM clients WHERE teri_code = 'OWN-0'") == 1
    own.done("alembic", "-n", "seed", "downgrade", "payments")
    own.done("alembic", "-n", "seed", "upgrade", "head")
    assert own.database.scalar("SELECT COUNT(*) FROM clients WHERE teri_code = 'OWN-50'") == 1
    assert "Nothing to do" in own.done("terp-seed", "upgrade", "--force")


@pytest.mark.parametrize(
    ("upgrade", "said"),
    [
        ("op.get_bind().exec_driver_sql('DELETE FROM users')", "Revision own writes through op.get_bind(): 'DELETE FROM users'"),
        (
            "from alembic import op as alembics\nimport sqlalchemy as sa\n"
            "alembics.create_table('extra', sa.Column('id', sa.Integer))",
            "Revision own uses CreateTable, which is not a seed operation: expected op.seed, op.unseed, op.execute",
        ),
    ],
)
def test_forbidden_action_in_revision_is_refused_clearly(own: Own, upgrade: str, said: str) -> None:
    own.revision(upgrade)
    for command in (("alembic", "-n", "seed", "upgrade", "head"), ("terp-seed", "upgrade", "--force")):
        ran = own.run(*command)
        assert ran.returncode != 0
        assert said in ran.stdout + ran.stderr
        assert "Traceback" not in ran.stderr
    assert own.database.tables() & {"extra", "seed_ledger"} == set()


def test_a_revision_that_reads_is_no_script(own_on_sqlite: Own) -> None:
    own_on_sqlite.revision("op.get_bind().exec_driver_sql('SELECT 1')")
    ran = own_on_sqlite.run("alembic", "-n", "seed", "upgrade", "head", "--sql")
    assert ran.returncode != 0
    assert "Revision own reads the database, but a script connects to nothing" in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr


def test_revision_statement_runs_once_in_its_place(own: Own) -> None:
    notes = "op.execute(\"UPDATE clients SET wishlist = 'own' WHERE teri_code = 'OWN-1'\")"
    own.revision(f"op.seed(CLIENTS, rows=[{{'teri_code': 'OWN-1', 'wishlist': None}}])\n{notes}")
    own.done("alembic", "-n", "seed", "upgrade", "head")
    assert own.database.scalar("SELECT wishlist FROM clients WHERE teri_code = 'OWN-1'") == "own"
    own.done("alembic", "-n", "seed", "downgrade", "base")
    scripts = [own.done("alembic", "-n", "seed", "-x", "size=x2", "-x", "as_of=2026-03-01", "upgrade", "head", "--sql")]
    scripts += [
        own.done("alembic", "-n", "seed", "-x", "size=x2", "-x", "as_of=2026-03-01", "-x", units, "upgrade", "head", "--sql")
        for units in ("units=1:1", "units=2:2")
    ]
    assert [script.count("SET wishlist = 'own'") for script in scripts] == [1, 1, 0]
    apply_well(own.database, scripts[0])
    assert own.database.scalar("SELECT wishlist FROM clients WHERE teri_code = 'OWN-1'") == "own"
