"""The promise: a table without a number of its own to its rows is seeded, guarded and rolled back as exactly as the others."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from terp_seed.app.project_files import write_skeleton
from tests.clients import apply, apply_well
from tests.library import Folder
from tests.school import COURSES, ENROLMENTS, METADATA, PROJECT, STUDENTS, TAGS
from tests.support import Database

pytestmark = pytest.mark.every_server
OPTIONS = ("--size", "x2", "--as-of", "2026-03-01")
_TABLE = "next(table for table in PROJECT.tables if table.name == {name!r})"


class School(Folder):
    """A School is a folder with the school's project, and a database with its tables."""

    def __init__(self, path: Path, database: Database) -> None:
        super().__init__(path, database.url)
        self.database = database
        with database.connection() as connection:
            METADATA.create_all(connection)
            connection.commit()

    def execute(self, *statements: sa.Executable) -> None:
        with self.database.connection() as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        with self.database.connection() as connection:
            return {
                table.name: sorted((tuple(map(str, row)) for row in connection.execute(sa.select(table))), key=repr)
                for table in METADATA.sorted_tables
            }


@pytest.fixture
def school(empty: Database, tmp_path: Path) -> School:
    folder = tmp_path / "school"
    folder.mkdir()
    write_skeleton(folder)
    (folder / "seed_tables.py").write_text("from tests.school import PROJECT\n")
    before = "ledger"
    for table in PROJECT.tables:
        (folder / "seeds" / "versions" / f"{table.name}.py").write_text(
            f'"""Seed {table.name}."""\n\nfrom terp_seed import op\n\nfrom seed_tables import PROJECT\n\n'
            f"revision = {table.name!r}\ndown_revision = {before!r}\nTABLE = {_TABLE.format(name=table.name)}\n\n\n"
            "def upgrade() -> None:\n    op.seed(TABLE)\n\n\ndef downgrade() -> None:\n    op.unseed(TABLE)\n"
        )
        before = table.name
    return School(folder, empty)


@pytest.fixture
def seeded(school: School) -> School:
    school.done("terp-seed", "upgrade", *OPTIONS, "--force")
    return school


def _course(code: str) -> sa.Insert:
    return sa.insert(COURSES).values(code=code, title="a user's")


def _enrolment(school: School, code: str) -> sa.Insert:
    with school.database.connection() as connection:
        student = connection.execute(sa.select(STUDENTS.c.id).order_by(STUDENTS.c.email)).scalar()
    return sa.insert(ENROLMENTS).values(student_id=student, course_code=code, grade=5)


def test_up_verify_down_leaves_only_user_rows(school: School) -> None:
    school.execute(_course("MINE"), sa.insert(TAGS).values(label="mine", color="blue"))
    before = school.rows()
    school.done("terp-seed", "upgrade", *OPTIONS, "--force")
    assert [len(rows) for rows in school.rows().values()] != [len(rows) for rows in before.values()]
    assert "25 checks hold, 0 failed" in school.done("terp-seed", "verify")
    assert "enrolments          24" in school.done("terp-seed", "status")
    school.done("terp-seed", "downgrade", "--force")
    assert school.rows() == before


def test_script_makes_and_takes_the_same_rows(seeded: School) -> None:
    online = seeded.rows()
    script = seeded.done("terp-seed", "upgrade", *OPTIONS, "--sql")
    seeded.done("terp-seed", "downgrade", "--force")
    apply_well(seeded.database, script)
    assert seeded.rows() == online
    (seeded.path / "seed.sql").write_text(script)
    assert "0 failed" in seeded.done("terp-seed", "verify", "--script", "seed.sql")
    apply_well(seeded.database, seeded.done("terp-seed", "downgrade", "--sql"))
    assert not any(seeded.rows().values())


def test_clean_size_and_single_tables_work(school: School) -> None:
    school.done("terp-seed", "upgrade", "--table", "enrolments", "--force")
    assert len(school.rows()["enrolments"]) == 12
    school.done("terp-seed", "upgrade", "--clean", "--size", "x60", "--force")
    assert len(school.rows()["enrolments"]) == 720
    school.done("terp-seed", "downgrade", "--table", "courses", "--force")
    assert {name for name, rows in school.rows().items() if rows} == {"students"}


