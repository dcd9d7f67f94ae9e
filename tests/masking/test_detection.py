"""PII is recognized by its content; numbers, codes, and values that reach nobody are left alone."""

import json
import time
from datetime import date
from typing import Any

import pytest

from terp_seed.masking.detection import pii_in
from terp_seed.masking.kinds import kinds
from tests.terp import worlds

E_MAIL, PHONE, CARD, IBAN, IP = "an e-mail address", "a phone number", "a card number", "an IBAN", "an IP address"

FOUND: tuple[tuple[Any, str], ...] = (
    ("Ask bob@gmail.com, or +49 151 23456789", E_MAIL),
    ("<Bob.O'Hara+seed@mail.example.co.uk>", E_MAIL),
    ("bob\uff20gmail.com", E_MAIL),
    ("b\u00f6b@b\u00fccher.de", E_MAIL),
    ("bob@gmail\u200b.com", E_MAIL),
    *(
        (text, PHONE)
        for text in ("+49 (0)30 1234567", "0049 30 1234567", "(212) 555-1234", "call 212-555-1234 now", "+14155552671")
    ),
    *((text, PHONE) for text in ("0151 23456789", "030/1234567", "020 7946 0958", "06 12 34 56 78", "Tel. 5551234")),
    *((text, PHONE) for text in ("+49\u2011151\u201123456789", "+1-212-555-0200", "+1-800-555-0142")),
    *((text, CARD) for text in ("4111 1111 1111 1111", "5555555555554444", "3782 822463 10005", "pay with 6011-1111-1111-1117.")),
    *(
        (text, IBAN)
        for text in ("DE89 3704 0044 0532 0130 00", "gb82west12345698765432", "ab12 is paid from DE89370400440532013000 soon")
    ),
    *(
        (text, IP)
        for text in ("8.8.8.8", "from 192.168.1.17!", "2a00:1450:4001:81b::200e", "[2a00:1450:4001:81b:0:0:0:200e]:443")
    ),
    ({"notes": [{"by": "bob@gmail.com"}]}, E_MAIL),
    ({"bob@gmail.com": 1}, E_MAIL),
    ('{"by": "\\u0062ob\\u0040gmail.com"}', E_MAIL),
    ('["+49 151 23456789"]', PHONE),
    ("[call +49 151 23456789", PHONE),
)
LEFT_ALONE: tuple[Any, ...] = (
    *("bob@example.com", "bob@mail.example.org", "bob@host.test", "lodash@4.17.21", "5 @ 3.50", "@bob"),
    *("+1-212-555-0142", "(212) 555-0142", "1 212 555 0199", "12345.67", "+12345678.90", "1,234,567.00"),
    *("2026-01-01 10:00:00", "2026-01-01T10:00:00+00:00", "phone on 2026-01-05", "INV-2026-000123", "1234567890", "5551234"),
    *("4111111111111112", "1767225600000", "5012345678900", "DE89370400440532013001", "550e8400-e29b-41d4-a716-446655440000"),
    *("version 1.2.3.4", "127.0.0.1", "192.0.2.7", "2001:db8::17", "12:30:45", "999.1.1.1", "std::vector", "1.2.3", "a::b"),
    *(
        {"price": 4111111111111111},
        [4915112345678, 212.5],
        '{"price": 2125551234}',
        4111111111111111,
        date(2026, 1, 1),
        None,
        b"a@b.de",
    ),
    *("", "{", "[1, 2", '"', "Jane Doe"),
)


@pytest.mark.parametrize(("value", "kind"), FOUND, ids=str)
def test_pii_is_found_by_its_content(value: Any, kind: str) -> None:
    assert pii_in(value) == kind


@pytest.mark.parametrize("value", LEFT_ALONE, ids=str)
def test_numbers_codes_and_nobodys_values_are_none(value: Any) -> None:
    assert pii_in(value) is None


def test_masked_values_are_no_pii() -> None:
    for kind in kinds().values():
        for number in range(0, 20_000, 7):
            tier, place = kind.tier_of(number * kind.capacity // 20_000)
            assert pii_in(tier.make(place)) is None


@pytest.mark.parametrize(("seed", "units"), [(42, 1), (7, 10)])
def test_generated_rows_of_terp_hold_none(seed: int, units: int) -> None:
    found = {
        (table, column, kind)
        for table, rows in worlds.made(seed, date(2026, 5, 1), range(1, units + 1)).items()
        for row in rows
        for column, value in row.items()
        if (kind := pii_in(value))
    }
    assert found == set()


@pytest.mark.parametrize("piece", ["a", "1 ", "(", "+1", "DE12 ", "1:", "0", "tel ", "1.", "00 ", "4-", "a.b@", '["'])
def test_long_texts_take_no_long_time(piece: str) -> None:
    began = time.process_time()
    assert pii_in(piece * (50_000 // len(piece)) + "@") is None
    assert time.process_time() - began < 2


def test_deep_json_is_looked_at_as_text() -> None:
    assert pii_in("[" * 100_000 + '"bob@gmail.com"') == E_MAIL
    nested: Any = "bob@gmail.com"
    for _ in range(5_000):
        nested = [nested]
    assert pii_in(nested) == E_MAIL
    assert pii_in(json.dumps({"a": {"b": ["bob@gmail.com"]}})) == E_MAIL
