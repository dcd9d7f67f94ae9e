"""Making a review: the two kinds, planned and live, from the settings to the page.

A planned review connects to no database but its own; a live one only reads. For the same settings, both show the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import sqlalchemy as sa

from terp_seed.backends import connection as connections
from terp_seed.backends.database import Database
from terp_seed.backends.registry import backend_of, dialect_of
from terp_seed.checks.verification import Verification
from terp_seed.errors import SeedError, SettingsConflict
from terp_seed.execution.outcome import Outcome
from terp_seed.model.chart_spec import ChartSpec
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Catalog
from terp_seed.review.answer import Answer
from terp_seed.review.findings import Findings, Subject, look
from terp_seed.review.page import render
from terp_seed.review.sample import FIRST_ROWS
from terp_seed.review.scratch import part_of, trial
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger
from terp_seed.settings import Settings


@dataclass(frozen=True)
class Project:
    """A Project is the tables and plots of a review, and functions to create the tables, seed them and print the script."""

    catalog: Catalog
    plots: tuple[ChartSpec, ...]
    table: str | None  # with its dependencies, or None for everything
    create: Callable[[Settings], None]
    seed: Callable[[Settings], object]
    excerpt: Callable[[Settings, int], tuple[str, list[Outcome]]]  # the script with a maximum of rows per block


@dataclass(frozen=True)
class Page:
    """A Page is the review as HTML, and the results of its checks."""

    html: str
    verification: Verification


def planned(project: Project, settings: Settings, answer: Answer | None = None) -> Page:
    """Review what would be seeded, into empty tables without an `answer`. Connects only to a temporary database."""
    recipe = settings.recipe(project.catalog.generator_version)
    asked = _with(settings, recipe)
    sql, outcomes = project.excerpt(asked, FIRST_ROWS)
    blocks = tuple(Block(done.revision, done.table, done.first_id, done.rows, recipe) for done in outcomes)
    part = part_of(recipe)
    with trial(part, project.create, project.seed) as connection:
        findings = _look(project, connection, Ledger.read(connection, project.catalog.names), blocks)
    subject = replace(_subject(project, asked, recipe, blocks), looked_at=part, answer=answer)
    return _page(project, asked, subject, findings, sql)


def live(project: Project, settings: Settings) -> Page:
    """Review what is seeded. Read-only; takes no lock.

    Raises SeedError if nothing is seeded, and SettingsConflict if a setting differs from the recorded one.
    """
    with connections.opened(settings.url, settings.ca_cert) as connection:
        ledger = Ledger.read(connection, project.catalog.names)
        recipe = ledger.recipe
        if recipe is None:
            raise SeedError(
                f"Nothing is seeded in {connections.label(settings.url)}: expected rows to look at. Seed it with "
                "`terp-seed upgrade`, or leave out --live to see what that would write."
            )
        conflicts = settings.conflicts(recipe)
        if conflicts:
            raise SettingsConflict(
                f"The database is seeded with other settings: {'; '.join(conflicts)}. Expected the recorded ones. Leave them out "
                "to look at what is there."
            )
        asked = _with(settings, recipe)
        sql, outcomes = project.excerpt(asked, FIRST_ROWS)
        shown = {done.table for done in outcomes}
        blocks = tuple(block for block in ledger.blocks if block.table_name in shown)
        seen_at = str(connection.scalar(sa.text("SELECT CURRENT_TIMESTAMP")))
        findings = _look(project, connection, ledger, blocks)
    subject = replace(_subject(project, asked, recipe, blocks), seen_at=seen_at)
    return _page(project, asked, subject, findings, sql)


def _with(settings: Settings, recipe: Recipe) -> Settings:
    return replace(settings, size=recipe.size, seed=recipe.seed, as_of=recipe.as_of, first_id=1)


def _look(project: Project, connection: sa.Connection, ledger: Ledger, blocks: tuple[Block, ...]) -> Findings:
    database, shown = Database(connection, project.catalog.names), [block.table_name for block in blocks]
    return look(database, project.catalog, ledger, project.plots, shown)


def _page(project: Project, settings: Settings, subject: Subject, findings: Findings, sql: str) -> Page:
    dialect = dialect_of(connections.parse_url(settings.url), project.catalog.names)
    return Page(render(subject, findings, project.catalog, dialect, sql), findings.verification)


def _subject(project: Project, settings: Settings, recipe: Recipe, blocks: tuple[Block, ...]) -> Subject:
    named = f" --table {project.table}" if project.table else ""
    return Subject(
        database=connections.label(settings.url),
        title=backend_of(connections.parse_url(settings.url)).dialect.title,
        environment=settings.environment,
        recipe=recipe,
        blocks=blocks,
        command=f"terp-seed upgrade --sql{named} --size {recipe.size} --seed {recipe.seed} --as-of {recipe.as_of}",
        looked_at=recipe,
    )
