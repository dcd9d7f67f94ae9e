"""The schema check. Read-only."""

import sqlalchemy as sa

from terp_seed.engine.plan import Plan
from terp_seed.engine.table import Catalog
from terp_seed.settings import Recipe


def check_schema(connection: sa.Connection, catalog: Catalog, plan: Plan, recipe: Recipe) -> None:
    """Check."""
