"""Users of a test's database who have fewer privileges than the one whom the runbook creates."""

from sqlalchemy.engine import make_url

from tests.hostile_settings import administrator, as_documented_user
from tests.support import Database


def without(database: Database, privilege: str) -> Database:
    """Return the database as the documented user sees it who lacks one of the privileges on it."""
    granted = as_documented_user(database)
    user = make_url(granted.url).username
    with administrator(database) as cursor:
        cursor.execute(f"REVOKE {privilege} ON {database.name}.* FROM {user}@'%'")
    return granted