def test_edited_and_missing_rows_are_told_apart(seeded: School) -> None:
    seeded.execute(
        sa.update(ENROLMENTS).where(ENROLMENTS.c.course_code == "C-000002").values(grade=99),
        sa.delete(TAGS).where(TAGS.c.color == "red"),
    )
    status = seeded.done("terp-seed", "status")
    assert "(3 edited)" in status
    assert "missing)" in status
    assert "edited: grade" in seeded.done("terp-seed", "status", "--edits")
    seeded.done("terp-seed", "downgrade", "--force")
    assert not any(seeded.rows().values())


def test_rows_that_replaced_ours_stay(seeded: School) -> None:
    ours = seeded.rows()["tags"]
    seeded.execute(sa.delete(TAGS), sa.insert(TAGS).values(label="theirs", color="blue"))
    seeded.done("terp-seed", "downgrade", "--force")
    assert seeded.rows()["tags"] == [("theirs", "blue")]
    assert len(ours) == 6


@pytest.mark.parametrize("by_script", [False, True])
def test_user_row_that_refers_stops_rollback(seeded: School, by_script: bool) -> None:
    seeded.execute(_course("MINE"), _enrolment(seeded, "MINE"))
    before = seeded.rows()
    if by_script:
        applied = apply(seeded.database, seeded.done("terp-seed", "downgrade", "--sql"))
        assert "not seeded and refer to seeded" in applied.stderr or "were not seeded refer to seeded students" in applied.stderr
    else:
        ran = seeded.run("terp-seed", "downgrade", "--force")
        assert ran.returncode == 2
        assert "1 row of enrolments.student_id -> students" in ran.stderr
    assert seeded.rows() == before


def test_cascade_deletes_listed_row_only(seeded: School) -> None:
    seeded.execute(_course("MINE"), _enrolment(seeded, "MINE"))
    seeded.done("terp-seed", "downgrade", "--cascade", "--force", "--database", seeded.database.name)
    assert {name: rows for name, rows in seeded.rows().items() if rows} == {"courses": [("MINE", "a user's")]}


def test_purge_empties_every_table(seeded: School) -> None:
    seeded.execute(_course("MINE"), _enrolment(seeded, "MINE"))
    seeded.done("terp-seed", "purge", "--force", "--database", seeded.database.name)
    assert not any(seeded.rows().values())


def test_keys_that_are_no_longer_listed_are_noticed(seeded: School) -> None:
    before = seeded.rows()
    seeded.database.execute("DELETE FROM school_seed_row_keys WHERE table_name = 'courses' AND number = 3")
    ran = seeded.run("terp-seed", "downgrade", "--force")
    assert ran.returncode != 0
    assert "school_seed_row_keys no longer has all of their keys" in ran.stderr
    assert seeded.rows() == before


def test_shards_of_a_script_are_the_whole(seeded: School) -> None:
    online = seeded.rows()
    seeded.done("terp-seed", "downgrade", "--force")
    for units in ("1:1", "2:2"):
        applied = apply(seeded.database, seeded.done("terp-seed", "upgrade", *OPTIONS, "--sql", "--units", units))
        assert applied.returncode == 0, applied
    assert seeded.rows() == online


def test_taken_text_key_is_refused_first(school: School) -> None:
    school.execute(_course("C-000003"))
    before = school.rows()
    ran = school.run("terp-seed", "upgrade", "--force")
    assert ran.returncode == 1
    assert "column code: a row that was not seeded has our value 'C-000003'" in ran.stderr
    applied = apply(school.database, school.done("terp-seed", "upgrade", "--sql"))
    assert "courses.code has a value of this script" in applied.stderr
    assert school.rows() == before


def test_lost_list_of_keys_is_one_sentence(seeded: School, new_database: Callable[[str], Database]) -> None:
    before = seeded.rows()
    seeded.database.execute("DROP TABLE school_seed_row_keys")
    ran = seeded.run("terp-seed", "downgrade", "--force")
    assert ran.returncode != 0
    assert "school_seed_row_keys is missing, which lists the keys of the 8 rows of profiles" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert seeded.rows() == before
