"""SQLite, for a laptop and for tests.

It keeps what its own shell would change: control characters in a literal are spelled out.
"""

import re
from collections.abc import Iterable, Mapping

from terp_seed.engine.dialect import MARKS, Dialect

_CONTROLS = re.compile("[\x01-\x1f\x7f-\x9f]{1,100}")  # SQLite bounds the number of arguments
_MOST_PIECES = 100  # SQLite bounds the depth of an expression


class SQLite(Dialect):
    """The dialect of SQLite."""

    name = "sqlite"
    title = "SQLite"
    # a script runs in somebody's shell, whose ~/.sqliterc may say otherwise; its stops are CHECKs
    preamble = (
        "PRAGMA foreign_keys = ON",
        "PRAGMA ignore_check_constraints = OFF",
        "PRAGMA recursive_triggers = OFF",
        "PRAGMA query_only = OFF",
    )
    apply_with = "sqlite3 -bail DATABASE < THIS_FILE"
    script_caveat = (
        "On this kind of database a script cannot hold a lock beyond a transaction: let no other seeding run beside it."
    )

    def quote(self, identifier: str) -> str:
        """Return the identifier in double quotes."""
        return '"' + identifier.replace('"', '""') + '"'

    def _hard_text(self, value: str) -> str:
        if MARKS.search(value) or len(_CONTROLS.findall(value)) > _MOST_PIECES:
            return f"CAST(x'{value.encode().hex()}' AS TEXT)"
        quoted = value.replace("'", "''")
        # the sqlite3 shell turns CR LF into LF inside a literal, so control characters are spelled out
        spelled, runs = _CONTROLS.subn(lambda run: f"'||char({','.join(str(ord(c)) for c in run[0])})||'", quoted)
        return f"('{spelled}')" if runs else f"'{quoted}'"

    def stop_table(self, name: str, sentences: Iterable[str]) -> tuple[str, ...]:
        """Return a table with a CHECK for each sentence, and the sentence as its name."""
        checks = ",\n".join(
            f'CONSTRAINT {self.quote(sentence)} CHECK ("stop" <> {self.text(sentence)})' for sentence in sentences
        )
        return (f"DROP TABLE IF EXISTS temp.{self.quote(name)}", f'CREATE TEMP TABLE {self.quote(name)} ("stop" TEXT,\n{checks})')

    def stop(self, name: str, sentence: str, condition: str) -> str:
        """Return the insert of the sentence where the condition holds."""
        return f"INSERT INTO temp.{self.quote(name)} SELECT {self.text(sentence)} WHERE\n{condition}"

    def columns_found(self, table: str, columns: Iterable[str]) -> str:
        """Return it by PRAGMA table_info."""
        return (
            f"(SELECT COUNT(*) FROM pragma_table_info({self.text(table)}) WHERE name IN ({', '.join(map(self.text, columns))}))"
        )

    def temporary_like(self, name: str, table: str) -> tuple[str, ...]:
        """Return a table made of a SELECT, which keeps the columns' affinities."""
        return (
            f"DROP TABLE IF EXISTS temp.{self.quote(name)}",
            f"CREATE TEMP TABLE {self.quote(name)} AS SELECT * FROM {self.quote(table)} WHERE 0",
        )

    def same(self, left: str, right: str) -> str:
        """Return IS, which compares bytes and takes NULL for a value."""
        return f"{left} IS {right}"

    def announced(self, table: str, insert: str, last_id: int) -> tuple[str, ...]:
        """Return them, with the keys looked at when the transaction ends."""
        return "PRAGMA defer_foreign_keys = ON", insert, f'DELETE FROM {self.quote(table)} WHERE "id" = {last_id}'

    def json_rows(self, table: str, column: str, fields: Mapping[str, str], condition: str) -> str:
        """Return it by json_each. The casts matter: without a type, SQLite joins on the field without an index."""
        types = {name: "INTEGER" if kind == "INT" else "NUMERIC" for name, kind in fields.items()}
        names = ", ".join(f"CAST(json_extract(j.value, '$.{name}') AS {kind}) AS \"{name}\"" for name, kind in types.items())
        return f'SELECT r."id", {names} FROM {self.quote(table)} AS r, json_each(r."{column}") AS j WHERE {condition}'
