"""The version table: how the seed environment moves it, as the same SQL text in every process, online and offline.

Stock Alembic's text depends on PYTHONHASHSEED at a merge, and its CREATE TABLE fails on the table that `downgrade base` leaves.
"""

from typing import Any

import sqlalchemy as sa
from alembic.ddl.mysql import MySQLImpl
from alembic.ddl.sqlite import SQLiteImpl
from alembic.runtime.migration import RevisionStep
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.schema import CreateTable

from terp_seed.model.names import Names
from terp_seed.sql.dialect import Dialect


class _VersionTable(sa.Table):
    """A version table that is created only where it is missing. A script has made it in its opening already."""

    inherit_cache = False

    def create(self, bind: Any, checkfirst: Any = True) -> None:
        if not isinstance(bind, MockConnection):
            bind.execute(CreateTable(self, if_not_exists=True))


def _version_table(version_table: str) -> sa.Table:
    return _VersionTable(
        version_table,
        sa.MetaData(),
        sa.Column("version_num", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("version_num", name=f"{version_table}_pkc"),
        implicit_returning=False,  # INSERT … RETURNING would print rows when a script is applied
    )


def create_sql(sqlalchemy_dialect: sa.Dialect, names: Names) -> str:
    """Return the statement that creates the table where it is missing."""
    return str(CreateTable(_version_table(names.version_table), if_not_exists=True).compile(dialect=sqlalchemy_dialect)).strip()


def differs_sql(dialect: Dialect, heads: tuple[str, ...]) -> str:
    """Return the condition that the table names other revisions than these."""
    table, names = dialect.quote(dialect.names.version_table), ", ".join(map(dialect.text, sorted(heads)))
    if not names:
        return f"EXISTS (SELECT 1 FROM {table})"
    total = f"(SELECT COUNT(*) FROM {table})"
    found = f"(SELECT COUNT(*) FROM {table} WHERE {dialect.quote('version_num')} IN ({names}))"
    count = len(heads)
    return f"{total} <> {count} OR {found} <> {count}"


class _SeedMySQLImpl(MySQLImpl):
    __dialect__ = "mysql"

    def version_table_impl(self, *, version_table: str, **kw: Any) -> sa.Table:
        return _version_table(version_table)


class _SeedSQLiteImpl(SQLiteImpl):
    __dialect__ = "sqlite"

    def version_table_impl(self, *, version_table: str, **kw: Any) -> sa.Table:
        return _version_table(version_table)


class SortedStep(RevisionStep):
    """A SortedStep is a step of Alembic's whose version statements come in sorted order."""

    @classmethod
    def of(cls, step: RevisionStep) -> "SortedStep":
        """Return the same step, sorted."""
        return cls(step.revision_map, step.revision, step.is_upgrade)

    def merge_branch_idents(self, heads: set[str]) -> tuple[list[str], str, str]:
        """Return the heads to delete, the head to update from and the one to update to."""
        deleted, updated, merged = super().merge_branch_idents(heads)
        *rest, last = sorted([*deleted, updated])
        return rest, last, merged

    def _unmerge_to_revisions(self, heads: set[str]) -> tuple[str, ...]:
        return tuple(sorted(super()._unmerge_to_revisions(heads)))
