"""The promise: plain Alembic does what the CLI does, and its read-only commands work before, between, after and under stamp."""

import shutil
from pathlib import Path

import pytest

from tests.faults.processes import Death, forked
from tests.support import CATALOG, NAMES, PROJECT, SEVEN, SMALL, Database

HEAD = "payments (head)"


def _looks_sound(database: Database, current: str, check: int) -> None:
    """Run the read-only commands; they say where the database is and change nothing."""
    tables = database.tables()
    assert database.seed("current").out.split("\n") == [*current.split("\n"), *([""] if current else [])]
    assert database.seed("history").out.startswith("invoices -> payments (seed) (head), Seed payments.")
    assert "payments (seed) (head)" in database.seed("heads").out
    assert database.alembic("-n", "seed", "check").code == check
    assert database.tables() - tables <= {"alembic_version_seed"}


def test_read_only_commands_work_at_every_stage(terp: Database) -> None:
    _looks_sound(terp, "", check=255)
    terp.seed("upgrade", "clients")
    _looks_sound(terp, "clients", check=255)
    terp.seed("upgrade", "head")
    _looks_sound(terp, HEAD, check=0)
    terp.seed("downgrade", "base")
    _looks_sound(terp, "", check=255)
    terp.seed("stamp", "head")
    _looks_sound(terp, HEAD, check=0)


def test_read_only_commands_take_no_lock(terp: Database) -> None:
    terp.seed("upgrade", "head")
    with terp.connection() as connection:
        from terp_seed.backends import lock

        with lock.held(connection, NAMES):
            assert HEAD in terp.seed("current").out
            assert terp.cli("status").exit_code == 0
            assert terp.cli("verify").exit_code == 0


def test_size_seed_and_as_of_are_x_arguments(terp: Database) -> None:
    terp.seed("-x", "size=x2", "-x", "seed=7", "-x", "as_of=2026-01-31", "upgrade", "head")
    assert terp.counts() == {table: rows * 2 for table, rows in SMALL.items()}
    assert terp.scalar("SELECT COUNT(*) FROM seed_ledger WHERE size = 'x2' AND seed = 7 AND as_of = '2026-01-31'") == len(
        CATALOG.every
    )
    assert str(max(row["invoiceDate"] for row in terp.rows("invoices"))) == "2026-01-31"


@pytest.mark.parametrize(
    ("target", "left"),
    [
        ("clients@ledger", {"vendors", "products"}),
        ("orders@batches", {"vendors", "products", "batches", "clients"}),
        ("vendors@ledger", {"products", "clients"}),
        ("invoices@orders", {"vendors", "products", "batches", "clients", "orders"}),
        ("-1", set(SEVEN) - {"payments"}),
    ],
)
def test_downgrade_of_table_takes_its_dependants(terp: Database, target: str, left: set[str]) -> None:
    terp.seed("upgrade", "head")
    terp.seed("downgrade", target)
    assert terp.counts() == {table: rows if table in left else 0 for table, rows in SMALL.items()}
    terp.seed("upgrade", "head")
    assert terp.counts() == SMALL


def test_ambiguous_downgrade_by_one_at_merge_changes_nothing(sqlite_terp: Database) -> None:
    sqlite_terp.seed("upgrade", "batches")
    ran = sqlite_terp.alembic("-n", "seed", "downgrade", "-1")
    assert ran.code != 0
    assert "-1 may mean several revisions" in ran.out
    target = ran.out.split("`alembic -n seed downgrade ")[1].split("`")[0]
    assert sqlite_terp.counts()["batches"] == 30
    sqlite_terp.seed("downgrade", target)
    assert {table: rows for table, rows in sqlite_terp.counts().items() if rows} == {
        table: SMALL[table] for table in ("vendors", "clients", "products")
    }


