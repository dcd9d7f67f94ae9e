"""The generation: from a live database or metadata to new files of a project. Only reads the database; inserts nothing."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from terp_seed.backends import connection as connections
from terp_seed.backends.database import Database
from terp_seed.errors import SeedError
from terp_seed.inference import files
from terp_seed.inference.asked import TablePlan
from terp_seed.inference.drift import Drift, drifts
from terp_seed.inference.facts import OWN, Schema
from terp_seed.inference.files import Written
from terp_seed.inference.live_schema import read_schema
from terp_seed.inference.metadata_schema import load_metadata, schema_of
from terp_seed.inference.planner import SeedPlan, count_rules, plan_schema
from terp_seed.inference.revision_graph import Existing, down_revisions
from terp_seed.inference.seed_folder import SeedFolder
from terp_seed.inference.slugs import slugs_of
from terp_seed.inference.trials import Trials
from terp_seed.model.table import Catalog
from terp_seed.settings import Settings


@dataclass(frozen=True)
class Request:
    """A Request is what `revision --autogenerate` is asked for."""

    tables: tuple[str, ...] | None = None
    metadata: str | None = None
    skip: bool = False


@dataclass(frozen=True)
class Generated:
    """A Generated is what was written, and what a person should know of it."""

    files: tuple[str, ...] = ()
    tables: tuple[TablePlan, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    reviews: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    drifts: tuple[Drift, ...] = ()
    lines: tuple[str, ...] = ()  # for columns that are new in tables that are seeded already
    refused: Mapping[str, str] = field(default_factory=dict)
    left_alone: Mapping[str, str] = field(default_factory=dict)


def generate(config: Config, catalog: Catalog, settings: Settings, request: Request) -> Generated:
    """Write the seeds of every table that has none. Raises SeedError, with nothing written, if a table cannot be seeded, unless
    `skip` leaves it out.
    """
    scripts = ScriptDirectory.from_config(config)
    folder = SeedFolder.of(config, scripts)
    existing = Existing(scripts)
    written = {table.name: table for table in folder.written()}
    with schema_for(catalog, settings, request.metadata) as (schema, database, unfit):
        seeded = {database.live.table(table.name) or table.name: table.per_unit for table in catalog.every}
        seeded |= {name: 1 for name in written if name not in seeded}
        plan = plan_schema(schema, Trials(database), seeded, request.tables, unfit, _shared(catalog))
        found = tuple(drifts(schema, catalog.every))
        lines = _lines_for(schema, database, found, seeded)
    if plan.refused and not request.skip:
        raise refusal(plan.refused)
    texts, new = _texts(folder, plan, existing, written, catalog)
    references = [
        files.reference_text(table.name, column, target) for table in plan.tables for column, target in table.soft.items()
    ]
    outcome = folder.write(texts, files.index_file(new, folder.package, references), new, references) if new else None
    return Generated(
        outcome.files if outcome else (),
        plan.tables,
        count_rules(plan.tables),
        _reviews(plan.tables),
        outcome.notes if outcome else (),
        found,
        lines,
        plan.refused,
        {name: reason for name, reason in schema.left_alone.items() if reason != OWN},
    )


def _shared(catalog: Catalog) -> frozenset[str]:
    return frozenset(table.name for table in catalog.every if table.shared)


def refusal(refused: Mapping[str, str]) -> SeedError:
    """Return the error about tables that cannot be seeded."""
    listed = "\n".join(f"Table {name} cannot be seeded: {reason}." for name, reason in refused.items())
    return SeedError(
        f"{listed}\nExpected tables with a key and columns that can be written. Nothing was written. "
        f"Change these tables, name others with `{files.COMMAND} --tables`, or leave these out with --skip."
    )


@contextmanager
def schema_for(
    catalog: Catalog, settings: Settings, metadata: str | None = None
) -> Iterator[tuple[Schema, Database, Mapping[str, str]]]:
    """Give a schema, the database that evaluates its CHECKs, and the tables that no run may write to."""
    if metadata is None:
        with connections.opened(settings.url, settings.ca_cert) as connection:
            database = Database(connection, catalog.names)
            seeded = [table.name for table in catalog.every]
            yield read_schema(database, seeded), database, database.introspection.unfit_tables()
            return
    found = schema_of(load_metadata(metadata), catalog.names)
    with sa.create_engine("sqlite://").connect() as scratch:  # which knows the functions of most CHECKs
        yield found, Database(scratch, catalog.names), {}


def _texts(
    folder: SeedFolder, plan: SeedPlan, existing: Existing, written: Mapping[str, Written], catalog: Catalog
) -> tuple[dict[str, str], list[Written]]:
    """Return the new files by path, tables before revisions, and their tables."""
    slugs = slugs_of((table.name for table in plan.tables), {*folder.taken(), *existing.ancestors})
    known = {*slugs, *(table.name for table in catalog.every if table.table.metadata is _metadata_of(written, catalog))}
    revisions = {
        name: next((one for one in (written[name].slug if name in written else name, name) if one in existing.ancestors), "")
        for name in (table.name for table in catalog.every)
    }
    revisions = {name: revision for name, revision in revisions.items() if revision}
    downs = down_revisions(plan.tables, slugs, existing, revisions)
    new = [Written(table.name, slugs[table.name]) for table in plan.tables]
    texts = {
        folder.path_of_table(slug): files.table_file(table, slug, folder.package, known, plan.nulled.get(table.name, {}))
        for table, slug in ((table, slugs[table.name]) for table in plan.tables)
    }
    texts |= {folder.path_of_revision(one.slug): files.revision_file(one, folder.package, downs[one.name]) for one in new}
    return texts, new


def _metadata_of(written: Mapping[str, Written], catalog: Catalog) -> sa.MetaData | None:
    """Return the metadata of the generated tables, to which foreign keys of new ones can point."""
    return next((table.table.metadata for table in catalog.every if table.name in written), None)


def _reviews(tables: Sequence[TablePlan]) -> tuple[str, ...]:
    return tuple(
        f"{table.name}.{column}: {chosen.review} ({chosen.text})"
        for table in tables
        for column, chosen in table.columns.items()
        if chosen.review
    )


def _lines_for(schema: Schema, database: Database, found: Sequence[Drift], seeded: Mapping[str, int]) -> tuple[str, ...]:
    """Return what to add to the files of tables that have new columns."""
    lines = []
    for name in dict.fromkeys(drift.table for drift in found if drift.new_column is not None and drift.table in schema):
        others = {other: rows for other, rows in seeded.items() if other != name}
        planned = plan_schema(schema, Trials(database), others, (name,)).tables
        for table in (table for table in planned if table.name == name):
            for drift in found:
                if drift.table == name and drift.new_column in table.columns:
                    column = str(drift.new_column)
                    lines.append(f"{name}: {files.column_text(table, column, schema.by_name)}")
                    lines.append(f"{name}: {files.line_of(table, column)}")
    return tuple(lines)
