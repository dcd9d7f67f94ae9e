"""The assertions of a script: conditions that must not hold, each with the sentence that the script then stops with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from terp_seed.checks.schema import filled_columns
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Catalog, SeedTable
from terp_seed.revisions import records, version_table
from terp_seed.revisions.block import Block, within
from terp_seed.rows.adoption import Adoption
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.digests import Digested

NO_TABLE = "A table or column that this script needs is missing, or generated. Nothing was changed; the dry run names it."
UNFILLED = "A NOT NULL column without a default is not filled by this script. Nothing was changed; the dry run names it."
OTHER_PARENT = "A foreign key refers to another table than this script's rows do. Nothing was changed; the dry run names it."
NO_PARENT = "A value would refer to a row that is not there, by a foreign key. Nothing was changed; the dry run names it."
TAKEN = "{} has a value of this script (seeded already?). Nothing was changed; else rename that row."
REHEARSED = "{} does not take the rows of this script: see the error before this one. Nothing was changed."
TRIGGER = "A trigger on INSERT writes or changes rows, which no rollback undoes. Nothing was changed; see --allow-triggers."
DENIED = "Our user may not write to a table, or advance its sequence. Nothing was changed; a run names the grant."
UNSEEDED = "Nothing is seeded here: the tables of the seed itself are missing. Nothing was changed."
OTHER_VERSION = "The seed revisions here are not those that this script starts from. Nothing was changed; see `terp-seed status`."
UNKNOWN_TABLE = "A table that this script does not know may refer to seeded rows. Nothing was changed; run `terp-seed downgrade`."
NOT_ENDED = "A revision did not end as it should: see the error before this one. It was undone, and nothing after it is done."
LOCKED = "Another seeding operation is in progress: expected {} to be free. Run this again when it has ended."
OTHER_RECORDS = "{} does not hold the rows that this script builds on. Nothing was changed; see `terp-seed status`."
ROWS_MISSING = "{} does not have the rows of this script: see the error before this one. Its revision is undone."
ROWS_LEFT = "{} still has rows that were to go: see the error before this one. Its revision is undone."
NOT_FOUND = "{} lacks a row that seeded rows name: see the error before this one. This revision is undone."
EDITED = "Rows of {} are not as they were seeded: expected each one. `terp-seed downgrade --dry-run` names them."
REFERRED = "Rows that were not seeded refer to seeded {}. Nothing was changed; terp-seed downgrade --dry-run lists them."


@dataclass(frozen=True)
class Assertion:
    """An Assertion is a condition under which a script stops, and the sentence that it stops with."""

    sentence: str
    condition: str


def add_needed(columns: dict[str, set[str]], catalog: Catalog, table: str, names: set[str]) -> None:
    """Add the columns that a script needs of a table, and of the tables that it fills."""
    columns.setdefault(table, set()).update(names)
    for fill in catalog[table].fills if table in catalog else ():
        columns.setdefault(fill.table, set()).update(filled_columns(fill, catalog.names.key_of(fill.table)))


def missing(dialect: Dialect, sentence: str, columns: Mapping[str, set[str]]) -> Assertion:
    """Return the assertion that the tables have these columns."""
    ask = dialect.catalogue
    found = (f"  {ask.columns_found(table, sorted(names))} <> {len(names)}" for table, names in columns.items())
    return Assertion(sentence, "\n  OR".join(found))


def tables(
    dialect: Dialect, columns: Mapping[str, set[str]], inserted: Mapping[str, set[str]], allow_triggers: bool
) -> list[Assertion]:
    """Return the assertions that the tables have these columns, that what is inserted fills those that need a value, and that
    a rollback undoes everything.
    """
    if not columns:  # of a project without tables
        return []
    ask = dialect.catalogue
    own = [*columns, dialect.names.ledger, dialect.names.version_table]
    unfit = ask.unfit(own)
    return [
        missing(dialect, NO_TABLE, columns),
        Assertion(UNFILLED, "\n  OR".join(f"  {ask.unfilled(table, sorted(names))}" for table, names in inserted.items())),
        *denied(dialect, {"INSERT": [*inserted], "UPDATE": [name for name in columns if name not in inserted]}),
        *([Assertion(unfit[0], f"  {unfit[1]}")] if unfit else []),
        *([] if allow_triggers else [Assertion(TRIGGER, f"  {ask.writing_triggers(inserted)}")]),
    ]


def denied(dialect: Dialect, uses: Mapping[str, Iterable[str]]) -> list[Assertion]:
    """Return the assertion that our user has these privileges on these tables, where a script can ask."""
    found = dialect.catalogue.denied(uses)
    return [Assertion(DENIED, f"  {found}")] if found else []


def parents(dialect: Dialect, catalog: Catalog, tables: Iterable[str]) -> list[Assertion]:
    """Return the assertion that the columns by which rows refer to others have no key to other tables."""
    named = {name: catalog[name].sole_parents() for name in tables}
    keys = {
        name: {column: (target, dialect.names.key_of(target)) for column, target in found.items()}
        for name, found in named.items()
    }
    wrong = [f"  {dialect.catalogue.other_parents(name, found)}" for name, found in keys.items() if found]
    return [Assertion(OTHER_PARENT, "\n  OR".join(wrong))] if wrong else []


def taken(dialect: Dialect, table: str, blocks: list[Block]) -> Assertion:
    """Return the assertion that the ids of these blocks are free."""
    ids = ", ".join(f"{block.first_id} to {block.last_id}" for block in blocks)
    return Assertion(
        f"{table} has rows in the ids {ids} (seeded already?). Nothing was changed; print it with another first_id.",
        f"  EXISTS (SELECT 1 FROM {dialect.quote(table)} WHERE {within(dialect.key(table), blocks)})",
    )


def other_keys(dialect: Dialect, tables: Iterable[SeedTable], recipe: Recipe) -> list[Assertion]:
    """Return the assertions that no other row has a unique value of an adopted table's missing row."""
    stops = []
    for table in sorted(tables, key=lambda table: table.name):
        for column, value, condition in Adoption(dialect, table, table.sample(recipe)).taken():
            stops.append(
                Assertion(
                    f"{table.name}.{column} {value} is taken by a row of another {', '.join(table.adopts)}.", f"  {condition}"
                )
            )
    return stops


