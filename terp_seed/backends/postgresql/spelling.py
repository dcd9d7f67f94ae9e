"""The spelling of PostgreSQL: names in double quotes, and texts with escapes only where a reviewer would not see a character."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from terp_seed.sql.spelling import MARKS, Spelling

_CONTROLS = re.compile("[\x01-\x1f\x7f-\x9f]")


class PostgreSQLSpelling(Spelling):
    """A PostgreSQLSpelling writes names and literals."""

    true, false = "TRUE", "FALSE"
    interval_types = (sa.Interval, postgresql.INTERVAL)
    array_types = (sa.ARRAY,)

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
