"""TERP's own tables: right on every engine, and what the models say."""

import csv
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from terp_seed.terp.schema import METADATA
from tests.support import PROJECT, Database

FACTS = PROJECT.parent / "shared" / "terp-full"
# references that TERP has, and that a row's later revision would have to meet: they are numbers without a key here
LATER = {("orders", "invoice_id"), ("orders", "intake_event_id"), ("batches", "photo_session_event_id")}


def test_up_check_down_up(empty: Database) -> None:
    assert empty.alembic("upgrade", "head").code == 0
    assert empty.tables() == {*METADATA.tables, "alembic_version"}
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


def test_downgrade_keeps_tables_that_hold_rows(terp: Database) -> None:
    terp.execute(
        "INSERT INTO vendors (name) VALUES ('mine')", "INSERT INTO tags (name, standardizedName) VALUES ('mine', 'mine')"
    )
    before = terp.tables()
    for force in ((), ("-x", "force=true")):
        ran = terp.alembic(*force, "downgrade", "base")
        assert ran.code != 0
        assert "would drop tags, vendors, with rows that were not seeded" in ran.out, ran
        assert "`alembic -n seed downgrade base`" in ran.out
        assert terp.tables() == before
    terp.execute("DELETE FROM tags")
    assert terp.alembic("downgrade", "terp_books").code == 0  # vendors is not among the tables of terp_office
    assert terp.scalar("SELECT COUNT(*) FROM vendors") == 1
    assert "would drop vendors, with" in terp.alembic("downgrade", "base").out


def test_migrations_need_force_in_production(new_database: Callable[[str], Database]) -> None:
    database = new_database("sqlite")
    ran = database.alembic("upgrade", "head", TERP_ENV="production")
    assert ran.code != 0
    assert "is a production database, and writing to it needs force" in ran.out
    assert database.tables() == set()
    assert database.alembic("-x", "force=true", "upgrade", "head", TERP_ENV="production").code == 0
    before = database.tables()
    for command in (("downgrade", "base"), ("stamp", "base")):
        assert "needs force" in database.alembic(*command, TERP_ENV="production").out
        assert "needs force" in database.alembic("-x", "env=production", *command).out
    assert database.tables() == before
    for command in (("current",), ("history",), ("check",), ("upgrade", "head"), ("downgrade", "head:base", "--sql")):
        assert database.alembic(*command, TERP_ENV="production").code == 0, command
    assert database.alembic("-x", "force=true", "downgrade", "base", TERP_ENV="production").code == 0


def test_wrong_enum_value_is_refused_everywhere(terp: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError):
        terp.execute("INSERT INTO clients (teri_code, name, preferredContact) VALUES ('x', 'x', 'PIGEON')")


def test_sqlite_never_uses_an_id_again(sqlite_terp: Database) -> None:
    sqlite_terp.execute("INSERT INTO vendors (id, name) VALUES (7, 'gone')", "DELETE FROM vendors")
    sqlite_terp.execute("INSERT INTO vendors (name) VALUES ('new')")
    assert sqlite_terp.scalar("SELECT id FROM vendors") == 8


def facts(name: str) -> list[dict[str, str | None]]:
    """Return the rows of one of the files about TERP's full database, as far as they are about the models' tables."""
    path = FACTS / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"TERP's schema is not beside the checkout ({FACTS.name}): the models were not compared with it")
    with path.open(newline="") as lines:
        rows = [{key: None if value == r"\N" else value for key, value in row.items()} for row in csv.DictReader(lines)]
    return [row for row in rows if row["table"] in METADATA.tables]


def columns() -> list[tuple[dict[str, str | None], sa.Column[Any]]]:
    """Return each column of TERP's tables that we have, with the model's."""
    return [(row, METADATA.tables[str(row["table"])].columns[str(row["column"])]) for row in facts("columns")]


def test_the_models_have_every_column_of_terps_database() -> None:
    models = {(table.name, column.name) for table in METADATA.tables.values() for column in table.columns}
    assert {(row["table"], row["column"]) for row in facts("columns")} == models


def test_the_models_columns_are_of_terps_types() -> None:
    dialect = mysql.dialect()
    for row, column in columns():
        found = column.type.compile(dialect).lower().replace("bool", "tinyint(1)").replace("integer", "int")
        assert found.replace("numeric", "decimal").replace(", ", ",") == str(row["type"]).lower(), row
        if isinstance(column.type, sa.Enum):
            assert row["type"] == f"enum({','.join(repr(value) for value in column.type.enums)})"


def test_model_columns_match_terp_nullability_and_defaults() -> None:
    for row, column in columns():
        assert column.nullable == (row["null"] == "YES"), row
        given = column.server_default.arg if isinstance(column.server_default, sa.DefaultClause) else None
        on_mysql = {"CURRENT_TIMESTAMP": "now()", "true": "1", "false": "0"}
        assert on_mysql.get(str(given), str(given)) == str(row["default"]), row


def test_the_models_have_terps_unique_keys() -> None:
    ours = {
        (table.name, "|".join(constraint.columns.keys()))
        for table in METADATA.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint)
    }
    assert ours == {(row["table"], row["columns"]) for row in facts("keys") if row["unique"] == "1" and row["key"] != "PRIMARY"}


def test_the_models_have_terps_references() -> None:
    expected: dict[tuple[str | None, str | None], tuple[str | None, str | None]] = {
        (row["table"], row["column"]): (f"{row['target']}.id", None)
        for row in facts("references")
        if not row["when_column"] and row["target"] in METADATA.tables and "$" not in str(row["column"])
    }
    for row in facts("foreign_keys"):
        if row["references"] in METADATA.tables:
            action = row["on_delete"] if row["on_delete"] != "NO ACTION" else None
            expected[row["table"], row["columns"]] = f"{row['references']}.{row['referenced_columns']}", action
    assert expected.keys() >= LATER
    ours = {
        (table.name, key.parent.name): (key.target_fullname, key.ondelete)
        for table in METADATA.tables.values()
        for key in table.foreign_keys
    }
    assert ours == {key: target for key, target in expected.items() if key not in LATER}


def test_every_foreign_key_has_an_index() -> None:
    for table in METADATA.tables.values():
        keys = [*table.indexes, *(c for c in table.constraints if isinstance(c, sa.UniqueConstraint))]
        first = {key.columns.keys()[0] for key in keys}
        assert {key.parent.name for key in table.foreign_keys} <= first, table.name
