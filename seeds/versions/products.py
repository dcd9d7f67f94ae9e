"""Seed products."""

from terp_seed import op
from terp_seed.terp.products import PRODUCTS

revision = "products"
down_revision = "ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.seed(PRODUCTS)


def downgrade() -> None:
    op.unseed(PRODUCTS)
