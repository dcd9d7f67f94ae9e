"""The version table: its SQL, which is the same in every process, online and offline.

Alembic's own SQL depends on PYTHONHASHSEED at a merge, and its CREATE TABLE fails on the table that `downgrade base` leaves.
"""

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from terp_seed.model.names import Names
from terp_seed.sql.dialect import Dialect


def prepare(dialect: sa.Dialect) -> None:
    """Make Alembic omit RETURNING, which would print rows when a script is applied.

    The dialect must belong to one connection or one script only, because it is modified.
    """
    dialect.insert_returning = False


def is_of_alembic(text: str, names: Names) -> bool:
    """Tell whether a statement is Alembic's CREATE or DROP of the table; a script creates it in its opening, and keeps it."""
    return text.lstrip().startswith((f"CREATE TABLE {names.version_table} (", f"DROP TABLE {names.version_table}"))


def create_sql(sqlalchemy_dialect: sa.Dialect, names: Names) -> str:
    """Return the statement that creates the table if it is missing."""
    name = names.version_table
    key = sa.PrimaryKeyConstraint("version_num", name=f"{name}_pkc")  # as Alembic makes it
    table = sa.Table(name, sa.MetaData(), sa.Column("version_num", sa.String(32), nullable=False), key)
    return str(CreateTable(table, if_not_exists=True).compile(dialect=sqlalchemy_dialect)).strip()


def differs_sql(dialect: Dialect, heads: tuple[str, ...]) -> str:
    """Return the condition that the table names revisions other than these."""
    table, names = dialect.quote(dialect.names.version_table), ", ".join(map(dialect.text, sorted(heads)))
    if not names:
        return f"EXISTS (SELECT 1 FROM {table})"
    total = f"(SELECT COUNT(*) FROM {table})"
    found = f"(SELECT COUNT(*) FROM {table} WHERE {dialect.quote('version_num')} IN ({names}))"
    count = len(heads)
    return f"{total} <> {count} OR {found} <> {count}"
