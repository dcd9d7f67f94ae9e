"""Types that only some databases have are filled with what their literals accept, and are spelled with their dialect."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

from terp_seed import Project, SeedTable, columns
from terp_seed.backends.mysql.dialect import MySQL
from terp_seed.backends.postgresql.dialect import PostgreSQL
from terp_seed.inference.chosen import Chosen
from terp_seed.inference.column_types import type_text
from terp_seed.inference.facts import TableFacts
from terp_seed.inference.files import table_file
from terp_seed.inference.metadata_schema import schema_of
from terp_seed.inference.planner import plan_schema
from terp_seed.model.names import Names
from terp_seed.model.recipe import Recipe, Size
from terp_seed.sql.literals import renderer

TYPES: dict[str, tuple[sa.types.TypeEngine[Any], str]] = {
    "mysql.YEAR": (mysql.YEAR(), "c.integer(1990, 2030)"),
    "mysql.BIT(1)": (mysql.BIT(1), "c.integer(0, 1)"),
    "mysql.BIT(8)": (mysql.BIT(8), "c.integer(0, 255)"),
    "postgresql.BIT(4)": (postgresql.BIT(4), 'c.choice("0000", "1111")'),
    "postgresql.INET": (postgresql.INET(), 'c.pii("ip")'),
    "postgresql.CIDR": (postgresql.CIDR(), 'c.choice("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")'),
    "postgresql.MACADDR": (postgresql.MACADDR(), 'c.sequence("02{:010x}")'),
    "postgresql.TSVECTOR": (postgresql.TSVECTOR(), "c.words(2, 4)"),
    "postgresql.MONEY": (postgresql.MONEY(), 'c.decimal("1.00", "500.00")'),
    "postgresql.INT4RANGE": (postgresql.INT4RANGE(), 'c.choice("[1,10)", "[10,50)")'),
    "postgresql.INTERVAL": (postgresql.INTERVAL(), 'c.choice("1 day", "7 days", "02:30:00")'),
    "postgresql.ARRAY(sa.Integer)": (postgresql.ARRAY(sa.Integer()), "c.constant([])"),
    "postgresql.ARRAY(sa.String(9))": (postgresql.ARRAY(sa.String(9)), "c.constant([])"),
    "postgresql.TSTZRANGE": (postgresql.TSTZRANGE(), 'c.choice("[2024-01-01,2024-02-01)")'),
}


class _NoChecks:
    def corrected(self, table: TableFacts, columns: dict[str, Chosen]) -> dict[str, Chosen]:
        return columns


@pytest.mark.parametrize(("spelled", "kind", "line"), [(name, *found) for name, found in TYPES.items()], ids=TYPES)
def test_type_of_one_database_is_filled(spelled: str, kind: sa.types.TypeEngine[Any], line: str) -> None:
    metadata = sa.MetaData()
    key = sa.Column("id", sa.Integer, primary_key=True)
    table = sa.Table("t", metadata, key, sa.Column("it", kind, nullable=False))
    (plan,) = plan_schema(schema_of(metadata, Names.of("test")), _NoChecks(), {}).tables  # type: ignore[arg-type]
    assert plan.columns["it"].text == line
    assert type_text(kind) == spelled
    text = table_file(plan, "t", "seeds.tables", ["t"], {})
    assert f"from sqlalchemy.dialects import {spelled.partition('.')[0]}\n" in text
    seeded = SeedTable(table, per_unit=3, columns={"it": eval(line, {"c": columns})})
    names = Project((seeded,), generator_version=1, name="test").names
    dialect = (MySQL if spelled.startswith("mysql") else PostgreSQL)(names)
    for row in seeded.sample(Recipe(Size(1), 42, date(2026, 3, 1), 1)):
        assert renderer(dialect, table.columns["it"])(row.get("it"))
