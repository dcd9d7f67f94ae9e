"""Adopted tables: rows that an application may have created already, such as a chart of accounts. Missing ones are inserted.

A row is identified by its natural key. Rows of other tables refer to it through a session variable that is set before they are
inserted, so the same SQL serves every database, online and in a script. A rollback never deletes rows that existed before.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from terp_seed.backends.writer import Writer
from terp_seed.errors import SeedError
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Row, SeedTable
from terp_seed.model.values import Adopted
from terp_seed.rows.generation import Generator
from terp_seed.rows.reservation import gap_below
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.insert import Inserts
from terp_seed.sql.literals import renderer


@dataclass(frozen=True)
class Adoption:
    """An Adoption is the SQL to find or insert the rows of one adopted table; `rows` are all its rows, without ids."""

    dialect: Dialect
    table: SeedTable
    rows: Sequence[Row]

    @property
    def base(self) -> str:
        """Return the expression of the first id of the missing rows."""
        return self.dialect.variable(f"{self.table.name}_base")

    @property
    def missing(self) -> str:
        """Return the expression of the number of missing rows, as counted by `count`."""
        return self.dialect.variable(f"{self.table.name}_missing")

    def count(self, base: int | None, first_id: int) -> tuple[str, ...]:
        """Return the statements that store the number of missing rows and their first id in session variables.

        Without a `base`, the ids begin after the highest one, as they do online; in an empty table at `first_id`.
        """
        place = self.dialect.key(self.table.name)
        gap = gap_below(self.table)
        behind = f"(MAX({place}) - MAX({place}) % {gap}) + {2 * gap + 1}"
        found = str(base) if base else f"(SELECT COALESCE({behind}, {first_id}) FROM {self._quoted})"
        absent = "\n  + ".join(self.dialect.as_number(self._is_missing(row)) for row in self.rows)
        return (
            *self.dialect.declare_variables(),
            self.dialect.set_variable(f"{self.table.name}_base", found),
            self.dialect.set_variable(f"{self.table.name}_missing", absent),
        )

    def inserts(self) -> Iterator[str]:
        """Yield an INSERT for each row, which inserts it if it is missing. The last row comes first, to reserve the ids."""
        quote, base = self.dialect.quote, self.base
        key = self.dialect.key(self.table.name, "t")
        ids = f"{key} BETWEEN {base} AND {base} + {self.missing} - 1"
        lowest = f"(SELECT COALESCE(MIN({key}), {base} + {self.missing}) - 1 FROM {self._quoted} AS t WHERE {ids})"
        for row in reversed(self.rows):
            columns = Inserts(self.dialect, self.table.table, row)
            names = ", ".join(map(quote, (self.table.key, *columns.columns)))
            yield (
                f"INSERT INTO {self._quoted} ({names}){self.dialect.overriding} SELECT {lowest}, {columns.row(row)[1:-1]}\n"
                f"FROM (SELECT 1 AS one) AS w WHERE {self._is_missing(row)}"
            )

    def look_up(self) -> Iterator[str]:
        """Yield the statements that read the id of each row into a session variable."""
        yield from self.dialect.declare_variables()
        for place, row in enumerate(self.rows):
            found = f"(SELECT MIN({self.dialect.key(self.table.name)}) FROM {self._quoted} WHERE {self._key(row)})"
            yield self.dialect.set_variable(Adopted(self.table.name, place).variable, found)

    def not_found(self) -> str:
        """Return the condition that one of the rows was not found."""
        return " OR ".join(
            f"{self.dialect.variable(Adopted(self.table.name, place).variable)} IS NULL" for place in range(len(self.rows))
        )

    def taken(self) -> Iterator[tuple[str, str, str]]:
        """Yield column, value and a condition for each unique value of the rows.

        The condition tells that a row is missing, but another row has its value, so that it could not be inserted.
        """
        unique = [c for c in self.table.table.columns if c.unique and c.name not in self.table.adopts]
        for row in self.rows:
            for column in unique:
                value = renderer(self.dialect, column)(row[column.name])
                other = f"EXISTS (SELECT 1 FROM {self._quoted} WHERE {self.dialect.quote(column.name)} = {value})"
                yield column.name, str(row[column.name]), f"{other} AND {self._is_missing(row)}"

    def missing_rows(self, connection: sa.Connection, apart: str = "") -> list[Row]:
        """Return the rows that the live table lacks. Rows that match the SQL condition `apart` do not count. Read-only."""
        plain = connection.execution_options(no_parameters=True)
        flags = ", ".join(self._is_missing(row, apart) for row in self.rows)
        found = plain.exec_driver_sql(f"SELECT {flags}").one()
        return [row for row, is_missing in zip(self.rows, found, strict=True) if is_missing]

    @property
    def _quoted(self) -> str:
        return self.dialect.quote(self.table.name)

    def _is_missing(self, row: Row, apart: str = "") -> str:
        return f"NOT EXISTS (SELECT 1 FROM {self._quoted} WHERE {self._key(row)}{f' AND NOT ({apart})' if apart else ''})"

    def _key(self, row: Row) -> str:
        columns = [column for column in self.table.table.columns if column.name in self.table.adopts]
        literals = {column.name: renderer(self.dialect, column)(row[column.name]) for column in columns}
        return " AND ".join(
            f"{self.dialect.quote(name)} {'IS' if literal == 'NULL' else '='} {literal}" for name, literal in literals.items()
        )


class Requires(Protocol):
    """A Requires is what adds a check to a script."""

    def require_found(self, table: str, lost: str) -> None: ...  # noqa: D102


def look_up(table: SeedTable, recipe: Recipe, dialect: Dialect, writer: Writer, guard: Requires | None = None) -> None:
    """Read the ids of an adopted table's rows. Raises SeedError if a row is missing; a script gets a check for it."""
    adoption = Adoption(dialect, table, table.sample(recipe))
    for statement in adoption.look_up():
        writer.execute(statement)
    lost = writer.holds(adoption.not_found())
    if lost is None and guard is not None:
        guard.require_found(table.name, adoption.not_found())
    if lost:
        raise SeedError(
            f"{table.name} lacks a row that seeded rows refer to by {', '.join(table.adopts)}: expected the rows that existed "
            f"when {table.name} was seeded. Restore it."
        )


def adopted_by(table: SeedTable, adopted: Iterable[SeedTable]) -> list[SeedTable]:
    """Return the adopted tables that the rows of a table refer to."""
    named = {*table.parents().values(), *table.uses, *(reference.target for reference in table.references)}
    return [one for one in adopted if one.name in named]


def stand_ins(dialect: Dialect, generator: Generator) -> tuple[str, ...]:
    """Return the statements that give each adopted row an id of its own: for a rehearsal, which has no foreign keys."""
    ids = {
        Adopted(table.name, place).variable: place + 1
        for table in generator.catalog.adopted
        for place, _ in enumerate(table.sample(generator.recipe))
    }
    return *dialect.declare_variables(), *dialect.set_variables(ids)
