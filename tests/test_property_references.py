"""Property 3: no seeded row refers to a row that is not there."""

from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import given, settings

from terp_seed.terp import PROJECT
from tests.support import ALL_FAULTS, Database
from tests.test_property_record_counts import days, environments, seeds, sizes, targets

pytestmark = pytest.mark.every_server


# **Feature: seeding-system-production-rollout, Property 3: Referential Integrity Preservation**
# **Validates: Requirements 4.2**
@settings(max_examples=12 if ALL_FAULTS else 6)
@given(size=sizes, seed=seeds, as_of=days, environment=environments, table=targets)
def test_seeded_foreign_keys_refer_to_existing_rows(
    terp_without_mysql: Database, size: int, seed: int, as_of: date, environment: str, table: str | None
) -> None:
    terp_without_mysql.seed("-x", "force=true", "downgrade", "base")
    options = {"size": f"x{size}", "seed": seed, "as_of": as_of, "env": environment, "force": "true"}
    arguments = [word for key, value in options.items() for word in ("-x", f"{key}={value}")]
    terp_without_mysql.seed(*arguments, "upgrade", table or "head")
    rows = terp_without_mysql.everything()
    ids = {name: {row["id"] for row in found} for name, found in rows.items()}
    references = 0
    with terp_without_mysql.connection() as connection:
        inspector = sa.inspect(connection)
        declared = [(name, key) for name in rows for key in inspector.get_foreign_keys(name)]
    for name, key in declared:
        (column,) = key["constrained_columns"]
        referring = {row[column] for row in rows[name]} - {None}
        references += len(referring)
        assert referring <= ids[key["referred_table"]], (name, column)
    for part in PROJECT.catalog.every:  # and those that are no keys
        for reference in part.references:
            referring = {row[reference.column] for row in rows[part.name] if row[reference.when] == reference.equals}
            references += len(referring)
            assert referring <= ids[reference.target], (part.name, reference)
    for item in (item for order in rows["orders"] for item in order["items"]):
        assert item["batchId"] in ids["batches"]
        assert item["productId"] in ids["products"]
    assert {order["invoice_id"] for order in rows["orders"]} - {None} <= ids["invoices"]
    assert references or table == "vendors"
    assert {part.name for part in PROJECT.catalog.every} == set(rows)
