"""The rehearsal of a script: its first rows are inserted where nothing of them is left, and asked for, before it may write."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence


class ScriptRehearsal(ABC):
    """A ScriptRehearsal is the SQL of one kind of database around the inserts of a rehearsal."""

    remark: str  # what the script says of it
    tries_adopted: bool = True  # whether rows that a table may have already can be tried

    def open(self) -> tuple[str, ...]:
        """Return the statements that precede the first row. The checks have ended their transaction."""
        return ()

    @abstractmethod
    def place(self, table: str, number: int, columns: Iterable[str]) -> tuple[str, tuple[str, ...]]:
        """Return where the rows of a table go, quoted, and the statements that make that place, which has at least these
        columns. The table is the `number`-th of the rehearsal.
        """

    @abstractmethod
    def refused(self, table: str, place: str, ids: Sequence[int | str], known: Iterable[str]) -> str:
        """Return the condition that one of a table's rows is not in its place, or refers to a row that is not there, of a table
        that is not among the `known`.
        """

    def judge(self, refused: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the statements that follow the last row, and the conditions that can be asked after them: one for each table,
        whose own condition is in `refused`.
        """
        return (), tuple(refused)

    def look_for_parents(self, written: Mapping[str, Iterable[str]], known: Iterable[str]) -> tuple[tuple[str, ...], str]:
        """Return statements, and the condition to ask then, that a value refers to no row: one of the tried rows, or the default
        of a column that is not written.

        `written` has the columns of each table that are, `known` the tables whose rows need not be there. There are no statements
        where `refused` asks for that.
        """
        return (), ""

    @abstractmethod
    def end(self, places: Iterable[str]) -> tuple[str, ...]:
        """Return the statements that remove what is left, and after which a script may only look."""
