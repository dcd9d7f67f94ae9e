"""The command line: options in, one call of `commands`, a printed result out.

Errors become one clear line and an exit code here, once: 0 done, 1 failed, 2 usage or refused, 3 another run holds the lock.
"""

import functools
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from terp_seed.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="terp-seed")
def main() -> None:
    """Seed TERP's tables with realistic masked data, and roll back exactly that."""


def _shared(*names: str) -> Callable[[F], F]:
    """Return a decorator that adds the named options; they mean the same in every command."""
    options = {
        "size": click.option("--size", metavar="SIZE", help="small, medium, large or xN: N times small. Default: small."),
        "table": click.option("--table", metavar="TABLE", help="One of the seven tables, with what it needs."),
        "seed": click.option("--seed", metavar="N", help="What the random data depends on. Default: 42."),
        "as_of": click.option("--as-of", metavar="YYYY-MM-DD", help="The day on which the data ends. Default: today (UTC)."),
        "env": click.option("--env", metavar="ENV", help="development, test, staging or production."),
        "sql": click.option("--sql", is_flag=True, help="Print the SQL script for review; connects to nothing."),
        "first_id": click.option("--first-id", metavar="N", help="With --sql: where ids begin. Default: 1."),
        "force": click.option("--force", "-f", is_flag=True, help="Do not ask; needed in production."),
        "json": click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
    }

    def decorate(function: F) -> F:
        for name in reversed(names):
            function = options[name](function)
        return function

    return decorate


def _errors(function: F) -> F:
    """Turn the errors of a run into one line and an exit code."""

    @functools.wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> None:
        from alembic.util import CommandError
        from sqlalchemy.exc import DBAPIError

        from terp_seed.engine.database import explain
        from terp_seed.errors import SeedError

        try:
            function(*args, **kwargs)
        except SeedError as error:
            _fail(str(error), error.exit_code)
        except CommandError as error:
            _fail(str(error), 1)
        except DBAPIError as error:
            _fail(str(explain(error)), 1)

    return guarded  # type: ignore[return-value]


@main.command()
@_shared("size", "table", "seed", "as_of", "env")
@click.option("--clean", is_flag=True, help="Roll back first; then other settings may be given.")
@_shared("sql", "first_id", "force")
@_errors
def upgrade(table: str | None, clean: bool, sql: bool, force: bool, **options: str | None) -> None:
    """Seed the tables, or one of them with what it needs."""
    from terp_seed import commands, console
    from terp_seed.errors import BadSetting

    settings = _settings(options, force)
    if sql and clean:
        raise BadSetting(
            "--clean and --sql do not go together: expected two scripts. Print the one of terp-seed downgrade first."
        )
    if sql:
        commands.upgrade_script(settings, table)
        return
    _confirm(settings, "roll back and seed again" if clean else "seed", table, force)
    progress = console.Progress()
    outcomes = commands.upgrade(settings, table, clean, commands.Hooks(progress.planned, progress.done))
    click.echo(console.summary([outcome for outcome in outcomes if outcome.inserted], "seeded"))


@main.command()
@_shared("table", "env", "sql", "force")
@_errors
def downgrade(table: str | None, sql: bool, force: bool, **options: str | None) -> None:
    """Roll back exactly what was seeded, or one table of it with what depends on that."""
    from terp_seed import commands, console

    settings = _settings(options, force)
    if sql:
        commands.downgrade_script(settings, table)
        return
    _confirm(settings, "roll back", table, force)
    progress = console.Progress()
    outcomes = commands.downgrade(settings, table, commands.Hooks(progress.planned, progress.done))
    click.echo(console.summary(outcomes, "rolled back"))


@main.command()
@click.option("--database", "named", metavar="NAME", help="The database's name, typed out: the answer to the question.")
@_shared("env", "force")
@_errors
def purge(named: str | None, force: bool, **options: str | None) -> None:
    """Delete EVERY row of the seven tables, whoever wrote it. Asks for the database's name; --force does not answer that."""
    from terp_seed import commands
    from terp_seed.engine.database import label, parse_url
    from terp_seed.errors import Refused

    settings = _settings(options, force)
    name = parse_url(settings.url).database or ""
    if named is None:
        if not sys.stdin.isatty():
            raise Refused(f"To delete every row of the seven tables, expected --database with the name of {label(settings.url)}.")
        present = ", ".join(f"{table} {rows:,}" for table, rows in commands.rows_present(settings).items())
        click.echo(f"This deletes EVERY row of the seven tables, not only seeded ones: {present}.", err=True)
        named = click.prompt(f"Type the name of the database in {label(settings.url)}", err=True)
    if named != name:
        raise Refused(f"The name {named!r} is not that of the database: expected {name!r}. Nothing was done.")
    for table, rows in commands.purge(settings).items():
        click.echo(f"{table:<12}{rows:>12,}   deleted")


@main.command()
@_shared("env", "json")
@_errors
def status(as_json: bool, **options: str | None) -> None:
    """Show what is seeded, with which settings, and who holds the lock."""
    from terp_seed import commands, console

    found = commands.status(_settings(options))
    companions = frozenset(table.name for table in commands.CATALOG.every if commands.CATALOG.is_companion(table.name))
    click.echo((console.status_json if as_json else console.status_text)(found, companions))


@main.command()
@_shared("env", "json")
@_errors
def verify(as_json: bool, **options: str | None) -> None:
    """Check the seeded rows: counts, references, money, stock, dates and masking."""
    from terp_seed import commands, console

    result = commands.verify(_settings(options))
    click.echo((console.verification_json if as_json else console.verification_text)(result))
    if not result.ok:
        sys.exit(1)


def _settings(options: dict[str, str | None], force: bool = False) -> "Settings":
    from terp_seed.settings import Settings

    return Settings.from_options({**options, "force": "true" if force else "false"})


def _confirm(settings: "Settings", what: str, table: str | None, force: bool) -> None:
    """Ask before a write, naming the target and what is in it. Raises Refused where nobody could answer."""
    from terp_seed import commands
    from terp_seed.engine.database import label
    from terp_seed.engine.preflight import require_force
    from terp_seed.errors import Refused

    if force:
        return
    require_force(settings)
    if not sys.stdin.isatty():
        raise Refused(f"To {what} without a terminal, expected --force: nobody can be asked. Nothing was done.")
    present = ", ".join(f"{name} {rows:,}" for name, rows in commands.rows_present(settings).items()) or "none of the tables"
    click.echo(f"{label(settings.url)} ({settings.environment}) has {present}.", err=True)
    click.confirm(f"{what.capitalize()} {table or 'all tables'} there?", abort=True, err=True)


def _fail(message: str, exit_code: int) -> None:
    click.echo(f"Error: {message}", err=True)
    sys.exit(exit_code)
