"""The old start-up hook of the application (server/services/seedDefaults.ts), archived: seed_all_defaults().

Use terp-seed instead, once, by hand or in a job: an application that starts has no business seeding.
"""

import sys

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from terp_seed.app import commands
from terp_seed.app.deprecation import SKIP_SEEDING, deprecated
from terp_seed.backends.connection import explain
from terp_seed.cli import console
from terp_seed.settings import Settings
from terp_seed.variables import read_variables


def seed_all_defaults() -> int:
    """Seed, unless SKIP_SEEDING is `true` or `1`, in any case of letters. Return what terp-seed would exit with: 0 is well.

    An error is printed and returned, because the old hook did not keep the application from starting either. The hook never
    brings --force, so a production database is refused.
    """
    try:
        skip = read_variables().get("SKIP_SEEDING", "")
    except CommandError as error:
        return _failed(error)
    called = "seed_all_defaults() is deprecated. Use terp-seed instead."
    deprecated(SKIP_SEEDING if skip else called, since="0.1.0", until="1.0.0", stacklevel=3)
    if skip.strip().lower() in ("true", "1"):
        print(f"SKIP_SEEDING is {skip!r}: nothing was seeded.", file=sys.stderr)
        return 0
    try:
        done = commands.upgrade(Settings.from_options({}))
    except CommandError as error:
        return _failed(error)
    except DBAPIError as error:
        return _failed(explain(error))
    print(console.summary(done.outcomes, "seeded"))
    return 0


def _failed(error: CommandError) -> int:
    print(f"Error: {error}", file=sys.stderr)
    return getattr(error, "exit_code", 1)


if __name__ == "__main__":
    sys.exit(seed_all_defaults())
