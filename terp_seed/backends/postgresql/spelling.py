"""The spelling of PostgreSQL: names in double quotes, and texts with escapes only where a reviewer would not see a character."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.ranges import AbstractRange
from sqlalchemy.types import TypeEngine

from terp_seed.sql.spelling import MARKS, OwnType, Spelling

# ranges included
_WRITTEN_AS_TEXT = (
    postgresql.INET,
    postgresql.CIDR,
    postgresql.MACADDR,
    postgresql.MACADDR8,
    postgresql.TSVECTOR,
    AbstractRange,
)
_CONTROLS = re.compile("[\x01-\x1f\x7f-\x9f]")


class PostgreSQLSpelling(Spelling):
    """A PostgreSQLSpelling writes names and literals."""

    true, false = "TRUE", "FALSE"
    interval_types = (sa.Interval, postgresql.INTERVAL)
    array_types = (sa.ARRAY,)

    @property
    def own_types(self) -> tuple[OwnType, ...]:
        """Return those whose values are written as texts, and MONEY."""
        return (
            *(OwnType(kind, "a text, as the server reads it", self._as_text) for kind in _WRITTEN_AS_TEXT),
            OwnType(postgresql.BIT, "a text of zeros and ones", self._bits),
            OwnType(postgresql.MONEY, "a finite Decimal", self._money),
        )

    def _as_text(self, value: Any, _kind: Any) -> str | None:
        return self.text(value) if isinstance(value, str) else None

    def _bits(self, value: Any, _kind: Any) -> str | None:
        return f"'{value}'" if isinstance(value, str) and not set(value) - {"0", "1"} else None

    def _money(self, value: Any, _kind: Any) -> str | None:
        return f"'{value:f}'::numeric::money" if isinstance(value, Decimal) and value.is_finite() else None

    def quote(self, identifier: str) -> str:
        """Return the identifier in double quotes."""
        return '"' + identifier.replace('"', '""') + '"'

    def _hard_text(self, value: str) -> str:
        if not (MARKS.search(value) or _CONTROLS.search(value)):
            return "'" + value.replace("'", "''") + "'"
        escaped = value.replace("\\", "\\\\").replace("'", "''")
        return "E'" + MARKS.sub(_escape, _CONTROLS.sub(_escape, escaped)) + "'"

    def named(self, sql: str, names: Iterable[str]) -> str:
        """Return a query with these names quoted: one that is not would be read in lower case. Placeholders in braces stay."""
        mixed = sorted({name for name in names if name != name.lower()}, key=len, reverse=True)
        if not mixed:
            return sql
        pattern = re.compile(rf"('(?:[^']|'')*'|\"[^\"]*\"|\{{\w[^}}]*\}})|\b({'|'.join(map(re.escape, mixed))})\b")
        return pattern.sub(lambda found: found[1] or self.quote(found[2]), sql)

    def binary(self, value: bytes) -> str:
        """Return a hexadecimal literal."""
        return f"'\\x{value.hex()}'::bytea"

    def uuid(self, value: UUID) -> str:
        """Return it with its hyphens."""
        return f"'{value}'"

    def type_name(self, kind: TypeEngine[Any]) -> str:
        """Return what SQLAlchemy calls the type here."""
        return str(kind.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
