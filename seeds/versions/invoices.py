"""Seed invoices."""

from terp_seed import op
from terp_seed.terp.invoices import INVOICES

revision = "invoices"
down_revision = "orders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.seed(INVOICES)


def downgrade() -> None:
    op.unseed(INVOICES)
