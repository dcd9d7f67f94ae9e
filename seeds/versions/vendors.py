"""Seed vendors."""

from terp_seed import op
from terp_seed.terp.vendors import VENDORS

revision = "vendors"
down_revision = "ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.seed(VENDORS)


def downgrade() -> None:
    op.unseed(VENDORS)
