"""The kinds of PII: a small closed vocabulary of fake values, made from numbers with Faker's word lists.

Every value is from a range that reaches no real person. Different numbers give different values, up to a kind's capacity.
"""

import re
from functools import cache

from terp_seed.masking.kind import Form, Kind, Tier, numbered
from terp_seed.masking.more_kinds import first_word, more_kinds, username_for
from terp_seed.masking.word_lists import Words

# Phone numbers 555-0100 to 555-0199 are reserved for fiction in every geographic area code of North America, but not in
# toll-free codes, so only geographic ones are listed here.
_AREA_CODES = [
    "201",
    "203",
    "206",
    "212",
    "213",
    "215",
    "216",
    "301",
    "303",
    "305",
    "312",
    "313",
    "314",
    "401",
    "402",
    "404",
    "405",
    "406",
    "410",
    "412",
    "414",
    "415",
    "501",
    "502",
    "503",
    "504",
    "505",
    "508",
    "512",
    "513",
    "602",
    "603",
    "605",
    "608",
    "612",
    "614",
    "615",
    "616",
    "617",
    "619",
    "701",
    "702",
    "703",
    "704",
    "706",
    "713",
    "716",
    "717",
    "718",
    "719",
    "801",
    "802",
    "803",
    "804",
    "806",
    "808",
    "812",
    "813",
    "816",
    "818",
]
_DOMAINS = ("example.com", "example.org", "example.net")  # reserved by RFC 2606
_ZIP_CODES = 500  # 00000 to 00499 are not assigned
_FICTIONAL_PHONE = re.compile(rf"1?(?:{'|'.join(_AREA_CODES)})55501[0-9][0-9]")


def _person_kind(words: Words) -> Kind:
    first, last = words.first, words.last
    firsts, lasts = len(first), len(last)

    def short(n: int) -> str:
        return f"{first[n // lasts]} {last[n % lasts]}"

    def with_initial(n: int) -> str:
        n, initial = divmod(n, 26)
        return f"{first[n // lasts]} {chr(65 + initial)}. {last[n % lasts]}"

    def hyphenated(n: int) -> str:
        n, second = divmod(n, lasts)
        return f"{with_initial(n)}-{last[second]}"

    pattern = re.compile(r"([A-Za-z]+)(?: [A-Z]\.)? ([A-Za-z]+)(?:-([A-Za-z]+))?")
    first_set, last_set = frozenset(first), frozenset((*last, None))

    def is_fake(value: str) -> bool:
        parts = pattern.fullmatch(value)
        return parts is not None and parts[1] in first_set and parts[2] in last_set and parts[3] in last_set

    plain = firsts * lasts
    tiers = (Tier(plain, short), Tier(plain * 26, with_initial), Tier(plain * 26 * lasts, hyphenated))
    return Kind("person", tiers, is_fake, (numbered("Person "), numbered("P")))


def _company_kind(words: Words) -> Kind:
    last, suffixes = words.last, words.suffixes
    lasts = len(last)

    def two(n: int) -> str:
        n, ampersand = divmod(n, 2)
        n, suffix = divmod(n, len(suffixes))
        n, step = divmod(n, lasts - 1)
        link = " & " if ampersand else "-"
        return f"{last[n]}{link}{last[(n + 1 + step) % lasts]} {suffixes[suffix]}"

    def three(n: int) -> str:
        n, suffix = divmod(n, len(suffixes))
        n, third = divmod(n, lasts)
        n, second = divmod(n, lasts)
        return f"{last[n]}, {last[second]} and {last[third]} {suffixes[suffix]}"

    name = "[A-Za-z]+"
    pattern = re.compile(rf"({name})(?:(?:-| & )({name})|, ({name}) and ({name})) (?:{'|'.join(suffixes)})")
    last_set = frozenset((*last, None))

    def is_fake(value: str) -> bool:
        parts = pattern.fullmatch(value)
        return parts is not None and all(part in last_set for part in parts.groups())

    tiers = (Tier(lasts * (lasts - 1) * len(suffixes) * 2, two), Tier(lasts**3 * len(suffixes), three))
    return Kind("company", tiers, is_fake, (numbered("Company "), numbered("C")))


