"""The rows of a unit, as a table's own function yields them. What is wrong with them is an error that names the table."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from terp_seed.errors import SeedError


class Numbered(Protocol):
    """A Numbered is a Unit, as far as it matters here."""

    @property
    def number(self) -> int: ...  # noqa: D102


class HasRows(Protocol):
    """A HasRows is a SeedTable, as far as it matters here."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def rows(self) -> Callable[[Any], Iterable[Any]]: ...  # noqa: D102


def rows_of_unit(table: HasRows, unit: Numbered) -> Iterator[dict[str, Any]]:
    """Yield the rows of a unit. Raises SeedError if the table's function fails, or yields something else than rows."""
    try:
        for row in table.rows(unit):
            if not isinstance(row, dict):
                raise TypeError(f"it yields {row!r:.60}, which is a {type(row).__name__} and not a dict")
            yield row
    except SeedError:
        raise
    except Exception as error:
        raise SeedError(
            f"The rows of {table.name} cannot be generated, in unit {unit.number}: {type(error).__name__}: {error}. Expected its "
            "function to yield a dict for each row. Correct the `rows` of its SeedTable. Nothing of this table was written."
        ) from error
