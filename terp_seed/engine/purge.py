"""Purge: empty the seeded tables, whoever wrote their rows.

This is the one command that deletes rows which were not seeded; it never deletes one of another table.
"""

import sqlalchemy as sa

from terp_seed.engine.dialect import Dialect
from terp_seed.engine.guard import Reference
from terp_seed.engine.keys import keys_into
from terp_seed.engine.ledger import Ledger, delete_rows_sql, within
from terp_seed.engine.table import Catalog
from terp_seed.errors import RollbackRefused


def purge(connection: sa.Connection, dialect: Dialect, catalog: Catalog, ledger: Ledger) -> dict[str, int]:
    """Delete every row of the main tables in one transaction, and return how many each had.

    Raises RollbackRefused, and changes nothing, when rows of other tables refer to them: a cascade would take those along.
    Seeded companions go too, as in a rollback.
    """
    names = [table.name for table in catalog.tables]
    existing = set(sa.inspect(connection).get_table_names())
    plain = connection.execution_options(no_parameters=True)
    quote = dialect.quote
    held = []
    for key in keys_into(connection, catalog):
        if key.target in names and (key.schema or key.table not in names):
            ours = "" if key.schema else within(quote("id"), ledger.of_table(key.table))
            others = f" AND NOT ({ours})" if ours else ""
            refers = " AND ".join(f"{quote(column)} IS NOT NULL" for column in key.columns)
            sql = f"SELECT COUNT(*) FROM {key.source(dialect)} WHERE {refers}{others}{key.condition(dialect)}"
            rows = int(plain.exec_driver_sql(sql).scalar() or 0)
            if rows:
                held.append(Reference(key, rows))
    if held:
        listed = "\n  ".join(map(str, held))
        raise RollbackRefused(
            f"Rows of other tables refer to the tables to be emptied:\n  {listed}\nExpected none. Nothing has changed. "
            "Move or delete these rows, then run the same command again."
        )
    for table in catalog.tables:
        for column, target in table.parents().items():
            if target in names and table.table.columns[column].nullable and table.name in existing:
                # these rows go too; without the reference the order of the deletes does not matter
                plain.exec_driver_sql(f"UPDATE {quote(table.name)} SET {quote(column)} = NULL WHERE {quote(column)} IS NOT NULL")
    deleted = {}
    for table in reversed(catalog.every):
        if table.name in names and table.name in existing:
            deleted[table.name] = plain.exec_driver_sql(f"DELETE FROM {quote(table.name)}").rowcount
        elif table.name in existing:
            for block in ledger.of_table(table.name):
                plain.exec_driver_sql(delete_rows_sql(dialect, block.revision, table.name))
    return deleted
