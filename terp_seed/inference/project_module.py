"""The project module: the Python text of a new project, and how it comes to name the generated tables.

A module that somebody has edited is never changed.
"""

import re

_NAME = "NAME"  # placeholder of the project's name

EMPTY = '''\
"""The tables that are seeded, parents first."""

from terp_seed import Project

# A SeedTable is an sa.Table whose key is one integer column, and a function that yields the rows of a unit:
#
#     def books(unit: Unit) -> Iterator[Row]:
#         stream = unit.stream("books")
#         for _ in range(8):
#             yield {"title": f"Book {stream.below(1000)}", "author_id": unit.id_of("authors", stream.below(3))}
#
#     BOOKS = SeedTable(Base.metadata.tables["books"], per_unit=8, rows=books)
#
# Add it to the tuple, then create the revision that seeds it: `alembic -n seed revision -m "books"`.
# For the tables of an existing database, `terp-seed revision --autogenerate` writes all of that.
PROJECT = Project((), generator_version=1, name="NAME")
'''
_FILLED = '''\
"""The tables that are seeded: PACKAGE has a file for each."""

from terp_seed import Project

from PACKAGE import REFERENCES, TABLES

PROJECT = Project(TABLES, generator_version=1, name="NAME", references=REFERENCES)
'''


def filled(text: str, package: str) -> str | None:
    """Return an untouched module with the generated tables; None if it has been edited."""
    name = re.search(r'name="([a-z][a-z0-9_]*)"\)\n\Z', text)
    if name is None or EMPTY.replace(_NAME, name[1]) != text:
        return None
    return _FILLED.replace("PACKAGE", package).replace(_NAME, name[1])


def lines_to_add(package: str) -> tuple[str, str]:
    """Return the two lines that an edited module needs."""
    return f"from {package} import REFERENCES, TABLES", "PROJECT = Project((…, *TABLES), …, references=(…, *REFERENCES))"
