"""Seeding by plain Alembic: the tables, the counts, the order."""

import pytest

from tests.support import SMALL, Database


def test_upgrade_head_seeds_195_rows_in_seven_tables(terp: Database) -> None:
    terp.seed("upgrade", "head")
    assert terp.counts() == SMALL
    assert sum(terp.counts().values()) == 195
    assert terp.versions() == {"payments"}
    orphans = "SELECT COUNT(*) FROM orders o LEFT JOIN clients c ON o.client_id = c.id WHERE c.id IS NULL"
    assert terp.scalar(orphans) == 0


def test_downgrade_base_leaves_an_empty_version_table(terp: Database) -> None:
    before = terp.tables()
    terp.seed("upgrade", "head")
    terp.seed("downgrade", "base")
    assert terp.tables() == before | {"alembic_version_seed"}
    assert terp.versions() == set()
    assert all(not rows for rows in terp.everything().values())


@pytest.mark.parametrize(("size", "units"), [("small", 1), ("medium", 10), ("x3", 3)])
def test_a_size_is_a_number_of_units(sqlite_terp: Database, size: str, units: int) -> None:
    sqlite_terp.seed("-x", f"size={size}", "upgrade", "head")
    assert sqlite_terp.counts() == {table: rows * units for table, rows in SMALL.items()}
