"""A server's own settings change no byte of what is seeded: SQL modes, a time zone with a missing hour, names in lower case."""

import subprocess
from pathlib import Path

import pymysql
import pytest
from sqlalchemy.engine import make_url

from tests import servers
from tests.support import Database
from tests.test_rows_are_a_pure_function import GOLDEN

ZONE = "America/New_York"
MISSING_HOUR = "2025-03-09 02:30:00"
MODES = {
    "mariadb": ("NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES", "ANSI_QUOTES", "PIPES_AS_CONCAT,ORACLE", ""),
    "mysql": ("NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES", "ANSI_QUOTES", "ANSI,PIPES_AS_CONCAT", ""),
}


def _load_zone(database: Database) -> None:
    """Teach the server a named time zone; both servers keep them in the same tables."""
    command = ["mariadb-tzinfo-to-sql", f"/usr/share/zoneinfo/{ZONE}", ZONE]
    script = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    statements = [part.strip() for part in script.split(";\n")]
    database.execute("USE mysql", *[part for part in statements if part.startswith(("INSERT INTO", "SET @time_zone_id"))])


def _seed_under_every_mode(server: servers.Server) -> None:
    with server.running() as url:
        terp = Database.create(url, server.kind).with_tables()
        _load_zone(terp)
        for mode in MODES[server.kind]:
            terp.execute(f"SET GLOBAL sql_mode = '{mode}'", f"SET GLOBAL time_zone = '{ZONE}'")
            if "STRICT" in mode:
                _assert_that_the_zone_lacks_an_hour(terp)
            terp.seed("-x", "as_of=2026-03-01", "upgrade", "head")
            assert terp.cli("verify").exit_code == 0
            assert terp.digest() == GOLDEN["small", 42], mode
            terp.seed("downgrade", "base")


def _assert_that_the_zone_lacks_an_hour(terp: Database) -> None:
    url = make_url(terp.url)
    with (
        pymysql.connect(host=url.host, port=url.port or 0, user="root", database=terp.name) as application,
        pytest.raises(pymysql.MySQLError, match="Incorrect datetime value"),
    ):
        application.cursor().execute(f"INSERT INTO vendors (name, createdAt) VALUES ('x', '{MISSING_HOUR}')")


def test_on_a_server_with_names_as_they_are(private_server: servers.Server) -> None:
    _seed_under_every_mode(private_server)


@pytest.mark.parametrize("kind", servers.KINDS)
def test_on_a_server_with_names_in_lower_case(kind: str, tmp_path: Path) -> None:
    _seed_under_every_mode(servers.KINDS[kind](tmp_path, "--lower-case-table-names=1"))
