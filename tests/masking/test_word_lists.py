"""The vocabulary: each kind knows its own values, repeats none within its capacity, and reaches nobody."""

import json
import os
import re
import subprocess
import sys
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from terp_seed.masking.kinds import Kind, email_for, kinds
from terp_seed.masking.word_lists import Words
from terp_seed.model.pii import KINDS, least_length
from tests.support import PROJECT

UNIQUE_KINDS = ("person", "company", "address", "email", "username", "secret")
REPEATING = ("phone", "first_name", "last_name", "city", "postcode", "ip", "tax_id", "birth_date")
# a number, with which a value goes on being one of its kind
NUMBERED = ("username", "first_name", "last_name", "ip")
DOCUMENTATION = [ip_network(name) for name in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]
TOLL_FREE_OR_PREMIUM = {"800", "833", "844", "855", "866", "877", "888", "900"}
# what seeded databases hold: a change of the word lists or of their order shows here
PINNED = {
    "person": ["Alex Golden", "Aaron V. Johns", "Aaron M. Abbott-Golden"],
    "company": ["Acevedo & Ayers PLC", "Abbott, Acosta and Beard Group"],
    "email": ["alex.golden12345@example.com"],
    "phone": ["+1-212-555-0145"],
    "address": ["100 Golden Causeway, East Aaronberg, AK 00000"],
    "first_name": ["Steve"],
    "last_name": ["Golden"],
    "username": ["alex.golden12345"],
    "city": ["Port Calvinville"],
    "postcode": ["00345"],
    "ip": ["192.0.2.154"],
    "secret": ["terp-seed-000000003039"],
    "tax_id": ["000-01-2345"],
    "birth_date": ["1948-10-01"],
}
FORMS = {  # of the number 77, where a column has no room for more
    "person": ["Person 77", "P77"],
    "company": ["Company 77", "C77"],
    "email": ["aaron77@example.com", "u77@example.com"],
    "phone": ["2015550103", "555-0103", "5550103"],
    "address": ["77 Example Street", "No. 77", "A77"],
    "first_name": ["Name 77", "N77"],
    "last_name": ["Name 77", "N77"],
    "username": ["aaron77", "u77"],
    "city": ["Town 77", "T77"],
    "postcode": ["00077-0000"],
    "ip": ["2001:db8::0:0:0:4d"],
    "secret": ["seed-77", "s77"],
    "tax_id": ["000000003"],
    "birth_date": [],
}

_PROGRAM = """
import json
from terp_seed.masking.kinds import kinds
print(json.dumps({name: [tier.make(12_345 % tier.capacity) for tier in kind.tiers] for name, kind in kinds().items()}))
"""


def made(kind: Kind, number: int) -> str:
    tier, within = kind.tier_of(number)
    return tier.make(within)


def numbers(kind: Kind) -> st.SearchStrategy[int]:
    """Return numbers of the kind, as many of the small tiers as of the large ones."""
    return st.sampled_from(borders(kind)).flatmap(lambda ends: st.integers(ends[0], ends[1] - 1))


def borders(kind: Kind) -> list[tuple[int, int]]:
    """Return the first number of each tier, and the first after it."""
    ends, start = [], 0
    for tier in kind.tiers:
        ends.append((start, start + tier.capacity))
        start += tier.capacity
    return ends


def test_the_vocabulary_is_closed() -> None:
    assert tuple(kinds()) == KINDS == tuple(PINNED)
    assert {name for name, kind in kinds().items() if kind.repeats} == {*REPEATING}
    assert all(kind.name == name for name, kind in kinds().items())


def test_capacities_are_stated_and_cover_every_id() -> None:
    assert {name: kind.capacity for name, kind in kinds().items()} == {
        "person": 17_958_630_000,
        "company": 6_011_988_000,
        "email": 10**12,
        "phone": 6_000,
        "address": 4_279_860_585_000_000_000,
        "first_name": 690,
        "last_name": 1_000,
        "username": 10**12,
        "city": 86_940,
        "postcode": 500,
        "ip": 762,
        "secret": 2**48,
        "tax_id": 2_000_000,
        "birth_date": 720,
    }
    assert all(kinds()[name].capacity > 2**31 for name in UNIQUE_KINDS)


