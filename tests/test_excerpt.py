"""The excerpt of a script: its first rows, as the script has them, for whoever shows it and does not run it."""

import contextlib
import io
from datetime import date
from itertools import takewhile

from alembic import command
from alembic.config import Config

from terp_seed.engine.caller import Caller
from terp_seed.settings import Settings, Size
from tests.support import PROJECT


def script(most_rows: int | None) -> tuple[list[str], Caller]:
    caller = Caller(Settings("mysql://root@127.0.0.1:9/terp", Size(3), as_of=date(2026, 3, 1)), most_rows=most_rows)
    buffer = io.StringIO()
    config = Config(PROJECT / "alembic.ini", ini_section="seed", attributes={"caller": caller}, output_buffer=buffer)
    with contextlib.chdir(PROJECT):
        command.upgrade(config, "heads", sql=True)
    return buffer.getvalue().splitlines(), caller


def test_an_excerpt_has_the_first_rows_of_each_block_and_counts_the_others() -> None:
    whole, _ = script(None)
    part, caller = script(40)
    remarks = [line for line in part if line.endswith("are left out here")]
    assert remarks == [
        *("-- 20 more rows of products are left out here", "-- 50 more rows of batches are left out here"),
        *("-- 110 more rows of orders are left out here", "-- 110 more rows of invoices are left out here"),
        "-- 50 more rows of payments are left out here",
    ]
    assert [line for line in part if line.startswith("(") and line.rstrip(",;") not in {row.rstrip(",;") for row in whole}] == []
    start = part.index(next(line for line in part if line.startswith("(150, 1, 'ORD-S000150'")))
    first_rows = takewhile(lambda line: line.startswith("("), part[start + 3 :])
    assert [int(row[1 : row.index(",")]) for row in first_rows] == list(range(1, 40))
    assert any(line.startswith("SELECT 'orders', 'orders', 1, 150, 150, 'x3', 42, '2026-03-01', 1, ") for line in part)
    assert sum(done.rows for done in caller.outcomes if not done.companion) == 3 * 195


def test_an_excerpt_with_room_for_everything_is_the_script() -> None:
    assert script(1_000)[0] == script(None)[0]
