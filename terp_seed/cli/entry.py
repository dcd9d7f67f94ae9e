"""The commands of the command line: each takes options, calls one function of `app`, and prints the result.

Results go to standard output; progress, prompts and errors go to standard error.
"""

import os
import sys
from typing import TYPE_CHECKING

import click

from terp_seed.cli.group import Group
from terp_seed.cli.options import run, shared
from terp_seed.cli.questions import confirm, require_name
from terp_seed.cli.schema_commands import check, revision

if TYPE_CHECKING:
    from terp_seed.app.listener import Listener
    from terp_seed.execution.cascade import Cascade
    from terp_seed.settings import Settings


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="terp-seed")
def main() -> None:
    """Seed the project's tables with realistic masked data, and roll back exactly those rows."""
    if os.environ.get("NO_COLOR"):
        click.get_current_context().color = False


@main.command()
@shared("size", "table", "seed", "as_of", "env")
@click.option("--clean", is_flag=True, help="Roll back first, which allows other settings.")
@shared("discard_edits", "allow_triggers", "dry_run", "sql", "first_id", "units", "force", "verbose", "log_format")
@run
def upgrade(settings: "Settings", listener: "Listener", table: str | None, clean: bool, dry_run: bool, sql: bool) -> None:
    """Seed all tables, or one table and its dependencies."""
    from terp_seed.app import commands
    from terp_seed.cli import console
    from terp_seed.errors import BadSetting

    _require_one(dry_run=dry_run, sql=sql)
    if dry_run:
        _dry_run(settings, table, up=True, clean=clean)
        return
    if sql and clean:
        raise BadSetting(
            "--clean and --sql cannot be combined: expected two scripts. Print the one of `terp-seed downgrade` first."
        )
    if settings.units and not sql:
        raise BadSetting("--units can only be used with --sql: an online run seeds every unit.")
    if sql:
        commands.upgrade_script(settings, table)
        return
    confirm(settings, "roll back and seed again" if clean else "seed", table, up=True, clean=clean)
    done = commands.upgrade(settings, table, clean, listener)
    click.echo(console.seeded(done))
    if not done.audit.ok:
        sys.exit(1)
    listener.advised("`terp-seed verify` checks the data, `terp-seed downgrade` rolls it back.")


@main.command()
@shared("table_down", "env", "dry_run", "sql")
@click.option(
    "--cascade", is_flag=True, help="Also delete rows that were not seeded but refer to these; asks for the database's name."
)
@shared("database", "discard_edits", "allow_triggers", "force", "verbose", "log_format")
@run
def downgrade(
    settings: "Settings",  # click passes one parameter per option
    listener: "Listener",
    table: str | None,
    dry_run: bool,
    sql: bool,
    cascade: bool,
    named: str | None,
) -> None:
    """Roll back exactly what was seeded, or one table and its dependents."""
    from terp_seed.app import commands
    from terp_seed.cli import console
    from terp_seed.errors import BadSetting

    _require_one(dry_run=dry_run, sql=sql)
    _require_one(sql=sql, cascade=cascade)
    if named is not None and not cascade:
        raise BadSetting("--database can only be used with --cascade.")
    if dry_run:
        _dry_run(settings, table, up=False, cascade=cascade)
        return
    if sql:
        commands.downgrade_script(settings, table)
        return
    confirm(settings, "roll back", table, up=False)

    def agree(found: "Cascade") -> None:
        listener.cascading(found)
        require_name(settings, named, "delete these rows for good")

    outcomes = commands.downgrade(settings, table, listener, agree if cascade else None)
    click.echo(console.summary(outcomes, "rolled back"))
    listener.advised("`terp-seed status` shows what is left, `terp-seed upgrade` seeds again.")


@main.command()
@shared("database", "env", "force_purge", "log_format")
@run
def purge(settings: "Settings", listener: "Listener", named: str | None) -> None:
    """Delete EVERY row of the project's tables, seeded or not. Asks for the database's name, even with --force."""
    from terp_seed.app import commands, state

    if named is None and sys.stdin.isatty():
        present = ", ".join(f"{table} {rows:,}" for table, rows in state.rows_present(settings).items())
        click.echo(f"This deletes EVERY row of the project's tables, not only seeded ones: {present}.", err=True)
    require_name(settings, named, "delete every row of the project's tables")
    for table, rows in commands.purge(settings, listener).items():
        click.echo(f"{table:<12}{rows:>12,}   deleted")


