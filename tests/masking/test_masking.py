"""The masker: the same fakes for the same key, no name twice in a table, and clear refusals."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from terp_seed.errors import Refused, SeedError
from terp_seed.masking.kinds import kinds
from terp_seed.masking.masker import Masker
from terp_seed.model.pii import KINDS, OF_NAMES, PARTY, Party, check_kinds, unclassified
from terp_seed.model.recipe import LARGEST_ID
from terp_seed.model.table import SeedTable
from terp_seed.terp import TABLES
from tests.support import PROJECT

VENDORS, CLIENTS = TABLES[0], TABLES[1]
# what a database seeded with 42 holds: these literals never change within a generator version
PINNED_VENDOR = {
    "id": 1,
    "name": "Jackson-Pacheco Inc",
    "contactName": "Lynn Vaughan",
    "contactEmail": "lynn.vaughan1@example.org",
    "contactPhone": "+1-301-555-0195",
}
PINNED_RECORD = {
    "name": "Underwood, Turner and Robles Ltd",
    "email": "carl.suarez811122011885@example.net",
    "phone": "+1-704-555-0157",
    "address": "4394 Peterson Fall, West Alexandrahaven, NV 00155",
}

_PROGRAM = """
import json
from terp_seed.masking.masker import Masker
from terp_seed.terp import TABLES
masker, vendor = Masker(42, TABLES), {"id": 1}
masker.filler(TABLES[0])(vendor)
record = {"name": "Acme", "email": "jane@gmail.com", "phone": "1", "address": "2"}
print(json.dumps([vendor, masker.mask_record("clients", record)]))
"""


@dataclass(frozen=True)
class Table:
    """A Table stands in for a SeedTable."""

    name: str
    pii: Mapping[str, str] = field(default_factory=dict)


CONTACTS = Table("contacts", {"who": "person", "mail": "email", "home": "address"})


def filled(masker: Masker, table: Any, row_id: int) -> dict[str, Any]:
    row: dict[str, Any] = {"id": row_id}
    masker.filler(table)(row)
    return row


def test_fakes_are_pinned_across_processes() -> None:
    masker = Masker(42, TABLES)
    record = {"name": "Acme", "email": "jane@gmail.com", "phone": "1", "address": "2"}
    assert filled(masker, VENDORS, 1) == PINNED_VENDOR
    assert masker.mask_record("clients", record) == PINNED_RECORD
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        env={**os.environ, "PYTHONHASHSEED": "3"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout) == [PINNED_VENDOR, PINNED_RECORD]


def test_another_key_gives_other_fakes() -> None:
    vendors = [filled(Masker(key), VENDORS, 1) for key in (42, 43, "42 ", "")]
    assert len({row["name"] for row in vendors}) == 4
    record = {"name": "Acme", "email": "jane@gmail.com"}
    assert len({Masker(key).mask_record(CLIENTS, record)["email"] for key in (42, 43, "42 ", "")}) == 4


def test_numeric_and_text_keys_are_equivalent() -> None:
    assert filled(Masker(42), VENDORS, 5) == filled(Masker("42"), VENDORS, 5)
    record = {"name": "Acme"}
    assert Masker(42).mask_record(CLIENTS, record) == Masker("42").mask_record(CLIENTS, record)


def test_fakes_do_not_depend_on_the_environment() -> None:
    made = [filled(Masker(42, environment=word), CLIENTS, 9) for word in ("development", "staging", "production")]
    assert made[0] == made[1] == made[2]


def test_the_columns_of_a_table_are_filled_independently() -> None:
    table = Table("pairs", {"first": "person", "second": "person"})
    rows = [filled(Masker(42), table, row_id) for row_id in range(1, 200)]
    assert sum(row["first"] == row["second"] for row in rows) < 3
    other = Table("couples", {"first": "person"})
    assert filled(Masker(42), other, 1)["first"] != rows[0]["first"]


def test_email_is_built_from_preceding_name_and_id() -> None:
    row = filled(Masker(42), CONTACTS, 77)
    first, last = row["who"].lower().split()
    assert re.fullmatch(rf"{first}\.{last}77@example\.(com|org|net)", row["mail"])


@pytest.mark.parametrize("kind", OF_NAMES)
@pytest.mark.parametrize("form", [0, 1])
def test_username_of_a_short_name_is_fake(kind: str, form: int) -> None:
    row = {"id": 77, "who": kinds()[kind].forms[form].make(77, "")}
    Masker(42).filler(Table("users", {"who": kind, "login": "username"}))(row)
    assert kinds()["username"].is_fake(row["login"]), row


def test_email_without_a_name_is_still_fake() -> None:
    assert kinds()["email"].is_fake(filled(Masker(42), Table("lists", {"mail": "email"}), 77)["mail"])


def test_filling_keeps_what_the_row_has_already() -> None:
    row = {"id": 3, "who": "Alex Golden", "home": None, "other": "x"}
    Masker(42).filler(CONTACTS)(row)
    assert row.pop("mail").startswith("alex.golden3@")
    assert row == {"id": 3, "who": "Alex Golden", "home": None, "other": "x"}


PERSON_TIERS = [tier.capacity for tier in kinds()["person"].tiers]
COMPANY_TIERS = [tier.capacity for tier in kinds()["company"].tiers]


@pytest.mark.parametrize(
    ("table", "columns", "first"),
    [
        (VENDORS, ("name", "contactName", "contactEmail"), 1),
        (CLIENTS, ("name", "email", "address"), COMPANY_TIERS[0] - 100_000),
        (CONTACTS, ("who", "mail", "home"), PERSON_TIERS[0] - 100_000),
        (CONTACTS, ("who", "mail"), PERSON_TIERS[0] + PERSON_TIERS[1] - 100_000),
        (VENDORS, ("name", "contactName", "contactEmail"), LARGEST_ID - 199_999),
    ],
    ids=["from the start", "company tiers", "person tiers", "hyphenated persons", "the last ids"],
)
def test_no_name_comes_twice_in_200000_ids(table: Any, columns: tuple[str, ...], first: int) -> None:
    fill = Masker(42).filler(table)
    seen: dict[str, set[str]] = {column: set() for column in columns}
    for row_id in range(first, first + 200_000):
        row: dict[str, Any] = {"id": row_id}
        fill(row)
        for column in columns:
            seen[column].add(row[column].casefold())
    assert {column: len(values) for column, values in seen.items()} == dict.fromkeys(columns, 200_000)


@pytest.mark.parametrize("kind", ["person", "company", "email", "address"])
def test_ids_a_tier_fraction_apart_get_different_values(kind: str) -> None:
    # steps through a tier of c values that meet a value twice do so after c / p of them, p being a factor of c
    for key in range(10):
        fill, start = Masker(key).filler(Table("many", {"value": kind})), 0
        for tier in kinds()[kind].tiers:
            for part in (number for number in range(2, 1_000) if tier.capacity % number == 0):
                for first in (start, start + tier.capacity // 2 // part):
                    one: dict[str, Any] = {"id": first}
                    other: dict[str, Any] = {"id": first + tier.capacity // part}
                    fill(one)
                    fill(other)
                    assert one["value"] != other["value"], (key, one, other)
            start += tier.capacity


def test_tier_is_exhausted_before_the_next_begins() -> None:
    fill = Masker(7).filler(CONTACTS)

    def who(row_id: int) -> str:
        row: dict[str, Any] = {"id": row_id}
        fill(row)
        return row["who"]

    assert re.fullmatch(r"\w+ \w+", who(PERSON_TIERS[0] - 1))
    assert re.fullmatch(r"\w+ [A-Z]\. \w+", who(PERSON_TIERS[0]))
    assert re.fullmatch(r"\w+ [A-Z]\. \w+", who(PERSON_TIERS[0] + PERSON_TIERS[1] - 1))
    assert re.fullmatch(r"\w+ [A-Z]\. \w+-\w+", who(PERSON_TIERS[0] + PERSON_TIERS[1]))


@pytest.mark.parametrize("kind", ["person", "company", "email", "address"])
def test_neighbouring_ids_past_the_capacity_differ(kind: str) -> None:
    capacity = kinds()[kind].capacity
    fill = Masker(42).filler(Table("many", {"value": kind}))
    values = set()
    for number in (*range(capacity - 100, capacity + 100), *range(2**63 - 100, 2**63)):
        row: dict[str, Any] = {"id": number}
        fill(row)
        assert kinds()[kind].is_fake(row["value"])
        values.add(row["value"])
    assert len(values) == 300


def test_phones_repeat_and_are_never_refused() -> None:
    table = Table("many", {"value": "phone"})
    capacity = kinds()["phone"].capacity
    assert filled(Masker(42), table, 1)["value"] == filled(Masker(42), table, 1 + capacity)["value"]
    assert len({filled(Masker(42), table, number)["value"] for number in range(1, capacity + 1)}) == capacity


@pytest.mark.parametrize("key", range(5))
def test_no_phone_is_masked_by_itself(key: int) -> None:
    # the kind is small, so a few of its values would be drawn for themselves
    phone, masker, table = kinds()["phone"], Masker(key), Table("many", {"value": "phone"})
    for number in range(phone.capacity):
        value = phone.tiers[0].make(number)
        fake = masker.mask_record(table, {"value": value})["value"]
        assert fake != value
        assert phone.is_fake(fake)


def test_ways_to_write_one_value_get_one_fake() -> None:
    ways = ("jane@gmail.com", "Jane@Gmail.com", " JANE@GMAIL.COM\n", "\tjane@gmail.com ")
    assert len({Masker(42).mask_record(CONTACTS, {"mail": way})["mail"] for way in ways}) == 1


def test_different_values_get_different_fakes() -> None:
    names = [f"Jane Doe {number}" for number in range(5_000)]
    masked = {Masker(42).mask_record(CONTACTS, {"who": name})["who"] for name in names}
    assert len(masked) == len(names)


def test_non_text_value_is_masked_too() -> None:
    masked = Masker(42).mask_record(Table("numbers", {"line": "phone"}), {"line": 2125550200, "id": 1})
    assert kinds()["phone"].is_fake(masked["line"])
    assert masked["id"] == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", [14, 20, 60])
def test_real_values_of_each_kind_are_masked(kind: str, length: int) -> None:
    column = sa.Column("x", sa.Date() if kind == "birth_date" else sa.String(length))
    table = SeedTable(
        sa.Table("real", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), column),
        1,
        rows=lambda unit: [{}],
        pii={"x": kind},
    )
    real = (
        [date(1970, 5, 17), date(1970, 5, 1)]
        if kind == "birth_date"
        else ["Jane Doe", "jane@gmail.com", "123-45-6789", "8.8.8.8"]
    )
    for value in real:
        fake = Masker(42).mask_record(table, {"x": value})["x"]
        assert kinds()[kind].is_fake(fake)
        assert fake != value
        assert type(fake) is type(value)
        assert kind == "birth_date" or len(fake) <= length
    assert Masker(42, [table]).mask_record("real", {"x": None, "id": 3}) == {"x": None, "id": 3}


def test_the_record_itself_is_left_as_it_is() -> None:
    for masker in (Masker(42), Masker(42, environment="production", enabled=False)):
        record = {"who": "Jane Doe", "id": 1}
        masked = masker.mask_record(CONTACTS, record)
        masked["id"] = 2
        assert record == {"who": "Jane Doe", "id": 1}


@pytest.mark.parametrize("environment", ["development", "test", "staging", "Production", "prod", ""])
def test_switching_off_outside_production_is_refused(environment: str) -> None:
    message = f"Masking cannot be switched off in {environment!r}: expected production. Remove enabled=False"
    with pytest.raises(Refused, match=re.escape(message)):
        Masker(42, environment=environment, enabled=False)


def test_an_unknown_table_is_refused_by_name() -> None:
    with pytest.raises(SeedError, match=r"No PII columns are known for table 'client': expected one of contacts, many\."):
        Masker(42, (Table("many"), CONTACTS)).mask_record("client", {"who": "Jane Doe"})
    with pytest.raises(SeedError, match=r"table 'clients': expected one of none\."):
        Masker(42).mask_record("clients", {"name": "Acme"})
    with pytest.raises(SeedError, match="table 'clients'"):
        Masker(42, environment="production", enabled=False).mask_record("clients", {"name": "Acme"})


def test_a_table_without_pii_is_left_alone() -> None:
    record = {"name": "Jane Doe", "id": 1}
    assert Masker(42, (Table("many"),)).mask_record("many", record) == record


@pytest.mark.parametrize("kind", ["", "name", "Person", "e-mail", "ssn"])
def test_an_unknown_kind_is_refused(kind: str) -> None:
    message = f"many.value is of the unknown PII kind {kind!r}: expected one of {', '.join(KINDS)}."
    with pytest.raises(SeedError, match=re.escape(message)):
        check_kinds(Table("many", {"who": "person", "value": kind}))


def test_known_kinds_pass() -> None:
    check_kinds(Table("many", {kind: kind for kind in KINDS}))
    for table in TABLES:
        for part in (*table.companions, table):
            check_kinds(part)


SOUNDS_LIKE_PII = (
    *("name", "Name", "contactName", "first_name", "lastName", "username", "displayName", "nameCanonical"),
    *("email", "e-mail", "Email_Address", "contactEmail", "billing_email"),
    *("phone", "contactPhone", "mobile", "mobileNumber", "telephone"),
    *("address", "shipping_address", "street", "streetAddress", "contact", "emergency_contact"),
    *("birthday", "date_of_birth", "passport", "passportNumber", "ssn", "iban"),
)
SOUNDS_HARMLESS = ("codename", "codeName", "notes", "description", "teri_code", "openId", "sku", "grade", "items", "id", "role")


def test_columns_that_sound_like_pii_are_found() -> None:
    assert unclassified(SOUNDS_LIKE_PII, (), ()) == list(SOUNDS_LIKE_PII)
    assert unclassified(SOUNDS_HARMLESS, (), ()) == []
    assert unclassified((*SOUNDS_HARMLESS, "email"), (), ()) == ["email"]


def test_columns_that_somebody_has_classified_are_not_reported() -> None:
    columns = ("name", "email", "nickname", "notes")
    assert unclassified(columns, {"email": "email"}, {"name"}) == ["nickname"]
    assert unclassified(columns, ("email", "nickname"), ("name",)) == []
    assert unclassified((), ("email",), ("name",)) == []


def test_every_text_column_of_seeded_tables_is_classified() -> None:
    for table in TABLES:
        for part in (*table.companions, table):
            texts = [c.name for c in part.table.columns if isinstance(c.type, sa.String) and not isinstance(c.type, sa.Enum)]
            assert unclassified(texts, part.pii, part.not_pii) == [], part.name


def test_party_has_the_same_pii_in_every_table() -> None:
    masker, party = Masker(42), Party("clients", 7)
    contact = Table("supplier_profiles", {"contact_name": "person", "contact_email": "email", "contact_phone": "phone"})
    vendor, client, profile = (
        filled_row(masker, table, {"id": number, PARTY: party}) for table, number in ((VENDORS, 3), (CLIENTS, 12), (contact, 5))
    )
    assert PARTY not in vendor | client | profile
    assert vendor["name"] == client["name"]
    assert vendor["contactEmail"] == client["email"] == profile["contact_email"]
    assert vendor["contactPhone"] == client["phone"] == profile["contact_phone"]
    assert vendor["contactName"] == profile["contact_name"]
    given, *_, family = vendor["contactName"].lower().split()
    assert client["email"].startswith(f"{given}.{family}")


def test_parties_never_share_a_name_or_email() -> None:
    masker = Masker(42)
    rows = [filled_row(masker, CLIENTS, {"id": 1, PARTY: Party("clients", number)}) for number in range(1, 20_001)]
    for column in ("name", "email"):
        assert len({row[column] for row in rows}) == len(rows)


def filled_row(masker: Masker, table: Any, row: dict[str, Any]) -> dict[str, Any]:
    masker.filler(table)(row)
    return row
