"""Autogenerate: the commands that write the seeds of a schema, and that compare the two."""

from terp_seed.app import project_files as project
from terp_seed.app import runs
from terp_seed.errors import Refused
from terp_seed.inference.drift import Drift, drifts
from terp_seed.inference.generation import Generated, Request, generate, schema_for
from terp_seed.settings import Settings


def autogenerate(settings: Settings, request: Request) -> Generated:
    """Write the seeds of every table that has none, into the project of the working folder. Inserts nothing."""
    catalog = runs.catalog()
    config = project.config("seed", {})
    if config.config_file_name is None or not project.is_own(config.config_file_name):
        raise Refused(
            "There is no alembic.ini in this folder: expected a project. Run `terp-seed init --empty` first. Nothing was written."
        )
    return generate(config, catalog, settings, request)


def check(settings: Settings) -> list[Drift]:
    """Return what differs between the live schema and the seeds' tables. Changes nothing; takes no lock."""
    catalog = runs.catalog()
    with schema_for(catalog, settings) as (schema, _, _):
        return drifts(schema, catalog.every)
