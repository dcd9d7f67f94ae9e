"""docs/masking.md is true: its kinds, its columns, its numbers and its example."""

import re

from terp_seed.masking.kinds import kinds
from terp_seed.masking.masker import Masker
from terp_seed.model.pii import KINDS
from tests.support import CATALOG, PROJECT

DOCUMENT = (PROJECT / "docs" / "masking.md").read_text()


def test_every_kind_is_documented_with_a_plausible_fake() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", DOCUMENT, re.MULTILINE))
    assert sorted(rows) == sorted(KINDS)
    assert [name for name, value in rows.items() if not kinds()[name].is_fake(value)] == []


def test_its_capacities_are_the_real_ones() -> None:
    tiers = {name: [tier.capacity for tier in kind.tiers] for name, kind in kinds().items()}
    assert [round(n, -6) for n in tiers["company"]] == [12_000_000, 6_000_000_000]
    assert [round(n, -4) for n in tiers["person"][:1]] == [690_000]
    assert tiers["email"] == [10**12]
    assert tiers["phone"] == [6_000]
    assert tiers["address"][0] > 10**15


def test_every_pii_column_is_in_it() -> None:
    lines = dict(re.findall(r"^\| `(\w+)` \| (`\w+`[ (,`].*) \|$", DOCUMENT.partition("A table's PII")[2], re.MULTILINE))
    documented = {table: set(re.findall(r"`(\w+)`", columns)) for table, columns in lines.items()}
    assert documented == {table.name: set(table.pii) for table in CATALOG.every if table.pii}


def test_its_example_runs() -> None:
    scope: dict[str, object] = {}
    exec(re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)[0], scope)
    masked = scope["masked"]
    assert isinstance(masked, dict)
    assert (masked["id"], masked["teri_code"]) == (7, "JD")
    assert not {"Jane Doe Inc", "jane@doe.com"} & set(map(str, masked.values()))
    assert isinstance(scope["masker"], Masker)
