"""The dialect: the one seam between us and a kind of database; mysql.py and sqlite.py fill it in, and nobody else asks.

Literals mean the same in every session that has run the preamble, whatever the server's own settings are.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from terp_seed.errors import SeedError
from terp_seed.model.names import Names

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


# what digests are taken modulo: a sum of two fits into a BIGINT, so the digest of a part can be added to that of the rest
MODULUS = 2**60


def is_plain(text: str) -> bool:
    """Tell, at a glance, that a text can stand between quotes as it is, in every dialect. False says nothing."""
    return text.isascii() and not text.encode().translate(None, _PLAIN)


@dataclass(frozen=True)
class Search:
    """A Search is what a script looks for before it deletes: rows that stay and refer to rows that leave.

    In all conditions b is a block of the ledger, t the row that leaves, r the row that refers. `references` are those that no key
    says: table, columns that must be there, sentence, and the FROM and WHERE, in which <value> stands for the column `value`.
    """

    ledger: str
    targets: tuple[str, ...]
    leaves: str  # that t is in b; <table> stands for the name of its table, as a literal
    own: tuple[str, ...]  # tables of which rows leave
    stays: str  # that r is in no block that leaves, likewise; beginning with AND
    references: tuple["DeclaredSearch", ...] = ()
    derived: Mapping[str, str | None] = field(default_factory=dict)
    filled: Mapping[tuple[str, str], str] = field(default_factory=dict)  # that r is none of the rows whose column is cleared


@dataclass(frozen=True)
class DeclaredSearch:
    """A DeclaredSearch is one reference that no key says, as a part of a Search."""

    table: str
    columns: tuple[str, ...]
    value: str
    sentence: str
    rows: str


class Dialect(ABC):
    """A Dialect writes SQL text for one kind of database."""

    name: str
    title: str
    lexer: str  # Pygments' name of what colours it
    preamble: tuple[str, ...]
    delete_order: str = ""
    locking_read: str = ""
    by_primary_key: str = ""  # behind the table of a locking read: a server may read, and so lock, every row of the table instead
    # what a script says and sets besides the preamble; online, the connection does it
    apply_with: str
    script_caveat: str = ""
    drops_on_condition: bool = True  # whether a script whose checks failed can be kept from dropping a table
    script_preamble: tuple[str, ...] = ()

    def __init__(self, names: Names) -> None:
        """Take what the project calls its own tables."""
        self.names = names

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
    def open_script(self, sentences: Iterable[str]) -> tuple[str, ...]:
        """Return the statements after which a script may only look, and can stop with one of the sentences."""

    @abstractmethod
    def stop(self, number: int, sentence: str, condition: str) -> str:
        """Return the check that fails with a sentence where a condition holds, and counts, by its number, where not."""

    def stop_found(self, number: int, sentence: str) -> str:
        """Return the check that fails with the sentence that an expression has, and is counted where that is NULL."""
        raise NotImplementedError

    @abstractmethod
    def begin(self, name: str) -> tuple[str, ...]:
        """Return the statements that begin a transaction which cannot be committed by itself."""

    @abstractmethod
    def commit(self, name: str, checks: int) -> tuple[str, ...]:
        """Return the statements that commit it if all checks so far have held; if not, nothing more is ever written."""

    def let_write(self, checks: int) -> tuple[str, ...]:
        """Return the statements after which a script may write, if all checks so far have held."""
        return ()

    def watch(self, tables: Iterable[str]) -> tuple[str, ...]:
        """Return the statements that keep a client from writing into tables outside such a transaction."""
        return ()

    @abstractmethod
    def close_script(self, tables: Iterable[str]) -> tuple[str, ...]:
        """Return the statements that leave the session as it was found, as far as a script changed it."""

    @property
    @abstractmethod
    def changed_one(self) -> str:
        """The condition that the statement before changed one row."""

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

    def search(self, looking: "Search") -> tuple[tuple[str, ...], tuple[str, ...], str] | None:
        """Return what looks, by the catalogue of the database that a script meets, for rows that stay and refer to rows that
        leave: the statements that prepare it, those that do it, and the expression of the sentence that then says so, or is NULL.

        None where a script cannot ask for tables that it does not know by name.
        """
        return None

    def derived_deletes(self, looking: "Search") -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the statements that prepare it, after a search is prepared, and those that delete the derived rows which refer
        to rows that leave, where there are such tables.
        """
        return (), ()

    def unknown_keys(self, targets: Iterable[str], known: Iterable[str], others: Iterable[str]) -> str:
        """Return the condition that a table other than the known ones has a key to a target, or that one of the others is there.
        It is for databases without a search.
        """
        return "1 = 0"

    @abstractmethod
    def digests(self, source: str, where: str, groups: Mapping[str, Iterable[str]]) -> str:
        """Return the SELECT of the number of rows (`n`) and of one digest for each group of expressions, under its name.

        A digest is the sum, modulo 2^60, of a hash of each row's id and values: so parts of a block add up to the whole, and
        neither two equal edits nor two rows that changed places cancel out. NULL is no text, and differs from every text.
        """

    @abstractmethod
    def as_double(self, expression: str) -> str:
        """Return a FLOAT as a DOUBLE: as a text it would lose digits."""

    @abstractmethod
    def temporary_copy(self, name: str, table: str, columns: Iterable[str]) -> tuple[str, ...]:
        """Return the statements that make an empty temporary table, in the place of an older one, of some columns of a table and
        of nothing else: no rule of the live table refuses a row there. `id` is its key.
        """

    @abstractmethod
    def temporary_like(self, name: str, table: str) -> tuple[str, ...]:
        """Return the statements that make an empty temporary table, in the place of an older one, with the columns of a table."""

    @abstractmethod
    def update_from(self, table: str, source: str, joined: str, values: Mapping[str, str], conditions: Iterable[str]) -> str:
        """Return the UPDATE of the rows of a table that are joined with those of a source, both with their aliases: columns to
        expressions.
        """

    def declare_variables(self) -> tuple[str, ...]:
        """Return the statements after which the session can keep values under a name."""
        return ()

    @abstractmethod
    def set_variable(self, name: str, expression: str) -> str:
        """Return the statement that keeps the whole number that an expression has now."""

    @abstractmethod
    def variable(self, name: str) -> str:
        """Return the expression of a value that the session keeps; NULL where it keeps none."""

    @abstractmethod
    def same(self, left: str, right: str) -> str:
        """Return the condition that two expressions of one type are the same byte for byte, or both NULL."""

    @abstractmethod
    def announced(self, table: str, insert: str, last_id: int) -> tuple[str, ...]:
        """Return the statements that insert a row and delete it, whatever it refers to: only the counter stays moved."""

    @abstractmethod
    def json_rows(self, table: str, column: str, fields: Mapping[str, str], condition: str) -> str:
        """Return a SELECT of the id and the fields of each object in a JSON list column, where a condition on the id holds."""

    @abstractmethod
    def binary(self, value: bytes) -> str:
        """Return the literal of bytes."""

    @abstractmethod
    def whole_number(self, expression: str) -> str:
        """Return the number that a text is; NULL where it is none."""

    @abstractmethod
    def json_source(self, column: str, path: str, alias: str) -> str:
        """Return what joins a row with the documents at a path of its JSON column (`$`, or a list as in `$.items[*]`): none where
        the column is no valid JSON, or has no such list.
        """

    @abstractmethod
    def json_field(self, alias: str, path: str) -> str:
        """Return the whole number at a path of such a document; NULL where there is none."""

    @abstractmethod
    def json_text(self, alias: str, path: str) -> str:
        """Return the text at a path of such a document; NULL where there is none."""
