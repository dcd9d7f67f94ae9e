"""Seed payments."""

from terp_seed import op
from terp_seed.terp.payments import PAYMENTS

revision = "payments"
down_revision = "invoices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.seed(PAYMENTS)


def downgrade() -> None:
    op.unseed(PAYMENTS)
