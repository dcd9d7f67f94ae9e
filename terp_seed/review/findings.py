"""Findings: everything that the page shows about the seeded rows of a database. Read-only.

A planned review inspects a trial database that was seeded for it, a live review the database itself, both in the same way.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from terp_seed.backends.database import Database
from terp_seed.checks.verification import CheckResult, Verification, answers, verify
from terp_seed.model.chart_spec import Bars, ChartSpec
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Catalog
from terp_seed.review.answer import Answer
from terp_seed.review.sample import Sample, sample
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger


@dataclass(frozen=True)
class Subject:
    """A Subject is what a page is about: the database, the recipe and the blocks of the rows that are or would be there."""

    database: str
    title: str  # the name of the kind of database
    environment: str
    recipe: Recipe
    blocks: tuple[Block, ...]
    command: str  # the command that prints the whole script
    looked_at: Recipe  # the recipe of the inspected rows
    seen_at: str | None = None  # when a live database was inspected
    answer: Answer | None = None  # of the database that a planned review asked

    @property
    def live(self) -> bool:
        """Tell whether the page is about what is seeded, not about what would be."""
        return self.seen_at is not None


@dataclass(frozen=True)
class Masked:
    """A Masked is one PII column and the audit's result for it."""

    table: str
    column: str
    kind: str
    rows: int
    result: CheckResult | None  # None if the table is not seeded


@dataclass(frozen=True)
class Findings:
    """Findings are the samples, check results, PII audit and plots of one database."""

    samples: tuple[Sample, ...]
    verification: Verification
    masked: tuple[Masked, ...]
    plots: tuple[tuple[ChartSpec, Bars | str], ...]  # the bars, or why there are none


def look(database: Database, catalog: Catalog, ledger: Ledger, plots: Iterable[ChartSpec], tables: Iterable[str]) -> Findings:
    """Inspect the seeded rows: sample the named tables, run every check, and draw every plot."""
    recipe = ledger.recipe
    verification = verify(database, catalog, ledger)
    if recipe is None:
        return Findings((), verification, (), ())
    named = set(tables)
    shown = [table for table in catalog.every if table.name in named and ledger.of_table(table.name)]
    return Findings(
        tuple(sample(database, table, ledger, recipe.seed) for table in shown),
        verification,
        tuple(_masked(catalog, verification)),
        tuple((plot, _bars(database, catalog, ledger, plot, recipe)) for plot in plots),
    )


def _masked(catalog: Catalog, verification: Verification) -> Iterable[Masked]:
    results = {check.name: check for check in verification.checks}
    for table in catalog.every:
        for column, kind in table.pii.items():
            audit = verification.pii.get(table.name)
            rows = audit.rows if audit else 0
            yield Masked(table.name, column, kind, rows, results.get(f"{table.name}.{column} is masked"))


def _bars(database: Database, catalog: Catalog, ledger: Ledger, plot: ChartSpec, recipe: Recipe) -> Bars | str:
    rows = answers(database, catalog, ledger, plot.sql)
    if rows is None:
        return "Its tables are not seeded."
    try:
        bars = plot.bars(rows, recipe.as_of)
    except (ValueError, ArithmeticError):
        return "Some of the values are not dates or not numbers, so nothing can be drawn. See the checks for details."
    return bars if bars.labels else "There is nothing to draw."
