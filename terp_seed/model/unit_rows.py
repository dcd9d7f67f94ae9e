"""The rows of a unit, as a table's own function yields them. What is wrong with them is an error that names the table."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from terp_seed.errors import SeedError

if TYPE_CHECKING:
    from terp_seed.model.table import SeedTable, Unit


def rows_of_unit(table: "SeedTable", unit: "Unit") -> Iterator[dict[str, Any]]:
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
