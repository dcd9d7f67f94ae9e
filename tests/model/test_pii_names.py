"""Column names suggest PII by their words, and not by letters that happen to stand in them."""

import csv

import pytest

from terp_seed.model.pii_names import suggests_pii
from tests.support import PROJECT

COLUMNS = PROJECT.parent / "shared" / "terp-full" / "columns.csv"
PII = (
    *(
        "tel",
        "homeTel",
        "fax",
        "fax_number",
        "dob",
        "dateOfBirth",
        "birth_date",
        "birthplace",
        "tax",
        "taxId",
        "tax_number",
        "VATNumber",
    ),
    *(
        "passport_no",
        "iban",
        "city",
        "home_city",
        "author",
        "username",
        "user_name",
        "password",
        "passwordHash",
        "api_token",
        "apiKey",
    ),
    *(
        "IPAddress",
        "client_ip",
        "ipv4",
        "workphone",
        "address2",
        "addressLine1",
        "e_mail",
        "emailedTo",
        "zip",
        "zip_code",
        "postalCode",
    ),
    *("name", "owner_name", "store_contact_name", "emergencyContact", "account_number", "license_number", "google_id", "secret"),
)
NOT_PII = (
    *(
        "hotel",
        "capacity",
        "authority",
        "description",
        "shipping",
        "ziplock",
        "microphone",
        "opinion",
        "tokenizer",
        "renamed",
        "skip",
    ),
    *(
        "file_name",
        "fileName",
        "product_display_name",
        "strain_name",
        "categoryName",
        "lock_name",
        "codeName",
        "filename",
        "hostname",
    ),
    *("email_template", "emailSubject", "phone_type", "address_id", "token_type", "password_policy", "tax_rate", "taxClass"),
    *("is_secret", "has_password", "contacted_by", "contacted_at", "login_method", "", "_", "42", "\u540d"),
)


@pytest.mark.parametrize("name", PII)
def test_words_of_a_name_suggest_pii(name: str) -> None:
    assert suggests_pii(name)


@pytest.mark.parametrize("name", NOT_PII)
def test_letters_and_things_suggest_none(name: str) -> None:
    assert not suggests_pii(name)


def test_few_of_terps_columns_are_hit_wrongly() -> None:
    if not COLUMNS.exists():
        pytest.skip(f"TERP's schema is not beside the checkout ({COLUMNS.name}): its names were not looked at")
    with COLUMNS.open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["type"].startswith(("varchar", "text", "char", "longtext"))]
    hit = {row["column"] for row in rows if suggests_pii(row["column"])}
    assert {"tax_id", "author", "city", "clock_in_ip", "password_hash", "reset_token", "zip_code", "contact_phone"} <= hit
    assert not {name for name in hit if name.startswith(("file", "icon", "strain", "product", "config", "plan", "service"))}
    assert len([row for row in rows if row["column"] in hit]) < 95
