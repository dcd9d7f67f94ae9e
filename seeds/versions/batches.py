"""Seed batches."""

from terp_seed import op
from terp_seed.terp.batches import BATCHES

revision = "batches"
down_revision = ("vendors", "products", "clients")
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.seed(BATCHES)


def downgrade() -> None:
    op.unseed(BATCHES)
