"""The trial database: a temporary SQLite file, seeded for a planned review through the same path as any other database.

It is deleted afterwards; no other database is touched.
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

MOST_UNITS = 10  # enough, because the first units of a seed are the same at every size


def part_of(recipe: Recipe) -> Recipe:
    """Return the recipe of the trial: the given one, limited to its first units."""
    return replace(recipe, size=Size(min(recipe.size.units, MOST_UNITS)))


@contextlib.contextmanager
def trial(recipe: Recipe, create: Callable[[Settings], None], seed: Callable[[Settings], object]) -> Iterator[sa.Connection]:
    """Create a temporary database and seed it, with the given functions and recipe; yield a connection to it."""
    with tempfile.TemporaryDirectory(prefix="terp-seed-review-") as folder:
        address = URL.create("sqlite", database=str(Path(folder) / "trial.db"))
        settings = Settings(
            address.render_as_string(), recipe.size, recipe.seed, recipe.as_of, environment="test", today=recipe.as_of
        )
        create(settings)
        seed(settings)
        with connections.opened(settings.url) as connection:
            yield connection
