"""The promise: tables that one revision seeds together, fills in earlier rows or finds there already are exact both ways."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from terp_seed.backends.writer import ConnectionWriter
from tests.clients import apply
from tests.support import Database, Ran
from tests.workshop.tables import METADATA

FOLDER = Path(__file__).parent / "workshop"
TABLES = ("kinds", "jobs", "job_steps", "bills")


class Workshop:
    """A Workshop is a database of the workshop's, with the commands of its seeds."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.connection() as connection:
            METADATA.create_all(connection)
            connection.commit()
        if database.kind in ("mysql", "mariadb"):
            database.execute(
                "ALTER TABLE jobs MODIFY changed_at TIMESTAMP NULL DEFAULT '2020-01-01 00:00:00' ON UPDATE CURRENT_TIMESTAMP"
            )

    def run(self, *arguments: str) -> Ran:
        return self.database.alembic("-n", "seed", *arguments, folder=FOLDER)

    def seed(self, *arguments: str) -> str:
        ran = self.run(*arguments)
        assert ran.code == 0, ran
        return ran.out

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        with self.database.connection() as connection:
            return {
                name: [
                    dict(row)
                    for row in connection.execute(
                        sa.select(METADATA.tables[name]).order_by(METADATA.tables[name].primary_key.columns[0])
                    ).mappings()
                ]
                for name in TABLES
            }

    def ledger(self) -> dict[str, tuple[int, int, int]]:
        with self.database.connection() as connection:
            found = connection.exec_driver_sql("SELECT table_name, first_id, last_id, row_count FROM workshop_seed_ledger").all()
        return {row[0]: (row[1], row[2], row[3]) for row in found}

    def apply(self, script: str) -> None:
        ran = apply(self.database, script)
        assert ran.returncode == 0, ran


@pytest.fixture
def workshop(empty: Database) -> Workshop:
    return Workshop(empty)


@pytest.fixture
def workshops(empty: Database, new_database: Callable[[str], Database]) -> tuple[Workshop, Workshop]:
    return Workshop(empty), Workshop(new_database(empty.kind))


def test_rows_may_name_ids_of_later_rows(workshop: Workshop) -> None:
    workshop.seed("-x", "size=x2", "upgrade", "head")
    rows = workshop.rows()
    assert len(rows["jobs"]) == 8
    assert len(rows["job_steps"]) == 24
    for job in rows["jobs"]:
        steps = json.loads(job["steps"]) if isinstance(job["steps"], str) else job["steps"]
        assert steps == [step["step"] for step in rows["job_steps"] if step["job_id"] == job["id"]]


