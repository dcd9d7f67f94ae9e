"""The session on MySQL and MariaDB: the settings that a run and a script set, and those that a run checks.

Our statements mean the same whatever the global settings are. A global setting that prevents our writes, and that our user may
not change, is refused by name.
"""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from terp_seed.errors import SeedError

_NO_LIMIT = 18446744073709551615
LEAST_PACKET = 64 * 1024  # bytes; our longest statement is slightly shorter

# Any user may set these. The values are the server's defaults, or more patient ones.
_ON_BOTH = (
    "SET SESSION TRANSACTION READ WRITE",
    # the ledger and the guard read every row; max_join_size comes first, because it changes sql_big_selects
    f"SET SESSION sql_select_limit = {_NO_LIMIT}, max_join_size = {_NO_LIMIT}, sql_big_selects = 1",
    # Without unique_checks, MariaDB locks an empty table for inserts, and may accept duplicate values.
    "SET SESSION foreign_key_checks = 1, unique_checks = 1, sql_safe_updates = 0",
    # with CHAIN, a COMMIT begins another transaction; with RELEASE, it ends the connection and with it our lock
    "SET SESSION completion_type = 'NO_CHAIN'",
    # if it is on, `id IS NULL` finds the last inserted row
    "SET SESSION sql_auto_is_null = 0",
    # The columns of a key are grouped by sorted names, which may have long common prefixes. Scripts build statements with
    # GROUP_CONCAT, and SQLAlchemy parses SHOW CREATE TABLE, which must be quoted. A small sort_buffer_size fails (1038) when keys
    # are grouped.
    "SET SESSION max_sort_length = 1024, sort_buffer_size = 2097152, group_concat_max_len = 1073741824, "
    "div_precision_increment = 4, sql_quote_show_create = 1",
    # Alembic's version table does not specify an engine, and would not be rolled back with the rows in another one
    "SET SESSION default_storage_engine = 'InnoDB', default_tmp_storage_engine = 'InnoDB'",
    # The second waits for a table's definition, on some servers for a year. The others end a connection that makes rows.
    "SET SESSION innodb_lock_wait_timeout = 50, lock_wait_timeout = 10, wait_timeout = 28800, "
    "net_read_timeout = 600, net_write_timeout = 600",
)
_ON_MARIADB = ",\n    ".join(
    (
        "SET SESSION max_statement_time = 0, idle_transaction_timeout = 0, idle_write_transaction_timeout = 0",
        "idle_readonly_transaction_timeout = 0, check_constraint_checks = 1, sql_if_exists = 0",
        f"max_session_mem_used = 9223372036854775807, tmp_disk_table_size = {_NO_LIMIT}",
        # DEFAULT means the present here, not the global value: any other time would show old versions of versioned tables
        "system_versioning_asof = DEFAULT",
    )
)
_ON_MYSQL = "SET SESSION max_execution_time = 0"


def _prepared(on_mariadb: str, on_mysql: str) -> tuple[str, ...]:
    """Return the statements that run one of two statements.

    One text serves both servers, so settings of only one of them are in a prepared statement that it builds itself. (A comment
    that only one executes, /*M! */, would be shorter, but the other's client strips it.)
    """
    return (
        f"SET @seed_session = IF(VERSION() LIKE '%MariaDB%',\n  '{on_mariadb}',\n  '{on_mysql}')",
        "PREPARE seed_session FROM @seed_session",
        "EXECUTE seed_session",
        "DEALLOCATE PREPARE seed_session",
    )


PINS = (*_ON_BOTH, *_prepared(_ON_MARIADB, _ON_MYSQL))

# What a script gives back at its end, so that the session of a database window is again as it was.
_KEPT = (
    *("character_set_client", "character_set_results", "collation_connection"),
    *("sql_mode", "time_zone", "sql_select_limit", "max_join_size", "sql_big_selects"),
    *("foreign_key_checks", "unique_checks", "sql_safe_updates", "completion_type", "sql_auto_is_null"),
    *("max_sort_length", "sort_buffer_size", "group_concat_max_len", "div_precision_increment", "sql_quote_show_create"),
    *("default_storage_engine", "default_tmp_storage_engine"),
    *("innodb_lock_wait_timeout", "lock_wait_timeout", "wait_timeout", "net_read_timeout", "net_write_timeout"),
)
_KEPT_ON_MARIADB = (
    *("tx_isolation", "tx_read_only", "max_statement_time", "check_constraint_checks", "sql_if_exists"),
    *("idle_transaction_timeout", "idle_write_transaction_timeout", "idle_readonly_transaction_timeout"),
    *("max_session_mem_used", "tmp_disk_table_size"),
)
_KEPT_ON_MYSQL = ("transaction_isolation", "transaction_read_only", "max_execution_time")


def _keep(*names: str) -> str:
    return "SET " + ",\n  ".join(f"@seed_{name} = @@SESSION.{name}" for name in names)


def _give_back(*names: str) -> str:
    return "SET SESSION " + ",\n  ".join(f"{name} = @seed_{name}" for name in names)


KEEP = (_keep("autocommit", *_KEPT), *_prepared(_keep(*_KEPT_ON_MARIADB), _keep(*_KEPT_ON_MYSQL)))
GIVE_BACK = (
    _give_back(*_KEPT),
    *_prepared(_give_back(*_KEPT_ON_MARIADB), _give_back(*_KEPT_ON_MYSQL)),
    _give_back("autocommit"),
)

# innodb_strict_mode, which an ordinary user of MySQL may not set either, concerns CREATE TABLE options that we do not use.
_READ = ("log_bin", "binlog_format", "enforce_storage_engine", "innodb_read_only", "max_allowed_packet")
_AS_ADMINISTRATOR = "as an administrator, and run the same command again"


def require_fit(connection: sa.Connection) -> None:
    """Raise SeedError if a server setting that our user may not change prevents our writes. Read-only."""
    names = ", ".join(f"'{name}'" for name in _READ)
    rows = connection.exec_driver_sql(f"SHOW VARIABLES WHERE Variable_name IN ({names})")
    refusals = list(_refusals({name: str(value) for name, value in rows}))
    if refusals:
        raise SeedError("\n".join(refusals))


def _refusals(found: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each setting that prevents our writes. Not every server has all of them."""
    if found.get("log_bin") == "ON" and found.get("binlog_format") == "STATEMENT":
        yield (
            "The server's binlog_format is STATEMENT and its binary log is on: expected ROW or MIXED, because rows that a READ "
            "COMMITTED transaction writes cannot be logged as statements (error 1665). Run "
            f"`SET GLOBAL binlog_format = 'ROW'` {_AS_ADMINISTRATOR}."
        )
    engine = found.get("enforce_storage_engine") or "InnoDB"
    if engine.lower() != "innodb":
        yield (
            f"The server's enforce_storage_engine is {engine}: expected InnoDB or none, because rows, ledger and version are one "
            f"transaction. Run `SET GLOBAL enforce_storage_engine = NULL` {_AS_ADMINISTRATOR}."
        )
    if found.get("innodb_read_only") == "ON":
        yield "The server's innodb_read_only is ON: expected OFF. Connect to the primary, and run the same command again."
    packet = int(found.get("max_allowed_packet", LEAST_PACKET))
    if packet < LEAST_PACKET:
        yield (
            f"The server's max_allowed_packet is {packet}: expected at least {LEAST_PACKET} (64 KiB), the size of our longest "
            f"statements. Run `SET GLOBAL max_allowed_packet = 67108864` {_AS_ADMINISTRATOR}."
        )
