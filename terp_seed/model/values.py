"""Values: what a row may hold besides plain Python values: JSON text, and what stands for the ids of other rows."""

from dataclasses import dataclass


class JsonText(str):
    """A JsonText is text that is already JSON, and is written to a JSON column unchanged."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Adopted:
    """An Adopted is a placeholder, in a row of another table, for the id of an adopted table's row `place` (from 0)."""

    table: str
    place: int

    @property
    def variable(self) -> str:
        """Return the name of the session variable."""
        return f"{self.table}_{self.place + 1}"

    def __str__(self) -> str:
        return f"{self.table} row {self.place + 1}"


@dataclass(frozen=True)
class Ref:
    """A Ref is a placeholder in a fixed row for the id of the n-th row (from 1) that a revision seeded into a table.

    The default is the revision with the table's name.
    """

    table: str
    number: int
    revision: str | None = None
