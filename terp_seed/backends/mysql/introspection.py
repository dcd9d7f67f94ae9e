"""The introspection of MySQL and MariaDB, with InnoDB's list of keys, which includes schemas that our user may not see."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from sqlalchemy.exc import DBAPIError

from terp_seed.backends.driver_errors import number
from terp_seed.backends.introspection import ForeignKey, Introspection, LiveColumn, Trigger
from terp_seed.backends.mysql.search import MARIADB_KEYS, MYSQL_KEYS
from terp_seed.errors import RollbackRefused
from terp_seed.model.recipe import LARGEST_ID

_NEEDS_PROCESS = 1227
_DENIED = (1142, 1143)
_BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32}
_ACTIONS = {1: "CASCADE", 2: "SET NULL", 16: "NO ACTION"}  # the bits of InnoDB's `type` for ON DELETE
_COLUMNS = (
    "SELECT c.table_name, c.column_name, LOWER(c.data_type), c.column_key = 'PRI', c.is_nullable = 'YES', "
    "c.column_type LIKE '%unsigned%' FROM information_schema.columns AS c JOIN information_schema.tables AS t "
    "ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') "
    "WHERE c.table_schema = DATABASE() ORDER BY c.table_name, c.ordinal_position"
)
_KEY_COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.key_column_usage "
    "WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL"
)
# what a user without PROCESS sees, which is complete if the user may read every table of the server
_VISIBLE_KEYS = (
    "SELECT k.table_schema, k.table_name, CONCAT(k.constraint_schema, '/', k.constraint_name), k.column_name, "
    "k.referenced_table_schema, k.referenced_table_name, k.referenced_column_name, "
    "CASE r.delete_rule WHEN 'CASCADE' THEN 1 WHEN 'SET NULL' THEN 2 WHEN 'NO ACTION' THEN 16 ELSE 0 END "
    "FROM information_schema.key_column_usage AS k JOIN information_schema.referential_constraints AS r "
    "ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name "
    "WHERE k.referenced_table_name IS NOT NULL ORDER BY k.constraint_schema, k.constraint_name, k.ordinal_position"
)


_NO_TRANSACTIONS = (
    "SELECT t.table_name, t.engine FROM information_schema.tables AS t "
    "LEFT JOIN information_schema.engines AS e ON e.engine = t.engine "
    "WHERE t.table_schema = DATABASE() AND t.table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') "
    "AND COALESCE(e.transactions, 'NO') <> 'YES'"
)
_TRIGGERS = (
    "SELECT event_object_table, trigger_name, action_timing, event_manipulation, action_statement "
    "FROM information_schema.triggers WHERE event_object_schema = DATABASE() "
    "ORDER BY event_object_table, event_manipulation, action_timing, action_order"
)


# MariaDB names the table of a CHECK, and has those that stand at a column here only
_CHECKS = (
    "SELECT t.table_name, c.check_clause FROM information_schema.check_constraints AS c "
    "JOIN information_schema.table_constraints AS t ON t.constraint_schema = c.constraint_schema "
    "AND t.constraint_name = c.constraint_name AND t.constraint_type = 'CHECK' "
    "WHERE c.constraint_schema = DATABASE() ORDER BY t.table_name, c.constraint_name"
)
_MARIADB_CHECKS = (
    "SELECT table_name, check_clause FROM information_schema.check_constraints "
    "WHERE constraint_schema = DATABASE() ORDER BY table_name, constraint_name"
)


class MySQLIntrospection(Introspection):
    """A MySQLIntrospection is the introspection by the information schema."""

    @cached_property
    def folds_table_names(self) -> bool:
        """Tell whether lower_case_table_names is on."""
        return bool(self._connection.exec_driver_sql("SELECT @@lower_case_table_names").scalar_one())

    def columns(self) -> Iterable[tuple[str, LiveColumn]]:
        """Return the columns of base tables."""
        rows = self._connection.exec_driver_sql(_COLUMNS).all()
        return [
            (table, LiveColumn(name, kind, bool(is_key), bool(is_null), _highest(kind, is_unsigned)))
            for table, name, kind, is_key, is_null, is_unsigned in rows
        ]

    def foreign_keys(self) -> Iterator[ForeignKey]:
        """Yield the keys in InnoDB's list."""
        here = self._connection.exec_driver_sql("SELECT DATABASE()").scalar_one()
        parts: dict[str, list[tuple[str, str]]] = {}
        facts: dict[str, tuple[str, str, str, str, int]] = {}
        for schema, table, name, column, to_schema, target, referred, kind in self._every_key():
            parts.setdefault(name, []).append((column, referred))
            facts[name] = (schema, table, to_schema, target, int(kind))
        for name, columns in parts.items():
            schema, table, to_schema, target, kind = facts[name]
            ours, theirs = zip(*columns, strict=True)
            action = next((action for bit, action in _ACTIONS.items() if kind & bit), "RESTRICT")
            is_ours, is_here = (some.casefold() == here.casefold() for some in (schema, to_schema))
            yield ForeignKey(table, ours, target, theirs, action, None if is_ours else schema, None if is_here else to_schema)

    def key_columns(self) -> set[tuple[str, str]]:
        """Return the key columns of the information schema."""
        return {(str(table), str(column)) for table, column in self._connection.exec_driver_sql(_KEY_COLUMNS)}

    def unfit_tables(self) -> dict[str, str]:
        """Return the tables whose engine has no transactions: a run could not undo anything there."""
        return {
            str(table): f"its engine {engine} has no transactions: expected InnoDB (ALTER TABLE {table} ENGINE=InnoDB)"
            for table, engine in self._connection.exec_driver_sql(_NO_TRANSACTIONS)
        }

    def checks(self) -> list[tuple[str, str]]:
        """Return what the information schema has; MySQL escapes the quotes in it."""
        rows = self._connection.exec_driver_sql(_MARIADB_CHECKS if self._is_mariadb else _CHECKS)
        return [(str(table), str(clause) if self._is_mariadb else str(clause).replace("\\'", "'")) for table, clause in rows]

    def triggers(self) -> list[Trigger]:
        """Return what the information schema has."""
        return [Trigger(*map(str, row)) for row in self._connection.exec_driver_sql(_TRIGGERS)]

    def grant_to_see_triggers(self) -> str | None:
        """Return GRANT TRIGGER, where no grant of ours has it."""
        here = str(self._connection.exec_driver_sql("SELECT DATABASE()").scalar_one())
        for row in self._connection.exec_driver_sql("SHOW GRANTS"):
            granted = re.match(r"GRANT (.*) ON (\S+) TO ", str(row[0]))
            place = granted[2].replace("`", "").replace("\\", "") if granted else ""
            if granted and place in ("*.*", f"{here}.*") and re.search(r"\bALL PRIVILEGES\b|\bTRIGGER\b", granted[1]):
                return None
        return f"GRANT TRIGGER ON `{here.replace('`', '``')}`.* TO {self.grantee()}"

    def is_denied(self, error: DBAPIError) -> bool:
        """Look up the error number."""
        return number(error) in _DENIED

    @property
    def _is_mariadb(self) -> bool:
        return bool(getattr(self._connection.dialect, "is_mariadb", False))

    def _every_key(self) -> list[tuple[str, str, str, str, str, str, str, int]]:
        try:
            return [tuple(row) for row in self._connection.exec_driver_sql(MARIADB_KEYS if self._is_mariadb else MYSQL_KEYS)]
        except DBAPIError as error:
            if number(error) != _NEEDS_PROCESS:
                raise
            if not self._sees_every_table():
                raise RollbackRefused(
                    "Foreign keys of other schemas of this server may point at seeded tables, but our user cannot see them: "
                    "expected the privilege PROCESS. Nothing has changed. "
                    f"Run GRANT PROCESS ON *.* TO {self.grantee()} as an administrator, then run the same command again."
                ) from error
        return [tuple(row) for row in self._connection.exec_driver_sql(_VISIBLE_KEYS)]

    def grantee(self) -> str:
        """Return our user in the form of a GRANT."""
        user = self._connection.exec_driver_sql("SELECT CURRENT_USER()").scalar_one()
        name, _, host = str(user).rpartition("@")
        return f"'{name}'@'{host}'"

    def _sees_every_table(self) -> bool:
        """Tell whether all keys are visible: our user may read every table, or sees that there are no other schemas."""
        grants = [str(row[0]) for row in self._connection.exec_driver_sql("SHOW GRANTS")]
        everywhere = " ".join(re.findall(r"^GRANT (.*) ON \*\.\* TO", "\n".join(grants), re.MULTILINE))
        if re.search(r"\bALL PRIVILEGES\b|\bSELECT\b", everywhere):
            return True
        if "SHOW DATABASES" not in everywhere:
            return False
        schemas = self._connection.exec_driver_sql(
            "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name <> DATABASE() "
            "AND schema_name NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')"
        ).scalar_one()
        return int(schemas) == 0


def _highest(kind: str, is_unsigned: bool) -> int:
    """Return the highest integer of a type, but no higher than the ledger can record."""
    bits = _BITS.get(kind, 64) - (0 if is_unsigned else 1)
    return min((1 << bits) - 1, LARGEST_ID)
