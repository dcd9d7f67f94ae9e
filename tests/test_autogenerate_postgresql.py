"""The promise on PostgreSQL: what only its schemas have is seeded as it is and undone exactly, or refused before a write."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients import apply_well
from tests.library import Folder
from tests.support import Database

SCHEMA = """
CREATE TABLE people (id serial PRIMARY KEY, name varchar(60) NOT NULL);
CREATE TABLE notes (id serial, kind varchar(20) NOT NULL, body text, PRIMARY KEY (id, kind)) PARTITION BY LIST (kind);
CREATE TABLE issue_notes PARTITION OF notes FOR VALUES IN ('Issue');
CREATE TABLE epic_notes PARTITION OF notes FOR VALUES IN ('Epic', 'Task');
CREATE TABLE visits (id serial, day date NOT NULL, path text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2023-01-01') TO ('2023-07-01');
CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2023-07-01') TO ('2024-01-01') PARTITION BY RANGE (day);
CREATE TABLE visits_2_a PARTITION OF visits_2 FOR VALUES FROM ('2023-07-01') TO ('2023-10-01');
CREATE TABLE votes (person_id int NOT NULL REFERENCES people, mood int NOT NULL, PRIMARY KEY (person_id, mood))
    PARTITION BY HASH (person_id);
CREATE TABLE votes_0 PARTITION OF votes FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE votes_1 PARTITION OF votes FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE files (id serial PRIMARY KEY, kind text NOT NULL) PARTITION BY LIST (id);
CREATE TABLE files_0 PARTITION OF files DEFAULT;
"""
TABLES = ("people", "notes", "visits", "votes", "files")


class Shop(Folder):
    """A Shop is a new project beside a PostgreSQL."""

    def __init__(self, path: Path, database: Database) -> None:
        super().__init__(path, database.url)
        self.database = database
        self.done("terp-seed", "init", "--empty")

    def make(self, sql: str) -> None:
        self.database.execute(*filter(str.strip, sql.split(";")))

    def counts(self, *tables: str) -> list[int]:
        return [int(str(self.database.scalar(f"SELECT COUNT(*) FROM {name}"))) for name in tables]

    def walk(self, *tables: str) -> None:
        """Seed these tables and undo it, both online and by script."""
        self.done("terp-seed", "upgrade", "--force", "--size", "x3")
        seeded = self.counts(*tables)
        assert all(seeded)
        assert "0 failed" in self.done("terp-seed", "verify")
        assert self.done("terp-seed", "check") == "The live schema and the seeds agree.\n"
        self.done("terp-seed", "downgrade", "--force")
        assert not any(self.counts(*tables))
        apply_well(self.database, self.done("terp-seed", "upgrade", "--sql", "--size", "x3"))
        assert self.counts(*tables) == seeded
        apply_well(self.database, self.done("terp-seed", "downgrade", "--sql"))
        assert not any(self.counts(*tables))


@pytest.fixture
def shop(new_database: Callable[[str], Database], tmp_path: Path) -> Shop:
    return Shop(tmp_path, new_database("postgresql"))


def test_rows_fit_the_partitions(shop: Shop) -> None:
    shop.make(SCHEMA)
    written = shop.done("terp-seed", "revision", "--autogenerate")
    assert "epic_notes: it is a partition of notes" in written
    shop.walk(*TABLES)
    assert len([*(shop.path / "seeds" / "tables").glob("*.py")]) == len(TABLES) + 1


def test_row_without_a_partition_is_refused_first(shop: Shop) -> None:
    shop.make(SCHEMA)
    shop.done("terp-seed", "revision", "--autogenerate")
    file = shop.path / "seeds" / "tables" / "notes.py"
    file.write_text(re.sub(r"c\.choice\(.*?\)", 'c.constant("Commit")', file.read_text()))
    stopped = shop.run("terp-seed", "upgrade", "--force")
    assert stopped.returncode == 1
    assert "has_a_partition" in stopped.stderr
    assert not any(shop.counts(*TABLES))


def test_table_without_partitions_is_refused(shop: Shop) -> None:
    shop.make("CREATE TABLE t (id int PRIMARY KEY, name text) PARTITION BY RANGE (id)")
    stopped = shop.run("terp-seed", "revision", "--autogenerate")
    assert stopped.returncode == 1
    assert "Table t cannot be seeded: it is partitioned and has no partition" in stopped.stderr


def test_key_with_a_constant_default_has_no_counter(shop: Shop) -> None:
    shop.make("CREATE TABLE trees (root_id bigint DEFAULT 0 PRIMARY KEY, label text NOT NULL)")
    shop.done("terp-seed", "revision", "--autogenerate")
    shop.walk("trees")


def test_sequence_that_is_named_in_a_text(shop: Shop) -> None:
    shop.make("""
        CREATE SEQUENCE "User_ids";
        CREATE TABLE users (user_id int DEFAULT nextval('"User_ids"'::text) PRIMARY KEY, username text NOT NULL);
        INSERT INTO users (username) VALUES ('mine')
    """)
    shop.done("terp-seed", "revision", "--autogenerate")
    assert "::text)::regclass" in (shop.path / "seeds" / "tables" / "users.py").read_text()
    shop.done("terp-seed", "upgrade", "--force", "--size", "x3")
    last = int(str(shop.database.scalar("SELECT max(user_id) FROM users")))
    shop.make("INSERT INTO users (username) VALUES ('next')")
    assert shop.database.scalar("SELECT max(user_id) FROM users") == last + 1
    shop.done("terp-seed", "downgrade", "--force")
    apply_well(shop.database, shop.done("terp-seed", "upgrade", "--sql", "--first-id", "5000"))
    shop.make("INSERT INTO users (username) VALUES ('last')")
    assert shop.database.scalar("SELECT max(user_id) FROM users") == 5005
    apply_well(shop.database, shop.done("terp-seed", "downgrade", "--sql"))
    assert shop.counts("users") == [3]


def test_null_that_is_like_another_null(shop: Shop) -> None:
    shop.make("""
        CREATE TABLE places (id serial PRIMARY KEY, label text, UNIQUE NULLS NOT DISTINCT (label));
        CREATE TABLE marks (id serial PRIMARY KEY, place_id int REFERENCES places, mark text);
        CREATE UNIQUE INDEX one ON marks (place_id, mark) NULLS NOT DISTINCT
    """)
    shop.done("terp-seed", "revision", "--autogenerate")
    assert "null=" not in (shop.path / "seeds" / "tables" / "marks.py").read_text()
    shop.walk("places", "marks")


def test_arrays_and_intervals_are_written(shop: Shop) -> None:
    shop.make(
        "CREATE TABLE bans (id serial PRIMARY KEY, reason text, duration interval NOT NULL, ids uuid[] NOT NULL, "
        "tags text[] DEFAULT '{}' NOT NULL, grid integer[][], days date[] NOT NULL)"
    )
    shop.done("terp-seed", "revision", "--autogenerate")
    shop.walk("bans")


def test_default_of_a_column_counts_in_a_check(shop: Shop) -> None:
    shop.make("""
        CREATE TABLE shops (id serial PRIMARY KEY, label text NOT NULL);
        CREATE TABLE roles (id serial PRIMARY KEY, shop_id int REFERENCES shops, code text NOT NULL,
            may text[] DEFAULT '{}' NOT NULL, CHECK (shop_id IS NULL OR cardinality(may) > 0), CHECK (NOT ('' = ANY (may))))
    """)
    shop.done("terp-seed", "revision", "--autogenerate")
    shop.walk("shops", "roles")


def test_one_of_two_references_by_uuid_is_filled(shop: Shop) -> None:
    shop.make("""
        CREATE TABLE plans (id uuid PRIMARY KEY, label text NOT NULL);
        CREATE TABLE limits (id uuid PRIMARY KEY, plan_id uuid REFERENCES plans, other_id uuid REFERENCES plans,
            CHECK ((plan_id IS NOT NULL) <> (other_id IS NOT NULL)));
        CREATE UNIQUE INDEX one ON limits (plan_id) WHERE other_id IS NULL
    """)
    shop.done("terp-seed", "revision", "--autogenerate")
    shop.walk("plans", "limits")
