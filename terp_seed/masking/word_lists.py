"""The word lists: the words of fake values, from Faker's own lists, read once.

Faker itself is never called for a value: that is two hundred times slower than drawing from its lists.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache, cached_property

_WORD = re.compile("[A-Za-z]+")


@dataclass(frozen=True)
class Words:
    """Words are Faker's lists, sorted and without duplicates, so that a word's index does not depend on their order."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    suffixes: tuple[str, ...]
    streets: tuple[str, ...]
    city_prefixes: tuple[str, ...]
    city_suffixes: tuple[str, ...]
    states: tuple[str, ...]

    @classmethod
    @cache
    def load(cls) -> "Words":
        """Read Faker's en_US lists. They are imported here, so that a run that masks nothing does not wait for them."""
        from faker.providers.address.en_US import Provider as Address
        from faker.providers.company import Provider as Company
        from faker.providers.person.en_US import Provider as Person

        def plain(words: Iterable[str]) -> tuple[str, ...]:
            # databases compare case-insensitively, so words that differ only in case are duplicates
            return tuple(sorted({w.casefold(): w for w in sorted(words) if w.isascii() and w.isalpha()}.values()))

        return cls(
            first=plain(Person.first_names),
            last=plain(Person.last_names),
            suffixes=tuple(Company.company_suffixes),
            streets=plain(Address.street_suffixes),
            city_prefixes=plain(Address.city_prefixes),
            city_suffixes=plain(Address.city_suffixes),
            states=tuple(sorted(Address.states_abbr)),
        )

    def respelled(self, text: str) -> str:
        """Return a text with each word of the lists in the letters that the lists have it in."""
        return _WORD.sub(lambda found: self._spellings.get(found[0].casefold(), found[0]), text)

    @cached_property
    def _spellings(self) -> dict[str, str]:
        lists = (getattr(self, field.name) for field in fields(self))
        return {word.casefold(): word for words in lists for word in words if word.isalpha()}
