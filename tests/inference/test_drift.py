"""Each difference between live tables and those of the seeds is found, and what is no difference is not."""

import pytest
import sqlalchemy as sa

from terp_seed import SeedTable
from terp_seed import columns as c
from terp_seed.backends.database import Database
from terp_seed.inference.drift import drifts
from terp_seed.inference.live_schema import read_schema
from terp_seed.model.names import Names

_BOOKS = sa.Table(
    "books",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.String(50), nullable=False),
    sa.Column("price", sa.Numeric(8, 2)),
    sa.Column("notes", sa.Text),
    sqlite_autoincrement=True,
)
BOOKS = SeedTable(
    _BOOKS,
    per_unit=2,
    columns={"title": c.words(1, 2), "price": c.decimal("1.00", "9.00"), "notes": c.text(max_length=50)},
    not_pii=frozenset({"title", "notes"}),
)
SAME = "id INTEGER PRIMARY KEY, title VARCHAR(50) NOT NULL, price NUMERIC(8, 2), notes TEXT"


def _found(columns: str, table: str = "books") -> list[str]:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE TABLE {table} ({columns})")
            return [str(drift) for drift in drifts(read_schema(Database(connection, Names.of("test"))), [BOOKS])]
    finally:
        engine.dispose()


def test_no_difference() -> None:
    assert _found(SAME) == []
    assert _found(SAME, "Books") == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", notes TEXT", "", "column notes is missing in the database"),
        ("notes TEXT", "notes TEXT, pages INTEGER", "column pages (INTEGER) is new in the database"),
        (
            "notes TEXT",
            "notes TEXT, pages INTEGER NOT NULL",
            "column pages (INTEGER) is new in the database and is NOT NULL without a default",
        ),
        ("VARCHAR(50)", "VARCHAR(40)", "column title is VARCHAR(40) in the database, expected String(50)"),
        ("NUMERIC(8, 2)", "INTEGER", "column price is INTEGER in the database, expected Numeric(8, 2)"),
        ("(50) NOT NULL", "(50)", "column title is nullable in the database, expected NOT NULL"),
        ("notes TEXT", "notes TEXT NOT NULL", "column notes is NOT NULL in the database, expected NULL"),
        ("(50) NOT NULL", "(50) NOT NULL UNIQUE", "title is unique in the database, and not here"),
        ("notes TEXT", "notes TEXT, UNIQUE (title, price)", "title, price are together unique in the database, and not here"),
    ],
)
def test_a_difference(old: str, new: str, said: str) -> None:
    assert _found(SAME.replace(old, new)) == [f"books: {said}"]


def test_missing_table() -> None:
    assert _found(SAME, "magazines") == ["books: the table is missing in the database"]
