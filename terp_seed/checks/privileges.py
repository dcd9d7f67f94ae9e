"""The privileges check: whether our user may write to every table of a run, so that none is refused half-way. Read-only.

EXPLAIN needs the privileges of the statement that it explains, on every server, and writes nothing.
"""

from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError

from terp_seed.backends.database import Database
from terp_seed.backends.driver_errors import cause, raise_if_lost
from terp_seed.errors import SeedError
from terp_seed.revisions.plan import Plan, PlannedStep

_FEW = 5  # tables whose grants are listed


def require_privileges(database: Database, plan: Plan) -> None:
    """Raise SeedError with every table that our user may not write to as the plan needs it, and what grants it."""
    found: dict[str, DBAPIError] = {}
    lacking: dict[str, list[str]] = {}
    for step in plan.steps:
        for table, privilege, rest in _needed(database, step):
            try:
                database.attempt(f"EXPLAIN {privilege} {rest}").close()
            except DBAPIError as error:
                raise_if_lost(error)
                if database.introspection.is_denied(error):
                    found.setdefault(table, error)
                    lacking.setdefault(database.quote(table), ["SELECT"]).append(privilege)
    if found:
        listed = "\n  ".join(f"{table}: {cause(error)}" for table, error in found.items())
        way_out = f"Run {database.introspection.grants(lacking)} as an administrator"
        if len(lacking) > _FEW:
            way_out = database.backend.way_out(next(iter(found.values()))) or "Grant what is missing"
        raise SeedError(
            f"Our user may not write to every table of this run:\n  {listed}\nNothing has changed. {way_out}, then run the same "
            "command again."
        )


def _needed(database: Database, step: PlannedStep) -> Iterator[tuple[str, str, str]]:
    """Yield the tables that a step writes to, with a privilege and the rest of a statement that needs it and finds no row."""
    quote, name = database.quote, step.table.name
    table = quote(name)
    if step.inserts:
        keys = database.dialect.key_list(name)
        yield name, "INSERT", f"INTO {table} ({keys}){database.dialect.overriding} SELECT {keys} FROM {table} WHERE 1 = 0"
    yield name, "DELETE", f"FROM {table} WHERE 1 = 0"
    for fill in step.table.fills:
        yield fill.table, "UPDATE", f"{quote(fill.table)} SET {quote(fill.column)} = NULL WHERE 1 = 0"
