"""Literals: the SQL text of a column's values.

Each value is checked against the type of its column: a wrong one is refused, never converted.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from operator import is_
from types import NoneType
from typing import Any, NoReturn
from uuid import UUID

import sqlalchemy as sa

from terp_seed.errors import SeedError
from terp_seed.model.values import Adopted, JsonText
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.spelling import BYTES, OwnType, is_plain

Renderer = Callable[[Any], str]
# Renders values that all have the column's usual type; returns None if they must be rendered one by one.
Quick = Callable[[Sequence[Any]], list[str] | None]

_CENT = Decimal("0.01")
_COLUMNS = 4_000  # whose functions are kept: a project has some hundred


class Literals:
    """Literals render the values of one column, one by one or many at once, which is several times faster."""

    def __init__(self, dialect: Dialect, column: sa.Column[Any]) -> None:
        self.one = renderer(dialect, column)
        self._types, self._quick = _quick(dialect, column.type, self.one)

    def many(self, values: Sequence[Any]) -> list[str]:
        """Return the literal of each value, with the same text and the same errors as `one`."""
        first = values[0]
        if first is values[-1] and all(map(is_, values, repeat(first))):
            return [self.one(first)] * len(values)
        types = set(map(type, values))
        if NoneType in types:
            others = iter(self.many([value for value in values if value is not None]))
            return ["NULL" if value is None else next(others) for value in values]
        quick = self._quick(values) if types <= self._types else None
        return [self.one(value) for value in values] if quick is None else quick


@lru_cache(maxsize=_COLUMNS)
def literals(dialect: Dialect, column: sa.Column[Any]) -> Literals:
    """Return the literals of a column, which a run needs for several statements."""
    return Literals(dialect, column)


@lru_cache(maxsize=_COLUMNS)
def renderer(dialect: Dialect, column: sa.Column[Any]) -> Renderer:
    """Return the function that renders a value of the column. It raises SeedError for a value of another type."""
    return _renderer(dialect, f"{column.table.name}.{column.name}", column.type)


def _renderer(dialect: Dialect, where: str, kind: sa.types.TypeEngine[Any]) -> Renderer:
    def wrong(value: object, expected: str) -> NoReturn:
        raise SeedError(f"{where} cannot hold {value!r} ({type(value).__name__}): expected {expected}.")

    def boolean(value: Any) -> str:
        return (dialect.true if value else dialect.false) if isinstance(value, bool) else wrong(value, "True or False")

    def whole(value: Any) -> str:
        if type(value) is Adopted:
            return dialect.variable(value.variable)
        return str(value) if type(value) is int else wrong(value, "a whole number")

    def exact(value: Any) -> str:
        if type(value) is not Decimal or not value.is_finite():
            wrong(value, "a finite Decimal; floats lose cents")
        text = format(value, "f")
        digits = text.partition(".")[2]
        if scale is not None and len(digits) > scale and digits[scale:].strip("0"):
            wrong(value, f"at most {scale} decimals")
        return text

    def real(value: Any) -> str:
        return repr(value) if type(value) is float and value - value == 0 else wrong(value, "a finite float")

    def moment(value: Any) -> str:
        if not isinstance(value, datetime):
            wrong(value, "a datetime in UTC")
        try:
            value = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        except OverflowError:
            wrong(value, "a datetime that exists in UTC")
        return f"'{value.isoformat(' ')}'"

    def day(value: Any) -> str:
        return f"'{value.isoformat()}'" if type(value) is date else wrong(value, "a date")

    def json_value(value: Any) -> str:
        if type(value) is JsonText:
            return dialect.text(value)
        try:
            return dialect.text(json.dumps(value, ensure_ascii=False, allow_nan=False, default=_json_number))
        except (ValueError, TypeError):
            wrong(value, "a JSON value: text, finite number, boolean, list or object")

    def text(value: Any) -> str:
        if length is not None and isinstance(value, str) and len(value) > length:
            raise SeedError(f"{where} cannot hold a text of {len(value)} characters: expected at most {length}.")
        return dialect.text(value) if isinstance(value, str) else wrong(value, "text")

    def clock(value: Any) -> str:
        if not isinstance(value, time) or value.tzinfo:
            wrong(value, "a time without a time zone")
        return f"'{value.isoformat()}'"

    def duration(value: Any) -> str:
        if isinstance(value, str):  # as the server reads it
            return dialect.text(value)
        if not isinstance(value, timedelta):
            wrong(value, "a timedelta")
        return f"'{value.days} days {value.seconds}.{value.microseconds:06} seconds'"

    def identifier(value: Any) -> str:
        return dialect.uuid(value) if isinstance(value, UUID) else wrong(value, "a UUID")

    def octets(value: Any) -> str:
        if not isinstance(value, bytes) or len(value) > (size or len(value)):
            wrong(value, f"at most {size} bytes" if size else "bytes")
        return dialect.binary(value)

    def array(value: Any) -> str:
        return f"ARRAY{listed(value)}::{dialect.type_name(kind)}" if isinstance(value, list) else wrong(value, "a list")

    def listed(values: list[Any]) -> str:
        return (
            f"[{', '.join(listed(value) if isinstance(value, list) and not of_documents else item(value) for value in values)}]"
        )

    def of_own_type(one: OwnType) -> Renderer:
        return lambda value: one.literal(value, kind) or wrong(value, one.expected)

    length, size = _length(kind), getattr(kind, "length", None)
    scale = kind.scale if isinstance(kind, sa.Numeric) else None
    of_documents = isinstance(getattr(kind, "item_type", None), sa.JSON)  # which may be lists themselves
    item = _renderer(dialect, where, kind.item_type) if isinstance(kind, dialect.array_types) else array
    families: tuple[tuple[type[sa.types.TypeEngine[Any]], Renderer], ...] = (
        *((one.kind, of_own_type(one)) for one in dialect.own_types),
        (sa.Boolean, boolean),
        (sa.Integer, whole),
        (sa.Float, real),
        (sa.Numeric, exact),
        (sa.DateTime, moment),
        (sa.Date, day),
        (sa.JSON, json_value),
        (sa.String, text),
        (sa.Time, clock),
        (sa.Uuid, identifier),
        (BYTES, octets),
        *((each, duration) for each in dialect.interval_types),
        *((each, array) for each in dialect.array_types),
    )
    for family, render in families:
        if isinstance(kind, family):
            return _or_null(render)
    raise SeedError(
        f"{where} is of type {kind!r}, which cannot be seeded: expected one of {', '.join(f.__name__ for f, _ in families)}."
    )


def _quick(dialect: Dialect, kind: sa.types.TypeEngine[Any], one: Renderer) -> tuple[set[type], Quick]:
    """Return the types that a column's values usually have, and the function that renders such values."""
    cents_fit = isinstance(kind, sa.Numeric) and (kind.scale is None or kind.scale >= 2)
    known = lru_cache(maxsize=1_000)(one)
    families: tuple[tuple[type[sa.types.TypeEngine[Any]], set[type], Quick], ...] = (
        (sa.Boolean, {bool}, lambda values: [dialect.true if value else dialect.false for value in values]),
        (sa.Integer, {int}, lambda values: list(map(repr, values))),
        (sa.Float, set(), lambda values: None),
        (sa.Numeric, {Decimal} if cents_fit else set(), _amounts),
        (sa.DateTime, {datetime}, _moments),
        (sa.Date, {date}, lambda values: list(map(known, values))),
        (sa.JSON, {JsonText}, _plain_texts),
        (sa.Enum, {str}, lambda values: list(map(known, values))),
        (sa.String, {str, JsonText}, _plain_texts_up_to(_length(kind))),
    )
    slowly: tuple[set[type], Quick] = (set(), lambda values: None)
    if isinstance(kind, tuple(own.kind for own in dialect.own_types)):
        return slowly
    return next(((types, quick) for family, types, quick in families if isinstance(kind, family)), slowly)


