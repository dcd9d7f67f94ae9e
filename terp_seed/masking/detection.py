"""Detection: which kind of PII a text or a JSON value contains, by its content and not by its column.

It decides by form and checksum, so it finds e-mail addresses, phone and card numbers, IBANs and IP addresses, but no names.
Values that reach nobody are left alone: the reserved domains, the masker's phone numbers, the addresses of documentation.
"""

import contextlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network

from terp_seed.masking.kinds import is_fictional_phone

_EMAIL = re.compile(r"[\w.+%'-]{1,64}@((?:[\w-]{1,63}\.)+[^\W\d_]{2,24})")
_RESERVED = re.compile(r"(?:.*\.)?(?:example(?:\.(?:com|org|net))?|test|invalid|localhost)", re.IGNORECASE)  # RFC 2606

_ALONE = r"(?<![\w.,#/+-])"
_PHONES = (
    re.compile(r"(?<![\w+])\+[1-9](?:[ ()./-]{0,3}\d){7,14}(?!\d)"),  # +49 (0)30 1234-567
    re.compile(_ALONE + r"00[1-9]\d{0,2}[ /-](?:[ ()/-]{0,2}\d){6,12}(?![\w-])"),  # 0049 30 1234567
    re.compile(_ALONE + r"(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"),  # (212) 555-1234
    re.compile(_ALONE + r"\(?0[1-9]\d{1,3}\)?[ /-]\d{5,9}(?![\w,-]|\.\d)"),  # 0151 23456789
    re.compile(_ALONE + r"\(?0[1-9]\d{1,3}\)?[ /]\d{3,4}[ -]\d{3,5}(?![\w,-]|\.\d)"),  # 020 7946 0958
    re.compile(_ALONE + r"0[1-9](?:([ .])\d\d)(?:\1\d\d){3}(?![\w,-])"),  # 06 12 34 56 78
    re.compile(
        r"\b(?:phone|tel|telephone|mobile|fax|whatsapp)\b[\w .:]{0,12}?[ :.](?:[ ()/-]{0,2}\d){7,14}(?![\w-]|\.\d)", re.IGNORECASE
    ),
)
_NO_PHONE = re.compile(r"\+\d+\.\d+|.*\b\d{4}-\d\d-\d\d\b.*")  # an amount, and a date
_MANY_DIGITS = re.compile(r"\d(?:[ ()./-]{0,3}\d){6}")

_CARD = re.compile(r"(?<![\w.,+-])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})(?![\w-]|\.\d)")
_ISSUED = re.compile(  # Visa, Mastercard, American Express, Discover, Diners Club, JCB, UnionPay, Mir, Maestro
    r"4\d{15}(?:\d{3})?|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|3[47]\d{13}|6(?:011|4[4-9]\d|5\d\d)\d{12}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|220[0-4]\d{12}|5[06-8]\d{14,17}"
)

_IBAN = re.compile(
    r"(?<![A-Z0-9])(?=([A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}))", re.IGNORECASE
)  # a lookahead, so that they overlap
_LENGTHS = (  # of an IBAN, by country: the registry of ISO 13616
    *("15 NO", "16 BE", "18 DK FI FO GL NL SD", "19 MK SI", "20 AT BA EE KZ LT LU XK", "21 CH HR LI LV"),
    *("22 BG BH CR DE GB GE IE ME RS VA", "23 AE GI IL IQ OM SO TL", "24 AD CZ ES MD PK RO SA SE SK TN VG", "25 LY PT ST"),
    *("26 IS TR", "27 BI DJ FR GR IT MC MR SM", "28 AL AZ BY CY DO GT HN HU LB NI PL SV", "29 BR EG PS QA UA", "30 JO KW MU YE"),
    *("31 MT SC", "32 LC", "33 RU"),
)
_LENGTH_OF = {country: int(line[:2]) for line in _LENGTHS for country in line[3:].split()}

_IPV4 = re.compile(r"(?<![\w.+-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE)
_VERSION = re.compile(r"\b(?:v|ver|version|release|build)[ .:=]{0,2}$", re.IGNORECASE)
_NOBODYS = [
    ip_network(network)  # this host, and the networks of documentation (RFC 5737, RFC 3849)
    for network in (
        "0.0.0.0/8",
        "127.0.0.0/8",
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "255.0.0.0/8",
        "2001:db8::/32",
    )
]

_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-")
_INVISIBLE = dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
_PLAIN = str.maketrans(_DASHES | _INVISIBLE)


def pii_in(value: object) -> str | None:
    """Return the kind of PII that a text or JSON value contains, such as `an e-mail address`, or None. Numbers contain none."""
    return next(filter(None, map(_kind_in, _texts(value))), None)


def _texts(value: object) -> Iterator[str]:
    """Yield a text, or the texts of a JSON value, with the names of its fields."""
    if isinstance(value, str) and value[:1] in ("{", "[", '"'):
        with contextlib.suppress(ValueError, RecursionError):  # a text may begin like JSON
            value = json.loads(value)
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            left += [*one, *one.values()]
        elif isinstance(one, list | tuple | set | frozenset):
            left += one


def _kind_in(text: str) -> str | None:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    if "@" in text and any(not _RESERVED.fullmatch(found[1]) for found in _EMAIL.finditer(text)):
        return "an e-mail address"
    if _MANY_DIGITS.search(text):
        if any(map(_is_iban, _IBAN.finditer(text))):
            return "an IBAN"
        if any(map(_is_card, _CARD.finditer(text))):
            return "a card number"
        if any(_is_phone(found[0]) for pattern in _PHONES for found in pattern.finditer(text)):
            return "a phone number"
    if any(_is_ip(found) for pattern in (_IPV4, _IPV6) for found in pattern.finditer(text)):
        return "an IP address"
    return None


def _is_phone(text: str) -> bool:
    return not _NO_PHONE.fullmatch(text) and not is_fictional_phone(re.sub(r"\D", "", text))


def _is_card(found: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", found[0])
    if not _ISSUED.fullmatch(digits):
        return False
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0  # Luhn


def _is_iban(found: re.Match[str]) -> bool:
    text = found[1].upper()
    length = _LENGTH_OF.get(text[:2])
    if length is None:
        return False
    places = [place for place, letter in enumerate(text) if letter.isalnum()]
    if len(places) < length or text[places[length - 1] + 1 :][:1].isalnum():
        return False
    letters = "".join(text[place] for place in places[:length])
    return int("".join(str(int(letter, 36)) for letter in letters[4:] + letters[:4])) % 97 == 1


def _is_ip(found: re.Match[str]) -> bool:
    try:
        address = ip_address(found[0])
    except ValueError:
        return False
    if address.version == 4:
        return not (_VERSION.search(found.string, 0, found.start()) or any(address in network for network in _NOBODYS))
    groups = [group for group in found[0].split(":") if group]
    return len(groups) > 2 and not any(address in network for network in _NOBODYS)
