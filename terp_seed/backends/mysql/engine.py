"""The engine of MySQL and MariaDB: TLS, and a session in which our SQL means the same whatever the server's settings are."""

import ssl
import warnings
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import SAWarning
from sqlalchemy.pool import NullPool

from terp_seed.backends.mysql import cluster
from terp_seed.backends.mysql.dialect import MySQL
from terp_seed.errors import BadSetting

_TLS_MODES = ("DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY")


def engine_for(address: URL, ca_cert: str | None) -> sa.Engine:
    """Return an engine. Raises BadSetting for an unknown ssl-mode or a certificate file that does not exist."""
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
    # about kinds of index that SQLAlchemy does not know and we do not need; the warning would go to the stream of our log
    warnings.filterwarnings("ignore", "Unknown schema content", SAWarning)
    engine = sa.create_engine(
        address.set(query=query),
        poolclass=NullPool,
        pool_reset_on_return=None,  # closed on return anyway, and a node that left its cluster refuses even a ROLLBACK
        isolation_level="READ COMMITTED",
        connect_args=arguments,
    )

    def prepare(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            for statement in MySQL.preamble:
                cursor.execute(statement)
            cursor.execute(cluster.IS_NODE)
            if cluster.is_node(cursor.fetchone()):
                cursor.execute(cluster.SYNC_WAIT)

    # before SQLAlchemy's initialization, which would otherwise see the server's ANSI_QUOTES
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
            raise BadSetting(f"DATABASE_CA_CERT {ca_cert!r} is not a file: expected the path of a PEM file, or its text.")
        context.load_verify_locations(cafile=ca_cert)
    elif mode == "REQUIRED":
        # encrypted, but not verified: what ssl-mode=REQUIRED means to MySQL's own clients
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    # private CAs of managed databases often do not meet the strict profile of newer Python versions
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
