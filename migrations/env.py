"""The Alembic environment of TERP's own tables, for a new or a test database. That of the seed data is in seeds/."""

from logging.config import fileConfig

from alembic import context

from terp_seed.backends import connection as database
from terp_seed.checks.drops import require_safe
from terp_seed.runtime.runner import x_arguments
from terp_seed.settings import Settings
from terp_seed.terp import PROJECT
from terp_seed.terp.schema import METADATA

OURS = frozenset(METADATA.tables)


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Limit autogenerate to the tables of the models, without the seed's own tables and the rest of TERP."""
    return kind != "table" or name in OURS


def run_migrations() -> None:
    """Run the current Alembic command, online or as a script."""
    settings = context.config.attributes.get("settings")  # set by a caller of Alembic's API, which needs no logging
    if settings is None:
        if context.config.config_file_name:
            fileConfig(context.config.config_file_name, disable_existing_loggers=False)
        settings = Settings.from_options(x_arguments())
    if context.is_offline_mode():
        context.configure(url=database.parse_url(settings.url), target_metadata=METADATA)
        with context.begin_transaction():
            context.run_migrations()
        return
    with database.opened(settings.url, settings.ca_cert, writes=True) as connection:
        context.configure(connection=connection, target_metadata=METADATA, include_name=include_name)
        if "destination_rev" in context.get_context().opts:
            require_safe(context.get_context(), PROJECT.names, settings)
        connection.rollback()
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