def test_occupied_block_moves_with_the_block_naming_it(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    reserve = ConnectionWriter.reserve

    def once(self: ConnectionWriter, table: str, statement: str, first_id: int, last_id: int) -> bool:
        if table == "job_steps" and not taken:
            taken.append(table)
            workshop_row = (
                "INSERT INTO job_steps (step, job_id, kind_id, minutes) VALUES (1, (SELECT MIN(id) FROM jobs), NULL, 77)"
            )
            self.execute(workshop_row)  # as if an application had been faster
        return reserve(self, table, statement, first_id, last_id)

    workshop.database.execute("INSERT INTO jobs (id, code, steps) VALUES (7, 'theirs', '[]')")
    monkeypatch.setattr(ConnectionWriter, "reserve", once)
    workshop.seed("upgrade", "jobs")
    rows = workshop.rows()
    rows["jobs"].pop(0)
    seeded = [step for step in rows["job_steps"] if step["minutes"] != 77]
    assert {job["id"] for job in rows["jobs"]} == {step["job_id"] for step in seeded}
    first = json.loads(rows["jobs"][0]["steps"]) if isinstance(rows["jobs"][0]["steps"], str) else rows["jobs"][0]["steps"]
    assert first == [step["step"] for step in seeded[:3]]
    assert first[0] > 1000


def test_later_table_fills_and_clears_an_earlier_column(workshop: Workshop) -> None:
    workshop.seed("upgrade", "jobs")
    before = workshop.rows()
    assert [job["bill_id"] for job in before["jobs"]] == [None] * 4
    workshop.seed("upgrade", "head")
    filled = workshop.rows()
    assert [job["bill_id"] for job in filled["jobs"]] == [None, 2, 3, None]
    assert [job["changed_at"] for job in filled["jobs"]] == [job["changed_at"] for job in before["jobs"]]
    workshop.seed("downgrade", "jobs")
    assert workshop.rows() == before
    workshop.seed("upgrade", "head")
    workshop.seed("downgrade", "base")
    assert not any(workshop.rows().values())


def test_what_somebody_wrote_into_such_a_column_stays(workshop: Workshop) -> None:
    workshop.seed("upgrade", "jobs")
    workshop.database.execute(
        "INSERT INTO bills (bill_no, number, job_id, kind_id) VALUES (77, 'theirs', NULL, 1)",
        "UPDATE jobs SET bill_id = 77 WHERE id = 2",
    )
    workshop.seed("upgrade", "head")
    assert [job["bill_id"] for job in workshop.rows()["jobs"]] == [None, 77, 2003, None]
    workshop.seed("downgrade", "jobs")
    assert [job["bill_id"] for job in workshop.rows()["jobs"]] == [None, 77, None, None]


def test_user_row_naming_filled_row_stops_rollback(workshop: Workshop) -> None:
    workshop.seed("upgrade", "head")
    workshop.database.execute("INSERT INTO jobs (id, code, steps, bill_id) VALUES (77, 'theirs', '[]', 2)")
    before = workshop.rows()
    ran = workshop.run("downgrade", "jobs")
    assert ran.code != 0
    assert "1 row of jobs.bill_id" in ran.out
    assert workshop.rows() == before


@pytest.mark.parametrize("there", [(), ("sawing",), ("gluing", "sawing"), ("sawing", "turning", "gluing")])
def test_existing_rows_are_reused_and_stay(workshop: Workshop, there: tuple[str, ...]) -> None:
    for place, name in enumerate(there):
        workshop.database.execute(f"INSERT INTO kinds (kind_no, number, name) VALUES ({101 + place}, 'T{place}', '{name}')")
    before = workshop.rows()
    workshop.seed("upgrade", "head")
    rows = workshop.rows()
    names = {row["kind_no"]: row["name"] for row in rows["kinds"]}
    assert sorted(names.values()) == ["gluing", "sawing", "turning"]
    assert [names[step["kind_id"]] for step in rows["job_steps"][:3]] == ["sawing", "turning", "gluing"]
    assert [names[bill["kind_id"]] for bill in rows["bills"]] == ["sawing", "turning", "gluing"]
    recorded = workshop.ledger().get("kinds")
    assert (recorded[2] if recorded else 0) == 3 - len(there)
    workshop.seed("downgrade", "jobs")
    workshop.seed("upgrade", "head")
    assert workshop.rows() == rows
    workshop.seed("downgrade", "base")
    assert workshop.rows() == before


@pytest.mark.parametrize("there", [(), ("turning",), ("sawing", "turning", "gluing")])
def test_a_script_finds_them_too(workshops: tuple[Workshop, Workshop], there: tuple[str, ...]) -> None:
    online, scripted = workshops
    for one in workshops:
        for place, name in enumerate(there):
            one.database.execute(f"INSERT INTO kinds (kind_no, number, name) VALUES ({101 + place}, 'T{place}', '{name}')")
    before = scripted.rows()
    online.seed("-x", "size=x3", "-x", "as_of=2026-01-31", "upgrade", "head")
    script = scripted.seed("-x", "size=x3", "-x", "as_of=2026-01-31", "upgrade", "head", "--sql")
    scripted.apply(script)
    assert scripted.rows() == online.rows()
    assert scripted.ledger() == online.ledger()
    assert scripted.run("upgrade", "head").code == 0  # nothing is left to do, and nothing is lost
    scripted.apply(scripted.seed("-x", "size=x3", "downgrade", "bills:jobs", "--sql"))
    scripted.apply(scripted.seed("-x", "size=x3", "downgrade", "jobs:base", "--sql"))
    assert scripted.rows() == before


def test_shares_of_a_script_find_and_fill_too(workshops: tuple[Workshop, Workshop]) -> None:
    online, scripted = workshops
    online.seed("-x", "size=x3", "-x", "as_of=2026-01-31", "upgrade", "head")
    for units in ("1:1", "3:3", "2:2"):
        scripted.apply(
            scripted.seed("-x", "size=x3", "-x", "as_of=2026-01-31", "-x", f"units={units}", "upgrade", "head", "--sql")
        )
    assert scripted.rows() == online.rows()


def test_number_taken_by_another_row_stops_before_writing(workshop: Workshop) -> None:
    workshop.database.execute("INSERT INTO kinds (kind_no, number, name) VALUES (7, 'K2', 'painting')")
    before = workshop.rows()
    ran = workshop.run("upgrade", "head")
    assert ran.code != 0
    assert "column number: a row with another name than ours has our value 'K2'" in ran.out
    refused = apply(workshop.database, workshop.seed("upgrade", "head", "--sql"))
    assert refused.returncode != 0
    assert "kinds.number K2 is taken by a row of another name" in refused.stdout + refused.stderr
    assert workshop.rows() == before


def test_edited_adopted_row_is_distinguished_from_seeded_row(workshop: Workshop) -> None:
    workshop.database.execute("INSERT INTO kinds (kind_no, number, name) VALUES (7, 'T1', 'turning')")
    workshop.seed("upgrade", "head")
    workshop.database.execute("UPDATE kinds SET note = 'ours' WHERE name IN ('turning', 'gluing')")
    ran = workshop.run("downgrade", "base")
    assert ran.code == 0, ran
    assert workshop.rows()["kinds"] == [{"kind_no": 7, "number": "T1", "name": "turning", "note": "ours"}]


def test_later_revision_skips_a_follower_without_further_rows(workshop: Workshop, tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "workshop")
    folder = tmp_path / "workshop"
    more = (folder / "seeds" / "versions" / "jobs.py").read_text().replace('"jobs"', '"more"').replace('"ledger"', '"bills"')
    (folder / "seeds" / "versions" / "more.py").write_text(more)
    run = workshop.database.alembic
    assert run("-n", "seed", "upgrade", "head", folder=folder).code == 0
    rows = workshop.rows()
    assert [len(rows[name]) for name in TABLES] == [3, 8, 12, 3]
    assert run("-n", "seed", "downgrade", "bills", folder=folder).code == 0
    assert [len(found) for found in workshop.rows().values()] == [3, 4, 12, 3]
    assert run("-n", "seed", "downgrade", "base", folder=folder).code == 0
    assert not any(workshop.rows().values())
