"""The command line: options in, one call of `commands`, a printed result out.

Errors become one clear line and an exit code here, once: 0 done, 1 failed, 2 usage or refused, 3 another run holds the lock.
"""

import functools
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from terp_seed.engine.cascade import Cascade
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
        "database": click.option("--database", "named", metavar="NAME", help="The database's name: the answer to the question."),
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
@_shared("table", "env", "sql")
@click.option(
    "--cascade", is_flag=True, help="Also delete other people's rows that refer to these; asks for the database's name."
)
@_shared("database", "force")
@_errors
def downgrade(table: str | None, sql: bool, cascade: bool, named: str | None, force: bool, **options: str | None) -> None:
    """Roll back exactly what was seeded, or one table of it with what depends on that."""
    from terp_seed import commands, console
    from terp_seed.errors import BadSetting

    settings = _settings(options, force)
    if sql and cascade:
        raise BadSetting("--cascade and --sql do not go together: expected one of them. A script refuses as the guard does.")
    if named is not None and not cascade:
        raise BadSetting("--database answers the question of --cascade: expected both or none of them.")
    if sql:
        commands.downgrade_script(settings, table)
        return
    _confirm(settings, "roll back", table, force)
    progress = console.Progress()

    def agree(found: "Cascade") -> None:
        click.echo(f"These rows were not seeded, and refer to rows that go:\n{found}", err=True)
        _require_name(settings, named, "delete these rows for good")

    hooks = commands.Hooks(progress.planned, progress.done)
    outcomes = commands.downgrade(settings, table, hooks, agree if cascade else None)
    click.echo(console.summary(outcomes, "rolled back"))


@main.command()
@_shared("database", "env", "force")
@_errors
def purge(named: str | None, force: bool, **options: str | None) -> None:
    """Delete EVERY row of the seven tables, whoever wrote it. Asks for the database's name; --force does not answer that."""
    from terp_seed import commands

    settings = _settings(options, force)
    if named is None and sys.stdin.isatty():
        present = ", ".join(f"{table} {rows:,}" for table, rows in commands.rows_present(settings).items())
        click.echo(f"This deletes EVERY row of the seven tables, not only seeded ones: {present}.", err=True)
    _require_name(settings, named, "delete every row of the seven tables")
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


@main.command()
@_errors
def init() -> None:
    """Write alembic.ini, migrations/, seeds/ and .env.example into this folder, to be changed. Overwrites nothing."""
    from terp_seed import commands

    for name in commands.init():
        click.echo(f"{name:<14}written")
    click.echo("Next: name the database in .env (as in .env.example); then `alembic upgrade head` makes TERP's tables.", err=True)


@main.command()
@_shared("size", "table", "seed", "as_of", "env")
@click.option("--live", is_flag=True, help="Of what is in the database, not of what would be written.")
@click.option("--output", "-o", default="review.html", metavar="FILE", help="Where to; - prints it. Default: review.html.")
@_errors
def review(table: str | None, live: bool, output: str, **options: str | None) -> None:
    """Write one HTML page about the seed: rows, graph, masking, checks, plots and script."""
    from terp_seed import commands, console

    page = commands.review(_settings(options), table, live)
    console.save(output, page.html)
    click.echo(f"{output}: {console.verification_text(page.verification).splitlines()[-1]}", err=True)
    if not page.verification.ok:
        sys.exit(1)


def _settings(options: dict[str, str | None], force: bool = False) -> "Settings":
    from terp_seed.deprecation import SKIP_SEEDING
    from terp_seed.settings import Settings, read_variables

    if read_variables().get("SKIP_SEEDING"):
        click.echo(SKIP_SEEDING, err=True)  # and it is not obeyed: who types a command means it
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


def _require_name(settings: "Settings", named: str | None, what: str) -> None:
    """Ask for the database's name, unless it was given: a yes is typed too easily. Raises Refused for another name."""
    from terp_seed.engine.database import label, parse_url
    from terp_seed.errors import Refused

    name = parse_url(settings.url).database or ""
    if named is None:
        if not sys.stdin.isatty():
            raise Refused(f"To {what}, expected --database with the name of {label(settings.url)}. Nothing was done.")
        named = click.prompt(f"To {what}, type the name of the database in {label(settings.url)}", err=True)
    if named != name:
        raise Refused(f"The name {named!r} is not that of the database: expected {name!r}. Nothing was done.")


def _fail(message: str, exit_code: int) -> None:
    click.echo(f"Error: {message}", err=True)
    sys.exit(exit_code)
