"""Settings of a PostgreSQL that would change what a statement means, or whether it runs, for whoever takes them as they are."""

import re
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import make_url

from tests.support import PROJECT, Database

# values are written as in SET; those of a session that is just being opened leave it the time to set its own
SETTINGS: dict[str, tuple[str, ...]] = {
    "statement_timeout": ("'200ms'",),
    "lock_timeout": ("'1ms'",),
    "idle_in_transaction_session_timeout": ("'300ms'",),
    "idle_session_timeout": ("'500ms'",),
    "default_transaction_read_only": ("on",),
    "default_transaction_isolation": ("'serializable'", "'repeatable read'"),
    "default_transaction_deferrable": ("on",),
    "client_encoding": ("'LATIN1'", "'SQL_ASCII'"),
    "client_min_messages": ("'debug5'", "'error'", "'notice'"),
    "standard_conforming_strings": ("off",),
    "escape_string_warning": ("off", "on"),
    "backslash_quote": ("off", "on"),
    "bytea_output": ("'escape'",),
    "datestyle": ("'German, DMY'", "'SQL, MDY'", "'Postgres, DMY'"),
    "intervalstyle": ("'sql_standard'", "'iso_8601'"),
    "timezone": ("'America/New_York'", "'Asia/Kathmandu'"),
    "extra_float_digits": ("-15", "0", "3"),
    "transform_null_equals": ("on",),
    "array_nulls": ("off",),
    "quote_all_identifiers": ("on",),
    "row_security": ("on", "off"),
    "check_function_bodies": ("off",),
    "gin_fuzzy_search_limit": ("1",),
    "search_path": ("public, pg_catalog", '"$user", nowhere, public', "public, decoys"),
    "default_tablespace": ("elsewhere",),
    "temp_tablespaces": ("elsewhere",),
    "default_toast_compression": ("'pglz'",),
    "work_mem": ("'64kB'",),
    "maintenance_work_mem": ("'1MB'",),
    "temp_buffers": ("'800kB'",),
    "jit": ("on", "off"),
    "synchronous_commit": ("off",),
    "plan_cache_mode": ("'force_generic_plan'",),
    "from_collapse_limit": ("1",),
    "join_collapse_limit": ("1",),
    "geqo_threshold": ("2",),
    "constraint_exclusion": ("on",),
    "parallel_setup_cost": ("0",),
    "min_parallel_table_scan_size": ("0",),
    "enable_seqscan": ("off",),
    "enable_indexscan": ("off",),
    "enable_indexonlyscan": ("off",),
    "enable_bitmapscan": ("off",),
    "enable_hashjoin": ("off",),
    "enable_mergejoin": ("off",),
    "enable_nestloop": ("off",),
    "enable_hashagg": ("off",),
    "enable_sort": ("off",),
    "lc_time": ("'C'",),
    "default_text_search_config": ("'simple'",),
    "xmloption": ("'document'",),
    # only a superuser may set these, for all
    "deadlock_timeout": ("'1ms'",),
    "plpgsql.variable_conflict": ("'use_variable'", "'use_column'"),
    "plpgsql.extra_errors": ("'all'",),
    "plpgsql.extra_warnings": ("'all'",),
    "log_statement": ("'all'",),
}
_AROUND = (
    "CREATE SCHEMA IF NOT EXISTS decoys",
    "CREATE TABLE IF NOT EXISTS decoys.clients (id integer)",
    "CREATE TABLE IF NOT EXISTS decoys.seed_check (number text)",
    "GRANT USAGE ON SCHEMA decoys TO seeder",
    "GRANT ALL ON ALL TABLES IN SCHEMA decoys TO seeder",
)
GRANTS = next(re.finditer(r"```sql\n(CREATE ROLE terp_seed.*?)```", (PROJECT / "docs/postgresql.md").read_text(), re.S))[1]


def pin(cursor: Any) -> None:
    """Keep the session as it is now, whatever the server is told from now on."""
    cursor.execute("LOAD 'plpgsql'")  # its settings are unknown before
    cursor.execute("SELECT set_config(name, setting, false) FROM pg_settings WHERE lower(name) = ANY (%s)", [[*SETTINGS]])


def as_documented_user(cursor: Any, database: Database) -> Database:
    """Return the database as the user sees it whom the documentation creates, under another name."""
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'seeder'")
    known = cursor.fetchone()
    for statement in GRANTS.replace("defaultdb", database.name).replace("terp_seed", "seeder").split(";\n"):
        if statement.strip() and not (known and statement.startswith("CREATE ROLE")):
            cursor.execute(statement)
    return Database(make_url(database.url).set(username="seeder", password="x").render_as_string(False), database.kind)


def set_globally(cursor: Any, settings: Mapping[str, str]) -> None:
    """Give them to the server, the database or the user, in turn."""
    _make_places(cursor)
    for number, (name, value) in enumerate(settings.items()):
        cursor.execute(f"ALTER {_levels(cursor)[number % 3]} SET {name} = {value}")
    _reload(cursor)


def reset(cursor: Any) -> None:
    """Take all settings back."""
    for level in _levels(cursor):
        cursor.execute(f"ALTER {level} RESET ALL")
    _reload(cursor)


def _levels(cursor: Any) -> tuple[str, str, str]:
    return "SYSTEM", f"DATABASE {cursor.connection.info.dbname}", "ROLE seeder"


def _make_places(cursor: Any) -> None:
    """Make the schemas and the tablespace that settings lead to."""
    cursor.execute("SELECT 1 FROM pg_tablespace WHERE spcname = 'elsewhere'")
    if cursor.fetchone() is None:
        cursor.execute("SET allow_in_place_tablespaces = on")
        cursor.execute("CREATE TABLESPACE elsewhere LOCATION ''")
    for statement in (*_AROUND, "GRANT CREATE ON TABLESPACE elsewhere TO seeder"):
        cursor.execute(statement)


def _reload(cursor: Any) -> None:
    """Make the server read its file, and wait until it has: new sessions are like it."""
    cursor.execute("SELECT pg_conf_load_time()")
    (before,) = cursor.fetchone()
    cursor.execute("SELECT pg_reload_conf()")
    for _ in range(200):
        cursor.execute("SELECT pg_conf_load_time()")
        if cursor.fetchone()[0] > before:
            break
        time.sleep(0.05)
