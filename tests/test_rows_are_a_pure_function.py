"""The promise: the same settings give the same bytes, in any process, in any order, at any size, on any engine."""

from collections.abc import Callable
from itertools import permutations

import pytest

from tests.support import SEVEN, SMALL, Database

# What version 1 of the generator makes. A change of one byte belongs into a new GENERATOR_VERSION.
GOLDEN = {
    ("small", 42): "9ce7f30e8706d8bb90c24c3835a9c18963accc674fd75e878c1a6e42128064cb",
    ("small", 7): "a606e5d3a36c3b2abe3015c24c6b166240966f59029c25b939f4d3cf4c89d1c5",
    ("medium", 42): "8f1613de226c332456c89dd3b9b157a272500492d03443c1b54de57cb3585701",
    ("medium", 7): "cba0f32965bdb6ffa0515a323c5255935b54dc9e428a88d443686c33ca612555",
}
AS_OF = ("-x", "as_of=2026-03-01")


@pytest.mark.parametrize(("size", "seed"), list(GOLDEN))
def test_golden_digests(terp: Database, size: str, seed: int) -> None:
    terp.seed("-x", f"size={size}", "-x", f"seed={seed}", *AS_OF, "upgrade", "head")
    assert terp.digest() == GOLDEN[size, seed]


@pytest.mark.parametrize("hash_seed", ["0", "1", "4711"])
def test_another_process_makes_the_same_rows(sqlite_terp: Database, hash_seed: str) -> None:
    ran = sqlite_terp.process("alembic", "-n", "seed", *AS_OF, "upgrade", "head", PYTHONHASHSEED=hash_seed)
    assert ran.returncode == 0, ran.stderr
    assert sqlite_terp.digest() == GOLDEN["small", 42]


def test_run_in_two_parts_makes_the_same_rows(terp: Database) -> None:
    assert terp.process("terp-seed", "upgrade", "--table=batches", "--as-of=2026-03-01", "--force").returncode == 0
    assert terp.process("terp-seed", "upgrade", "--force").returncode == 0
    assert terp.digest() == GOLDEN["small", 42]


@pytest.mark.parametrize("order", list(permutations(("vendors", "products", "clients"))), ids=" ".join)
def test_any_order_of_tables_makes_the_same_rows(sqlite_terp: Database, order: tuple[str, ...]) -> None:
    for table in order:
        sqlite_terp.seed(*AS_OF, "upgrade", table)
    sqlite_terp.seed("upgrade", "head")
    assert sqlite_terp.digest() == GOLDEN["small", 42]


def test_unit_1_is_the_same_at_every_size(new_database: Callable[[str], Database]) -> None:
    first_units = []
    for size in ("small", "x2", "x5", "x13"):
        database = new_database("sqlite")
        assert database.alembic("upgrade", "head").code == 0
        database.seed("-x", f"size={size}", *AS_OF, "upgrade", "head")
        everything = database.everything()
        first_units.append({table: everything[table][: SMALL[table]] for table in SEVEN})
    assert all(unit == first_units[0] for unit in first_units)


@pytest.mark.parametrize("option", ["seed=43", "as_of=2026-03-02"])
def test_other_settings_make_other_rows(sqlite_terp: Database, option: str) -> None:
    sqlite_terp.seed(*AS_OF, "-x", option, "upgrade", "head")
    assert sqlite_terp.digest() != GOLDEN["small", 42]
    assert sqlite_terp.counts() == SMALL


def test_clean_gives_the_same_ids_and_bytes(terp: Database) -> None:
    terp.execute("INSERT INTO vendors (name) VALUES ('mine')")
    assert terp.cli("upgrade", "--force", "--as-of=2026-03-01").exit_code == 0
    before = terp.digest()
    result = terp.cli("upgrade", "--clean", "--force", "--as-of=2026-03-01")
    assert result.exit_code == 0, result.output
    assert terp.digest() == before
    assert terp.counts() == {**SMALL, "vendors": 6}
