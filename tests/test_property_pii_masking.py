"""Property 1: whatever a record, a key or an environment is, no PII value survives, and nothing else is touched."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from terp_seed.errors import Refused
from terp_seed.masking.kinds import kinds
from terp_seed.masking.masker import Masker
from terp_seed.model.recipe import LARGEST_ID, Recipe, Size
from terp_seed.model.table import Unit
from terp_seed.settings import ENVIRONMENTS, FIRST_AS_OF, LAST_AS_OF
from terp_seed.terp import GENERATOR_VERSION
from tests.support import CATALOG, Database

pytestmark = pytest.mark.every_server

# written down here once more, so that a column which loses its kind in the code fails here
PII = {
    "vendors": {"name": "company", "contactName": "person", "contactEmail": "email", "contactPhone": "phone"},
    "clients": {"name": "company", "email": "email", "phone": "phone", "address": "address"},
    "users": {"name": "person", "email": "email"},
    "supplier_profiles": {"contact_name": "person", "contact_email": "email", "contact_phone": "phone"},
}
PLACES = [(table, column, kind) for table, columns in PII.items() for column, kind in columns.items()]
NOT_PRODUCTION = tuple(word for word in ENVIRONMENTS if word != "production")

keys = st.integers() | st.text(max_size=20)
seeds = st.integers(0, 2**63 - 1)
other_environments = (
    st.sampled_from(NOT_PRODUCTION)
    | st.sampled_from(("Production", "PRODUCTION", " production", "prod", "live", ""))
    | st.text(max_size=12).filter(lambda word: word != "production")
)
any_text = (
    st.text(max_size=40)
    | st.text(st.characters(), max_size=10)  # with halves of surrogate pairs
    | st.sampled_from(("", " ", "\x00", "José Ñandú", "O'Brien & Söhne", "李小龍", "1 Main St, Springfield, IL 62701", "%s"))
    | st.emails()
    | st.from_regex(r"\+?[0-9]{1,3}[- ]?\(?[0-9]{3}\)?[- ][0-9]{3}-[0-9]{4}", fullmatch=True)
)
anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates() | st.lists(st.integers())


def fakes(kind: str) -> st.SearchStrategy[str]:
    """Return values that the kind makes itself, of any tier."""
    return st.sampled_from(kinds()[kind].tiers).flatmap(lambda tier: st.integers(0, tier.capacity - 1).map(tier.make))


def records(table: str, values: Callable[[str], st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Return records with some of a table's PII columns, and others of any name and value among them."""
    pii = st.fixed_dictionaries({}, optional={column: values(kind) for column, kind in PII[table].items()})
    others = st.dictionaries(st.text(max_size=12).filter(lambda name: name not in PII[table]), anything, max_size=4)
    return st.tuples(pii, others, st.randoms()).map(lambda parts: _mixed(parts[0] | parts[1], parts[2]))


def _mixed(record: dict[str, Any], random: Random) -> dict[str, Any]:
    columns = list(record)
    random.shuffle(columns)
    return {column: record[column] for column in columns}


