"""TERP's accounting tables: accounts, periods, the bank, the ledger, and each client's account."""

import sqlalchemy as sa

from terp_seed.terp.schema import NOW, enum, table

ACCOUNTS = table(
    "accounts",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("accountNumber", sa.String(20), nullable=False, unique=True),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("accountName", sa.String(255), nullable=False),
    sa.Column("accountType", enum("accounts_accountType", "ASSET", "LIABILITY", "EQUITY", "REVENUE", "EXPENSE"), nullable=False),
    sa.Column("parentAccountId", sa.Integer, sa.ForeignKey("accounts.id"), index=True),
    sa.Column("isActive", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("normalBalance", enum("accounts_normalBalance", "DEBIT", "CREDIT"), nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updatedAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

FISCAL_PERIODS = table(
    "fiscalPeriods",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("periodName", sa.String(100), nullable=False),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("startDate", sa.Date, nullable=False),
    sa.Column("endDate", sa.Date, nullable=False),
    sa.Column("fiscalYear", sa.Integer, nullable=False),
    sa.Column("status", enum("fiscalPeriods_status", "OPEN", "CLOSED", "LOCKED"), nullable=False, server_default="OPEN"),
    sa.Column("closedAt", sa.TIMESTAMP),
    sa.Column("closedBy", sa.Integer, sa.ForeignKey("users.id"), index=True),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updatedAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

BANK_ACCOUNTS = table(
    "bankAccounts",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("accountName", sa.String(255), nullable=False),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("accountNumber", sa.String(50), nullable=False),
    sa.Column("bankName", sa.String(255), nullable=False),
    sa.Column(
        "accountType", enum("bankAccounts_accountType", "CHECKING", "SAVINGS", "MONEY_MARKET", "CREDIT_CARD"), nullable=False
    ),
    sa.Column("currency", sa.String(3), nullable=False, server_default="USD"),
    sa.Column("currentBalance", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column("isActive", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("ledgerAccountId", sa.Integer, sa.ForeignKey("accounts.id"), index=True),
    sa.Column("notes", sa.Text),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updatedAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

BANK_TRANSACTIONS = table(
    "bankTransactions",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("bankAccountId", sa.Integer, sa.ForeignKey("bankAccounts.id"), nullable=False, index=True),
    sa.Column("transactionDate", sa.Date, nullable=False),
    sa.Column(
        "transactionType",
        enum("bankTransactions_transactionType", "DEPOSIT", "WITHDRAWAL", "TRANSFER", "FEE", "INTEREST"),
        nullable=False,
    ),
    sa.Column("amount", sa.Numeric(12, 2), nullable=False),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("description", sa.Text),
    sa.Column("referenceNumber", sa.String(100)),
    sa.Column("paymentId", sa.Integer, sa.ForeignKey("payments.id"), index=True),
    sa.Column("isReconciled", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("reconciledAt", sa.TIMESTAMP),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

LEDGER_ENTRIES = table(
    "ledgerEntries",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("entryNumber", sa.String(50), nullable=False, unique=True),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("entryDate", sa.Date, nullable=False),
    sa.Column("accountId", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("debit", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column("credit", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column("description", sa.Text),
    sa.Column("referenceType", sa.String(50)),
    sa.Column("referenceId", sa.Integer),
    sa.Column("fiscalPeriodId", sa.Integer, sa.ForeignKey("fiscalPeriods.id"), nullable=False, index=True),
    sa.Column("isManual", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("isPosted", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("postedAt", sa.TIMESTAMP),
    sa.Column("postedBy", sa.Integer, sa.ForeignKey("users.id"), index=True),
    sa.Column("createdBy", sa.Integer, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

CLIENT_TRANSACTIONS = table(
    "client_transactions",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("client_id", sa.Integer, sa.ForeignKey("clients.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column(
        "transaction_type",
        enum("client_transactions_transaction_type", "INVOICE", "PAYMENT", "QUOTE", "ORDER", "REFUND", "CREDIT"),
        nullable=False,
    ),
    sa.Column("transaction_number", sa.String(100)),
    sa.Column("transaction_date", sa.Date, nullable=False, index=True),
    sa.Column("amount", sa.Numeric(15, 2), nullable=False),
    sa.Column(
        "payment_status",
        enum("client_transactions_payment_status", "PAID", "PENDING", "OVERDUE", "PARTIAL"),
        index=True,
        server_default="PENDING",
    ),
    sa.Column("payment_date", sa.Date),
    sa.Column("payment_amount", sa.Numeric(15, 2)),
    sa.Column("notes", sa.Text),
    sa.Column("metadata", sa.JSON),
    sa.Column("created_at", sa.TIMESTAMP, server_default=NOW),
    sa.Column("updated_at", sa.TIMESTAMP, server_default=NOW),
)

CLIENT_CREDIT_LIMITS = table(
    "client_credit_limits",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("client_id", sa.Integer, sa.ForeignKey("clients.id", ondelete="CASCADE"), nullable=False, unique=True),
    sa.Column("credit_limit", sa.Numeric(15, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column("current_exposure", sa.Numeric(15, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column("utilization_percent", sa.Numeric(5, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column("credit_health_score", sa.Numeric(5, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column("base_capacity", sa.Numeric(15, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column("risk_modifier", sa.Numeric(5, 4), nullable=False, server_default=sa.text("1.0000")),
    sa.Column("directional_factor", sa.Numeric(5, 4), nullable=False, server_default=sa.text("1.0000")),
    sa.Column("mode", enum("client_credit_limits_mode", "LEARNING", "ACTIVE"), nullable=False, server_default="LEARNING"),
    sa.Column("confidence_score", sa.Numeric(5, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column("data_readiness", sa.Numeric(5, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column(
        "trend", enum("client_credit_limits_trend", "IMPROVING", "STABLE", "WORSENING"), nullable=False, server_default="STABLE"
    ),
    sa.Column("last_calculated", sa.TIMESTAMP, server_default=NOW),
    sa.Column("created_at", sa.TIMESTAMP, server_default=NOW),
    sa.Column("updated_at", sa.TIMESTAMP, server_default=NOW),
)
