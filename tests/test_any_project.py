"""The promise: every command works for any project that alembic.ini names, by any names of revisions."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.clients import apply, apply_well
from tests.library import Folder
from tests.support import PROJECT, Database


def test_table_brings_its_needs_and_takes_its_dependants(library: Folder) -> None:
    library.done("terp-seed", "upgrade", "--table", "books", "--force")
    library.done("terp-seed", "downgrade", "--table", "authors", "--force")
    assert '"total": 0' in library.done("terp-seed", "status", "--json")
    assert "0 failed" in library.done("terp-seed", "verify")


def test_dry_run_and_script_name_project_tables(library: Folder) -> None:
    assert "books                  8   1-8" in library.done("terp-seed", "upgrade", "--dry-run")
    script = library.done("terp-seed", "upgrade", "--sql")
    assert 'INSERT INTO "books"' in script
    assert "terp" not in script.replace("terp_seed", "").replace("terp-seed", "")


def test_purge_review_and_clean_work_too(library: Folder) -> None:
    library.done("terp-seed", "upgrade", "--force")
    library.done("terp-seed", "upgrade", "--clean", "--force", "--size", "x2")
    library.done("terp-seed", "review", "--live", "-o", "live.html")
    library.done("terp-seed", "review", "-o", "page.html", "--size", "x2")
    assert "books" in (library.path / "page.html").read_text()
    assert "16   deleted" in library.done("terp-seed", "purge", "--force", "--database", "own.db")


def test_text_beyond_the_charset_is_refused_first(library: Folder, server_terp: Database) -> None:
    tables = library.path / "library.py"
    tables.write_text(tables.read_text().replace('"Harbour"', '"Harbour 🌿"'))
    on_server = Folder(library.path, server_terp.url)
    with server_terp.connection() as connection:
        create = "import library, sys, sqlalchemy as s; library.METADATA.create_all(s.create_engine(sys.argv[1]))"
        on_server.done("python", "-c", create, connection.engine.url.render_as_string(False))
    server_terp.execute("ALTER TABLE books MODIFY title VARCHAR(100) CHARACTER SET latin1 NOT NULL")
    script = on_server.done("terp-seed", "upgrade", "--sql")
    for command in (["terp-seed", "upgrade", "--force"], ["terp-seed", "upgrade", "--dry-run"]):
        ran = on_server.run(*command)
        assert ran.returncode == 1
        assert "Schema validation failed for books: (1366) Incorrect string value" in ran.stderr
    applied = apply(server_terp, script)
    assert "Incorrect string value" in applied.stderr
    assert not [name for name in server_terp.tables() if "ledger" in name and "library" in name]
    assert server_terp.scalar("SELECT COUNT(*) FROM authors") == 0


def test_revision_name_may_differ_from_table_name(library: Folder) -> None:
    versions = library.path / "seeds" / "versions"
    for old, new in (("authors", "r1"), ("books", "r2")):
        text = (versions / f"{old}.py").read_text().replace(f'revision = "{old}"', f'revision = "{new}"')
        (versions / f"{new}.py").write_text(text.replace('"authors"', '"r1"'))
        (versions / f"{old}.py").unlink()
    library.done("terp-seed", "upgrade", "--table", "authors", "--force")
    assert library.done("alembic", "-n", "seed", "current") == "r1\n"
    script = library.done("alembic", "-n", "seed", "upgrade", "r1:head", "--sql")
    library.done("terp-seed", "upgrade", "--force")
    assert 'INSERT INTO "books"' in script
    assert 'INSERT INTO "authors"' not in script
    library.done("terp-seed", "downgrade", "--table", "authors", "--force")
    assert '"total": 0' in library.done("terp-seed", "status", "--json")


def test_projects_sharing_a_database_keep_separate_records(library: Folder, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("archive")
    for file in (path for path in library.path.rglob("*") if path.suffix in (".py", ".ini")):
        text = file.read_text()
        for old, new in (
            ("library", "archive"),
            ("authors", "writers"),
            ("books", "works"),
            ("AUTHORS", "WRITERS"),
            ("BOOKS", "WORKS"),
        ):
            text = text.replace(old, new)
        place = other / str(file.relative_to(library.path)).replace("library", "archive").replace("authors", "writers")
        place = place.with_name(place.name.replace("books", "works"))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    archive = Folder(other, str(library.path / "own.db"))
    engine = f"s.create_engine('sqlite:///{library.path}/own.db')"
    archive.done("python", "-c", f"import archive, sqlalchemy as s; archive.METADATA.create_all({engine})")
    for folder in (library, archive):
        folder.done("terp-seed", "upgrade", "--force")
        assert "0 failed" in folder.done("terp-seed", "verify")
    with closing(sqlite3.connect(library.path / "own.db")) as connection:
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%seed%'")
        }
    assert tables == {f"{name}_seed_{part}" for name in ("library", "archive") for part in ("ledger", "version")}
    library.done("terp-seed", "downgrade", "--force")
    assert '"total": 11' in archive.done("terp-seed", "status", "--json")
    assert "0 failed" in archive.done("terp-seed", "verify")
    archive.done("terp-seed", "downgrade", "--force")


def test_project_may_rename_its_lock_and_tables(library: Folder) -> None:
    code = library.path / "library.py"
    own = 'name="library", lock="one_at_a_time", ledger="what_was_seeded", version_table="seeded_versions")'
    code.write_text(code.read_text().replace('name="library")', own))
    library.done("terp-seed", "upgrade", "--force")
    with closing(sqlite3.connect(library.path / "own.db")) as connection:
        assert connection.execute("SELECT COUNT(*) FROM what_was_seeded").fetchone() == (2,)
        assert connection.execute("SELECT version_num FROM seeded_versions").fetchall() == [("books",)]
    assert '"total": 11' in library.done("terp-seed", "status", "--json")
    (library.path / "own.db.one_at_a_time").mkdir()
    assert "own.db.one_at_a_time cannot be used" in library.run("terp-seed", "downgrade", "--force").stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('name="My Library"', "The project is called 'My Library': expected up to 60 lowercase letters"),
        ('name="library", ledger="Seed"', "The project's ledger is called 'Seed'"),
        ('name="library", ledger="a", version_table="a"', "Two of the project's own tables have the same name"),
    ],
)
def test_invalid_project_name_is_one_clear_error(library: Folder, given: str, said: str) -> None:
    code = library.path / "library.py"
    code.write_text(code.read_text().replace('name="library"', given))
    ran = library.run("terp-seed", "status")
    assert ran.returncode == 2, ran
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("project", "said"),
    [
        (None, "names no project: expected `project = package.module:PROJECT`"),
        ("library", "expected package.module:NAME, where NAME is a Project"),
        ("nowhere:PROJECT", "there is no module 'nowhere'"),
        ("library:NOTHING", "has no attribute 'NOTHING'"),
        ("library:BOOKS", "which is a SeedTable"),
    ],
)
def test_missing_or_invalid_project_is_one_clear_error(library: Folder, project: str | None, said: str) -> None:
    ini = library.path / "alembic.ini"
    line = "" if project is None else f"project = {project}\n"
    ini.write_text(ini.read_text().replace("project = library:PROJECT\n", line))
    ran = library.run("terp-seed", "status")
    assert ran.returncode == 1, ran
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_empty_project_works_and_accepts_first_table(tmp_path: Path) -> None:
    (tmp_path / "Book Shop").mkdir()
    shop = Folder(tmp_path / "Book Shop")
    assert "seed_tables.py" in shop.done("terp-seed", "init", "--empty")
    assert 'name="book_shop"' in (shop.path / "seed_tables.py").read_text()
    for command in ("upgrade --force", "status", "verify", "upgrade --dry-run", "downgrade --force"):
        shop.done("terp-seed", *command.split())
    for command in ("upgrade", "downgrade"):
        apply_well(Database(f"sqlite:///{shop.path / 'own.db'}", "sqlite"), shop.done("terp-seed", command, "--sql"))
    (shop.path / "seed_tables.py").write_text(
        "import sqlalchemy as sa\nfrom terp_seed import Project, SeedTable\nMETADATA = sa.MetaData()\n"
        "TABLE = sa.Table('books', METADATA, sa.Column('id', sa.Integer, primary_key=True), sa.Column('title', sa.String(9)),"
        " sqlite_autoincrement=True)\n"
        "BOOKS = SeedTable(TABLE, per_unit=4, rows=lambda unit: ({'title': f'Book {n}'} for n in range(4)))\n"
        "PROJECT = Project((BOOKS,), generator_version=1, name='book_shop')\n"
    )
    shop.done("alembic", "-n", "seed", "revision", "-m", "books")
    revision = shop.path / "seeds" / "versions" / "books.py"
    text = revision.read_text().replace("# from", "from").replace("    # op.seed(BOOKS)   ", "    op.seed(BOOKS)  #")
    revision.write_text(text.replace("# op.unseed", "op.unseed"))
    shop.done(
        "python", "-c", "import seed_tables as t, sqlalchemy as s; t.METADATA.create_all(s.create_engine('sqlite:///own.db'))"
    )
    assert "books                  4   1-4" in shop.done("terp-seed", "upgrade", "--force")
    assert "0 failed" in shop.done("terp-seed", "verify")
    shop.done("terp-seed", "downgrade", "--force")
    ran = shop.run("terp-seed", "init", "--empty")
    assert ran.returncode == 2
    assert "already has alembic.ini, seed_tables.py, seeds, .env.example" in ran.stderr


def test_terp_with_one_more_table(tmp_path: Path) -> None:
    for name in ("seeds", "migrations"):
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    ini = (PROJECT / "alembic.ini").read_text().replace("terp_seed.terp:PROJECT", "own:PROJECT")
    (tmp_path / "alembic.ini").write_text(ini)
    (tmp_path / "own.py").write_text(
        "from dataclasses import replace\n"
        "import sqlalchemy as sa\n"
        "from terp_seed import SeedTable\n"
        "from terp_seed.terp import PROJECT as TERP\n"
        "from terp_seed.terp.schema import METADATA\n"
        "TABLE = sa.Table('visits', METADATA, sa.Column('id', sa.Integer, primary_key=True),\n"
        "    sa.Column('client_id', sa.ForeignKey('clients.id'), nullable=False), sqlite_autoincrement=True)\n"
        "VISITS = SeedTable(TABLE, per_unit=2, rows=lambda unit: ({'client_id': unit.id_of('clients', n)} for n in range(2)))\n"
        "PROJECT = replace(TERP, tables=(*TERP.tables, VISITS))\n"
    )
    env = (tmp_path / "seeds" / "env.py").read_text().replace("terp_seed.terp import PROJECT", "own import PROJECT")
    (tmp_path / "seeds" / "env.py").write_text(env)
    (tmp_path / "seeds" / "versions" / "visits.py").write_text(
        "from terp_seed import op\nfrom own import VISITS\nrevision = 'visits'\ndown_revision = 'payments'\n"
        "def upgrade():\n    op.seed(VISITS)\ndef downgrade():\n    op.unseed(VISITS)\n"
    )
    folder = Folder(tmp_path)
    folder.done("alembic", "upgrade", "head")
    create = "import own, sqlalchemy as s; own.TABLE.create(s.create_engine('sqlite:///own.db'))"
    folder.done("python", "-c", create)
    assert "visits                 2   1-2" in folder.done("terp-seed", "upgrade", "--force")
    assert "0 failed" in folder.done("terp-seed", "verify")
    assert "visits" in folder.done("terp-seed", "upgrade", "--clean", "--dry-run")
    folder.done("terp-seed", "downgrade", "--table", "visits", "--force")
    folder.done("terp-seed", "downgrade", "--force")
    assert '"total": 0' in folder.done("terp-seed", "status", "--json")
