"""Keys: which columns of the live database hold ids of which tables: foreign keys, and references that are none. Read-only.

Every foreign key of the server counts, in any schema and letter case, whether or not our user may see its table.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.connection import cause, number
from terp_seed.backends.database import Database
from terp_seed.backends.live import LiveSchema
from terp_seed.backends.mysql.search import MARIADB_KEYS, MYSQL_KEYS
from terp_seed.checks.key import GRAVEST_FIRST, Key, _parsed
from terp_seed.errors import RollbackRefused
from terp_seed.model.references import Reference
from terp_seed.model.table import Catalog

_NEEDS_PROCESS = 1227
_DENIED = (1142, 1143)

# what a user without PROCESS sees, and all there is where that user may read every table of the server
_VISIBLE_KEYS = (
    "SELECT k.table_schema, k.table_name, CONCAT(k.constraint_schema, '/', k.constraint_name), k.column_name, "
    "k.referenced_table_schema, k.referenced_table_name, k.referenced_column_name, "
    "CASE r.delete_rule WHEN 'CASCADE' THEN 1 WHEN 'SET NULL' THEN 2 WHEN 'NO ACTION' THEN 16 ELSE 0 END "
    "FROM information_schema.key_column_usage AS k JOIN information_schema.referential_constraints AS r "
    "ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name "
    "WHERE k.referenced_table_name IS NOT NULL ORDER BY k.constraint_schema, k.constraint_name, k.ordinal_position"
)
_SQLITE_KEYS = (
    'SELECT m.name, k.id, k."table", k."from", k."to", k.on_delete FROM sqlite_master AS m '
    "JOIN pragma_foreign_key_list(m.name) AS k WHERE m.type = 'table' ORDER BY m.name, k.id, k.seq"
)
_ACTIONS = {1: "CASCADE", 2: "SET NULL", 16: "NO ACTION"}  # the bits of InnoDB's `type` that are about DELETE


def live_keys(database: Database, catalog: Catalog) -> list[Key]:
    """Return every key of the live database, gravest first, with the references of the catalog that are no keys there.

    Raises RollbackRefused where our user cannot see the keys of other schemas of the server.
    """
    found = {(key.schema, key.table, key.columns, key.target): key for key in _foreign_keys(database, catalog)}
    for key in _declared(database.live, catalog):
        found.setdefault((None, key.table, (*key.columns, *(key.when or ())), key.target), key)
    return sorted(found.values(), key=lambda key: (GRAVEST_FIRST.index(key.action), key.schema or "", key.table, key.columns))


def known_references(catalog: Catalog) -> Iterator[Reference]:
    """Yield what the seed tables and the project say of references, which not every database has keys for."""
    for ours in catalog.every:
        for column, target in ours.parents().items():
            yield Reference(ours.name, column, target)
        for reference in ours.references:
            yield Reference(ours.name, reference.column, reference.target, (reference.when, reference.equals))
    yield from catalog.references


def _declared(live: LiveSchema, catalog: Catalog) -> Iterator[Key]:
    """Yield the references whose tables and columns the live database has."""
    for reference in known_references(catalog):
        table, column = live.table(reference.table), live.column(reference.table, _parsed(reference.column)[0])
        when = live.column(reference.table, _parsed(reference.when[0])[0]) if reference.when else column
        target, _, referred = reference.target.partition(".")
        if table is None or column is None or when is None or live.table(target) is None:
            continue
        is_text = column.is_text and not referred and "$" not in reference.column
        yield Key(
            _known(live, catalog, table),
            (reference.column,),
            _known(live, catalog, target),
            (referred or "id",),
            when=reference.when,
            is_text=is_text,
        )


def _known(live: LiveSchema, catalog: Catalog, name: str) -> str:
    """Return a table's name as the catalog has it, where the database takes the two for the same."""
    return next((table.name for table in catalog.every if live.same_table(table.name, name)), live.table(name) or name)


def _foreign_keys(database: Database, catalog: Catalog) -> Iterator[Key]:
    if database.dialect.name != "sqlite":
        yield from _server_keys(database.connection, database.live, catalog)
        return
    live = database.live
    for (table, _), columns in groupby(database.execute(_SQLITE_KEYS), key=lambda row: (row[0], row[1])):
        parts = [tuple(row)[2:] for row in columns]
        target, action = _known(live, catalog, parts[0][0]), str(parts[0][3]).upper()
        # a key that names no columns means the primary key
        referred = live.primary_key(target) if parts[0][2] is None else [part[2] for part in parts]
        yield Key(table, tuple(part[1] for part in parts), target, _plain_id(referred), action)


