"""The database: from an address to one open connection, outside any pool.

The password never leaves this module, and the session means the same to our SQL text whatever the server's settings are.
"""

import contextlib
import re
import ssl
import time
import warnings
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SAWarning
from sqlalchemy.pool import NullPool

from terp_seed.backends.mysql import cluster
from terp_seed.backends.registry import kind_of
from terp_seed.backends.sqlite import dialect as sqlite
from terp_seed.errors import BadSetting, ConnectionFailed, SeedError

ATTEMPTS = 3
_WAIT_SECONDS = 1.0
_SQLITE_CACHE = "PRAGMA cache_size = -16384"  # KiB: with the usual 2 MiB, the indexes of a large table are read again and again
_TLS_MODES = ("DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY")
_NOT_PRIMARY = 1047  # from a node that is out of its cluster
_CHECK_NAMES = "Check the user, password and database in DATABASE_URL"
# errors that waiting does not help against, by their number, and what does
_HOPELESS = {
    **dict.fromkeys((1044, 1045, 1049, 1698, 3118), _CHECK_NAMES),
    3159: "Add ?ssl-mode=REQUIRED to DATABASE_URL, or VERIFY_IDENTITY and DATABASE_CA_CERT",
}


def parse_url(text: str) -> URL:
    """Return the address with our driver in it. Raises BadSetting for what is none."""
    try:
        url = make_url(text)
        kind_of(url)
    except (ArgumentError, ValueError):
        raise BadSetting(
            "DATABASE_URL is not an address that can be read: expected something like "
            "mysql://user:password@host:3306/database or sqlite:///terp.db, with special characters of the password "
            "percent-encoded."
        ) from None
    return url if url.get_backend_name() == "sqlite" else url.set(drivername="mysql+pymysql")


def label(url: str) -> str:
    """Return the address for messages and logs, without the password."""
    address = parse_url(url)
    return address.set(query={}).render_as_string(hide_password=True)


def connect(url: str, ca_cert: str | None = None, writes: bool = False) -> sa.Connection:
    """Open one connection; it is closed for good when it is closed. Raises ConnectionFailed after three attempts.

    `writes` makes SQLite take its write lock when a transaction begins, so that no transaction fails half-way for want of it;
    and a server with a setting that stops what we write is refused with a SeedError that names it.
    """
    address = parse_url(url)
    engine = _sqlite_engine(address, writes) if address.get_backend_name() == "sqlite" else _mysql_engine(address, ca_cert)
    failure: DBAPIError | None = None
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(_WAIT_SECONDS * attempt)
        try:
            with contextlib.ExitStack() as on_refusal:
                connection = engine.connect()
                on_refusal.callback(connection.close)
                connection.exec_driver_sql("SELECT 1")
                if writes:
                    kind_of(address).require_fit(connection)
                connection.rollback()
                on_refusal.pop_all()
                return connection
        except DBAPIError as error:
            failure = error
            code = number(error)
            if code in _HOPELESS:
                raise ConnectionFailed(
                    f"The database {label(url)} refused the connection: {cause(error)}. {_HOPELESS[code]}."
                ) from error
    assert failure is not None
    way_out = "Check DATABASE_URL, and that the database is up and reachable from here"
    if number(failure) == _NOT_PRIMARY:
        way_out = _WAYS_OUT[_NOT_PRIMARY]
    raise ConnectionFailed(
        f"Failed to connect to database after {ATTEMPTS} attempts: {label(url)}: {cause(failure)}. {way_out}."
    ) from failure


def number(error: DBAPIError) -> int | None:
    """Return the server's or the driver's number of an error; None from SQLite, which has none."""
    found = error.orig.args[0] if error.orig and error.orig.args else None
    return found if isinstance(found, int) else None


def cause(error: DBAPIError) -> str:
    """Return what the server or the driver said, with its number, and nothing of the statement's rows."""
    code = number(error)
    if error.orig and code is not None and len(error.orig.args) >= 2:
        return f"({code}) {error.orig.args[1]}"
    return str(error.orig)


# what to do about an error of the server's, by its number; the sentence itself is kept as the server said it
_WAYS_OUT = {
    **dict.fromkeys(
        (1044, 1142, 1143, 1227, 1370), "Grant the privileges that docs/architecture.md lists to the user of DATABASE_URL"
    ),
    **dict.fromkeys((1290, 1792, 1836), "The server is read-only: connect to the primary"),
    _NOT_PRIMARY: "The node is not in the cluster's primary component now: connect to another node, or wait for this one",
    1180: "Raise wsrep_max_ws_rows or wsrep_max_ws_size on every node",
    **dict.fromkeys((1205, 1213), "Another transaction holds rows that are needed: let it end"),
    **dict.fromkeys((1021, 1114), "The disk or the table space is full: make room"),
    **dict.fromkeys((1153, 2006, 2013), "The connection was lost, or max_allowed_packet is below 64 KiB; see the log"),
    **dict.fromkeys(
        (1216, 1217, 1451, 1452),
        "A row that seeded rows refer to is gone, or a row that was not seeded refers to a seeded one: `terp-seed verify` shows "
        "which, and `terp-seed upgrade --clean` rolls back and seeds again in the right order",
    ),
}
# what SQLite, and a server that could not write a temporary file, say without such a number
_CODES_OF_SENTENCES = {
    "FOREIGN KEY constraint failed": 1452,
    "database or disk is full": 1021,
    "No space left on device": 1021,
    "Not connected to Primary Component": _NOT_PRIMARY,
}


