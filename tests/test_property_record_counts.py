"""Property 2: what is reported is what is there."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terp_seed.settings import FIRST_AS_OF, LAST_AS_OF
from tests.support import ALL_FAULTS, SEVEN, SMALL, Database

pytestmark = pytest.mark.every_server

sizes = st.integers(1, 4)
seeds = st.integers(0, 2**63 - 1)
days = st.integers(0, (LAST_AS_OF - FIRST_AS_OF).days).map(lambda n: FIRST_AS_OF + timedelta(n))
environments = st.sampled_from(["development", "test", "staging", "production"])
targets = st.sampled_from([*SEVEN, None])


# **Feature: seeding-system-production-rollout, Property 2: Record Count Accuracy**
# **Validates: Requirements 4.1**
@settings(max_examples=12 if ALL_FAULTS else 6)
@given(size=sizes, seed=seeds, as_of=days, environment=environments, table=targets)
def test_reported_count_of_each_table_matches_its_rows(
    terp_without_mysql: Database, size: int, seed: int, as_of: date, environment: str, table: str | None
) -> None:
    terp_without_mysql.seed("-x", "force=true", "downgrade", "base")
    chosen = [f"--table={table}"] if table else []
    options = [f"--size=x{size}", f"--seed={seed}", f"--as-of={as_of}", f"--env={environment}", "--force", *chosen]
    result = terp_without_mysql.cli("upgrade", *options)
    assert result.exit_code == 0, result.output
    printed = [line.split() for line in result.stdout.splitlines()]
    reported = {words[0]: int(words[1].replace(",", "")) for words in printed if words and words[0] in SEVEN}
    counts = terp_without_mysql.counts()
    assert reported == {name: rows for name, rows in counts.items() if rows}
    assert all(rows in (0, SMALL[name] * size) for name, rows in counts.items())
    status = json.loads(terp_without_mysql.cli("status", "--json").stdout)
    assert {name: entry["seeded"] for name, entry in status["tables"].items()} == counts
    assert status["total"] == sum(counts.values())
