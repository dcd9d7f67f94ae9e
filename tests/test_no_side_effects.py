"""The promise: who imports the package has the same Alembic as before, with our operations added and nothing replaced."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ENV = """
from alembic import context
if context.is_offline_mode():
    context.configure(url="{url}")
else:
    import sqlalchemy as sa
    context.configure(connection=sa.create_engine("{url}").connect())
with context.begin_transaction():
    context.run_migrations()
"""
REVISION = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "one", None
def upgrade():
    op.create_table("things", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(9), server_default="x"))
    op.bulk_insert(sa.table("things", sa.column("name", sa.String)), [{"name": "a"}])
def downgrade():
    op.drop_table("things")
"""
EVERYTHING = (
    "import terp_seed, terp_seed.terp, terp_seed.op, terp_seed.cli.entry, terp_seed.app.commands, terp_seed.runtime.runner\n"
)
RUN = """
from alembic.config import CommandLine
CommandLine().main({arguments!r})
"""
LISTED = """
import alembic.command, alembic.op
from alembic.ddl.impl import _impls
from alembic.runtime import migration, environment
print(sorted(map(str, _impls.items())))
for place in (migration, environment):
    for key, found in sorted(vars(place).items()):
        if isinstance(found, type):
            # by their code: an address differs from process to process
            own = {name: value for name, value in sorted(vars(found).items()) if callable(value)}
            for ours in ("seed", "unseed", "create_ledger", "drop_ledger"):
                own.pop(ours, None)
            print(key, [(name, str(getattr(value, "__code__", value)).partition(" at ")[0]) for name, value in own.items()])
"""


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """Return the folder of another application, which has its own tables by Alembic."""
    (tmp_path / "own" / "versions").mkdir(parents=True)
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/own\n")
    (tmp_path / "own" / "env.py").write_text(ENV.format(url="sqlite:///host.db"))
    (tmp_path / "own" / "versions" / "one.py").write_text(REVISION)
    return tmp_path


def said(folder: Path, program: str) -> str:
    (folder / "host.db").unlink(missing_ok=True)
    ran = subprocess.run([sys.executable, "-W", "error", "-c", program], cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return re.sub("0x[0-9a-f]+", "ADDRESS", ran.stdout + ran.stderr)  # Python 3.13 warns of connections that are left open


@pytest.mark.parametrize("url", ["sqlite:///host.db", "mysql+pymysql://root@localhost/host", "postgresql://localhost/host"])
def test_scripts_of_the_application_stay_as_they_are(host: Path, url: str) -> None:
    (host / "own" / "env.py").write_text(
        ENV.format(url=url).replace("context.configure(url=", "context.configure(literal_binds=True, url=")
    )
    for arguments in (["upgrade", "head", "--sql"], ["downgrade", "one:base", "--sql"], ["stamp", "head", "--sql"]):
        program = RUN.format(arguments=arguments)
        alone = said(host, program)
        assert said(host, EVERYTHING + program) == alone
        assert ("CREATE TABLE alembic_version" in alone) == (arguments[0] != "downgrade")


def test_its_runs_stay_as_they_are(host: Path) -> None:
    program = RUN.format(arguments=["upgrade", "head"]) + (
        "import sqlite3\nhost = sqlite3.connect('host.db')\n"
        "for row in host.execute('SELECT sql FROM sqlite_master'): print(row)\nhost.close()\n"
    )
    assert said(host, EVERYTHING + program) == said(host, program)


def test_nothing_of_alembic_is_replaced(host: Path) -> None:
    assert said(host, EVERYTHING + LISTED) == said(host, LISTED)
