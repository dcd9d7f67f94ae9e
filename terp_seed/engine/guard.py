"""The guard: who else refers to seeded rows. Read-only."""

import sqlalchemy as sa

from terp_seed.engine.dialect import Dialect
from terp_seed.engine.ledger import Ledger
from terp_seed.engine.plan import Plan
from terp_seed.engine.table import Catalog


def refuse_foreign_references(connection: sa.Connection, dialect: Dialect, catalog: Catalog, ledger: Ledger, plan: Plan) -> None:
    """Refuse."""
