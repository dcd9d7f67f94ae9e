"""The promise: what an application derives by itself when somebody looks at a page does not stop a rollback; it goes along."""

from tests.clients import apply_well
from tests.scripts import AS_OF, script
from tests.support import Database

CACHES = (
    "INSERT INTO leaderboard_metric_cache (client_id, metric_type, metric_value, calculated_at, expires_at) "
    "VALUES (3, 'ytd_revenue', 1, NOW(), NOW()), (4, 'ytd_revenue', 1, NOW(), NOW())",
    "INSERT INTO match_records (client_id, inventory_batch_id, match_type, confidence_score, match_reasons) "
    "VALUES (3, 4, 'EXACT', 1, '[]'), (1000000, 5, 'EXACT', 1, '[]'), (1000000, NULL, 'EXACT', 1, '[]')",
    "INSERT INTO client_referral_codes (client_id, code, code_type) VALUES (3, 'AUTO', 'AUTO_GENERATED')",
    "INSERT INTO sampleAllocations (clientId, monthYear, allocatedQuantity, usedQuantity, remainingQuantity) "
    "VALUES (3, '2026-03', 7, 0, 7)",
    "INSERT INTO notification_preferences (recipient_type, client_id) VALUES ('client', 3)",
)


def _looked_at(terp: Database) -> None:
    terp.seed(*AS_OF, "upgrade", "head")
    terp.execute(
        "SET SESSION sql_mode = ''",
        "INSERT INTO clients (id, teri_code, name) VALUES (1000000, 'MINE', 'Mine')",
        *CACHES,
    )


def _left(terp: Database) -> dict[str, int]:
    tables = (
        "leaderboard_metric_cache",
        "match_records",
        "client_referral_codes",
        "sampleAllocations",
        "notification_preferences",
    )
    return {table: terp.scalar(f"SELECT COUNT(*) FROM {table}") for table in tables}


def test_derived_rows_go_with_referents_and_are_reported(full_terp: Database) -> None:
    _looked_at(full_terp)
    result = full_terp.cli("downgrade", "-f")
    assert result.exit_code == 0, result.output
    assert "leaderboard_metric_cache: 2 rows derived by the application, deleted with revision clients" in result.stderr
    left = _left(full_terp)
    assert left == {**dict.fromkeys(left, 0), "match_records": 1}
    assert full_terp.counts()["clients"] == 1


def test_they_go_with_a_script_too(full_terp: Database) -> None:
    _looked_at(full_terp)
    apply_well(full_terp, script(full_terp, "downgrade", "head:base"))
    left = _left(full_terp)
    assert left == {**dict.fromkeys(left, 0), "match_records": 1}


def test_row_acted_on_by_person_is_not_derived(full_terp: Database) -> None:
    _looked_at(full_terp)
    full_terp.execute("UPDATE match_records SET user_action = 'DISMISSED', actioned_at = NOW() WHERE client_id = 3")
    before = _left(full_terp)
    result = full_terp.cli("downgrade", "-f")
    assert result.exit_code == 2, result.output
    assert "1 row of match_records.client_id -> clients (on delete: CASCADE)" in result.stderr
    assert "leaderboard_metric_cache" not in result.stderr
    assert _left(full_terp) == before


def test_purge_takes_them_along(full_terp: Database) -> None:
    _looked_at(full_terp)
    result = full_terp.cli("purge", "--database", full_terp.name)
    assert result.exit_code == 0, result.output
    assert not any(_left(full_terp).values())
