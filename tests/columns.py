"""Tables whose columns are data, and the rows that a run would write of them, without a database."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from terp_seed.backends.mysql.dialect import MySQL
from terp_seed.backends.postgresql.dialect import PostgreSQL
from terp_seed.backends.sqlite.dialect import SQLite
from terp_seed.masking.masker import Masker
from terp_seed.model.columns.uniques import unique_sets
from terp_seed.model.project import Project
from terp_seed.model.recipe import Recipe, Size
from terp_seed.model.table import Row, SeedTable
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger
from terp_seed.rows.generation import Generator
from terp_seed.sql.insert import Inserts
from tests.support import NAMES

AS_OF = date(2026, 3, 1)
DIALECTS = (MySQL(NAMES), PostgreSQL(NAMES), SQLite(NAMES))


def table_of(name: str, *columns: sa.schema.SchemaItem, metadata: sa.MetaData | None = None) -> sa.Table:
    """Return a table with an integer key `id`."""
    return sa.Table(name, metadata or sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), *columns)


class Run:
    """A Run makes the rows of revisions, one after the other, and keeps what it made."""

    def __init__(self, tables: Iterable[SeedTable], units: int = 3, seed: int = 42, as_of: date = AS_OF) -> None:
        self.catalog = Project((*tables,), 1, "any").catalog
        self.recipe = Recipe(Size(units), seed, as_of, 1)
        self.generator = Generator(self.catalog, self.recipe, Masker(seed, self.catalog.every), Ledger())
        self.rows: dict[str, list[Row]] = {}

    def seed(self, revision: str = "", tables: Iterable[str] = (), first: int = 1) -> "Run":
        """Make the rows of a revision; without a name, of a revision per table."""
        for table in self.catalog.every:
            if tables and table.name not in tables:
                continue
            name = revision or table.name
            append = self.generator.append(table, name) if self.generator.ledger.of_table(table.name) else ""
            units = 1 if table.shared else self.recipe.size.units
            made = list(self.generator.rows(table, name, append, first, range(1, units + 1)))
            assert self.generator.last_row(table, name, append, first, units) == made[-1]
            self.generator.ledger.blocks.append(Block(name, table.name, first, len(made), self.recipe))
            assert list(self.generator.rows(table, name, append, first, range(1, units + 1))) == made  # also once it is recorded
            self.rows.setdefault(table.name, []).extend(made)
        return self

    def column(self, table: str, column: str) -> list[Any]:
        """Return the values of a column."""
        return [row[column] for row in self.rows[table]]

    def check(self) -> None:
        """Fail unless all databases take the rows, no unique constraint is violated, and each reference is to a row."""
        for table in self.catalog.every:
            rows = self.rows[table.name]
            for dialect in DIALECTS:
                inserts = Inserts(dialect, table.table, rows[0])
                assert sum(count for _, count in inserts.statements(rows)) == len(rows)
            for names in unique_sets(table.table):
                if set(names) <= set(rows[0]):
                    found = [tuple(_folded(row[name]) for name in names) for row in rows]
                    found = [one for one in found if None not in one]
                    assert len(set(found)) == len(found), (table.name, names)
            for column in table.table.columns:
                if column.name in rows[0]:
                    assert column.nullable or all(row[column.name] is not None for row in rows)
                for key in column.foreign_keys if column.name in rows[0] else ():
                    there = set(self.column(key.column.table.name, key.column.name))
                    assert {row[column.name] for row in rows} - {None} <= there


def _folded(value: Any) -> Any:
    return value.casefold().rstrip() if isinstance(value, str) else repr(value) if isinstance(value, dict | list) else value


def made(column: sa.Column[Any], spec: Any, rows: int = 20, units: int = 3) -> list[Any]:
    """Return the values of one column."""
    table = SeedTable(table_of("things", column), per_unit=rows, columns={column.name: spec})
    run = Run([table], units).seed()
    run.check()
    return run.column("things", column.name)
