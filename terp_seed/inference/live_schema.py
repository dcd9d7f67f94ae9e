"""The live schema: the facts of a database's tables, read once. Read-only.

Of existing rows only their shape is read, from at most ten thousand of each table: how many, how many different, how long.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import repeat
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedIndex
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.database import Database
from terp_seed.backends.driver_errors import raise_if_lost
from terp_seed.inference import column_types
from terp_seed.inference.constraints import bounds_of
from terp_seed.inference.facts import ColumnFacts, KeyFacts, Schema, Shape, TableFacts, left_alone
from terp_seed.inference.key_rules import soft_targets
from terp_seed.inference.names import noun_of
from terp_seed.inference.sql_tokens import columns_of

_MOST_ROWS = 10_000


def read_schema(database: Database, without_shapes: Collection[str] = ()) -> Schema:
    """Return the facts of every table of the database, but no shape of the rows of those named."""
    with database.reflecting() as inspector:
        return _Reader(database, inspector).read(without_shapes)


class _Reader:
    """A _Reader reads each kind of fact of all tables at once."""

    def __init__(self, database: Database, inspector: sa.Inspector) -> None:
        self._database = database
        self._columns = _by_table(inspector.get_multi_columns())
        self._primary = _by_table(inspector.get_multi_pk_constraint())
        self._uniques = _by_table(inspector.get_multi_unique_constraints())
        self._indexes = _by_table(inspector.get_multi_indexes(include_auto_indexes=True))  # SQLite: of its UNIQUE columns
        self._keys = _by_table(inspector.get_multi_foreign_keys())
        self._checks: dict[str, list[str]] = defaultdict(list)
        for table, condition in database.introspection.checks():
            if condition not in self._checks[table]:
                self._checks[table].append(condition)

    def read(self, without_shapes: Collection[str]) -> Schema:
        names = self._database.names
        alone = left_alone(self._columns, (names.ledger, names.version_table, names.lease, names.row_keys))
        alone |= {name: f"it is a partition of {root}" for name, root in self._database.introspection.partitions().items()}
        tables = []
        for name in sorted(set(self._columns) - set(alone)):
            shapes = {} if name in without_shapes else self._shapes(name)
            tables.append(self._table(name, shapes))
        return Schema(tuple(map(self._with_loose_ends, tables, repeat(by_noun(tables)))), alone)

    def _with_loose_ends(self, table: TableFacts, nouns: Mapping[tuple[str, ...], TableFacts]) -> TableFacts:
        """Mark the columns that only look like references: a row that is there has an id of no row."""
        targets = soft_targets(table, {noun: target.name for noun, target in nouns.items()})
        by_name = {target.name: target for target in nouns.values()}
        loose = {
            name
            for name, target in targets.items()
            if table.by_name[name].shape is not None and self._is_loose(table, name, by_name[target])
        }
        made = (replace(column, is_loose=column.name in loose) for column in table.columns)
        return replace(table, columns=tuple(made)) if loose else table

    def _is_loose(self, table: TableFacts, name: str, target: TableFacts) -> bool:
        column: sa.ColumnClause[Any] = sa.column(name)
        key: sa.ColumnClause[Any] = sa.column(str(target.numbered))
        some = sa.select(column).select_from(sa.table(table.name)).where(column.is_not(None), column != 0).limit(_MOST_ROWS)
        found = some.subquery()
        there = sa.select(key).select_from(sa.table(target.name)).where(key == found.c[name]).exists()
        query = sa.select(sa.literal(1)).select_from(found).where(~there).limit(1)
        try:
            with self._database.backend.attempt(self._database.connection):
                return self._database.connection.execution_options(no_parameters=False).execute(query).first() is not None
        except DBAPIError as error:
            raise_if_lost(error)
            return False

    def _table(self, name: str, shapes: Mapping[str, Shape]) -> TableFacts:
        names = [column["name"] for column in self._columns[name]]
        bounds = bounds_of(self._checks[name], names)
        primary = tuple((self._primary.get(name) or {}).get("constrained_columns") or ())
        made = [
            column_facts(column, name in bounds and bounds[name].is_json, shapes.get(name))
            for column in self._columns[name]
            for name in (column["name"],)
        ]
        made = [replace(column, is_nullable=False) if column.name in primary else column for column in made]  # SQLite allows NULL
        uniques = [tuple(unique["column_names"]) for unique in self._uniques.get(name) or ()]
        uniques += [_columns_of_index(index, names) for index in self._indexes.get(name) or () if index["unique"]]
        keys = tuple(_key(key) for key in self._keys.get(name) or ())
        kept = tuple(unique for unique in dict.fromkeys(uniques) if unique and set(unique) != set(primary))
        filled = {column for found in (self._uniques, self._indexes) for column in _without_two_nulls(found.get(name) or ())}
        return TableFacts(name, tuple(made), primary, kept, keys, tuple(self._checks[name]), frozenset(filled))

    def _shapes(self, name: str) -> dict[str, Shape]:
        """Return the shapes of texts and numbers in the first rows of a table; none if our user may not read it."""
        columns: dict[str, sa.ColumnClause[Any]] = {
            column["name"]: sa.column(column["name"])
            for column in self._columns[name]
            if isinstance(column["type"], sa.Integer | sa.Numeric)
            or (isinstance(column["type"], sa.String) and not isinstance(column["type"], sa.Enum | sa.JSON))
        }
        if not columns:
            return {}
        some = sa.select(*columns.values()).select_from(sa.table(name)).limit(_MOST_ROWS).subquery()
        wanted: list[sa.ColumnElement[Any]] = []
        for column in columns:
            found = some.c[column]
            length = sa.func.length(sa.cast(found, sa.String(255)))
            wanted += [sa.func.count(found), sa.func.count(sa.distinct(found)), sa.func.min(length), sa.func.max(length)]
        try:
            with self._database.backend.attempt(self._database.connection):
                row = self._database.connection.execution_options(no_parameters=False).execute(sa.select(*wanted)).one()
        except DBAPIError as error:
            raise_if_lost(error)
            return {}
        parts = [tuple(row[place : place + 4]) for place in range(0, len(row), 4)]
        return {column: Shape(*map(int, part)) for column, part in zip(columns, parts, strict=True) if part[0]}


def by_noun(tables: Iterable[TableFacts]) -> dict[tuple[str, ...], TableFacts]:
    """Return the tables whose rows are numbered, by the nouns that they are about."""
    return {noun_of(table.name): table for table in reversed([*tables]) if table.numbered is not None}


def column_facts(column: ReflectedColumn, is_json: bool, shape: Shape | None) -> ColumnFacts:
    """Return the facts of a reflected column."""
    found, identity = column["type"], column.get("identity")
    default = column.get("default")
    return ColumnFacts(
        column["name"],
        column_types.spelled_type(found, is_json),
        str(found) if not isinstance(found, sa.types.NullType) else "an unknown type",
        bool(column["nullable"]),
        None if default is None else str(default),
        bool(column.get("computed")) or bool(identity and identity.get("always")),
        str(column.get("comment") or ""),
        None if isinstance(column_types.spelled_type(found), sa.Boolean) else column_types.whole_range(found),
        column_types.members(found),
        shape,
    )


def _by_table(found: Mapping[Any, Any]) -> dict[str, Any]:
    return {table: facts for (_, table), facts in found.items()}


def _columns_of_index(index: ReflectedIndex, columns: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that are unique together. Of an expression, it is the columns in it that have to differ."""
    found: list[str] = []
    for place, name in enumerate(index["column_names"]):
        expressions = index.get("expressions") or []
        found += [name] if name else columns_of(str(expressions[place]), columns) if place < len(expressions) else []
    return tuple(dict.fromkeys(found))


def _without_two_nulls(found: Iterable[Any]) -> Iterable[str]:
    """Return the columns of the constraints and indexes in which NULL is a value like others."""
    named = (one for one in found if (one.get("dialect_options") or {}).get("postgresql_nulls_not_distinct"))
    return (name for one in named for name in one["column_names"] if name)


def _key(key: Any) -> KeyFacts:
    return KeyFacts(
        tuple(key["constrained_columns"]), key["referred_table"], tuple(key["referred_columns"]), key.get("referred_schema")
    )
