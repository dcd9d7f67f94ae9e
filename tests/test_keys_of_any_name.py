"""The promise: a seed table's integer key may have any name and width, and everything holds as for `id`."""

from pathlib import Path

import pytest

from tests.clients import apply, apply_well
from tests.library import Folder, make_library
from tests.support import Database

pytestmark = pytest.mark.every_server

AUTHOR, BOOK = "Author No", "order"  # one with a space and capitals, one that is a reserved word


@pytest.fixture
def shop(empty: Database, tmp_path: Path) -> Folder:
    """The library with such keys, in a database of each kind, with a user's table that refers to authors."""
    (tmp_path / "project").mkdir()
    own = make_library(tmp_path / "project")
    code = own.path / "library.py"
    text = code.read_text().replace("authors.id", f"authors.{AUTHOR}")
    narrow = 'sa.SmallInteger().with_variant(sa.Integer(), "sqlite")'
    for key, kind in ((AUTHOR, narrow), (BOOK, "sa.Integer")):
        text = text.replace('sa.Column("id", sa.Integer', f'sa.Column("{key}", {kind}', 1)
    code.write_text(text)
    create = "import library, sys, sqlalchemy as s; library.METADATA.create_all(s.create_engine(sys.argv[1]))"
    folder = Folder(own.path, empty.url)
    with empty.connection() as connection:
        folder.done("python", "-c", create, connection.engine.url.render_as_string(False))
    return folder


def _quoted(database: Database, name: str) -> str:
    return f"`{name}`" if database.kind in ("mysql", "mariadb") else f'"{name}"'


def _note(database: Database, author: int) -> None:
    """Create a user's table with a row that refers to an author."""
    key = _quoted(database, AUTHOR)
    database.execute(
        f"CREATE TABLE notes (id INTEGER PRIMARY KEY, author SMALLINT, FOREIGN KEY (author) REFERENCES authors ({key}) "
        "ON DELETE CASCADE)",
        f"INSERT INTO notes VALUES (1, {author})",
    )


def _rows(database: Database) -> list[list[tuple[object, ...]]]:
    tables = {"authors": AUTHOR, "books": BOOK}
    with database.connection() as connection:
        return [
            [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY {_quoted(database, key)}")]
            for table, key in tables.items()
        ]


def test_every_command_works(shop: Folder, empty: Database) -> None:
    assert "books                 16   1-16" in shop.done("terp-seed", "upgrade", "--size", "x2", "--dry-run")
    shop.done("terp-seed", "upgrade", "--size", "x2", "--force")
    assert "10 checks hold, 0 failed" in shop.done("terp-seed", "verify")
    shop.done("terp-seed", "review", "--live", "-o", "page.html")
    empty.execute(f"UPDATE authors SET born = '1900-01-01' WHERE {_quoted(empty, AUTHOR)} = 3")
    assert "authors              6   1-6   (1 edited)" in shop.done("terp-seed", "status")
    assert "3" in shop.done("terp-seed", "status", "--edits")
    shop.done("terp-seed", "downgrade", "--force")
    assert _rows(empty) == [[], []]


def test_script_and_run_agree_and_roll_back(shop: Folder, empty: Database) -> None:
    options = ("--size", "x2", "--as-of", "2026-03-01")
    shop.done("terp-seed", "upgrade", *options, "--force")
    online = _rows(empty)
    script = shop.done("terp-seed", "upgrade", *options, "--sql")
    (shop.path / "seed.sql").write_text(script)
    assert "0 failed" in shop.done("terp-seed", "verify", "--script", "seed.sql")
    shop.done("terp-seed", "downgrade", "--force")
    apply_well(empty, script)
    assert _rows(empty) == online
    apply_well(empty, shop.done("terp-seed", "downgrade", "--sql"))
    assert _rows(empty) == [[], []]


def test_referring_rows_stop_rollback_and_script(shop: Folder, empty: Database) -> None:
    shop.done("terp-seed", "upgrade", "--force")
    _note(empty, 2)
    before = _rows(empty)
    ran = shop.run("terp-seed", "downgrade", "--force")
    assert ran.returncode == 2
    assert "notes.author -> authors (on delete: CASCADE)" in ran.stderr
    applied = apply(empty, shop.done("terp-seed", "downgrade", "--sql"))
    assert "efer" in applied.stderr
    assert _rows(empty) == before
    shop.done("terp-seed", "downgrade", "--cascade", "--force", "--database", empty.name)
    assert empty.scalar("SELECT COUNT(*) FROM notes") == 0
    assert _rows(empty) == [[], []]


def test_block_begins_soon_after_rows_of_narrow_key(shop: Folder, empty: Database) -> None:
    empty.execute(
        f"INSERT INTO authors ({_quoted(empty, AUTHOR)}, name, email, born) VALUES (32000, 'A', 'a@example.com', '1950-01-01')"
    )
    shop.done("terp-seed", "upgrade", "--force")
    assert [row[0] for row in _rows(empty)[0]] == [32000, 32201, 32202, 32203]


def test_block_beyond_the_type_is_refused_first(shop: Folder, empty: Database) -> None:
    if empty.kind == "sqlite":
        return  # its integers have one width
    ran = shop.run("terp-seed", "upgrade", "--size", "x20000", "--force")
    assert ran.returncode == 1
    assert "would exceed 32767, the largest that its column holds" in ran.stderr
    assert _rows(empty) == [[], []]
