"""The session on PostgreSQL: the settings that a run and a script set, so that our statements mean the same everywhere.

Each is one that any user may set. A script keeps what it found, and gives it back at its end.
"""

from collections.abc import Iterable, Mapping

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
_TIMEOUT, _READ_ONLY = "statement_timeout", "default_transaction_read_only"
_KEPT = "terp_seed.kept_"
_STEPS = "terp_seed.steps"  # of the opening of a script, as far as they are done
_WROTE = "An open transaction of this session has written something. Nothing was changed; commit it or roll it back first."
_UNPREPARED = "The session of this script could not be prepared: see the error before this one. Nothing was changed."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _values(values: Mapping[str, str]) -> str:
    listed = ",\n  ".join(f"('{name}', '{value}')" for name, value in values.items())
    return (
        f"FROM (VALUES\n  {listed}\n) AS v (name, value) "
        "JOIN pg_catalog.pg_settings AS s ON lower(s.name) = v.name AND s.setting <> v.value"
    )


def _set(values: Mapping[str, str]) -> str:
    return f"PERFORM set_config(s.name, v.value, false) {_values(values)}"


def _done(step: str) -> str:
    """Return the statement that adds a step to those that are done: one that was left out leaves another text."""
    return f"PERFORM set_config('{_STEPS}', concat(current_setting('{_STEPS}', true), '{step}'), false)"


_QUIETLY = f"SET {_QUIET} = 'error'"
_PIN = do(f"{_set(_PINNED)}; BEGIN {_set(_NOTICES_DEATH)}; EXCEPTION WHEN invalid_parameter_value THEN NULL; END")
PINS = (
    _QUIETLY,
    "SET statement_timeout = 0",  # the next statement takes long under settings that keep the planner from its usual plans
    _PIN,
)
_ALL = (_QUIET, *_PINNED, *_NOTICES_DEATH)
_KEEP = (
    f"PERFORM set_config('{_KEPT}' || lower(s.name), s.setting, false) FROM pg_catalog.pg_settings AS s\n"
    f"  WHERE lower(s.name) IN ({_listed(name for name in _ALL if name != _TIMEOUT)})"
)
SCRIPT_PINS = (
    # first, and short: what follows takes longer than some timeouts
    do(
        f"PERFORM set_config('{_KEPT}{_TIMEOUT}', current_setting('{_TIMEOUT}'), false), set_config('{_TIMEOUT}', '0', false);\n"
        f"PERFORM set_config('{_STEPS}', '1', false)"
    ),
    do(
        f"IF pg_current_xact_id_if_assigned() IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = '{_WROTE}'; END IF;\n"
        f"{_KEEP}; {_done('2')}"
    ),
    _QUIETLY,
    _PIN,
)


def with_tables(drop: str, create: Iterable[str]) -> str:
    """Return the block that creates the tables of a script."""
    return do(";\n".join((drop, *create, _done("3"))))


def proved(empty: str, record: str) -> str:
    """Return the block that records that a script's session is as it has to be: every statement before it was executed, the
    tables are `empty`, and every setting is ours. The script writes nothing without that.
    """
    pinned = {name: value for name, value in _PINNED.items() if name != _READ_ONLY} | {_QUIET: "error", _READ_ONLY: "on"}
    return do(
        f"IF current_setting('{_STEPS}', true) IS DISTINCT FROM '123'\n"
        f"  THEN RAISE EXCEPTION USING MESSAGE = '{_UNPREPARED}'; END IF;\n"
        f"IF NOT ({empty}) OR EXISTS (SELECT 1 {_values(pinned)})\n"
        f"  THEN RAISE EXCEPTION USING MESSAGE = '{_UNPREPARED}'; END IF;\n{record}; {_done('4')}"
    )


IS_PROVED = f"COALESCE(current_setting('{_STEPS}', true) = '1234', false)"
UNPROVE = f"PERFORM set_config('{_STEPS}', '', false)"
GIVE_BACK = do(
    f"PERFORM set_config(s.name, current_setting('{_KEPT}' || lower(s.name)), false) FROM pg_catalog.pg_settings AS s\n"
    f"  WHERE lower(s.name) IN ({_listed(_ALL)}) AND s.setting <> current_setting('{_KEPT}' || lower(s.name)); {UNPROVE}"
)

_OLDEST = 14
_SERVER = "SELECT version(), current_setting('server_version_num')::integer / 10000"


def require_fit(connection: sa.Connection) -> None:
    """Raise SeedError for a server that is older than what we know, or only speaks the protocol. Read-only."""
    name, version = connection.exec_driver_sql(_SERVER).one()
    if version < _OLDEST or not str(name).startswith("PostgreSQL"):
        raise SeedError(f"The server is {name}: expected PostgreSQL {_OLDEST} or newer. Nothing has changed.")
