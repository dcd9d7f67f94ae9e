"""A server's own settings change no row, no refusal and no rollback; those that a session cannot set are refused by name."""

import contextlib
import re
import subprocess
from pathlib import Path

import pymysql
import pytest
from pymysql.cursors import Cursor
from sqlalchemy.engine import make_url

from terp_seed.backends import connection as database
from terp_seed.backends.registry import dialect_of
from tests import clients, rows_of_users, scripts, servers
from tests.faults.processes import commands
from tests.hostile_settings import HOSTILE, PINNED, administrator, as_documented_user, set_globally
from tests.support import ALL_FAULTS, NAMES, Database
from tests.test_rows_are_a_pure_function import GOLDEN

MARK = "SELECT 'here' AS `here`"
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


def _seed_under_every_mode(server: servers.Server, prefix: str = "terp_test") -> None:
    with server.running() as url:
        terp = Database.create(url, server.kind, prefix).with_tables()
        _load_zone(terp)
        terp.execute("SET GLOBAL sql_safe_updates = 1")
        for mode in MODES[server.kind] if ALL_FAULTS else MODES[server.kind][:: 3 if prefix == "terp_test" else 4]:
            terp.execute(f"SET GLOBAL sql_mode = '{mode}'", f"SET GLOBAL time_zone = '{ZONE}'")
            if "STRICT" in mode:
                _assert_that_the_zone_lacks_an_hour(terp)
            terp.seed("-x", "as_of=2026-03-01", "upgrade", "head")
            assert terp.cli("verify").exit_code == 0
            assert terp.digest() == GOLDEN["small", 42], mode
            terp.seed("downgrade", "base")
        terp.seed("upgrade", "head")
        purged = terp.cli("purge", "--force", "--database", terp.name)
        assert purged.exit_code == 0, purged.output
        assert sum(terp.counts().values()) == 0


def _assert_that_the_zone_lacks_an_hour(terp: Database) -> None:
    url = make_url(terp.url)
    with (
        pymysql.connect(host=url.host, port=url.port or 0, user="root", database=terp.name) as application,
        pytest.raises(pymysql.MySQLError, match="Incorrect datetime value"),
    ):
        application.cursor().execute(f"INSERT INTO vendors (name, createdAt) VALUES ('x', '{MISSING_HOUR}')")


def test_on_a_server_with_names_as_they_are(private_server: servers.Server) -> None:
    _seed_under_every_mode(private_server)


@pytest.mark.parametrize("kind", servers.OF_MYSQL)
def test_on_a_server_with_names_in_lower_case(kind: str, tmp_path: Path) -> None:
    _seed_under_every_mode(servers.KINDS[kind](tmp_path, "--lower-case-table-names=1"), prefix="Own_TERP")


def _session(cursor: Cursor) -> dict[str, str]:
    """Return what a session has of the settings that the preamble sets."""
    cursor.execute("SHOW SESSION VARIABLES")
    return {name: value for name, value in cursor.fetchall() if name in {*PINNED, "tx_read_only", "transaction_read_only"}}


def _prepared(terp: Database) -> dict[str, str]:
    """Return that of a connection of ours."""
    with contextlib.closing(database.connect(terp.url, writes=True)) as connection:
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, pymysql.Connection)
        with raw.cursor() as cursor:
            return _session(cursor)


def test_documented_user_can_set_every_session_setting(private_server: servers.Server) -> None:
    with private_server.running() as url:
        owner = Database.create(url, private_server.kind)
        terp, possible = as_documented_user(owner), HOSTILE[private_server.kind]
        usual = _prepared(terp)
        assert usual["foreign_key_checks"] == "ON"
        hostile = {name: values[0] for name, values in possible.items()}
        with administrator(owner) as cursor, set_globally(cursor, hostile):
            cursor.execute("SHOW GLOBAL VARIABLES")
            globally = dict(cursor.fetchall())
            assert {name for name in usual if globally[name] == usual[name]} == set(), "a setting that nothing tries"
            assert _prepared(terp) == usual
            dialect = dialect_of(make_url(terp.url), NAMES)
            preamble = (*dialect.script_preamble, "SHOW SESSION VARIABLES")
            ran = clients.apply(terp, ";\n".join(preamble) + ";\n")
        assert (ran.returncode, ran.stderr) == (0, "")
        shown = dict(line.split("\t", 1) for line in ran.stdout.splitlines())
        assert {name: shown[name] for name in usual} == usual
        assert shown["autocommit"] == "ON"


def test_script_gives_the_session_back_as_it_was(private_server: servers.Server) -> None:
    with private_server.running() as url:
        terp = Database.create(url, private_server.kind).with_tables()
        with administrator(terp) as cursor:
            cursor.execute("SHOW SESSION VARIABLES")
            settable = {*dict(cursor.fetchall())} - {"init_connect", "character_set_server", "system_versioning_asof"}
        hostile = {name: values[-1] for name, values in HOSTILE[private_server.kind].items() if name in settable}
        hostile |= dict.fromkeys(
            ("sql_select_limit", "max_join_size", "wait_timeout", "max_execution_time"), "9000"
        )  # or SHOW itself fails
        hostile |= dict.fromkeys(("max_session_mem_used", "tmp_disk_table_size"), "99999999")
        before = "".join(f"SET SESSION {name} = {value};\n" for name, value in hostile.items() if name in settable)
        show = f"{MARK};\nSHOW SESSION VARIABLES WHERE Variable_name NOT IN ('timestamp', 'statement_id');\n{MARK};\n"
        for arguments in (("upgrade", "head"), ("downgrade", "head:base")):
            text = scripts.script(terp, *scripts.AS_OF, *arguments)
            ran = clients.apply(terp, before + show + text + show)
            assert (ran.returncode, ran.stderr) == (0, "")
            _, was, between, is_now, _ = ran.stdout.split("here\nhere\n")
            assert "All is well" in between
            assert set(is_now.splitlines()) ^ set(was.splitlines()) == set()


