"""Fixed rows: the rows that a revision passes to op.seed, as a list or as a function that yields them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from terp_seed.errors import SeedError
from terp_seed.model.words import counted

GivenRows = Sequence[Mapping[str, Any]] | Callable[[], Iterable[Mapping[str, Any]]]


class FixedRows:
    """FixedRows are rows of one table, all with the same columns. They can be iterated repeatedly.

    The rows of a function are never all in memory.
    """

    def __init__(self, table: str, rows: GivenRows, count: int | None = None, key: str = "id") -> None:
        """Take the rows of a table without its `key`, and the `count` of a function's rows.

        Raises SeedError if the count is missing, wrong or 0.
        """
        if callable(rows):
            if count is None:
                raise SeedError(f"The rows of {table} are made by a function: expected count=, the number of rows. Add it.")
            self._make, self._count = rows, count
        else:
            if count is not None and count != len(rows):
                raise SeedError(
                    f"{len(rows)} fixed rows of {table} are given, but count={count}: expected the same. Leave out count."
                )
            self._make, self._count = (lambda: rows), len(rows)
        self._table, self._key = table, key
        if not self._count:
            raise SeedError(f"The list of fixed rows for {table} is empty: expected at least one row.")

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield each row. Raises SeedError for an invalid row, or if the function does not yield `count` rows."""
        columns, number = None, 0
        for number, given in enumerate(self._make(), 1):
            if columns is None:
                columns = given.keys()
            elif given.keys() != columns:
                differing = ", ".join(sorted(given.keys() ^ columns))
                raise SeedError(
                    f"Fixed row {number} of {self._table} differs from row 1 in {differing}: expected the same columns in each."
                )
            if self._key in given:
                raise SeedError(
                    f"Fixed row {number} of {self._table} has an {self._key}: expected none, because the engine reserves the ids."
                )
            if number > self._count:
                break
            yield dict(given)
        if number != self._count:
            more = "more than " if number > self._count else ""
            raise SeedError(
                f"The function makes {more}{counted(min(number, self._count))} of {self._table}, but count={self._count}: "
                "expected the same. Correct one of them."
            )

    @property
    def last(self) -> dict[str, Any]:
        """Return the last row. Iterates over all rows."""
        return deque(self, maxlen=1)[0]

    def check(self) -> None:
        """Iterate over all rows once, which raises SeedError if they are invalid."""
        deque(self, maxlen=0)
