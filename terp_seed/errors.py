"""The errors, in one tree. Each message states what was found, what was expected and what to do next.

A SeedError is Alembic's CommandError, so plain `alembic` prints it as `FAILED: …` without a traceback.
"""

from alembic.util import CommandError


class SeedError(CommandError):
    """A SeedError is the root of all errors of this package; `exit_code` is the CLI's exit code."""

    exit_code = 1


class BadSetting(SeedError):
    """An option, `-x` key or environment variable has an unusable value. Nothing was read or written."""

    exit_code = 2


class Refused(SeedError):
    """The run was possible but not allowed. Nothing was written."""

    exit_code = 2


class SettingsConflict(Refused):
    """The database was seeded with settings other than the requested ones."""


class RollbackRefused(Refused):
    """Rows that were not seeded refer to rows that the rollback would delete."""


class NotAsSeeded(Refused):
    """Rows have changed since seeding, and the rollback would delete them or cannot tell which of them it may delete."""


class LockHeld(SeedError):
    """Another run holds the lock."""

    exit_code = 3


class ConnectionFailed(SeedError):
    """The database could not be reached."""


class SchemaMismatch(SeedError):
    """The live schema does not match the project's tables."""


class LedgerMismatch(SeedError):
    """The ledger and the version table disagree."""


class RevisionMissing(SeedError):
    """The version table names a revision that no file defines."""


class CapacityExceeded(SeedError):
    """More values or ids were requested than exist."""
