"""The session on PostgreSQL: the settings that a run and a script set, so that our statements mean the same everywhere.

Each is one that any user may set. A script keeps what it found, and gives it back at its end.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from terp_seed.backends.postgresql.blocks import do
from terp_seed.errors import SeedError

LOCK_TIMEOUT_SECONDS = 10  # for a row, or the definition of a table

# as pg_dump sets them, and what else changes the meaning of a statement; a server without one of them is left as it is
_PINNED = {
    # how text is read and written, from which the digests are made too
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "escape_string_warning": "off",
    "bytea_output": "hex",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "extra_float_digits": "1",
    "transform_null_equals": "off",
    "array_nulls": "on",
    "quote_all_identifiers": "off",
    # every row is seen, or the server says that it is not
    "row_security": "off",
    "gin_fuzzy_search_limit": "0",
    # foreign keys and triggers
    "session_replication_role": "origin",
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    "default_transaction_deferrable": "off",
    "default_table_access_method": "heap",
    # patience
    "statement_timeout": "0",
    "transaction_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "lock_timeout": str(LOCK_TIMEOUT_SECONDS * 1_000),
    "jit": "off",  # the guard's statements are long and run once
}
# a server that works for a dead client keeps our lock; not every operating system tells it
_NOTICES_DEATH = {"client_connection_check_interval": "10000"}
_QUIET = "client_min_messages"  # a BEGIN in an open transaction and a ROLLBACK outside of one are warnings
_KEPT = "terp_seed.kept_"
_WROTE = "An open transaction of this session has written something. Nothing was changed; commit it or roll it back first."


def _listed() -> str:
    return ", ".join(f"'{name}'" for name in (_QUIET, *_PINNED, *_NOTICES_DEATH))


def _set(values: Mapping[str, str]) -> str:
    listed = ",\n  ".join(f"('{name}', '{value}')" for name, value in values.items())
    return (
        f"PERFORM set_config(s.name, v.value, false) FROM (VALUES\n  {listed}\n) AS v (name, value) "
        "JOIN pg_catalog.pg_settings AS s ON lower(s.name) = v.name AND s.setting <> v.value"
    )


PINS = (
    f"SET {_QUIET} = 'error'",
    "SET statement_timeout = 0",  # the next statement takes long under settings that keep the planner from its usual plans
    do(_set(_PINNED)),
    do(f"{_set(_NOTICES_DEATH)}; EXCEPTION WHEN invalid_parameter_value THEN NULL"),
)
REFUSE_OPEN_TRANSACTION = do(
    f"IF pg_current_xact_id_if_assigned() IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = '{_WROTE}'; END IF"
)
KEEP = do(
    f"PERFORM set_config('{_KEPT}' || lower(s.name), s.setting, false) FROM pg_catalog.pg_settings AS s\n"
    f"  WHERE lower(s.name) IN ({_listed()})"
)
GIVE_BACK = do(
    f"PERFORM set_config(s.name, current_setting('{_KEPT}' || lower(s.name)), false) FROM pg_catalog.pg_settings AS s\n"
    f"  WHERE lower(s.name) IN ({_listed()}) AND s.setting <> current_setting('{_KEPT}' || lower(s.name))"
)

_OLDEST = 14
_SERVER = "SELECT version(), current_setting('server_version_num')::integer / 10000"


def require_fit(connection: sa.Connection) -> None:
    """Raise SeedError for a server that is older than what we know, or only speaks the protocol. Read-only."""
    name, version = connection.exec_driver_sql(_SERVER).one()
    if version < _OLDEST or not str(name).startswith("PostgreSQL"):
        raise SeedError(f"The server is {name}: expected PostgreSQL {_OLDEST} or newer. Nothing has changed.")
