"""Statements: the INSERTs of a block, made in this process or, where there are many, ahead of it in others.

A block is cut into pieces, and each statement belongs to one of them, so the text is the same whoever makes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from terp_seed.model.table import SeedTable
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger
from terp_seed.rows.generation import Generator
from terp_seed.rows.workers import Answer, Workers
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.insert import Inserts

_TOGETHER = 10  # units of a piece, in every table: so a unit has one helper, who keeps its figures
_WORTH_A_PROCESS = 50  # units; it takes about as long to start one as to make half of them

Statement = tuple[str, int]  # its text without the semicolon, and its number of rows


@dataclass(frozen=True)
class BatchRequest:
    """A BatchRequest is rows of a generated block: of which table, for whom, from which id of unit 1 on, and of which units.

    The last of these rows are not wanted where they would be more than `most`: they are written already, or left out.
    """

    table: str
    revision: str
    append: str
    first_id: int
    units: range
    most: int


class Statements:
    """Statements are made of the rows of one run, by as many helpers as the run's writer can do with."""

    def __init__(self, generator: Generator, dialect: Dialect, helpers: int) -> None:
        self._generator, self._dialect, self._helpers = generator, dialect, helpers
        self._workers: Workers | None = None

    def of(self, part: SeedTable, wanted: BatchRequest, inserts: Inserts) -> Iterator[Statement]:
        """Yield the statements of the wanted rows. Raises what generation raises."""
        units = min(len(wanted.units), -(-wanted.most // part.rows_a_unit(wanted.append)))
        pieces = -(-units // _TOGETHER)
        if self._is_worth_a_process(part, wanted):
            if self._workers is None or not self._workers.stop.alive:
                self._workers = Workers(self._helpers, self._prepare)
            question = (wanted, inserts.columns, self._generator.blocks)
            for made in self._workers.answers(question, pieces):
                yield from made
            return
        for piece in range(pieces):
            yield from _piece(self._generator, inserts, part, wanted, piece)

    def close(self) -> None:
        """End the helpers."""
        if self._workers is not None:
            self._workers.stop()

    def _is_worth_a_process(self, part: SeedTable, wanted: BatchRequest) -> bool:
        return (
            self._helpers > 0
            and len(wanted.units) >= _WORTH_A_PROCESS
            and wanted.most >= part.count(len(wanted.units), wanted.append) - 1  # the reserved row is written already
            and part.name in self._generator.catalog
            and self._generator.catalog[part.name] is part
            and Workers.are_possible()
        )

    def _prepare(self) -> Answer:
        """Return what makes a piece in a process of its own: with a cache of its own, and a ledger as each question tells it."""
        parent = self._generator
        ledger = Ledger()
        make = Generator(parent.catalog, parent.recipe, parent.masker, ledger)
        inserts = cache(lambda part, columns: Inserts(self._dialect, part.table, columns))

        def answer(question: tuple[BatchRequest, tuple[str, ...], tuple[Block, ...]], piece: int) -> list[Statement]:
            wanted, columns, ledger.blocks[:] = question
            part = make.catalog[wanted.table]
            return list(_piece(make, inserts(part, columns), part, wanted, piece))

        return answer


def _piece(make: Generator, inserts: Inserts, part: SeedTable, wanted: BatchRequest, number: int) -> Iterator[Statement]:
    """Yield the statements of a piece of the wanted units; the first one has number 0."""
    before = number * _TOGETHER
    rows = make.rows(part, wanted.revision, wanted.append, wanted.first_id, wanted.units[before : before + _TOGETHER])
    return inserts.statements(islice(rows, wanted.most - before * part.rows_a_unit(wanted.append)))
