"""PII: the kinds of it that a column may hold, who it is about, and which columns sound like it.

The masker makes the fake values; here is only what a table says of itself.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from terp_seed.errors import SeedError

KINDS = ("person", "company", "email", "phone", "address")
PARTY = "*party"  # the key of a generated row that names its party; it is no column
_SOUNDS_LIKE_PII = re.compile(r"e-?mail|phone|mobile|(?<!code)name|address|street|contact|birth|passport|ssn|iban", re.IGNORECASE)


class HasPII(Protocol):
    """Anything with a name and a mapping from PII column to kind: a SeedTable, or a stand-in for one."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def pii(self) -> Mapping[str, str]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Party:
    """A Party is whom a row is about, where rows of several tables are about the same one: a vendor that is a client too.

    All PII of such rows is that of the party, so it is the same in each table. Numbers of one space are different parties.
    """

    space: str
    number: int


def filled_pii(table: HasPII, row: Mapping[str, object]) -> list[str]:
    """Return the PII columns in which a generated row has a value, which only the masker may write there."""
    return sorted(column for column in table.pii if row.get(column) is not None)


def check_kinds(table: HasPII) -> None:
    """Refuse a table that names a kind outside the vocabulary."""
    for column, kind in table.pii.items():
        if kind not in KINDS:
            raise SeedError(f"{table.name}.{column} is of the unknown PII kind {kind!r}: expected one of {', '.join(KINDS)}.")


def unclassified(text_columns: Iterable[str], pii: Iterable[str], not_pii: Iterable[str]) -> list[str]:
    """Return the text columns whose names sound like PII and that nobody has said anything about."""
    known = {*pii, *not_pii}
    return [column for column in text_columns if column not in known and _SOUNDS_LIKE_PII.search(column)]
