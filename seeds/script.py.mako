"""${message[:1].upper()}${message[1:]}."""
<%
    # the commas in between, as the formatter would have them
    def literal(value):
        if isinstance(value, (tuple, list)):
            return "(" + ", ".join('"%s"' % one for one in value) + ("," if len(value) == 1 else "") + ")"
        return "None" if value is None else '"%s"' % value
%>
from terp_seed import op

# from terp_seed.terp.clients import CLIENTS

revision = ${literal(up_revision)}
down_revision = ${literal(down_revision)}
branch_labels = ${literal(branch_labels)}
depends_on = ${literal(depends_on)}


def upgrade() -> None:
    # op.seed(CLIENTS)                                    as many rows again as the size says, or
    # op.seed(CLIENTS, rows=[{"teri_code": "VIP-S01"}])   a short list of fixed rows
    pass


def downgrade() -> None:
    # op.unseed(CLIENTS)
    pass
