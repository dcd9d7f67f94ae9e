"""The promise: a lost ledger, record or version table is an error that says what was found, and whose way out works."""

import contextlib
import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from terp_seed.cli.entry import main
from tests.support import SEVEN, SMALL, Database
from tests.test_later_revisions import Project

COMMANDS = {
    "upgrade": ("terp-seed", "upgrade", "-f"),
    "upgrade --clean": ("terp-seed", "upgrade", "--clean", "-f"),
    "upgrade --table": ("terp-seed", "upgrade", "--table=vendors", "-f"),
    "upgrade --table --clean": ("terp-seed", "upgrade", "--table=vendors", "--clean", "-f"),
    "upgrade --dry-run": ("terp-seed", "upgrade", "--dry-run"),
    "upgrade --clean --dry-run": ("terp-seed", "upgrade", "--clean", "--dry-run"),
    "downgrade": ("terp-seed", "downgrade", "-f"),
    "downgrade --table": ("terp-seed", "downgrade", "--table=orders", "-f"),
    "downgrade --dry-run": ("terp-seed", "downgrade", "--dry-run"),
    "downgrade --table --dry-run": ("terp-seed", "downgrade", "--table=orders", "--dry-run"),
    "alembic upgrade head": ("alembic", "-n", "seed", "upgrade", "head"),
    "alembic upgrade of what is there": ("alembic", "-n", "seed", "upgrade", "ledger"),
    "alembic downgrade base": ("alembic", "-n", "seed", "downgrade", "base"),
    "alembic downgrade -1": ("alembic", "-n", "seed", "downgrade", "-1"),
}

# what is lost once everything is seeded, what the error says, and the way out that it names
LOSSES = {
    "the ledger": (
        ["DROP TABLE seed_ledger"],
        "seed_ledger has no record of the rows of batches, clients, invoices, orders, payments, products, vendors. Expected",
        "with `alembic -n seed stamp --purge base`",
    ),
    "every record": (
        ["DELETE FROM seed_ledger"],
        "seed_ledger has no record of the rows of batches, clients, invoices, orders, payments, products, vendors. Expected",
        "with `alembic -n seed stamp --purge base`",
    ),
    "the last record": (
        ["DELETE FROM seed_ledger WHERE revision = 'payments'"],
        "seed_ledger has no record of the rows of payments. Expected",
        "with `alembic -n seed stamp --purge invoices`",
    ),
    "a record among others": (
        ["DELETE FROM seed_ledger WHERE revision = 'clients'"],
        "seed_ledger has no record of the rows of clients. Expected",
        "forget revisions batches, clients, invoices, orders, payments with "
        "`DELETE FROM seed_ledger WHERE revision IN ('batches', 'invoices', 'orders', 'payments')` in SQL, "
        "then `alembic -n seed stamp --purge products vendors`",
    ),
    "the record of a companion": (
        ["DELETE FROM seed_ledger WHERE table_name = 'lots'"],
        "seed_ledger has no record of the rows of batches (lots). Expected",
        "`DELETE FROM seed_ledger WHERE revision IN ('batches', 'invoices', 'orders', 'payments')` in SQL, "
        "then `alembic -n seed stamp --purge clients products vendors`",
    ),
    "the record of a shared companion": (
        ["DELETE FROM seed_ledger WHERE table_name = 'users'"],
        "seed_ledger has no record of the rows of clients (users). Expected",
        "`DELETE FROM seed_ledger WHERE revision IN ('batches', 'clients', 'invoices', 'orders', 'payments')` in SQL, "
        "then `alembic -n seed stamp --purge products vendors`",
    ),
    "the version table": (
        ["DROP TABLE alembic_version_seed"],
        "seed_ledger has records of batches, clients, invoices, orders, payments, products, vendors, but "
        "alembic_version_seed does not name them as applied. Expected",
        "Record the seeded revisions again with `alembic -n seed stamp --purge payments`",
    ),
    "its rows": (
        ["DELETE FROM alembic_version_seed"],
        "but alembic_version_seed does not name them as applied. Expected",
        "Record the seeded revisions again with `alembic -n seed stamp --purge payments`",
    ),
    "the version of some revisions": (
        ["UPDATE alembic_version_seed SET version_num = 'clients'"],
        "seed_ledger has records of batches, invoices, orders, payments, products, vendors, but",
        "Record the seeded revisions again with `alembic -n seed stamp --purge payments`",
    ),
    "the version table and a record": (
        ["DROP TABLE alembic_version_seed", "DELETE FROM seed_ledger WHERE revision = 'clients'"],
        "seed_ledger has no record of the rows of clients. seed_ledger has records of batches, invoices,",
        "then `alembic -n seed stamp --purge products vendors`",
    ),
    "a revision beside those that stand on it": (
        ["INSERT INTO alembic_version_seed VALUES ('clients')"],
        "alembic_version_seed names clients beside revisions that depend on it. Expected",
        "Record the seeded revisions again with `alembic -n seed stamp --purge payments`",
    ),
    "the file of a revision": (
        ["UPDATE seed_ledger SET revision = 'demo' WHERE revision = 'payments'"],
        "no record of the rows of payments. seed_ledger names demo, but there is no such revision in seeds/versions. Expected",
        "forget revisions demo, payments with `DELETE FROM seed_ledger WHERE revision IN ('demo')` in SQL, "
        "then `alembic -n seed stamp --purge invoices`",
    ),
    "a table that the revision seeded": (
        ["INSERT INTO seed_ledger SELECT 'clients', 'vendors', 900, 900, 1, size, seed, as_of, generator_version, "
         "identity_columns, written_columns, identity_digest, values_digest, seeded_at "
         "FROM seed_ledger WHERE revision = 'clients' AND table_name = 'clients'"],
        "seed_ledger has a record of vendors by clients, which does not seed that table. Expected",
        "forget that record with `DELETE FROM seed_ledger WHERE (revision = 'clients' AND table_name = 'vendors')` in SQL:",
    ),
}  # fmt: skip


