"""The references of a script: its search, before it deletes, for rows that refer to the deleted ones."""

from collections.abc import Iterator, Mapping

from terp_seed.checks.key import Key
from terp_seed.checks.keys import known_references
from terp_seed.model.row_key import other_foreign_keys
from terp_seed.model.table import Catalog
from terp_seed.revisions import records
from terp_seed.revisions.filling import is_seeded
from terp_seed.revisions.plan import Plan
from terp_seed.scripts.assertions import (
    REFERRED,
    UNKNOWN_TABLE,
    Assertion,
)
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.search import DeclaredSearch, Search, placeholder_of


def search_of(dialect: Dialect, catalog: Catalog, plan: Plan) -> Search:
    """Return the search for rows that stay but refer to rows that a plan deletes."""
    is_id = not (dialect.names.keys or dialect.names.listed)  # of every table
    ids = ((alias, f"{row}.{dialect.quote('id')}" if is_id else placeholder_of(row)) for alias, row in (("b", "t"), ("o", "r")))
    leaves, stays = (records.in_block(dialect, *row, "<table>", plan.revisions) for row in ids)
    stays = f" AND NOT EXISTS (SELECT 1 FROM {dialect.quote(dialect.names.ledger)} AS o WHERE {stays})"
    own = tuple(table.name for table in catalog.every)
    block_of, declared = f"{dialect.quote(dialect.names.ledger)} AS b", []
    for reference in known_references(catalog):
        target, _, referred = reference.target.partition(".")
        if target not in plan.leaving:
            continue
        key = Key(
            reference.table, (reference.column,), target, (referred or dialect.names.key_columns(target)[0],), when=reference.when
        )
        columns = [name.partition("$")[0] for name in (reference.column, *(reference.when or ())[:1])]
        value = key.value(dialect) if "$" in reference.column else f"r.{dialect.quote(reference.column)}"
        place = "<value>" if not referred and "$" not in reference.column else value
        refers = records.in_block(dialect, "b", place, dialect.text(target), plan.leaving[target])
        if not key.is_to_key(dialect):
            block = records.in_block(dialect, "b", dialect.key(target, "t"), dialect.text(target), plan.leaving[target])
            refers = f"EXISTS (SELECT 1 FROM {key.joined(dialect)} AND {block})"
        here = stays.replace("<table>", dialect.text(reference.table)) if reference.table in plan.leaving else ""
        here = here.replace(placeholder_of("r"), dialect.key(reference.table, "r"))
        fill = catalog.fills.get((reference.table, reference.column))
        here += f" AND NOT {is_seeded(dialect, fill, 'r')}" if fill else ""
        declared.append(
            DeclaredSearch(
                reference.table,
                tuple(dict.fromkeys(columns)),
                value,
                f"Rows of {reference.table}.{reference.column} were not seeded and refer to seeded {target}"[:128],
                f"{block_of}, {key.source(dialect)} WHERE {refers}{key.condition(dialect)}{here}",
            )
        )
    derived = {one.table: one.when for one in catalog.derived}
    filled = {place: f" AND NOT {is_seeded(dialect, fill, 'r')}" for place, fill in catalog.fills.items()}
    return Search(dialect.names.ledger, tuple(plan.leaving), leaves, own, stays, tuple(declared), derived, filled)


def add_referring(columns: dict[str, set[str]], catalog: Catalog) -> None:
    """Add the columns by which the project's tables refer to each other, and their keys."""
    for reference in known_references(catalog):
        if reference.table in catalog:
            needed = (reference.column, *(reference.when or ())[:1])
            own = columns.setdefault(reference.table, {*catalog.names.key_columns(reference.table)})
            own.update(name.partition("$")[0] for name in needed)


def known_keys(dialect: Dialect, catalog: Catalog, plan: Plan) -> list[Assertion]:
    """Return the assertions for all references between the project's tables, and that no other table has a key to them."""
    if not plan.leaving:
        return []
    references = [one for one in known_references(catalog) if one.table in catalog]
    keys = [
        Key(one.table, (one.column,), one.target, dialect.names.key_columns(one.target)[:1], when=one.when)
        for one in references
        if one.target in plan.leaving  # references between seed tables are to the key
    ]
    keys += [key for key in _foreign_keys(catalog) if key.target in plan.leaving]
    stops = [
        Assertion(
            REFERRED.format(table),
            "\n  OR".join(_is_used(dialect, catalog, key, plan.leaving) for key in keys if key.target == table),
        )
        for table in dict.fromkeys(key.target for key in keys)
    ]
    known = [table.name for table in catalog.every]
    others = {one.table for one in catalog.references if one.table not in catalog}
    others |= {one.table for one in catalog.derived}
    return [Assertion(UNKNOWN_TABLE, dialect.unknown_keys(plan.leaving, known, sorted(others))), *stops]


def _foreign_keys(catalog: Catalog) -> Iterator[Key]:
    """Yield the foreign keys between the project's tables that are not to the numbers of rows."""
    for table in catalog.every:
        yield from (
            Key(table.name, ours, target, theirs) for ours, target, theirs in other_foreign_keys(table.table) if target in catalog
        )


def _is_used(dialect: Dialect, catalog: Catalog, key: Key, leaving: Mapping[str, list[str]]) -> str:
    """Return the condition that a row that stays refers by this key to a row that leaves."""
    source = dialect.quote(dialect.names.ledger)
    number = key.value(dialect) if key.is_to_key(dialect) else dialect.key(key.target, "t")
    refers = records.in_block(dialect, "b", number, dialect.text(key.target), leaving[key.target])
    if not key.is_to_key(dialect):
        refers = f"EXISTS (SELECT 1 FROM {key.joined(dialect)} AND {refers})"
    stays = ""
    if key.table in leaving:
        leaves = records.in_block(dialect, "o", dialect.key(key.table, "r"), dialect.text(key.table), leaving[key.table])
        stays = f"\n    AND NOT EXISTS (SELECT 1 FROM {source} AS o WHERE {leaves})"
    fill = catalog.fills.get((key.table, key.columns[0]))
    stays += f"\n    AND NOT {is_seeded(dialect, fill, 'r')}" if fill else ""
    row = f"{source} AS b, {key.source(dialect)}"
    return f"  EXISTS (SELECT 1 FROM {row} WHERE {refers}{key.condition(dialect)}{stays})"
