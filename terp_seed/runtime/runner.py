"""The runner: the entry point of seeds/env.py, for plain `alembic` and the CLI alike.

It determines the command, and passes it to the online or the offline run.
"""

import sys
from collections.abc import Mapping
from typing import Any

from alembic import context
from sqlalchemy.exc import DBAPIError

from terp_seed.backends import connection as connections
from terp_seed.errors import BadSetting
from terp_seed.inference.generation import Request, generate
from terp_seed.model.project import Project
from terp_seed.model.table import Catalog
from terp_seed.revisions.alembic_internals import is_of_revision, write_no_file
from terp_seed.revisions.migration_plan import name_revision
from terp_seed.runtime import offline, online
from terp_seed.runtime.run_context import RunContext
from terp_seed.runtime.standard_output import OutputFull, written_out
from terp_seed.settings import Settings


def run(project: Project) -> None:
    """Run the Alembic command that loaded seeds/env.py. Raises SeedError, which Alembic prints as FAILED."""
    catalog = project.catalog
    context.configure(dialect_name="sqlite")  # connects to nothing, only tells the command
    options = context.get_context().opts
    generating = options.get("revision_context")
    is_automatic = bool(generating and generating.command_args["autogenerate"])
    if is_automatic and is_of_revision(options):
        _autogenerate(catalog, options)
        return
    if "template_args" in options and not is_automatic:
        _require_heads_to_merge(generating is None)
        # alembic revision and merge write a file, and need no database
        context.configure(dialect_name="sqlite", as_sql=True, process_revision_directives=name_revision)
        context.run_migrations()
        return
    caller = context.config.attributes.get("caller") or RunContext(Settings.from_options(x_arguments()))
    try:
        if context.is_offline_mode():
            with written_out():
                offline.print_script(catalog, caller)
        elif "destination_rev" in options:
            online.move_version(catalog, caller)
        else:
            online.look(catalog, caller)
    except OutputFull as error:
        if "caller" not in context.config.attributes:  # plain alembic would say it on standard output
            print(f"FAILED: {error}", file=sys.stderr)
        raise
    except DBAPIError as error:
        raise connections.explain(error) from error


def _autogenerate(catalog: Catalog, options: Mapping[str, Any]) -> None:
    """Write what `terp-seed revision --autogenerate` writes; Alembic itself would ask for an upgraded database first."""
    found = generate(context.config, catalog, Settings.from_options(x_arguments()), Request())
    write_no_file(options)
    for file in found.files:
        context.config.print_stdout("  Generating %s ...  done", file)
    for note in (*map(str, found.drifts), *found.lines, *found.reviews, *found.notes):
        context.config.print_stdout("  %s", note)
    if not found.files:
        context.config.print_stdout("  Nothing to write: every table has its seeds.")


def _require_heads_to_merge(is_merge: bool) -> None:
    """Raise BadSetting for `alembic merge` where nothing has branched: it would write a revision without a purpose."""
    heads = context.script.get_heads()
    if is_merge and len(heads) < 2:
        raise BadSetting(f"There is one head, {', '.join(heads) or 'base'}: expected two or more to merge. No file was written.")


def x_arguments() -> dict[str, str | None]:
    """Return the arguments of `-x KEY=VALUE`. Raises BadSetting for one without a value."""
    given: dict[str, str | None] = {}
    for argument in context.get_x_argument():
        key, equals, value = argument.partition("=")
        if not equals:
            raise BadSetting(f"-x {argument} has no value: expected -x KEY=VALUE, as in -x size=small.")
        given[key] = value
    return given
