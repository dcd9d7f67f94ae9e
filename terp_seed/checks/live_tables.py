"""The live tables: whether they can take what a plan writes, with every gap of every table listed at once. Read-only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from terp_seed.backends.database import Database
from terp_seed.backends.introspection import Trigger
from terp_seed.backends.writer import ConnectionWriter, Writer
from terp_seed.checks.rehearsal import Rehearsal
from terp_seed.checks.schema import schema_gaps, unclassified_gaps
from terp_seed.checks.transaction_limits import require_room
from terp_seed.checks.triggers import gaps as trigger_gaps
from terp_seed.checks.triggers import set_off
from terp_seed.checks.uniqueness import taken_values
from terp_seed.errors import CapacityExceeded, SchemaMismatch
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Catalog, SeedTable
from terp_seed.revisions.block import Block, within
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.plan import Plan
from terp_seed.rows.adoption import Adoption
from terp_seed.rows.generation import Generator
from terp_seed.rows.reservation import check_capacity, first_free_id
from terp_seed.settings import Settings


def forecast(writer: Writer, recorded: Ledger, plan: Plan, recipe: Recipe, gaps: dict[str, list[str]] | None = None) -> Ledger:
    """Return the ledger as it will be when nobody inserts meanwhile. Where ids would run out, add that to the table's `gaps`;
    without these, raise CapacityExceeded.
    """
    expected = Ledger(recorded.blocks)
    for step in plan.inserts():
        first = first_free_id(step.table, expected, writer)
        try:
            check_capacity(writer, step.table, first, step.rows)
        except CapacityExceeded as error:
            if gaps is None:
                raise
            gaps.setdefault(step.table.name, []).append(str(error))
        expected.blocks.append(Block(step.revision, step.table.name, first, step.rows, recipe))
    return expected


@dataclass(frozen=True)
class TableReport:
    """A TableReport is what a person should know of tables that can take our rows."""

    triggers: tuple[Trigger, ...] = ()  # that the run sets off
    not_rehearsed: tuple[str, ...] = ()  # what could not be rehearsed, and why


def check_tables(
    database: Database, generator: Generator, recorded: Ledger, plan: Plan, settings: Settings, going: Iterable[Block] = ()
) -> TableReport:
    """Refuse what the live tables cannot take: their engines and triggers, their shape, the first rows, what is too much for one
    transaction of a cluster, and values that other rows have already. Rows of the blocks that are `going` count as gone.

    The generator's ledger becomes what it will be after the run.
    """
    gone, recipe = list(going), generator.recipe
    triggers = set_off(database.introspection.triggers(), plan)
    gaps = _merged(
        _unfit(database, plan),
        {} if settings.allow_triggers else trigger_gaps(triggers, generator.catalog),
        schema_gaps(database, plan, recipe),
    )
    for step in [step for step in plan.inserts() if step.table.adopts and step.table.name not in gaps]:
        adoption = Adoption(database.dialect, step.table, step.table.sample(recipe))
        apart = within(database.dialect.key(step.table.name), (block for block in gone if block.table_name == step.table.name))
        plan.adopt(step, len(adoption.missing_rows(database.connection, apart)))
    generator.ledger.blocks[:] = forecast(_WriterWithout(database, gone), recorded, plan, recipe, gaps).blocks
    sound = [step for step in plan.inserts() if step.table.name not in gaps]
    rehearsal = Rehearsal(database, generator)
    rehearsal.run(sound)
    limits = database.backend.limits(database.connection) if not gaps else None
    if limits:
        require_room(limits, plan, database.dialect, generator)
    taken = taken_values(database, generator, Ledger([*recorded.blocks, *gone]), sound)
    gaps = _merged(gaps, rehearsal.gaps, taken)
    if gaps:
        raise _mismatch(gaps)
    return TableReport(tuple(triggers), tuple(rehearsal.notes))


def require_tables(database: Database, catalog: Catalog) -> None:
    """Raise SchemaMismatch if the database lacks one of the project's main tables. Read-only."""
    missing = {table.name: ["the table is missing"] for table in catalog.tables if database.live.table(table.name) is None}
    if missing:
        raise _mismatch(missing)


def require_classified(filled: Iterable[tuple[SeedTable, set[str]]]) -> None:
    """Raise SchemaMismatch if tables are filled in columns that look like PII, and that are not classified. Asks no database."""
    gaps = {table.name: found for table, written in filled if (found := unclassified_gaps(table, written))}
    if gaps:
        raise _mismatch(gaps)


def _mismatch(gaps: Mapping[str, list[str]]) -> SchemaMismatch:
    listed = "\n".join(f"Schema validation failed for {name}: {'; '.join(found)}" for name, found in gaps.items())
    return SchemaMismatch(
        f"{listed}\nExpected tables that can take these rows; nothing was written. Where a table is at fault, migrate it with "
        "the application's own migrations (for TERP `alembic upgrade head`); where the rows are, correct the table's SeedTable."
    )


def _merged(*found: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the sentences about each table from several checks."""
    merged: dict[str, list[str]] = {}
    for gaps in found:
        for table, sentences in gaps.items():
            merged.setdefault(table, []).extend(sentences)
    return merged


def _unfit(database: Database, plan: Plan) -> dict[str, list[str]]:
    """Return what is wrong with tables that a run writes to, whatever the rows are."""
    filled = [fill.table for step in plan.steps for fill in step.table.fills]
    written = [step.table.name for step in plan.steps] + filled + [database.names.ledger, database.names.version_table]
    return {
        table: [sentence]
        for table, sentence in database.introspection.unfit_tables().items()
        if plan.steps and any(database.live.same_table(table, name) for name in written)
    }


class _WriterWithout(ConnectionWriter):
    """A writer on a database from which some blocks are going to be deleted."""

    def __init__(self, database: Database, gone: list[Block]) -> None:
        super().__init__(database)
        self._gone = gone

    def highest_id(self, table: str) -> int | None:
        """Return the highest id of a row that stays; None in a table that is missing, which is a gap of its own."""
        if any(self._database.live.column(table, name) is None for name in self._database.names.key_columns(table)):
            return None
        gone = within(self._database.dialect.key(table), (block for block in self._gone if block.table_name == table))
        return self._highest_id(table, f" WHERE NOT ({gone})" if gone else "")
