"""Create the ledger, the root of all seeds."""

from terp_seed import op

revision = "ledger"
down_revision = None
branch_labels = ("seed",)
depends_on = None


def upgrade() -> None:
    op.create_ledger()


def downgrade() -> None:
    op.drop_ledger()
