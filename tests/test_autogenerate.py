"""The promise: autogenerate writes the seeds of a whole schema, which run as they are and can be undone exactly."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.library import Folder

SCHEMA = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(60) NOT NULL, email VARCHAR(90) NOT NULL UNIQUE, notes TEXT,
    birth_date DATE, created_at DATETIME NOT NULL, deleted_at DATETIME);
CREATE TABLE categories (CategoryId INTEGER PRIMARY KEY, parent_id INT REFERENCES categories, name VARCHAR(30) NOT NULL UNIQUE);
CREATE TABLE products (id INTEGER PRIMARY KEY, category_id INT NOT NULL REFERENCES categories(CategoryId),
    sku VARCHAR(20) NOT NULL UNIQUE, title VARCHAR(80) NOT NULL, price NUMERIC(10, 2) NOT NULL CHECK (price > 0),
    cost NUMERIC(10, 2) NOT NULL, status TEXT NOT NULL CHECK (status IN ('draft', 'live')), meta JSON, data BLOB, weight REAL,
    CHECK (cost <= price));
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INT NOT NULL REFERENCES customers(id), last_item_id INT REFERENCES
    "order items"(id), ordered_at DATETIME NOT NULL, shipped_at DATETIME CHECK (shipped_at >= ordered_at),
    is_paid BOOLEAN NOT NULL);
CREATE TABLE "order items" (id INTEGER PRIMARY KEY, order_id INT NOT NULL REFERENCES orders(id),
    product_id INT NOT NULL REFERENCES products(id), quantity SMALLINT NOT NULL CHECK (quantity BETWEEN 1 AND 9),
    UNIQUE (order_id, product_id));
CREATE TABLE reviews (id INTEGER PRIMARY KEY, order_id INT NOT NULL REFERENCES orders(id),
    customer_id INT NOT NULL REFERENCES customers(id), product_id INT, stars INT, mark TEXT CHECK (upper(mark) = mark),
    due_on DATE NOT NULL, paid_on DATE NOT NULL CHECK (paid_on > due_on));
"""
UNFIT_KEY = "CREATE TABLE settings (code NUMERIC PRIMARY KEY, value TEXT)"
ORDERS = '''\
"""orders: 10 rows per unit. Written by `terp-seed revision --autogenerate`, which never changes this file again: edit it."""

import sqlalchemy as sa
from terp_seed import SeedTable
from terp_seed import columns as c

from seeds.tables import METADATA

_TABLE = sa.Table(
    "orders",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.Integer, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("last_item_id", sa.Integer),
    sa.Column("ordered_at", sa.DateTime, nullable=False),
    sa.Column("shipped_at", sa.DateTime),
    sa.Column("is_paid", sa.Boolean, nullable=False),
    sqlite_autoincrement=True,
)

ORDERS = SeedTable(
    _TABLE,
    per_unit=10,
    columns={
        "customer_id": c.ref("customers"),  # foreign key
        # foreign key without a row: it refers to order items, which is seeded later, left NULL
        "last_item_id": c.constant(None),
        "ordered_at": c.datetime(after="customer_id.created_at"),  # date by name
        "shipped_at": c.datetime(after="ordered_at"),  # CHECK
        "is_paid": c.boolean(p=0.5),  # boolean
    },
)
'''


class Shop(Folder):
    """A Shop is a new project beside a database of the tables above."""

    def sql(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path / "own.db")) as database:
            for statement in statements:
                database.executescript(statement)

    def digest(self) -> str:
        """Return a digest of every row of the application's tables."""
        with closing(sqlite3.connect(self.path / "own.db")) as database:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
            rows = [database.execute(f'SELECT * FROM "{name}"').fetchall() for name in names if "_seed_" not in name]
        return hashlib.sha256(repr([found for found in rows if found]).encode()).hexdigest()

    def files(self) -> dict[str, str]:
        """Return the Python files of the project."""
        return {str(path.relative_to(self.path)): path.read_text() for path in sorted(self.path.rglob("*.py"))}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    found = Shop(tmp_path)
    found.sql(SCHEMA)
    found.done("terp-seed", "init", "--empty")
    return found


