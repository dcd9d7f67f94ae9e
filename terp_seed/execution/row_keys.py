"""Row keys: the primary keys of rows that were not seeded, as values and as SQL, and the order in which to delete them."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from terp_seed.errors import SeedError
from terp_seed.revisions.block import Rows
from terp_seed.sql.dialect import Dialect

Place = tuple[str | None, str]  # schema (None for the current one) and table
RowKey = tuple[Any, ...]  # the values of a row's primary key

_MOST_KEYS = 200  # per statement


def literal(dialect: Dialect, value: Any) -> str:
    """Return the value of a primary key as SQL. Raises SeedError for an unsupported type."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return dialect.binary(bytes(value))
    if isinstance(value, UUID):
        return dialect.uuid(value)
    if isinstance(value, (str, date, datetime)):
        return dialect.text(str(value))
    if isinstance(value, (int, float)) or hasattr(value, "as_tuple"):
        return str(value) if not isinstance(value, float) else repr(value)
    raise SeedError(
        f"A primary key of type {type(value).__name__} is not supported: expected a number, text, a date, a UUID or bytes."
    )


def order(row: RowKey) -> tuple[Any, ...]:
    """Return the sort key of a row: numbers sort as numbers, other values as text."""
    return tuple((0, value, "") if isinstance(value, (int, float)) else (1, 0, str(value)) for value in row)


def inside(number: Any, table: str, seeded: Iterable[Rows]) -> bool:
    """Tell whether a row's number is among these rows of the table."""
    return any(some.table_name == table and some.first_id <= number <= some.last_id for some in seeded)


def chunks(rows: list[RowKey]) -> Iterator[list[RowKey]]:
    """Yield lists of as many rows as fit into one statement."""
    return (rows[start : start + _MOST_KEYS] for start in range(0, len(rows), _MOST_KEYS))
