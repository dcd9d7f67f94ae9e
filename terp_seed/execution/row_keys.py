"""Row keys: the primary keys of rows that nobody seeded, as values, as SQL, and in the order in which the rows may go."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from terp_seed.errors import SeedError
from terp_seed.revisions.block import Rows
from terp_seed.sql.dialect import Dialect

Place = tuple[str | None, str]  # a schema, None for our own, and a table
RowKey = tuple[Any, ...]  # the values of a row's primary key

_MOST_KEYS = 200  # rows named in one statement


def literal(dialect: Dialect, value: Any) -> str:
    """Return the value of a primary key as SQL."""
    if isinstance(value, (bytes, bytearray)):
        return dialect.binary(bytes(value))
    if isinstance(value, (str, date, datetime)):
        return dialect.text(str(value))
    if isinstance(value, (int, float)) or hasattr(value, "as_tuple"):
        return str(value) if not isinstance(value, float) else repr(value)
    raise SeedError(f"A primary key of type {type(value).__name__} cannot be named: expected a number, a text, a date or bytes.")


def order(row: RowKey) -> tuple[Any, ...]:
    """Return what rows are sorted by: numbers as numbers, and any other value as its text."""
    return tuple((0, value, "") if isinstance(value, (int, float)) else (1, 0, str(value)) for value in row)


def inside(row: RowKey, table: str, seeded: Iterable[Rows]) -> bool:
    """Tell whether a row has one of these ids."""
    return any(some.table_name == table and some.first_id <= row[0] <= some.last_id for some in seeded)


def chunks(rows: list[RowKey]) -> Iterator[list[RowKey]]:
    """Yield as many rows at a time as one statement names."""
    return (rows[start : start + _MOST_KEYS] for start in range(0, len(rows), _MOST_KEYS))