def test_generated_seeds_run_and_are_undone(shop: Shop) -> None:
    shop.sql("INSERT INTO customers (name, email, created_at) VALUES ('Own', 'own@example.com', '2020-01-01')")
    before = shop.digest()
    printed = shop.done("terp-seed", "revision", "--autogenerate")
    assert "6 tables in 15 files, 38 columns" in printed
    assert "reviews.product_id: no foreign key says that it refers to products" in printed
    assert shop.digest() == before
    shop.done("terp-seed", "upgrade", "--force", "--size", "x3")
    assert "0 failed" in shop.done("terp-seed", "verify")
    assert '"total": 210' in shop.done("terp-seed", "status", "--json")
    shop.done("terp-seed", "downgrade", "--force")
    assert shop.digest() == before


def test_generated_file_reads_as_if_written_by_hand(shop: Shop) -> None:
    shop.done("terp-seed", "revision", "--autogenerate")
    assert shop.files()["seeds/tables/orders.py"] == ORDERS
    assert 'down_revision = "order_items"\n' in shop.files()["seeds/versions/reviews.py"]
    assert 'Reference("reviews", "product_id", "products")' in shop.files()["seeds/tables/__init__.py"]
    shop.done("ruff", "check", "--isolated", "--line-length", "130", "--select", "E,F,I", "--ignore", "E501", ".")
    shop.done("ruff", "format", "--check", "--isolated", "--line-length", "120", "seeds/tables", "seeds/versions")


def test_there_is_one_head(shop: Shop) -> None:
    shop.done("terp-seed", "revision", "--autogenerate")
    assert len(shop.done("alembic", "-n", "seed", "heads").splitlines()) == 1
    shop.done("alembic", "-n", "seed", "upgrade", "head")
    assert "0 failed" in shop.done("terp-seed", "verify")


def test_alembics_own_command_writes_the_same_files(shop: Shop) -> None:
    shop.done("terp-seed", "revision", "--autogenerate")
    expected = shop.files()
    for file in set(expected) - {"seed_tables.py", "seeds/env.py", "seeds/versions/ledger.py"}:
        (shop.path / file).unlink()
    (shop.path / "seed_tables.py").unlink()
    for name in ("alembic.ini", "seeds/env.py", "seeds/script.py.mako", "seeds/versions/ledger.py", ".env.example"):
        (shop.path / name).unlink()
    for folder in sorted((path for path in shop.path.rglob("*") if path.is_dir()), reverse=True):
        for file in folder.iterdir():
            file.unlink() if file.is_file() else None
        folder.rmdir()
    shop.done("terp-seed", "init", "--empty")
    printed = shop.done("alembic", "-n", "seed", "revision", "--autogenerate", "-m", "all")
    assert "Generating seeds/tables/orders.py ...  done" in printed
    assert shop.files() == expected
    assert "Nothing to write" in shop.done("alembic", "-n", "seed", "revision", "--autogenerate")


def test_refused_table_is_named_and_nothing_is_written(shop: Shop) -> None:
    shop.sql(UNFIT_KEY)
    before = shop.files()
    ran = shop.run("terp-seed", "revision", "--autogenerate")
    assert ran.returncode == 1
    assert "Table settings cannot be seeded: its key column code is NUMERIC: expected an integer, text" in ran.stderr
    assert shop.files() == before
    printed = shop.done("terp-seed", "revision", "--autogenerate", "--skip")
    assert "settings: its key column code is NUMERIC: expected an integer, text" in printed
    shop.done("terp-seed", "upgrade", "--force")


