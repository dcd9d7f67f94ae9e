"""The schema check: whether the live tables can hold what a run would write. Read-only.

It lists every gap of every table at once, before anything is written. Extra tables and extra nullable columns are fine.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import ReflectedColumn

from terp_seed.backends.database import Database
from terp_seed.model.fixed_rows import FixedRows
from terp_seed.model.pii import PARTY, filled_pii, unclassified
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Fill, Ref, Row, SeedTable
from terp_seed.model.unit_cache import UnitCache
from terp_seed.revisions.plan import Plan, PlannedStep
from terp_seed.sql.spelling import BYTES

# per type family of our column: the accepted types of the live column, and the words for them
_FAMILIES: tuple[tuple[type[Any], tuple[type[Any], ...], str], ...] = (
    (sa.Boolean, (sa.Boolean, sa.Integer), "a boolean"),  # TINYINT in MySQL
    (sa.Integer, (sa.Integer,), "a whole number"),
    (sa.Float, (sa.Float,), "a float"),
    (sa.Numeric, (sa.Numeric,), "a decimal number"),
    (sa.DateTime, (sa.DateTime,), "a timestamp"),
    (sa.Date, (sa.Date, sa.DateTime), "a date"),
    (sa.JSON, (sa.JSON, sa.String), "JSON or a long text"),  # LONGTEXT in MariaDB
    (sa.Enum, (sa.String,), "text"),
    (sa.String, (sa.String,), "text"),
    (sa.Time, (sa.Time,), "a time"),
    (sa.Uuid, (sa.Uuid, sa.String), "a UUID"),
    (BYTES, (BYTES,), "bytes"),
    (sa.Interval, (sa.Interval,), "an interval"),
    (sa.ARRAY, (sa.ARRAY,), "an array"),
)

_LONG_TEXT = 60_000  # characters that a TEXT column is assumed to hold
_SHORT_TEXTS = {"TINYTEXT": 255}


def schema_gaps(database: Database, plan: Plan, recipe: Recipe) -> dict[str, list[str]]:
    """Return every gap of every table that the plan writes to, by table."""
    live = database.live
    gaps: dict[str, list[str]] = {}
    cache = UnitCache(1)
    for step in plan.inserts():
        name = step.table.name
        if live.table(name) is None:
            gaps[name] = ["the table is missing"]
            continue
        rows = sample_rows(step, recipe, cache)
        found = [
            *_row_gaps(step, rows),
            *_column_gaps(step.table, rows, database.columns_of(name)),
            *_reference_gaps(database, step.table),
        ]
        if found:
            gaps[name] = list(dict.fromkeys([*gaps.get(name, []), *found]))
        for fill in step.table.fills:
            columns = {column["name"] for column in database.columns_of(fill.table)} if live.table(fill.table) else set()
            lost = sorted(filled_columns(fill, database.names.key_of(fill.table)) - columns) if columns else []
            if lost:
                listed = [f"column {column} is missing" for column in lost]
                gaps[fill.table] = list(dict.fromkeys([*gaps.get(fill.table, []), *listed]))
    return gaps


def _row_gaps(step: PlannedStep, rows: list[Row] | FixedRows) -> Iterator[str]:
    """Yield what is wrong with the rows themselves, regardless of the live table."""
    table = step.table
    for name in sorted(written_columns(table, rows) - {*table.table.columns.keys(), PARTY}):
        yield f"the rows fill column {name}, which its definition does not have"
    for row in rows if step.fixed_rows is None else ():
        yield from (
            f"column {name} is PII, but the generator fills it: expected the masker to" for name in filled_pii(table, row)
        )
    yield from unclassified_gaps(table, written_columns(table, rows))
    if not table.adopts:
        yield from _order_gaps(step, rows)


def _order_gaps(step: PlannedStep, rows: list[Row] | FixedRows) -> Iterator[str]:
    """Yield a sentence if a row refers to one of the same table that is inserted later. The last row is inserted first."""
    own = [column for column, target in step.table.parents().items() if target == step.table.name]
    for number, row in enumerate(rows, 1) if own else ():
        for column in own:
            value = row.get(column)
            if isinstance(value, Ref):
                value = value.number if (value.table, value.revision) == (step.table.name, step.revision) else None
            is_there = (
                step.table.listed is not None
                or value in (None, number, len(rows))
                or (isinstance(value, int) and value < number < len(rows))
            )
            if not is_there:
                yield (
                    f"column {column} of row {number} refers to row {value} of the same table, which is inserted later: expected "
                    "an earlier row, and none in the last row, which is inserted first"
                )
                return


def unclassified_gaps(table: SeedTable, written: set[str]) -> list[str]:
    """Return what is wrong with written columns whose names suggest PII, but that are declared neither as PII nor as not PII."""
    texts = [c.name for c in table.table.columns if isinstance(c.type, sa.String) and not isinstance(c.type, sa.Enum)]
    found = unclassified([name for name in texts if name in written], table.pii, table.not_pii)
    return [
        f"column {name} looks like PII, and is not classified: expected it in pii, which masks it, or in not_pii"
        for name in found
    ]


def filled_columns(fill: Fill, key: str) -> set[str]:
    """Return the columns of the filled table, whose key is given, that a fill reads or writes."""
    return {key, fill.column, *fill.keeps}


def sample_rows(step: PlannedStep, recipe: Recipe, cache: UnitCache | None = None) -> list[Row] | FixedRows:
    """Return sample rows of a step, or its fixed rows, without ids and generated PII. The result can be iterated repeatedly."""
    return step.table.sample(recipe, cache) if step.fixed_rows is None else step.fixed_rows


def written_columns(table: SeedTable, rows: Iterable[Row]) -> set[str]:
    """Return the columns that such rows fill, with the id and the masked ones."""
    own = {table.key} if table.listed is None else {*table.listed.columns}
    return {*own, *table.pii, *next(iter(rows), {})}


def _column_gaps(table: SeedTable, rows: Iterable[Row], columns: list[ReflectedColumn]) -> Iterator[str]:
    live = {column["name"]: column for column in columns}
    written = written_columns(table, rows)
    for name in sorted(written & set(table.table.columns.keys())):
        if name not in live:
            yield f"column {name} is missing"
            continue
        if live[name].get("computed"):
            yield f"column {name} is generated by the server, expected one that takes our values"
            continue
        yield from _type_gaps(table.table.columns[name], live[name]["type"])
        if not live[name]["nullable"] and any(row.get(name, "") is None for row in rows):
            yield f"column {name} is NOT NULL, but some of our rows have NULL there"
    for name, column in live.items():
        is_left_to_the_server = column["default"] is not None or column.get("computed") or column.get("identity")
        if name not in written and not column["nullable"] and not is_left_to_the_server:
            yield f"column {name} is NOT NULL without a default, but is not filled"


def _type_gaps(column: sa.Column[Any], found: sa.types.TypeEngine[Any]) -> Iterator[str]:
    wanted, found, name = _generic(column.type), _generic(found), column.name
    families = ((accepted, words) for family, accepted, words in _FAMILIES if isinstance(wanted, family))
    accepted, words = next(families, ((type(wanted),), str(wanted)))  # a type that only its database has
    if not isinstance(found, accepted):
        yield f"column {name} is {found}, expected {words}"
    elif isinstance(wanted, sa.Enum) and isinstance(found, sa.Enum):
        missing = sorted(set(wanted.enums) - set(found.enums))
        if missing:
            yield f"column {name} lacks the enum values {', '.join(missing)}"
    elif isinstance(wanted, sa.Numeric) and isinstance(found, sa.Numeric) and found.precision is not None:
        digits, decimals = (wanted.precision or 0) - (wanted.scale or 0), wanted.scale or 0
        if found.precision - (found.scale or 0) < digits or (found.scale or 0) < decimals:
            yield f"column {name} is {found}, expected at least DECIMAL({wanted.precision},{wanted.scale})"
    elif isinstance(found, sa.String) and not isinstance(wanted, sa.Enum | sa.Uuid):
        needed = getattr(wanted, "length", None) or _LONG_TEXT
        held = _SHORT_TEXTS.get(found.__visit_name__, found.length)
        if held is not None and held < needed:
            yield f"column {name} holds {held} characters, expected at least {needed}"


def _generic(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    """Return a type; for one that only its database has, the type of every database."""
    if any(isinstance(kind, family) for family, _, _ in _FAMILIES):
        return kind
    if (below := getattr(kind, "data_type", None)) is not None:  # a domain
        return _generic(below)
    try:
        return kind.as_generic(allow_nulltype=True)
    except NotImplementedError:
        return kind


def _reference_gaps(database: Database, table: SeedTable) -> Iterator[str]:
    parents, live, keys = table.sole_parents(), database.live, database.names.key_of
    for key in database.keys_of(table.name):
        if not key["referred_columns"]:
            continue  # SQLite lets a key point at a table that does not exist
        for column, referred in zip(key["constrained_columns"], key["referred_columns"], strict=True):
            target = key["referred_table"]
            if column in parents and not (live.same_table(target, parents[column]) and referred == keys(parents[column])):
                yield f"column {column} refers to {target}.{referred}, expected {parents[column]}.{keys(parents[column])}"
