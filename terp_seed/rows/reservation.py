"""Reservations: ids that are kept free for the rows of a block while applications go on inserting.

The last row of a block is inserted first, so an application that inserts meanwhile gets higher ids, and neither fails.
"""

from collections.abc import Sequence

from terp_seed.backends.writer import Writer
from terp_seed.errors import CapacityExceeded, SeedError
from terp_seed.model.recipe import LARGEST_ID
from terp_seed.model.table import SeedTable
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.records import delete_ids_sql
from terp_seed.rows.generation import Generator
from terp_seed.rows.row_source import RowSource
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.insert import Inserts
from terp_seed.sql.listed_keys import inserts_of

GAP = 1_000  # ids left free below a block, for concurrent inserts of applications
_NARROW = {"tinyint": 1, "smallint": 100, "small_integer": 100}  # the gap for types that hold few ids
_ATTEMPTS = 20


class Reservations:
    """Reservations are the blocks of one run that are reserved but not recorded yet."""

    def __init__(self, generator: Generator, dialect: Dialect, writer: Writer) -> None:
        """Take the generator, whose `reserved` blocks are set here, the dialect and the writer."""
        self._generator, self._dialect, self._writer = generator, dialect, writer
        self.inserts: dict[str, Inserts] = {}  # by table

    def make(self, revision: str, together: Sequence[RowSource]) -> None:
        """Reserve a block for each source. Their rows may refer to each other, so if one block is taken, all of them move.

        Raises CapacityExceeded if the ids run out, and SeedError if no attempt finds free ids.
        """
        make = self._generator
        for _ in range(_ATTEMPTS):
            for one in together:
                first = first_free_id(one.table, make.ledger, self._writer)
                check_capacity(self._writer, one.table, first, one.count)
                make.reserved[one.table.name] = Block(revision, one.table.name, first, one.count, make.recipe)
            held = 0
            while held < len(together) and self._hold(together[held]):
                held += 1
            if held == len(together):
                return
            for one in reversed(together[:held]):
                last = make.reserved[one.table.name].last_id
                for statement in delete_ids_sql(self._dialect, one.table.name, last, last):
                    self._writer.execute(statement)
        raise SeedError(
            f"No free block of {together[0].count} ids was found in {together[0].table.name} in {_ATTEMPTS} attempts: expected "
            "applications to insert more slowly. This revision was rolled back; run the same command again."
        )

    def first_free_id(self, table: SeedTable) -> int | None:
        """Return the first id of a table's next block, or None for a script, which cannot know it."""
        if not self._writer.knows_tables:
            return None
        return first_free_id(table, self._generator.ledger, self._writer)

    def _hold(self, source: RowSource) -> bool:
        """Insert the last row of a block. Return whether the ids of the block were free."""
        block = self._generator.reserved[source.table.name]
        row = source.last_row(block.first_id)
        inserts = self.inserts[block.table_name] = inserts_of(self._dialect, source.table, row, block.revision)
        if source.table.listed is not None:
            return True  # its rows take no ids from an application
        ((statement, _),) = inserts.statements([row])
        if source.here == source.count:
            return self._writer.reserve(block.table_name, statement, block.first_id, block.last_id)
        for announcement in self._dialect.announced(block.table_name, statement, block.last_id):
            self._writer.execute(announcement)
        return True


def gap_below(table: SeedTable) -> int:
    """Return how many ids are left free below a block of a table."""
    return _NARROW.get(table.table.columns[table.key].type.__visit_name__.lower(), GAP)


def first_free_id(table: SeedTable, ledger: Ledger, writer: Writer) -> int:
    """Return the first id of a table's next block: the writer's first id in an empty table, else well after the last row."""
    if table.listed is not None:
        return max((block.last_id for block in ledger.of_table(table.name)), default=0) + 1
    recorded, gap = max((block.last_id for block in ledger.of_table(table.name)), default=None), gap_below(table)
    highest = writer.highest_id(table.name)
    if highest is None and recorded is None:
        return writer.first_id
    return (max(highest or 0, recorded or 0) // gap + 2) * gap + 1


def check_capacity(writer: Writer, table: SeedTable, first: int, count: int) -> None:
    """Raise CapacityExceeded if a block would exceed the largest id that the table can hold."""
    largest = LARGEST_ID if table.listed is not None else writer.largest_id(table.name)
    if first + count - 1 > largest:
        raise CapacityExceeded(
            f"The ids {first} to {first + count - 1} of {table.name} would exceed {largest}, the largest that its column holds: "
            "expected room for the block. Seed a smaller size, or pass a lower first_id."
        )