def test_only_some_tables_and_the_rest_later(shop: Shop) -> None:
    shop.sql(UNFIT_KEY)
    shop.done("terp-seed", "revision", "--autogenerate", "--tables", "orders")
    assert {path.stem for path in (shop.path / "seeds" / "versions").glob("*.py")} == {"ledger", "customers", "orders"}
    shop.done("terp-seed", "upgrade", "--force")
    edited = shop.path / "seeds" / "tables" / "orders.py"
    edited.write_text(edited.read_text().replace("p=0.5", "p=0.8"))
    before = shop.files()
    shop.sql("ALTER TABLE customers ADD COLUMN city VARCHAR(40)")
    printed = shop.done("terp-seed", "revision", "--autogenerate", "--skip")
    assert "customers: column city (VARCHAR(40)) is new in the database" in printed
    assert 'customers: "city": c.pii("city"),  # PII by name' in printed
    after = shop.files()
    kept = [file for file in before if file.startswith("seeds/tables/") and "__init__" not in file]
    assert {file: after[file] for file in kept} == {file: before[file] for file in kept}
    shop.done("terp-seed", "upgrade", "--force")
    assert "0 failed" in shop.done("terp-seed", "verify")
    assert len(shop.done("alembic", "-n", "seed", "heads").splitlines()) == 1


def test_check_fails_when_the_schema_has_moved(shop: Shop) -> None:
    shop.done("terp-seed", "revision", "--autogenerate")
    assert shop.done("terp-seed", "check") == "The live schema and the seeds agree.\n"
    shop.sql("ALTER TABLE customers ADD COLUMN points INTEGER", "CREATE UNIQUE INDEX one ON orders (ordered_at)")
    ran = shop.run("terp-seed", "check")
    assert ran.returncode == 1
    assert ran.stdout.splitlines() == [
        "customers: column points (INTEGER) is new in the database",
        "orders: ordered_at is unique in the database, and not here",
        "2 differences in 2 tables",
    ]


def test_metadata_instead_of_a_database(shop: Shop) -> None:
    (shop.path / "models.py").write_text(
        "import sqlalchemy as sa\n"
        "METADATA = sa.MetaData()\n"
        'sa.Table("authors", METADATA, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(50)))\n'
        'sa.Table("books", METADATA, sa.Column("id", sa.Integer, primary_key=True),\n'
        '    sa.Column("author_id", sa.ForeignKey("authors.id"), nullable=False), sa.Column("pages", sa.Integer),\n'
        '    sa.CheckConstraint("pages BETWEEN 10 AND 900"))\n'
    )
    printed = shop.done("terp-seed", "revision", "--autogenerate", "--metadata", "models:METADATA")
    assert "2 tables in 7 files, 5 columns" in printed
    assert '"pages": c.integer(10, 900),  # CHECK' in shop.files()["seeds/tables/books.py"]
    assert '"name": c.pii("person"),  # PII by name' in shop.files()["seeds/tables/authors.py"]
    ran = shop.run("terp-seed", "revision", "--autogenerate", "--metadata", "models:NOTHING")
    assert ran.returncode == 2
    assert "expected package.module:NAME" in ran.stderr


def test_edited_project_module_is_left_as_it_is(shop: Shop) -> None:
    project = shop.path / "seed_tables.py"
    project.write_text(project.read_text().replace("parents first.", "mine."))
    before = project.read_text()
    printed = shop.done("terp-seed", "revision", "--autogenerate")
    assert "add to seed_tables: from seeds.tables import REFERENCES, TABLES" in printed
    assert project.read_text() == before


def test_mistakes_on_the_command_line(shop: Shop) -> None:
    for arguments, said in (
        ((), "revision needs --autogenerate"),
        (("--autogenerate", "--tables", "order"), "Did you mean orders?"),
        (("--autogenerate", "--tables", ","), "--tables names no table"),
    ):
        ran = shop.run("terp-seed", "revision", *arguments)
        assert ran.returncode == 2
        assert said in ran.stderr


def test_no_project_means_nothing_to_write_to(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.sql(SCHEMA)
    ran = shop.run("terp-seed", "revision", "--autogenerate")
    assert ran.returncode == 2
    assert "Run `terp-seed init --empty` first" in ran.stderr
