"""Create TERP's orders and invoices with their lines, packing, and returns."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "terp_orders"
down_revision = "terp_stock"
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
        "client_needs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "client_id",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_client_needs_client_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("strain", sa.String(255)),
        sa.Column("product_name", sa.String(255)),
        sa.Column("strainId", sa.Integer(), sa.ForeignKey("strains.id", name="fk_client_needs_strainId", ondelete="SET NULL")),
        sa.Column("strain_type", _enum("client_needs_strain_type", "INDICA", "SATIVA", "HYBRID", "CBD", "ANY")),
        sa.Column("category", sa.String(100)),
        sa.Column("subcategory", sa.String(100)),
        sa.Column("grade", sa.String(50)),
        sa.Column("quantity_min", sa.Numeric(15, 4)),
        sa.Column("quantity_max", sa.Numeric(15, 4)),
        sa.Column("price_max", sa.Numeric(15, 2)),
        sa.Column(
            "status",
            _enum("client_needs_status", "ACTIVE", "FULFILLED", "EXPIRED", "CANCELLED"),
            nullable=False,
            server_default="ACTIVE",
        ),
        sa.Column(
            "priority", _enum("client_needs_priority", "LOW", "MEDIUM", "HIGH", "URGENT"), nullable=False, server_default="MEDIUM"
        ),
        sa.Column("needed_by", sa.Date()),
        sa.Column("expires_at", sa.TIMESTAMP()),
        sa.Column("fulfilled_at", sa.TIMESTAMP()),
        sa.Column("notes", sa.Text()),
        sa.Column("internal_notes", sa.Text()),
        sa.Column("created_at", sa.TIMESTAMP(), server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), server_default=touched),
        sa.Column("created_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_client_needs_created_by", ondelete="RESTRICT")),
        sa.Column(
            "created_by_client_id",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_client_needs_created_by_client_id", ondelete="RESTRICT"),
        ),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        **_TABLE,
    )
    op.create_index("ix_client_needs_client_id", "client_needs", ["client_id"])
    op.create_index("ix_client_needs_strain", "client_needs", ["strain"])
    op.create_index("ix_client_needs_product_name", "client_needs", ["product_name"])
    op.create_index("ix_client_needs_strainId", "client_needs", ["strainId"])
    op.create_index("ix_client_needs_category", "client_needs", ["category"])
    op.create_index("ix_client_needs_status", "client_needs", ["status"])
    op.create_index("ix_client_needs_priority", "client_needs", ["priority"])
    op.create_index("ix_client_needs_created_by", "client_needs", ["created_by"])
    op.create_index("ix_client_needs_created_by_client_id", "client_needs", ["created_by_client_id"])
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("order_number", sa.String(50), nullable=False),
        sa.Column("orderType", _enum("orders_orderType", "QUOTE", "SALE"), nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column(
            "client_id", sa.Integer(), sa.ForeignKey("clients.id", name="fk_orders_client_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("client_need_id", sa.Integer(), sa.ForeignKey("client_needs.id", name="fk_orders_client_need_id")),
        sa.Column("intake_event_id", sa.Integer()),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("subtotal", sa.Numeric(15, 2), nullable=False),
        sa.Column("tax", sa.Numeric(15, 2), server_default=sa.text("0.00")),
        sa.Column("discount", sa.Numeric(15, 2), server_default=sa.text("0.00")),
        sa.Column("shipping", sa.Numeric(15, 2), server_default=sa.text("0.00")),
        sa.Column("show_adjustment_on_document", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("total", sa.Numeric(15, 2), nullable=False),
        sa.Column("total_cogs", sa.Numeric(15, 4)),
        sa.Column("total_margin", sa.Numeric(15, 2)),
        sa.Column("avg_margin_percent", sa.Numeric(5, 2)),
        sa.Column("valid_until", sa.Date()),
        sa.Column("quoteStatus", _enum("orders_quoteStatus", "UNSENT", "SENT", "VIEWED", "REJECTED", "EXPIRED", "CONVERTED")),
        sa.Column(
            "paymentTerms",
            _enum("orders_paymentTerms", "COD", "NET_7", "NET_15", "NET_30", "CONSIGNMENT", "PARTIAL"),
            nullable=False,
        ),
        sa.Column("cash_payment", sa.Numeric(15, 2), server_default=sa.text("0.00")),
        sa.Column("due_date", sa.Date()),
        sa.Column("saleStatus", _enum("orders_saleStatus", "PENDING", "PARTIAL", "PAID", "OVERDUE", "CANCELLED")),
        sa.Column("invoice_id", sa.Integer()),
        sa.Column(
            "fulfillmentStatus",
            _enum(
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
            server_default="READY_FOR_PACKING",
        ),
        sa.Column("packed_at", sa.TIMESTAMP()),
        sa.Column("packed_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_orders_packed_by")),
        sa.Column("shipped_at", sa.TIMESTAMP()),
        sa.Column("shipped_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_orders_shipped_by")),
        sa.Column(
            "pickPackStatus", _enum("orders_pickPackStatus", "PENDING", "PICKING", "PACKED", "READY"), server_default="PENDING"
        ),
        sa.Column("referred_by_client_id", sa.Integer(), sa.ForeignKey("clients.id", name="fk_orders_referred_by_client_id")),
        sa.Column("is_referral_order", sa.Boolean(), server_default=sa.false()),
        sa.Column("converted_from_order_id", sa.Integer(), sa.ForeignKey("orders.id", name="fk_orders_converted_from_order_id")),
        sa.Column("converted_from_sales_sheet_id", sa.Integer()),
        sa.Column("converted_at", sa.TIMESTAMP()),
        sa.Column("confirmed_at", sa.TIMESTAMP()),
        sa.Column("related_sample_request_id", sa.Integer()),
        sa.Column("credit_override_approved", sa.Boolean(), server_default=sa.false()),
        sa.Column("credit_override_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_orders_credit_override_by")),
        sa.Column("credit_override_reason", sa.Text()),
        sa.Column("credit_override_request_id", sa.Integer()),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("notes", sa.Text()),
        sa.Column("created_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_orders_created_by"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(), server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), server_default=touched),
        sa.UniqueConstraint("order_number", name="uq_orders_order_number"),
        **_TABLE,
    )
    op.create_index("ix_orders_orderType", "orders", ["orderType"])
    op.create_index("ix_orders_is_draft", "orders", ["is_draft"])
    op.create_index("ix_orders_client_id", "orders", ["client_id"])
    op.create_index("ix_orders_intake_event_id", "orders", ["intake_event_id"])
    op.create_index("ix_orders_quoteStatus", "orders", ["quoteStatus"])
    op.create_index("ix_orders_saleStatus", "orders", ["saleStatus"])
    op.create_index("ix_orders_invoice_id", "orders", ["invoice_id"])
    op.create_index("ix_orders_fulfillmentStatus", "orders", ["fulfillmentStatus"])
    op.create_index("ix_orders_packed_by", "orders", ["packed_by"])
    op.create_index("ix_orders_shipped_by", "orders", ["shipped_by"])
    op.create_index("ix_orders_referred_by_client_id", "orders", ["referred_by_client_id"])
    op.create_index("ix_orders_converted_from_order_id", "orders", ["converted_from_order_id"])
    op.create_index("ix_orders_converted_from_sales_sheet_id", "orders", ["converted_from_sales_sheet_id"])
    op.create_index("ix_orders_credit_override_by", "orders", ["credit_override_by"])
    op.create_index("ix_orders_deleted_at", "orders", ["deleted_at"])
    op.create_index("ix_orders_created_by", "orders", ["created_by"])
    op.create_index("ix_orders_created_at", "orders", ["created_at"])
    op.create_index("ix_orders_client_need_id", "orders", ["client_need_id"])
    op.create_table(
        "order_line_items",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("order_id", sa.Integer(), sa.ForeignKey("orders.id", name="fk_order_line_items_order_id"), nullable=False),
        sa.Column("batch_id", sa.Integer(), sa.ForeignKey("batches.id", name="fk_order_line_items_batch_id"), nullable=False),
        sa.Column("product_display_name", sa.String(255)),
        sa.Column("quantity", sa.Numeric(10, 2), nullable=False),
        sa.Column("cogs_per_unit", sa.Numeric(15, 4), nullable=False),
        sa.Column("original_cogs_per_unit", sa.Numeric(15, 4), nullable=False),
        sa.Column(
            "effective_cogs_basis",
            _enum("order_line_items_effective_cogs_basis", "LOW", "MID", "HIGH", "MANUAL"),
            nullable=False,
            server_default="MANUAL",
        ),
        sa.Column("original_range_min", sa.Numeric(15, 4)),
        sa.Column("original_range_max", sa.Numeric(15, 4)),
        sa.Column("is_below_vendor_range", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("below_range_reason", sa.Text()),
        sa.Column("is_cogs_overridden", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("cogs_override_reason", sa.Text()),
        sa.Column("margin_percent", sa.Numeric(5, 2), nullable=False),
        sa.Column("margin_dollar", sa.Numeric(10, 2), nullable=False),
        sa.Column("is_margin_overridden", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column(
            "margin_source", _enum("order_line_items_margin_source", "CUSTOMER_PROFILE", "DEFAULT", "MANUAL"), nullable=False
        ),
        sa.Column("unit_price", sa.Numeric(10, 2), nullable=False),
        sa.Column("line_total", sa.Numeric(10, 2), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), nullable=False, server_default=touched),
        **_TABLE,
    )
    op.create_index("ix_order_line_items_order_id", "order_line_items", ["order_id"])
    op.create_index("ix_order_line_items_batch_id", "order_line_items", ["batch_id"])
    op.create_table(
        "order_line_item_allocations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "order_line_item_id",
            sa.Integer(),
            sa.ForeignKey("order_line_items.id", name="fk_order_line_item_allocations_order_line_item_id"),
            nullable=False,
        ),
        sa.Column(
            "batch_id", sa.Integer(), sa.ForeignKey("batches.id", name="fk_order_line_item_allocations_batch_id"), nullable=False
        ),
        sa.Column("quantity_allocated", sa.Numeric(10, 2), nullable=False),
        sa.Column("unit_cost", sa.Numeric(12, 4), nullable=False),
        sa.Column("allocated_at", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("allocated_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_order_line_item_allocations_allocated_by")),
        **_TABLE,
    )
    op.create_index("ix_order_line_item_allocations_order_line_item_id", "order_line_item_allocations", ["order_line_item_id"])
    op.create_index("ix_order_line_item_allocations_batch_id", "order_line_item_allocations", ["batch_id"])
    op.create_index("ix_order_line_item_allocations_allocated_by", "order_line_item_allocations", ["allocated_by"])
    op.create_table(
        "order_status_history",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "order_id",
            sa.Integer(),
            sa.ForeignKey("orders.id", name="fk_order_status_history_order_id", ondelete="RESTRICT"),
            nullable=False,
        ),
        sa.Column(
            "fulfillmentStatus",
            _enum(
                "order_status_history_fulfillmentStatus",
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
            nullable=False,
            server_default="READY_FOR_PACKING",
        ),
        sa.Column(
            "changed_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_order_status_history_changed_by"), nullable=False
        ),
        sa.Column("changed_at", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("notes", sa.Text()),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        **_TABLE,
    )
    op.create_index("ix_order_status_history_order_id", "order_status_history", ["order_id"])
    op.create_index("ix_order_status_history_changed_by", "order_status_history", ["changed_by"])
    op.create_index("ix_order_status_history_changed_at", "order_status_history", ["changed_at"])
    op.create_table(
        "order_bags",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "order_id",
            sa.Integer(),
            sa.ForeignKey("orders.id", name="fk_order_bags_order_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("bag_identifier", sa.String(50), nullable=False),
        sa.Column("notes", sa.Text()),
        sa.Column("created_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_order_bags_created_by")),
        sa.Column("created_at", sa.TIMESTAMP(), server_default=_NOW),
        sa.UniqueConstraint("order_id", "bag_identifier", name="uq_order_bags_order_id"),
        **_TABLE,
    )
    op.create_index("ix_order_bags_order_id", "order_bags", ["order_id"])
    op.create_index("ix_order_bags_created_by", "order_bags", ["created_by"])
    op.create_table(
        "order_item_bags",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "order_item_id",
            sa.Integer(),
            sa.ForeignKey("order_line_items.id", name="fk_order_item_bags_order_item_id"),
            nullable=False,
        ),
        sa.Column(
            "bag_id",
            sa.Integer(),
            sa.ForeignKey("order_bags.id", name="fk_order_item_bags_bag_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("packed_at", sa.TIMESTAMP(), server_default=_NOW),
        sa.Column("packed_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_order_item_bags_packed_by")),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.UniqueConstraint("order_item_id", "bag_id", name="uq_order_item_bags_order_item_id"),
        **_TABLE,
    )
    op.create_index("ix_order_item_bags_bag_id", "order_item_bags", ["bag_id"])
    op.create_index("ix_order_item_bags_packed_by", "order_item_bags", ["packed_by"])
    op.create_table(
        "invoices",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("invoiceNumber", sa.String(50), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column(
            "customerId",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_invoices_customerId", ondelete="RESTRICT"),
            nullable=False,
        ),
        sa.Column("invoiceDate", sa.Date(), nullable=False),
        sa.Column("dueDate", sa.Date(), nullable=False),
        sa.Column("subtotal", sa.Numeric(12, 2), nullable=False),
        sa.Column("taxAmount", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("discountAmount", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("totalAmount", sa.Numeric(12, 2), nullable=False),
        sa.Column("amountPaid", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("amountDue", sa.Numeric(12, 2), nullable=False),
        sa.Column(
            "status",
            _enum("invoices_status", "DRAFT", "SENT", "VIEWED", "PARTIAL", "PAID", "OVERDUE", "VOID"),
            nullable=False,
            server_default="DRAFT",
        ),
        sa.Column("paymentTerms", sa.String(100)),
        sa.Column("notes", sa.Text()),
        sa.Column("referenceType", sa.String(50)),
        sa.Column("referenceId", sa.Integer()),
        sa.Column(
            "createdBy",
            sa.Integer(),
            sa.ForeignKey("users.id", name="fk_invoices_createdBy", ondelete="RESTRICT"),
            nullable=False,
        ),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.UniqueConstraint("invoiceNumber", name="uq_invoices_invoiceNumber"),
        **_TABLE,
    )
    op.create_index("ix_invoices_customerId", "invoices", ["customerId"])
    op.create_index("ix_invoices_status", "invoices", ["status"])
    op.create_index("ix_invoices_referenceType", "invoices", ["referenceType"])
    op.create_index("ix_invoices_createdBy", "invoices", ["createdBy"])
    op.create_table(
        "invoiceLineItems",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "invoiceId",
            sa.Integer(),
            sa.ForeignKey("invoices.id", name="fk_invoiceLineItems_invoiceId", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "productId", sa.Integer(), sa.ForeignKey("products.id", name="fk_invoiceLineItems_productId", ondelete="RESTRICT")
        ),
        sa.Column("batchId", sa.Integer(), sa.ForeignKey("batches.id", name="fk_invoiceLineItems_batchId", ondelete="RESTRICT")),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(10, 2), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("unitPrice", sa.Numeric(12, 2), nullable=False),
        sa.Column("taxRate", sa.Numeric(5, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("discountPercent", sa.Numeric(5, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("lineTotal", sa.Numeric(12, 2), nullable=False),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        **_TABLE,
    )
    op.create_index("ix_invoiceLineItems_invoiceId", "invoiceLineItems", ["invoiceId"])
    op.create_index("ix_invoiceLineItems_productId", "invoiceLineItems", ["productId"])
    op.create_index("ix_invoiceLineItems_batchId", "invoiceLineItems", ["batchId"])
    op.create_table(
        "returns",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "order_id", sa.Integer(), sa.ForeignKey("orders.id", name="fk_returns_order_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column(
            "returnReason",
            _enum("returns_returnReason", "DEFECTIVE", "WRONG_ITEM", "NOT_AS_DESCRIBED", "CUSTOMER_CHANGED_MIND", "OTHER"),
            nullable=False,
        ),
        sa.Column(
            "status",
            _enum("returns_status", "PENDING", "APPROVED", "REJECTED", "RECEIVED", "PROCESSED", "CANCELLED"),
            nullable=False,
            server_default="PENDING",
        ),
        sa.Column("notes", sa.Text()),
        sa.Column("processed_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_returns_processed_by"), nullable=False),
        sa.Column("processed_at", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        **_TABLE,
    )
    op.create_index("ix_returns_order_id", "returns", ["order_id"])
    op.create_index("ix_returns_status", "returns", ["status"])
    op.create_index("ix_returns_processed_by", "returns", ["processed_by"])
    op.create_index("ix_returns_processed_at", "returns", ["processed_at"])
    op.create_table(
        "credits",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("creditNumber", sa.String(50), nullable=False),
        sa.Column(
            "clientId", sa.Integer(), sa.ForeignKey("clients.id", name="fk_credits_clientId", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("transactionId", sa.Integer()),
        sa.Column("creditAmount", sa.Numeric(12, 2), nullable=False),
        sa.Column("amountUsed", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("amountRemaining", sa.Numeric(12, 2), nullable=False),
        sa.Column("creditReason", sa.String(100)),
        sa.Column("expirationDate", sa.TIMESTAMP()),
        sa.Column(
            "creditStatus",
            _enum("credits_creditStatus", "ACTIVE", "PARTIALLY_USED", "FULLY_USED", "EXPIRED", "VOID"),
            nullable=False,
            server_default="ACTIVE",
        ),
        sa.Column("notes", sa.Text()),
        sa.Column("createdBy", sa.Integer(), sa.ForeignKey("users.id", name="fk_credits_createdBy"), nullable=False),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.UniqueConstraint("creditNumber", name="uq_credits_creditNumber"),
        **_TABLE,
    )
    op.create_index("ix_credits_clientId", "credits", ["clientId"])
    op.create_index("ix_credits_transactionId", "credits", ["transactionId"])
    op.create_index("ix_credits_expirationDate", "credits", ["expirationDate"])
    op.create_index("ix_credits_creditStatus", "credits", ["creditStatus"])
    op.create_index("ix_credits_createdBy", "credits", ["createdBy"])
    op.create_table(
        "vendor_returns",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("order_id", sa.Integer(), sa.ForeignKey("orders.id", name="fk_vendor_returns_order_id"), nullable=False),
        sa.Column("vendor_id", sa.Integer(), sa.ForeignKey("clients.id", name="fk_vendor_returns_vendor_id"), nullable=False),
        sa.Column(
            "status",
            _enum("vendor_returns_status", "PENDING_VENDOR_CREDIT", "CREDIT_RECEIVED", "DISPUTED", "CLOSED"),
            nullable=False,
            server_default="PENDING_VENDOR_CREDIT",
        ),
        sa.Column("return_reason", sa.Text()),
        sa.Column("total_value", sa.Numeric(12, 2)),
        sa.Column("credit_received", sa.Numeric(12, 2)),
        sa.Column("credit_received_at", sa.TIMESTAMP()),
        sa.Column("created_at", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("created_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_vendor_returns_created_by")),
        **_TABLE,
    )
    op.create_index("ix_vendor_returns_order_id", "vendor_returns", ["order_id"])
    op.create_index("ix_vendor_returns_vendor_id", "vendor_returns", ["vendor_id"])
    op.create_index("ix_vendor_returns_created_by", "vendor_returns", ["created_by"])
    op.create_table(
        "vendor_return_items",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "vendor_return_id",
            sa.Integer(),
            sa.ForeignKey("vendor_returns.id", name="fk_vendor_return_items_vendor_return_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("batch_id", sa.Integer(), sa.ForeignKey("batches.id", name="fk_vendor_return_items_batch_id"), nullable=False),
        sa.Column("quantity", sa.Numeric(10, 2), nullable=False),
        sa.Column("unit_cost", sa.Numeric(12, 4), nullable=False),
        **_TABLE,
    )
    op.create_index("ix_vendor_return_items_vendor_return_id", "vendor_return_items", ["vendor_return_id"])
    op.create_index("ix_vendor_return_items_batch_id", "vendor_return_items", ["batch_id"])


def downgrade() -> None:
    for table in (
        "vendor_return_items",
        "vendor_returns",
        "credits",
        "returns",
        "invoiceLineItems",
        "invoices",
        "order_item_bags",
        "order_bags",
        "order_status_history",
        "order_line_item_allocations",
        "order_line_items",
        "orders",
        "client_needs",
    ):
        op.drop_table(table)
    if op.get_context().dialect.name == "postgresql":  # where the values of an enum are a type of its own
        for enum in (
            "client_needs_strain_type",
            "client_needs_status",
            "client_needs_priority",
            "orders_orderType",
            "orders_quoteStatus",
            "orders_paymentTerms",
            "orders_saleStatus",
            "orders_fulfillmentStatus",
            "orders_pickPackStatus",
            "order_line_items_effective_cogs_basis",
            "order_line_items_margin_source",
            "order_status_history_fulfillmentStatus",
            "invoices_status",
            "returns_returnReason",
            "returns_status",
            "credits_creditStatus",
            "vendor_returns_status",
        ):
            op.execute(f'DROP TYPE "{enum}"')
