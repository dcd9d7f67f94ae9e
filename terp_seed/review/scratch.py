"""The trial database: a temporary SQLite file that a planned review is seeded into, through the same path as any database.

It is gone when the look is over; no other database is touched.
"""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL

from terp_seed.backends import connection as connections
from terp_seed.model.recipe import Recipe, Size
from terp_seed.settings import Settings

MOST_UNITS = 10  # the first units of a seed are the same at every size, so a few of them stand for many


def part_of(recipe: Recipe) -> Recipe:
    """Return what a trial is made with: the recipe, of its first units only where there are many."""
    return replace(recipe, size=Size(min(recipe.size.units, MOST_UNITS)))


@contextlib.contextmanager
def trial(recipe: Recipe, create: Callable[[Settings], None], seed: Callable[[Settings], object]) -> Iterator[sa.Connection]:
    """Create a database and seed it with a recipe, by what does it to any database; yield a connection to it."""
    with tempfile.TemporaryDirectory(prefix="terp-seed-review-") as folder:
        address = URL.create("sqlite", database=str(Path(folder) / "trial.db"))
        settings = Settings(
            address.render_as_string(), recipe.size, recipe.seed, recipe.as_of, environment="test", today=recipe.as_of
        )
        create(settings)
        seed(settings)
        with contextlib.closing(connections.connect(settings.url)) as connection:
            yield connection
