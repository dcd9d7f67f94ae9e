"""The promise: a later revision adds to a table that an earlier one seeded, and goes away alone."""

import shutil
import tracemalloc
from pathlib import Path

import pytest

from terp_seed.model.fixed_rows import FixedRows
from tests.support import PROJECT, SMALL, Database, Ran

GENERATED = "op.seed(CLIENTS)"
FIXED = (
    'op.seed(CLIENTS, rows=[{"teri_code": "VIP-S1", "name": "Real Name Inc", "referred_by_client_id": Ref("clients", 3)}, '
    '{"teri_code": "VIP-S2", "name": "Other Real Name", "referred_by_client_id": None}])'
)


class Project:
    """A copy of the project's Alembic environments, to which a test adds revisions as a user would."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.database = folder, database
        for name in ("seeds", "migrations"):
            shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(PROJECT / "alembic.ini", folder)

    def seed(self, *arguments: str) -> Ran:
        """Run `alembic -n seed` of the copy."""
        return self.database.alembic("-n", "seed", *arguments, folder=self.folder)

    def add(self, message: str, *seeds: str, options: tuple[str, ...] = ()) -> Path:
        """Make a revision by its message, and fill its skeleton in."""
        ran = self.seed("revision", "-m", message, *options)
        assert ran.code == 0, ran
        path = self.folder / "seeds" / "versions" / f"{message.replace(' ', '_')}.py"
        text = path.read_text()
        imports = "from terp_seed.model.table import Ref\nfrom terp_seed.terp import *\nfrom terp_seed.terp import "
        tables = sorted({seed.partition("(")[2].split(",")[0].strip(")") for seed in seeds})
        text = text.replace("# from terp_seed.terp.clients import CLIENTS", imports + ", ".join(tables))
        up, down = text.split("def downgrade")
        up = up.replace("    pass", "\n".join(f"    {seed}" for seed in seeds))
        down = down.replace("    pass", "\n".join(f"    op.unseed({table})" for table in reversed(tables)))
        path.write_text(f"{up}def downgrade{down}")
        return path


@pytest.fixture
def project(tmp_path: Path, terp: Database) -> Project:
    return Project(tmp_path, terp)


@pytest.fixture
def sqlite_project(tmp_path: Path, sqlite_terp: Database) -> Project:
    return Project(tmp_path, sqlite_terp)


def test_revision_skeleton_is_valid_and_named_after_message(sqlite_project: Project) -> None:
    assert sqlite_project.seed("revision", "-m", "More clients, and friends").code == 0
    text = (sqlite_project.folder / "seeds" / "versions" / "more_clients_and_friends.py").read_text()
    assert 'revision = "more_clients_and_friends"\ndown_revision = "payments"\n' in text
    empty = sqlite_project.seed("upgrade", "head")
    assert "Revision more_clients_and_friends seeds nothing: expected op.seed in its upgrade(). Fill in" in empty.out
    assert "seed_ledger" not in sqlite_project.database.tables()


@pytest.mark.parametrize("message", ["", "!!!", "a name that is much longer than thirty-two letters"])
def test_a_message_that_gives_no_name_is_refused(sqlite_project: Project, message: str) -> None:
    ran = sqlite_project.seed("revision", "-m", message)
    assert ran.code != 0
    assert ("cannot name the revision" if message else "The revision has no message") in ran.out


def test_a_name_is_given_once(sqlite_project: Project) -> None:
    assert sqlite_project.seed("revision", "-m", "more clients").code == 0
    assert "Revision more_clients already exists" in sqlite_project.seed("revision", "-m", "More Clients").out


@pytest.mark.parametrize(("seed", "rows"), [(GENERATED, 10), (FIXED, 2)], ids=["generated", "fixed"])
def test_a_later_revision_seeds_and_rolls_back_alone(project: Project, seed: str, rows: int) -> None:
    database = project.database
    project.seed("-x", "as_of=2026-03-01", "upgrade", "head")
    before = database.digest()
    project.add("more clients", seed)
    ran = project.seed("upgrade", "head")
    assert ran.code == 0, ran
    assert database.counts() == {**SMALL, "clients": 10 + rows}
    assert database.cli("verify").exit_code == 0
    names = [row["name"] for row in database.rows("clients")]
    assert len(set(names)) == len(names)
    assert not [name for name in names if "Real" in name]
    assert project.seed("downgrade", "payments").code == 0
    assert database.digest() == before
    assert project.seed("upgrade", "head").code == 0
    assert project.seed("downgrade", "base").code == 0
    assert sum(database.counts().values()) == 0


def test_fixed_row_refers_to_seeded_row_by_number(project: Project) -> None:
    project.add("vips", FIXED)
    project.database.execute("INSERT INTO clients (id, teri_code, name) VALUES (4999, 'mine', 'mine')")
    assert project.seed("upgrade", "head").code == 0
    third = project.database.scalar("SELECT id FROM clients WHERE teri_code = 'CLI-S006003'")
    assert project.database.scalar("SELECT referred_by_client_id FROM clients WHERE teri_code = 'VIP-S1'") == third == 6003


def test_later_clients_revision_outlives_unrelated_tables(project: Project) -> None:
    project.add("more clients", GENERATED, options=("--head", "clients", "--splice"))
    assert project.seed("upgrade", "heads").code == 0
    for target in ("payments@invoices", "vendors@ledger"):
        assert project.seed("downgrade", target).code == 0
        assert project.database.counts()["clients"] == 20
    assert project.seed("downgrade", "more_clients@clients").code == 0
    assert project.database.counts()["clients"] == 10


@pytest.mark.parametrize(
    ("seeds", "added"),
    [
        (["op.seed(VENDORS)"], {"vendors": 5}),
        (["op.seed(PRODUCTS)"], {"products": 20}),
        (["op.seed(BATCHES)"], {"batches": 30}),
        (["op.seed(ORDERS)"], {"orders": 50}),
    ],
    ids=lambda value: " ".join(value),
)
def test_more_of_any_table_leaves_the_books_right(project: Project, seeds: list[str], added: dict[str, int]) -> None:
    project.add("second helping", *seeds)
    ran = project.seed("upgrade", "head")
    assert ran.code == 0, ran
    assert project.database.counts() == {table: rows + added.get(table, 0) for table, rows in SMALL.items()}
    result = project.database.cli("verify")
    assert result.exit_code == 0, result.stdout
    assert project.seed("downgrade", "-1").code == 0
    assert project.database.counts() == SMALL


@pytest.mark.parametrize("table", ["INVOICES", "PAYMENTS"])
def test_revision_that_upsets_books_is_refused_before_writing(project: Project, table: str) -> None:
    project.add("second helping", f"op.seed({table})")
    ran = project.seed("upgrade", "head")
    assert ran.code != 0
    assert "Revision second_helping seeds" in ran.out
    assert sum(project.database.counts().values()) == 0


def test_function_generates_many_rows_one_by_one(project: Project) -> None:
    rows = 'lambda: ({"teri_code": f"MANY-{n}", "wishlist": "w" * 99} for n in range(1_234)), count=1_234'
    project.add("many", f"op.seed(CLIENTS, rows={rows})")
    assert project.seed("upgrade", "head").code == 0
    assert project.database.counts()["clients"] == 1_244
    assert project.database.scalar("SELECT COUNT(DISTINCT teri_code) FROM clients WHERE teri_code LIKE 'MANY-%'") == 1_234
    assert project.seed("downgrade", "base").code == 0
    assert project.database.counts()["clients"] == 0


def test_rows_from_function_are_never_all_in_memory() -> None:
    rows = FixedRows("clients", lambda: ({"wishlist": "w" * 1_000 + str(n)} for n in range(20_000)), 20_000)
    tracemalloc.start()
    rows.check()
    assert rows.last["wishlist"].endswith("w19999")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1_000_000


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("[]", "The list of fixed rows for clients is empty"),
        ('[{"teri_code": "a"}, {"teri_code": "b", "version": 2}]', "Fixed row 2 of clients differs from row 1 in version"),
        ('[{"id": 3, "teri_code": "a"}]', "has an id"),
        ('[{"teri_code": "a", "colour": 1}]', "the rows fill column colour, which its definition does not have"),
        ('[{"teri_code": "a", "version": 1.5}]', "clients.version cannot hold 1.5 (float): expected a whole number"),
        ('[{"teri_code": "a", "referred_by_client_id": Ref("clients", 11)}]', "row 11 of clients, which is not seeded"),
        ("lambda: iter(())", "The rows of clients are made by a function: expected count="),
        ('lambda: [{"teri_code": "a"}], count=2', "The function makes 1 row of clients, but count=2: expected the same"),
        ('lambda: [{"teri_code": "a"}] * 9, count=2', "The function makes more than 2 rows of clients, but count=2"),
        ('[{"teri_code": "a"}], count=3', "1 fixed rows of clients are given, but count=3"),
        ('[{"is_buyer": True}]', "column teri_code is NOT NULL without a default, but is not filled"),
    ],
)
def test_bad_fixed_rows_are_refused_with_clear_error(sqlite_project: Project, rows: str, said: str) -> None:
    sqlite_project.add("vips", f"op.seed(CLIENTS, rows={rows})")
    ran = sqlite_project.seed("upgrade", "head")
    assert ran.code != 0
    assert said in ran.out
    assert sqlite_project.database.counts()["clients"] in (0, 10)
