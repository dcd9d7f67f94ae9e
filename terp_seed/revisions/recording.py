"""The recording: the operations of each revision, found by running its upgrade() or downgrade() once, without executing them.

Plan, checks, run, retry and script all use the recording, so a revision that reads sees the database as it was before the run.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import sqlalchemy as sa
from alembic import op
from alembic.operations import MigrateOperation, Operations
from alembic.operations.ops import ExecuteSQLOp
from alembic.runtime.migration import MigrationContext, RevisionStep

from terp_seed.errors import SeedError
from terp_seed.revisions.operations import CreateLedgerOp, DropLedgerOp, SeedOp, UnseedOp

Recorded = tuple[MigrateOperation, ...]
_MAY_ASK_FOR = (SeedOp, UnseedOp, CreateLedgerOp, DropLedgerOp, ExecuteSQLOp)
_READS = ("SELECT", "WITH", "SHOW", "DESCRIBE", "EXPLAIN", "PRAGMA", "VALUES", "TABLE")
_EXPECTED = "expected op.seed, op.unseed, op.execute, and reads through op.get_bind()"


class Recorder:
    """A Recorder runs each revision once, on a connection that it may only read, or without one for a script."""

    def __init__(self, target: sa.Connection | sa.Dialect) -> None:
        """Take the connection of an online run, or the dialect of a script."""
        self._target = target
        self._known: dict[tuple[str, bool], Recorded] = {}

    def of(self, step: RevisionStep) -> Recorded:
        """Return the operations of a step. Raises SeedError if it has one that a seed revision may not use, or writes."""
        key = step.revision.revision, step.is_upgrade
        if key not in self._known:
            self._known[key] = tuple(self._record(step))
        return self._known[key]

    def replayed(self, step: RevisionStep) -> None:
        """Make a step replay its recorded operations instead of running the revision again."""
        recorded = self.of(step)

        def replay(**_: Any) -> None:
            for operation in recorded:
                op.invoke(operation)

        replay.__name__ = step.migration_fn.__name__  # Alembic logs it: Running upgrade a -> b
        step.migration_fn = replay

    def _record(self, step: RevisionStep) -> list[MigrateOperation]:
        found: list[MigrateOperation] = []
        name = step.revision.revision

        def note(operation: MigrateOperation) -> None:
            if not isinstance(operation, _MAY_ASK_FOR):
                what = type(operation).__name__.removesuffix("Op")
                raise SeedError(
                    f"Revision {name} uses {what}, which is not a seed operation: {_EXPECTED}. Create tables in the "
                    "application's migrations, and insert rows with op.seed(TABLE, rows=[…])."
                )
            if isinstance(operation, SeedOp) and operation.rows is not None:
                operation.rows.check()
            found.append(operation)

        def no_bind() -> NoReturn:
            raise SeedError(
                f"Revision {name} reads the database, but a script connects to nothing: expected a revision that does not read. "
                "Run it online, or hard-code what it would read."
            )

        target = self._target
        if isinstance(target, sa.Connection):
            context = MigrationContext.configure(target)
        else:
            context = MigrationContext.configure(dialect=target, opts={"as_sql": True, "output_buffer": io.StringIO()})
        with Operations.context(context) as operations, _only_reads(target, name):
            vars(operations)["invoke"] = note
            if not isinstance(target, sa.Connection):
                vars(operations)["get_bind"] = no_bind
            step.migration_fn()
        return found


@contextmanager
def _only_reads(target: sa.Connection | sa.Dialect, revision: str) -> Iterator[None]:
    """Raise SeedError for any statement on a connection that is not a read, for the duration of a `with` block."""
    if not isinstance(target, sa.Connection):
        yield
        return

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        word = statement.lstrip(" \t\r\n(").partition(" ")[0].partition("\n")[0].upper()
        if word not in _READS:
            raise SeedError(
                f"Revision {revision} writes through op.get_bind(): {statement.strip()[:60]!r}. That would run before "
                f"everything else, and not in a script: {_EXPECTED}. Nothing was changed."
            )

    sa.event.listen(target, "before_cursor_execute", look)
    try:
        yield
    finally:
        sa.event.remove(target, "before_cursor_execute", look)