def test_upgrade_by_one_seeds_one_or_is_refused(sqlite_terp: Database) -> None:
    sqlite_terp.seed("upgrade", "+1")
    assert sqlite_terp.versions() == {"ledger"}
    for before in ("ledger", "vendors", "clients"):
        sqlite_terp.seed("upgrade", before)
        ran = sqlite_terp.alembic("-n", "seed", "upgrade", "+1")
        assert ran.code != 0
        assert "+1 may mean several revisions" in ran.out
        assert "`alembic -n seed upgrade products`" in ran.out
    sqlite_terp.seed("upgrade", "batches")
    sqlite_terp.seed("upgrade", "+1")
    assert sqlite_terp.versions() == {"orders"}


def test_downgrade_by_one_of_two_heads_is_refused(sqlite_terp: Database) -> None:
    for head in ("vendors", "clients"):
        sqlite_terp.seed("upgrade", head)
    ran = sqlite_terp.alembic("-n", "seed", "downgrade", "-1")
    assert ran.code != 0
    assert "`alembic -n seed downgrade vendors@ledger`" in ran.out
    assert sqlite_terp.versions() == {"vendors", "clients"}


@pytest.mark.parametrize(
    ("arguments", "is_refused", "said"),
    [
        (["merge", "heads", "-m", "one"], True, "There is one head, payments: expected two or more to merge"),
        (["revision", "--autogenerate", "-m", "more"], False, "Nothing to write: every table has its seeds"),
    ],
)
def test_revision_without_purpose_is_not_written(
    sqlite_terp: Database, tmp_path: Path, arguments: list[str], is_refused: bool, said: str
) -> None:
    project = tmp_path / "project"
    shutil.copytree(PROJECT / "seeds", project / "seeds")
    shutil.copy(PROJECT / "alembic.ini", project)
    before = {*project.rglob("*.py")}
    ran = sqlite_terp.alembic("-n", "seed", *arguments, folder=project)
    assert (ran.code != 0) is is_refused
    assert said in ran.out
    assert {*project.rglob("*.py")} == before


def test_a_second_upgrade_does_nothing(terp: Database) -> None:
    terp.seed("upgrade", "head")
    before = terp.digest()
    terp.seed("upgrade", "head")
    assert terp.digest() == before


@pytest.mark.parametrize("given", ["size=medium", "seed=1", "as_of=2020-01-01"])
def test_settings_differing_from_recorded_are_refused_by_name(terp: Database, given: str) -> None:
    terp.seed("-x", "as_of=2026-03-01", "upgrade", "clients")
    for target in ("head", "clients"):
        ran = terp.alembic("-n", "seed", "-x", given, "upgrade", target)
        assert ran.code != 0
        assert "FAILED: The database is already seeded with other settings" in ran.out
        assert given.partition("=")[0] in ran.out
    assert terp.counts() == {**dict.fromkeys(SEVEN, 0), "clients": 10}


def test_stamped_but_unseeded_revision_is_noticed_and_reversible(terp: Database) -> None:
    terp.seed("stamp", "clients")
    ran = terp.alembic("-n", "seed", "upgrade", "head")
    assert ran.code != 0
    assert "seed_ledger has no record of the rows of clients. Expected " in ran.out
    assert sum(terp.counts().values()) == 0
    assert "`alembic -n seed stamp --purge base`" in terp.alembic("-n", "seed", "downgrade", "base").out
    terp.seed("stamp", "--purge", "base")
    terp.seed("upgrade", "head")
    assert terp.counts() == SMALL


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (["--purge", "clients"], {"clients"}),
        (["--purge", "payments"], {"payments"}),
        (["--purge", "orders"], {"orders"}),
        (["--purge", "vendors", "products", "clients"], {"vendors", "products", "clients"}),
        (["--purge", "heads"], {"payments"}),
        (["--purge", "base"], set()),
        (["clients"], {"clients"}),
        (["heads"], {"payments"}),
        (["base"], set()),
    ],
    ids=lambda names: " ".join(sorted(names) if isinstance(names, set) else names),
)
@pytest.mark.parametrize("before", ["base", "ledger", "orders"])
def test_stamp_leaves_the_revisions_that_it_names(terp: Database, before: str, arguments: list[str], left: set[str]) -> None:
    if before != "base":
        terp.seed("upgrade", before)
    terp.seed("stamp", *arguments)
    assert _versions(terp) == left