def _email_kind(person: Kind) -> Kind:
    pattern = re.compile(rf"[a-z][a-z0-9.]*@(?:{'|'.join(map(re.escape, _DOMAINS))})")

    def make(n: int) -> str:
        return email_for(person.tiers[0].make(n % person.tiers[0].capacity), n)

    forms = tuple(
        Form(lambda number, natural, name=name: f"{name(natural)}{number}@{natural.rpartition('@')[2]}", pattern)  # type: ignore[misc]
        for name in (first_word, lambda natural: "u")
    )
    return Kind("email", (Tier(10**12, make),), lambda value: bool(pattern.fullmatch(value)), forms)


def email_for(name: str, number: int) -> str:
    """Return a fake e-mail address for a fake name. The number makes it unique, because names contain no digits."""
    return f"{username_for(name, number)}@{_DOMAINS[number % len(_DOMAINS)]}"


def _phone_kind() -> Kind:
    pattern = re.compile(rf"\+1-(?:{'|'.join(_AREA_CODES)})-555-01[0-9][0-9]")

    def make(n: int) -> str:
        area, line = divmod(n, 100)
        return f"+1-{_AREA_CODES[area]}-555-01{line:02d}"

    areas, capacity = "|".join(_AREA_CODES), len(_AREA_CODES) * 100
    forms = (
        Form(lambda _, natural: natural[3:].replace("-", ""), re.compile(rf"(?:{areas})55501[0-9][0-9]"), capacity),
        Form(lambda _, natural: natural[-8:], re.compile(r"555-01[0-9][0-9]"), 100),
        Form(lambda _, natural: natural[-8:].replace("-", ""), re.compile(r"55501[0-9][0-9]"), 100),
    )
    return Kind("phone", (Tier(capacity, make),), lambda value: bool(pattern.fullmatch(value)), forms, repeats=True)


def is_fictional_phone(digits: str) -> bool:
    """Tell whether the digits of a phone number are in the range of the kind, with or without the country's."""
    return bool(_FICTIONAL_PHONE.fullmatch(digits))


def _address_kind(words: Words) -> Kind:
    radices = [len(p) for p in (words.last, words.streets, words.city_prefixes, words.first, words.city_suffixes, words.states)]
    sets = [frozenset(p) for p in (words.last, words.streets)]
    cities = frozenset(words.city_prefixes)
    pattern = re.compile(r"[1-9][0-9]{2,3} ([A-Za-z]+) ([A-Za-z]+), ([A-Za-z]+) [A-Za-z]+, ([A-Z]{2}) 00[0-4][0-9]{2}")

    def make(n: int) -> str:
        digits = []
        for radix in radices:
            n, digit = divmod(n, radix)
            digits.append(digit)
        street, kind, prefix, middle, suffix, state = digits
        n, zip_code = divmod(n, _ZIP_CODES)
        city = f"{words.city_prefixes[prefix]} {words.first[middle]}{words.city_suffixes[suffix]}"
        return f"{100 + n} {words.last[street]} {words.streets[kind]}, {city}, {words.states[state]} {zip_code:05d}"

    def is_fake(value: str) -> bool:
        parts = pattern.fullmatch(value)
        return parts is not None and parts[1] in sets[0] and parts[2] in sets[1] and parts[3] in cities

    capacity = 9_900 * _ZIP_CODES
    for radix in radices:
        capacity *= radix
    forms = (numbered("", " Example Street"), numbered("No. "), numbered("A"))
    return Kind("address", (Tier(capacity, make),), is_fake, forms)


@cache
def kinds() -> dict[str, Kind]:
    """Return all kinds by name."""
    words = Words.load()
    person = _person_kind(words)
    five = (person, _company_kind(words), _email_kind(person), _phone_kind(), _address_kind(words))
    every = (*five, *more_kinds(words, person))
    return {kind.name: kind for kind in every}
