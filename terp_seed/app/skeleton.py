"""The skeleton: the files of a new project, without tables. It works as written."""

import re

from terp_seed.inference import project_module

_NAME = "NAME"  # placeholder of the project's name

_INI = """\
# The seed data of a database, as Alembic revisions. DATABASE_URL names the database, in the environment or in .env.
# This section is for `alembic -n seed …` and terp-seed; migrations of your own go into an [alembic] section beside it.

[seed]
# the tables to seed, for every terp-seed command; plain alembic gets them from seeds/env.py
project = seed_tables:PROJECT
script_location = %(here)s/seeds
prepend_sys_path = %(here)s
path_separator = os
# a revision is named after its message: `alembic -n seed revision -m "more books"` makes more_books
file_template = %%(rev)s
revision_environment = true
"""

_ENV = '''\
"""The Alembic environment of the seed data, run by plain `alembic -n seed …` and by `terp-seed`."""

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
    # op.seed(BOOKS)                         as many rows as the size asks for, or
    # op.seed(BOOKS, rows=[{"title": "…"}])  a short list of fixed rows
    pass


def downgrade() -> None:
    # op.unseed(BOOKS)
    pass
'''

_ENV_EXAMPLE = """\
# Copy this to .env and set the database's URL. Without it, terp-seed uses terp.db in this folder.
DATABASE_URL=sqlite:///NAME.db
# development, test, staging or production; production requires --force
TERP_ENV=development
"""


def files(folder: str) -> dict[str, str]:
    """Return the project's files by path, except the ledger's revision, which is the same in every project.

    The project is named after the folder, reduced to the characters that a name may have.
    """
    name = re.sub(r"[^a-z0-9_]+", "_", folder.lower()).strip("_")[:40]
    texts = {
        "alembic.ini": _INI,
        "seed_tables.py": project_module.EMPTY,
        "seeds/env.py": _ENV,
        "seeds/script.py.mako": _REVISION,
        ".env.example": _ENV_EXAMPLE,
    }
    return {file: text.replace(_NAME, name if name[:1].isalpha() else "own") for file, text in texts.items()}
