"""The registry: which backend an address belongs to. Another kind of database is entered here, and nowhere else."""

from sqlalchemy.engine import URL

from terp_seed.backends.mysql.dialect import MySQL
from terp_seed.backends.sqlite.dialect import SQLite
from terp_seed.errors import BadSetting
from terp_seed.model.names import Names
from terp_seed.sql.dialect import Dialect

_DIALECTS: dict[str, type[Dialect]] = {"mysql": MySQL, "mariadb": MySQL, "sqlite": SQLite}  # by the name in the address


def kind_of(url: URL) -> type[Dialect]:
    """Return the dialect's class, which knows what does not depend on a project. Raises BadSetting where there is none."""
    name = url.get_backend_name()
    if name not in _DIALECTS:
        raise BadSetting(
            f"Databases of kind {name!r} are not supported: expected DATABASE_URL to begin with mysql:// or sqlite:///."
        )
    return _DIALECTS[name]


def dialect_of(url: URL, names: Names) -> Dialect:
    """Return the dialect of a database address for a project with these names. Raises BadSetting where there is none."""
    return kind_of(url)(names)
