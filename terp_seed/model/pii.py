"""PII: the kinds that a column may hold, the party that it belongs to, and which columns nobody has classified.

These are only a table's declarations; the masker makes the fake values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from terp_seed.errors import SeedError
from terp_seed.model.pii_names import suggests_pii

# the least length of a column for a kind that can be made that short
_LEAST_LENGTHS = {
    "person": 2,
    "company": 2,
    "email": 14,
    "phone": 7,
    "address": 2,
    "first_name": 2,
    "last_name": 2,
    "username": 2,
    "city": 2,
    "postcode": 5,
    "ip": 14,
    "secret": 2,
    "tax_id": 9,
    "birth_date": 10,
}
KINDS = tuple(_LEAST_LENGTHS)
OF_NAMES = ("person", "company", "first_name", "last_name")  # from which the masker makes e-mail addresses and usernames
FROM_NAMES = ("email", "username")
PARTY = "*party"  # the key of a generated row that holds its party; not a column


class HasPII(Protocol):
    """A HasPII is anything with a name and a mapping from PII columns to kinds: a SeedTable, or a stand-in for one."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def pii(self) -> Mapping[str, str]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Party:
    """A Party is the person or company that rows of several tables are about, such as a vendor that is also a client.

    All PII of such rows is the party's, so it is the same in each table. Each number in a space is a different party.
    """

    space: str
    number: int


def least_length(kind: str) -> int:
    """Return how many characters a column needs at least for a kind."""
    return _LEAST_LENGTHS[kind]


def filled_pii(table: HasPII, row: Mapping[str, object]) -> list[str]:
    """Return the PII columns that a generated row fills, although only the masker may."""
    copied = getattr(table, "copied_pii", ())
    return sorted(column for column in table.pii if row.get(column) is not None and column not in copied)


def check_kinds(table: HasPII) -> None:
    """Raise SeedError if a table declares an unknown kind."""
    for column, kind in table.pii.items():
        if kind not in KINDS:
            raise SeedError(f"{table.name}.{column} is of the unknown PII kind {kind!r}: expected one of {', '.join(KINDS)}.")


def unclassified(text_columns: Iterable[str], pii: Iterable[str], not_pii: Iterable[str]) -> list[str]:
    """Return the text columns whose names suggest PII, but that are declared neither as PII nor as not PII."""
    known = {*pii, *not_pii}
    return [column for column in text_columns if column not in known and suggests_pii(column)]
