"""Verification: whether the live database holds the rows that the ledger records, and whether they are consistent. Read-only.

The engine checks row counts, references and PII; the tables bring their own checks.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.database import Database
from terp_seed.backends.driver_errors import cause, raise_if_lost
from terp_seed.checks import contents
from terp_seed.checks.suspects import suspects
from terp_seed.errors import SeedError
from terp_seed.masking.kinds import kinds
from terp_seed.model.row_key import other_foreign_keys
from terp_seed.model.table import Catalog, Check, SeedTable
from terp_seed.revisions.block import within
from terp_seed.revisions.ledger import Ledger

_PLACEHOLDER = re.compile(r"\{(\w+)(?:\.(\w+))?\}")


@dataclass(frozen=True)
class CheckResult:
    """A CheckResult is one statement about the data, and whether it holds; a skipped one could not be checked."""

    name: str
    ok: bool
    detail: str
    skipped: bool = False


@dataclass(frozen=True)
class MaskedTable:
    """A MaskedTable is one table's part of the PII audit: its PII columns, and the number of seeded rows inspected."""

    columns: tuple[str, ...]
    rows: int


@dataclass
class Verification:
    """A Verification is the results of all checks, and the PII audit by table."""

    checks: list[CheckResult] = field(default_factory=list)
    pii: dict[str, MaskedTable] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Tell whether no check failed."""
        return all(check.ok for check in self.checks)


def verify(database: Database, catalog: Catalog, ledger: Ledger) -> Verification:
    """Run every check on the seeded rows. Read-only."""
    rows = _SeededRows(database, catalog, ledger)
    result = Verification()
    for table in catalog.every:
        result.checks += _row_counts(rows, table)
        result.checks += _references(rows, table)
    for table in catalog.every:
        result.checks += [_own_check(rows, catalog, check) for check in table.checks]
    for table in catalog.every:
        if table.pii and ledger.of_table(table.name):
            checks, result.pii[table.name] = _audit(rows, table)
            result.checks += checks
    for table in catalog.every:
        if ledger.of_table(table.name):
            result.checks.append(_nothing_forgotten(rows, table))
    if ledger.blocks:
        found = suspects(database, catalog)
        detail = f"look like ids of seeded rows, but are not declared: {', '.join(found)}" if found else "all are declared"
        result.checks.append(CheckResult("references: id columns without a foreign key", True, detail))
    return result


def audit(database: Database, catalog: Catalog, ledger: Ledger, names: Collection[str]) -> Verification:
    """Run only the PII audit, for the seeded rows of the named tables; an upgrade ends with it. Read-only."""
    rows, result = _SeededRows(database, catalog, ledger), Verification()
    for table in catalog.every:
        if table.name in names and table.pii and ledger.of_table(table.name):
            checks, result.pii[table.name] = _audit(rows, table)
            result.checks += checks
    return result


class _SeededRows:
    """_SeededRows are the seeded rows of each table, as SQL."""

    def __init__(self, database: Database, catalog: Catalog, ledger: Ledger) -> None:
        self.database, self._adopted = database, catalog.adopted_names
        self.dialect, self.ledger = database.dialect, ledger

    def count(self, sql: str) -> int:
        return int(self.database.scalar(sql) or 0)

    def of(self, table: str) -> str:
        if table in self._adopted:  # it may hold rows that the application created
            return self.dialect.quote(table)
        # named, because * leaves out invisible columns
        names = ", ".join(self.dialect.quote(column.name) for column in self.database.live.columns(table))
        return f"(SELECT {names} FROM {self.dialect.quote(table)} WHERE {self.condition(table, self.dialect.key(table))})"

    def condition(self, table: str, id_column: str) -> str:
        return within(id_column, self.ledger.of_table(table))

    def json(self, table: str, column: str, fields: Mapping[str, str]) -> str:
        return f"({self.dialect.json_rows(table, column, fields, self.condition(table, self.dialect.key(table, 'r')))})"

    def values(self, table: str, columns: tuple[str, ...]) -> Iterator[tuple[str | None, ...]]:
        names = ", ".join(map(self.dialect.quote, columns))
        query = f"SELECT {names} FROM {self.of(table)} AS seeded"
        # for this statement only: set on the connection, it would hold for every later one
        with self.database.connection.exec_driver_sql(query, execution_options={"stream_results": True}) as result:
            for part in result.partitions(5_000):
                yield from (tuple(row) for row in part)


def _row_counts(rows: _SeededRows, table: SeedTable) -> Iterator[CheckResult]:
    blocks = rows.ledger.of_table(table.name)
    if not blocks:
        yield CheckResult(f"{table.name}: rows match the ledger", True, "not seeded", skipped=True)
        return
    expected = sum(block.row_count for block in blocks)
    found = rows.count(
        f"SELECT COUNT(*) FROM {rows.dialect.quote(table.name)} WHERE {rows.condition(table.name, rows.dialect.key(table.name))}"
    )
    yield CheckResult(f"{table.name}: rows match the ledger", found == expected, f"{found} of {expected}")


def _references(rows: _SeededRows, table: SeedTable) -> Iterator[CheckResult]:
    if not rows.ledger.of_table(table.name):
        return
    quote = rows.dialect.quote
    targets = [(column, target, "", "") for column, target in table.parents().items()]
    targets += [(one.column, one.target, one.when, one.equals) for one in table.references]
    several = Counter(column for column, *_ in targets)
    for column, target, when, equals in targets:
        condition = f" AND c.{quote(when)} = {rows.dialect.text(equals)}" if when else ""
        where = f" (where {when} is {equals})" if several[column] > 1 else ""
        orphans = rows.count(
            f"SELECT COUNT(*) FROM {rows.of(table.name)} AS c LEFT JOIN {quote(target)} AS p "
            f"ON {(key := f'p.{quote(rows.database.names.key_columns(target)[0])}')} = c.{quote(column)} "
            f"WHERE c.{quote(column)} IS NOT NULL AND {key} IS NULL{condition}"
        )
        yield CheckResult(f"{table.name}.{column} refers to {target}{where}", orphans == 0, f"{orphans} orphans")
    yield from _other_references(rows, table)


def _other_references(rows: _SeededRows, table: SeedTable) -> Iterator[CheckResult]:
    """Yield a check for each foreign key that does not hold the numbers of rows: to other columns, or to several."""
    quote = rows.dialect.quote
    for ours, target, theirs in other_foreign_keys(table.table):
        if any(rows.database.live.column(table.name, name) is None for name in ours):
            continue
        pairs = zip(ours, theirs, strict=True)
        joined = " AND ".join(f"p.{quote(their)} = c.{quote(our)}" for our, their in pairs)
        filled = " AND ".join(f"c.{quote(name)} IS NOT NULL" for name in ours)
        orphans = rows.count(
            f"SELECT COUNT(*) FROM {rows.of(table.name)} AS c WHERE {filled} "
            f"AND NOT EXISTS (SELECT 1 FROM {quote(target)} AS p WHERE {joined})"
        )
        named = ", ".join(ours)
        name = f"{table.name}.{named if len(ours) == 1 else f'({named})'} refers to {target}"
        yield CheckResult(name, orphans == 0, f"{orphans} orphans")


def _own_check(rows: _SeededRows, catalog: Catalog, check: Check) -> CheckResult:
    missing = _missing(catalog, rows.ledger, check.sql)
    if missing:
        return CheckResult(check.name, True, f"not seeded: {', '.join(missing)}", skipped=True)
    try:
        wrong = rows.count(_filled(rows, catalog, check.sql))
    except DBAPIError as error:
        raise_if_lost(error)
        raise SeedError(
            f"The check {check.name!r} cannot be run: {cause(error)}. Expected a SELECT of a number. Correct it in its SeedTable."
        ) from error
    return CheckResult(check.name, wrong == 0, f"{wrong} wrong" if wrong else "holds")


def answers(database: Database, catalog: Catalog, ledger: Ledger, sql: str) -> Iterator[tuple[Any, ...]] | None:
    """Return the rows of a SELECT with a Check's placeholders, or None if it needs a table that is not seeded. Read-only."""
    if _missing(catalog, ledger, sql):
        return None
    statement = _filled(_SeededRows(database, catalog, ledger), catalog, sql)
    return (tuple(row) for row in database.execute(statement))


