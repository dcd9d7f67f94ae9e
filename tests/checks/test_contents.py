"""Columns that nobody classified are looked at: fixed rows before anything is written, live rows in `verify`."""

import itertools
import json
from datetime import date
from pathlib import Path

import pytest

from terp_seed.checks.contents import MOST_ROWS, _pieces
from terp_seed.model.recipe import Recipe, Size
from terp_seed.revisions.block import Block
from tests.support import CATALOG, Database
from tests.test_later_revisions import Project

SECRET = "Ask bob.private@gmail.com, +49 151 23456789"
WITH_PII = f'op.seed(CLIENTS, rows=[{{"teri_code": "a", "wishlist": "ok"}}, {{"teri_code": "b", "wishlist": {SECRET!r}}}])'
REFUSED = "clients.wishlist of row 2 in revision vips: an e-mail address"


@pytest.fixture
def project(tmp_path: Path, sqlite_terp: Database) -> Project:
    return Project(tmp_path, sqlite_terp)


def failed(database: Database) -> dict[str, str]:
    """Return the details of the checks that `verify` fails with, by name."""
    checks = json.loads(database.cli("verify", "--json").stdout)["checks"]
    return {check["name"]: check["detail"] for check in checks if not check["ok"]}


@pytest.mark.parametrize("command", [("upgrade", "head"), ("upgrade", "head", "--sql")], ids=" ".join)
def test_fixed_row_with_pii_is_refused_before_writing(project: Project, command: tuple[str, ...]) -> None:
    project.add("vips", WITH_PII)
    ran = project.seed(*command)
    assert ran.code != 0
    assert REFUSED in ran.out + ran.err
    assert "bob" not in ran.out + ran.err
    assert "INSERT" not in ran.out
    assert sum(project.database.counts().values()) == 0


@pytest.mark.parametrize(
    "rows",
    [
        '[{"teri_code": "a", "name": "Bob", "email": "bob@gmail.com", "phone": "+49 151 23456789", "address": "bob@gmail.com"}]',
        '[{"teri_code": "a", "wishlist": "write to bob@example.com or call +1-212-555-0142"}]',
    ],
)
def test_masked_columns_and_fake_values_are_taken(project: Project, rows: str) -> None:
    project.add("vips", f"op.seed(CLIENTS, rows={rows})")
    ran = project.seed("upgrade", "head")
    assert ran.code == 0, ran
    assert "no unclassified column holds PII" not in " ".join(failed(project.database))


def test_many_hits_are_counted_and_not_all_named(project: Project) -> None:
    project.add(
        "vips",
        'op.seed(CLIENTS, rows=lambda: ({"teri_code": f"m{n}", "wishlist": f"x{n}@gmail.com"} for n in range(25)), count=25)',
    )
    ran = project.seed("upgrade", "head")
    assert "row 10 in revision vips: an e-mail address; and 15 more. Expected none" in ran.out + ran.err


def test_json_of_fixed_rows_is_looked_at(project: Project) -> None:
    project.add("vips", 'op.seed(CLIENTS, rows=[{"teri_code": "a", "tags": [{"by": "bob@gmail.com"}]}])')
    ran = project.seed("upgrade", "head")
    assert "clients.tags of row 1 in revision vips: an e-mail address" in ran.out + ran.err


def test_rollback_does_not_depend_on_the_contents(project: Project) -> None:
    path = project.add("vips", WITH_PII.replace(repr(SECRET), '"fine"'))
    assert project.seed("upgrade", "head").code == 0
    path.write_text(path.read_text().replace('"fine"', repr(SECRET)))
    assert REFUSED not in project.seed("downgrade", "-1").out


def test_verify_names_column_and_ids_and_no_value(terp: Database) -> None:
    terp.cli("upgrade", "-f")
    assert failed(terp) == {}
    terp.execute(
        "UPDATE clients SET wishlist = 'Ask bob.private@gmail.com' WHERE id IN (2, 5)",
        "UPDATE orders SET notes = 'ring +49 151 23456789' WHERE id = 9",
        """UPDATE orders SET items = '[{"bob@gmail.com": 1}]' WHERE id = 7""",
    )
    found = failed(terp)
    assert found["clients: no unclassified column holds PII"] == "wishlist holds an e-mail address (id 2, 5)"
    orders = found["orders: no unclassified column holds PII"]
    assert sorted(orders.split("; ")) == ["items holds an e-mail address (id 7)", "notes holds a phone number (id 9)"]
    assert "bob" not in terp.cli("verify").stdout


def test_verify_leaves_rows_of_others_alone(sqlite_terp: Database) -> None:
    sqlite_terp.execute("INSERT INTO clients (id, teri_code, name, wishlist) VALUES (1, 'x', 'Bob', 'bob@gmail.com')")
    sqlite_terp.cli("upgrade", "-f")
    assert failed(sqlite_terp) == {}


@pytest.mark.parametrize("rows", [1, MOST_ROWS, MOST_ROWS + 1, 25_001, 10**9])
def test_large_blocks_are_looked_at_in_pieces(rows: int) -> None:
    recipe = Recipe(Size(1), 42, date(2026, 1, 1), CATALOG.generator_version)
    pieces = list(_pieces([Block("clients", "clients", 7, rows, recipe)]))
    assert pieces[0][0] == 7
    assert pieces[-1][1] == 6 + rows
    assert all(before[1] < after[0] for before, after in itertools.pairwise(pieces))
    assert sum(last - first + 1 for first, last in pieces) == min(rows, MOST_ROWS)
