"""The options that commands share, and how they become settings and a listener.

The only place where errors become a line or a log event, and an exit code: 0 done, 1 failed, 2 usage or refused, 3 another run
holds the lock, 130 Ctrl-C, 143 SIGTERM.
"""

import contextlib
import functools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from terp_seed.app.listener import Listener
    from terp_seed.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])
LOG_FORMATS = ("console", "json")
INTERRUPTED, TERMINATED = 128 + signal.SIGINT, 128 + signal.SIGTERM  # the exit codes that a shell gives

_OPTIONS: dict[str, Callable[[F], F]] = {
    "size": click.option(
        "--size", metavar="SIZE", help="small, medium (10 times small), large (100 times) or xN (N times). Default: small."
    ),
    "table": click.option("--table", metavar="TABLE", help="Only this table and the tables that it needs."),
    "table_down": click.option("--table", metavar="TABLE", help="Only this table and the tables that depend on it."),
    "seed": click.option("--seed", metavar="N", help="Seed of the random data. Default: 42."),
    "as_of": click.option("--as-of", metavar="YYYY-MM-DD", help="The day on which the data ends. Default: today (UTC)."),
    "env": click.option("--env", metavar="ENV", help="development, test, staging or production."),
    "sql": click.option("--sql", is_flag=True, help="Print the SQL script for review; connects to nothing."),
    "dry_run": click.option("--dry-run", is_flag=True, help="Inspect the database and print what would be done; write nothing."),
    "first_id": click.option("--first-id", metavar="N", help="With --sql: the first id. Default: 1."),
    "units": click.option("--units", metavar="A:B", help="With --sql: only these units of the size, as a separate script."),
    "force": click.option("--force", "-f", is_flag=True, help="Do not ask; required in production."),
    "force_purge": click.option("--force", "-f", is_flag=True, help="Required in production; the name is asked for anyway."),
    "allow_triggers": click.option(
        "--allow-triggers", is_flag=True, help="Run even if triggers write elsewhere, or change what is seeded."
    ),
    "discard_edits": click.option(
        "--discard-edits", is_flag=True, help="Also delete seeded rows that were edited; required for that in production."
    ),
    "database": click.option("--database", "named", metavar="NAME", help="The database's name, instead of asking for it."),
    "json": click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
    "verbose": click.option("--verbose", "-v", is_flag=True, help="Also show Alembic's own log."),
    "log_format": click.option(
        "--log-format",
        type=click.Choice(LOG_FORMATS),
        help="Format of standard error. Default: json in production or without a terminal, else console.",
    ),
}


def shared(*names: str) -> Callable[[F], F]:
    """Return a decorator that adds the named options to a command."""

    def decorate(function: F) -> F:
        for name in reversed(names):
            function = _OPTIONS[name](function)
        return function

    return decorate


def run(function: F) -> Callable[..., None]:
    """Wrap a command: build `settings` and `listener` from its options, report errors, and set the exit code."""

    @functools.wraps(function)
    def guarded(**given: Any) -> None:
        from alembic.util import CommandError
        from sqlalchemy.exc import DBAPIError

        from terp_seed.app.deprecation import SKIP_SEEDING
        from terp_seed.backends.connection import explain
        from terp_seed.cli.json_log import alembics_log
        from terp_seed.errors import SeedError
        from terp_seed.runtime.standard_output import written_out
        from terp_seed.settings import OPTION_KEYS, Settings
        from terp_seed.variables import read_variables

        asked = {key: given.pop(key) for key in OPTION_KEYS if key in given}
        for flag in {"force", "discard_edits", "allow_triggers"} & asked.keys():
            asked[flag] = "true" if asked[flag] else "false"
        log_format, verbose = given.pop("log_format", "console"), given.pop("verbose", False)
        if given.get("sql"):
            log_format = "console"  # printing a script is not a run, and has no log
        code = 1
        command = click.get_current_context().info_name or ""
        listener = listener_of(command, log_format)
        try:
            settings = Settings.from_options(asked)
            listener = listener_of(command, log_format, settings)
            listener.started(settings)
            if read_variables().get("SKIP_SEEDING"):
                listener.warned(SKIP_SEEDING)  # but not obeyed: the command was typed on purpose
            with _ended_like_interrupted(), alembics_log(listener, verbose), written_out():
                function(settings=settings, listener=listener, **given)
            code = 0
        except SeedError as error:
            code = error.exit_code
            listener.failed(error)
        except CommandError as error:
            listener.failed(SeedError(str(error)))
        except DBAPIError as error:
            listener.failed(explain(error))
        except click.Abort:
            code = INTERRUPTED
            listener.failed(SeedError("Not confirmed: expected an answer to the question. Nothing was done."))
        except KeyboardInterrupt as interrupt:
            code = TERMINATED if isinstance(interrupt, _Terminated) else INTERRUPTED
            listener.failed(
                SeedError(
                    "Interrupted: the current transaction was rolled back; earlier commits were kept. Run the same command again."
                )
            )
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        except Exception as error:
            from terp_seed.app.project_faults import fault_of

            fault = fault_of(error)
            if fault is None:
                raise
            listener.failed(fault)
        finally:
            listener.ended(code)
        if code:
            sys.exit(code)

    return guarded


@contextlib.contextmanager
def _ended_like_interrupted() -> Iterator[None]:
    """Handle SIGTERM, which platforms send to stop a job, like Ctrl-C: roll back, release the lock, and report it."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may handle signals
        return

    def terminate(*_: Any) -> None:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Terminated(KeyboardInterrupt):
    """SIGTERM came, not Ctrl-C."""


def listener_of(command: str, log_format: str | None, settings: "Settings | None" = None) -> "Listener":
    """Return the listener of a run of a command. Without settings, return the one that reports why they could not be read."""
    from terp_seed.cli.json_log import Log
    from terp_seed.cli.progress import Progress
    from terp_seed.errors import BadSetting
    from terp_seed.variables import read_variables

    try:
        variables = read_variables()
    except BadSetting:  # reported once there is a listener
        variables = dict(os.environ)
    asked = log_format or variables.get("TERP_LOG_FORMAT")
    if settings and asked and asked not in LOG_FORMATS:
        raise BadSetting(f"TERP_LOG_FORMAT {asked!r} is not known: expected one of {', '.join(LOG_FORMATS)}.")
    in_production = settings is not None and settings.environment == "production"
    if asked == "json" or (not asked and (in_production or not sys.stderr.isatty())):
        return Log(command)
    return Progress()
