"""The promise: seeds of tables with keys of any kind are written, run as they are, and are undone exactly, also as scripts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients import apply_well
from tests.conftest import SERVERS
from tests.library import Folder
from tests.support import Database
from tests.test_autogenerate import Shop

SCHEMA = """
CREATE TABLE countries (code CHAR(2) PRIMARY KEY, name VARCHAR(60) NOT NULL);
CREATE TABLE users (id CHAR(36) PRIMARY KEY, username VARCHAR(40) NOT NULL UNIQUE, country_code CHAR(2) NOT NULL
    REFERENCES countries, manager_id CHAR(36) REFERENCES users(id));
CREATE TABLE profiles (user_id CHAR(36) PRIMARY KEY REFERENCES users, bio TEXT);
CREATE TABLE devices (serial BLOB PRIMARY KEY, owner VARCHAR(40) NOT NULL REFERENCES users(username));
CREATE TABLE holidays (day DATE PRIMARY KEY, label VARCHAR(40) NOT NULL);
CREATE TABLE readings (user_id CHAR(36) NOT NULL REFERENCES users, at DATETIME NOT NULL, level INT, PRIMARY KEY (user_id, at));
CREATE TABLE switches (is_on BOOLEAN PRIMARY KEY, label VARCHAR(40));
CREATE TABLE labels (label VARCHAR(30) NOT NULL UNIQUE, color VARCHAR(10));
CREATE TABLE roles (id INTEGER PRIMARY KEY, title VARCHAR(30) NOT NULL);
CREATE TABLE bosses (role_id INTEGER PRIMARY KEY REFERENCES roles(id), rank_no INT);
CREATE TABLE user_roles (user_id CHAR(36) NOT NULL REFERENCES users, role_id INT NOT NULL REFERENCES roles,
    PRIMARY KEY (user_id, role_id));
CREATE TABLE grants (id INTEGER PRIMARY KEY, user_id CHAR(36) NOT NULL, role_id INT NOT NULL REFERENCES roles,
    seat VARCHAR(4) NOT NULL, FOREIGN KEY (user_id, role_id) REFERENCES user_roles, UNIQUE (role_id, seat));
CREATE TABLE shelves (shop INT NOT NULL, no SMALLINT NOT NULL, above SMALLINT, PRIMARY KEY (shop, no),
    FOREIGN KEY (shop, above) REFERENCES shelves);
CREATE TABLE prices (shop INT NOT NULL, no SMALLINT NOT NULL, valid_from DATE NOT NULL, amount NUMERIC(8, 2) NOT NULL,
    PRIMARY KEY (shop, no, valid_from), FOREIGN KEY (shop, no) REFERENCES shelves);
"""
SEEDED = {
    "countries": 5, "users": 30, "profiles": 30, "devices": 30, "holidays": 15, "switches": 2, "labels": 15, "roles": 15,
    "bosses": 15, "user_roles": 60, "grants": 60, "shelves": 15, "prices": 30, "readings": 30,
}  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    found = Shop(tmp_path)
    found.sql(SCHEMA, "INSERT INTO labels VALUES ('mine', 'red')")
    found.done("terp-seed", "init", "--empty")
    return found


def test_every_key_is_seeded_and_undone(shop: Shop) -> None:
    before = shop.digest()
    shop.done("terp-seed", "revision", "--autogenerate")
    assert shop.done("terp-seed", "check") == "The live schema and the seeds agree.\n"
    assert "Nothing to write" in shop.done("terp-seed", "revision", "--autogenerate")
    shop.done("terp-seed", "upgrade", "--force", "--size", "x3")
    assert "0 failed" in shop.done("terp-seed", "verify")
    assert f'"total": {sum(SEEDED.values())}' in shop.done("terp-seed", "status", "--json")
    seeded = shop.digest()
    shop.done("terp-seed", "downgrade", "--force")
    assert shop.digest() == before
    script = shop.done("terp-seed", "upgrade", "--sql", "--size", "x3")
    database = Database(f"sqlite:///{shop.path / 'own.db'}", "sqlite")
    apply_well(database, script)
    assert shop.digest() == seeded
    (shop.path / "seed.sql").write_text(script)
    assert "0 failed" in shop.done("terp-seed", "verify", "--script", "seed.sql")
    apply_well(database, shop.done("terp-seed", "downgrade", "--sql"))
    assert shop.digest() == before


@pytest.mark.parametrize("place", SERVERS)
def test_key_of_a_text_without_length_on_mysql(place: str, new_database: Callable[[str], Database], tmp_path: Path) -> None:
    database = new_database(place)
    database.execute(
        "CREATE TABLE sessions (usec BIGINT NOT NULL, pid TEXT NOT NULL, info VARCHAR(40), PRIMARY KEY (usec, pid(75)))"
    )
    folder = Folder(tmp_path, database.url)
    folder.done("terp-seed", "init", "--empty")
    folder.done("terp-seed", "revision", "--autogenerate")
    apply_well(database, folder.done("terp-seed", "upgrade", "--size=x2", "--sql"))
    assert "0 failed" in folder.done("terp-seed", "verify")
    database.execute("DELETE FROM sessions LIMIT 1")
    assert "1 missing" in folder.done("terp-seed", "status")
    folder.done("terp-seed", "downgrade", "--force")
    assert database.scalar("SELECT COUNT(*) FROM sessions") == 0
