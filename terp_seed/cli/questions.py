"""The questions that a command asks before it writes or deletes. Without a terminal, an option has to answer them."""

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from terp_seed.settings import Settings


def confirm(settings: "Settings", what: str, table: str | None, *, up: bool, clean: bool = False) -> None:
    """Ask for confirmation before a write, naming the target and its rows; not if there is nothing to do. Raises Refused on a no,
    and without a terminal, and BadSetting for an unknown table.
    """
    from terp_seed.app import commands, state
    from terp_seed.backends.connection import label
    from terp_seed.checks.preflight import require_force
    from terp_seed.cli import console
    from terp_seed.errors import Refused

    commands.require_known(table)
    if settings.force or not (clean or state.is_pending(settings, table, up=up)):
        return
    require_force(settings)
    if not sys.stdin.isatty():
        raise Refused(f"To {what} without a terminal, pass --force: there is nobody to ask. Nothing was done.")
    present = ", ".join(f"{name} {rows:,}" for name, rows in state.rows_present(settings).items()) or "none of the tables"
    click.echo(f"{label(settings.url)} ({settings.environment}) has {present}.", err=True)
    if "roll back" in what:
        for line in console.not_as_seeded(state.status(settings).states):
            click.echo(line, err=True)
    if not click.confirm(f"{what.capitalize()} {table or 'all tables'} there?", err=True):
        raise Refused(f"Not confirmed, so nothing was done. Answer y to {what}, or pass --force.")


def require_name(settings: "Settings", named: str | None, what: str) -> None:
    """Ask for the database's name unless it was given: a yes is typed too easily. Raises Refused if the name is wrong."""
    from terp_seed.backends.connection import label, parse_url
    from terp_seed.errors import Refused

    name = parse_url(settings.url).database or ""
    if named is None:
        if not sys.stdin.isatty():
            raise Refused(f"To {what}, expected `--database {name}`, the name of the database. Nothing was done.")
        named = click.prompt(f"To {what}, type the name of the database in {label(settings.url)}", err=True)
    if named != name:
        raise Refused(f"The name {named!r} is not that of the database: expected {name!r}. Nothing was done.")
