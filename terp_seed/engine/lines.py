"""Lines: the rows of a block as text, made in this process or, where there are many, ahead of it in others.

The text is the same in either case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from terp_seed.engine.dialect import Dialect
from terp_seed.engine.generation import Generator
from terp_seed.engine.insert import Inserts
from terp_seed.engine.ledger import Block, Ledger
from terp_seed.engine.table import SeedTable
from terp_seed.engine.workers import Answer, Workers

_TOGETHER = 8  # units that one process makes in one go: two such texts of the widest table fit into a pipe
_WORTH_A_PROCESS = 50  # units; it takes about as long to start one as to make half of them


@dataclass(frozen=True)
class Wanted:
    """A Wanted is rows of a generated block: of which table, for whom, from which id of unit 1 on, and of which units."""

    table: str
    revision: str
    chapter: str
    first_id: int
    units: int
    before: int = 0  # units of the block that are not wanted, because a script of their own has them


class Lines:
    """Lines are made from the rows of one run, by as many helpers as the run's writer can do with."""

    def __init__(self, generator: Generator, dialect: Dialect, helpers: int) -> None:
        self._generator, self._dialect, self._helpers = generator, dialect, helpers
        self._workers: Workers | None = None

    def of(self, part: SeedTable, wanted: Wanted, inserts: Inserts, most: int) -> Iterator[list[str]]:
        """Yield the lines of the first `most` rows, many at a time. Raises what generation raises."""
        make = self._generator
        if self._is_worth_a_process(part, wanted, most):
            if self._workers is None or not self._workers.stop.alive:
                self._workers = Workers(self._helpers, self._prepare)
            question = (wanted, inserts.columns, most, tuple(make.ledger.blocks))
            yield from self._workers.answers(question, -(-wanted.units // _TOGETHER))
            return
        units = range(wanted.before + 1, wanted.before + wanted.units + 1)
        rows = make.rows(part, wanted.revision, wanted.chapter, wanted.first_id, units)
        yield from inserts.lines(islice(rows, most))

    def close(self) -> None:
        """End the helpers."""
        if self._workers is not None:
            self._workers.stop()

    def _is_worth_a_process(self, part: SeedTable, wanted: Wanted, most: int) -> bool:
        return (
            self._helpers > 0
            and wanted.units >= _WORTH_A_PROCESS
            and most >= part.count(wanted.units) - 1  # the reserved row is written already
            and part.name in self._generator.catalog
            and self._generator.catalog[part.name] is part
            and Workers.are_possible()
        )

    def _prepare(self) -> Answer:
        """Return what makes lines in a process of its own: with a shelf of its own, and a ledger as each question tells it."""
        parent = self._generator
        ledger = Ledger()
        make = Generator(parent.catalog, parent.recipe, parent.masker, ledger)

        def answer(question: tuple[Wanted, tuple[str, ...], int, tuple[Block, ...]], place: int) -> list[str]:
            wanted, columns, most, ledger.blocks[:] = question
            part = make.catalog[wanted.table]
            begin = place * _TOGETHER
            numbers = range(wanted.before + begin + 1, wanted.before + min(begin + _TOGETHER, wanted.units) + 1)
            rows = make.rows(part, wanted.revision, wanted.chapter, wanted.first_id, numbers)
            inserts = Inserts(self._dialect, part.table, columns)
            return [line for some in inserts.lines(islice(rows, most - begin * part.per_unit)) for line in some]

        return answer
