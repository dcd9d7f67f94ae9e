"""The spelling: how one kind of database writes names and values.

A literal means the same in every session that has run the preamble, whatever the server's settings are.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.types import TypeEngine

from terp_seed.errors import SeedError
from terp_seed.model.row_key import BYTES as BYTES

# Characters that a plain '…' literal cannot safely contain or show to a reviewer: quotes and backslashes, control characters,
# and characters that hide or reorder text on the screen. NUL and lone surrogates cannot be stored at all.
_REORDERING = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
_HARD = re.compile(f"['\\\\\x00-\x1f\x7f-\x9f{_REORDERING}\ud800-\udfff]")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
MARKS = re.compile(f"[{_REORDERING}]")
_PLAIN = bytes(code for code in range(0x20, 0x7F) if chr(code) not in "'\\")


def is_plain(text: str) -> bool:
    """Tell quickly whether a text can be quoted unchanged in every dialect. False means unknown."""
    return text.isascii() and not text.encode().translate(None, _PLAIN)


@dataclass(frozen=True)
class OwnType:
    """An OwnType is a column type that only one kind of database has, and the literals of its values.

    `literal` takes a value and the column's type, and returns None for a value that is none of the type.
    """

    kind: type[TypeEngine[Any]]
    expected: str
    literal: Callable[[Any, Any], str | None]


class Spelling(ABC):
    """A Spelling is the part of a dialect that names and literals need."""

    true, false = "1", "0"
    interval_types: tuple[type[Any], ...] = ()  # SQLAlchemy's, if there are columns of such types
    array_types: tuple[type[Any], ...] = ()

    @property
    def own_types(self) -> tuple[OwnType, ...]:
        """Return the types that other databases lack."""
        return ()

    @abstractmethod
    def quote(self, identifier: str) -> str:
        """Return the quoted identifier."""

    @abstractmethod
    def _hard_text(self, value: str) -> str:
        """Return the literal of a text with characters that a plain literal cannot contain."""

    def text(self, value: str) -> str:
        """Return the literal of any text. Raises SeedError for NUL and lone surrogates, which no database stores."""
        if not _HARD.search(value):
            return f"'{value}'"
        if _NO_TEXT.search(value):
            raise SeedError(f"The text {value!r} cannot be stored: expected no NUL and no lone surrogate in it.")
        return self._hard_text(value)

    def named(self, sql: str, names: Iterable[str]) -> str:
        """Return a query in which names that were written without quotes mean what they say, in their letter case."""
        return sql

    @abstractmethod
    def binary(self, value: bytes) -> str:
        """Return the literal of a byte string."""

    def uuid(self, value: UUID) -> str:
        """Return the literal of a UUID, as SQLAlchemy stores it."""
        return f"'{value.hex}'"

    def type_name(self, kind: TypeEngine[Any]) -> str:
        """Return the name of a column's type, for a cast."""
        raise NotImplementedError
