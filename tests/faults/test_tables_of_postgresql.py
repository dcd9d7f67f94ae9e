"""Tables of PostgreSQL that a run had taken for others: partitioned parents, sequences that begin again, defaults of domains."""

import threading
import time

import pytest

from tests.scripts import AS_OF, script
from tests.support import SMALL, Database
from tests.test_postgresql import WAYS, Way, opened, psql


def _partition(database: Database, table: str) -> None:
    """Make a table whose rows nothing refers to yet a partitioned one, with the keys that referred to it."""
    with database.connection() as connection:
        keys = connection.exec_driver_sql(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            f"WHERE contype = 'f' AND confrelid = '{table}'::regclass"
        ).all()
    database.execute(
        *(f'ALTER TABLE {source} DROP CONSTRAINT "{name}"' for source, name, _ in keys),
        f"ALTER TABLE {table} RENAME TO old_{table}",
        f"CREATE TABLE {table} (LIKE old_{table} INCLUDING DEFAULTS, PRIMARY KEY (id)) PARTITION BY RANGE (id)",
        f"CREATE TABLE {table}_1 PARTITION OF {table} FOR VALUES FROM (1) TO (3)",
        f"CREATE TABLE {table}_2 PARTITION OF {table} FOR VALUES FROM (3) TO (1000000)",
        *(f'ALTER TABLE {source} ADD CONSTRAINT "{name}" {definition}' for source, name, definition in keys),
    )


@pytest.mark.parametrize("way", WAYS)
def test_keys_to_partitioned_tables_are_fine(postgresql_terp: Database, way: Way) -> None:
    _partition(postgresql_terp, "vendors")
    way(postgresql_terp)
    assert postgresql_terp.counts() == SMALL
    assert postgresql_terp.cli("downgrade", "--force").exit_code == 0
    assert postgresql_terp.counts() == dict.fromkeys(SMALL, 0)


def test_run_waits_for_a_writer_of_a_partition(postgresql_terp: Database) -> None:
    _partition(postgresql_terp, "vendors")
    ended: list[float] = []
    with opened(postgresql_terp) as writer:
        writer.execute("INSERT INTO vendors_2 (id, name) VALUES (900, 'Mine')")
        seeding = threading.Thread(
            target=lambda: (postgresql_terp.seed(*AS_OF, "upgrade", "head"), ended.append(time.monotonic()))
        )
        seeding.start()
        time.sleep(8)
        released = time.monotonic()
        writer.rollback()
    seeding.join()
    assert ended[0] > released


def test_sequence_that_begins_again_is_refused(postgresql_terp: Database) -> None:
    postgresql_terp.execute("ALTER SEQUENCE vendors_id_seq MAXVALUE 4 CYCLE")
    ran = psql(postgresql_terp, script(postgresql_terp, *AS_OF, "upgrade", "head"))
    assert "The id 5 of vendors would exceed the sequence vendors_id_seq, which ends at 4" in ran.stderr
    assert postgresql_terp.scalar("SELECT COUNT(*) FROM vendors") == 0


def test_default_of_a_domain_is_refused(postgresql_terp: Database) -> None:
    postgresql_terp.execute(
        "CREATE SEQUENCE numbers",
        "CREATE DOMAIN number AS integer DEFAULT nextval('numbers')",
        "ALTER TABLE vendors ALTER id DROP DEFAULT, ALTER id TYPE number",
    )
    ran = psql(postgresql_terp, script(postgresql_terp, *AS_OF, "upgrade", "head"))
    assert "The key of vendors has the default of a domain" in ran.stderr
    assert postgresql_terp.scalar("SELECT COUNT(*) FROM vendors") == 0
    postgresql_terp.cli("downgrade", "--force")
    ran_online = postgresql_terp.cli("upgrade", "--force")
    assert "its key has a domain's default nextval('numbers'::regclass): expected an identity" in ran_online.output
