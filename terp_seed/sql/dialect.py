"""The dialect: the SQL text that differs between kinds of database. Each backend has a subclass.

Literals mean the same in every session that has run the preamble, whatever the server's settings are.
"""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from terp_seed.sql.catalogue import Catalogue
from terp_seed.sql.rehearsal import ScriptRehearsal
from terp_seed.sql.row_keys import RowKeys
from terp_seed.sql.search import Search

# the modulus of digests: the sum of two fits into a BIGINT, so the digests of parts can be added
MODULUS = 2**60


class Dialect(RowKeys):
    """A Dialect is the SQL of one kind of database, as text."""

    name: str
    title: str
    lexer: str  # the name of its Pygments lexer
    preamble: tuple[str, ...]
    deletes_downward: bool = False  # whether the rows of a DELETE are ordered, highest keys first
    locking_read: str = ""
    locks_rows_first: bool = False  # whether a query of digests cannot lock the rows that it reads
    overriding: str = ""  # after the columns of an INSERT with ids
    # of scripts
    client_commands: tuple[str, ...] = ()  # lines for the client, before the first statement
    apply_with: str
    script_caveat: str = ""
    drops_on_condition: bool = True  # whether a script can drop a table only if its checks have held
    script_preamble: tuple[str, ...]  # the preamble, and what a connection sets in another way online

    @abstractmethod
    def open_script(self, sentences: Iterable[str]) -> tuple[str, ...]:
        """Return the statements after which a script can only read, and stop with one of the sentences."""

    @abstractmethod
    def stop(self, number: int, sentence: str, condition: str) -> str:
        """Return the check that fails with a sentence if a condition holds, else records its number as passed."""

    def stop_found(self, number: int, sentence: str) -> str:
        """Return the check that fails with the value of the expression `sentence`, or passes if that is NULL."""
        raise NotImplementedError

    def numbered(self, statement: str, number: int) -> str | None:
        """Return a statement of `keep_free` or `lock_rows` that records a number too; None where it cannot go unnoticed."""
        return None

    @abstractmethod
    def begin(self, name: str) -> tuple[str, ...]:
        """Return the statements that begin a transaction that only `commit` can commit."""

    @abstractmethod
    def commit(self, name: str, checks: int) -> tuple[str, ...]:
        """Return the statements that commit if all checks so far have passed, and else prevent all further writes."""

    def let_write(self, checks: int) -> tuple[str, ...]:
        """Return the statements after which a script can write, if all checks so far have passed."""
        return ()

    def watch(self, tables: Iterable[str]) -> tuple[str, ...]:
        """Return the statements that prevent writes into these tables outside of such a transaction."""
        return ()

    @abstractmethod
    def held(self, checks: int) -> str:
        """Return the condition that this number of checks have passed, which is all of them so far."""

    def undo_rest(self) -> tuple[str, ...]:
        """Return the statements that undo what is uncommitted at the end, under a client that continued after an error."""
        return ()

    @abstractmethod
    def close_script(self, tables: Iterable[str]) -> tuple[str, ...]:
        """Return the statements that restore what a script changed in the session."""

    def counting(self, statement: str) -> tuple[str, ...]:
        """Return the statements that run one, after which `changed_one` is about it."""
        return (statement,)

    @property
    @abstractmethod
    def changed_one(self) -> str:
        """Return the condition that the statement of `counting` changed one row."""

    @property
    @abstractmethod
    def catalogue(self) -> Catalogue:
        """Return the questions that a script can ask the server's catalogue."""

    def take_lock(self, name: str) -> tuple[str, str] | None:
        """Return the statement that takes a named lock and the condition that it failed; None if a script cannot lock."""
        return None

    def release_lock(self, name: str) -> str | None:
        """Return the statement that releases a named lock, or None."""
        return None

    def lock_rows(self, table: str, condition: str) -> str | None:
        """Return the statement that locks rows until the transaction ends; None if the transaction locks the database."""
        return None

    def search(self, looking: "Search") -> tuple[tuple[str, ...], tuple[str, ...], str] | None:
        """Return the search of a script for references to rows that leave, by the keys in the server's catalogue.

        It is the statements that prepare it, those that run it, and the expression of the resulting sentence, NULL if nothing
        was found. None if a script cannot query tables whose names it does not know.
        """
        return None

    def derived_deletes(self, looking: "Search") -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the statements that prepare, after `search`, and then run the deletes of derived rows that refer to others."""
        return (), ()

    def unknown_keys(self, targets: Iterable[str], known: Iterable[str], others: Iterable[str]) -> str:
        """Return, for a dialect without `search`, the condition that an unknown table has a key to a target or `others` exist."""
        return "1 = 0"

    @abstractmethod
    def digests(self, key: str, source: str, where: str, groups: Mapping[str, Iterable[str]]) -> str:
        """Return the SELECT of the number of rows (`n`) and of one digest per group of expressions, under the group's name.

        A digest is the sum, modulo 2^60, of a hash of each row's `key` and values. So the digests of parts add up, and neither
        two equal edits nor two rows that swapped places cancel out. NULL differs from every text.
        """

    def as_text(self, expression: str) -> str:
        """Return the expression by which a driver gives a JSON document as text."""
        return expression

    def as_number(self, condition: str) -> str:
        """Return the expression that is 1 if a condition holds, else 0."""
        return f"({condition})"

    def exact(self, expression: str, kind: TypeEngine[Any] | None) -> str:
        """Return the expression of a value of this type whose text, which is hashed, shows each difference."""
        return self.as_double(expression) if isinstance(kind, sa.Float) else expression

    @abstractmethod
    def as_double(self, expression: str) -> str:
        """Return the expression that converts a FLOAT to DOUBLE: as text it would lose digits."""

    @abstractmethod
    def temporary_copy(self, name: str, table: str, columns: Iterable[str]) -> tuple[str, ...]:
        """Return the statements that create or replace an empty temporary table with some columns of a table.

        It has the table's key, but none of the table's other constraints, so it accepts any row.
        """

    @abstractmethod
    def update_from(self, table: str, source: str, joined: str, values: Mapping[str, str], conditions: Iterable[str]) -> str:
        """Return the UPDATE of a table joined with a source, both with aliases; `values` maps columns to expressions."""

    def declare_variables(self) -> tuple[str, ...]:
        """Return the statements after which the session has variables."""
        return ()

    @abstractmethod
    def set_variable(self, name: str, expression: str) -> str:
        """Return the statement that stores the value of an integer expression in a session variable."""

    def set_variables(self, numbers: Mapping[str, int]) -> tuple[str, ...]:
        """Return the statements that set several values to numbers."""
        return tuple(self.set_variable(name, str(number)) for name, number in numbers.items())

    @property
    @abstractmethod
    def rehearsal(self) -> ScriptRehearsal:
        """Return how a script rehearses its first rows here."""

    @abstractmethod
    def variable(self, name: str) -> str:
        """Return the expression of a session variable's value; NULL if it is not set."""

    @abstractmethod
    def same(self, left: str, right: str) -> str:
        """Return the condition that two expressions of the same type are equal byte by byte, or both NULL."""

    def keep_free(self, blocks: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
        """Return the statements that keep the ids of tables free, from a first to a last one; none where an INSERT does that."""
        return ()

    def count_values(self, table: str, rows: int) -> tuple[str, ...]:
        """Return the statements after which the server's planner knows of that many new rows, where it would not for a while."""
        return ()

    def deletes(self, table: str, *statements: str) -> tuple[str, ...]:
        """Return the statements with which these, which delete rows of a table, succeed for rows that refer to themselves."""
        return self.unchecked(statements) if table in self.names.bound else statements

    def unchecked(self, statements: tuple[str, ...]) -> tuple[str, ...]:
        """Return the statements in a form in which they delete rows that refer to themselves."""
        return statements

    @abstractmethod
    def announced(self, table: str, insert: str, last_id: int) -> tuple[str, ...]:
        """Return the statements that insert a row, whatever it refers to, and delete it, to advance the id counter only."""

    @abstractmethod
    def json_rows(self, table: str, column: str, fields: Mapping[str, str], condition: str) -> str:
        """Return the SELECT of the id and fields of each object in a JSON list column, for rows whose id meets a condition."""

    @abstractmethod
    def whole_number(self, expression: str) -> str:
        """Return the expression that converts a text to an integer; NULL if it is not one."""

    @abstractmethod
    def json_source(self, column: str, path: str, alias: str) -> str:
        """Return the source to join a row with the documents at a path of its JSON column: `$`, or a list as in `$.items[*]`.

        There are none if the column is not valid JSON, or has no such list.
        """

    @abstractmethod
    def json_field(self, alias: str, path: str) -> str:
        """Return the integer at a path of such a document; NULL if there is none."""

    @abstractmethod
    def json_text(self, alias: str, path: str) -> str:
        """Return the text at a path of such a document; NULL if there is none."""
