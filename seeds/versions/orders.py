"""Seed orders."""

from terp_seed import op
from terp_seed.terp.orders import ORDERS

revision = "orders"
down_revision = "batches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.seed(ORDERS)


def downgrade() -> None:
    op.unseed(ORDERS)
