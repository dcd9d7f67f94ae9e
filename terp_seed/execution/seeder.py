"""The seeder: carries out op.seed and op.unseed in one run.

A table's rows, the rows of its companions and their ledger records are written in one transaction, or not at all.
"""

import time
from collections.abc import Sequence

from terp_seed.backends.writer import Writer
from terp_seed.checks.block_state import BlockState
from terp_seed.errors import SeedError
from terp_seed.execution.outcome import DeletionGuard, Observer, Outcome
from terp_seed.model.fixed_rows import FixedRows
from terp_seed.model.table import SeedTable
from terp_seed.model.words import counted
from terp_seed.revisions import records
from terp_seed.revisions.block import Block
from terp_seed.revisions.filling import Foreign, clear_sql, fill_sql
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.records import pieces
from terp_seed.rows.adoption import Adoption, adopted_by, look_up
from terp_seed.rows.generation import Generator
from terp_seed.rows.reservation import Reservations
from terp_seed.rows.row_source import GeneratedRows, RevisionRows, RowSource
from terp_seed.rows.statements import Statements
from terp_seed.sql import listed_keys
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.digests import Digested
from terp_seed.sql.insert import Inserts


class Seeder:
    """A Seeder carries out the operations of a run's revisions, one revision after the other."""

    def __init__(
        self,
        generator: Generator,
        dialect: Dialect,
        writer: Writer,
        observer: Observer,
        deletions: DeletionGuard | None = None,
        units: int | None = None,
    ) -> None:
        """Take the generator, the dialect, the writer, the observer, and for a rollback the guard of its deletions.

        Only the first `units` units are written; the others are recorded too, and separate scripts write them.
        """
        self._generator, self._dialect, self._writer, self._observer = generator, dialect, writer, observer
        self._catalog, self._recipe, self.ledger = generator.catalog, generator.recipe, generator.ledger
        self._deletions, self._units, self.names = deletions, units or self._recipe.size.units, self._catalog.names
        self._rolled_back: list[str] = []
        self._outcomes: list[Outcome] = []  # of the current, uncommitted revision
        self._reservations = Reservations(generator, dialect, writer)
        self._statements = Statements(generator, dialect, writer.helpers)
        self._looked_up: set[str] = set()  # adopted tables, in the current revision
        self.foreign: Foreign = {}  # set by an online run: rows whose columns are not filled or cleared
        self.revision = ""  # set before each step

    def committed(self) -> None:
        """Report the outcomes of the revision, now that it is committed."""
        for outcome in self._outcomes:
            if not (outcome.inserted or outcome.companion):
                self._rolled_back.append(outcome.table)
            self._observer.notify(outcome)
        self._outcomes.clear()
        self._looked_up.clear()

    def start_again(self, recorded: Ledger) -> None:
        """Forget the outcomes of a revision that was rolled back, and reset the ledger to what the database has."""
        self._outcomes.clear()
        self._generator.reserved.clear()
        self._looked_up.clear()
        self.ledger.blocks[:] = recorded.blocks

    def create_ledger(self) -> None:
        """Create the ledger's table if it is missing; a script has created it in its opening, for its checks."""
        if self._writer.knows_tables:
            target = self._writer.sqlalchemy_dialect
            for statement in (records.create_sql(target, self.names), *listed_keys.create_sql(target, self.names)):
                self._writer.execute(statement)

    def drop_ledger(self) -> None:
        """Drop the ledger's table if it exists; a script keeps it if the dialect has no conditional DROP."""
        if self._writer.knows_tables or self._dialect.drops_on_condition:
            target = self._writer.sqlalchemy_dialect
            for statement in (*listed_keys.drop_sql(target, self.names), records.drop_sql(target, self.names)):
                self._writer.execute(statement)
        else:
            self._writer.remark(
                f"{self.names.ledger} stays, empty: on this kind of database no condition keeps a table from its DROP"
            )

    def seed(self, table: SeedTable, rows: FixedRows | None) -> None:
        """Insert the rows of every unit, with companions and followers, parents first; or the fixed rows."""
        make, revision = self._generator, self.revision
        if rows is not None:
            fixed = RevisionRows(table, revision, rows, make)
            self._look_up(table)
            self._insert(fixed, [fixed])
            return
        append = make.append(table, revision)
        wanted = [part for part in table.parts if part.rows_a_unit(append)]
        sources = [self._rows_of(p, append) for p in wanted if not (p.shared and self.ledger.of_table(p.name))]
        for source in sources:
            if source.table.adopts:
                self._adopt(source.table)
                continue
            named = [one for one in sources if one.table in table.followers and one.table.name in table.uses]
            together = [source, *named] if source.table is table else [source]
            if source.table.name in make.reserved:
                together = []  # already reserved, with the table that refers to its ids
            for one in together:
                self._look_up(one.table)
            self._insert(source, together)

    def unseed(self, table: SeedTable) -> None:
        """Delete the rows that this revision seeded, children first."""
        parts = tuple(reversed(table.parts))
        blocks = [block for part in parts if (block := self.ledger.get(self.revision, part.name))]
        rolled_back = ", ".join(self._rolled_back)
        done = f"Rolled back before that: {rolled_back}." if rolled_back else "Nothing has changed."
        started = time.perf_counter()
        assert self._deletions is not None
        states = {state.block.table_name: state for state in self._deletions.prepare(self.revision, parts, blocks, done)}
        for part in parts:
            for statement in clear_sql(self._dialect, part, self.revision, self.foreign):
                self._writer.execute(statement)
        for part in parts:
            state = states.get(part.name)
            if state is None:  # not known now: the statement reads the ids from the ledger when it runs
                for statement in records.delete_rows_sql(self._dialect, self.revision, part.name):
                    self._writer.execute(statement)
            else:
                self._delete(state)
                self._tell(state.block, state.ours, started, inserted=False, state=state)
            started = time.perf_counter()
            self._deletions.emptied(self.revision, part)
            for statement in listed_keys.delete_sql(self._dialect, self.revision, part.name):
                self._writer.execute(statement)
            self._writer.execute(self.ledger.delete_sql(self._dialect, self.revision, part.name))

    def close(self) -> None:
        """Stop the worker processes."""
        self._statements.close()

    def _delete(self, state: BlockState) -> None:
        """Delete the seeded rows of a block, highest ids first. Raises SeedError if the server counts other than expected."""
        block, deleted = state.block, 0
        self._observer.advanced(block.table_name, deleted, state.ours)
        for some in reversed(state.leaving() if state.ours else []):
            for first, last in pieces(some.first_id, some.last_id):
                self._writer.prefetch(block.table_name, first, last)
                statements = records.delete_piece_sql(self._dialect, block, first, last, by_ids=bool(state.foreign))
                counts = [self._writer.execute(statement) for statement in statements]
                deleted += last - first + 1 if None in counts else sum(filter(None, counts))
                self._observer.advanced(block.table_name, min(deleted, state.ours), state.ours)
        if deleted != state.ours:
            raise SeedError(
                f"{deleted:,} rows of {block.table_name} would be deleted, but {state.ours:,} are seeded: expected the same; "
                "another session has just changed them, or a trigger keeps some. This revision was rolled back. Run the same "
                "command again; if it stops again, look for a trigger on DELETE."
            )

    def _rows_of(self, part: SeedTable, append: str) -> GeneratedRows:
        """Return the row source of a table for all units, of which this run writes its own ones."""
        units, here = (1, 1) if part.shared else (self._recipe.size.units, self._units)
        return GeneratedRows(part, self.revision, append, units, here, self._generator, self._statements)

    def _adopt(self, table: SeedTable) -> None:
        """Insert the rows of an adopted table that the database does not have yet, and record only those."""
        started, writer, name = time.perf_counter(), self._writer, table.name
        adoption = Adoption(self._dialect, table, table.sample(self._recipe))
        writer.remark(f"{name}: {len(adoption.rows)} rows, of which those that are there already are used")
        base = self._reservations.first_free_id(table)
        kept = adoption.base, f"{adoption.base} + {adoption.missing} - 1"
        for statement in (*adoption.count(base, writer.first_id), *self._dialect.keep_free({name: kept})):
            writer.execute(statement)
        counts = [writer.execute(statement) for statement in adoption.inserts()]
        inserted = sum(1 if count is None else count for count in counts)
        block = Block(self.revision, name, base or writer.first_id, max(inserted, 1), self._recipe)
        columns = Inserts(self._dialect, table.table, adoption.rows[0]).columns
        statement = self.ledger.adopt_sql(
            self._dialect, block, table.table, Digested.of(table, columns), adoption.base, adoption.missing
        )
        recorded = writer.execute(statement)
        if not inserted:
            self.ledger.blocks.remove(block)
        elif recorded == 0:
            raise SeedError(
                f"{name} does not have the {inserted} rows that were inserted from id {block.first_id} on: expected them and no "
                "others. They were rolled back; run the same command again."
            )
        else:
            self._tell(block, inserted, started, inserted=True)

    def _look_up(self, table: SeedTable) -> None:
        """Read the ids of the adopted rows that a table's rows refer to, once per revision."""
        for adopted in adopted_by(table, self._catalog.adopted):
            if adopted.name not in self._looked_up:
                self._looked_up.add(adopted.name)
                look_up(adopted, self._recipe, self._dialect, self._writer, self._deletions)

    def _insert(self, source: RowSource, together: Sequence[RowSource]) -> None:
        """Insert a block, after reserving its ids and those of the other sources in `together`, unless that is already done.

        A shard that does not write the block's last row inserts it only to reserve the ids, and deletes it again.
        """
        started, table, here = time.perf_counter(), source.table, source.here
        for one in together:
            first = "the last one first: it keeps the ids before it free" if one.table.listed is None else "with their keys"
            self._writer.remark(f"{one.table.name}: {counted(one.here)}, {first}")
        if together:
            self._reservations.make(self.revision, together)
        block, inserts = self._generator.reserved[table.name], self._reservations.inserts[table.name]
        if not together:
            self._writer.remark(f"{table.name}: the other rows of the {here:,}")
        wanted, inserted = min(here, self._writer.most_rows or here), 1 if here == source.count and table.listed is None else 0
        for statement, rows in source.statements(block.first_id, inserts, wanted - inserted):
            changed = self._writer.execute(statement)
            inserted += changed if rows and changed is not None else rows
            self._observer.advanced(table.name, inserted, wanted)
        for statement in self._dialect.count_values(table.name, inserted):
            self._writer.execute(statement)
        if inserted != wanted:
            raise SeedError(
                f"{table.name} got {inserted} rows: expected {wanted}; another session or a trigger removes some. They "
                "were rolled back. Run the same command again; if it stops again, look for a trigger on INSERT."
            )
        if wanted < here:
            self._writer.leave_out(table.name, here - wanted)
        del self._generator.reserved[table.name]
        part = Block(self.revision, table.name, block.first_id, here, self._recipe)
        digested = Digested.of(table, inserts.columns)
        recorded = self._writer.execute(self.ledger.insert_sql(self._dialect, block, table.table, digested, part))
        if recorded == 0:
            raise SeedError(
                f"{table.name} does not have the {here:,} rows that were inserted, ids {block.first_id} to {part.last_id}: "
                "expected them all. They were rolled back. Check whether a trigger moves or deletes them, then run the same "
                "command again."
            )
        for statement in fill_sql(self._dialect, table, part, self.ledger, self.foreign):
            self._writer.execute(statement)
        self._tell(block, source.count, started, inserted=True)

    def _tell(self, block: Block, rows: int, started: float, inserted: bool, state: BlockState | None = None) -> None:
        companion = self._catalog.is_companion(block.table_name)
        self._outcomes.append(Outcome.of(block, rows, time.perf_counter() - started, inserted, companion, state))
