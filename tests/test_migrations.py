"""TERP's own tables: right on every engine, and what the models say."""

import csv
from pathlib import Path

import pytest
import sqlalchemy as sa

from terp_seed.tables.schema import METADATA
from tests.support import PROJECT, Database

TEN = {"users", "vendors", "clients", "brands", "products", "lots", "batches", "orders", "invoices", "payments"}
SCHEMA = PROJECT.parent / "shared" / "terp-schema.csv"


def test_up_check_down_up(empty: Database) -> None:
    assert empty.alembic("upgrade", "head").code == 0
    assert empty.tables() == TEN | {"alembic_version"}
    ran = empty.alembic("check")
    assert ran.code == 0, ran
    assert "No new upgrade operations detected." in ran.out
    assert empty.alembic("downgrade", "base").code == 0
    assert empty.tables() == {"alembic_version"}
    assert empty.alembic("upgrade", "head").code == 0


def test_check_finds_no_difference_on_a_seeded_database(terp: Database) -> None:
    terp.seed("upgrade", "head")
    ran = terp.alembic("check")
    assert ran.code == 0, ran


def test_a_wrong_enum_value_is_refused_on_every_engine(terp: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError):
        terp.execute("INSERT INTO clients (teri_code, name, preferredContact) VALUES ('x', 'x', 'PIGEON')")


def test_sqlite_never_uses_an_id_again(sqlite_terp: Database) -> None:
    sqlite_terp.execute("INSERT INTO vendors (id, name) VALUES (7, 'gone')", "DELETE FROM vendors")
    sqlite_terp.execute("INSERT INTO vendors (name) VALUES ('new')")
    assert sqlite_terp.scalar("SELECT id FROM vendors") == 8


def test_the_models_have_every_column_of_terps_database() -> None:
    if not SCHEMA.exists():
        pytest.skip(f"TERP's column list is not beside the checkout ({SCHEMA.name}): the models were not compared with it")
    with Path(SCHEMA).open(newline="") as lines:
        listed = list(csv.DictReader(lines))
    assert {(row["table"], row["column"]) for row in listed} == {
        (table.name, column.name) for table in METADATA.tables.values() for column in table.columns
    }
    for row in listed:
        column = METADATA.tables[row["table"]].columns[row["column"]]
        assert column.nullable == (row["null"] == "YES"), row
        assert bool(column.unique) == (row["key"] == "UNIQUE"), row
        target, _, condition = row["references"].partition(" when ")
        inside = bool(target) and not condition and target.split(".")[0] in TEN
        assert {key.target_fullname for key in column.foreign_keys} == ({target} if inside else set()), row
        if row["type"].startswith("enum"):
            assert isinstance(column.type, sa.Enum)
            assert column.type.enums == [value.strip("'") for value in row["type"][5:-1].split(",")]
