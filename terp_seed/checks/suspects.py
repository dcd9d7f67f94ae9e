"""Suspects: columns of the live database that look like ids of seeded tables but are neither keys nor declared. Read-only.

A rollback cannot know what they refer to, so they are reported.
"""

import re
from collections.abc import Iterator

from terp_seed.backends.database import Database
from terp_seed.checks.keys import known_references
from terp_seed.model.table import Catalog


def suspects(database: Database, catalog: Catalog) -> list[str]:
    """Return them as `table.column`: integer columns that are named like the id of a seeded table."""
    live = database.live
    known = {(table, column.casefold()) for table, column in database.introspection.key_columns()}
    for reference in known_references(catalog):
        known.add((live.table(reference.table) or "", reference.column.casefold()))
    endings = tuple(f"{name}id" for table in catalog.every for name in _singular(table.name))
    return sorted(
        f"{table}.{column.name}"
        for table in live
        for column in live.columns(table)
        if column.is_whole
        and not column.is_key
        and (table, column.name.casefold()) not in known
        and column.name.replace("_", "").casefold().endswith(endings)
    )


def _singular(table: str) -> Iterator[str]:
    """Yield the singulars that a table's name may be the plural of, and the name itself."""
    name = table.replace("_", "").casefold()
    yield name
    yield re.sub("s$", "", name)
    yield re.sub("es$", "", name)
    yield re.sub("ies$", "y", name)
