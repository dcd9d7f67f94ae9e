"""The engine of SQLite: sessions with our settings and functions, in which DDL is transactional."""

import os
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from terp_seed.backends.sqlite.dialect import SQLite, sha3

_OUR_FUNCTION_FAILED = "user-defined function raised exception"
_CACHE = "PRAGMA cache_size = -16384"  # 16 MiB: with the default of 2 MiB, the indexes of a large table are read again and again


def engine_for(address: URL, *, writes: bool) -> sa.Engine:
    """Return an engine. With `writes`, a transaction takes the write lock when it begins, so that none fails half-way. Without,
    a file that does not exist is an error: SQLite would create an empty one.
    """
    engine = sa.create_engine(address, poolclass=NullPool)

    @sa.event.listens_for(engine, "do_connect")
    def open_existing(_dialect: object, _record: object, arguments: list[Any], options: dict[str, Any]) -> None:
        if not (writes or options.get("uri") or arguments[0] == ":memory:"):
            arguments[0], options["uri"] = f"file:{quote(os.fsencode(arguments[0]))}?mode=rw", True

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN leaves DDL outside the transaction
        connection.create_function("sha3", 1, sha3, deterministic=True)
        for statement in (*SQLite.preamble, _CACHE):
            connection.execute(statement)

    @sa.event.listens_for(engine, "handle_error")
    def interrupted(context: Any) -> None:
        if _OUR_FUNCTION_FAILED in str(context.original_exception):  # the driver hides Ctrl-C during sha3() behind this
            raise KeyboardInterrupt

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
