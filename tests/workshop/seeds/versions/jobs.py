"""Seed jobs."""

from terp_seed import op
from tests.workshop.tables import JOBS

revision = "jobs"
down_revision = "ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.seed(JOBS)


def downgrade() -> None:
    op.unseed(JOBS)
