"""The types that only MySQL and MariaDB have, and the literals of their values."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects import mysql

from terp_seed.sql.spelling import OwnType


def own_types(text: Callable[[str], str]) -> tuple[OwnType, ...]:
    """Return the types, given what makes the literal of a text."""

    def year(value: Any, _kind: Any) -> str | None:
        return str(value) if type(value) is int and (value == 0 or 1901 <= value <= 2155) else None

    def bits(value: Any, kind: Any) -> str | None:
        return f"b'{value:b}'" if type(value) is int and 0 <= value < 2 ** (kind.length or 1) else None

    def members(value: Any, kind: Any) -> str | None:
        chosen = value.split(",") if isinstance(value, str) and value else []
        return text(value) if isinstance(value, str) and {*chosen} <= {*kind.values} else None

    return (
        OwnType(mysql.YEAR, "a year from 1901 to 2155", year),
        OwnType(mysql.BIT, "a whole number of as many bits as the column has", bits),
        OwnType(mysql.SET, "members of the SET, separated by commas", members),
    )
