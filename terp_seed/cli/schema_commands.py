"""The commands about a whole schema: write its seeds, and tell whether the two have drifted apart."""

import sys
from typing import TYPE_CHECKING

import click

from terp_seed.cli.group import Command
from terp_seed.cli.options import run, shared

if TYPE_CHECKING:
    from terp_seed.app.listener import Listener
    from terp_seed.settings import Settings


@click.command(cls=Command)
@click.option("--autogenerate", is_flag=True, help="Write the seeds of every table of the database that has none.")
@click.option("--tables", metavar="NAMES", help="Only these tables, with commas in between, and those that they need.")
@click.option("--metadata", metavar="PLACE", help="Read SQLAlchemy's MetaData at package.module:NAME instead of the database.")
@click.option("--skip", is_flag=True, help="Leave out tables that cannot be seeded, and write the others.")
@shared("env")
@run
def revision(
    settings: "Settings", listener: "Listener", autogenerate: bool, tables: str | None, metadata: str | None, skip: bool
) -> None:
    """Write a Python file and a revision for each table of a schema. Reads the database; inserts nothing."""
    from terp_seed.app import autogenerate as app
    from terp_seed.cli import schema_output
    from terp_seed.errors import BadSetting
    from terp_seed.inference.generation import Request

    if not autogenerate:
        raise BadSetting(
            'revision needs --autogenerate: expected it. `alembic -n seed revision -m "more books"` makes one by hand.'
        )
    names = tuple(dict.fromkeys(name.strip() for name in tables.split(",") if name.strip())) if tables is not None else None
    if names == ():
        raise BadSetting("--tables names no table: expected names with commas in between, as in --tables books,authors.")
    found = app.autogenerate(settings, Request(names, metadata, skip))
    click.echo(schema_output.generated(found))
    if found.tables:
        listener.advised("read the files, then `terp-seed upgrade` seeds the tables.")


@click.command(cls=Command)
@shared("env")
@run
def check(settings: "Settings", listener: "Listener") -> None:
    """Check that the seeds still fit the live schema; exit code 1 if they have drifted apart. Changes nothing."""
    from terp_seed.app import autogenerate as app
    from terp_seed.cli import schema_output

    found = app.check(settings)
    click.echo(schema_output.drifted(found))
    if found:
        listener.advised("correct the tables in the project, or migrate the database.")
        sys.exit(1)
