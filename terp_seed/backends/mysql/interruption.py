"""The interruption: Ctrl-C ends a statement on the server too, before anybody is told that it was undone.

A client that hangs up does not end it: a DDL that waits for another transaction went on for minutes, with our lock, and then ran.
"""

import contextlib
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

_IDENTITY = "SELECT CONCAT_WS(' ', @@hostname, @@port, @@server_id, @@datadir), CONNECTION_ID()"
_ENDS_WITHIN = 5.0  # seconds; a server undoes first what the transaction has written
_POLL_SECONDS = 0.05


def watch(engine: sa.Engine) -> None:
    """End what a connection of the engine is doing on its server when Ctrl-C interrupts it."""

    @sa.event.listens_for(engine, "connect")
    def note(connection: Any, record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_IDENTITY)
            record.info["identity"] = cursor.fetchone()

    @sa.event.listens_for(engine, "handle_error")
    def interrupted(context: sa.engine.ExceptionContext) -> None:
        open("/tmp/x/h.log", "a").write(
            repr((context.original_exception, context.connection, context.connection and context.connection.connection.info))
            + "\n"
        )
        if isinstance(context.original_exception, KeyboardInterrupt) and context.connection is not None:
            noted = context.connection.connection.info
            with contextlib.suppress(DBAPIError):  # a server that does not answer has to find out by itself
                _end(engine, *noted["identity"])


def _end(engine: sa.Engine, server: str, number: int) -> None:
    """End a connection, where a new one reaches the same server, and wait until it is gone."""
    with engine.connect() as other:
        if other.exec_driver_sql(_IDENTITY).one()[0] != server:
            return  # a proxy has others behind it, and numbers mean other connections there
        alive = f"SELECT COUNT(*) FROM information_schema.processlist WHERE id = {int(number)}"
        with contextlib.suppress(DBAPIError):  # it may have ended meanwhile
            other.exec_driver_sql(f"KILL {int(number)}")
        deadline = time.monotonic() + _ENDS_WITHIN
        while time.monotonic() < deadline and other.exec_driver_sql(alive).scalar():
            time.sleep(_POLL_SECONDS)