def state(dialect: Dialect, heads: tuple[str, ...], ledger_differs: str | None = None) -> list[Assertion]:
    """Return the assertions that the database is at these revisions and that `ledger_differs`, if given, does not hold."""
    found = [Assertion(OTHER_VERSION, f"  {version_table.differs_sql(dialect, heads)}")]
    return found + ([Assertion(OTHER_RECORDS.format(dialect.names.ledger), f"  {ledger_differs}")] if ledger_differs else [])


def not_as_seeded(dialect: Dialect, revision: str, table: sa.Table, digested: Digested, identity_only: bool) -> Assertion:
    """Return the assertion that the rows of a block match the ledger's digests; it holds for an unknown block."""
    condition = records.not_as_seeded_sql(dialect, revision, table, digested, identity_only)
    return Assertion(EDITED.format(table.name), f"  {condition}")


def own_rows(dialect: Dialect, blocks: Iterable[tuple[str, sa.Table, Digested]]) -> list[Assertion]:
    """Return the assertions that the rows in which a column is set or cleared are the seeded ones."""
    return [not_as_seeded(dialect, *block, identity_only=True) for block in blocks]


def recorded(dialect: Dialect, revision: str, table: SeedTable) -> Assertion:
    """Return the assertion that the ledger has a record of the table's rows, which is written only if all of them are there."""
    ledger, key = dialect.quote(dialect.names.ledger), records.key_of(dialect, revision, table.name)
    lacking = f"NOT EXISTS (SELECT 1 FROM {ledger} WHERE {key})"
    if table.adopts:
        lacking += f" AND {dialect.variable(f'{table.name}_missing')} > 0"
    return Assertion(ROWS_MISSING.format(table.name), f"  {lacking}")


def left(dialect: Dialect, revision: str, table: str) -> Assertion:
    """Return the assertion that a table has none of a block's rows any more."""
    rows = records.recorded_ids(dialect, revision, table)
    return Assertion(ROWS_LEFT.format(table), f"  EXISTS (SELECT 1 FROM {dialect.quote(table)} WHERE {rows})")


def later(tables: Iterable[str], adopted: Iterable[str]) -> list[Assertion]:
    """Return the assertions that an inserting script prints after its opening, with their sentences only."""
    sentences = (*map(ROWS_MISSING.format, tables), *map(NOT_FOUND.format, sorted(adopted)), NOT_ENDED)
    return [Assertion(text, "") for text in sentences]
