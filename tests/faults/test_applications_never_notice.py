"""The promise: applications that write in TERP's tables during a run never fail, and keep their rows."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from terp_seed.app import commands
from terp_seed.app.listener import Listener
from terp_seed.settings import Settings
from tests import rows_of_users
from tests.conftest import EVERY_SERVER_PLACE, FULL
from tests.faults.applications import connected, work, writing
from tests.faults.processes import start
from tests.support import ALL_FAULTS, CATALOG, SEVEN, Database


@pytest.mark.parametrize("place", EVERY_SERVER_PLACE)
def test_four_applications_write_to_all_tables_during_runs(place: str, new_terp: Callable[[str], Database]) -> None:
    units, rounds = (1000, 2) if ALL_FAULTS else (20, 1)
    terp = new_terp(place)
    if place.endswith(FULL):  # elsewhere the tables are empty when the run and the applications begin
        rows_of_users.add(terp, "first")
    with writing(terp):
        for command in (("upgrade", "--size", f"x{units}"), ("downgrade",)) * rounds:
            process = start(terp, "terp-seed", *command, "-f")
            out, err = process.communicate()
            assert process.returncode == 0, out + err


@pytest.mark.parametrize("start_empty", [True, False])
@pytest.mark.parametrize("place", EVERY_SERVER_PLACE)
def test_application_never_waits_for_an_uncommitted_table(
    place: str, start_empty: bool, new_terp: Callable[[str], Database]
) -> None:
    terp = new_terp(place)
    if not start_empty:
        rows_of_users.add(terp, "first")
    interrupted: list[str] = []
    with connected(terp) as application:

        class Interrupting(Listener):
            def advanced(self, table: str, rows: int, of: int) -> None:
                """Work in all tables, with every lock of the run on one of them held."""
                if rows < of:
                    return
                interrupted.append(table)
                for in_one in (True, False):
                    work(application, f"{table} {in_one}", in_one=in_one, leave=False)
                    application.commit()

        commands.upgrade(Settings(url=terp.url, force=True), listener=Interrupting())
    # one row is inserted in no time, and what is adopted is not written in pieces
    assert sorted(interrupted) == sorted(part.name for part in CATALOG.every if part.per_unit > 1 and not part.adopts)
    assert terp.cli("verify").exit_code == 0
    assert terp.cli("downgrade", "-f").exit_code == 0
    assert terp.counts() == dict.fromkeys(SEVEN, 0 if start_empty else 1)


@pytest.mark.parametrize("place", EVERY_SERVER_PLACE)
def test_no_statement_locks_a_user_row(place: str, new_terp: Callable[[str], Database]) -> None:
    terp = new_terp(place)
    theirs = [rows_of_users.add(terp, "before")]
    held: list[tuple[str, str]] = []
    with connected(terp) as application:

        def look(connection: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
            """Take the users' rows of the tables that a statement names, with every lock held that the run has so far."""
            locks = re.match(r"\s*(INSERT|DELETE|UPDATE|DO|SELECT.*FOR UPDATE)", statement, re.DOTALL)
            if connection.engine is application.engine or not locks:
                return
            for table in {*re.findall('[`"](\\w+)[`"]', statement)} & {*rows_of_users.CREATION_ORDER}:
                ids = [one[table] for one in theirs]
                free = f"SELECT id FROM {table} WHERE id IN ({', '.join(map(str, ids))}) FOR UPDATE SKIP LOCKED"
                if len(application.exec_driver_sql(free).all()) < len(ids):
                    held.append((table, statement[:500]))
            application.rollback()

        sa.event.listen(sa.Engine, "after_cursor_execute", look)
        try:
            assert terp.cli("upgrade", "--size=x3", "-f").exit_code == 0
            theirs.append(rows_of_users.add(terp, "behind"))
            assert terp.cli("downgrade", "-f").exit_code == 0
        finally:
            sa.event.remove(sa.Engine, "after_cursor_execute", look)
    assert not held
