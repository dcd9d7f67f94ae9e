"""The purge: deletes every row of the main tables, seeded or not, and the seeded rows of their companions.

It deletes no rows of other tables, except those that the application derived.
"""

from terp_seed.backends.database import Database
from terp_seed.checks.block_state import BlockState, IdRange
from terp_seed.errors import RollbackRefused
from terp_seed.execution.rollback import Rollback, leaving_of
from terp_seed.model.table import Catalog
from terp_seed.revisions.block import Rows

_EVERY_ID = (-(2**63 - 1), 2**63 - 1)


def purge(database: Database, catalog: Catalog, rollback: Rollback) -> dict[str, int]:
    """Delete every row of the main tables and the seeded rows of their companions. Return the number of rows per main table.

    Raises RollbackRefused, and changes nothing, if rows that stay refer to these.
    """
    live, quote = database.live, database.quote
    mains = [table for table in catalog.tables if live.table(table.name)]
    names = {table.name for table in mains}
    companions = [state for state in rollback.states if state.block.table_name not in names]
    going: list[Rows] = [IdRange(name, *_EVERY_ID) for name in sorted(names)]
    going += leaving_of(companions)
    found = rollback.guard.references_to(going, (), "Nothing has changed.")
    if found:
        listed = "\n  ".join(map(str, found))
        raise RollbackRefused(
            f"Rows of other tables refer to the tables to be emptied:\n  {listed}\nExpected none. Nothing has changed. "
            "Move or delete these rows, then run the same command again."
        )
    rollback.tell_derived(going, "the tables that are emptied")
    for key in rollback.guard.keys:
        columns = [live.column(key.table, name) for name in key.columns]
        nullable = all(column is not None and column.is_nullable for column in columns)
        if key.action != "no key" and {key.table, key.target} <= names and not (key.schema or key.target_schema) and nullable:
            # these rows are deleted too; without the references, the order of the deletes does not matter
            nothing = ", ".join(f"{quote(name)} = NULL" for name in key.columns)
            database.execute(f"UPDATE {quote(key.table)} SET {nothing}")
    deleted = {}
    for table in reversed(catalog.every):
        if table.name in names:
            statements = database.dialect.deletes(table.name, f"DELETE FROM {quote(table.name)}")
            deleted[table.name] = sum(database.execute(statement).rowcount for statement in statements)
        else:
            for some in _ranges(companions, table.name):
                ids = f"{database.dialect.key(table.name)} BETWEEN {some.first_id} AND {some.last_id}"
                database.execute(f"DELETE FROM {quote(table.name)} WHERE {ids}")
    return deleted


def _ranges(companions: list[BlockState], table: str) -> list[IdRange]:
    return leaving_of(state for state in companions if state.block.table_name == table)
