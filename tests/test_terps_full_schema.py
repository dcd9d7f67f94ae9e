"""On TERP's full schema, 233 tables and 407 foreign keys: the seeder runs unchanged and leaves the database as it was."""

import pytest
import sqlalchemy as sa

from tests.clients import apply
from tests.support import ALL_FAULTS, SMALL, Database


def _state(database: Database) -> dict[str, int]:
    with database.connection() as connection:
        tables = sa.inspect(connection).get_table_names()
        return {t: connection.exec_driver_sql(f"SELECT COUNT(*) FROM `{t}`").scalar_one() for t in tables}


@pytest.mark.exhaustive
@pytest.mark.parametrize(("size", "units"), [("small", 1), ("large", 100)] if ALL_FAULTS else [("x3", 3)])
def test_seed_verify_and_rollback_restore_the_full_database(full_terp: Database, size: str, units: int) -> None:
    before = _state(full_terp)
    full_terp.seed("-x", f"size={size}", "upgrade", "head")
    assert full_terp.counts() == {table: rows * units for table, rows in SMALL.items()}
    result = full_terp.cli("verify")
    assert result.exit_code == 0, result.stdout
    assert " 0 failed, 0 skipped" in result.stdout
    full_terp.seed("downgrade", "base")
    assert _state(full_terp) == {**before, "alembic_version_seed": 0}
    assert full_terp.scalar("SELECT name FROM users WHERE id = 1") == "Owner"


def test_row_that_would_cascade_away_stops_rollback(full_terp: Database) -> None:
    full_terp.seed("upgrade", "head")
    full_terp.execute(
        "INSERT INTO client_communications (client_id, communicationType, subject, communicated_at, logged_by) "
        "VALUES (4, 'CALL', 'first order', '2026-01-01', 1)",
        "INSERT INTO client_activity (client_id, user_id, activity_type) VALUES (4, 1, 'CREATED'), (5, 1, 'CREATED')",
        "UPDATE clients SET referred_by_client_id = NULL",
    )
    before = _state(full_terp)
    ran = full_terp.alembic("-n", "seed", "downgrade", "base")
    assert ran.code != 0
    assert "2 rows of client_activity.client_id -> clients (on delete: CASCADE)" in ran.out
    assert "1 row of client_communications.client_id -> clients (on delete: CASCADE)" in ran.out
    assert _state(full_terp) == before
    # the rows of the owner, who is there from the start; seeded ones are of seeded users
    full_terp.execute("DELETE FROM client_communications WHERE logged_by = 1", "DELETE FROM client_activity WHERE user_id = 1")
    full_terp.seed("downgrade", "base")
    assert sum(full_terp.counts().values()) == 0


def test_rollback_script_stops_for_every_database_key(full_terp: Database) -> None:
    full_terp.seed("upgrade", "head")
    full_terp.execute("INSERT INTO client_activity (client_id, user_id, activity_type) VALUES (4, 1, 'CREATED')")
    before = _state(full_terp)
    script = full_terp.seed("downgrade", "head:base", "--sql").out
    ran = apply(full_terp, script)
    assert ran.returncode == 1
    assert "Rows of client_activity.client_id were not seeded and refer to seeded clients" in ran.stderr
    assert _state(full_terp) == before
    full_terp.execute("DELETE FROM client_activity WHERE user_id = 1")
    late = "INSERT INTO client_activity (client_id, user_id, activity_type) VALUES (4, 1, 'CREATED');\n"
    at = script.index("BEGIN;\n\n-- Running downgrade clients")
    ran = apply(full_terp, script[:at] + late + script[at:])  # somebody refers to a client after the first look
    assert ran.returncode == 1
    assert "Rows of client_activity.client_id were not seeded and refer to seeded clients" in ran.stderr
    assert full_terp.counts() == {**dict.fromkeys(SMALL, 0), "clients": 10}
    full_terp.execute("DELETE FROM client_activity WHERE user_id = 1")
    full_terp.seed("downgrade", "base")
    assert sum(full_terp.counts().values()) == 0