def table_and_record(values: Callable[[str], st.SearchStrategy[Any]]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.sampled_from(tuple(PII)).flatmap(lambda table: st.tuples(st.just(table), records(table, values)))


def masker(key: int | str = 42, environment: str = "development", enabled: bool = True) -> Masker:
    return Masker(key, CATALOG.every, environment, enabled)


def plain(value: str) -> str:
    return value.strip().casefold()


def assert_masked(table: str, record: Mapping[str, Any], masked: Mapping[str, Any]) -> None:
    assert list(masked) == list(record)
    for column, value in record.items():
        if column in PII[table] and value is not None:
            assert kinds()[PII[table][column]].is_fake(masked[column]), (column, masked[column])
            assert plain(masked[column]) != plain(value), column
        else:
            assert masked[column] is value, column


def assert_only_fakes(table: str, row: Mapping[str, Any]) -> None:
    for column, kind in PII[table].items():
        assert kinds()[kind].is_fake(row[column]), (table, column, row[column])
        length = getattr(CATALOG[table].table.columns[column].type, "length", None)
        assert length is None or len(row[column]) <= length, (table, column, row[column])


def test_the_pii_columns_of_the_tables_are_these() -> None:
    assert {table.name: dict(table.pii) for table in CATALOG.every if table.pii} == PII


# **Feature: seeding-system-production-rollout, Property 1: PII Masking Completeness**
# **Validates: Requirements 2.2**
@settings(max_examples=400)
@given(case=table_and_record(lambda kind: st.none() | any_text | fakes(kind)), key=keys, environment=other_environments)
@example(case=("vendors", {"name": "", "contactName": None, "contactEmail": "", "contactPhone": ""}), key="", environment="test")
@example(case=("clients", {"email": "  Jane@Gmail.COM ", "id": 7, "notes": "jane"}), key=0, environment="staging")
def test_no_pii_value_survives_outside_production(case: tuple[str, dict[str, Any]], key: int | str, environment: str) -> None:
    table, record = case
    before = dict(record)
    masked = masker(key, environment).mask_record(table, record)
    assert_masked(table, record, masked)
    assert record == before
    assert masker(key, environment).mask_record(table, record) == masked
    assert masker(key, "production").mask_record(CATALOG[table], record) == masked


@given(case=table_and_record(fakes), key=keys)
def test_existing_fake_pii_values_are_replaced_by_others(case: tuple[str, dict[str, Any]], key: int | str) -> None:
    table, record = case
    assert_masked(table, record, masker(key).mask_record(table, record))


@given(case=table_and_record(lambda kind: st.none() | any_text), key=keys)
def test_a_masked_record_can_be_masked_again(case: tuple[str, dict[str, Any]], key: int | str) -> None:
    table, record = case
    once = masker(key).mask_record(table, record)
    assert_masked(table, once, masker(key).mask_record(table, once))


@given(value=any_text, key=keys, environment=other_environments)
def test_same_value_gets_the_same_fake_everywhere(value: str, key: int | str, environment: str) -> None:
    made: dict[str, set[str]] = {}
    for table, column, kind in PLACES:
        made.setdefault(kind, set()).add(masker(key, environment).mask_record(table, {column: value})[column])
    assert {kind: len(values) for kind, values in made.items()} == dict.fromkeys(made, 1)


@given(case=table_and_record(lambda kind: st.none() | any_text), key=keys, environment=other_environments)
def test_masking_is_switched_off_in_production_only(case: tuple[str, dict[str, Any]], key: int | str, environment: str) -> None:
    table, record = case
    with pytest.raises(Refused, match="Masking cannot be switched off in"):
        masker(key, environment, enabled=False)
    untouched = masker(key, "production", enabled=False).mask_record(table, record)
    assert list(untouched) == list(record)
    assert all(untouched[column] is record[column] for column in record)
    assert_masked(table, record, masker(key, "production").mask_record(table, record))


@given(seed=seeds, row_id=st.integers(1, LARGEST_ID), environment=st.sampled_from(ENVIRONMENTS))
@example(seed=0, row_id=1, environment="production")
@example(seed=2**63 - 1, row_id=LARGEST_ID, environment="development")
def test_every_id_gets_fake_pii_only(seed: int, row_id: int, environment: str) -> None:
    for table in PII:
        row: dict[str, Any] = {"id": row_id}
        masker(seed, environment).filler(CATALOG[table])(row)
        assert row.keys() == {"id", *PII[table]}
        assert_only_fakes(table, row)


@settings(max_examples=25)
@given(
    seed=seeds,
    as_of=st.dates(FIRST_AS_OF, LAST_AS_OF),
    number=st.integers(1, 1_000_000),
    first_id=st.integers(1, LARGEST_ID - max(part.per_unit for part in CATALOG.every)),
)
def test_generators_write_no_pii_and_masker_only_fakes(seed: int, as_of: date, number: int, first_id: int) -> None:
    recipe = Recipe(Size(number), seed, as_of, GENERATOR_VERSION)
    unit = Unit(number, recipe, {table.name: first_id for table in CATALOG.every})
    for table in CATALOG.every:
        fill = masker(seed).filler(table)
        for place, row in enumerate(table.rows(unit)):
            assert not row.keys() & table.pii.keys()
            row["id"] = first_id + place
            fill(row)
            if table.pii:
                assert_only_fakes(table.name, row)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_seeded_database_holds_fake_pii_only(sqlite_terp: Database, environment: str) -> None:
    force = ["-x", "force=true"] if environment == "production" else []
    sqlite_terp.seed("-x", f"env={environment}", *force, "upgrade", "head")
    for table in PII:
        rows = sqlite_terp.rows(table)
        assert rows
        for row in rows:
            assert_only_fakes(table, row)
    # and wherever else an address or a number of somebody may have got to
    everything = repr(sqlite_terp.everything())
    emails = re.findall(r"[\w.+-]+@([\w.-]+)", everything)
    phones = re.findall(r"\b\d{3}-(\d{3}-\d{4})\b", everything)
    assert emails
    assert set(emails) <= {"example.com", "example.org", "example.net"}
    assert phones
    assert all(re.fullmatch(r"555-01\d\d", phone) for phone in phones)
