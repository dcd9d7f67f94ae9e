"""The dialect of SQLite, for development and tests.

Control characters in literals are written with char(), because SQLite's shell would change some of them.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping

from terp_seed.backends.sqlite.catalogue import SQLiteCatalogue
from terp_seed.backends.sqlite.script_rehearsal import SQLiteRehearsal
from terp_seed.sql.catalogue import Catalogue
from terp_seed.sql.dialect import MODULUS, Dialect
from terp_seed.sql.rehearsal import ScriptRehearsal
from terp_seed.sql.spelling import MARKS

_CONTROLS = re.compile("[\x01-\x1f\x7f-\x9f]{1,100}")  # SQLite limits the number of arguments
_VERBS = ("INSERT", "UPDATE", "DELETE")
_MOST_PIECES = 100  # SQLite limits the depth of an expression


class SQLite(Dialect):
    """The dialect of SQLite."""

    name = "sqlite"
    title = "SQLite"
    lexer = "sql"
    # a script may run in a shell whose ~/.sqliterc sets these differently; its checks are CHECK constraints
    preamble = (
        "PRAGMA foreign_keys = ON",
        "PRAGMA ignore_check_constraints = OFF",
        "PRAGMA recursive_triggers = OFF",
        "PRAGMA query_only = OFF",
    )
    script_preamble = preamble
    drops_on_condition = False
    apply_with = "sqlite3 -bail DATABASE < THIS_FILE"
    script_caveat = (
        "On this kind of database a script cannot hold a lock beyond a transaction: let no other seeding run beside it. A client "
        "of your own has to bring the function sha3(text) along, as the sqlite3 shell does. The pragmas hold for its connection."
    )

    def quote(self, identifier: str) -> str:
        """Return the identifier in double quotes."""
        return '"' + identifier.replace('"', '""') + '"'

    def _hard_text(self, value: str) -> str:
        if MARKS.search(value) or len(_CONTROLS.findall(value)) > _MOST_PIECES:
            return f"CAST(x'{value.encode().hex()}' AS TEXT)"
        quoted = value.replace("'", "''")
        # the sqlite3 shell turns CR LF inside a literal into LF, so control characters are written with char()
        spelled, runs = _CONTROLS.subn(lambda run: f"'||char({','.join(str(ord(c)) for c in run[0])})||'", quoted)
        return f"('{spelled}')" if runs else f"'{quoted}'"

    def open_script(self, sentences: Iterable[str]) -> tuple[str, ...]:
        """Return the creation of a table with a CHECK per sentence, named after it, and of one for the debts of `begin`."""
        checks = ",\n".join(
            f'CONSTRAINT {self.quote(sentence)} CHECK ("stop" <> {self.text(sentence)})' for sentence in sentences
        )
        return (
            'DROP TABLE IF EXISTS temp."seed_debt"',
            'DROP TABLE IF EXISTS temp."seed_stop"',
            f'CREATE TEMP TABLE "seed_stop" ("stop" PRIMARY KEY,\n{checks})',
            'CREATE TEMP TABLE "seed_debt" ("stop" REFERENCES "seed_stop" ("stop") DEFERRABLE INITIALLY DEFERRED)',
        )

    def stop(self, number: int, sentence: str, condition: str) -> str:
        """Return the INSERT of the sentence if the condition holds, else of the number."""
        return f'INSERT INTO temp."seed_stop" SELECT CASE WHEN\n{condition}\n  THEN {self.text(sentence)} ELSE {number} END'

    def begin(self, name: str) -> tuple[str, ...]:
        """Return BEGIN, and a debt: a violated deferred foreign key, with which a COMMIT fails."""
        return "BEGIN", f'INSERT INTO temp."seed_debt" VALUES ({self.text(f"paid {name}")})'

    def commit(self, name: str, checks: int) -> tuple[str, ...]:
        """Return the payment of the debt if the checks have passed, and COMMIT."""
        return (
            f'INSERT INTO temp."seed_stop" SELECT {self.text(f"paid {name}")} WHERE {self.held(checks)}',
            'DELETE FROM temp."seed_debt" WHERE "stop" IN (SELECT "stop" FROM temp."seed_stop")',
            "COMMIT",
        )

    def held(self, checks: int) -> str:
        """Return a count of the integers, since a sentence is text."""
        return f'(SELECT COUNT(*) FROM temp."seed_stop" WHERE typeof("stop") = \'integer\') = {checks}'

    def watch(self, tables: Iterable[str]) -> tuple[str, ...]:
        """Return triggers, for a client that rolls back after an error and then continues without a transaction."""
        return tuple(
            f"CREATE TEMP TRIGGER {self._trigger(verb, table)} BEFORE {verb} ON main.{self.quote(table)}\n"
            'WHEN NOT EXISTS (SELECT 1 FROM temp."seed_debt")\n'
            # off if the client had begun a transaction before the script: the debt would have no effect then
            "  OR (SELECT foreign_keys FROM pragma_foreign_keys) <> 1\n"
            "BEGIN SELECT RAISE(ABORT, 'An earlier statement of this script failed: nothing more is written. Close this "
            "connection.'); END"
            for table in tables
            for verb in _VERBS
        )

    def undo_rest(self) -> tuple[str, ...]:
        """Return an INSERT of each debt, twice: if one is left, it fails and rolls back. A bare ROLLBACK needs a transaction."""
        twice = 'SELECT d."stop" FROM temp."seed_debt" AS d, (SELECT 1 UNION ALL SELECT 2)'
        return (f'INSERT OR ROLLBACK INTO temp."seed_stop" {twice}',)

    def close_script(self, tables: Iterable[str]) -> tuple[str, ...]:
        """Return the statements that drop the triggers and the temporary tables."""
        triggers = tuple(f"DROP TRIGGER IF EXISTS temp.{self._trigger(verb, table)}" for table in tables for verb in _VERBS)
        tables = ("seed_debt", "seed_stop", "seed_value")
        return (*triggers, *(f'DROP TABLE IF EXISTS temp."{name}"' for name in tables))

    def _trigger(self, verb: str, table: str) -> str:
        return self.quote(f"seed_{verb.lower()}_{table}")

    @property
    def changed_one(self) -> str:
        """Return a condition on changes(), which is about the last INSERT, UPDATE or DELETE."""
        return "changes() = 1"

    def unknown_keys(self, targets: Iterable[str], known: Iterable[str], others: Iterable[str]) -> str:
        """Return a condition on pragma_foreign_key_list, which a SELECT can query."""
        names, ours, theirs = (", ".join(self.text(name.lower()) for name in some) for some in (targets, known, others))
        tables = "FROM sqlite_master AS m WHERE m.type = 'table' AND LOWER(m.name)"
        keys = f'EXISTS (SELECT 1 FROM pragma_foreign_key_list(m.name) AS k WHERE LOWER(k."table") IN ({names}))'
        return f"  EXISTS (SELECT 1 {tables} NOT IN ({ours}) AND {keys})" + (
            f"\n  OR EXISTS (SELECT 1 {tables} IN ({theirs}))" if theirs else ""
        )

    @property
    def catalogue(self) -> Catalogue:
        """Return those of its pragmas."""
        return SQLiteCatalogue(self.text)

    def digests(self, key: str, source: str, where: str, groups: Mapping[str, Iterable[str]]) -> str:
        """Return the digests with sha3(), which SQLite's shell has, and our connections define."""
        # quote() stops at a NUL, and a change after it is an edit too
        spelled = "CASE WHEN instr({0}, char(0)) THEN hex({0}) ELSE quote({0}) END"
        texts = {name: " || ',' || ".join([key, *map(spelled.format, values)]) for name, values in groups.items()}
        hashes = ", ".join(f'hex(sha3({text})) AS "{name}"' for name, text in texts.items())
        sums = ", ".join(f'({_sum_of_hashes(name)}) AS "{name}"' for name in groups)
        # materialized, or the sub-select would be evaluated again for each digit
        return (
            f'SELECT COUNT(*) AS "n", {sums} FROM (WITH "hashes" AS MATERIALIZED (\n'
            f'  SELECT {hashes} FROM {source} WHERE {where}\n) SELECT * FROM "hashes")'
        )

    def _as_key(self, column: str, kind: str) -> str:
        if kind == "bytes":
            return f"hex({column})"
        if kind == "moment":
            return f"CAST({column} AS TEXT) || CASE WHEN length({column}) = 19 THEN '.000000' ELSE '' END"
        return f"LOWER(REPLACE(CAST({column} AS TEXT), '-', ''))" if kind == "uuid" else f"CAST({column} AS TEXT)"

    def as_double(self, expression: str) -> str:
        """Return the expression unchanged: every real number is a double."""
        return expression

    def temporary_copy(self, name: str, table: str, columns: Iterable[str]) -> tuple[str, ...]:
        """Return CREATE … AS SELECT, which keeps only the columns' affinities, and an index on the id."""
        names = ", ".join(map(self.quote, columns))
        return (
            f"DROP TABLE IF EXISTS temp.{self.quote(name)}",
            f"CREATE TEMP TABLE {self.quote(name)} AS SELECT {names} FROM main.{self.quote(table)} WHERE 0",
            f"CREATE UNIQUE INDEX temp.{self.quote(f'{name}_id')} ON {self.quote(name)} ({self.key_list(table)})",
        )

    @property
    def rehearsal(self) -> ScriptRehearsal:
        """Return one in the tables themselves."""
        return SQLiteRehearsal(self)

    def update_from(self, table: str, source: str, joined: str, values: Mapping[str, str], conditions: Iterable[str]) -> str:
        """Return UPDATE … FROM."""
        assigned = ", ".join(f"{self.quote(name)} = {value}" for name, value in values.items())
        return f"UPDATE {table} SET {assigned}\nFROM {source} WHERE {' AND '.join((joined, *conditions))}"

    def declare_variables(self) -> tuple[str, ...]:
        """Return the creation of a temporary table that holds the variables."""
        return ('CREATE TEMP TABLE IF NOT EXISTS "seed_value" ("name" TEXT PRIMARY KEY, "value" INTEGER)',)

    def set_variable(self, name: str, expression: str) -> str:
        """Return the INSERT of the variable's row."""
        return f'INSERT OR REPLACE INTO temp."seed_value" ("name", "value") VALUES ({self.text(name)}, {expression})'

    def variable(self, name: str) -> str:
        """Return a lookup of the variable's row."""
        return f'(SELECT "value" FROM temp."seed_value" WHERE "name" = {self.text(name)})'

    def same(self, left: str, right: str) -> str:
        """Return IS, which compares bytes and is NULL-safe."""
        return f"{left} IS {right}"

    def announced(self, table: str, insert: str, last_id: int) -> tuple[str, ...]:
        """Return INSERT and DELETE, with foreign keys deferred to the end of the transaction."""
        return "PRAGMA defer_foreign_keys = ON", insert, f"DELETE FROM {self.quote(table)} WHERE {self.key(table)} = {last_id}"

    def json_rows(self, table: str, column: str, fields: Mapping[str, str], condition: str) -> str:
        """Return a SELECT with json_each. The casts matter: without a type, SQLite joins on the field without an index."""
        types = {name: "INTEGER" if kind == "INT" else "NUMERIC" for name, kind in fields.items()}
        names = ", ".join(f"CAST(json_extract(j.value, '$.{name}') AS {kind}) AS \"{name}\"" for name, kind in types.items())
        source = f'{self.quote(table)} AS r, json_each(r."{column}") AS j'
        return f"SELECT {self.key(table, 'r')}, {names} FROM {source} WHERE {condition}"

    def binary(self, value: bytes) -> str:
        """Return a hexadecimal literal."""
        return f"x'{value.hex()}'"

    def whole_number(self, expression: str) -> str:
        """Return a CAST if the text consists of digits."""
        return f"CASE WHEN {expression} <> '' AND {expression} NOT GLOB '*[^0-9]*' THEN CAST({expression} AS INTEGER) END"

    def json_source(self, column: str, path: str, alias: str) -> str:
        """Return json_each of a list; it must not see invalid JSON, which is an error, or an object, whose values it lists."""
        if path == "$":
            document = f"json_array(json(CASE WHEN json_valid({column}) THEN {column} ELSE 'null' END))"
        else:
            place = path.removesuffix("[*]")
            is_list = f"WHEN json_type({column}, '{place}') = 'array' THEN json_extract({column}, '{place}')"
            document = f"CASE WHEN NOT json_valid({column}) THEN '[]' {is_list} ELSE '[]' END"
        return f"json_each({document}) AS {alias}"

    def json_field(self, alias: str, path: str) -> str:
        """Return the integer at the path, whether it is a number or a text there."""
        return self.whole_number(f"CAST({self.json_text(alias, path)} AS TEXT)")

    def json_text(self, alias: str, path: str) -> str:
        """Return the unquoted value at the path; in a list of plain values, the value itself."""
        if path == "$":
            return f"{alias}.value"
        return f"CASE WHEN {alias}.type = 'object' THEN json_extract({alias}.value, '{path}') END"


def sha3(value: object) -> bytes:
    """Return the SHA3-256 of a value's text, like the function of SQLite's shell."""
    return hashlib.sha3_256(str(value).encode()).digest()


def _sum_of_hashes(column: str) -> str:
    """Return the sum, modulo 2^60, of the first 15 digits of a column of hexadecimal texts.

    SQLite parses only decimal digits, and sums must not exceed 2^63, so each digit is looked up, and the first eight and the
    last seven are added separately.
    """
    first, last = (
        " + ".join(
            f"((instr('0123456789ABCDEF', substr(\"{column}\", {place}, 1)) - 1) << {4 * (high - place)})"
            for place in range(low, high + 1)
        )
        for low, high in ((1, 8), (9, 15))
    )
    return f"(COALESCE(SUM({first}), 0) % {2**32} * {2**28} + COALESCE(SUM({last}), 0)) % {MODULUS}"
