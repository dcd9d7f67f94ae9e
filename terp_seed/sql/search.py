"""The search: what a rollback script looks for in other tables, whatever the kind of database."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def placeholder_of(alias: str) -> str:
    """Return what stands in a condition for any table in the place of the number of the row with this alias."""
    return f"<{alias}.key>"


@dataclass(frozen=True)
class Search:
    """A Search is what a script searches before it deletes: rows that stay but refer to rows that leave.

    In all conditions, b is a block of the ledger, t the row that leaves, and r the row that refers. `references` are those
    without a foreign key.
    """

    ledger: str
    targets: tuple[str, ...]
    leaves: str  # the condition that t is in b; <table> and `placeholder_of("t")` are replaced by its table's name and its number
    own: tuple[str, ...]  # the project's tables
    stays: str  # the condition that r is in no block that leaves, likewise; begins with AND
    references: tuple["DeclaredSearch", ...] = ()
    derived: Mapping[str, str | None] = field(default_factory=dict)
    filled: Mapping[tuple[str, str], str] = field(
        default_factory=dict
    )  # the condition that r is not a row whose column is cleared


@dataclass(frozen=True)
class DeclaredSearch:
    """A DeclaredSearch is a Search's part for one reference without a foreign key.

    `columns` are those that the table must have, `rows` the FROM and WHERE, in which <value> is replaced by the column `value`.
    """

    table: str
    columns: tuple[str, ...]
    value: str
    sentence: str
    rows: str
