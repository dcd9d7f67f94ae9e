"""Create TERP's books: accounts, periods, the bank, payments, the ledger, and each client's account."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "terp_books"
down_revision = "terp_orders"
branch_labels = None
depends_on = None

_NOW = sa.text("CURRENT_TIMESTAMP")
# AUTOINCREMENT, because SQLite would otherwise reuse the id of a deleted row
_TABLE: dict[str, Any] = {
    "sqlite_autoincrement": True,
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mariadb_engine": "InnoDB",
    "mariadb_charset": "utf8mb4",
}


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, create_constraint=True)


def upgrade() -> None:
    on_mysql = op.get_context().dialect.name in ("mysql", "mariadb")
    touched = sa.text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP") if on_mysql else _NOW

    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("accountNumber", sa.String(20), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("accountName", sa.String(255), nullable=False),
        sa.Column(
            "accountType", _enum("accounts_accountType", "ASSET", "LIABILITY", "EQUITY", "REVENUE", "EXPENSE"), nullable=False
        ),
        sa.Column("parentAccountId", sa.Integer(), sa.ForeignKey("accounts.id", name="fk_accounts_parentAccountId")),
        sa.Column("isActive", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("normalBalance", _enum("accounts_normalBalance", "DEBIT", "CREDIT"), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.UniqueConstraint("accountNumber", name="uq_accounts_accountNumber"),
        **_TABLE,
    )
    op.create_index("ix_accounts_parentAccountId", "accounts", ["parentAccountId"])
    op.create_table(
        "fiscalPeriods",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("periodName", sa.String(100), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("startDate", sa.Date(), nullable=False),
        sa.Column("endDate", sa.Date(), nullable=False),
        sa.Column("fiscalYear", sa.Integer(), nullable=False),
        sa.Column("status", _enum("fiscalPeriods_status", "OPEN", "CLOSED", "LOCKED"), nullable=False, server_default="OPEN"),
        sa.Column("closedAt", sa.TIMESTAMP()),
        sa.Column("closedBy", sa.Integer(), sa.ForeignKey("users.id", name="fk_fiscalPeriods_closedBy")),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        **_TABLE,
    )
    op.create_index("ix_fiscalPeriods_closedBy", "fiscalPeriods", ["closedBy"])
    op.create_table(
        "bankAccounts",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("accountName", sa.String(255), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("accountNumber", sa.String(50), nullable=False),
        sa.Column("bankName", sa.String(255), nullable=False),
        sa.Column(
            "accountType", _enum("bankAccounts_accountType", "CHECKING", "SAVINGS", "MONEY_MARKET", "CREDIT_CARD"), nullable=False
        ),
        sa.Column("currency", sa.String(3), nullable=False, server_default="USD"),
        sa.Column("currentBalance", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("isActive", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("ledgerAccountId", sa.Integer(), sa.ForeignKey("accounts.id", name="fk_bankAccounts_ledgerAccountId")),
        sa.Column("notes", sa.Text()),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        **_TABLE,
    )
    op.create_index("ix_bankAccounts_ledgerAccountId", "bankAccounts", ["ledgerAccountId"])
    op.create_table(
        "payments",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("paymentNumber", sa.String(50), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("paymentType", _enum("payments_paymentType", "RECEIVED", "SENT"), nullable=False),
        sa.Column("paymentDate", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column(
            "paymentMethod",
            _enum("payments_paymentMethod", "CASH", "CHECK", "WIRE", "ACH", "CREDIT_CARD", "DEBIT_CARD", "OTHER"),
            nullable=False,
        ),
        sa.Column("referenceNumber", sa.String(100)),
        sa.Column(
            "bankAccountId", sa.Integer(), sa.ForeignKey("bankAccounts.id", name="fk_payments_bankAccountId", ondelete="RESTRICT")
        ),
        sa.Column("customerId", sa.Integer(), sa.ForeignKey("clients.id", name="fk_payments_customerId", ondelete="RESTRICT")),
        sa.Column("vendorId", sa.Integer(), sa.ForeignKey("clients.id", name="fk_payments_vendorId", ondelete="RESTRICT")),
        sa.Column("invoiceId", sa.Integer(), sa.ForeignKey("invoices.id", name="fk_payments_invoiceId", ondelete="RESTRICT")),
        sa.Column("billId", sa.Integer(), sa.ForeignKey("bills.id", name="fk_payments_billId", ondelete="RESTRICT")),
        sa.Column("notes", sa.Text()),
        sa.Column("isReconciled", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("reconciledAt", sa.TIMESTAMP()),
        sa.Column(
            "createdBy",
            sa.Integer(),
            sa.ForeignKey("users.id", name="fk_payments_createdBy", ondelete="RESTRICT"),
            nullable=False,
        ),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.UniqueConstraint("paymentNumber", name="uq_payments_paymentNumber"),
        **_TABLE,
    )
    op.create_index("ix_payments_paymentType", "payments", ["paymentType"])
    op.create_index("ix_payments_bankAccountId", "payments", ["bankAccountId"])
    op.create_index("ix_payments_customerId", "payments", ["customerId"])
    op.create_index("ix_payments_vendorId", "payments", ["vendorId"])
    op.create_index("ix_payments_invoiceId", "payments", ["invoiceId"])
    op.create_index("ix_payments_billId", "payments", ["billId"])
    op.create_index("ix_payments_isReconciled", "payments", ["isReconciled"])
    op.create_index("ix_payments_createdBy", "payments", ["createdBy"])
    op.create_table(
        "bankTransactions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "bankAccountId",
            sa.Integer(),
            sa.ForeignKey("bankAccounts.id", name="fk_bankTransactions_bankAccountId"),
            nullable=False,
        ),
        sa.Column("transactionDate", sa.Date(), nullable=False),
        sa.Column(
            "transactionType",
            _enum("bankTransactions_transactionType", "DEPOSIT", "WITHDRAWAL", "TRANSFER", "FEE", "INTEREST"),
            nullable=False,
        ),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("description", sa.Text()),
        sa.Column("referenceNumber", sa.String(100)),
        sa.Column("paymentId", sa.Integer(), sa.ForeignKey("payments.id", name="fk_bankTransactions_paymentId")),
        sa.Column("isReconciled", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("reconciledAt", sa.TIMESTAMP()),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        **_TABLE,
    )
    op.create_index("ix_bankTransactions_bankAccountId", "bankTransactions", ["bankAccountId"])
    op.create_index("ix_bankTransactions_paymentId", "bankTransactions", ["paymentId"])
    op.create_table(
        "ledgerEntries",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("entryNumber", sa.String(50), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("entryDate", sa.Date(), nullable=False),
        sa.Column("accountId", sa.Integer(), sa.ForeignKey("accounts.id", name="fk_ledgerEntries_accountId"), nullable=False),
        sa.Column("debit", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("credit", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("description", sa.Text()),
        sa.Column("referenceType", sa.String(50)),
        sa.Column("referenceId", sa.Integer()),
        sa.Column(
            "fiscalPeriodId",
            sa.Integer(),
            sa.ForeignKey("fiscalPeriods.id", name="fk_ledgerEntries_fiscalPeriodId"),
            nullable=False,
        ),
        sa.Column("isManual", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("isPosted", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("postedAt", sa.TIMESTAMP()),
        sa.Column("postedBy", sa.Integer(), sa.ForeignKey("users.id", name="fk_ledgerEntries_postedBy")),
        sa.Column("createdBy", sa.Integer(), sa.ForeignKey("users.id", name="fk_ledgerEntries_createdBy"), nullable=False),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.UniqueConstraint("entryNumber", name="uq_ledgerEntries_entryNumber"),
        **_TABLE,
    )
    op.create_index("ix_ledgerEntries_accountId", "ledgerEntries", ["accountId"])
    op.create_index("ix_ledgerEntries_fiscalPeriodId", "ledgerEntries", ["fiscalPeriodId"])
    op.create_index("ix_ledgerEntries_postedBy", "ledgerEntries", ["postedBy"])
    op.create_index("ix_ledgerEntries_createdBy", "ledgerEntries", ["createdBy"])
    op.create_table(
        "client_transactions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "client_id",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_client_transactions_client_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "transaction_type",
            _enum("client_transactions_transaction_type", "INVOICE", "PAYMENT", "QUOTE", "ORDER", "REFUND", "CREDIT"),
            nullable=False,
        ),
        sa.Column("transaction_number", sa.String(100)),
        sa.Column("transaction_date", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(15, 2), nullable=False),
        sa.Column(
            "payment_status",
            _enum("client_transactions_payment_status", "PAID", "PENDING", "OVERDUE", "PARTIAL"),
            server_default="PENDING",
        ),
        sa.Column("payment_date", sa.Date()),
        sa.Column("payment_amount", sa.Numeric(15, 2)),
        sa.Column("notes", sa.Text()),
        sa.Column("metadata", sa.JSON()),
        sa.Column("created_at", sa.TIMESTAMP(), server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), server_default=touched),
        **_TABLE,
    )
    op.create_index("ix_client_transactions_client_id", "client_transactions", ["client_id"])
    op.create_index("ix_client_transactions_transaction_date", "client_transactions", ["transaction_date"])
    op.create_index("ix_client_transactions_payment_status", "client_transactions", ["payment_status"])
    op.create_table(
        "client_credit_limits",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "client_id",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_client_credit_limits_client_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("credit_limit", sa.Numeric(15, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("current_exposure", sa.Numeric(15, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("utilization_percent", sa.Numeric(5, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("credit_health_score", sa.Numeric(5, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("base_capacity", sa.Numeric(15, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("risk_modifier", sa.Numeric(5, 4), nullable=False, server_default=sa.text("1.0000")),
        sa.Column("directional_factor", sa.Numeric(5, 4), nullable=False, server_default=sa.text("1.0000")),
        sa.Column("mode", _enum("client_credit_limits_mode", "LEARNING", "ACTIVE"), nullable=False, server_default="LEARNING"),
        sa.Column("confidence_score", sa.Numeric(5, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("data_readiness", sa.Numeric(5, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column(
            "trend",
            _enum("client_credit_limits_trend", "IMPROVING", "STABLE", "WORSENING"),
            nullable=False,
            server_default="STABLE",
        ),
        sa.Column("last_calculated", sa.TIMESTAMP(), server_default=touched),
        sa.Column("created_at", sa.TIMESTAMP(), server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), server_default=touched),
        sa.UniqueConstraint("client_id", name="uq_client_credit_limits_client_id"),
        **_TABLE,
    )


def downgrade() -> None:
    for table in (
        "client_credit_limits",
        "client_transactions",
        "ledgerEntries",
        "bankTransactions",
        "payments",
        "bankAccounts",
        "fiscalPeriods",
        "accounts",
    ):
        op.drop_table(table)
    if op.get_context().dialect.name == "postgresql":  # where the values of an enum are a type of its own
        for enum in (
            "accounts_accountType",
            "accounts_normalBalance",
            "fiscalPeriods_status",
            "bankAccounts_accountType",
            "payments_paymentType",
            "payments_paymentMethod",
            "bankTransactions_transactionType",
            "client_transactions_transaction_type",
            "client_transactions_payment_status",
            "client_credit_limits_mode",
            "client_credit_limits_trend",
        ):
            op.execute(f'DROP TYPE "{enum}"')
