"""The connection: from DATABASE_URL to one open connection without a pool, and from a database error to ours.

Messages never contain the password. The session is set up so that our SQL means the same whatever the server's settings are.
"""

import contextlib
import re
import time
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from terp_seed.backends import address
from terp_seed.backends.driver_errors import cause
from terp_seed.backends.registry import BACKENDS, backend_of
from terp_seed.errors import ConnectionFailed, SeedError

ATTEMPTS = 3
_PLAIN_NAME = re.compile(r"[\w.$-]*")  # of a user
_WAIT_SECONDS = 1.0


def parse_url(text: str) -> URL:
    """Return the address with our driver. Raises BadSetting for one that cannot be used."""
    url = address.read(text)
    return backend_of(url).address(url)


def label(url: str) -> str:
    """Return the address for messages and logs, without the password."""
    found = parse_url(url).set(query={})
    if found.password is None and not _PLAIN_NAME.fullmatch(found.username or ""):  # perhaps a password without its colon
        return found.set(username="HIDDEN").render_as_string().replace("HIDDEN@", "***@", 1)
    return found.render_as_string(hide_password=True)


def connect(url: str, ca_cert: str | None = None, writes: bool = False) -> sa.Connection:
    """Open one unpooled connection. Raises ConnectionFailed after three attempts, or at once if a retry cannot help.

    With `writes`, SQLite creates a missing file, and takes its write lock at the beginning of a transaction, so that none fails
    half-way.
    """
    target = parse_url(url)
    backend = backend_of(target)
    engine = backend.engine(target, ca_cert, writes=writes)
    failure: DBAPIError | None = None
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(_WAIT_SECONDS * attempt)
        try:
            with contextlib.ExitStack() as on_refusal:
                connection = engine.connect()
                on_refusal.callback(connection.close)
                connection.exec_driver_sql("SELECT 1")
                connection.rollback()
                on_refusal.pop_all()
                return connection
        except DBAPIError as error:
            failure = error
            way_out = backend.hopeless(error)
            if way_out:
                raise ConnectionFailed(f"The database {label(url)} refused the connection: {cause(error)}. {way_out}.") from error
    assert failure is not None
    reachable = "Check DATABASE_URL, and that the database is up and reachable from here"
    way_out = backend.unreachable(failure) or reachable
    raise ConnectionFailed(
        f"Failed to connect to database after {ATTEMPTS} attempts: {label(url)}: {cause(failure)}. {way_out}."
    ) from failure


@contextlib.contextmanager
def opened(url: str, ca_cert: str | None = None, writes: bool = False) -> Iterator[sa.Connection]:
    """Connect for the length of a block. After Ctrl-C, what the connection was doing has ended on the server too."""
    with (
        contextlib.closing(connect(url, ca_cert, writes)) as connection,
        backend_of(connection.engine.url).ended_on_interrupt(connection),
    ):
        yield connection


def explain(error: DBAPIError, waited_for: str = "") -> SeedError:
    """Return the error of a run for a database error: the server's sentence, the table, whom it `waited_for`, and the way out."""
    said = cause(error)
    known = next(filter(None, (backend.way_out(error) for backend in BACKENDS.values())), None)  # no two share an error
    table = re.search(r"(?:INSERT INTO|UPDATE|FROM|TABLE(?: IF (?:NOT )?EXISTS)?)\s+[`\"]?(\w+)", error.statement or "")
    # a block begins with reading the catalogue, and its own sentence names the table
    where = f" at table {table[1]}" if table and table[1] != "pg_catalog" else ""
    way_out = f"{known}. " if known else ""
    outcome = "The current transaction was rolled back"
    if error.connection_invalidated and error.statement is None:  # a COMMIT has no statement, and may have arrived
        outcome = "It did not answer a COMMIT (`terp-seed status` shows whether it took effect)"
    return SeedError(
        f"The database stopped the run{where}: {said.rstrip('.')}. {way_out}{waited_for}{outcome}; earlier commits were kept. "
        "Fix the cause and run the same command again."
    )
