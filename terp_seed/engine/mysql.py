"""MySQL and MariaDB, which agree on everything that we write.

What the two understand differently does not stand in any text of ours.
"""

import re
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from terp_seed.engine import mysql_session
from terp_seed.engine.dialect import MARKS, Dialect

_CONTROLS_WITHOUT_ESCAPE = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class MySQL(Dialect):
    """The dialect of MySQL and MariaDB."""

    name = "mysql"
    title = "MySQL or MariaDB"
    preamble = (
        "SET NAMES utf8mb4",
        "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
        "NO_ENGINE_SUBSTITUTION'",
        "SET SESSION time_zone = '+00:00'",
        *mysql_session.PINS,
    )
    # children of the same table have higher ids than their parents, and InnoDB checks row by row
    delete_order = " ORDER BY `id` DESC"
    locking_read = " FOR UPDATE"
    apply_with = "mysql --skip-reconnect --host=HOST --user=USER --password DATABASE < THIS_FILE"
    script_preamble = ("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", "SET SESSION autocommit = 1")
    _escapes = str.maketrans({"'": "''", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})

    def quote(self, identifier: str) -> str:
        """Return the identifier in backticks."""
        return f"`{identifier.replace('`', '``')}`"

    def _hard_text(self, value: str) -> str:
        if MARKS.search(value) or _CONTROLS_WITHOUT_ESCAPE.search(value):
            return f"_utf8mb4 0x{value.encode().hex()}"
        return f"'{value.translate(self._escapes)}'"

    def require_fit(self, connection: sa.Connection) -> None:
        """Refuse what our user may not set."""
        mysql_session.require_fit(connection)

    def stop_table(self, name: str, sentences: Iterable[str]) -> tuple[str, ...]:
        """Return a table of one number: strict mode refuses a sentence there, and shows its first 128 characters."""
        table = self.quote(name)
        return (f"DROP TEMPORARY TABLE IF EXISTS {table}", f"CREATE TEMPORARY TABLE {table} (`stop` INT PRIMARY KEY)")

    def stop(self, name: str, sentence: str, condition: str) -> str:
        """Return the insert of the sentence where the condition holds."""
        return f"INSERT INTO {self.quote(name)} SELECT {self.text(sentence)} FROM DUAL WHERE\n{condition}"

    def columns_found(self, table: str, columns: Iterable[str]) -> str:
        """Return it by the server's catalogue."""
        names = ", ".join(map(self.text, columns))
        return (
            "(SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() "
            f"AND table_name = {self.text(table)} AND column_name IN ({names}))"
        )

    def take_lock(self, name: str) -> tuple[str, str]:
        """Return GET_LOCK with a second's patience; the lock ends with the client's connection."""
        return f"SET @seed_lock = GET_LOCK({self.text(name)}, 1)", "COALESCE(@seed_lock, 0) <> 1"

    def release_lock(self, name: str) -> str:
        """Return RELEASE_LOCK, without its result."""
        return f"DO RELEASE_LOCK({self.text(name)})"

    def lock_rows(self, table: str, condition: str) -> str:
        """Return a locking read that prints nothing."""
        return f"DO (SELECT COUNT(*) FROM {self.quote(table)} WHERE {condition} FOR UPDATE)"

    def key_stops(
        self, stop_table: str, targets: Iterable[str], ours: Iterable[str], ledger: str, refers: str, leaves: str
    ) -> tuple[str, ...]:
        """Return one prepared statement for all keys, made of the server's catalogue when the script runs."""
        stays = f" AND NOT EXISTS (SELECT 1 FROM {self.quote(ledger)} AS o WHERE {leaves})"
        own, seeded = (", ".join(map(self.text, names)) for names in (ours, targets))
        return (
            "SET SESSION group_concat_max_len = 4294967295",
            f"SELECT COALESCE(CONCAT('INSERT INTO {self.quote(stop_table)} ', GROUP_CONCAT(k.`one` SEPARATOR ' UNION ALL '), "
            "' LIMIT 1'), 'DO 0') INTO @seed_keys\nFROM (\n"
            "  SELECT CONCAT('SELECT ', QUOTE(CONCAT('Rows of ', table_name, '.', MIN(column_name),\n"
            "      ' were not seeded and refer to seeded ', referenced_table_name)),\n"
            f"    ' FROM {self.quote(ledger)} AS b, `', referenced_table_name, '` AS t, `', table_schema, '`.`', table_name, "
            "'` AS r WHERE ',\n"
            "    GROUP_CONCAT('t.`', referenced_column_name, '` = r.`', column_name, '`' SEPARATOR ' AND '), ' AND ',\n"
            f"    REPLACE({self.text(refers)}, '<table>', QUOTE(referenced_table_name)),\n"
            f"    IF(table_schema = DATABASE() AND table_name IN ({own}),\n"
            f"      REPLACE({self.text(stays)}, '<table>', QUOTE(table_name)), '')) AS `one`\n"
            "  FROM information_schema.key_column_usage\n"
            f"  WHERE referenced_table_schema = DATABASE() AND referenced_table_name IN ({seeded})\n"
            "  GROUP BY table_schema, table_name, constraint_name, referenced_table_name\n"
            ") AS k",
            "PREPARE seed_keys FROM @seed_keys",
            "EXECUTE seed_keys",
        )

    def temporary_like(self, name: str, table: str) -> tuple[str, ...]:
        """Return CREATE TEMPORARY TABLE LIKE."""
        return (
            f"DROP TEMPORARY TABLE IF EXISTS {self.quote(name)}",
            f"CREATE TEMPORARY TABLE {self.quote(name)} LIKE {self.quote(table)}",
        )

    def same(self, left: str, right: str) -> str:
        """Return the NULL-safe comparison of the bytes: a collation takes A for a."""
        return f"CAST({left} AS BINARY) <=> CAST({right} AS BINARY)"

    def announced(self, table: str, insert: str, last_id: int) -> tuple[str, ...]:
        """Return them between two settings of the session."""
        delete = f"DELETE FROM {self.quote(table)} WHERE `id` = {last_id}"
        return "SET SESSION foreign_key_checks = 0", insert, delete, "SET SESSION foreign_key_checks = 1"

    def json_rows(self, table: str, column: str, fields: Mapping[str, str], condition: str) -> str:
        """Return it by JSON_TABLE, which MySQL takes from a base table only."""
        columns = ", ".join(f"`{name}` {kind} PATH '$.{name}'" for name, kind in fields.items())
        names = ", ".join(f"j.`{name}`" for name in fields)
        source = f"{self.quote(table)} AS r, JSON_TABLE(r.`{column}`, '$[*]' COLUMNS ({columns})) AS j"
        return f"SELECT r.`id`, {names} FROM {source} WHERE {condition}"