def _amounts(values: Sequence[Decimal]) -> list[str] | None:
    # amounts with two decimals are finite, and never rendered with an exponent
    return list(map(str, values)) if all(map(_CENT.same_quantum, values)) else None


def _moments(values: Sequence[datetime]) -> list[str] | None:
    try:
        return list(map(_moment, values))
    except _NotUTC:
        return None


def _plain_texts(values: Sequence[str]) -> list[str] | None:
    return [f"'{value}'" for value in values] if is_plain("".join(values)) else None


def _plain_texts_up_to(length: int | None) -> Quick:
    if length is None:
        return _plain_texts
    return lambda values: _plain_texts(values) if len(max(values, key=len)) <= length else None


def _length(kind: sa.types.TypeEngine[Any]) -> int | None:
    """Return how many characters a column takes by its definition, which SQLite does not enforce; None for any number."""
    return kind.length if isinstance(kind, sa.String) and not isinstance(kind, sa.Enum) else None


class _NotUTC(Exception):
    """A datetime has a time zone."""


# a run has many rows, but few different dates and times; formatting one takes five times as long as a cache hit
@lru_cache(maxsize=10_000)
def _moment(value: datetime) -> str:
    if value.tzinfo:
        raise _NotUTC
    return f"'{_day(value.date())} {_time(value.time())}'"


@lru_cache(maxsize=10_000)
def _day(value: date) -> str:
    return value.isoformat()


@lru_cache(maxsize=10_000)
def _time(value: time) -> str:
    return value.isoformat()


def _or_null(render: Renderer) -> Renderer:
    return lambda value: "NULL" if value is None else render(value)


def _json_number(value: object) -> int | float:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise TypeError
    return int(value) if value == value.to_integral_value() else float(value)
