"""Keys: the foreign keys of the live database, and the declared references that are not foreign keys there. Read-only.

Every foreign key of the server counts, in any schema and letter case, even if our user may not see its table.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy.exc import DBAPIError

from terp_seed.backends.database import Database
from terp_seed.backends.driver_errors import cause
from terp_seed.backends.live import LiveSchema
from terp_seed.checks.key import GRAVEST_FIRST, Key, _parsed
from terp_seed.errors import RollbackRefused
from terp_seed.model.references import Reference
from terp_seed.model.table import Catalog


def live_keys(database: Database, catalog: Catalog) -> list[Key]:
    """Return every key of the live database and every declared reference that is not a key there, gravest action first.

    Raises RollbackRefused if our user cannot see the keys of other schemas of the server.
    """
    found = {(key.schema, key.table, key.columns, key.target): key for key in _foreign_keys(database, catalog)}
    for key in _declared(database.live, catalog):
        found.setdefault((None, key.table, (*key.columns, *(key.when or ())), key.target), key)
    return sorted(found.values(), key=lambda key: (GRAVEST_FIRST.index(key.action), key.schema or "", key.table, key.columns))


def known_references(catalog: Catalog) -> Iterator[Reference]:
    """Yield the references that the seed tables and the project declare; a database need not have keys for them."""
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
            (referred or catalog.names.key_columns(_known(live, catalog, target))[0],),
            when=reference.when,
            is_text=is_text,
        )


def _known(live: LiveSchema, catalog: Catalog, name: str) -> str:
    """Return a table's name as the catalog spells it, if the database considers both the same, else as the database does."""
    return next((table.name for table in catalog.every if live.same_table(table.name, name)), live.table(name) or name)


def _foreign_keys(database: Database, catalog: Catalog) -> Iterator[Key]:
    live = database.live
    for key in database.introspection.foreign_keys():
        target = key.target if key.target_schema else _known(live, catalog, key.target)
        ours = [] if key.schema else [live.column(key.table, name) for name in key.columns]
        yield Key(
            key.table if key.schema else _known(live, catalog, key.table),
            key.columns,
            target,
            _plain(key.referred or live.primary_key(target), catalog.names.key_of(target)),
            key.action,
            schema=key.schema,
            target_schema=key.target_schema,
            is_whole=all(column is None or column.is_whole for column in ours),
        )


def _plain(columns: Iterable[str], key: str) -> tuple[str, ...]:
    """Return the columns, with the key in the letter case of its definition."""
    return tuple(key if column.casefold() == key.casefold() else column for column in columns)


def unreadable(database: Database, keys: Iterable[Key], error: DBAPIError, done: str) -> RollbackRefused:
    """Return the refusal for referring tables that our user may not read, with the grants that are needed."""
    by_place = {key.place: key for key in keys}
    here = database.introspection.schema
    places = (".".join(map(database.quote, (key.schema or here, key.table))) for key in by_place.values())
    grants = database.introspection.grants_to_read(places)
    listed = "\n  ".join(map(str, by_place.values()))
    return RollbackRefused(
        f"Rows that our user may not read may refer to seeded rows ({cause(error)}):\n  {listed}\nExpected to read every table "
        f"that refers to a seeded one. {done} Run {grants} as an administrator, then run the same command again."
    )
