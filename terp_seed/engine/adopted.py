"""Adopted rows, as rows of other tables name them: by a value of the session, read from the live table when they go in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Adopted:
    """An Adopted stands, in a row of another table, for the id of the row at a place (from 0) of an adopted table."""

    table: str
    place: int

    @property
    def variable(self) -> str:
        """The name of the session's value."""
        return f"{self.table}_{self.place + 1}"

    def __str__(self) -> str:
        return f"{self.table} row {self.place + 1}"
