"""The preview: what a run would do to a database, with samples of the rows that it would write. Read-only.

It is built from the checks before a run's first step, so it is refused whenever the run would be.
"""

from dataclasses import dataclass, field
from itertools import islice

from terp_seed.checks.block_state import BlockState
from terp_seed.checks.live_tables import TableReport
from terp_seed.checks.preflight import PreflightResult
from terp_seed.masking.kinds import kinds
from terp_seed.masking.masker import Masker
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Catalog, Row
from terp_seed.revisions.block import Block
from terp_seed.revisions.plan import PlannedStep
from terp_seed.rows.generation import Generator

_ROWS = 3
_AUDITED_UNITS = 10  # enough, because all units are made in the same way; the audit after a run checks all of them


@dataclass(frozen=True)
class Sample:
    """A Sample is the first rows of a block, and the result of a PII audit of its first units."""

    block: Block
    rows: tuple[Row, ...]
    pii: tuple[str, ...]
    looked_at: int  # audited rows
    real: tuple[str, ...]  # columns with a value that the masker does not make


@dataclass(frozen=True)
class Preview:
    """A Preview is the revisions that would run, the blocks that would be deleted and inserted, and samples of the latter."""

    recipe: Recipe
    revisions: tuple[str, ...] = ()
    report: TableReport = field(default_factory=TableReport)
    going: tuple[Block, ...] = ()
    states: tuple[BlockState, ...] = ()  # of `going`
    suspects: tuple[str, ...] = ()  # undeclared columns that may refer to seeded rows
    coming: tuple[Block, ...] = ()
    samples: tuple[Sample, ...] = ()

    @classmethod
    def of(cls, catalog: Catalog, cleared: PreflightResult) -> "Preview":
        """Build from the result of a run's preflight."""
        generator = Generator(catalog, cleared.recipe, Masker(cleared.recipe.seed, catalog.every), cleared.expected)
        steps = [(step, cleared.expected.get(step.revision, step.table.name)) for step in cleared.plan.inserts()]
        coming = [(step, block) for step, block in steps if block is not None]
        return cls(
            recipe=cleared.recipe,
            revisions=tuple(cleared.plan.revisions),
            report=cleared.report,
            going=cleared.leaving,
            states=cleared.states,
            coming=tuple(block for _, block in coming),
            samples=tuple(_sample(generator, step, block) for step, block in coming),
        )


def _sample(generator: Generator, step: PlannedStep, block: Block) -> Sample:
    pii = step.table.pii
    rows = generator.of_step(step, block, _AUDITED_UNITS)
    first = tuple(islice(rows, _ROWS))
    looked_at, real = 0, dict[str, None]()
    for row in (*first, *(rows if pii else ())):
        looked_at += 1
        real |= {c: None for c, kind in pii.items() if row.get(c) is not None and not kinds()[kind].is_fake(row[c])}
    return Sample(block, first, tuple(pii), looked_at, tuple(real))
