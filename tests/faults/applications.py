"""Applications: threads that insert, change and delete rows of their own in TERP's tables while a run is under way.

An Application is an ordinary client: the server's own isolation level, transactions of several statements, little patience.
"""

import contextlib
import itertools
import threading
import time
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from terp_seed.engine.database import parse_url
from terp_seed.tables.schema import METADATA
from tests import rows_of_users
from tests.support import SEVEN, Database

PATIENCE_SECONDS = 3  # of the server's usual 50: whoever makes an application wait that long has made it fail
CHANGES = {
    "vendors": "UPDATE vendors SET notes = :mark WHERE id = :id",
    "clients": "UPDATE clients SET wishlist = :mark, teri_code = CONCAT(teri_code, '!') WHERE id = :id",
    "products": "UPDATE products SET nameCanonical = :mark WHERE id = :id",
    "batches": "UPDATE batches SET onHandQty = 7, sku = CONCAT(sku, '!') WHERE id = :id",
    "orders": "UPDATE orders SET notes = :mark WHERE id = :id",
    "invoices": "UPDATE invoices SET amountPaid = 1, amountDue = 0 WHERE id = :id",
    "payments": "UPDATE payments SET notes = :mark WHERE id = :id",
}


class Application(threading.Thread):
    """An Application works on rows of its own until it is told to stop; it notes what failed and what its rows are."""

    def __init__(self, database: Database, number: int) -> None:
        super().__init__(daemon=True)
        self._engine = sa.create_engine(parse_url(database.url), poolclass=NullPool)
        self._number = number
        self.stop = threading.Event()
        self.failed: list[str] = []
        self.kept: dict[tuple[str, int], dict[str, Any]] = {}

    def run(self) -> None:
        with contextlib.closing(self._engine.connect()) as connection:
            connection.exec_driver_sql(f"SET SESSION innodb_lock_wait_timeout = {PATIENCE_SECONDS}")
            for number in itertools.takewhile(lambda _: not self.stop.is_set(), itertools.count(1)):
                mark = f"app-{self._number}-{number}"
                try:
                    self._round(connection, number, mark)
                    connection.commit()
                except DBAPIError as error:
                    self.failed.append(f"{mark}: {error.orig} {error.statement}")
                    connection.rollback()
                time.sleep(0.005)

    def _round(self, connection: sa.Connection, number: int, mark: str) -> None:
        ids = rows_of_users.insert(connection, mark)
        if number % 2:
            connection.commit()  # else everything is one transaction
        for table in SEVEN:
            connection.execute(sa.text(CHANGES[table]), {"mark": mark, "id": ids[table]})
        if number % 3:
            self.kept |= {(table, ids[table]): self.read(connection, table, ids[table]) for table in SEVEN}
        else:
            for table in reversed(rows_of_users.CREATION_ORDER):
                connection.execute(sa.text(f"DELETE FROM {table} WHERE id = :id"), {"id": ids[table]})

    @staticmethod
    def read(connection: sa.Connection, table: str, number: int) -> dict[str, Any]:
        """Return one row as it is now."""
        model = METADATA.tables[table]
        return dict(connection.execute(sa.select(model).where(model.c.id == number)).mappings().one())


@contextlib.contextmanager
def writing(database: Database, count: int = 4) -> Iterator[list[Application]]:
    """Keep applications writing for the length of a block; afterwards none of their statements has failed, and their rows are
    as they left them.
    """
    applications = [Application(database, number) for number in range(count)]
    for application in applications:
        application.start()
    try:
        yield applications
    finally:
        for application in applications:
            application.stop.set()
            application.join()
    assert [failure for application in applications for failure in application.failed] == []
    with database.connection() as connection:
        for application in applications:
            assert len(application.kept) > len(SEVEN) * 5
            for (table, number), row in application.kept.items():
                assert Application.read(connection, table, number) == row
