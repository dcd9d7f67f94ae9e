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

from terp_seed.backends.connection import parse_url
from terp_seed.terp.schema import METADATA
from tests import rows_of_users
from tests.support import CATALOG, SEVEN, Database

PATIENCE_SECONDS = 3  # of the server's usual 50: whoever makes an application wait that long has made it fail
_PATIENCE = {"postgresql": f"SET lock_timeout = '{PATIENCE_SECONDS}s'"}
_PATIENCE_OF_MYSQL = f"SET SESSION innodb_lock_wait_timeout = {PATIENCE_SECONDS}"


def change(table: sa.Table, mark: str) -> dict[str, Any]:
    """Return what an application changes in a row, by column."""
    further = {name: sa.func.concat(table.c[name], "!") for name in ("teri_code", "sku") if name in table.c}
    changes: dict[str, dict[str, Any]] = {
        "vendors": {"notes": mark},
        "clients": {"wishlist": mark, **further},
        "products": {"nameCanonical": mark},
        "batches": {"onHandQty": 7, **further},
        "orders": {"notes": mark},
        "invoices": {"amountPaid": 1, "amountDue": 0},
        "payments": {"notes": mark},
    }
    return changes[table.name]


@contextlib.contextmanager
def connected(database: Database) -> Iterator[sa.Connection]:
    """Connect as an application does, which knows nothing of us and our settings."""
    engine = sa.create_engine(parse_url(database.url), poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(_PATIENCE.get(database.kind, _PATIENCE_OF_MYSQL))
        connection.commit()
        yield connection


def work(
    connection: sa.Connection, mark: str, *, in_one: bool, leave: bool, there: dict[str, int] | None = None
) -> dict[str, int]:
    """Insert a row into each table, change it, and delete it again unless it is to be left; return the ids of what is left.

    Rows that are `there` stay as they are.
    """
    ids = rows_of_users.insert(connection, mark, there=there)
    if not in_one:
        connection.commit()  # else everything is one transaction
    for table in SEVEN:
        model = METADATA.tables[table]
        connection.execute(sa.update(model).where(model.c.id == ids[table]).values(change(model, mark)))
    if leave:
        return {table: ids[table] for table in SEVEN}
    for table in reversed(rows_of_users.CREATION_ORDER):
        if table in (there or {}):
            continue
        model = METADATA.tables[table]
        connection.execute(sa.delete(model).where(model.c.id == ids[table]))
    return {}


def read(connection: sa.Connection, table: str, number: int) -> dict[str, Any]:
    """Return one row as it is now."""
    model = METADATA.tables[table]
    return dict(connection.execute(sa.select(model).where(model.c.id == number)).mappings().one())


class Application(threading.Thread):
    """An Application works on rows of its own until it is told to stop; it notes what failed and what its rows are."""

    def __init__(self, database: Database, number: int) -> None:
        super().__init__(daemon=True)
        self._database, self._number = database, number
        self.stop = threading.Event()
        self.failed: list[str] = []
        self.kept: dict[tuple[str, int], dict[str, Any]] = {}

    def run(self) -> None:
        with connected(self._database) as connection:
            # nobody makes an account or a place in the warehouse with every order
            there = rows_of_users.insert(connection, f"app-{self._number}")
            there = {part.name: there[part.name] for part in CATALOG.adopted}
            connection.commit()
            for number in itertools.takewhile(lambda _: not self.stop.is_set(), itertools.count(1)):
                mark = f"app-{self._number}-{number}"
                try:
                    left = work(connection, mark, in_one=bool(number % 2), leave=bool(number % 3), there=there)
                    rows = {(table, one): read(connection, table, one) for table, one in left.items()}
                    connection.commit()
                    self.kept |= rows
                except DBAPIError as error:
                    self.failed.append(f"{mark}: {error.orig} {error.statement}")
                    connection.rollback()
                time.sleep(0.005)


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
    failures = [failure for application in applications for failure in application.failed]
    assert not failures, failures
    with database.connection() as connection:
        for application in applications:
            assert len(application.kept) > len(SEVEN) * 5
            for (table, number), row in application.kept.items():
                assert read(connection, table, number) == row