def run(database: Database, command: tuple[str, ...]) -> tuple[int, str]:
    """Run a command in this process; return its exit code and what it said."""
    if command[0] == "alembic":
        ran = database.alembic(*command[1:])
        return ran.code, ran.out + ran.err
    result = database.cli(*command[1:])
    return result.exit_code, result.output


def take_the_way_out(database: Database, said: str) -> None:
    """Do what an error says, word by word."""
    done = 0
    for text in re.findall(r"`([^`]+)`", said):
        if text.startswith("DELETE FROM"):
            database.execute(text)
            done += 1
        elif text.startswith("alembic "):
            assert run(database, tuple(shlex.split(text)))[0] == 0, text
            done += 1
    assert done


@pytest.fixture
def seeded(terp: Database) -> Database:
    """Return a database in which everything is seeded."""
    terp.seed("-x", "as_of=2026-03-01", "upgrade", "head")
    return terp


@pytest.fixture
def sqlite_seeded(sqlite_terp: Database) -> Database:
    """Return a SQLite database in which everything is seeded."""
    sqlite_terp.seed("-x", "as_of=2026-03-01", "upgrade", "head")
    return sqlite_terp


@pytest.mark.parametrize("loss", LOSSES)
def test_loss_stops_every_writing_command_without_changes(seeded: Database, loss: str) -> None:
    statements, found, way_out = LOSSES[loss]
    seeded.execute(*statements)
    before = seeded.digest()
    purge = ("terp-seed", "purge", "--database", seeded.name, "-f")
    for command in (*COMMANDS.values(), purge):
        code, said = run(seeded, command)
        assert code == (255 if command[0] == "alembic" else 1), (command, said)
        assert found in said, command
        assert way_out in said, command
        assert "Nothing to do" not in said
    assert seeded.digest() == before


@pytest.mark.parametrize("loss", LOSSES)
def test_status_and_verify_tell_of_a_loss(seeded: Database, loss: str) -> None:
    statements, found, _ = LOSSES[loss]
    seeded.execute(*statements)
    status = seeded.cli("status")
    assert status.exit_code == 0
    assert status.output.startswith("database   ")
    (line,) = [line for line in status.output.splitlines() if line.startswith("MISMATCH   ")]
    assert found in line
    assert found in json.loads(seeded.cli("status", "--json").stdout)["disagreement"]
    verify = seeded.cli("verify")
    assert verify.exit_code == 1
    assert "FAILED   the version table and the ledger agree: " in verify.output
    assert found in verify.output
    assert seeded.alembic("-n", "seed", "heads").code == 0


