"""References and derived tables: what a project declares about its database because no foreign key does.

A reference is a column, or a value in a JSON column, that holds ids of another table. A derived table holds rows that an
application writes by itself, and writes again when they are missing.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """A Reference is a column that holds ids of `target` (a table, or `table.column`). Databases without the column are fine.

    The column may be a JSON path, as in `items$[*].batchId`; `when` is a column or path and the value that it must have.
    """

    table: str
    column: str
    target: str
    when: tuple[str, str] | None = None


@dataclass(frozen=True)
class Derived:
    """A Derived is a table whose rows an application derives from others, for instance when a page is opened.

    A rollback deletes those that refer to deleted rows. `when` is an SQL condition on the table's own columns that only derived
    rows meet; without it, every row counts as derived.
    """

    table: str
    when: str | None = None