def _plain_id(columns: Iterable[str]) -> tuple[str, ...]:
    """Return the columns, with `id` spelled as we do."""
    return tuple("id" if column.casefold() == "id" else column for column in columns)


def _server_keys(connection: sa.Connection, live: LiveSchema, catalog: Catalog) -> Iterator[Key]:
    plain = connection.execution_options(no_parameters=True)
    here = plain.exec_driver_sql("SELECT DATABASE()").scalar_one()
    parts: dict[str, list[tuple[str, str]]] = {}
    facts: dict[str, tuple[str, str, str, str, int]] = {}
    for schema, table, name, column, to_schema, target, referred, kind in _every_key(plain):
        parts.setdefault(name, []).append((column, referred))
        facts[name] = (schema, table, to_schema, target, int(kind))
    for name, columns in parts.items():
        schema, table, to_schema, target, kind = facts[name]
        ours, theirs = zip(*columns, strict=True)
        action = next((action for bit, action in _ACTIONS.items() if kind & bit), "RESTRICT")
        is_ours, is_here = (some.casefold() == here.casefold() for some in (schema, to_schema))
        yield Key(
            _known(live, catalog, table) if is_ours else table,
            ours,
            _known(live, catalog, target) if is_here else target,
            _plain_id(theirs),
            action,
            schema=None if is_ours else schema,
            target_schema=None if is_here else to_schema,
        )


def _every_key(plain: sa.Connection) -> list[tuple[str, str, str, str, str, str, str, int]]:
    is_mariadb = bool(getattr(plain.dialect, "is_mariadb", False))
    try:
        return [tuple(row) for row in plain.exec_driver_sql(MARIADB_KEYS if is_mariadb else MYSQL_KEYS)]
    except DBAPIError as error:
        if number(error) != _NEEDS_PROCESS:
            raise
        if not _sees_every_table(plain):
            raise RollbackRefused(
                "Foreign keys of other schemas of this server may point at seeded tables, and our user may not see them: "
                f"expected the privilege PROCESS. Nothing has changed. "
                f"Run GRANT PROCESS ON *.* TO {_grantee(plain)} as an administrator, "
                "then run the same command again."
            ) from error
    return [tuple(row) for row in plain.exec_driver_sql(_VISIBLE_KEYS)]


def is_denied(error: DBAPIError) -> bool:
    """Tell whether an error says that our user may not read a table or column."""
    return number(error) in _DENIED


def unreadable(database: Database, keys: Iterable[Key], error: DBAPIError, done: str) -> RollbackRefused:
    """Return the refusal for tables that refer to rows that go, and that our user may not read: with the grants that it needs."""
    here, grantee = database.connection.engine.url.database or "", _grantee(database.connection)
    by_place = {key.place: key for key in keys}
    places = (".".join(database.quote(part) for part in (key.schema or here, key.table)) for key in by_place.values())
    grants = "; ".join(f"GRANT SELECT ON {place} TO {grantee}" for place in places)
    listed = "\n  ".join(map(str, by_place.values()))
    return RollbackRefused(
        f"Rows that our user may not read may refer to seeded rows ({cause(error)}):\n  {listed}\nExpected to read every table "
        f"that refers to a seeded one. {done} Run {grants} as an administrator, then run the same command again."
    )


def _grantee(connection: sa.Connection) -> str:
    """Return our user as a GRANT names it."""
    user = connection.exec_driver_sql("SELECT CURRENT_USER()").scalar_one()
    name, _, host = str(user).rpartition("@")
    return f"'{name}'@'{host}'"


def _sees_every_table(plain: sa.Connection) -> bool:
    """Tell whether no key can be hidden: our user may read every table, or sees that there is no other schema."""
    grants = [str(row[0]) for row in plain.exec_driver_sql("SHOW GRANTS")]
    everywhere = " ".join(re.findall(r"^GRANT (.*) ON \*\.\* TO", "\n".join(grants), re.MULTILINE))
    if re.search(r"\bALL PRIVILEGES\b|\bSELECT\b", everywhere):
        return True
    if "SHOW DATABASES" not in everywhere:
        return False
    schemas = plain.exec_driver_sql(
        "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name <> DATABASE() "
        "AND schema_name NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')"
    ).scalar_one()
    return int(schemas) == 0
