"""The shard: some of a seed's units as a separate script, so that several machines can generate one seed.

The rows and ids are those of the whole script. The shard with unit 1 also records all blocks; every other shard only adds its
rows to the recorded blocks, in one transaction.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from terp_seed.backends.writer import Writer
from terp_seed.errors import BadSetting
from terp_seed.model.fixed_rows import FixedRows
from terp_seed.model.recipe import Size
from terp_seed.model.table import SeedTable
from terp_seed.model.words import counted
from terp_seed.revisions import records
from terp_seed.revisions.block import Block
from terp_seed.revisions.filling import fill_sql
from terp_seed.revisions.migration_plan import MigrationPlan
from terp_seed.revisions.operations import SeedOp
from terp_seed.revisions.plan import Plan, PlannedStep
from terp_seed.revisions.recording import Recorder
from terp_seed.rows.adoption import adopted_by, look_up
from terp_seed.rows.generation import Generator
from terp_seed.rows.statements import BatchRequest, Statements
from terp_seed.scripts import assertions
from terp_seed.scripts.assertions import Assertion
from terp_seed.scripts.frame import ScriptFrame
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.digests import Digested
from terp_seed.sql.listed_keys import inserts_of


@dataclass(frozen=True)
class Shard:
    """A Shard is a range of units, `first` to `last`, out of all units."""

    first: int
    last: int
    of: int

    @classmethod
    def parse(cls, units: tuple[int, int] | None, size: Size) -> "Shard":
        """Return the requested units, or all units of a size. Raises BadSetting if the size does not have them."""
        first, last = units or (1, size.units)
        if last > size.units:
            raise BadSetting(
                f"units {first}:{last} cannot be used: size {size} has the units 1 to {size.units}. Expected A:B within them."
            )
        return cls(first, last, size.units)

    @property
    def is_whole(self) -> bool:
        """Tell whether the shard has all units."""
        return self.of == self.last - self.first + 1

    @property
    def is_first(self) -> bool:
        """Tell whether this is the shard with unit 1, which records all blocks."""
        return self.first == 1

    def block(self, block: Block) -> Block:
        """Return the shard's part of a block of generated rows."""
        before, units, rows = self.first - 1, self.last - self.first + 1, block.row_count // self.of
        return Block(block.revision, block.table_name, block.first_id + before * rows, units * rows, block.recipe)

    def parts(self, plan: Plan, blocks: Iterable[Block]) -> list[tuple[PlannedStep, Block]]:
        """Return the shard's parts of a plan's blocks, with their steps. Fixed and shared rows belong whole to unit 1."""
        parts = []
        for step, block in zip(plan.inserts(), blocks, strict=True):
            if not (step.fixed_rows or step.table.shared):
                parts.append((step, self.block(block)))
            elif self.is_first:
                parts.append((step, block))
        return parts

    def remark(self) -> list[str]:
        """Return the lines of the heading about the shard; none if it has all units."""
        if self.is_whole:
            return []
        what = "It records all units: apply it first." if self.is_first else "The script with unit 1 has to be applied before."
        return [
            f"part         units {self.first} to {self.last} of {self.of}. {what}",
            "             `terp-seed verify` counts the rows of every table, and fails until each unit is there.",
        ]


