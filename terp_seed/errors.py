"""The errors: one tree, each a sentence that says what was found, what was expected and what to do next.

A SeedError is Alembic's CommandError, so plain `alembic` prints it as `FAILED: …` without a traceback.
"""

from alembic.util import CommandError


class SeedError(CommandError):
    """A run could not be done; `exit_code` is what the CLI ends with."""

    exit_code = 1


class BadSetting(SeedError):
    """An option, `-x` key or variable has a value that cannot be used. Nothing was read or written."""

    exit_code = 2


class Refused(SeedError):
    """The run was possible but not allowed. Nothing was written."""

    exit_code = 2


class SettingsConflict(Refused):
    """The database is seeded with other settings than the ones asked for."""


class RollbackRefused(Refused):
    """Rows that were not seeded refer to rows that the rollback would delete."""


class NotAsSeeded(Refused):
    """Rows are not as they were seeded, and the rollback would delete them, or cannot tell which of them it may delete."""


class LockHeld(SeedError):
    """Another run holds the lock."""

    exit_code = 3


class ConnectionFailed(SeedError):
    """The database could not be reached."""


class SchemaMismatch(SeedError):
    """The live schema is not the one that the tables need."""


class LedgerMismatch(SeedError):
    """The ledger and the version table tell different stories."""


class RevisionMissing(SeedError):
    """The version table names a revision that no file is."""


class CapacityExceeded(SeedError):
    """More values or ids were asked for than exist."""
