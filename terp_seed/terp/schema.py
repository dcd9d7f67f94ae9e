"""TERP's ten main tables, and the helpers with which the other schema modules define theirs.

These modules are the single source of columns, enums, lengths and references. Names keep TERP's own mixed spelling. Columns that
refer to tables of TERP that are not seeded are plain integers. Every foreign key has an index: without one, SQLite scans the
child table for each parent row that a rollback deletes.
"""

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

METADATA = sa.MetaData(
    naming_convention={
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
# On MySQL the updatedAt columns also have ON UPDATE CURRENT_TIMESTAMP, which the migration adds: SQLAlchemy cannot express it.
NOW = sa.text("CURRENT_TIMESTAMP")


def table(name: str, *items: SchemaItem) -> sa.Table:
    """Define a table of TERP with its columns and constraints."""
    # AUTOINCREMENT, because SQLite would otherwise reuse the id of a deleted row, and a rollback could delete another row
    return sa.Table(name, METADATA, *items, sqlite_autoincrement=True)


def enum(name: str, *values: str) -> sa.Enum:
    """Return the enum type with these values; its name is that of table and column."""
    return sa.Enum(*values, name=name, create_constraint=True)


USERS = table(
    "users",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("openId", sa.String(64), nullable=False, unique=True),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("name", sa.Text),
    sa.Column("email", sa.String(320)),
    sa.Column("loginMethod", sa.String(64)),
    sa.Column("role", enum("users_role", "user", "admin"), nullable=False, server_default="user"),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updatedAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("lastSignedIn", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

VENDORS = table(
    "vendors",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(255), nullable=False, unique=True),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("contactName", sa.String(255)),
    sa.Column("contactEmail", sa.String(320)),
    sa.Column("contactPhone", sa.String(50)),
    sa.Column("paymentTerms", sa.String(100)),
    sa.Column("notes", sa.Text),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updatedAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

CLIENTS = table(
    "clients",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
    sa.Column("teri_code", sa.String(50), nullable=False, unique=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("email", sa.String(255)),
    sa.Column("phone", sa.String(50)),
    sa.Column("address", sa.Text),
    sa.Column(
        "businessType",
        enum("clients_businessType", "RETAIL", "WHOLESALE", "DISPENSARY", "DELIVERY", "MANUFACTURER", "DISTRIBUTOR", "OTHER"),
    ),
    sa.Column("preferredContact", enum("clients_preferredContact", "EMAIL", "PHONE", "TEXT", "ANY")),
    sa.Column("payment_terms", sa.Integer, server_default=sa.text("30")),
    sa.Column("is_buyer", sa.Boolean, server_default=sa.false()),
    sa.Column("is_seller", sa.Boolean, server_default=sa.false()),
    sa.Column("is_brand", sa.Boolean, server_default=sa.false()),
    sa.Column("is_referee", sa.Boolean, server_default=sa.false()),
    sa.Column("is_contractor", sa.Boolean, server_default=sa.false()),
    sa.Column("tags", sa.JSON),
    sa.Column("pricing_profile_id", sa.Integer, sa.ForeignKey("pricing_profiles.id"), index=True),
    sa.Column("custom_pricing_rules", sa.JSON),
    sa.Column(
        "cogsAdjustmentType",
        enum(
            "clients_cogsAdjustmentType",
            "NONE",
            "PERCENTAGE",
            "PERCENTAGE_DECREASE",
            "PERCENTAGE_INCREASE",
            "FIXED_AMOUNT",
            "FIXED_DECREASE",
            "FIXED_INCREASE",
        ),
        server_default="NONE",
    ),
    sa.Column("cogs_adjustment_value", sa.Numeric(15, 4), server_default=sa.text("0.0000")),
    sa.Column("auto_defer_consignment", sa.Boolean, server_default=sa.false()),
    sa.Column("total_spent", sa.Numeric(15, 2), server_default=sa.text("0.00")),
    sa.Column("total_profit", sa.Numeric(15, 2), server_default=sa.text("0.00")),
    sa.Column("avg_profit_margin", sa.Numeric(5, 2), server_default=sa.text("0.00")),
    sa.Column("total_owed", sa.Numeric(15, 2), index=True, server_default=sa.text("0.00")),
    sa.Column("oldest_debt_days", sa.Integer, server_default=sa.text("0")),
    sa.Column("credit_limit", sa.Numeric(15, 2), server_default=sa.text("0.00")),
    sa.Column("credit_limit_updated_at", sa.TIMESTAMP),
    sa.Column("creditLimitSource", enum("clients_creditLimitSource", "CALCULATED", "MANUAL"), server_default="CALCULATED"),
    sa.Column("credit_limit_override_reason", sa.Text),
    sa.Column("vip_portal_enabled", sa.Boolean, server_default=sa.false()),
    sa.Column("vip_portal_last_login", sa.TIMESTAMP),
    sa.Column("wishlist", sa.Text),
    sa.Column("referred_by_client_id", sa.Integer, sa.ForeignKey("clients.id"), index=True),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("created_at", sa.TIMESTAMP, server_default=NOW),
    sa.Column("updated_at", sa.TIMESTAMP, server_default=NOW),
)

BRANDS = table(
    "brands",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("vendorId", sa.Integer, sa.ForeignKey("vendors.id"), index=True),
    sa.Column("description", sa.Text),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updatedAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

PRODUCTS = table(
    "products",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("brandId", sa.Integer, sa.ForeignKey("brands.id"), nullable=False, index=True),
    sa.Column("supplier_client_id", sa.Integer, sa.ForeignKey("clients.id", ondelete="SET NULL"), index=True),
    sa.Column("strainId", sa.Integer, sa.ForeignKey("strains.id"), index=True),
    sa.Column("nameCanonical", sa.String(500), nullable=False),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("category", sa.String(100), nullable=False),
    sa.Column("subcategory", sa.String(100)),
    sa.Column("uomSellable", sa.String(20), nullable=False, server_default="EA"),
    sa.Column("description", sa.Text),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updatedAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

LOTS = table(
    "lots",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(50), nullable=False, unique=True),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("supplier_client_id", sa.Integer, sa.ForeignKey("clients.id", ondelete="RESTRICT"), index=True),
    sa.Column("vendorId", sa.Integer, sa.ForeignKey("vendors.id"), nullable=False, index=True),
    sa.Column("date", sa.TIMESTAMP, nullable=False),
    sa.Column("notes", sa.Text),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updatedAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

BATCHES = table(
    "batches",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(50), nullable=False, unique=True),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
    sa.Column("sku", sa.String(100), nullable=False, unique=True),
    sa.Column("productId", sa.Integer, sa.ForeignKey("products.id"), nullable=False, index=True),
    sa.Column("lotId", sa.Integer, sa.ForeignKey("lots.id"), nullable=False, index=True),
    sa.Column(
        "batchStatus",
        enum("batches_batchStatus", "AWAITING_INTAKE", "LIVE", "ON_HOLD", "QUARANTINED", "SOLD_OUT", "CLOSED"),
        nullable=False,
        index=True,
        server_default="AWAITING_INTAKE",
    ),
    sa.Column("isPhotographyComplete", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("statusId", sa.Integer, index=True),
    sa.Column("grade", sa.String(10)),
    sa.Column("isSample", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("sampleOnly", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("sampleAvailable", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("cogsMode", enum("batches_cogsMode", "FIXED", "RANGE"), nullable=False, server_default="FIXED"),
    sa.Column("unitCogs", sa.Numeric(15, 4)),
    sa.Column("unitCogsMin", sa.Numeric(15, 4)),
    sa.Column("unitCogsMax", sa.Numeric(15, 4)),
    sa.Column(
        "paymentTerms",
        enum("batches_paymentTerms", "COD", "NET_7", "NET_15", "NET_30", "CONSIGNMENT", "PARTIAL"),
        nullable=False,
    ),
    sa.Column(
        "ownership_type",
        enum("batches_ownership_type", "CONSIGNED", "OFFICE_OWNED", "SAMPLE"),
        nullable=False,
        server_default="CONSIGNED",
    ),
    sa.Column("amountPaid", sa.Numeric(12, 2), server_default=sa.text("0.00")),
    sa.Column("metadata", sa.Text),
    sa.Column("photo_session_event_id", sa.Integer, index=True),
    sa.Column("onHandQty", sa.Numeric(15, 4), nullable=False, server_default=sa.text("0.0000")),
    sa.Column("sampleQty", sa.Numeric(15, 4), nullable=False, server_default=sa.text("0.0000")),
    sa.Column("reservedQty", sa.Numeric(15, 4), nullable=False, server_default=sa.text("0.0000")),
    sa.Column("quarantineQty", sa.Numeric(15, 4), nullable=False, server_default=sa.text("0.0000")),
    sa.Column("holdQty", sa.Numeric(15, 4), nullable=False, server_default=sa.text("0.0000")),
    sa.Column("defectiveQty", sa.Numeric(15, 4), nullable=False, server_default=sa.text("0.0000")),
    sa.Column("publishEcom", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("publishB2b", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updatedAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

ORDERS = table(
    "orders",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
    sa.Column("order_number", sa.String(50), nullable=False, unique=True),
    sa.Column("orderType", enum("orders_orderType", "QUOTE", "SALE"), nullable=False, index=True),
    sa.Column("is_draft", sa.Boolean, nullable=False, index=True, server_default=sa.true()),
    sa.Column("client_id", sa.Integer, sa.ForeignKey("clients.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("client_need_id", sa.Integer, sa.ForeignKey("client_needs.id"), index=True),
    sa.Column("intake_event_id", sa.Integer, index=True),
    sa.Column("items", sa.JSON, nullable=False),
    sa.Column("subtotal", sa.Numeric(15, 2), nullable=False),
    sa.Column("tax", sa.Numeric(15, 2), server_default=sa.text("0.00")),
    sa.Column("discount", sa.Numeric(15, 2), server_default=sa.text("0.00")),
    sa.Column("shipping", sa.Numeric(15, 2), server_default=sa.text("0.00")),
    sa.Column("show_adjustment_on_document", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("total", sa.Numeric(15, 2), nullable=False),
    sa.Column("total_cogs", sa.Numeric(15, 4)),
    sa.Column("total_margin", sa.Numeric(15, 2)),
    sa.Column("avg_margin_percent", sa.Numeric(5, 2)),
    sa.Column("valid_until", sa.Date),
    sa.Column(
        "quoteStatus", enum("orders_quoteStatus", "UNSENT", "SENT", "VIEWED", "REJECTED", "EXPIRED", "CONVERTED"), index=True
    ),
    sa.Column(
        "paymentTerms", enum("orders_paymentTerms", "COD", "NET_7", "NET_15", "NET_30", "CONSIGNMENT", "PARTIAL"), nullable=False
    ),
    sa.Column("cash_payment", sa.Numeric(15, 2), server_default=sa.text("0.00")),
    sa.Column("due_date", sa.Date),
    sa.Column("saleStatus", enum("orders_saleStatus", "PENDING", "PARTIAL", "PAID", "OVERDUE", "CANCELLED"), index=True),
    sa.Column("invoice_id", sa.Integer, index=True),  # not a foreign key, because the invoices' revision fills it later
    sa.Column(
        "fulfillmentStatus",
        enum(
            "orders_fulfillmentStatus",
            "DRAFT",
            "CONFIRMED",
            "READY_FOR_PACKING",
            "PACKED",
            "SHIPPED",
            "DELIVERED",
            "RETURNED",
            "RESTOCKED",
            "RETURNED_TO_VENDOR",
            "CANCELLED",
        ),
        index=True,
        server_default="READY_FOR_PACKING",
    ),
    sa.Column("packed_at", sa.TIMESTAMP),
    sa.Column("packed_by", sa.Integer, sa.ForeignKey("users.id"), index=True),
    sa.Column("shipped_at", sa.TIMESTAMP),
    sa.Column("shipped_by", sa.Integer, sa.ForeignKey("users.id"), index=True),
    sa.Column("pickPackStatus", enum("orders_pickPackStatus", "PENDING", "PICKING", "PACKED", "READY"), server_default="PENDING"),
    sa.Column("referred_by_client_id", sa.Integer, sa.ForeignKey("clients.id"), index=True),
    sa.Column("is_referral_order", sa.Boolean, server_default=sa.false()),
    sa.Column("converted_from_order_id", sa.Integer, sa.ForeignKey("orders.id"), index=True),
    sa.Column("converted_from_sales_sheet_id", sa.Integer, index=True),
    sa.Column("converted_at", sa.TIMESTAMP),
    sa.Column("confirmed_at", sa.TIMESTAMP),
    sa.Column("related_sample_request_id", sa.Integer),
    sa.Column("credit_override_approved", sa.Boolean, server_default=sa.false()),
    sa.Column("credit_override_by", sa.Integer, sa.ForeignKey("users.id"), index=True),
    sa.Column("credit_override_reason", sa.Text),
    sa.Column("credit_override_request_id", sa.Integer),
    sa.Column("deleted_at", sa.TIMESTAMP, index=True),
    sa.Column("notes", sa.Text),
    sa.Column("created_by", sa.Integer, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("created_at", sa.TIMESTAMP, index=True, server_default=NOW),
    sa.Column("updated_at", sa.TIMESTAMP, server_default=NOW),
)

INVOICES = table(
    "invoices",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("invoiceNumber", sa.String(50), nullable=False, unique=True),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
    sa.Column("customerId", sa.Integer, sa.ForeignKey("clients.id", ondelete="RESTRICT"), nullable=False, index=True),
    sa.Column("invoiceDate", sa.Date, nullable=False),
    sa.Column("dueDate", sa.Date, nullable=False),
    sa.Column("subtotal", sa.Numeric(12, 2), nullable=False),
    sa.Column("taxAmount", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column("discountAmount", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column("totalAmount", sa.Numeric(12, 2), nullable=False),
    sa.Column("amountPaid", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column("amountDue", sa.Numeric(12, 2), nullable=False),
    sa.Column(
        "status",
        enum("invoices_status", "DRAFT", "SENT", "VIEWED", "PARTIAL", "PAID", "OVERDUE", "VOID"),
        nullable=False,
        index=True,
        server_default="DRAFT",
    ),
    sa.Column("paymentTerms", sa.String(100)),
    sa.Column("notes", sa.Text),
    sa.Column("referenceType", sa.String(50), index=True),
    sa.Column("referenceId", sa.Integer),
    sa.Column("createdBy", sa.Integer, sa.ForeignKey("users.id", ondelete="RESTRICT"), nullable=False, index=True),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updatedAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

PAYMENTS = table(
    "payments",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("paymentNumber", sa.String(50), nullable=False, unique=True),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("paymentType", enum("payments_paymentType", "RECEIVED", "SENT"), nullable=False, index=True),
    sa.Column("paymentDate", sa.Date, nullable=False),
    sa.Column("amount", sa.Numeric(12, 2), nullable=False),
    sa.Column(
        "paymentMethod",
        enum("payments_paymentMethod", "CASH", "CHECK", "WIRE", "ACH", "CREDIT_CARD", "DEBIT_CARD", "OTHER"),
        nullable=False,
    ),
    sa.Column("referenceNumber", sa.String(100)),
    sa.Column("bankAccountId", sa.Integer, sa.ForeignKey("bankAccounts.id", ondelete="RESTRICT"), index=True),
    sa.Column("customerId", sa.Integer, sa.ForeignKey("clients.id", ondelete="RESTRICT"), index=True),
    sa.Column("vendorId", sa.Integer, sa.ForeignKey("clients.id", ondelete="RESTRICT"), index=True),
    sa.Column("invoiceId", sa.Integer, sa.ForeignKey("invoices.id", ondelete="RESTRICT"), index=True),
    sa.Column("billId", sa.Integer, sa.ForeignKey("bills.id", ondelete="RESTRICT"), index=True),
    sa.Column("notes", sa.Text),
    sa.Column("isReconciled", sa.Boolean, nullable=False, index=True, server_default=sa.false()),
    sa.Column("reconciledAt", sa.TIMESTAMP),
    sa.Column("createdBy", sa.Integer, sa.ForeignKey("users.id", ondelete="RESTRICT"), nullable=False, index=True),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updatedAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
)
