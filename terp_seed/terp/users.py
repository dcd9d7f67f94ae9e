"""Users: the five people who run the business, one set for all units. It is impossible to log in as one of them."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from terp_seed.model.table import Row, SeedTable, Unit
from terp_seed.terp import schema

_NAMES = ("manager", "buyer", "seller", "bookkeeper", "storekeeper")  # by place


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the users. Their openIds do not exist in any login service."""
    for place, name in enumerate(_NAMES):
        joined = datetime.combine(unit.as_of - timedelta(900 - 30 * place), time(13))
        yield {
            "openId": f"terp-seed-{name}",
            "deleted_at": None,
            "loginMethod": None,
            "role": "user",
            "createdAt": joined,
            "updatedAt": joined,
            "lastSignedIn": joined,
        }


USERS = SeedTable(
    schema.USERS,
    per_unit=len(_NAMES),
    rows=rows,
    pii={"name": "person", "email": "email"},
    not_pii=frozenset({"loginMethod", "openId"}),
    shared=True,
)
