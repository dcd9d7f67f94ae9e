"""Column types: which Python values a column takes, by the definition of its SQL type. A wrong one is refused by name.

What is accepted here is what the literals of every database accept, so a declaration fails when the project is loaded.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn
from uuid import UUID

import sqlalchemy as sa

from terp_seed.errors import SeedError
from terp_seed.model.words import listed

_BITS = {"TINYINT": 8, "SMALLINT": 16, "small_integer": 16, "MEDIUMINT": 24, "BIGINT": 64, "big_integer": 64}
FIRST_TIMESTAMP, LAST_TIMESTAMP = datetime(1980, 1, 1), datetime(2037, 12, 31, 23, 59, 59)
_FAMILIES: tuple[tuple[type[Any] | tuple[type[Any], ...], str], ...] = (
    (sa.Boolean, "boolean"),
    (sa.Integer, "integer"),
    (sa.Float, "float"),
    (sa.Numeric, "decimal"),
    (sa.DateTime, "datetime"),
    (sa.Date, "date"),
    (sa.JSON, "json"),
    (sa.Enum, "enum"),
    (sa.String, "text"),
    (sa.Time, "time"),
    (sa.Uuid, "uuid"),
    ((sa.LargeBinary, sa.BINARY, sa.VARBINARY), "binary"),
    (sa.ARRAY, "array"),
)
_OF_ONE_DATABASE = {
    "YEAR": "integer",
    "MONEY": "decimal",
    **dict.fromkeys(("INET", "CIDR", "MACADDR", "MACADDR8", "TSVECTOR", "INTERVAL"), "text"),
    **dict.fromkeys(("INT4RANGE", "INT8RANGE", "NUMRANGE", "DATERANGE", "TSRANGE", "TSTZRANGE"), "text"),
}


@dataclass(frozen=True)
class Place:
    """A Place is a column of a table, and what its definition says about values."""

    column: sa.Column[Any]
    name: str  # with the table's, for messages

    @classmethod
    def of(cls, column: sa.Column[Any]) -> "Place":
        """Return the place of a table's column."""
        return cls(column, f"{column.table.name}.{column.name}")

    @property
    def type(self) -> sa.types.TypeEngine[Any]:
        """Return the column's type, or the one that a type of the project's own is stored as."""
        kind = self.column.type
        while isinstance(kind, sa.types.TypeDecorator):
            kind = kind.impl_instance
        return kind

    @property
    def family(self) -> str:
        """Return the kind of value that the column takes, or an empty text for any other type."""
        kind = self.type
        if kind.__visit_name__ == "BIT":  # whose values are texts where its length may vary
            return "text" if hasattr(kind, "varying") else "integer"
        of_one = _OF_ONE_DATABASE.get(kind.__visit_name__, "")
        return next((name for types, name in _FAMILIES if isinstance(kind, types)), of_one)

    @property
    def length(self) -> int | None:
        """Return how many characters or bytes the column takes at most; None for any number."""
        kind = self.type
        length = getattr(kind, "length", None) if self.family in ("text", "binary") else None
        return 255 if length is None and kind.__visit_name__ in ("TINYTEXT", "TINYBLOB") else length

    @property
    def scale(self) -> int:
        """Return the number of decimals of a decimal column."""
        scale: int | None = getattr(self.type, "scale", None)
        return 2 if scale is None else scale

    def refuse(self, found: str, expected: str) -> NoReturn:
        """Raise SeedError about the column."""
        raise SeedError(f"{self.name} {found}: expected {expected}. Correct it in the columns of its SeedTable.")

    def require(self, what: str, *families: str) -> None:
        """Raise SeedError if the column's type is none of the families; `what` is the spec's name."""
        if self.family not in families:
            self.refuse(f"is {self.column.type!r}, and {what} does not fit that", f"a column for {listed(families)}")

    def integer_range(self) -> tuple[int, int]:
        """Return the least and the largest whole number that the column holds."""
        kind = self.type
        if kind.__visit_name__ == "YEAR":
            return 1901, 2155
        if kind.__visit_name__ == "BIT":
            return 0, 2 ** (getattr(kind, "length", None) or 1) - 1
        bits = _BITS.get(kind.__visit_name__, 32)
        return (0, 2**bits - 1) if getattr(kind, "unsigned", False) else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)

    def fitted(self, value: Any) -> Any:
        """Return a value as the column takes it. Raises SeedError for one that it does not take."""
        if value is None:
            if not self.column.nullable:
                self.refuse("is NOT NULL, but NULL is given", "a value")
            return None
        return getattr(self, f"_{self.family or 'other'}")(value)

    def _wrong(self, value: object, expected: str) -> NoReturn:
        self.refuse(f"cannot hold {value!r}", expected)

    def _boolean(self, value: Any) -> bool:
        return value if isinstance(value, bool) else self._wrong(value, "True or False")

    def _integer(self, value: Any) -> int:
        if isinstance(value, bool):
            value = int(value)
        low, high = self.integer_range()
        if not isinstance(value, int) or not low <= value <= high:
            self._wrong(value, f"a whole number from {low} to {high}")
        return value

    def _float(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not Decimal(value).is_finite():
            self._wrong(value, "a finite number")
        return float(value)

    def _decimal(self, value: Any) -> Decimal:
        try:
            number = Decimal(value) if isinstance(value, int | str | Decimal) and not isinstance(value, bool) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite():
            self._wrong(value, 'a decimal number as text, such as "0.50", or as a Decimal; floats lose cents')
        precision: int | None = getattr(self.type, "precision", None)
        cut = number.quantize(Decimal(1).scaleb(-self.scale))
        if cut != number:
            self._wrong(value, f"at most {self.scale} decimals")
        if precision is not None and abs(number) >= Decimal(10) ** (precision - self.scale):
            self._wrong(value, f"less than {precision - self.scale + 1} digits before the point")
        return cut

    def _datetime(self, value: Any) -> datetime:
        moment = as_datetime(value) if isinstance(value, date) else None
        if moment is None:
            self._wrong(value, "a datetime")
        if isinstance(self.type, sa.TIMESTAMP) and not FIRST_TIMESTAMP <= moment <= LAST_TIMESTAMP:
            self._wrong(value, f"a datetime from {FIRST_TIMESTAMP:%Y} to {LAST_TIMESTAMP:%Y}")
        return moment

    def _date(self, value: Any) -> date:
        return value if type(value) is date else self._wrong(value, "a date")

    def _time(self, value: Any) -> time:
        return value if isinstance(value, time) and value.tzinfo is None else self._wrong(value, "a time without a time zone")

    def _json(self, value: Any) -> Any:
        try:
            json.dumps(value, allow_nan=False, default=_json_number)
        except (TypeError, ValueError):
            self._wrong(value, "a JSON value: text, finite number, boolean, list or object")
        return value

    def _enum(self, value: Any) -> str:
        kind = self.type
        assert isinstance(kind, sa.Enum)
        name: str = getattr(value, "name", value) if kind.enum_class else value
        return name if name in kind.enums else self._wrong(value, f"one of {listed(map(str, kind.enums))}")

    def _text(self, value: Any) -> str:
        if not isinstance(value, str):
            self._wrong(value, "text")
        if self.length is not None and len(value) > self.length:
            self._wrong(value, f"at most {self.length} characters")
        return value

    def _uuid(self, value: Any) -> UUID:
        return value if isinstance(value, UUID) else self._wrong(value, "a UUID")

    def _binary(self, value: Any) -> bytes:
        if not isinstance(value, bytes) or (self.length is not None and len(value) > self.length):
            self._wrong(value, "bytes" if self.length is None else f"at most {self.length} bytes")
        return value

    def _array(self, value: Any) -> list[Any]:
        return value if isinstance(value, list) else self._wrong(value, "a list")

    def _other(self, value: Any) -> Any:  # the literals of its database know better
        return value


def as_datetime(value: date) -> datetime:
    """Return a date as its midnight, and a datetime in UTC without a time zone."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value


def _json_number(value: object) -> float:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise TypeError
    return float(value)
