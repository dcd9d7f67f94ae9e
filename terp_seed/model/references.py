"""References and derived tables: what a project says of its database that no foreign key says.

A reference is a column, or ids in a JSON column, that hold ids of another table; a derived table holds rows that an application
writes by itself, and writes again when they are gone.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """A Reference is a column that holds ids of rows of `target` (a table, or `table.column`), where the live table has it.

    A column may be a path into JSON, as in `items$[*].batchId`; `when` is a column or path and the value that it must have.
    """

    table: str
    column: str
    target: str
    when: tuple[str, str] | None = None


@dataclass(frozen=True)
class Derived:
    """A Derived is a table whose rows an application derives from others when somebody looks at a page.

    A rollback deletes those that refer to rows that go. `when` is the SQL condition, of the table's own columns, under which a
    row is derived only; without it every row is.
    """

    table: str
    when: str | None = None
