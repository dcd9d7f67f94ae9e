"""The promise: whatever a value holds, a script brings it through an ordinary client as the online run writes it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, find, settings

from terp_seed.backends.registry import dialect_of
from terp_seed.sql.insert import Inserts
from tests.clients import apply
from tests.support import NAMES, Database
from tests.test_literals_round_trip import THINGS, Things, numbered, pairs, rows_for

HOSTILE_SESSIONS = {
    "sqlite": ["PRAGMA case_sensitive_like = ON", "PRAGMA encoding = 'UTF-16'"],
    "mysql": [
        "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT,IGNORE_SPACE'",
        "SET SESSION time_zone = '-08:00'",
        "SET NAMES latin1",
    ],
    "postgresql": [
        "SET standard_conforming_strings = off",
        "SET TimeZone = 'America/Los_Angeles'",
        "SET DateStyle = 'German, DMY'",
        "SET bytea_output = 'escape'",
    ],
}
EXTREMES: list[dict[str, Any]] = [
    {"number": Decimal("99999.9999999999"), "day": date(1000, 1, 1), "moment": datetime(9999, 12, 31, 23, 59, 59)},
    {"number": Decimal("-0.0000000001"), "day": date(9999, 12, 31), "moment": datetime(2024, 3, 31, 2, 30)},
    {"number": None, "day": None, "moment": None},
]


def by_script(database: Database, rows: list[dict[str, Any]], hostile: bool) -> list[dict[str, Any]]:
    """Print rows as a script does, apply it with the database's own client, and return what the driver reads."""
    with database.connection() as connection:
        things = Things(connection)
        dialect = dialect_of(connection.engine.url, NAMES)
    before = HOSTILE_SESSIONS[dialect.name] if hostile else []
    inserts = [statement for statement, _ in Inserts(dialect, THINGS, rows[0]).statements(rows)]
    statements = [*before, *dialect.preamble, "DELETE FROM things", "BEGIN", *inserts, "COMMIT"]
    ran = apply(database, "".join(f"{statement};\n\n" for statement in statements))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", ""), ran
    with database.connection() as connection:
        columns = [THINGS.columns[name] for name in rows[0]]
        read = connection.execute(sa.select(*columns).order_by(THINGS.columns.id)).mappings()
        return [things.comparable(dict(row)) for row in read]


@pytest.mark.parametrize("hostile", [False, True], ids=["plain session", "hostile session"])
def test_thousands_of_hostile_texts_come_through_unchanged(empty: Database, hostile: bool) -> None:
    rows = numbered({"text": value, "document": [value, {value: value}]} for value in pairs())
    assert len(rows) > 10_000
    with empty.connection() as connection:
        comparable = Things(connection).comparable
    assert by_script(empty, rows, hostile) == [comparable(row) for row in rows]


@pytest.mark.parametrize("hostile", [False, True], ids=["plain session", "hostile session"])
def test_extreme_values_of_every_kind_come_through(empty: Database, hostile: bool) -> None:
    drawn: list[dict[str, Any]] = []

    def enough(rows: list[dict[str, Any]]) -> bool:
        drawn.extend(rows)
        return len(drawn) >= 800

    found = settings(
        max_examples=1_000,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=[Phase.generate],  # without one that shrinks what is found: it is wanted as it is
    )
    find(rows_for(empty.kind), enough, settings=found)
    with empty.connection() as connection:
        comparable = Things(connection).comparable
    for rows in (numbered(drawn[:800]), numbered(EXTREMES)):
        assert by_script(empty, rows, hostile) == [comparable(row) for row in rows]