def test_values_are_pinned() -> None:
    assert {name: [tier.make(12_345 % tier.capacity) for tier in kind.tiers] for name, kind in kinds().items()} == PINNED
    assert {name: [form.make(77, kind.tiers[0].make(3)) for form in kind.forms] for name, kind in kinds().items()} == FORMS


@given(name=st.sampled_from(KINDS), data=st.data(), number=st.integers(0, 2**63 - 1))
def test_value_fits_its_column_and_is_fake(name: str, data: st.DataObject, number: int) -> None:
    kind, limit = kinds()[name], data.draw(st.integers(least_length(name), 40))
    value = kind.fitted(number, made(kind, number), limit)
    assert value is not None
    assert len(value) <= limit
    assert kind.is_fake(value), value


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("limit", [*range(2, 20), 30, 255])
def test_unique_values_differ_up_to_the_capacity(name: str, limit: int) -> None:
    kind = kinds()[name]
    if limit < least_length(name):
        return
    most = min(3_000, kind.capacity_within(limit))
    values = [kind.fitted(number, made(kind, number), limit, is_unique=True) for number in range(most)]
    assert None not in values
    assert len({str(value).casefold() for value in values}) == most


def test_ip_addresses_are_valid() -> None:
    kind = kinds()["ip"]
    values = [made(kind, number) for number in range(762)] + [kind.forms[0].make(number, "") for number in (0, 77, 2**63 - 1)]
    assert all(any(ip_address(value) in network for network in DOCUMENTATION) for value in values)


def test_another_process_makes_the_same_values() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout) == PINNED


@pytest.mark.parametrize("name", KINDS)
def test_kind_recognizes_values_at_both_tier_ends(name: str) -> None:
    kind = kinds()[name]
    for first, end in borders(kind):
        for number in (first, first + 1, end - 2, end - 1):
            assert kind.is_fake(made(kind, number)), (number, made(kind, number))


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
def test_a_kind_knows_all_its_values(name: str, data: st.DataObject) -> None:
    kind = kinds()[name]
    value = made(kind, data.draw(numbers(kind)))
    assert kind.is_fake(value), value
    assert value == value.strip()
    assert value.isascii()


@pytest.mark.parametrize("name", UNIQUE_KINDS)
@given(data=st.data())
def test_different_numbers_give_different_values(name: str, data: st.DataObject) -> None:
    kind = kinds()[name]
    one = data.draw(numbers(kind))
    other = data.draw(numbers(kind) | st.integers(-3, 3).map(lambda step: min(max(one + step, 0), kind.capacity - 1)))
    assert (made(kind, one).casefold() == made(kind, other).casefold()) == (one == other)


@pytest.mark.parametrize("name", KINDS)
def test_neighbours_around_a_tier_border_differ(name: str) -> None:
    kind = kinds()[name]
    for _, end in borders(kind):
        around = range(max(end - 2_000, 0), min(end + 2_000, kind.capacity))
        assert len({made(kind, number).casefold() for number in around}) == len(around)


def test_small_tiers_repeat_nothing_at_all() -> None:
    person, phone = kinds()["person"], kinds()["phone"]
    assert len({made(person, number).casefold() for number in range(690_000)}) == 690_000
    assert len({made(phone, number) for number in range(phone.capacity)}) == phone.capacity


def test_every_town_of_an_address_is_distinct() -> None:
    words, address = Words.load(), kinds()["address"]
    step = len(words.last) * len(words.streets)  # numbers that far apart differ in the town
    towns = len(words.city_prefixes) * len(words.first) * len(words.city_suffixes)
    assert len({made(address, step * number).casefold() for number in range(towns)}) == towns


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("beyond", [0, 1, 10**20])
def test_past_its_capacity_a_kind_begins_again(name: str, beyond: int) -> None:
    kind = kinds()[name]
    assert kind.tier_of(kind.capacity + beyond) == kind.tier_of(beyond % kind.capacity)


