"""The skeleton: the files of a project of one's own, with no table in it yet. What it makes works as it stands."""

import re

_NAME = "NAME"  # stands in the texts for the project's name

_INI = """\
# The seed data of a database, as Alembic revisions. DATABASE_URL names the database, in the environment or in .env.

[seed]
# what is seeded: every terp-seed command reads it, and seeds/env.py hands it over
project = seed_tables:PROJECT
script_location = %(here)s/seeds
prepend_sys_path = %(here)s
path_separator = os
# a revision is named by its message: `alembic -n seed revision -m "more books"` makes more_books
file_template = %%(rev)s
revision_environment = true
"""

_TABLES = '''\
"""The tables that are seeded, parents first."""

from terp_seed import Project

# A SeedTable is an sa.Table with an `id` key, and a function that yields the rows of a unit:
#
#     def books(unit: Unit) -> Iterator[Row]:
#         stream = unit.stream("books")
#         for _ in range(8):
#             yield {"title": f"Book {stream.below(1000)}", "author_id": unit.id_of("authors", stream.below(3))}
#
#     BOOKS = SeedTable(Base.metadata.tables["books"], per_unit=8, rows=books)
#
# Put it into the tuple, and write the revision that seeds it: `alembic -n seed revision -m "books"`.
PROJECT = Project((), generator_version=1, name="NAME")
'''

_ENV = '''\
"""The environment of the seed data: what plain `alembic -n seed …` and `terp-seed` both run."""

from terp_seed import run

from seed_tables import PROJECT

run(PROJECT)
'''

_REVISION = '''\
"""${message[:1].upper()}${message[1:]}."""

from terp_seed import op

# from seed_tables import BOOKS

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    # op.seed(BOOKS)                        as many rows as the size says, or
    # op.seed(BOOKS, rows=[{"title": "…"}])  a short list of fixed rows
    pass


def downgrade() -> None:
    # op.unseed(BOOKS)
    pass
'''

_ENV_EXAMPLE = """\
# Copy this to .env and name the database. Without it, terp-seed takes terp.db in this folder.
DATABASE_URL=sqlite:///NAME.db
# development, test, staging or production; in production nothing is done without --force
TERP_ENV=development
"""


def files(folder: str) -> dict[str, str]:
    """Return the texts by their names, but for the ledger's revision, which is every project's; the project is called after its
    folder, as far as a name may be.
    """
    name = re.sub(r"[^a-z0-9_]+", "_", folder.lower()).strip("_")[:40]
    texts = {
        "alembic.ini": _INI,
        "seed_tables.py": _TABLES,
        "seeds/env.py": _ENV,
        "seeds/script.py.mako": _REVISION,
        ".env.example": _ENV_EXAMPLE,
    }
    return {file: text.replace(_NAME, name if name[:1].isalpha() else "own") for file, text in texts.items()}
