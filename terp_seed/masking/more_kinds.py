"""More kinds of PII: parts of names and addresses, accounts, secrets, and numbers that belong to a person."""

import re
from collections.abc import Callable
from datetime import date

from terp_seed.masking.kind import Form, Kind, Tier, numbered
from terp_seed.masking.word_lists import Words

_NOT_LETTERS = re.compile(r"[^a-z]+")
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")  # for documentation (RFC 5737)
_HOSTS = 254
_SHORT_NAMES = ("person", "p", "company", "c", "name", "n")  # what the shorter forms of names begin with
_SSNS = 10**6
FIRST_YEAR, YEARS = 1940, 60  # of birth; always the first day of a month, by which fakes are told


def local_part(name: str) -> str:
    """Return what an e-mail address or a username has of a name."""
    return ".".join(_NOT_LETTERS.sub(" ", name.lower()).split()[:2]) or "someone"


def username_for(name: str, number: int) -> str:
    """Return a fake username for a fake name. The number makes it unique, because names contain no digits."""
    return f"{local_part(name)}{number}"


def first_word(value: str) -> str:
    """Return the letters that a fake e-mail address or username begins with."""
    found = re.match("[a-z]+", value)
    return found[0] if found else "u"


def more_kinds(words: Words, person: Kind) -> tuple[Kind, ...]:
    """Return the kinds of this module."""
    return (
        _name_kind("first_name", words.first),
        _name_kind("last_name", words.last),
        _username_kind(words, person),
        _city_kind(words),
        _postcode_kind(),
        _ip_kind(),
        _secret_kind(),
        _tax_id_kind(),
        _birth_date_kind(),
    )


def _name_kind(kind: str, names: tuple[str, ...]) -> Kind:
    known = frozenset(names)
    return Kind(
        kind, (Tier(len(names), names.__getitem__),), known.__contains__, (numbered("Name "), numbered("N")), repeats=True
    )


def _username_kind(words: Words, person: Kind) -> Kind:
    known = {word.lower() for word in (*words.first, *words.last)} | {"someone", *_SHORT_NAMES, None}
    pattern = re.compile(r"([a-z]+)(?:\.([a-z]+))?[0-9]+")
    names = person.tiers[0]

    def is_natural(value: str) -> bool:
        parts = pattern.fullmatch(value)
        return parts is not None and parts[1] in known and parts[2] in known

    short = Form(lambda number, natural: f"{first_word(natural)}{number}", re.compile(r"(?!)"))  # natural ones too
    tier = Tier(10**12, lambda n: username_for(names.make(n % names.capacity), n))
    return Kind("username", (tier,), is_natural, (short, numbered("u")))


def _city_kind(words: Words) -> Kind:
    prefixes, firsts, suffixes = words.city_prefixes, words.first, words.city_suffixes
    towns = {f"{first}{suffix}" for first in firsts for suffix in suffixes}

    def make(n: int) -> str:
        n, prefix = divmod(n, len(prefixes))
        n, suffix = divmod(n, len(suffixes))
        return f"{prefixes[prefix]} {firsts[n]}{suffixes[suffix]}"

    def is_natural(value: str) -> bool:
        prefix, _, town = value.partition(" ")
        return prefix in prefixes and town in towns

    capacity = len(prefixes) * len(firsts) * len(suffixes)
    return Kind("city", (Tier(capacity, make),), is_natural, (numbered("Town "), numbered("T")), repeats=True)


def _postcode_kind() -> Kind:
    codes = 500  # 00000 to 00499 are not assigned
    pattern = re.compile(r"00[0-4][0-9]{2}")
    long = Form(
        lambda n, _: f"{n % codes:05d}-{n // codes % 10_000:04d}", re.compile(r"00[0-4][0-9]{2}-[0-9]{4}"), codes * 10_000
    )
    return Kind("postcode", (Tier(codes, "{:05d}".format),), _matches(pattern), (long,), repeats=True)


def _ip_kind() -> Kind:
    networks = "|".join(map(re.escape, _NETWORKS))
    pattern = re.compile(rf"(?:{networks})\.(?:[1-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-4])")

    def make(n: int) -> str:
        network, host = divmod(n, _HOSTS)
        return f"{_NETWORKS[network]}.{host + 1}"

    def six(number: int, natural: str) -> str:  # of the other network for documentation (RFC 3849)
        return "2001:db8::" + ":".join(f"{number >> shift & 0xFFFF:x}" for shift in (48, 32, 16, 0))

    long = Form(six, re.compile(r"2001:db8::(?:(?:0|[1-9a-f][0-9a-f]{0,3}):){3}(?:0|[1-9a-f][0-9a-f]{0,3})"))
    return Kind("ip", (Tier(len(_NETWORKS) * _HOSTS, make),), _matches(pattern), (long,), repeats=True)


def _secret_kind() -> Kind:
    tier = Tier(2**48, "terp-seed-{:012x}".format)  # marked, so that it is nobody's password, token or hash
    return Kind("secret", (tier,), _matches(re.compile("terp-seed-[0-9a-f]{12}")), (numbered("seed-"), numbered("s")))


def _tax_id_kind() -> Kind:
    def make(n: int) -> str:  # no social security number begins with 000 or 666
        area, rest = divmod(n, _SSNS)
        return f"{('000', '666')[area]}-{rest // 10_000:02d}-{rest % 10_000:04d}"

    plain = Form(lambda _, natural: natural.replace("-", ""), re.compile(r"(?:000|666)[0-9]{6}"), 2 * _SSNS)
    pattern = re.compile(r"(?:000|666)-[0-9]{2}-[0-9]{4}")
    return Kind("tax_id", (Tier(2 * _SSNS, make),), _matches(pattern), (plain,), repeats=True)


def _birth_date_kind() -> Kind:
    def make(n: int) -> str:
        year, month = divmod(n, 12)
        return f"{FIRST_YEAR + year}-{month + 1:02d}-01"

    return Kind(
        "birth_date", (Tier(12 * YEARS, make),), _matches(re.compile(r"(?:19[0-9]{2})-(?:0[1-9]|1[0-2])-01")), repeats=True
    )


def adult(born: str, as_of: date | None) -> date:
    """Return a day of birth as a date, some years earlier where the person would be no adult on a day."""
    day = date.fromisoformat(born)
    youngest = FIRST_YEAR + YEARS - 1
    return day if as_of is None else day.replace(year=day.year - max(0, youngest - (as_of.year - 19)))


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: bool(pattern.fullmatch(value))
