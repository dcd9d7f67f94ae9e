"""Values: what a generated row may hold besides plain Python: text that is JSON already, and the id of an adopted row."""

from dataclasses import dataclass


class JsonText(str):
    """A JsonText is text that is JSON already, and goes into a JSON column as it is."""

    __slots__ = ()


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
