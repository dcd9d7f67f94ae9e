"""The metadata's schema: the facts of SQLAlchemy tables, where there is no database to look at. Connects to nothing."""

import importlib
from typing import Any

import sqlalchemy as sa

from terp_seed.errors import BadSetting
from terp_seed.inference import column_types
from terp_seed.inference.constraints import bounds_of
from terp_seed.inference.facts import ColumnFacts, KeyFacts, Schema, TableFacts, left_alone
from terp_seed.model.names import Names


def load_metadata(place: str) -> sa.MetaData:
    """Import the MetaData at `place`, which is `package.module:NAME`; a declarative base has one too. Raises BadSetting."""
    module, colon, name = place.partition(":")
    expected = "expected package.module:NAME, where NAME is a MetaData or a declarative base"
    if not (module and colon and name):
        raise BadSetting(f"--metadata {place!r} cannot be used: {expected}.")
    try:
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ModuleNotFoundError, AttributeError) as error:
        raise BadSetting(
            f"--metadata {place!r} cannot be used: {error}; {expected}. Is its folder in prepend_sys_path?"
        ) from error
    found = getattr(found, "metadata", found)
    if not isinstance(found, sa.MetaData):
        raise BadSetting(f"--metadata {place!r} is a {type(found).__name__}: {expected}.")
    return found


def schema_of(metadata: sa.MetaData, names: Names) -> Schema:
    """Return the facts of every table."""
    tables = {table.name: table for table in metadata.tables.values() if table.schema in (None, metadata.schema)}
    alone = left_alone(tables, (names.ledger, names.version_table, names.lease, names.row_keys))
    return Schema(tuple(_table(table) for name, table in sorted(tables.items()) if name not in alone), alone)


def _table(table: sa.Table) -> TableFacts:
    checks = tuple(
        str(constraint.sqltext)
        for constraint in sorted(
            (one for one in table.constraints if isinstance(one, sa.CheckConstraint)), key=lambda one: str(one.sqltext)
        )
        if getattr(constraint, "_type_bound", False) is False  # not that of an Enum or a Boolean
    )
    bounds = bounds_of(checks, table.columns.keys())
    columns = [_column(column, column.name in bounds and bounds[column.name].is_json) for column in table.columns]
    primary = tuple(column.name for column in table.primary_key.columns)
    uniques: list[tuple[str, ...]] = [(column.name,) for column in table.columns if column.unique]
    uniques += [
        tuple(column.name for column in one.columns)
        for one in sorted((*table.constraints, *table.indexes), key=lambda one: str(getattr(one, "name", "")))
        if isinstance(one, sa.UniqueConstraint) or (isinstance(one, sa.Index) and one.unique)
    ]
    kept = tuple(unique for unique in dict.fromkeys(uniques) if unique and set(unique) != set(primary))
    keys = sorted((_key(one) for one in table.foreign_key_constraints), key=lambda key: key.columns)
    return TableFacts(table.name, tuple(columns), primary, kept, tuple(keys), checks)


def _column(column: sa.Column[Any], is_json: bool) -> ColumnFacts:
    kind = column.type
    while isinstance(kind, sa.types.TypeDecorator):
        kind = kind.impl_instance
    default = column.server_default
    text = str(default.arg) if isinstance(default, sa.DefaultClause) else None
    spelled = column_types.spelled_type(kind, is_json)
    return ColumnFacts(
        column.name,
        spelled,
        repr(kind),
        bool(column.nullable) and not column.primary_key,
        f"'{text}'" if text is not None and isinstance(getattr(default, "arg", None), str) else text,
        column.computed is not None or bool(column.identity is not None and column.identity.always),
        column.comment or "",
        None if isinstance(spelled, sa.Boolean) else column_types.whole_range(kind),
        column_types.members(kind),
    )


def _key(constraint: sa.ForeignKeyConstraint) -> KeyFacts:
    targets = [element.target_fullname.rsplit(".", 2) for element in constraint.elements]
    schema = targets[0][0] if len(targets[0]) == 3 else None
    return KeyFacts(tuple(constraint.column_keys), targets[0][-2], tuple(target[-1] for target in targets), schema)
