"""The engine of PostgreSQL: TLS, and a session in which our SQL means the same whatever the server's settings are.

It leads where the address says: libpq's own variables and files give only who we are and how the connection is secured, where an
address leaves that open.
"""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from terp_seed.backends.postgresql import session
from terp_seed.backends.postgresql.address_words import ROUTES
from terp_seed.backends.postgresql.tls import TLS
from terp_seed.errors import BadSetting

_SERVICE = ("PGSERVICE", "PGSERVICEFILE")
_PORT = 5432
_SOCKET_FOLDERS = ("/var/run/postgresql", "/tmp")  # Debian's, and PostgreSQL's own


def engine_for(address: URL, ca_cert: str | None) -> sa.Engine:
    """Return an engine for a normalized address. Raises BadSetting for a certificate that cannot be used, or without psycopg."""
    try:
        import psycopg  # an extra: nothing else needs it
    except ImportError:
        raise BadSetting(
            "DATABASE_URL is the address of a PostgreSQL database, and the driver psycopg is not installed: expected it, "
            "with `pip install 'terp-seed[postgresql]'`."
        ) from None
    query = {word: str(value) for word, value in address.query.items()}
    tls = TLS.of(query, ca_cert)
    search_path = query.pop("search_path", None)
    engine = sa.create_engine(
        address.set(query={}),
        poolclass=NullPool,
        pool_reset_on_return=None,  # closed on return anyway
        isolation_level="READ COMMITTED",
        use_native_hstore=False,  # it would be looked up at every start
        connect_args={
            **_arguments(address, query),
            "cursor_factory": psycopg.ClientCursor,  # values are part of the text, as in our own statements
            "prepare_threshold": None,
        },
    )

    def connect(dialect: Any, _record: object, positional: Any, arguments: dict[str, Any]) -> Any:
        with tls.files() as words, _without_service():
            return dialect.connect(*positional, **{**arguments, **words})

    def prepare(connection: Any, _record: object) -> None:
        try:
            with connection.cursor() as cursor:
                for statement in session.PINS:
                    cursor.execute(statement)
                if search_path:
                    cursor.execute("SELECT set_config('search_path', %s, false)", (search_path,))
            connection.commit()
        except BaseException:
            connection.close()  # nobody else knows it yet
            raise

    sa.event.listen(engine, "do_connect", connect)
    # before SQLAlchemy's initialization, which would otherwise see the server's settings
    sa.event.listen(engine, "connect", prepare, insert=True)
    return engine


@contextlib.contextmanager
def _without_service() -> Iterator[None]:
    """Hide the service of libpq's variables, which no argument switches off, while a connection is made."""
    hidden = {name: os.environ.pop(name) for name in _SERVICE if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)


def _known(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments that this libpq has: some came with later versions."""
    from psycopg.pq import Conninfo

    words = {option.keyword.decode() for option in Conninfo.get_defaults()}
    return {word: value for word, value in arguments.items() if word in words}


def _arguments(address: URL, query: dict[str, str]) -> dict[str, Any]:
    """Return what libpq takes, each with a value of its own if its variables or files could lead elsewhere otherwise."""
    port = address.port or _PORT
    return {
        "host": query.get("host") or address.host or _socket_folder(port),
        "hostaddr": "",
        "port": port,
        "options": " ".join(f"{word}={query[word]}" for word in ROUTES if word in query),
        "target_session_attrs": "any",
        "client_encoding": "utf8",
        "application_name": "terp_seed",
        "connect_timeout": int(query.get("connect_timeout", 10)),
        "gssencmode": "disable",
        **_known({"load_balance_hosts": "disable", "min_protocol_version": "3.0", "max_protocol_version": "3.0"}),
        # a server that vanished during a long statement is noticed within a minute
        "keepalives": 1,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        **({"channel_binding": query["channel_binding"]} if "channel_binding" in query else {}),
    }


def _socket_folder(port: int) -> str:
    """Return the folder of this machine's own server, for an address without a host."""
    folders = (folder for folder in _SOCKET_FOLDERS if os.path.exists(f"{folder}/.s.PGSQL.{port}"))
    return next(folders, _SOCKET_FOLDERS[0])
