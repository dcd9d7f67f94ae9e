"""Seed bills."""

from terp_seed import op
from tests.workshop.tables import BILLS

revision = "bills"
down_revision = "jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.seed(BILLS)


def downgrade() -> None:
    op.unseed(BILLS)
