"""The excerpt of a script: its first rows, as the script has them, for whoever shows it and does not run it."""

import contextlib
import io
from datetime import date
from itertools import takewhile

from alembic import command
from alembic.config import Config

from terp_seed.model.recipe import Size
from terp_seed.runtime.run_context import RunContext
from terp_seed.settings import Settings
from tests.support import CATALOG, PROJECT


def script(most_rows: int | None) -> tuple[list[str], RunContext]:
    caller = RunContext(Settings("mysql://root@127.0.0.1:9/terp", Size(3), as_of=date(2026, 3, 1)), most_rows=most_rows)
    buffer = io.StringIO()
    config = Config(PROJECT / "alembic.ini", ini_section="seed", attributes={"caller": caller}, output_buffer=buffer)
    with contextlib.chdir(PROJECT):
        command.upgrade(config, "heads", sql=True)
    return buffer.getvalue().splitlines(), caller


def test_excerpt_shows_first_rows_and_counts_the_rest() -> None:
    whole, _ = script(None)
    part, caller = script(40)
    remarks = [line for line in part if line.endswith("are left out here")]
    rows = {part.name: part.count(3) for part in CATALOG.every}
    left_out = (f"-- {count - 40:,} more rows of {table} are left out here" for table, count in rows.items() if count > 40)
    assert sorted(remarks) == sorted(left_out)
    assert "-- 110 more rows of orders are left out here" in remarks
    assert [line for line in part if line.startswith("(") and line.rstrip(",;") not in {row.rstrip(",;") for row in whole}] == []
    assert any(line.startswith("(150, 1, 'ORD-S000150'") for line in part)
    start = part.index(next(line for line in part if line.startswith("(1, 1, 'ORD-S000001'")))
    first_rows = takewhile(lambda line: line.startswith("("), part[start:])
    assert [int(row[1 : row.index(",")]) for row in first_rows] == list(range(1, 40))
    assert any(line.startswith("SELECT 'orders', 'orders', 1, 150, 150, 'x3', 42, '2026-03-01', 1, ") for line in part)
    assert sum(done.rows for done in caller.outcomes if not done.companion) == 3 * 195


def test_excerpt_with_enough_room_is_the_whole_script() -> None:
    assert script(1_000)[0] == script(None)[0]
