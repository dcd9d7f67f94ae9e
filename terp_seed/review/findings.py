"""A look: everything that the page says of a database's seeded rows, found in one go. Read-only.

A planned review looks at a trial database that was seeded for it, a live one at the database itself, both in this way.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from terp_seed.backends.database import Database
from terp_seed.checks.verification import CheckResult, Verification, answers, verify
from terp_seed.model.chart_spec import Bars, ChartSpec
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Catalog
from terp_seed.review.sample import Sample, sample
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger


@dataclass(frozen=True)
class Subject:
    """A Subject is what a page is about: where the rows are or will be, what they are made with, and which they are."""

    database: str
    title: str  # of the kind of database
    environment: str
    recipe: Recipe
    blocks: tuple[Block, ...]
    command: str  # what prints the whole script
    looked_at: Recipe  # what the rows that were looked at are made with
    seen_at: str | None = None  # when a live database was looked at

    @property
    def live(self) -> bool:
        """Tell whether it is about what is in a database, and not about what would be."""
        return self.seen_at is not None


@dataclass(frozen=True)
class Masked:
    """A Masked is one PII column and what the audit found in it."""

    table: str
    column: str
    kind: str
    rows: int
    result: CheckResult | None  # None where the table is not seeded


@dataclass(frozen=True)
class Findings:
    """Findings are what a look at a database found."""

    samples: tuple[Sample, ...]
    verification: Verification
    masked: tuple[Masked, ...]
    plots: tuple[tuple[ChartSpec, Bars | str], ...]  # the bars, or why there are none


def look(database: Database, catalog: Catalog, ledger: Ledger, plots: Iterable[ChartSpec], tables: Iterable[str]) -> Findings:
    """Look at the seeded rows: samples of the named tables, every check, and every plot."""
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
        return "Some of the values are no days or no numbers, so nothing can be drawn. The checks say more."
    return bars if bars.labels else "There is nothing to draw."