class ShardFrame(ScriptFrame):
    """A ShardFrame is the frame of a shard without unit 1, whose rows are one transaction."""

    def open(self, heads: tuple[str, ...], recorded: list[Block], inserted: list[tuple[Block, set[str]]]) -> None:
        """Print what precedes the rows of a shard: the checks that the blocks are recorded and its own ids are free."""
        columns: dict[str, set[str]] = defaultdict(set)
        adopted = self._catalog.adopted_names
        for block, names in inserted:
            assertions.add_needed(columns, self._catalog, block.table_name, names)
        stops = [
            assertions.missing(self._dialect, assertions.UNSEEDED, self._own_columns),
            *assertions.state(self._dialect, heads, records.differs_sql(self._dialect, recorded, adopted)),
            *assertions.tables(self._dialect, columns, columns, self._settings.allow_triggers),
            *assertions.parents(self._dialect, self._catalog, [block.table_name for block, _ in inserted]),
            *(assertions.taken(self._dialect, block.table_name, [block]) for block, _ in inserted),
        ]
        later = assertions.later(columns, self._catalog.adopted_names)
        self._open([*stops, *later])
        self._print(stops)
        self._close_opening([*columns])

    def begin(self) -> None:
        """Print the BEGIN of the shard's transaction."""
        self._execute(self._dialect.begin("shard"))

    def added(self, table: str) -> None:
        """Print the check that the last statement added the shard's rows to the record."""
        self._print([Assertion(assertions.ROWS_MISSING.format(table), f"  NOT ({self._dialect.changed_one})")])

    def commit(self) -> None:
        """Print the COMMIT of the shard's transaction."""
        self._execute(self._dialect.commit("shard", self._checks))


class ShardRows:
    """ShardRows carry out op.seed for a shard without unit 1: they write the rows of its units, and nothing else."""

    def __init__(
        self,
        shard: Shard,
        blocks: Iterable[Block],
        generator: Generator,
        dialect: Dialect,
        writer: Writer,
        guard: ShardFrame,
    ) -> None:
        """Take the blocks of the move, for all units. They are added to the generator's ledger as their tables are done."""
        self._guard = guard
        self._shard, self._generator, self._dialect, self._writer = shard, generator, dialect, writer
        self._blocks = {(block.revision, block.table_name): block for block in blocks}
        self._statements = Statements(generator, dialect, writer.helpers)
        self._revision = ""

    def write(self, move: MigrationPlan, recorder: Recorder) -> None:
        """Print the rows of a move's revisions as one transaction, so that an interrupted shard can be applied again."""
        self._guard.begin()
        for step in move.revisions:
            self._revision = step.revision.revision
            for operation in recorder.of(step):
                if isinstance(operation, SeedOp):  # the shard with unit 1 does the rest
                    self.seed(operation.table, operation.rows)
        self._guard.commit()
        self._statements.close()

    def seed(self, table: SeedTable, rows: FixedRows | None) -> None:
        """Print the rows of the shard's units. Fixed rows, and rows shared by all units, belong to unit 1."""
        append = self._generator.append(table, self._revision)
        own = {part.name: self._blocks.get((self._revision, part.name)) for part in table.parts}
        self._generator.reserved |= {name: block for name, block in own.items() if block}
        for part in table.parts if rows is None else (table,):
            block = self._blocks.get((self._revision, part.name))
            if block is None:
                continue  # shared, and already seeded by an earlier revision
            if rows is None and not part.shared:
                for adopted in adopted_by(part, self._generator.catalog.adopted):
                    look_up(adopted, self._generator.recipe, self._dialect, self._writer, self._guard)
                self._insert(part, append, block)
            self._generator.ledger.blocks.append(block)
            self._generator.reserved.pop(part.name, None)

    def _insert(self, part: SeedTable, append: str, whole: Block) -> None:
        shard = self._shard
        own = shard.block(whole)
        self._writer.remark(f"{part.name}: {counted(own.row_count)}, of units {shard.first} to {shard.last}")
        sample = next(self._generator.rows(part, self._revision, append, whole.first_id, range(shard.first, shard.first + 1)))
        inserts = inserts_of(self._dialect, part, sample, self._revision)
        units = range(shard.first, shard.last + 1)
        wanted = BatchRequest(part.name, self._revision, append, whole.first_id, units, own.row_count)
        for statement, _ in self._statements.of(part, wanted, inserts):
            self._writer.execute(statement)
        for statement in self._dialect.count_values(part.name, own.row_count):
            self._writer.execute(statement)
        digested = Digested.of(part, inserts.columns)
        for statement in self._dialect.counting(records.add_sql(self._dialect, own, part.table, digested)):
            self._writer.execute(statement)
        self._guard.added(part.name)
        for statement in fill_sql(self._dialect, part, own, self._generator.ledger):
            self._writer.execute(statement)
