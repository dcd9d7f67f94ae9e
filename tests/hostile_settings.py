"""Settings of a server that would change what a statement means, or whether it runs, for whoever takes them as they are."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import psycopg
import pymysql
from sqlalchemy.engine import make_url

from terp_seed.backends.mysql import session as mysql_session
from tests import hostile_postgresql
from tests.support import Database

# what the preamble sets, by name
PINNED = sorted(set(re.findall(r"(\w+) = ", "".join(mysql_session.PINS))) - {"seed_session"})

_BOTH: dict[str, tuple[str, ...]] = {
    "sql_select_limit": ("0", "1", "2"),
    "max_join_size": ("1", "10"),
    "sql_big_selects": ("0",),
    "foreign_key_checks": ("0",),
    "unique_checks": ("0",),
    "sql_safe_updates": ("1",),
    "completion_type": ("'CHAIN'", "'RELEASE'"),
    "sql_auto_is_null": ("1",),
    "max_sort_length": ("64",),
    "group_concat_max_len": ("4", "40"),
    "div_precision_increment": ("0",),
    "sql_quote_show_create": ("0",),
    "default_storage_engine": ("'MyISAM'", "'MEMORY'"),
    "default_tmp_storage_engine": ("'MyISAM'", "'MEMORY'"),
    "innodb_lock_wait_timeout": ("1",),
    "lock_wait_timeout": ("1",),
    "wait_timeout": ("1",),
    "net_read_timeout": ("1",),
    "net_write_timeout": ("1",),
    "sql_mode": ("''", "'ANSI'", "'NO_BACKSLASH_ESCAPES,NO_AUTO_VALUE_ON_ZERO'"),
    "time_zone": ("'-08:00'", "'+13:00'"),
    "autocommit": ("0",),
    "init_connect": ("'SET sql_select_limit = 1, foreign_key_checks = 0'", "'SET NAMES latin1, autocommit = 0'"),
    # these mean nothing to our statements, so nothing sets them
    "auto_increment_increment": ("7",),
    "auto_increment_offset": ("5",),
    "character_set_server": ("'latin1'", "'utf8mb4'"),
    "default_week_format": ("3",),
    "explicit_defaults_for_timestamp": ("0",),
    "innodb_strict_mode": ("0",),
    "lc_time_names": ("'de_DE'",),
    "optimizer_search_depth": ("0",),
    "optimizer_switch": ("'derived_merge=off,materialization=off'",),
    "sort_buffer_size": ("32768",),
    "sql_notes": ("0",),
    "tmp_table_size": ("1024",),
}
HOSTILE: dict[str, dict[str, tuple[str, ...]]] = {
    "mariadb": _BOTH
    | {
        "tx_read_only": ("1",),
        "tx_isolation": ("'SERIALIZABLE'", "'READ-UNCOMMITTED'"),
        "max_statement_time": ("0.1",),
        "idle_transaction_timeout": ("1",),
        "idle_write_transaction_timeout": ("1",),
        "idle_readonly_transaction_timeout": ("1",),
        "check_constraint_checks": ("0",),
        "sql_if_exists": ("1",),
        "max_session_mem_used": ("400000",),
        "tmp_disk_table_size": ("1024",),
        "system_versioning_asof": ("'2001-02-03 04:05:06'",),
        "in_predicate_conversion_threshold": ("2",),
        "old_mode": ("''", "'ZERO_DATE_TIME_CAST'"),
        "standard_compliant_cte": ("0",),
    },
    "mysql": _BOTH
    | {
        "transaction_read_only": ("1",),
        "transaction_isolation": ("'SERIALIZABLE'", "'READ-UNCOMMITTED'"),
        "max_execution_time": ("1",),
        "default_collation_for_utf8mb4": ("utf8mb4_general_ci",),
        "information_schema_stats_expiry": ("0",),
        "show_create_table_verbosity": ("1",),
        "sql_generate_invisible_primary_key": ("1",),
    },
    "postgresql": hostile_postgresql.SETTINGS,
}
GRANTS = ("SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, CREATE TEMPORARY TABLES ON {}.*", "PROCESS ON *.*")


def draw(dice: Random, kind: str) -> dict[str, str]:
    """Return some settings of a kind of server, each with one of its values."""
    possible = HOSTILE[kind]
    names = dice.sample(sorted(possible), dice.randint(3, len(possible)))
    return {name: dice.choice(possible[name]) for name in names}


@contextlib.contextmanager
def administrator(database: Database) -> Iterator[Any]:
    """Open the administrator's own connection, which keeps the settings that it began with, and yield a cursor of its driver."""
    url = make_url(database.url)
    if database.kind == "postgresql":
        with psycopg.connect(database.url, autocommit=True) as session, session.cursor() as own:
            hostile_postgresql.pin(own)
            yield own
        return
    with (
        pymysql.connect(host=url.host, port=url.port or 0, user="root", database=database.name, autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        yield cursor


@contextlib.contextmanager
def set_globally(cursor: Any, settings: Mapping[str, str]) -> Iterator[None]:
    """Give a server settings for the length of a block."""
    if isinstance(cursor, psycopg.Cursor):
        try:
            hostile_postgresql.set_globally(cursor, settings)
            yield
        finally:
            hostile_postgresql.reset(cursor)
        return
    try:
        for name, value in settings.items():
            cursor.execute(f"SET GLOBAL {name} = {value}")
        yield
    finally:
        for name in settings:
            cursor.execute(f"SET GLOBAL {name} = DEFAULT")


def as_documented_user(database: Database) -> Database:
    """Return the database as the user sees it whom the runbook creates."""
    with administrator(database) as cursor:
        if database.kind == "postgresql":
            return hostile_postgresql.as_documented_user(cursor, database)
        cursor.execute("CREATE USER IF NOT EXISTS seeder@'%' IDENTIFIED BY 'x'")
        for grant in GRANTS:
            cursor.execute(f"GRANT {grant.format(database.name)} TO seeder@'%'")
    return Database(make_url(database.url).set(username="seeder", password="x").render_as_string(False), database.kind)