def explain(error: DBAPIError) -> SeedError:
    """Return the error of a run for a database error: the server's sentence, the table, and the way out."""
    said = cause(error)
    # SQLite has no numbers of its own, and Galera one for many things
    code = next((meant for sentence, meant in _CODES_OF_SENTENCES.items() if sentence in said), number(error))
    table = re.match(r"\s*(?:INSERT INTO|DELETE FROM|SELECT .* FROM) [`\"](\w+)", error.statement or "")
    where = f" at table {table[1]}" if table else ""
    way_out = f"{_WAYS_OUT[code]}. " if code in _WAYS_OUT else ""
    outcome = "The work at hand was undone"
    if error.connection_invalidated and error.statement is None:  # it is None for a COMMIT, which may have arrived
        outcome = "It did not answer a COMMIT, and `terp-seed status` shows whether that was done"
    return SeedError(
        f"The database stopped the run{where}: {said}. {way_out}{outcome}; what was done before it stays. Mend the cause and run "
        "the same command again."
    )


def _sqlite_engine(address: URL, writes: bool) -> sa.Engine:
    engine = sa.create_engine(address, poolclass=NullPool)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN leaves DDL outside the transaction
        connection.create_function("sha3", 1, sqlite.sha3, deterministic=True)
        for statement in (*kind_of(address).preamble, _SQLITE_CACHE):
            connection.execute(statement)

    @sa.event.listens_for(engine, "handle_error")
    def interrupted(context: Any) -> None:
        # sha3() raises nothing by itself: Ctrl-C fell into it, and the driver hides that behind an error of its own
        if "user-defined function raised exception" in str(context.original_exception):
            raise KeyboardInterrupt

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _mysql_engine(address: URL, ca_cert: str | None) -> sa.Engine:
    arguments: dict[str, Any] = {"connect_timeout": 10}
    if address.password:
        arguments["password"] = str(address.password).encode()  # as text, PyMySQL would send it in Latin-1
    query = dict(address.query)
    mode = str(query.pop("ssl-mode", query.pop("ssl_mode", "")) or ("VERIFY_CA" if ca_cert else "PREFERRED")).upper()
    if mode not in _TLS_MODES:
        raise BadSetting(f"ssl-mode {mode!r} in DATABASE_URL is not known: expected one of {', '.join(_TLS_MODES)}.")
    context = _tls_context(mode, ca_cert)
    if context is not None:
        arguments["ssl"] = context
    elif mode == "DISABLED":
        arguments["ssl_disabled"] = True
    # of kinds of index that SQLAlchemy does not know; we read columns and keys, and the stream it writes to is our log's
    warnings.filterwarnings("ignore", "Unknown schema content", SAWarning)
    engine = sa.create_engine(
        address.set(query=query),
        poolclass=NullPool,
        pool_reset_on_return=None,  # it is closed on return; a node that left its cluster refuses even a ROLLBACK
        isolation_level="READ COMMITTED",
        connect_args=arguments,
    )

    def prepare(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            for statement in kind_of(address).preamble:
                cursor.execute(statement)
            cursor.execute(cluster.IS_NODE)
            if cluster.is_node(cursor.fetchone()):
                cursor.execute(cluster.SYNC_WAIT)

    # before SQLAlchemy's own first look, which would take a server's ANSI_QUOTES for the session's
    sa.event.listen(engine, "connect", prepare, insert=True)
    return engine


def _tls_context(mode: str, ca_cert: str | None) -> ssl.SSLContext | None:
    if mode in ("DISABLED", "PREFERRED"):
        return None
    context = ssl.create_default_context()
    if ca_cert and "-----BEGIN" in ca_cert:
        context.load_verify_locations(cadata=ca_cert)
    elif ca_cert:
        if not Path(ca_cert).is_file():
            raise BadSetting(f"DATABASE_CA_CERT {ca_cert!r} is no file: expected the path of a PEM file, or its text.")
        context.load_verify_locations(cafile=ca_cert)
    elif mode == "REQUIRED":
        # encrypted, but not verified: what ssl-mode=REQUIRED means to MySQL's own clients
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    # private authorities of managed databases often lack what the strict profile of newer Pythons asks for
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
