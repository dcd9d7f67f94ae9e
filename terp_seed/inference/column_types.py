"""Column types: from the type that a database reports to the one that a file spells, and its Python text.

A type that no literal can be written for is None; nothing is guessed.
"""

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

Type = sa.types.TypeEngine[Any]

_BITS = {"TINYINT": 8, "SMALLINT": 16, "MEDIUMINT": 24, "BIGINT": 64, "small_integer": 16, "big_integer": 64}
_SHORT_TEXT, _SHORT_BYTES = 255, 255
_RANGES = ("INT4RANGE", "INT8RANGE", "NUMRANGE", "DATERANGE", "TSRANGE", "TSTZRANGE")
_OWN = ("YEAR", "BIT", "INET", "CIDR", "MACADDR", "MACADDR8", "TSVECTOR", "MONEY", "INTERVAL", *_RANGES)
_PLAIN: tuple[tuple[type[Any], Type], ...] = (
    (sa.Boolean, sa.Boolean()),
    (sa.Float, sa.Float()),
    (sa.Date, sa.Date()),
    (sa.JSON, sa.JSON()),
    (sa.Time, sa.Time()),
    (sa.Uuid, sa.Uuid()),
)


def whole_range(found: Type) -> tuple[int, int] | None:
    """Return the range of an integer type; None for another one."""
    if not isinstance(found, sa.Integer):
        return None
    bits = _BITS.get(found.__visit_name__, 32)
    return (0, 2**bits - 1) if getattr(found, "unsigned", False) else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def spelled_type(found: Type, is_json: bool = False) -> Type | None:
    """Return the type of every database for a live one. With `is_json`, a CHECK demands JSON of a text."""
    if (below := getattr(found, "data_type", None)) is not None:  # a domain
        return spelled_type(below, is_json)
    if isinstance(found, sa.Integer):
        return _integer(found)
    if isinstance(found, sa.Enum):
        return sa.Enum(*found.enums) if found.enums else None
    if isinstance(found, sa.Numeric) and not isinstance(found, sa.Float):
        return sa.Numeric(found.precision, found.scale if found.precision is not None else None)
    if isinstance(found, sa.DateTime):  # of which a TIMESTAMP has a shorter range
        kind = sa.TIMESTAMP if isinstance(found, sa.TIMESTAMP) else sa.DateTime
        return kind(timezone=bool(found.timezone))
    plain = next((plain for family, plain in _PLAIN if isinstance(found, family)), None)
    if plain is not None:
        return plain
    if isinstance(found, sa.String):
        return sa.JSON() if is_json else _text(found)
    return _bytes(found) or _own(found)


def _own(found: Type) -> Type | None:
    """Return a type that only one kind of database has, if a seed can fill it."""
    if isinstance(found, postgresql.ARRAY):
        item = spelled_type(found.item_type)
        return None if item is None or isinstance(item, sa.Enum) else postgresql.ARRAY(item)
    return found if found.__visit_name__.upper() in _OWN and _dialect_of(found) is not None else None


def _dialect_of(kind: Type) -> str | None:
    """Return the name of the kind of database that a type belongs to; None for one that every database has."""
    _, _, rest = type(kind).__module__.partition("sqlalchemy.dialects.")
    return rest.partition(".")[0] or None


def dialects_of(kinds: Iterable[Type | None]) -> list[str]:
    """Return the modules that the texts of some types need, by name."""
    return sorted({name for kind in kinds if kind is not None and (name := _dialect_of(kind)) is not None})


def _integer(found: sa.Integer) -> Type:
    if found.__visit_name__ == "TINYINT" and getattr(found, "display_width", None) == 1:
        return sa.Boolean()  # which is what MySQL makes of BOOLEAN
    lowest, highest = whole_range(found) or (0, 0)
    if highest < 2**15 and lowest >= -(2**15):
        return sa.SmallInteger()
    return sa.Integer() if highest < 2**31 else sa.BigInteger()


def _text(found: sa.String) -> Type:
    if members(found):
        return sa.String(found.length)
    if found.__visit_name__ == "TINYTEXT":
        return sa.String(_SHORT_TEXT)
    if isinstance(found, sa.CHAR):
        return sa.CHAR(found.length or 1)
    if found.length is None or found.length > 2**16:
        return sa.Text()  # one with a length is what SQLAlchemy takes SQLite's CHARACTER(n) for
    return sa.String(found.length)


def _bytes(found: Type) -> Type | None:
    name = found.__visit_name__.upper()
    if name == "TINYBLOB":
        return sa.LargeBinary(_SHORT_BYTES)
    is_bytes = isinstance(found, sa.LargeBinary | sa.BINARY | sa.VARBINARY) or name.endswith("BLOB")
    return sa.LargeBinary(getattr(found, "length", None)) if is_bytes else None


def is_fixed(found: Type) -> bool:
    """Tell whether a type of bytes is always full."""
    return isinstance(found, sa.BINARY)


def members(found: Type) -> tuple[str, ...]:
    """Return the members of a SET, of which a text holds any; none for another type."""
    return tuple(getattr(found, "values", ())) if found.__visit_name__ == "SET" else ()


def quoted(text: str) -> str:
    """Return a text as a Python literal."""
    return json.dumps(text, ensure_ascii=False)


def type_text(kind: Type) -> str:
    """Return the Python text of a type that `spelled_type` returned."""
    if isinstance(kind, sa.Enum):
        return f"sa.Enum({', '.join(map(quoted, kind.enums))})"
    name = type(kind).__name__
    if (dialect := _dialect_of(kind)) is not None:
        length = getattr(kind, "length", None) if name == "BIT" else None
        arguments = [str(length)] if length is not None else []
        arguments += ["varying=True"] if getattr(kind, "varying", False) else []
        arguments += [type_text(kind.item_type)] if isinstance(kind, sa.ARRAY) else []
        return f"{dialect}.{name}({', '.join(arguments)})" if arguments else f"{dialect}.{name}"
    if isinstance(kind, sa.Numeric) and not isinstance(kind, sa.Float):
        arguments = [str(part) for part in (kind.precision, kind.scale) if part is not None]
        return f"sa.{name}({', '.join(arguments)})" if arguments else f"sa.{name}"
    if isinstance(kind, sa.DateTime):
        return f"sa.{name}(timezone=True)" if kind.timezone else f"sa.{name}"
    length = getattr(kind, "length", None)
    return f"sa.{name}({length})" if length is not None else f"sa.{name}"
