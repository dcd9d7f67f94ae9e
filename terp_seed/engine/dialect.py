"""The dialect: the one seam between us and a kind of database; mysql.py and sqlite.py fill it in, and nobody else asks.

Literals mean the same in every session that has run the preamble, whatever the server's own settings are.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
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
MARKS = re.compile(f"[{_REORDERING}]")
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
    # what a script says and sets besides the preamble; online, the connection does it
    apply_with: str
    script_caveat: str = ""
    script_preamble: tuple[str, ...] = ()

    @classmethod
    def of(cls, url: URL) -> "Dialect":
        """Return the dialect of a database address. Raises BadSetting where there is none."""
        name = url.get_backend_name()
        if name == "sqlite":
            from terp_seed.engine.sqlite import SQLite

            return SQLite()
        if name in ("mysql", "mariadb"):
            from terp_seed.engine.mysql import MySQL

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

    def require_fit(self, connection: sa.Connection) -> None:
        """Raise SeedError where the server has a setting that stops what we write, and that no session may change. Read-only."""
        return

    @abstractmethod
    def stop_table(self, name: str, sentences: Iterable[str]) -> tuple[str, ...]:
        """Return the statements that make the temporary table whose insert of one of the sentences is an error that shows it."""

    @abstractmethod
    def stop(self, name: str, sentence: str, condition: str) -> str:
        """Return the statement that fails with a sentence where a condition holds."""

    @abstractmethod
    def columns_found(self, table: str, columns: Iterable[str]) -> str:
        """Return the expression that counts how many of these columns a table has; 0 where there is no such table."""

    def take_lock(self, name: str) -> tuple[str, str] | None:
        """Return the statement that takes a named lock, and the condition that it failed; None where a script can hold none."""
        return None

    def release_lock(self, name: str) -> str | None:
        """Return the statement that releases a named lock."""
        return None

    def lock_rows(self, table: str, condition: str) -> str | None:
        """Return the statement that locks rows until the transaction ends; None where the transaction locks the database."""
        return None

    def key_stops(
        self, stop_table: str, targets: Iterable[str], ours: Iterable[str], ledger: str, refers: str, leaves: str
    ) -> tuple[str, ...]:
        """Return the statements that stop where a row that stays refers to one that leaves by any key of the live database.

        `refers` is the condition that t.id is in a block b of the ledger, `leaves` that r.id is in a block o; in both, <table>
        stands for the name of that table. The last statement may be run again. There are none where no script can do this.
        """
        return ()

    @abstractmethod
    def temporary_like(self, name: str, table: str) -> tuple[str, ...]:
        """Return the statements that make an empty temporary table, in the place of an older one, with the columns of a table."""

    @abstractmethod
    def same(self, left: str, right: str) -> str:
        """Return the condition that two expressions of one type are the same byte for byte, or both NULL."""

    @abstractmethod
    def announced(self, table: str, insert: str, last_id: int) -> tuple[str, ...]:
        """Return the statements that insert a row and delete it, whatever it refers to: only the counter stays moved."""

    @abstractmethod
    def json_rows(self, table: str, column: str, fields: Mapping[str, str], condition: str) -> str:
        """Return a SELECT of the id and the fields of each object in a JSON list column, where a condition on the id holds."""