def test_row_limit_hides_no_user_row_from_rollback(private_server: servers.Server) -> None:
    with private_server.running() as url:
        terp = Database.create(url, private_server.kind).with_tables()
        with administrator(terp) as cursor:
            cursor.execute(
                "CREATE TABLE notes (id INT PRIMARY KEY, payment INT, "
                "FOREIGN KEY (payment) REFERENCES payments (id) ON DELETE CASCADE)"
            )
            mine = rows_of_users.add(terp, "mine")
            terp.seed("-x", "as_of=2026-03-01", "upgrade", "head")
            cursor.execute("INSERT INTO notes SELECT 1, MAX(id) FROM payments")
            counts, held = terp.counts(), rows_of_users.read(terp, [mine])
            with set_globally(cursor, {"sql_select_limit": "2"}):
                for way in commands():
                    code, said = way.run("downgrade", terp)
                    assert code != 0
                    assert "1 row of notes.payment -> payments (on delete: CASCADE)" in said
                ran = clients.apply(terp, scripts.script(terp, "downgrade", "heads:base"))
                assert "Rows of notes.payment were not seeded" in ran.stderr
                assert terp.counts() == counts
                cursor.execute("SELECT COUNT(*) FROM notes")
                assert cursor.fetchone() == (1,)
                cursor.execute("DELETE FROM notes")
                terp.seed("downgrade", "base")
            assert terp.counts() == dict.fromkeys(counts, 1)
            assert rows_of_users.read(terp, [mine]) == held


def test_keys_are_checked_where_the_server_would_not(private_server: servers.Server) -> None:
    with private_server.running() as url:
        terp = Database.create(url, private_server.kind).with_tables()
        terp.seed("-x", "as_of=2026-03-01", "upgrade", "products")
        with administrator(terp) as cursor, set_globally(cursor, {"foreign_key_checks": "0", "unique_checks": "0"}):
            cursor.execute("SET SESSION foreign_key_checks = 0")
            cursor.execute("DELETE FROM products")
            ran = clients.apply(terp, scripts.script(terp, *scripts.AS_OF, "upgrade", "products:head"))
            assert "A value would refer to a row that is not there, by a foreign key" in ran.stderr, ran
            for way in commands():
                code, said = way.run("upgrade", terp)
                assert code != 0, said
                assert "at table batches: (1452)" in said
        assert {table: rows for table, rows in terp.counts().items() if rows} == {"vendors": 5, "clients": 10}


UNFIT = {
    "mariadb": {
        "binlog_format is STATEMENT": ("--log-bin=binlog", "--binlog-format=STATEMENT"),
        "enforce_storage_engine is Aria": ("--enforce-storage-engine=Aria",),
        "innodb_read_only is ON": ("--innodb-read-only=ON",),
        "max_allowed_packet is 32768": ("--max-allowed-packet=32768",),
    },
    "mysql": {
        "binlog_format is STATEMENT": ("--log-bin=binlog", "--binlog-format=STATEMENT"),
        "innodb_read_only is ON": ("--innodb-read-only=ON",),
        "max_allowed_packet is 32768": ("--max-allowed-packet=32768",),
    },
}


def test_unfit_global_setting_is_refused_by_name(private_server: servers.Server) -> None:
    with private_server.running():
        terp = Database.create(private_server.url, private_server.kind).with_tables()
        before = terp.tables()
    for name, options in UNFIT[private_server.kind].items():
        with private_server.running(*options):
            for way in commands():
                code, said = way.run("upgrade", terp)
                assert code == (1 if way.upgrade[0] == "terp-seed" else 255), said
                assert re.search(rf"{name}\b.*expected .* run the same command again", said), said
            preview = terp.cli("upgrade", "--dry-run")
            assert (preview.exit_code, name in preview.output) == (1, True), preview.output
            assert terp.cli("status").exit_code == 0
            assert terp.tables() == before


def test_row_and_mixed_binary_logs_are_accepted(private_server: servers.Server) -> None:
    for form in ("ROW", "MIXED"):
        with private_server.running("--log-bin=binlog", f"--binlog-format={form}") as url:
            terp = Database.create(url, private_server.kind).with_tables()
            terp.seed("-x", "as_of=2026-03-01", "upgrade", "head")
            assert terp.digest() == GOLDEN["small", 42]


def test_shell_that_ignores_checks_is_still_stopped(sqlite_terp: Database) -> None:
    ignoring = "PRAGMA ignore_check_constraints = ON;\nPRAGMA foreign_keys = OFF;\nPRAGMA query_only = ON;\n"
    text = ignoring + scripts.script(sqlite_terp, *scripts.AS_OF, "upgrade", "head")
    clients.apply_well(sqlite_terp, text)
    ran = clients.apply(sqlite_terp, text)
    assert ran.returncode != 0
    assert "Nothing was changed" in ran.stderr