@main.command()
@shared("env", "json")
@click.option("--edits", is_flag=True, help="List the seeded rows that have changed since.")
@click.option("--values", is_flag=True, help="With --edits: also show the seeded and current values.")
@run
def status(settings: "Settings", listener: "Listener", as_json: bool, edits: bool, values: bool) -> None:
    """Show what is seeded, with which settings, what has changed since, and who holds the lock."""
    from terp_seed.app import state
    from terp_seed.cli import console
    from terp_seed.errors import BadSetting

    if values and not edits:
        raise BadSetting("--values requires --edits: expected both.")
    _require_one(json=as_json, edits=edits)
    if edits:
        click.echo(console.edits(state.edits(settings, values), values))
        return
    found = state.status(settings)
    click.echo((console.status_json if as_json else console.status_text)(found, found.companions))


@main.command()
@shared("env")
@click.option("--health-url", metavar="URL", help="Also check the application's health endpoint.")
@click.option("--script", metavar="FILE", help="Also compare the rows with a printed script, value by value.")
@shared("json", "log_format")
@run
def verify(settings: "Settings", listener: "Listener", health_url: str | None, script: str | None, as_json: bool) -> None:
    """Check the seeded rows: counts, references, money, stock, dates and masking."""
    from terp_seed.app import commands
    from terp_seed.cli import console

    result = commands.verify(settings, health_url, script)
    listener.verified(result)
    click.echo((console.verification_json if as_json else console.verification_text)(result))
    if not result.ok:
        sys.exit(1)


@main.command()
@click.option("--empty", is_flag=True, help="Write a project for your own tables instead of TERP's.")
@run
def init(settings: "Settings", listener: "Listener", empty: bool) -> None:
    """Write alembic.ini, seeds/ and .env.example into this folder, for you to edit, with TERP's migrations/ or, with --empty, a
    seed_tables.py for your own tables. Overwrites nothing.
    """
    from terp_seed.app import commands

    for name in (names := commands.init(empty)):
        click.echo(f"{name:<{max(14, *(len(each) + 1 for each in names))}}written")
    then = "describe a table in seed_tables.py" if empty else "create TERP's tables with `alembic upgrade head`"
    listener.advised(f"name the database in .env (see .env.example), then {then}.")


@main.command()
@shared("size", "table", "seed", "as_of", "env")
@click.option("--live", is_flag=True, help="Show what is in the database, not what would be seeded.")
@click.option("--ask", is_flag=True, help="Also ask the database what a run would meet there now; only reads.")
@click.option("--output", "-o", default="review.html", metavar="FILE", help="File to write; - prints it. Default: review.html.")
@run
def review(settings: "Settings", listener: "Listener", table: str | None, live: bool, ask: bool, output: str) -> None:
    """Write one HTML page about the seed: rows, graph, masking, checks, plots and script."""
    from terp_seed.app import reviews
    from terp_seed.cli import console
    from terp_seed.cli.output import save

    _require_one(live=live, ask=ask)
    save(output, (page := reviews.review(settings, table, live, ask)).html)
    click.echo(f"{output}: {console.verification_text(page.verification).splitlines()[-1]}", err=True)
    if not page.verification.ok:
        sys.exit(1)


main.add_command(revision)
main.add_command(check)


def _require_one(**flags: bool) -> None:
    """Refuse mutually exclusive flags. Raises BadSetting if more than one is given."""
    from terp_seed.errors import BadSetting

    given = [f"--{name.replace('_', '-')}" for name, is_given in flags.items() if is_given]
    if len(given) > 1:
        raise BadSetting(f"{' and '.join(given)} cannot be combined: expected one of them. Nothing was done.")


def _dry_run(settings: "Settings", table: str | None, *, up: bool, clean: bool = False, cascade: bool = False) -> None:
    """Print what a command would do, and the command line that does it."""
    from terp_seed.app import commands
    from terp_seed.cli import dry_run

    along: list[Cascade] = []
    found = commands.dry_run(settings, table, up=up, clean=clean, agree=along.append if cascade else None)
    words = ["terp-seed", "upgrade" if up else "downgrade", *([f"--table {table}"] if table else [])]
    recipe, in_production = found.preview.recipe, settings.environment == "production"
    words += [f"--size {recipe.size} --seed {recipe.seed} --as-of {recipe.as_of}"] if up else []
    flags = {"--clean": clean, "--cascade": cascade, "--discard-edits": settings.discard_edits}
    flags |= {"--allow-triggers": settings.allow_triggers, "--force": in_production}
    words += [flag for flag, is_given in flags.items() if is_given]
    text = dry_run.text(found, " ".join(words), settings.environment)
    if along:
        before, next_, command = text.rpartition("\nNext: ")
        text = f"{before}\n\nThese rows were not seeded, and would be deleted too (--cascade):\n{along[0]}{next_}{command}"
    click.echo(text)
