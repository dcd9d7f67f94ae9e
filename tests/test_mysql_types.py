"""Values of the types that only MySQL and MariaDB have, or have in their own way: they come back, and count in digests."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from terp_seed.backends.database import Database as LiveDatabase
from terp_seed.errors import SeedError
from terp_seed.sql.insert import Inserts
from tests.conftest import SERVERS
from tests.round_trip import require_round_trip
from tests.support import NAMES, Database

pytestmark = pytest.mark.every_server

VALUES: dict[str, tuple[Any, list[Any]]] = {
    "year": (mysql.YEAR(), [1901, 2155]),
    "bits": (mysql.BIT(12), [0, 4095]),
    "bit": (mysql.BIT(1), [0, 1]),
    "members": (mysql.SET("a", "b'c", "d"), ["a,d", "b'c"]),
    "clock": (mysql.TIME(fsp=6), [time(23, 59, 59, 999_999), time(0)]),
    "fixed": (sa.BINARY(4), [b"\x00'\\\xff", b"abcd"]),
    "octets": (sa.VARBINARY(8), [b"", b"\x00\xff"]),
    "blob": (mysql.TINYBLOB(), [b"x" * 255]),
    "tiny": (mysql.TINYINT(unsigned=True), [0, 255]),
    "vast": (mysql.BIGINT(unsigned=True), [0, 2**64 - 1]),
    "double": (mysql.DOUBLE(asdecimal=False), [0.1, -1e300]),
    "medium": (mysql.MEDIUMTEXT(), ["", "\U0001f600"]),
}


def _as_written(value: Any) -> Any:
    """Return a value as the driver's own types would have it."""
    if isinstance(value, set):
        return ",".join(sorted(value))
    if hasattr(value, "total_seconds"):
        return value.total_seconds()
    return value


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("kind", SERVERS)
def test_values_come_back_and_count_in_digests(new_database: Callable[[str], Database], kind: str, name: str) -> None:
    require_round_trip(new_database(kind), name, *VALUES[name], _as_written)


@pytest.mark.parametrize(
    ("name", "value"),
    [("year", 1900), ("bits", 4096), ("bit", True), ("members", "a,e"), ("fixed", b"12345"), ("octets", "text"), ("blob", 5)],
)
def test_value_of_another_type_is_refused(new_database: Callable[[str], Database], name: str, value: object) -> None:
    table = sa.Table("things", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column(name, VALUES[name][0]))
    with new_database(SERVERS[0]).connection() as connection:
        inserts = Inserts(LiveDatabase(connection, NAMES).dialect, table, ["id", name])
        with pytest.raises(SeedError, match=rf"things\.{name} cannot hold"):
            inserts.row({"id": 1, name: value})
