"""The log: the events of a run as JSON Lines on standard error, for monitoring.

docs/logs.md lists every event with its fields. The log contains neither passwords nor rows.
"""

import contextlib
import json
import logging
import secrets
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from terp_seed.app.listener import Listener
from terp_seed.errors import LockHeld, SchemaMismatch

if TYPE_CHECKING:
    from terp_seed.checks.verification import Verification
    from terp_seed.errors import SeedError
    from terp_seed.execution.cascade import Cascade
    from terp_seed.execution.outcome import Outcome
    from terp_seed.revisions.plan import Plan
    from terp_seed.settings import Settings

_BECAME = ("edited", "missing", "foreign")
_MOST_IDS = 100  # per event
_HEARTBEAT = 10.0  # seconds between two progress events of a table


class Log(Listener):
    """A Log is a listener that writes each event with the run's id, command, database and environment."""

    def __init__(self, command: str) -> None:
        self._about: dict[str, Any] = {"run": secrets.token_hex(6), "command": command, "database": None, "environment": None}
        self._began = self._lock_taken = time.monotonic()
        self._table, self._table_began, self._told = "", 0.0, 0.0
        self._rows = 0

    def started(self, settings: "Settings") -> None:
        """Write run_started."""
        from terp_seed.backends.connection import label

        self._about |= {"environment": settings.environment, "database": label(settings.url)}
        self._write("run_started")

    def warned(self, message: str) -> None:
        """Write warning."""
        self._write("warning", "warning", message=message)

    def locked(self) -> None:
        """Write lock_taken."""
        self._lock_taken = time.monotonic()
        self._write("lock_taken")

    def cascading(self, found: "Cascade") -> None:
        """Write cascade."""
        self._write("cascade", "warning", rows=sum(map(len, found.doomed.values())), message=str(found))

    def planned(self, plan: "Plan") -> None:
        """Write schema_checked for the inserts and guard_checked for the deletes: all checks have passed."""
        for event, steps in (("schema_checked", plan.inserts()), ("guard_checked", plan.deletes())):
            if steps:
                self._write(event, tables=[step.table.name for step in steps], rows=sum(step.rows for step in steps))

    def advanced(self, table: str, rows: int, of: int) -> None:
        """Write table_progress, at most once per heartbeat."""
        now = time.monotonic()
        if table != self._table:
            self._table, self._table_began, self._told = table, now, now
        elif now - self._told > _HEARTBEAT:
            self._told = now
            self._write("table_progress", table=table, rows=rows, of=of, seconds=_rounded(now - self._table_began))

    def done(self, outcome: "Outcome") -> None:
        """Write table_seeded or table_rolled_back."""
        self._table = ""
        if not outcome.companion:
            self._rows += outcome.rows
        self._write(
            "table_seeded" if outcome.inserted else "table_rolled_back",
            revision=outcome.revision,
            table=outcome.table,
            companion=outcome.companion,
            rows=outcome.rows,
            first_id=outcome.first_id,
            last_id=outcome.last_id,
            seconds=_rounded(outcome.seconds),
            **self._became(outcome),
        )

    def _became(self, outcome: "Outcome") -> dict[str, Any]:
        """Return the ids of rows that had changed before a rollback, by kind; nothing for inserts."""
        return {} if outcome.inserted else {name: list(getattr(outcome, name)[:_MOST_IDS]) for name in _BECAME}

    def purged(self, table: str, rows: int) -> None:
        """Write table_purged."""
        self._rows += rows
        self._write("table_purged", "warning", table=table, rows=rows)

    def verified(self, result: "Verification") -> None:
        """Write check_failed for each check that failed, and verified."""
        failed = [check for check in result.checks if not check.ok]
        for check in failed:
            self._write("check_failed", "error", check=check.name, detail=check.detail)
        skipped = sum(check.skipped for check in result.checks)
        self._write(
            "verified",
            checks=len(result.checks) - skipped,
            failed=len(failed),
            skipped=skipped,
            masked={name: list(table.columns) for name, table in result.pii.items()},
        )

    def unlocked(self) -> None:
        """Write lock_released."""
        self._write("lock_released", seconds=_rounded(time.monotonic() - self._lock_taken))

    def failed(self, error: "SeedError") -> None:
        """Write lock_refused, schema_refused, refused or failed."""
        if isinstance(error, LockHeld):
            event = "lock_refused"
        elif isinstance(error, SchemaMismatch):
            event = "schema_refused"
        else:
            event = "refused" if error.exit_code == 2 else "failed"
        self._write(event, "error", error=str(error), cause=_cause(error))

    def ended(self, exit_code: int) -> None:
        """Write run_ended."""
        self._write("run_ended", exit_code=exit_code, rows=self._rows, seconds=_rounded(time.monotonic() - self._began))

    def overheard(self, record: logging.LogRecord) -> None:
        """Write message for a record logged by Alembic or Python."""
        self._write("message", record.levelname.lower(), logger=record.name, message=record.getMessage())

    def _write(self, event: str, level: str = "info", **fields: Any) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        # ASCII, so that a line is valid JSON in any locale
        print(json.dumps({"time": now, "level": level, "event": event, **self._about, **fields}), file=sys.stderr, flush=True)


class _Overhearing(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log.overheard(record)


@contextlib.contextmanager
def alembics_log(listener: Listener, verbose: bool) -> Iterator[None]:
    """Show the warnings that Alembic logs, and with `verbose` its steps. A Log writes them, and Python's warnings, as events."""
    handler: logging.Handler
    if isinstance(listener, Log):
        handler = _Overhearing(listener)
    else:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(levelname)-5.5s [%(name)s] %(message)s"))  # as in alembic.ini
    alembic, warnings = logging.getLogger("alembic"), logging.getLogger("py.warnings")
    before = alembic.level
    alembic.setLevel(logging.INFO if verbose else logging.WARNING)
    for logger in (alembic, warnings):
        logger.addHandler(handler)
    logging.captureWarnings(isinstance(listener, Log))
    try:
        yield
    finally:
        logging.captureWarnings(False)
        alembic.setLevel(before)
        for logger in (alembic, warnings):
            logger.removeHandler(handler)


def _cause(error: BaseException) -> str | None:
    """Return the error of the server, driver or operating system behind ours, if there is one."""
    from sqlalchemy.exc import DBAPIError

    from terp_seed.backends.driver_errors import cause

    made_by = error.__cause__
    if isinstance(made_by, DBAPIError):
        return f"{type(made_by.orig).__name__}: {cause(made_by)}"
    return f"{type(made_by).__name__}: {made_by}" if made_by else None


def _rounded(seconds: float) -> float:
    return round(seconds, 3)
