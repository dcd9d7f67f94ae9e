"""The interruption: after Ctrl-C, a connection's statement is ended on the server before anything is reported.

A client that hangs up does not end it: a DDL that waits for another transaction goes on waiting, with our lock, and then runs.
"""

import contextlib
import time
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

_IDENTITY = "SELECT CONCAT_WS(' ', @@hostname, @@port, @@server_id, @@datadir), CONNECTION_ID()"
_ENDS_WITHIN = 5.0  # seconds; a server first undoes what the transaction has written
_POLL_SECONDS = 0.05


@contextlib.contextmanager
def ended_on_interrupt(connection: sa.Connection) -> Iterator[None]:
    """End the connection on its server when Ctrl-C comes within a block, and wait until it is gone."""
    server, number = connection.exec_driver_sql(_IDENTITY).one()
    connection.rollback()
    try:
        yield
    except KeyboardInterrupt:
        with contextlib.suppress(DBAPIError):  # a server that does not answer has to find out by itself
            _end(connection.engine, server, int(number))
        raise


def _end(engine: sa.Engine, server: str, number: int) -> None:
    with engine.connect() as other:
        if other.exec_driver_sql(_IDENTITY).one()[0] != server:
            return  # a proxy has several servers behind it, and there the number is another connection's
        with contextlib.suppress(DBAPIError):  # it may have ended meanwhile
            other.exec_driver_sql(f"KILL {number}")
        alive = f"SELECT COUNT(*) FROM information_schema.processlist WHERE id = {number}"
        deadline = time.monotonic() + _ENDS_WITHIN
        while time.monotonic() < deadline and other.exec_driver_sql(alive).scalar():
            time.sleep(_POLL_SECONDS)
