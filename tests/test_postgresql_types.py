"""Values of the types that only PostgreSQL has, or has in its own way: they come back as they were, and count in digests."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from terp_seed.backends.database import Database as LiveDatabase
from terp_seed.errors import SeedError
from terp_seed.sql.insert import Inserts
from tests.round_trip import require_round_trip
from tests.support import NAMES, Database

SOME = uuid.UUID("12345678-1234-5678-1234-567812345678")
MOMENT = datetime(2024, 3, 31, 2, 30, 0, 123_456)
VALUES: dict[str, tuple[Any, list[Any]]] = {
    "text": (sa.Text(), ["", "a'b\\c\n\u202e\U0001f600", "$seed$", "%s"]),
    "citext": (pg.CITEXT(), ["Word", "word"]),
    "small": (sa.SmallInteger(), [-(2**15), 2**15 - 1]),
    "big": (sa.BigInteger(), [-(2**63), 2**63 - 1]),
    "amount": (sa.Numeric(30, 10), [Decimal("-12345678901234567890.0123456789"), Decimal("0.5")]),
    "double": (sa.Double(), [0.1, -1e300, 5e-324]),
    "flag": (sa.Boolean(), [True, False]),
    "day": (sa.Date(), [date(1, 1, 1), date(9999, 12, 31)]),
    "at": (sa.DateTime(), [MOMENT]),
    "instant": (sa.DateTime(timezone=True), [MOMENT.replace(tzinfo=UTC)]),
    "clock": (sa.Time(), [time(23, 59, 59, 999_999), time(0)]),
    "span": (pg.INTERVAL(), [timedelta(days=-3, seconds=5, microseconds=7), timedelta(0), timedelta(days=400)]),
    "json": (sa.JSON(), [{"a": [1, 2.5, None, "\u00e9'"]}, []]),
    "jsonb": (pg.JSONB(), [{"b": {"c": True}}, "text", 7]),
    "key": (sa.Uuid(), [SOME, uuid.UUID(int=0)]),
    "octets": (sa.LargeBinary(), [b"", b"\x00\xff'\\"]),
    "state": (sa.Enum("new", "o'ld", name="Odd state"), ["new", "o'ld"]),
    "texts": (pg.ARRAY(sa.Text()), [[], ["a", 'b"c', "", "NULL", "{}", "\\"]]),
    "numbers": (pg.ARRAY(sa.Integer()), [[1, -2, 3]]),
    "nested": (pg.ARRAY(sa.Integer(), dimensions=2), [[[1, 2], [3, 4]]]),
    "address": (pg.INET(), ["192.0.2.7", "2001:db8::/32"]),
    "network": (pg.CIDR(), ["192.0.2.0/24"]),
    "hardware": (pg.MACADDR(), ["08:00:2b:01:02:03"]),
    "bits": (pg.BIT(3), ["101"]),
    "lexemes": (pg.TSVECTOR(), ["'a' 'b''c'"]),
    "money": (pg.MONEY(), [Decimal("-12.34")]),
    "range": (pg.INT4RANGE(), ["[1,5)"]),
    "keys": (pg.ARRAY(sa.Uuid()), [[SOME]]),
    "documents": (pg.ARRAY(pg.JSONB()), [[{"a": 1}, []]]),
    "spans": (pg.ARRAY(pg.INTERVAL()), [[timedelta(hours=1)]]),
}


def _as_written(value: Any) -> Any:
    """Return what the driver makes an object of as the text that it was."""
    if isinstance(value, str) and value.startswith("-$"):
        return Decimal(value.replace("$", ""))
    return str(value) if type(value).__module__ in ("ipaddress", "sqlalchemy.dialects.postgresql.ranges") else value


@pytest.mark.parametrize("name", VALUES)
def test_values_come_back_and_count_in_digests(new_database: Callable[[str], Database], name: str) -> None:
    empty = new_database("postgresql")
    if name == "citext":
        empty.execute("CREATE EXTENSION citext")
    require_round_trip(empty, name, *VALUES[name], _as_written)


@pytest.mark.parametrize("kind", [pg.HSTORE(), pg.OID()])
def test_type_without_literals_is_refused_by_name(new_database: Callable[[str], Database], kind: Any) -> None:
    table = sa.Table("things", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("odd", kind))
    with new_database("postgresql").connection() as connection:
        dialect = LiveDatabase(connection, NAMES).dialect
        with pytest.raises(SeedError, match=r"things\.odd is of type .*, which cannot be seeded: expected one of"):
            Inserts(dialect, table, ["id", "odd"])


@pytest.mark.parametrize(("name", "value"), [("span", 5), ("key", "text"), ("octets", "text"), ("texts", "a"), ("clock", 7)])
def test_value_of_another_type_is_refused(new_database: Callable[[str], Database], name: str, value: object) -> None:
    table = sa.Table("things", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column(name, VALUES[name][0]))
    with new_database("postgresql").connection() as connection:
        inserts = Inserts(LiveDatabase(connection, NAMES).dialect, table, ["id", name])
        with pytest.raises(SeedError, match=rf"things\.{name} cannot hold .*: expected"):
            inserts.row({"id": 1, name: value})
