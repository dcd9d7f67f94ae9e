"""Row keys: how a seed table's rows are told from all others: by the numbers of one integer column, or by keys that are listed.

The engine numbers the rows of every table. Where no integer column can take these numbers, the key of each row is recorded with
its number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from terp_seed.errors import SeedError
from terp_seed.model.values import Adopted

NUMBER = "*number"  # the key of a row that holds its number, in a table with listed keys; not a column
MOST_LETTERS = 600  # of a listed key: what an index of every server takes

BYTES: type[sa.types.TypeEngine[Any]] = sa.LargeBinary.__bases__[0]  # what BINARY, VARBINARY and every BLOB are kinds of
_KINDS: tuple[tuple[type[sa.types.TypeEngine[Any]], str], ...] = (
    (sa.Boolean, "flag"),
    (sa.Integer, "number"),
    (sa.Uuid, "uuid"),
    (BYTES, "bytes"),
    (sa.String, "text"),
    (sa.Date, "day"),
    (sa.DateTime, "moment"),
)


@dataclass(frozen=True)
class ListedKey:
    """A ListedKey is the columns that identify a row of a table, with what kind of values they hold."""

    table: str
    kinds: Mapping[str, str]
    endless: frozenset[str] = frozenset()  # those of a type without a length, of which MySQL indexes a beginning

    @classmethod
    def of(cls, table: sa.Table) -> "ListedKey | None":
        """Return the key of a table whose rows cannot be numbered in it; None if they can. Raises SeedError if it has no key."""
        columns = [*table.primary_key.columns]
        if columns and is_number(columns[0]):
            return None
        columns = columns or _unique(table)
        if not columns:
            raise SeedError(
                f"{table.name} has no key: expected a primary key, or a unique constraint on columns that are NOT NULL, by which "
                "a rollback tells a seeded row from any other. Add one to the table."
            )
        found = {column.name: _kind(column) for column in columns}
        unfit = [f"{column.name} {column.type!r}" for column in columns if not found[column.name]]
        if unfit:
            raise SeedError(
                f"{table.name} has {', '.join(unfit)} in its key: expected integers, texts, UUIDs, bytes, dates, datetimes and "
                "booleans. Give the table another key."
            )
        endless = {c.name for c in columns if found[c.name] in ("text", "bytes") and getattr(c.type, "length", None) is None}
        return cls(table.name, found, frozenset(endless))

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(self.kinds)

    def text(self, row: Mapping[str, Any]) -> str:
        """Return the key of a row as the text that is recorded, and that a server makes of the same values."""
        parts = [_text(kind, row[name]) for name, kind in self.kinds.items()]
        if len(parts) > 1:
            is_text = [kind == "text" for kind in self.kinds.values()]
            escaped = (p.replace("~", "~~").replace(",", "~c") if t else p for p, t in zip(parts, is_text, strict=True))
            found = ",".join(escaped)
        else:
            found = parts[0]
        if len(found) > MOST_LETTERS:
            raise SeedError(
                f"A key of {self.table} has {len(found)} characters, {found[:40]!r} …: expected at most {MOST_LETTERS}, which is "
                "what the record of it holds. Make it shorter."
            )
        return found


def is_number(column: sa.Column[Any]) -> bool:
    """Tell whether a column is the key of its table, in which the engine numbers the rows."""
    keys = [*column.table.primary_key.columns]
    return keys == [column] and isinstance(column.type, sa.Integer) and not column.foreign_keys


def names_late(column: sa.Column[Any]) -> bool:
    """Tell whether the default of a key names its sequence in a text, which PostgreSQL looks up each time."""
    default = getattr(column.server_default, "arg", "")
    return "nextval" in str(default) and "::text)::regclass" in str(default)


def other_foreign_keys(table: sa.Table) -> list[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    """Return the foreign keys that do not hold the numbers of rows: their columns, the target, and the columns there."""
    found = []
    for constraint in sorted(table.foreign_key_constraints, key=lambda one: [*one.column_keys]):
        theirs = [one.column for one in constraint.elements]
        if not is_number(theirs[0]):
            ours = tuple(one.parent.name for one in constraint.elements)
            found.append((ours, theirs[0].table.name, tuple(column.name for column in theirs)))
    return found


def _unique(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns of the first unique constraint or index whose columns are NOT NULL."""
    alone = [[column] for column in table.columns if column.unique]
    together = [[*one.columns] for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
    indexed = [[*one.columns] for one in table.indexes if one.unique]
    every = sorted((*alone, *together, *indexed), key=lambda columns: (len(columns), [column.name for column in columns]))
    return next((columns for columns in every if not any(column.nullable for column in columns)), [])


def _kind(column: sa.Column[Any]) -> str:
    return next((kind for family, kind in _KINDS if isinstance(column.type, family)), "")


def _text(kind: str, value: Any) -> str:
    if isinstance(value, Adopted):
        raise SeedError(
            f"A key refers to {value}, which may have existed before: expected a key that is known when the rows are made. Refer "
            "to that row in a column that is not part of a key."
        )
    if kind == "flag":
        return str(int(value))
    if kind == "uuid":
        return str(value.hex)
    if kind == "moment":
        return str(value.isoformat(" ", "microseconds"))  # or a row of the same second would have the same key
    if kind == "bytes":
        return str(value.hex()).upper()
    return str(value)
