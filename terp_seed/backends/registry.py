"""The registry: the backend of an address. A further kind of database is registered here, and nowhere else."""

from sqlalchemy.engine import URL

from terp_seed.backends.backend import Backend
from terp_seed.backends.mysql.backend import MySQLBackend
from terp_seed.backends.postgresql.backend import PostgreSQLBackend
from terp_seed.backends.sqlite.backend import SQLiteBackend
from terp_seed.errors import BadSetting
from terp_seed.model.names import Names
from terp_seed.sql.dialect import Dialect

_MYSQL, _POSTGRESQL = MySQLBackend(), PostgreSQLBackend()
# by the name in the address
BACKENDS: dict[str, Backend] = {
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "postgresql": _POSTGRESQL,
    "postgres": _POSTGRESQL,
    "sqlite": SQLiteBackend(),
}


def backend_of(url: URL) -> Backend:
    """Return the backend of a database address. Raises BadSetting if there is none."""
    name = url.get_backend_name()
    if name not in BACKENDS:
        raise BadSetting(
            f"Databases of kind {name!r} are not supported: expected DATABASE_URL to begin with mysql://, postgresql:// or sqlite:///."
        )
    return BACKENDS[name]


def dialect_of(url: URL, names: Names) -> Dialect:
    """Return the dialect of a database address for a project's names. Raises BadSetting if there is none."""
    return backend_of(url).dialect(names)
