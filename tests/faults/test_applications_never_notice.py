"""The promise: applications that write in TERP's tables during a run never fail, and keep their rows."""

from collections.abc import Callable

import pytest

from tests import rows_of_users
from tests.conftest import FULL, SERVER_PLACES
from tests.faults.applications import writing
from tests.faults.processes import start
from tests.support import ALL_FAULTS, Database


@pytest.mark.parametrize("place", SERVER_PLACES)
def test_four_applications_write_in_all_seven_tables_during_runs(place: str, new_terp: Callable[[str], Database]) -> None:
    units, rounds = (1000, 2) if ALL_FAULTS else (20, 1)
    terp = new_terp(place)
    if place.endswith(FULL):  # elsewhere the tables are empty when the run and the applications begin
        rows_of_users.add(terp, "first")
    with writing(terp):
        for command in (("upgrade", "--size", f"x{units}"), ("downgrade",)) * rounds:
            process = start(terp, "terp-seed", *command, "-f")
            out, err = process.communicate()
            assert process.returncode == 0, out + err