@pytest.mark.parametrize("loss", LOSSES)
def test_the_way_out_that_the_error_names_works(seeded: Database, loss: str) -> None:
    statements, _, _ = LOSSES[loss]
    seeded.execute(*statements)
    rows = seeded.counts()
    take_the_way_out(seeded, run(seeded, COMMANDS["downgrade"])[1])
    assert "MISMATCH" not in seeded.cli("status").output
    assert "the ledger agree: " not in seeded.cli("verify").output
    assert seeded.counts() == rows == SMALL
    code, said = run(seeded, COMMANDS["downgrade"])
    if "Rows that were not seeded refer to seeded rows" in said:  # the forgotten ones are ordinary data now
        assert code == 2
        assert seeded.counts() == rows
    else:
        assert code == 0, said
        assert seeded.scalar("SELECT COUNT(*) FROM clients") in (0, 10)


@pytest.mark.parametrize("lost", ["seed_ledger", "alembic_version_seed"])
def test_restored_table_works_as_if_never_lost(seeded: Database, lost: str) -> None:
    seeded.execute(f"ALTER TABLE {lost} RENAME TO kept")
    assert run(seeded, COMMANDS["downgrade"])[0] == 1
    seeded.execute(f"ALTER TABLE kept RENAME TO {lost}")
    assert run(seeded, COMMANDS["upgrade"])[1].startswith("Nothing to do")
    assert run(seeded, COMMANDS["downgrade"])[0] == 0
    assert seeded.counts() == dict.fromkeys(SEVEN, 0)


def test_forgotten_rows_stay_and_new_seed_follows_them(terp: Database) -> None:
    for table in ("vendors", "products"):
        terp.seed("upgrade", table)
    terp.execute("DROP TABLE seed_ledger")
    take_the_way_out(terp, run(terp, COMMANDS["downgrade"])[1])
    # the names of the vendors do not repeat in TERP, and are the same with the same seed
    code, said = run(terp, COMMANDS["upgrade"])
    assert code == 1
    assert "vendors: column name: a row that was not seeded has our value" in said
    terp.seed("-x", "seed=7", "upgrade", "head")
    assert terp.counts() == {table: rows * (2 if table in ("vendors", "products") else 1) for table, rows in SMALL.items()}
    assert terp.cli("verify").exit_code == 0
    terp.seed("downgrade", "base")
    assert terp.counts() == {table: rows if table in ("vendors", "products") else 0 for table, rows in SMALL.items()}


@pytest.mark.parametrize(
    "state",
    [
        [],
        ["DROP TABLE seed_ledger"],
        ["DELETE FROM alembic_version_seed"],
        ["DROP TABLE alembic_version_seed"],
        ["DROP TABLE seed_ledger", "DROP TABLE alembic_version_seed"],
    ],
    ids="; ".join,
)
@pytest.mark.parametrize("command", ["upgrade", "upgrade --clean", "downgrade", "alembic upgrade head", "alembic downgrade base"])
def test_what_a_killed_run_leaves_is_no_loss(terp: Database, state: list[str], command: str) -> None:
    terp.seed("upgrade", "ledger")
    terp.execute(*state)
    assert "MISMATCH" not in terp.cli("status").output
    assert "disagreement" not in json.loads(terp.cli("status", "--json").stdout)
    assert terp.cli("verify").exit_code == 0
    code, said = run(terp, COMMANDS[command])
    assert code == 0, said
    assert terp.counts() == (SMALL if "upgrade" in command else dict.fromkeys(SEVEN, 0))


def test_unseeded_table_has_nothing_to_roll_back(sqlite_terp: Database) -> None:
    sqlite_terp.seed("upgrade", "clients")
    assert "Nothing to do" in run(sqlite_terp, COMMANDS["downgrade --table"])[1]
    assert "Nothing to do" in run(sqlite_terp, COMMANDS["downgrade --table --dry-run"])[1]


@pytest.fixture
def project(tmp_path: Path, sqlite_seeded: Database) -> Project:
    return Project(tmp_path, sqlite_seeded)