def _versions(database: Database) -> set[str]:
    return database.versions() if "alembic_version_seed" in database.tables() else set()


def test_stamp_with_purge_forgets_revision_without_file(terp: Database) -> None:
    terp.seed("upgrade", "clients")
    terp.execute("UPDATE alembic_version_seed SET version_num = 'nobody_has_it'")
    assert terp.alembic("-n", "seed", "stamp", "clients").code != 0
    terp.seed("stamp", "--purge", "clients")
    assert terp.versions() == {"clients"}


def test_killed_stamp_applies_completely_or_not_at_all(terp: Database) -> None:
    before, wanted = {"orders"}, {"vendors", "clients"}
    terp.seed("upgrade", "orders")

    def stamp() -> tuple[int, str]:
        ran = terp.alembic("-n", "seed", "stamp", "--purge", *wanted)
        return ran.code, ran.out

    whole = forked(stamp)
    assert whole.code == 0
    found = []
    for number in range(len(whole.statements)):
        terp.seed("stamp", "--purge", *before)
        assert forked(stamp, Death(number)).code == -9
        found.append(terp.versions())
    assert not [versions for versions in found if versions not in (before, wanted)]


def test_a_stamp_that_fails_changes_nothing(terp: Database) -> None:
    terp.seed("upgrade", "clients")
    assert terp.alembic("-n", "seed", "stamp", "--purge", "nobody_has_it").code != 0
    assert terp.versions() == {"clients"}


def test_an_unknown_x_key_seeds_nothing(sqlite_terp: Database) -> None:
    ran = sqlite_terp.alembic("-n", "seed", "-x", "szie=medium", "upgrade", "head")
    assert ran.code != 0
    assert "-x szie is not known: expected one of size, seed" in ran.out
    assert sum(sqlite_terp.counts().values()) == 0


def test_production_needs_force(terp: Database) -> None:
    ran = terp.alembic("-n", "seed", "-x", "env=production", "upgrade", "head")
    assert ran.code != 0
    assert "production database, and writing to it needs force" in ran.out
    assert sum(terp.counts().values()) == 0
    terp.seed("-x", "env=production", "-x", "force=true", "upgrade", "head")
    ran = terp.alembic("-n", "seed", "downgrade", "base", NODE_ENV="production")
    assert ran.code != 0
    assert terp.counts() == SMALL


def test_database_without_terp_tables_is_refused_listing_gaps(empty: Database) -> None:
    ran = empty.alembic("-n", "seed", "upgrade", "head")
    assert ran.code != 0
    for table in SEVEN:
        assert f"Schema validation failed for {table}: the table is missing" in ran.out
    assert empty.tables() <= {"alembic_version_seed"}


def test_the_script_seeds_what_the_online_run_seeds(sqlite_terp: Database) -> None:
    ran = sqlite_terp.seed("-x", "as_of=2026-03-01", "upgrade", "head", "--sql")
    assert sum(sqlite_terp.counts().values()) == 0
    again = sqlite_terp.process("alembic", "-n", "seed", "-x", "as_of=2026-03-01", "upgrade", "head", "--sql", PYTHONHASHSEED="5")
    assert again.stdout == ran.out
    assert ran.out.count("INSERT INTO") > 20


def test_a_shell_without_a_locale_will_do(sqlite_terp: Database) -> None:
    ran = sqlite_terp.process("alembic", "-n", "seed", "upgrade", "clients", LC_ALL="C")
    assert ran.returncode == 0, ran.stderr
    assert sqlite_terp.counts()["clients"] == 10