def test_last_number_within_capacity_gets_a_value() -> None:
    assert all(kind.is_fake(made(kind, kind.capacity - 1)) for kind in kinds().values())


@given(data=st.data())
def test_emails_are_at_reserved_domains(data: st.DataObject) -> None:
    email = kinds()["email"]
    value = made(email, data.draw(numbers(email)))
    assert re.fullmatch(r"[a-z.]+[0-9]+@example\.(com|org|net)", value), value
    assert ".." not in value
    assert len(value) <= 255


def test_phones_are_in_the_range_kept_for_fiction() -> None:
    phone = kinds()["phone"]
    found = [re.fullmatch(r"\+1-([2-9]\d\d)-555-01\d\d", made(phone, number)) for number in range(phone.capacity)]
    areas = {match[1] for match in found if match}
    assert all(found)
    assert len(areas) == 60
    assert not areas & TOLL_FREE_OR_PREMIUM


@given(data=st.data())
def test_addresses_have_a_zip_code_of_nowhere(data: st.DataObject) -> None:
    address = kinds()["address"]
    value = made(address, data.draw(numbers(address)))
    match = re.fullmatch(r"[1-9]\d{2,3} [A-Z][a-z]+ [A-Z][A-Za-z]+, [A-Z][a-z]+ [A-Z][A-Za-z]+, [A-Z]{2} (\d{5})", value)
    assert match, value
    assert int(match[1]) < 500


@given(name=st.sampled_from(("person", "company")), data=st.data(), number=st.integers(0, 2**31 - 1))
@example(name="company", data=None, number=0)
def test_the_email_for_a_fake_name_is_fake(name: str, data: st.DataObject | None, number: int) -> None:
    kind = kinds()[name]
    value = made(kind, data.draw(numbers(kind)) if data else 0)
    email = email_for(value, number)
    assert kinds()["email"].is_fake(email), email
    assert re.search(rf"[a-z]{number}@", email)


def test_words_differ_in_more_than_case() -> None:
    words = Words.load()
    for part in (words.first, words.last, words.streets, words.city_prefixes, words.city_suffixes):
        assert len({word.casefold() for word in part}) == len(part)
        assert all(word.isascii() and word.isalpha() for word in part)
        assert list(part) == sorted(part, key=str.casefold)


