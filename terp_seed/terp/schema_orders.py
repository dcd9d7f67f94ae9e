"""TERP's tables about orders: clients' needs, the lines of orders and invoices, packing, and returns."""

import sqlalchemy as sa

from terp_seed.terp.schema import NOW, enum, table

CLIENT_NEEDS = table(
    "client_needs",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("client_id", sa.Integer, sa.ForeignKey("clients.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("strain", sa.String(255), index=True),
    sa.Column("product_name", sa.String(255), index=True),
    sa.Column("strainId", sa.Integer, sa.ForeignKey("strains.id", ondelete="SET NULL"), index=True),
    sa.Column("strain_type", enum("client_needs_strain_type", "INDICA", "SATIVA", "HYBRID", "CBD", "ANY")),
    sa.Column("category", sa.String(100), index=True),
    sa.Column("subcategory", sa.String(100)),
    sa.Column("grade", sa.String(50)),
    sa.Column("quantity_min", sa.Numeric(15, 4)),
    sa.Column("quantity_max", sa.Numeric(15, 4)),
    sa.Column("price_max", sa.Numeric(15, 2)),
    sa.Column(
        "status",
        enum("client_needs_status", "ACTIVE", "FULFILLED", "EXPIRED", "CANCELLED"),
        nullable=False,
        index=True,
        server_default="ACTIVE",
    ),
    sa.Column(
        "priority",
        enum("client_needs_priority", "LOW", "MEDIUM", "HIGH", "URGENT"),
        nullable=False,
        index=True,
        server_default="MEDIUM",
    ),
    sa.Column("needed_by", sa.Date),
    sa.Column("expires_at", sa.TIMESTAMP),
    sa.Column("fulfilled_at", sa.TIMESTAMP),
    sa.Column("notes", sa.Text),
    sa.Column("internal_notes", sa.Text),
    sa.Column("created_at", sa.TIMESTAMP, server_default=NOW),
    sa.Column("updated_at", sa.TIMESTAMP, server_default=NOW),
    sa.Column("created_by", sa.Integer, sa.ForeignKey("users.id", ondelete="RESTRICT"), index=True),
    sa.Column("created_by_client_id", sa.Integer, sa.ForeignKey("clients.id", ondelete="RESTRICT"), index=True),
    sa.Column("deleted_at", sa.TIMESTAMP),
)

ORDER_LINE_ITEMS = table(
    "order_line_items",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("order_id", sa.Integer, sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("batch_id", sa.Integer, sa.ForeignKey("batches.id"), nullable=False, index=True),
    sa.Column("product_display_name", sa.String(255)),
    sa.Column("quantity", sa.Numeric(10, 2), nullable=False),
    sa.Column("cogs_per_unit", sa.Numeric(15, 4), nullable=False),
    sa.Column("original_cogs_per_unit", sa.Numeric(15, 4), nullable=False),
    sa.Column(
        "effective_cogs_basis",
        enum("order_line_items_effective_cogs_basis", "LOW", "MID", "HIGH", "MANUAL"),
        nullable=False,
        server_default="MANUAL",
    ),
    sa.Column("original_range_min", sa.Numeric(15, 4)),
    sa.Column("original_range_max", sa.Numeric(15, 4)),
    sa.Column("is_below_vendor_range", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("below_range_reason", sa.Text),
    sa.Column("is_cogs_overridden", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("cogs_override_reason", sa.Text),
    sa.Column("margin_percent", sa.Numeric(5, 2), nullable=False),
    sa.Column("margin_dollar", sa.Numeric(10, 2), nullable=False),
    sa.Column("is_margin_overridden", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("margin_source", enum("order_line_items_margin_source", "CUSTOMER_PROFILE", "DEFAULT", "MANUAL"), nullable=False),
    sa.Column("unit_price", sa.Numeric(10, 2), nullable=False),
    sa.Column("line_total", sa.Numeric(10, 2), nullable=False),
    sa.Column("is_sample", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updated_at", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

ORDER_LINE_ITEM_ALLOCATIONS = table(
    "order_line_item_allocations",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("order_line_item_id", sa.Integer, sa.ForeignKey("order_line_items.id"), nullable=False, index=True),
    sa.Column("batch_id", sa.Integer, sa.ForeignKey("batches.id"), nullable=False, index=True),
    sa.Column("quantity_allocated", sa.Numeric(10, 2), nullable=False),
    sa.Column("unit_cost", sa.Numeric(12, 4), nullable=False),
    sa.Column("allocated_at", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("allocated_by", sa.Integer, sa.ForeignKey("users.id"), index=True),
)

ORDER_STATUS_HISTORY = table(
    "order_status_history",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("order_id", sa.Integer, sa.ForeignKey("orders.id", ondelete="RESTRICT"), nullable=False, index=True),
    sa.Column(
        "fulfillmentStatus",
        enum(
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
    sa.Column("changed_by", sa.Integer, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("changed_at", sa.TIMESTAMP, nullable=False, index=True, server_default=NOW),
    sa.Column("notes", sa.Text),
    sa.Column("deleted_at", sa.TIMESTAMP),
)

ORDER_BAGS = table(
    "order_bags",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("order_id", sa.Integer, sa.ForeignKey("orders.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("bag_identifier", sa.String(50), nullable=False),
    sa.Column("notes", sa.Text),
    sa.Column("created_by", sa.Integer, sa.ForeignKey("users.id"), index=True),
    sa.Column("created_at", sa.TIMESTAMP, server_default=NOW),
    sa.UniqueConstraint("order_id", "bag_identifier"),
)

ORDER_ITEM_BAGS = table(
    "order_item_bags",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("order_item_id", sa.Integer, sa.ForeignKey("order_line_items.id"), nullable=False),
    sa.Column("bag_id", sa.Integer, sa.ForeignKey("order_bags.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("packed_at", sa.TIMESTAMP, server_default=NOW),
    sa.Column("packed_by", sa.Integer, sa.ForeignKey("users.id"), index=True),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.UniqueConstraint("order_item_id", "bag_id"),
)

INVOICE_LINE_ITEMS = table(
    "invoiceLineItems",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("invoiceId", sa.Integer, sa.ForeignKey("invoices.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("productId", sa.Integer, sa.ForeignKey("products.id", ondelete="RESTRICT"), index=True),
    sa.Column("batchId", sa.Integer, sa.ForeignKey("batches.id", ondelete="RESTRICT"), index=True),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("quantity", sa.Numeric(10, 2), nullable=False),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("unitPrice", sa.Numeric(12, 2), nullable=False),
    sa.Column("taxRate", sa.Numeric(5, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column("discountPercent", sa.Numeric(5, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column("lineTotal", sa.Numeric(12, 2), nullable=False),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

RETURNS = table(
    "returns",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("order_id", sa.Integer, sa.ForeignKey("orders.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("items", sa.JSON, nullable=False),
    sa.Column(
        "returnReason",
        enum("returns_returnReason", "DEFECTIVE", "WRONG_ITEM", "NOT_AS_DESCRIBED", "CUSTOMER_CHANGED_MIND", "OTHER"),
        nullable=False,
    ),
    sa.Column(
        "status",
        enum("returns_status", "PENDING", "APPROVED", "REJECTED", "RECEIVED", "PROCESSED", "CANCELLED"),
        nullable=False,
        index=True,
        server_default="PENDING",
    ),
    sa.Column("notes", sa.Text),
    sa.Column("processed_by", sa.Integer, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("processed_at", sa.TIMESTAMP, nullable=False, index=True, server_default=NOW),
)

CREDITS = table(
    "credits",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("creditNumber", sa.String(50), nullable=False, unique=True),
    sa.Column("clientId", sa.Integer, sa.ForeignKey("clients.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("transactionId", sa.Integer, index=True),
    sa.Column("creditAmount", sa.Numeric(12, 2), nullable=False),
    sa.Column("amountUsed", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
    sa.Column("amountRemaining", sa.Numeric(12, 2), nullable=False),
    sa.Column("creditReason", sa.String(100)),
    sa.Column("expirationDate", sa.TIMESTAMP, index=True),
    sa.Column(
        "creditStatus",
        enum("credits_creditStatus", "ACTIVE", "PARTIALLY_USED", "FULLY_USED", "EXPIRED", "VOID"),
        nullable=False,
        index=True,
        server_default="ACTIVE",
    ),
    sa.Column("notes", sa.Text),
    sa.Column("createdBy", sa.Integer, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updatedAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
)