def test_revision_seeding_nothing_without_record_is_no_loss(project: Project) -> None:
    assert project.seed("revision", "-m", "notes").code == 0
    path = project.folder / "seeds" / "versions" / "notes.py"
    path.write_text(path.read_text().replace("    pass", '    op.execute("UPDATE users SET role = role")', 1))
    assert project.seed("upgrade", "head").code == 0
    assert project.seed("upgrade", "head").code == 0
    project.database.execute("DELETE FROM seed_ledger WHERE revision = 'payments'")
    ran = project.seed("downgrade", "base")
    assert "no record of the rows of payments. Expected" in ran.out
    assert "forget revisions notes, payments with `alembic -n seed stamp --purge invoices`" in ran.out


def test_shared_companion_is_recorded_once_across_revisions(project: Project) -> None:
    project.add("more orders", "op.seed(ORDERS)")
    assert project.seed("upgrade", "head").code == 0
    assert project.seed("upgrade", "head").code == 0
    assert project.seed("downgrade", "base").code == 0
    assert project.database.counts() == dict.fromkeys(SEVEN, 0)


def test_a_revision_whose_file_changed_since_is_told(project: Project) -> None:
    path = project.add("more clients", "op.seed(CLIENTS)")
    assert project.seed("upgrade", "head").code == 0
    path.write_text(
        path.read_text()
        .replace("    op.seed(CLIENTS)", "    op.seed(VENDORS)")
        .replace("import CLIENTS", "import CLIENTS, VENDORS")
    )
    ran = project.seed("downgrade", "base")
    assert ran.code != 0
    assert "seed_ledger has no record of the rows of more_clients (vendors). " in ran.out
    assert "seed_ledger has a record of clients by more_clients, which does not seed that table." in ran.out


def test_other_generator_versions_missing_companion_is_no_loss(sqlite_seeded: Database) -> None:
    sqlite_seeded.execute("DELETE FROM seed_ledger WHERE table_name = 'lots'", "UPDATE seed_ledger SET generator_version = 0")
    assert "MISMATCH" not in sqlite_seeded.cli("status").output
    sqlite_seeded.execute("DELETE FROM seed_ledger WHERE revision = 'batches'")
    assert "no record of the rows of batches" in sqlite_seeded.cli("status").output


def test_records_with_mixed_settings_are_reported_and_removable(seeded: Database) -> None:
    seeded.execute("UPDATE seed_ledger SET seed = 7 WHERE revision = 'clients'")
    assert "Roll back with `terp-seed downgrade`" in run(seeded, COMMANDS["upgrade"])[1]
    status = seeded.cli("status")
    assert status.exit_code == 0
    assert "data       made with different settings" in status.output
    assert "MISMATCH   seed_ledger records 2 different sets of size, seed, as_of and generator version" in status.output
    assert run(seeded, COMMANDS["downgrade --dry-run"])[0] == 0
    code, said = run(seeded, COMMANDS["downgrade"])
    assert code == 0, said
    assert seeded.counts() == dict.fromkeys(SEVEN, 0)


def test_version_without_file_stops_writes_without_reporting_loss(seeded: Database) -> None:
    seeded.execute("UPDATE alembic_version_seed SET version_num = 'demo'")
    status, verify = seeded.cli("status"), seeded.cli("verify")
    assert (status.exit_code, verify.exit_code) == (0, 0)
    assert "MISMATCH" not in status.output
    assert "skipped  the version table and the ledger agree: alembic_version_seed names demo: expected a file" in verify.output
    for command in COMMANDS.values():
        code, said = run(seeded, command)
        assert code == (255 if command[0] == "alembic" else 1), (command, said)
        assert "alembic_version_seed names demo: expected a file of that revision in seeds/versions." in said, command
    take_the_way_out(seeded, said)
    assert seeded.versions() == {"payments"}
    assert "Nothing to do" in run(seeded, COMMANDS["upgrade"])[1]


def test_another_folder_has_no_project_to_tell_of(sqlite_seeded: Database, tmp_path: Path) -> None:
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = migrations\n")
    with sqlite_seeded.environment({}), contextlib.chdir(tmp_path):
        status, verify = (CliRunner().invoke(main, [name], catch_exceptions=False) for name in ("status", "verify"))
    assert (status.exit_code, verify.exit_code) == (1, 1)
    for said in (status.output, verify.output):
        assert f"{tmp_path}/alembic.ini has no [seed] section" in said
