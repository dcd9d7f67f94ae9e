"""The dialect of MySQL and MariaDB.

It contains only SQL that both understand in the same way.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.dialects.mysql import BIT
from sqlalchemy.types import TypeEngine

from terp_seed.backends.mysql import session as mysql_session
from terp_seed.backends.mysql.catalogue import MySQLCatalogue
from terp_seed.backends.mysql.listed_key import as_key, joined_key
from terp_seed.backends.mysql.own_types import own_types
from terp_seed.backends.mysql.script_rehearsal import MySQLRehearsal
from terp_seed.backends.mysql.search import MySQLSearch
from terp_seed.sql.dialect import MODULUS, Dialect
from terp_seed.sql.rehearsal import ScriptRehearsal
from terp_seed.sql.search import Search
from terp_seed.sql.spelling import BYTES, MARKS, OwnType

_STOPS = "`seed_stop`"
_CONTROLS_WITHOUT_ESCAPE = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class MySQL(Dialect):
    """The dialect of MySQL and MariaDB."""

    name = "mysql"
    title = "MySQL or MariaDB"
    lexer = "mysql"
    preamble = (
        "SET NAMES utf8mb4",
        # a live column may have '0000-00-00' for its default
        "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
        "SET SESSION time_zone = '+00:00'",
        *mysql_session.PINS,
    )
    # within a table children have higher ids than their parents, and InnoDB checks foreign keys row by row
    deletes_downward = True
    locking_read = " FOR UPDATE"
    by_primary_key = " FORCE INDEX (PRIMARY)"
    apply_with = "mysql --skip-reconnect --host=HOST --user=USER --password DATABASE < THIS_FILE"
    script_preamble = (
        "SET TRANSACTION READ WRITE",  # refused (1568) while a transaction is open, which the script would commit
        *mysql_session.KEEP,
        *preamble,
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "SET SESSION autocommit = 1",
    )
    _escapes = str.maketrans({"'": "''", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})

    @property
    def own_types(self) -> tuple[OwnType, ...]:
        """Return YEAR, BIT and SET."""
        return own_types(self.text)

    def quote(self, identifier: str) -> str:
        """Return the identifier in backticks."""
        return f"`{identifier.replace('`', '``')}`"

    def _hard_text(self, value: str) -> str:
        if MARKS.search(value) or _CONTROLS_WITHOUT_ESCAPE.search(value):
            return f"_utf8mb4 0x{value.encode().hex()}"
        return f"'{value.translate(self._escapes)}'"

    def open_script(self, sentences: Iterable[str]) -> tuple[str, ...]:
        """Return the creation of a table with a number column, which refuses a sentence and shows its first 128 characters.

        After that, the session's transactions are read-only, which still allows writes to temporary tables.
        """
        return (
            f"DROP TEMPORARY TABLE IF EXISTS {_STOPS}",
            f"CREATE TEMPORARY TABLE {_STOPS} (`stop` INT PRIMARY KEY) ENGINE=InnoDB",
            "SET SESSION autocommit = 0",
            "COMMIT",
            "SET SESSION TRANSACTION READ ONLY",
        )

    def stop(self, number: int, sentence: str, condition: str) -> str:
        """Return the INSERT of the sentence if the condition holds, else of the number."""
        return f"INSERT INTO {_STOPS} SELECT IF(\n{condition},\n  {self.text(sentence)}, {number})"

    def stop_found(self, number: int, sentence: str) -> str:
        """Return the INSERT of the sentence, or of the number if that is NULL."""
        return f"INSERT INTO {_STOPS} SELECT COALESCE({sentence}, {number})"

    def begin(self, name: str) -> tuple[str, ...]:
        """Return BEGIN. With autocommit off, only `commit` ends the transaction."""
        return ("BEGIN",)

    def commit(self, name: str, checks: int) -> tuple[str, ...]:
        """Return a COMMIT that is prepared only if the checks have passed, else the session stays read-only.

        The first SET is a default: if the query in the second one fails, the previous table's COMMIT must not be prepared again.
        """
        return (
            "SET @seed_step = 'ROLLBACK'",
            f"SET @seed_step = IF({self.held(checks)}, 'COMMIT', 'ROLLBACK')",
            "PREPARE seed_step FROM @seed_step",
            "EXECUTE seed_step",
            "ROLLBACK",  # if even that could not be prepared: the next BEGIN would commit
            "SET SESSION TRANSACTION READ ONLY",
            *self.let_write(checks),
        )

    def held(self, checks: int) -> str:
        """Return a count of the numbers: in a lax session, a sentence would be stored as 0."""
        return f"(SELECT COUNT(*) FROM {_STOPS} WHERE `stop` > 0) = {checks}"

    def let_write(self, checks: int) -> tuple[str, ...]:
        """Return the end of the read-only session, prepared only if the checks have passed."""
        return (
            "COMMIT",
            "SET @seed_step = 'DO 0'",
            f"SET @seed_step = IF({self.held(checks)}, 'SET SESSION TRANSACTION READ WRITE', 'DO 0')",
            "PREPARE seed_step FROM @seed_step",
            "EXECUTE seed_step",
            "COMMIT",
        )

    def close_script(self, tables: Iterable[str]) -> tuple[str, ...]:
        """Return the statements that drop the temporary table and give the session its own settings back."""
        return "COMMIT", f"DROP TEMPORARY TABLE IF EXISTS {_STOPS}", *mysql_session.GIVE_BACK

    @property
    def changed_one(self) -> str:
        """Return a condition on ROW_COUNT(), which is -1 after an error."""
        return "ROW_COUNT() = 1"

    @property
    def catalogue(self) -> MySQLCatalogue:
        """Return those of the information schema."""
        return MySQLCatalogue(self.text)

    def take_lock(self, name: str) -> tuple[str, str]:
        """Return GET_LOCK with a timeout of one second. The lock ends with the client's connection."""
        return f"SET @seed_lock = GET_LOCK({self.text(name)}, 1)", "COALESCE(@seed_lock, 0) <> 1"

    def release_lock(self, name: str) -> str:
        """Return RELEASE_LOCK without a result set."""
        return f"DO RELEASE_LOCK({self.text(name)})"

    def lock_rows(self, table: str, condition: str) -> str:
        """Return a locking read without a result set."""
        return f"DO (SELECT COUNT(*) FROM {self.quote(table)}{self.by_key(table)} WHERE {condition} FOR UPDATE)"

    def search(self, looking: Search) -> tuple[tuple[str, ...], tuple[str, ...], str]:
        """Return the search as one prepared statement, built from the server's catalogue when the script runs."""
        return MySQLSearch(self, looking, self.whole_number).references()

    def derived_deletes(self, looking: Search) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return a prepared DELETE for each derived table."""
        return MySQLSearch(self, looking, self.whole_number).derived_deletes()

    def digests(self, key: str, source: str, where: str, groups: Mapping[str, Iterable[str]]) -> str:
        """Return the digests with SHA2, which every version has: MySQL 9.7 has neither MD5 nor SHA1."""
        sums = []
        for name, values in groups.items():
            row = ", ".join((key, *(f"QUOTE({value})" for value in values)))
            number = f"CAST(CONV(LEFT(SHA2(CONCAT_WS(',', {row}), 256), 15), 16, 10) AS UNSIGNED)"
            sums.append(f"COALESCE(SUM({number}), 0) % {MODULUS} AS `{name}`")
        return f"SELECT COUNT(*) AS `n`, {', '.join(sums)} FROM {source} WHERE {where}"

    def exact(self, expression: str, kind: TypeEngine[Any] | None) -> str:
        """Return HEX() of bytes, which are no text of any character set."""
        return f"HEX({expression})" if isinstance(kind, (BYTES, BIT)) else super().exact(expression, kind)

    _as_key = staticmethod(as_key)
    _joined_key = staticmethod(joined_key)

    def as_double(self, expression: str) -> str:
        """Return a CAST to DOUBLE."""
        return f"CAST({expression} AS DOUBLE)"

    def temporary_copy(self, name: str, table: str, columns: Iterable[str]) -> tuple[str, ...]:
        """Return CREATE … AS SELECT. LIKE would copy the CHECKs, and refuses partitioned tables."""
        names = ", ".join(map(self.quote, columns))
        return (
            f"DROP TEMPORARY TABLE IF EXISTS {self.quote(name)}",
            f"CREATE TEMPORARY TABLE {self.quote(name)} (PRIMARY KEY ({self.indexed_key(table, 191)})) ENGINE=InnoDB "
            f"AS SELECT {names} FROM {self.quote(table)} WHERE FALSE",
        )

    def update_from(self, table: str, source: str, joined: str, values: Mapping[str, str], conditions: Iterable[str]) -> str:
        """Return UPDATE … JOIN. The target's alias is the last word of `table`."""
        alias = table.rpartition(" ")[2]
        assigned = ", ".join(f"{alias}.{self.quote(name)} = {value}" for name, value in values.items())
        return f"UPDATE {table} JOIN {source} ON {joined}\nSET {assigned} WHERE {' AND '.join(conditions)}"

    def set_variables(self, numbers: Mapping[str, int]) -> tuple[str, ...]:
        """Return one SET."""
        assigned = ", ".join(f"{self.variable(name)} = {number}" for name, number in numbers.items())
        return (f"SET {assigned}",) if numbers else ()

    @property
    def rehearsal(self) -> ScriptRehearsal:
        """Return one in temporary copies."""
        return MySQLRehearsal(self, self.catalogue)

    def set_variable(self, name: str, expression: str) -> str:
        """Return SET of a user variable."""
        return f"SET @{self.quote(f'seed_{name}')} = {expression}"

    def variable(self, name: str) -> str:
        """Return the user variable."""
        return f"@{self.quote(f'seed_{name}')}"

    def same(self, left: str, right: str) -> str:
        """Return the NULL-safe comparison of the bytes: a collation may ignore letter case."""
        return f"CAST({left} AS BINARY) <=> CAST({right} AS BINARY)"

    def announced(self, table: str, insert: str, last_id: int) -> tuple[str, ...]:
        """Return INSERT and DELETE with foreign key checks switched off."""
        return self.unchecked((insert, f"DELETE FROM {self.quote(table)} WHERE {self.key(table)} = {last_id}"))

    def unchecked(self, statements: tuple[str, ...]) -> tuple[str, ...]:
        """Switch foreign key checks off: InnoDB refuses to delete a row that refers to itself. The guard has seen all others."""
        return "SET SESSION foreign_key_checks = 0", *statements, "SET SESSION foreign_key_checks = 1"

    def json_rows(self, table: str, column: str, fields: Mapping[str, str], condition: str) -> str:
        """Return a SELECT with JSON_TABLE, which MySQL supports only on base tables."""
        kinds = {name: "BIGINT" if kind == "INT" else kind for name, kind in fields.items()}
        columns = ", ".join(f"`{name}` {kind} PATH '$.{name}'" for name, kind in kinds.items())
        names = ", ".join(f"j.`{name}`" for name in fields)
        source = f"{self.quote(table)} AS r, JSON_TABLE(r.`{column}`, '$[*]' COLUMNS ({columns})) AS j"
        # the LIMIT prevents a merge into a join, in which MySQL may read each list once per row of another table
        return f"SELECT {self.key(table, 'r')}, {names} FROM {source} WHERE {condition} LIMIT {2**63 - 1}"

    def binary(self, value: bytes) -> str:
        """Return a hexadecimal literal."""
        return f"x'{value.hex()}'"

    def whole_number(self, expression: str) -> str:
        """Return a CAST if the text consists of digits."""
        return f"CASE WHEN {expression} REGEXP '^[0-9]{{1,18}}$' THEN CAST({expression} AS SIGNED) END"

    def json_source(self, column: str, path: str, alias: str) -> str:
        """Return a JSON_TABLE; it must not see invalid JSON, which is an error."""
        return f"JSON_TABLE(IF(JSON_VALID({column}), {column}, '[]'), '{path}' COLUMNS (`document` JSON PATH '$')) AS {alias}"

    def json_field(self, alias: str, path: str) -> str:
        """Return the integer at the path, whether it is a number or a text there."""
        return self.whole_number(self.json_text(alias, path))

    def json_text(self, alias: str, path: str) -> str:
        """Return the unquoted value at the path."""
        return f"JSON_UNQUOTE(JSON_EXTRACT({alias}.`document`, '{path}'))"
