"""Scripts as tests print them, and what they are held to: everything that they leave in a database."""

import hashlib
import json
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from tests.support import Database

AS_OF = ("-x", "as_of=2026-03-01")


def script(database: Database, *arguments: str) -> str:
    """Return the script that plain `alembic` prints for a kind of database; it connects to nothing."""
    return _printed(make_url(database.url).drivername, database.kind, arguments)


@cache  # a second one has the same bytes: tests/test_scripts_are_the_same_everywhere.py
def _printed(driver: str, kind: str, arguments: tuple[str, ...]) -> str:
    nowhere = "sqlite:////no/such/folder/x" if kind == "sqlite" else f"{driver}://root@127.0.0.1:9/nowhere"
    return Database(nowhere, kind).seed(*arguments, "--sql").out


def statements_of(text: str) -> list[str]:
    """Return the statements of a script, without its comments, and without what is for psql alone."""
    uncommented = "\n".join(line for line in text.splitlines() if not line.startswith(("-- ", "\\")))
    return [part.strip() for part in uncommented.split(";\n") if part.strip()]


def everything(database: Database) -> str:
    """Return every row of every table, with the ledger but its clock and the version table, as one digest."""
    rows: dict[str, Any] = {**database.everything()}
    with database.connection() as connection:
        existing = set(sa.inspect(connection).get_table_names())
        for table in {"seed_ledger", "alembic_version_seed"} & existing:
            found = connection.exec_driver_sql(f"SELECT * FROM {table}").mappings()
            rows[table] = sorted(str({k: str(v) for k, v in row.items() if k != "seeded_at"}) for row in found)
    rows = {table: found for table, found in rows.items() if found}  # SQLite's scripts leave an empty ledger
    return hashlib.sha256(json.dumps(rows, default=str, sort_keys=True).encode()).hexdigest()
