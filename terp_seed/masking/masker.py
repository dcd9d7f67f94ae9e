"""The masker: the only component that writes PII, into generated rows and real ones.

A masked value never equals the value that it replaces, and outside of `production` every PII value is masked.
"""

import hmac
from collections.abc import Callable, Iterable, Mapping
from math import gcd
from typing import Any

from terp_seed.errors import Refused, SeedError
from terp_seed.masking.kinds import Kind, email_for, kinds
from terp_seed.model.pii import PARTY, HasPII, Party, check_kinds
from terp_seed.model.streams import fingerprint


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
        self._pii = {table.name: table.pii for table in tables}
        self._enabled = enabled
        self._parties: dict[tuple[str, str], Callable[[int], str]] = {}

    def filler(self, table: HasPII, key: str = "id") -> Callable[[dict[str, Any]], None]:
        """Return a function that fills the missing PII columns of a row in place, from the row's number in the column `key`.

        Names in one table never repeat: each id has its own place in the kind's capacity. A row with the key PARTY gets the
        values of that party, and the key is removed.
        """
        steps = [(column, kind, self._numbering(table.name, column, kinds()[kind])) for column, kind in table.pii.items()]

        def fill(row: dict[str, Any]) -> None:
            party = row.pop(PARTY, None)
            if party is not None:
                for column, kind in table.pii.items():
                    if column not in row:
                        row[column] = self._of_party(party, kind)
                return
            number: int = row[key]
            name = ""
            for column, kind, value_of in steps:
                if column not in row:
                    row[column] = email_for(name, number) if kind == "email" and name else value_of(number)
                if kind in ("person", "company"):
                    name = row[column] or ""

        return fill

    def _of_party(self, party: Party, kind: str) -> str:
        """Return a party's value of a kind; its e-mail address is made from its person's name."""
        if kind == "email":
            return email_for(self._of_party(party, "person"), party.number)
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
        pii = self._pii_of(table)
        if not self._enabled:
            return dict(record)
        return {
            column: self._mask(pii[column], value) if column in pii and value is not None else value
            for column, value in record.items()
        }

    def _pii_of(self, table: HasPII | str) -> Mapping[str, str]:
        if not isinstance(table, str):
            check_kinds(table)
            return table.pii
        if table not in self._pii:
            known = ", ".join(sorted(self._pii)) or "none"
            raise SeedError(f"No PII columns are known for table {table!r}: expected one of {known}.")
        return self._pii[table]

    def _mask(self, kind_name: str, value: object) -> str:
        kind = kinds()[kind_name]
        real = str(value).strip().casefold()
        # spellings that differ only in case or outer blanks get the same fake; lone surrogates are valid input too
        message = f"{kind_name}\x1f{real}".encode("utf-8", "surrogatepass")
        tier = kind.tiers[-1] if kind_name in ("person", "company") else kind.tiers[0]
        number = int.from_bytes(hmac.digest(str(self._key).encode(), message, "sha256")[:16], "big")
        while True:
            fake = tier.make(number % tier.capacity)
            if fake.casefold() != real:
                return fake
            number += 1
