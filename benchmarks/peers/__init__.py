"""Peers: four ways in which people seed a database today, each as its documentation shows it, and terp_seed.

Each has `seed(url, units)`, which fills TERP's empty tables: 195 rows a unit and their companions, with a value in each column
in which terp_seed writes one. (Two columns that refer to a row of their own table aside: they would cost the peers more.)
"""

from terp_seed.tables import TABLES
from terp_seed.tables.schema import METADATA

# how many rows of each table a unit has, parents first; one user serves them all
ROWS = {part.name: part.per_unit for table in TABLES for part in (*table.companions, table)}


def enum(table: str, column: str) -> list[str]:
    """Return the values that an enum column may have."""
    return list(METADATA.tables[table].columns[column].type.enums)
