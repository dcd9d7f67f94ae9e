"""The engine of MySQL and MariaDB: TLS, and a session in which our SQL means the same whatever the server's settings are."""

import warnings
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import SAWarning
from sqlalchemy.pool import NullPool

from terp_seed.backends.mysql import cluster, tls
from terp_seed.backends.mysql.address_words import SECONDS
from terp_seed.backends.mysql.dialect import MySQL


def engine_for(address: URL, ca_cert: str | None) -> sa.Engine:
    """Return an engine for a normalized address. Raises BadSetting for a certificate that cannot be used."""
    arguments: dict[str, Any] = {"connect_timeout": 10}
    if address.password:
        arguments["password"] = str(address.password).encode()  # as text, PyMySQL would send it in Latin-1
    query = {word: str(value) for word, value in address.query.items()}
    arguments |= tls.arguments(query, ca_cert)
    arguments |= {word: int(query.pop(word)) for word in SECONDS if word in query}
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
