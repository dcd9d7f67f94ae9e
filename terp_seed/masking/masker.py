"""The masker: the only component that writes PII, into generated rows and real ones.

A masked value never equals the value that it replaces, and outside of `production` every PII value is masked.
"""

import hmac
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from math import gcd
from typing import Any

from terp_seed.errors import CapacityExceeded, Refused, SeedError
from terp_seed.masking.kind import Kind
from terp_seed.masking.kinds import email_for, kinds
from terp_seed.masking.more_kinds import adult, username_for
from terp_seed.model.pii import OF_NAMES, PARTY, HasPII, Party, check_kinds
from terp_seed.model.streams import fingerprint

_ANY = 2**64  # more than any length or id
_FROM_NAMES = {"email": email_for, "username": username_for}


class Masker:
    """A Masker turns numbers and real values into fake ones; the same key always gives the same fakes."""

    def __init__(
        self,
        key: int | str,
        tables: Iterable[HasPII] = (),
        environment: str = "development",
        enabled: bool = True,
    ) -> None:
        """Take the key that the fakes depend on, and the tables that `mask_record` may be given by name.

        `enabled=False` leaves real records unchanged. Raises Refused for it outside of `production`.
        """
        if not enabled and environment != "production":
            raise Refused(
                f"Masking cannot be switched off in {environment!r}: expected production. Remove enabled=False, or set "
                "the environment to production if this really is production."
            )
        self._key = key
        self._tables = {table.name: table for table in tables}
        self._enabled = enabled
        self._parties: dict[tuple[str, str], Callable[[int], str]] = {}

    def filler(self, table: HasPII, as_of: date | None = None) -> Callable[[dict[str, Any]], None]:
        """Return a function that fills the missing PII columns of a row in place, from the row's id.

        Names in one table never repeat: each id has its own place in the kind's capacity. A row with the key PARTY gets the
        values of that party, and the key is removed. Everybody is an adult on the day `as_of`.
        """
        key = getattr(table, "key", "id")
        unique: frozenset[str] = getattr(table, "unique_pii", frozenset())
        fits = {column: self._fit(table, column, as_of, column in unique) for column in table.pii}
        steps = [(column, kind, self._numbering(table.name, column, kinds()[kind])) for column, kind in table.pii.items()]

        def fill(row: dict[str, Any]) -> None:
            party = row.pop(PARTY, None)
            if party is not None:
                for column, kind in table.pii.items():
                    if column not in row:
                        row[column] = fits[column](party.number, self._of_party(party, kind))
                return
            number: int = row[key]
            name = ""
            for column, kind, value_of in steps:
                if column not in row:
                    made = _FROM_NAMES[kind](name, number) if kind in _FROM_NAMES and name else value_of(number)
                    row[column] = fits[column](number, made)
                if kind in OF_NAMES:
                    name = row[column] or ""

        return fill

    def _fit(self, table: HasPII, column: str, as_of: date | None, is_unique: bool) -> Callable[[int, str], Any]:
        """Return what makes the value of a column from a number and its natural value: one that has room there."""
        kind, limit = kinds()[table.pii[column]], length_of(table, column)
        if kind.name == "birth_date":
            return lambda number, natural: adult(natural, as_of)
        room = _ANY if limit is None else limit
        end = kind.capacity if is_unique and kind.repeats else _ANY

        def fit(number: int, natural: str) -> str:
            if len(natural) <= room and number < end:
                return natural
            made = kind.fitted(number, natural, limit, is_unique)
            if made is None:
                most = kind.capacity_within(limit) if limit is not None else kind.capacity
                raise CapacityExceeded(
                    f"{table.name}.{column} is unique and holds {limit or 'any number of'} characters, in which the kind "
                    f"{kind.name} has {most:,} different values, but a row has the number {number:,}: expected a longer column, "
                    "another kind, or fewer rows. Nothing was written to this table."
                )
            return made

        return fit

    def _of_party(self, party: Party, kind: str) -> str:
        """Return a party's value of a kind; its e-mail address and username are made from its person's name."""
        if kind in _FROM_NAMES:
            return _FROM_NAMES[kind](self._of_party(party, "person"), party.number)
        key = party.space, kind
        if key not in self._parties:
            self._parties[key] = self._numbering(party.space, f"party {kind}", kinds()[kind])
        return self._parties[key](party.number)

    def _numbering(self, table: str, column: str, kind: Kind) -> Callable[[int], str]:
        # An affine map n -> a*n + b (a coprime to the capacity) is a permutation, so unique ids give unique names, and
        # neighbouring ids get unrelated names.
        maps = []
        for place, tier in enumerate(kind.tiers):
            a = fingerprint(self._key, table, column, place, "factor") % tier.capacity
            while gcd(a, tier.capacity) != 1:
                a += 1
            maps.append((tier.capacity, a, fingerprint(self._key, table, column, place, "offset") % tier.capacity, tier.make))
        capacity, factor, offset, make = maps[0]

        def value_of(number: int) -> str:
            if number < capacity or len(maps) == 1:
                return make((number * factor + offset) % capacity)
            tier, within = kind.tier_of(number)
            tier_capacity, a, b, tier_make = maps[kind.tiers.index(tier)]
            return tier_make((within * a + b) % tier_capacity)

        return value_of

    def mask_record(self, table: HasPII | str, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return a copy of a real record with every PII value replaced and everything else unchanged.

        The same value gets the same fake in every table, so masked tables can still be joined. None stays None. Raises SeedError
        for the name of an unknown table.
        """
        known = self._table(table)
        if not self._enabled:
            return dict(record)
        pii = known.pii
        return {
            column: self._mask(pii[column], value, length_of(known, column)) if column in pii and value is not None else value
            for column, value in record.items()
        }

    def _table(self, table: HasPII | str) -> HasPII:
        if not isinstance(table, str):
            check_kinds(table)
            return table
        if table not in self._tables:
            known = ", ".join(sorted(self._tables)) or "none"
            raise SeedError(f"No PII columns are known for table {table!r}: expected one of {known}.")
        return self._tables[table]

    def _mask(self, kind_name: str, value: object, limit: int | None) -> Any:
        kind = kinds()[kind_name]
        real = str(value).strip().casefold()
        # spellings that differ only in case or outer blanks get the same fake; lone surrogates are valid input too
        message = f"{kind_name}\x1f{real}".encode("utf-8", "surrogatepass")
        tier = kind.tiers[-1] if kind_name in ("person", "company") else kind.tiers[0]
        number = int.from_bytes(hmac.digest(str(self._key).encode(), message, "sha256")[:16], "big")
        while True:
            natural = tier.make(number % tier.capacity)
            fake = kind.fitted(number % 10**12, natural, limit) or natural
            if fake.casefold() != real:
                return adult(fake, None) if kind_name == "birth_date" and isinstance(value, date) else fake
            number += 1


def length_of(table: HasPII, column: str) -> int | None:
    """Return how many characters a column of a SeedTable holds, or None where any number is, or it is not known."""
    columns = getattr(getattr(table, "table", None), "columns", {})
    length: int | None = getattr(columns[column].type, "length", None) if column in columns else None
    return length