REAL = {
    "person": (
        "",
        "John",
        "John 3 Smith",
        "john smith",
        "JOHN SMITH",
        " John Smith",
        "John Smith ",
        "John Smith\n",
        "John  Smith",
        "John Q Smith",
        "John Smith-",
        "John Smith-Qwzx",
        "John Qwzx",
        "Qwzx Smith",
        "Dr. John Smith",
        "John Smith Jr.",
        "José Ñandú",
        "李小龍",
        "John None",
        "None Smith",
    ),
    "company": (
        "",
        "Acme",
        "Acme Corporation",
        "Smith",
        "Smith Inc",
        "Smith-Qwzx LLC",
        "Qwzx & Smith LLC",
        "Smith, Jones and Qwzx Group",
        "Smith-Jones LLC ",
        "Smith-Jones LLC\n",
        "Smith-Jones GmbH",
        "Smith-Jones",
        "smith-jones llc",
        "Smith & Jones & Brown LLC",
        "Smith, Jones Inc",
    ),
    "email": (
        "",
        "john.smith12@gmail.com",
        "john@example.com.evil.org",
        "john@mail.example.com",
        "john@example.de",
        "john@example",
        "john@examplescom",
        "john@notexample.com",
        "John@example.com",
        "john@EXAMPLE.com",
        "1john@example.com",
        "@example.com",
        "john+x@example.com",
        "john@gmail.com@example.com",
        "john@example.com\n",
        " john@example.com",
        "john smith@example.com",
        "jöhn@example.com",
        "john@example.com, jane@gmail.com",
    ),
    "phone": (
        "",
        "+1-212-555-0200",
        "+1-212-555-0099",
        "+1-212-554-0100",
        "+1-800-555-0199",
        "+1-888-555-0100",
        "+1-999-555-0100",
        "+44-212-555-0100",
        "212-555-0100",
        "(212) 555-0100",
        "+12125550100",
        "+1-212-555-01000",
        "+1-212-555-010",
        "+1-212-555-0100 x5",
        "+1-212-555-0100\n",
        " +1-212-555-0100",
        "+1-212-555-01\u0660\u0661",
        "+1-\uff1212-555-0100",
    ),
    "address": (
        "",
        "1600 Pennsylvania Avenue NW, Washington, DC 20500",
        "100 Abbott Alley, East Aaronberg, AK 99501",
        "100 Abbott Alley, East Aaronberg, AK 00500",
        "100 Abbott Alley, East Aaronberg, AK 00400-1234",
        "100 Abbott Alley, East Aaronberg, AK 00000\n",
        "99 Abbott Alley, East Aaronberg, AK 00000",
        "0100 Abbott Alley, East Aaronberg, AK 00000",
        "10000 Abbott Alley, East Aaronberg, AK 00000",
        "100 Qwzx Alley, East Aaronberg, AK 00000",
        "100 Abbott Qwzx, East Aaronberg, AK 00000",
        "100 Abbott Alley, Springfield, AK 00000",
        "100 Abbott Alley, Big Aaronberg, AK 00000",
        "100 Abbott Alley, East Aaronberg, Alaska 00000",
        "Musterstraße 1, 10115 Berlin",
        "PO Box 12",
    ),
    "first_name": ("", "Qwzx", "levi", "Levi ", "Levi\n", "Name", "Name x", "Jean-Luc"),
    "last_name": ("", "Qwzx", "riley", "Riley\n", "O'Brien"),
    "username": ("", "jane", "qwzx12", "levi.qwzx12", "Levi12", "levi.riley", "levi.riley12\n", "levi_riley12"),
    "city": ("", "Berlin", "New York", "New Qwzxville", "Levifort"),
    "postcode": ("", "99501", "00500", "00400-12", "SW1A 1AA", "00000\n"),
    "ip": ("", "8.8.8.8", "192.168.0.1", "10.0.0.1", "192.0.2.0", "192.0.2.255", "192.0.3.1", "2001:4860::1", "192.0.2.1\n"),
    "secret": ("", "hunter2", "seed", "terp-seed-", "sk_live_123", "s", "$2b$12$abcdefghijk", "seed-7\n"),
    "tax_id": ("", "123-45-6789", "900-70-0000", "667-12-3456", "123456789", "000-12-3456\n"),
    "birth_date": ("", "1970-03-02", "2030-01-01", "1970-13-01", "1970-03-01\n", "01.03.1970"),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in REAL.items() for value in values])
def test_what_looks_real_is_not_taken_for_fake(name: str, value: str) -> None:
    assert not kinds()[name].is_fake(value)


@given(name=st.sampled_from(KINDS), data=st.data(), foreign=st.characters(min_codepoint=0x80))
def test_fake_with_a_foreign_character_is_not_fake(name: str, data: st.DataObject, foreign: str) -> None:
    kind = kinds()[name]
    value = made(kind, data.draw(numbers(kind)))
    place = data.draw(st.integers(0, len(value)))
    assert not kind.is_fake(value[:place] + foreign + value[place:])
    assert not kind.is_fake(value[:place] + foreign + value[place + 1 :])


@given(name=st.sampled_from(KINDS), data=st.data(), more=st.sampled_from((" ", "\n", "\t", "Q", "0", "\x00", "-", ".", "@")))
def test_fake_with_surrounding_text_is_not_fake(name: str, data: st.DataObject, more: str) -> None:
    kind = kinds()[name]
    value = made(kind, data.draw(numbers(kind)))
    assert not kind.is_fake(value + more) or (more == "0" and name in NUMBERED)
    assert not kind.is_fake(more + value)
