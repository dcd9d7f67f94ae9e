"""The dialect: the one place that knows which database this is.

Literals mean the same in every session that has run the preamble, whatever the server's own settings are.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping

from sqlalchemy.engine import URL

from terp_seed.errors import BadSetting, SeedError

# Characters that a plain '…' cannot show to a reviewer as they are: quotes and backslashes, control characters, and marks
# that hide or reorder text on the screen. NUL and lone surrogates are no text at all.
_REORDERING = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
_HARD = re.compile(f"['\\\\\x00-\x1f\x7f-\x9f{_REORDERING}\ud800-\udfff]")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_MARKS = re.compile(f"[{_REORDERING}]")
_CONTROLS = re.compile("[\x01-\x1f\x7f-\x9f]{1,100}")  # SQLite bounds the number of arguments
_CONTROLS_WITHOUT_ESCAPE = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_MOST_PIECES = 100  # SQLite bounds the depth of an expression
_PLAIN = bytes(code for code in range(0x20, 0x7F) if chr(code) not in "'\\")


def is_plain(text: str) -> bool:
    """Tell, at a glance, that a text can stand between quotes as it is, in every dialect. False says nothing."""
    return text.isascii() and not text.encode().translate(None, _PLAIN)


class Dialect(ABC):
    """A Dialect writes SQL text for one kind of database."""

    name: str
    title: str
    preamble: tuple[str, ...]
    delete_order: str = ""
    locking_read: str = ""

    @classmethod
    def of(cls, url: URL) -> "Dialect":
        """Return the dialect of a database address. Raises BadSetting where there is none."""
        name = url.get_backend_name()
        if name == "sqlite":
            return SQLite()
        if name in ("mysql", "mariadb"):
            return MySQL()
        raise BadSetting(
            f"Databases of kind {name!r} are not supported: expected DATABASE_URL to begin with mysql:// or sqlite:///."
        )

    @abstractmethod
    def quote(self, identifier: str) -> str:
        """Return an identifier that can be nothing else."""

    @abstractmethod
    def _hard_text(self, value: str) -> str:
        """Return the literal of a text that holds characters which a plain literal cannot."""

    def text(self, value: str) -> str:
        """Return the literal of any text. Raises SeedError for what no database stores: NUL, lone surrogates."""
        if not _HARD.search(value):
            return f"'{value}'"
        if _NO_TEXT.search(value):
            raise SeedError(f"The text {value!r} cannot be stored: expected no NUL and no half of a surrogate pair in it.")
        return self._hard_text(value)

    @abstractmethod
    def json_rows(self, table: str, column: str, fields: Mapping[str, str], condition: str) -> str:
        """Return a SELECT of the id and the fields of each object in a JSON list column, where a condition on the id holds."""


class MySQL(Dialect):
    """MySQL and MariaDB, which agree on everything that we write."""

    name = "mysql"
    title = "MySQL or MariaDB"
    preamble = (
        "SET NAMES utf8mb4",
        "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
        "NO_ENGINE_SUBSTITUTION'",
        "SET SESSION time_zone = '+00:00'",
    )
    # children of the same table have higher ids than their parents, and InnoDB checks row by row
    delete_order = " ORDER BY `id` DESC"
    locking_read = " FOR UPDATE"
    _escapes = str.maketrans({"'": "''", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})

    def quote(self, identifier: str) -> str:
        """Return the identifier in backticks."""
        return f"`{identifier.replace('`', '``')}`"

    def _hard_text(self, value: str) -> str:
        if _MARKS.search(value) or _CONTROLS_WITHOUT_ESCAPE.search(value):
            return f"_utf8mb4 0x{value.encode().hex()}"
        return f"'{value.translate(self._escapes)}'"

    def json_rows(self, table: str, column: str, fields: Mapping[str, str], condition: str) -> str:
        """Return it by JSON_TABLE, which MySQL takes from a base table only."""
        columns = ", ".join(f"`{name}` {kind} PATH '$.{name}'" for name, kind in fields.items())
        names = ", ".join(f"j.`{name}`" for name in fields)
        source = f"{self.quote(table)} AS r, JSON_TABLE(r.`{column}`, '$[*]' COLUMNS ({columns})) AS j"
        return f"SELECT r.`id`, {names} FROM {source} WHERE {condition}"


class SQLite(Dialect):
    """SQLite, for a laptop and for tests."""

    name = "sqlite"
    title = "SQLite"
    preamble = ("PRAGMA foreign_keys = ON",)

    def quote(self, identifier: str) -> str:
        """Return the identifier in double quotes."""
        return '"' + identifier.replace('"', '""') + '"'

    def _hard_text(self, value: str) -> str:
        if _MARKS.search(value) or len(_CONTROLS.findall(value)) > _MOST_PIECES:
            return f"CAST(x'{value.encode().hex()}' AS TEXT)"
        quoted = value.replace("'", "''")
        # the sqlite3 shell turns CR LF into LF inside a literal, so control characters are spelled out
        spelled, runs = _CONTROLS.subn(lambda run: f"'||char({','.join(str(ord(c)) for c in run[0])})||'", quoted)
        return f"('{spelled}')" if runs else f"'{quoted}'"

    def json_rows(self, table: str, column: str, fields: Mapping[str, str], condition: str) -> str:
        """Return it by json_each. The casts matter: without a type, SQLite joins on the field without an index."""
        types = {name: "INTEGER" if kind == "INT" else "NUMERIC" for name, kind in fields.items()}
        names = ", ".join(f"CAST(json_extract(j.value, '$.{name}') AS {kind}) AS \"{name}\"" for name, kind in types.items())
        return f'SELECT r."id", {names} FROM {self.quote(table)} AS r, json_each(r."{column}") AS j WHERE {condition}'