def _missing(catalog: Catalog, ledger: Ledger, sql: str) -> list[str]:
    """Return the tables that a SELECT needs but that are not seeded."""
    needed = {match[1] for match in _PLACEHOLDER.finditer(sql)} - {"as_of"} - catalog.adopted_names
    return sorted(name for name in needed if not ledger.of_table(name))


def _filled(rows: _SeededRows, catalog: Catalog, sql: str) -> str:
    """Replace placeholders such as `{orders}` in a SELECT by the seeded rows."""

    def fill(match: re.Match[str]) -> str:
        name, column = match[1], match[2]
        if name == "as_of":
            return str(rows.ledger.recipe.as_of) if rows.ledger.recipe else ""
        if column is None:
            return rows.of(name)
        return rows.json(name, column, catalog[name].json_fields[column])

    names = {name for table in catalog.every for name in (table.name, *table.table.columns.keys())}
    names |= {field for table in catalog.every for fields in table.json_fields.values() for field in fields}
    return _PLACEHOLDER.sub(fill, rows.dialect.named(sql, names))


def _audit(rows: _SeededRows, table: SeedTable) -> tuple[list[CheckResult], MaskedTable]:
    columns = tuple(table.pii)
    is_filled_up = [isinstance(table.table.columns[name].type, sa.CHAR) for name in columns]  # with spaces, on PostgreSQL
    tests = [kinds()[kind].is_fake for kind in table.pii.values()]
    real = [0] * len(columns)
    seen = 0
    for values in rows.values(table.name, columns):
        seen += 1
        for place, value in enumerate(values):
            if value is not None and not tests[place](value.rstrip(" ") if is_filled_up[place] else value):
                real[place] += 1
    checks = [
        CheckResult(
            f"{table.name}.{column} is masked",
            not count,
            f"{count} of {seen} not fake" if count else f"{seen} fake {table.pii[column]}",
        )
        for column, count in zip(columns, real, strict=True)
    ]
    return checks, MaskedTable(tuple(sorted(columns)), seen)


def _nothing_forgotten(rows: _SeededRows, table: SeedTable) -> CheckResult:
    found = contents.of_table(rows.database, table, rows.of(table.name), rows.ledger.of_table(table.name))
    return CheckResult(f"{table.name}: no unclassified column holds PII", not found.wrong, found.detail)
