"""Statements: the INSERTs of a block, made in this process or, if there are many, in advance by worker processes.

A block is split into pieces, and no statement spans two of them, so the text does not depend on where it is made.
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
from terp_seed.sql.listed_keys import inserts_of

_TOGETHER = 10  # units per piece; the same for every table, so that one worker makes all of a unit and can cache its figures
_WORTH_A_PROCESS = 50  # units; starting a process takes about as long as making half of them

Statement = tuple[str, int]  # its text without the semicolon, and its number of rows


@dataclass(frozen=True)
class BatchRequest:
    """A BatchRequest is the units of a generated block whose rows are wanted, and the arguments of Generator.rows.

    At most `most` rows are wanted: further ones are already written, or omitted from an excerpt.
    """

    table: str
    revision: str
    append: str
    first_id: int
    units: range
    most: int


class Statements:
    """Statements are the INSERTs of one run's rows, made by up to `helpers` worker processes."""

    def __init__(self, generator: Generator, dialect: Dialect, helpers: int) -> None:
        self._generator, self._dialect, self._helpers = generator, dialect, helpers
        self._workers: Workers | None = None

    def of(self, part: SeedTable, wanted: BatchRequest, inserts: Inserts) -> Iterator[Statement]:
        """Yield the statements of the wanted rows. Raises the errors of the generation."""
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
        """Stop the worker processes."""
        if self._workers is not None:
            self._workers.stop()

    def _is_worth_a_process(self, part: SeedTable, wanted: BatchRequest) -> bool:
        return (
            self._helpers > 0
            and len(wanted.units) >= _WORTH_A_PROCESS
            and wanted.most
            >= part.count(len(wanted.units), wanted.append) - 1  # without the reserved row, which is already written
            and part.name in self._generator.catalog
            and self._generator.catalog[part.name] is part
            and Workers.are_possible()
        )

    def _prepare(self) -> Answer:
        """Return the function that makes a piece in a worker process, with its own cache and the ledger of each question."""
        parent = self._generator
        ledger = Ledger()
        make = Generator(parent.catalog, parent.recipe, parent.masker, ledger)
        inserts = cache(lambda part, columns, revision: inserts_of(self._dialect, part, columns, revision))

        def answer(question: tuple[BatchRequest, tuple[str, ...], tuple[Block, ...]], piece: int) -> list[Statement]:
            wanted, columns, ledger.blocks[:] = question
            part = make.catalog[wanted.table]
            return list(_piece(make, inserts(part, columns, wanted.revision), part, wanted, piece))

        return answer


def _piece(make: Generator, inserts: Inserts, part: SeedTable, wanted: BatchRequest, number: int) -> Iterator[Statement]:
    """Yield the statements of the piece with this number, from 0, of the wanted units."""
    before = number * _TOGETHER
    rows = make.rows(part, wanted.revision, wanted.append, wanted.first_id, wanted.units[before : before + _TOGETHER])
    return inserts.statements(islice(rows, wanted.most - before * part.rows_a_unit(wanted.append)))
