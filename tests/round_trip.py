"""Values of one column that are written, read again and hashed, on a real server."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from terp_seed.backends.database import Database as LiveDatabase
from terp_seed.sql.digests import Digested
from terp_seed.sql.insert import Inserts
from tests.support import NAMES, Database


def require_round_trip(empty: Database, name: str, kind: Any, values: list[Any], as_written: Callable[[Any], Any]) -> None:
    """Fail the test unless the values and NULL come back as they were, and each edit changes the digests.

    `as_written` turns what the driver gives into what was written.
    """
    table = sa.Table("Odd things", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column(name, kind))
    with empty.connection() as connection:
        table.create(connection)
        database = LiveDatabase(connection, NAMES)
        rows = [{"id": number, name: value} for number, value in enumerate([*values, None], 1)]
        for statement, _ in Inserts(database.dialect, table, rows[0]).statements(rows):
            database.execute(statement)
        found = [row[1] for row in connection.execute(sa.select(table).order_by(table.c.id))]
        assert [as_written(value) for value in found] == [*values, None]
        query = Digested((name,), (name,)).query(database.dialect, table, database.quote(table.name), "TRUE")
        before = database.execute(query).one()
        database.execute(f"UPDATE {database.quote(table.name)} SET {database.quote(name)} = NULL WHERE id = 1")
        assert database.execute(query).one()[1:] != before[1:]
