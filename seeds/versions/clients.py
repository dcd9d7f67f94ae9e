"""Seed clients."""

from terp_seed import op
from terp_seed.terp.clients import CLIENTS

revision = "clients"
down_revision = "ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.seed(CLIENTS)


def downgrade() -> None:
    op.unseed(CLIENTS)
