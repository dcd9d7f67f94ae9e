"""The catalogue: the conditions by which a script asks the server about its tables, before it changes anything."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping


class Catalogue(ABC):
    """A Catalogue is the questions that one kind of database can answer in a SELECT."""

    def __init__(self, text: Callable[[str], str]) -> None:
        """Take what makes a literal of a text."""
        self._text = text

    @abstractmethod
    def columns_found(self, table: str, columns: Iterable[str]) -> str:
        """Return the expression of the number of these columns that a table has; 0 if the table is missing."""

    @abstractmethod
    def unfilled(self, table: str, columns: Iterable[str]) -> str:
        """Return the condition that a table has another column that needs a value: NOT NULL, and the server gives none."""

    @abstractmethod
    def other_parents(self, table: str, parents: Mapping[str, tuple[str, str]]) -> str:
        """Return the condition that a foreign key on one of these columns does not refer to the table and key given for it."""

    def denied(self, uses: Mapping[str, Iterable[str]]) -> str:
        """Return the condition that our user lacks a privilege, each with its tables; an empty text where nobody can be asked."""
        return ""

    def unfit(self, tables: Iterable[str]) -> tuple[str, str] | None:
        """Return a sentence and the condition that one of the tables is none that a script may write to; None if every one is."""
        return None

    @abstractmethod
    def writing_triggers(self, tables: Iterable[str]) -> str:
        """Return the condition that an INSERT into one of the tables sets off a trigger that writes, if our user sees it."""

    def _listed(self, names: Iterable[str]) -> str:
        return ", ".join(map(self._text, names))


def chosen(values: Mapping[str, str], by: str) -> str:
    """Return the expression of the value for what `by` is, all as SQL; the value itself where there is only one."""
    different = sorted(set(values.values()))
    if len(different) == 1:
        return different[0]
    return f"CASE {by} {' '.join(f'WHEN {name} THEN {value}' for name, value in values.items())} END"
