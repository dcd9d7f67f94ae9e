"""Worlds for tests: the rows of some units, made without a database, and a database in memory to ask about them."""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from terp_seed.backends.sqlite.dialect import SQLite
from terp_seed.checks.verification import _PLACEHOLDER
from terp_seed.masking.masker import Masker
from terp_seed.model.recipe import Recipe, Size
from terp_seed.model.table import Unit
from terp_seed.model.unit_cache import UnitCache
from terp_seed.model.values import Adopted
from tests.support import CATALOG, NAMES
from tests.terps_checks import CHECKS

Rows = dict[str, list[dict[str, Any]]]


def made(seed: int, as_of: date, units: range) -> Rows:
    """Return the rows of the numbered units, as they would be inserted into empty tables."""
    recipe = Recipe(Size(units.stop - 1), seed, as_of, CATALOG.generator_version)
    masker, cache, rows = Masker(seed, CATALOG.every), UnitCache(units.stop), defaultdict(list)
    for number in units:
        firsts = {t.name: 1 + (0 if t.shared else (number - 1) * t.per_unit) for t in CATALOG.every}
        for table in CATALOG.every:
            if table.shared and number > units.start:
                continue
            fill = masker.filler(table)
            for place, row in enumerate(table.rows(Unit(number, recipe, firsts, cache=cache))):
                whole = {"id": firsts[table.name] + place, **row}
                fill(whole)
                rows[table.name].append({column: value_of(value) for column, value in whole.items()})
    for fill_in in (fill_in for table in CATALOG.every for fill_in in table.fills):
        _fill(rows, fill_in)
    return rows


def value_of(value: Any) -> Any:
    """Return a value as it would be found: an adopted row was inserted, so its id is its place."""
    return value.place + 1 if isinstance(value, Adopted) else value


def _fill(rows: Rows, fill: Any) -> None:
    source = next(table.name for table in CATALOG.every if fill in table.fills)
    column, wanted = fill.when or (fill.by, None)
    found = {row[fill.by]: row["id"] for row in rows[source] if fill.when is None or row[column] == wanted}
    for row in rows[fill.table]:
        row[fill.column] = found.get(row["id"])


@contextmanager
def loaded(rows: Rows) -> Iterator[sqlite3.Connection]:
    """Yield a database in memory that holds the rows; its columns have no types."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for table, found in rows.items():
            columns = list(found[0])
            names = ", ".join(f'"{column}"' for column in columns)
            connection.execute(f'CREATE TABLE "{table}" ({names}, PRIMARY KEY ("id"))')
            slots = ", ".join("?" * len(columns))
            connection.executemany(f'INSERT INTO "{table}" VALUES ({slots})', [tuple(map(_plain, row.values())) for row in found])
            for key in CATALOG[table].parents():
                connection.execute(f'CREATE INDEX "ix_{table}_{key}" ON "{table}" ("{key}")')
        yield connection


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, str) else value


def wrong(connection: sqlite3.Connection, sql: str, as_of: date) -> int:
    """Return what a check's SELECT counts."""

    def fill(match: Any) -> str:
        name, column = match[1], match[2]
        if name == "as_of":
            return f"{as_of}"
        if column is None:
            return f'(SELECT * FROM "{name}")'
        return f"({SQLite(NAMES).json_rows(name, column, CATALOG[name].json_fields[column], '1')})"

    return int(connection.execute(_PLACEHOLDER.sub(fill, sql)).fetchone()[0] or 0)


# what TERP's checks, which are MySQL's SQL, are in SQLite's; the list of an order's items has the fields that they name
_ITEMS = (
    "JOIN (SELECT r.id AS of_order, e.value ->> 'batchId' AS b, e.value ->> 'quantity' AS q, e.value ->> 'isSample' AS s "
    "FROM orders AS r, json_each(r.items) AS e) j ON j.of_order=o.id"
)
_TRANSLATED = (
    (r"JOIN JSON_TABLE\(o\.items,.*?\)\) j\b", _ITEMS),
    (r"TIMESTAMPDIFF\(SECOND,(\w+),(NOW\(\))\)", r"((julianday(\2)-julianday(\1))*86400)"),
    (r"<=>", " IS "),
    (r"\bIF\(", "IIF("),
)


def failing(connection: sqlite3.Connection, as_of: date) -> list[str]:
    """Return TERP's own checks that do not answer as expected on the as-of day."""
    functions: dict[str, tuple[int, Any]] = {
        "NOW": (0, lambda: f"{as_of} 00:00:00"),
        "CURDATE": (0, lambda: str(as_of)),
        "LEAST": (-1, min),
        "GREATEST": (-1, max),
        "CEIL": (1, lambda value: -int(-value // 1)),
        "JSON_LENGTH": (1, lambda text: len(json.loads(text))),
    }
    for name, (arguments, function) in functions.items():
        connection.create_function(name, arguments, function)
    found = []
    for check in CHECKS:
        sql = check.sql
        for pattern, translated in _TRANSLATED:
            sql = re.sub(pattern, translated, sql)
        answer = connection.execute(sql).fetchone()
        wanted = check.expected if isinstance(check.expected, tuple) else (check.expected,)
        if not all(value > 0 if expected == ">0" else value == expected for value, expected in zip(answer, wanted, strict=True)):
            found.append(f"{check.number} {check.looks_for}: {answer}")
    return found
