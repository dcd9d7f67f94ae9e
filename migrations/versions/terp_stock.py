"""Create TERP's purchases and stock: the origin and locations of batches, and what is owed for them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "terp_stock"
down_revision = "terp_tables"
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
        "supplier_profiles",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "client_id",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_supplier_profiles_client_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("contact_name", sa.String(255)),
        sa.Column("contact_email", sa.String(320)),
        sa.Column("contact_phone", sa.String(50)),
        sa.Column("payment_terms", sa.String(100)),
        sa.Column("supplier_notes", sa.Text()),
        sa.Column("legacy_vendor_id", sa.Integer(), sa.ForeignKey("vendors.id", name="fk_supplier_profiles_legacy_vendor_id")),
        sa.Column(
            "preferred_payment_method",
            _enum("supplier_profiles_preferred_payment_method", "CASH", "CHECK", "WIRE", "ACH", "CREDIT_CARD", "OTHER"),
        ),
        sa.Column("tax_id", sa.String(50)),
        sa.Column("license_number", sa.String(100)),
        sa.Column("created_at", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.UniqueConstraint("client_id", name="uq_supplier_profiles_client_id"),
        **_TABLE,
    )
    op.create_index("ix_supplier_profiles_legacy_vendor_id", "supplier_profiles", ["legacy_vendor_id"])
    op.create_table(
        "locations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("zone", sa.String(100)),
        sa.Column("rack", sa.String(100)),
        sa.Column("shelf", sa.String(100)),
        sa.Column("bin", sa.String(100)),
        sa.Column("isActive", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        **_TABLE,
    )
    op.create_table(
        "batchLocations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("batchId", sa.Integer(), sa.ForeignKey("batches.id", name="fk_batchLocations_batchId"), nullable=False),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("zone", sa.String(100)),
        sa.Column("rack", sa.String(100)),
        sa.Column("shelf", sa.String(100)),
        sa.Column("bin", sa.String(100)),
        sa.Column("qty", sa.Numeric(15, 4), nullable=False),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        **_TABLE,
    )
    op.create_index("ix_batchLocations_batchId", "batchLocations", ["batchId"])
    op.create_table(
        "product_images",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("batch_id", sa.Integer(), sa.ForeignKey("batches.id", name="fk_product_images_batch_id", ondelete="CASCADE")),
        sa.Column(
            "product_id", sa.Integer(), sa.ForeignKey("products.id", name="fk_product_images_product_id", ondelete="CASCADE")
        ),
        sa.Column("image_url", sa.String(500), nullable=False),
        sa.Column("thumbnail_url", sa.String(500)),
        sa.Column("caption", sa.String(255)),
        sa.Column("is_primary", sa.Boolean(), server_default=sa.false()),
        sa.Column("sort_order", sa.Integer(), server_default=sa.text("0")),
        sa.Column(
            "status", _enum("product_images_status", "PENDING", "APPROVED", "REJECTED", "ARCHIVED"), server_default="APPROVED"
        ),
        sa.Column("uploaded_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_product_images_uploaded_by")),
        sa.Column("uploaded_at", sa.TIMESTAMP(), server_default=_NOW),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        **_TABLE,
    )
    op.create_index("ix_product_images_batch_id", "product_images", ["batch_id"])
    op.create_index("ix_product_images_product_id", "product_images", ["product_id"])
    op.create_index("ix_product_images_uploaded_by", "product_images", ["uploaded_by"])
    op.create_table(
        "inventoryMovements",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "batchId",
            sa.Integer(),
            sa.ForeignKey("batches.id", name="fk_inventoryMovements_batchId", ondelete="RESTRICT"),
            nullable=False,
        ),
        sa.Column(
            "inventoryMovementType",
            _enum(
                "inventoryMovements_inventoryMovementType",
                "INTAKE",
                "SALE",
                "RETURN",
                "REFUND_RETURN",
                "ADJUSTMENT",
                "QUARANTINE",
                "RELEASE_FROM_QUARANTINE",
                "DISPOSAL",
                "TRANSFER",
                "SAMPLE",
            ),
            nullable=False,
        ),
        sa.Column("quantityChange", sa.Numeric(15, 4), nullable=False),
        sa.Column("quantityBefore", sa.Numeric(15, 4), nullable=False),
        sa.Column("quantityAfter", sa.Numeric(15, 4), nullable=False),
        sa.Column("referenceType", sa.String(50)),
        sa.Column("referenceId", sa.Integer()),
        sa.Column(
            "adjustmentReason",
            _enum(
                "inventoryMovements_adjustmentReason",
                "DAMAGED",
                "EXPIRED",
                "LOST",
                "THEFT",
                "COUNT_DISCREPANCY",
                "QUALITY_ISSUE",
                "REWEIGH",
                "OTHER",
            ),
        ),
        sa.Column("notes", sa.Text()),
        sa.Column(
            "performedBy", sa.Integer(), sa.ForeignKey("users.id", name="fk_inventoryMovements_performedBy"), nullable=False
        ),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        **_TABLE,
    )
    op.create_index("ix_inventoryMovements_batchId", "inventoryMovements", ["batchId"])
    op.create_index("ix_inventoryMovements_inventoryMovementType", "inventoryMovements", ["inventoryMovementType"])
    op.create_index("ix_inventoryMovements_performedBy", "inventoryMovements", ["performedBy"])
    op.create_index("ix_inventoryMovements_createdAt", "inventoryMovements", ["createdAt"])
    op.create_index("ix_inventoryMovements_referenceType_referenceId", "inventoryMovements", ["referenceType", "referenceId"])
    op.create_table(
        "vendor_supply",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "vendor_id",
            sa.Integer(),
            sa.ForeignKey("vendors.id", name="fk_vendor_supply_vendor_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("strain", sa.String(255)),
        sa.Column("product_name", sa.String(255)),
        sa.Column("strain_type", _enum("vendor_supply_strain_type", "INDICA", "SATIVA", "HYBRID", "CBD")),
        sa.Column("category", sa.String(100)),
        sa.Column("subcategory", sa.String(100)),
        sa.Column("grade", sa.String(50)),
        sa.Column("quantity_available", sa.Numeric(15, 4), nullable=False),
        sa.Column("unit_price", sa.Numeric(15, 2)),
        sa.Column(
            "status",
            _enum("vendor_supply_status", "AVAILABLE", "RESERVED", "PURCHASED", "EXPIRED"),
            nullable=False,
            server_default="AVAILABLE",
        ),
        sa.Column("available_until", sa.TIMESTAMP()),
        sa.Column("reserved_at", sa.TIMESTAMP()),
        sa.Column("purchased_at", sa.TIMESTAMP()),
        sa.Column("notes", sa.Text()),
        sa.Column("internal_notes", sa.Text()),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("created_at", sa.TIMESTAMP(), server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), server_default=touched),
        sa.Column("created_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_vendor_supply_created_by", ondelete="RESTRICT")),
        sa.Column(
            "created_by_client_id",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_vendor_supply_created_by_client_id", ondelete="RESTRICT"),
        ),
        **_TABLE,
    )
    op.create_index("ix_vendor_supply_vendor_id", "vendor_supply", ["vendor_id"])
    op.create_index("ix_vendor_supply_strain", "vendor_supply", ["strain"])
    op.create_index("ix_vendor_supply_product_name", "vendor_supply", ["product_name"])
    op.create_index("ix_vendor_supply_category", "vendor_supply", ["category"])
    op.create_index("ix_vendor_supply_status", "vendor_supply", ["status"])
    op.create_index("ix_vendor_supply_deleted_at", "vendor_supply", ["deleted_at"])
    op.create_index("ix_vendor_supply_created_by", "vendor_supply", ["created_by"])
    op.create_index("ix_vendor_supply_created_by_client_id", "vendor_supply", ["created_by_client_id"])
    op.create_table(
        "intake_sessions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("session_number", sa.String(50), nullable=False),
        sa.Column(
            "vendor_id",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_intake_sessions_vendor_id", ondelete="RESTRICT"),
            nullable=False,
        ),
        sa.Column(
            "status",
            _enum("intake_sessions_status", "IN_PROGRESS", "COMPLETED", "CANCELLED"),
            nullable=False,
            server_default="IN_PROGRESS",
        ),
        sa.Column("receive_date", sa.Date(), nullable=False),
        sa.Column(
            "received_by",
            sa.Integer(),
            sa.ForeignKey("users.id", name="fk_intake_sessions_received_by", ondelete="RESTRICT"),
            nullable=False,
        ),
        sa.Column(
            "paymentTerms",
            _enum("intake_sessions_paymentTerms", "COD", "NET_7", "NET_15", "NET_30", "CONSIGNMENT", "PARTIAL"),
            nullable=False,
        ),
        sa.Column("payment_due_date", sa.Date()),
        sa.Column("total_amount", sa.Numeric(15, 2), server_default=sa.text("0.00")),
        sa.Column("amount_paid", sa.Numeric(15, 2), server_default=sa.text("0.00")),
        sa.Column("internal_notes", sa.Text()),
        sa.Column("vendor_notes", sa.Text()),
        sa.Column("receipt_generated", sa.Boolean(), server_default=sa.false()),
        sa.Column("receipt_generated_at", sa.TIMESTAMP()),
        sa.Column("created_at", sa.TIMESTAMP(), server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), server_default=touched),
        sa.Column("completed_at", sa.TIMESTAMP()),
        sa.UniqueConstraint("session_number", name="uq_intake_sessions_session_number"),
        **_TABLE,
    )
    op.create_index("ix_intake_sessions_vendor_id", "intake_sessions", ["vendor_id"])
    op.create_index("ix_intake_sessions_status", "intake_sessions", ["status"])
    op.create_index("ix_intake_sessions_receive_date", "intake_sessions", ["receive_date"])
    op.create_index("ix_intake_sessions_received_by", "intake_sessions", ["received_by"])
    op.create_table(
        "intake_session_batches",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "intake_session_id",
            sa.Integer(),
            sa.ForeignKey("intake_sessions.id", name="fk_intake_session_batches_intake_session_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "batch_id",
            sa.Integer(),
            sa.ForeignKey("batches.id", name="fk_intake_session_batches_batch_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("received_qty", sa.Numeric(15, 4), nullable=False),
        sa.Column("unit_cost", sa.Numeric(15, 4), nullable=False),
        sa.Column("total_cost", sa.Numeric(15, 4), nullable=False),
        sa.Column("internal_notes", sa.Text()),
        sa.Column("vendor_notes", sa.Text()),
        sa.Column("cogs_agreement", sa.Text()),
        sa.Column("created_at", sa.TIMESTAMP(), server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), server_default=touched),
        **_TABLE,
    )
    op.create_index("ix_intake_session_batches_intake_session_id", "intake_session_batches", ["intake_session_id"])
    op.create_index("ix_intake_session_batches_batch_id", "intake_session_batches", ["batch_id"])
    op.create_table(
        "purchaseOrders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("poNumber", sa.String(50), nullable=False),
        sa.Column(
            "supplier_client_id",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_purchaseOrders_supplier_client_id", ondelete="RESTRICT"),
        ),
        sa.Column("vendorId", sa.Integer(), sa.ForeignKey("vendors.id", name="fk_purchaseOrders_vendorId", ondelete="RESTRICT")),
        sa.Column(
            "intakeSessionId",
            sa.Integer(),
            sa.ForeignKey("intake_sessions.id", name="fk_purchaseOrders_intakeSessionId", ondelete="SET NULL"),
        ),
        sa.Column(
            "purchaseOrderStatus",
            _enum("purchaseOrders_purchaseOrderStatus", "DRAFT", "SENT", "CONFIRMED", "RECEIVING", "RECEIVED", "CANCELLED"),
            nullable=False,
            server_default="DRAFT",
        ),
        sa.Column("orderDate", sa.Date(), nullable=False),
        sa.Column("expectedDeliveryDate", sa.Date()),
        sa.Column("actualDeliveryDate", sa.Date()),
        sa.Column("subtotal", sa.Numeric(15, 2), server_default=sa.text("0.00")),
        sa.Column("tax", sa.Numeric(15, 2), server_default=sa.text("0.00")),
        sa.Column("shipping", sa.Numeric(15, 2), server_default=sa.text("0.00")),
        sa.Column("total", sa.Numeric(15, 2), server_default=sa.text("0.00")),
        sa.Column("paymentTerms", sa.String(100)),
        sa.Column("paymentDueDate", sa.Date()),
        sa.Column("notes", sa.Text()),
        sa.Column("vendorNotes", sa.Text()),
        sa.Column("deletedAt", sa.TIMESTAMP()),
        sa.Column(
            "createdBy",
            sa.Integer(),
            sa.ForeignKey("users.id", name="fk_purchaseOrders_createdBy", ondelete="RESTRICT"),
            nullable=False,
        ),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.Column("sentAt", sa.TIMESTAMP()),
        sa.Column("confirmedAt", sa.TIMESTAMP()),
        sa.UniqueConstraint("poNumber", name="uq_purchaseOrders_poNumber"),
        **_TABLE,
    )
    op.create_index("ix_purchaseOrders_supplier_client_id", "purchaseOrders", ["supplier_client_id"])
    op.create_index("ix_purchaseOrders_vendorId", "purchaseOrders", ["vendorId"])
    op.create_index("ix_purchaseOrders_intakeSessionId", "purchaseOrders", ["intakeSessionId"])
    op.create_index("ix_purchaseOrders_purchaseOrderStatus", "purchaseOrders", ["purchaseOrderStatus"])
    op.create_index("ix_purchaseOrders_orderDate", "purchaseOrders", ["orderDate"])
    op.create_index("ix_purchaseOrders_createdBy", "purchaseOrders", ["createdBy"])
    op.create_index("ix_purchaseOrders_purchaseOrderStatus_orderDate", "purchaseOrders", ["purchaseOrderStatus", "orderDate"])
    op.create_index(
        "ix_purchaseOrders_supplier_client_id_purchaseOrderStatus",
        "purchaseOrders",
        ["supplier_client_id", "purchaseOrderStatus"],
    )
    op.create_index("ix_purchaseOrders_vendorId_purchaseOrderStatus", "purchaseOrders", ["vendorId", "purchaseOrderStatus"])
    op.create_table(
        "purchaseOrderItems",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "purchaseOrderId",
            sa.Integer(),
            sa.ForeignKey("purchaseOrders.id", name="fk_purchaseOrderItems_purchaseOrderId", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "productId",
            sa.Integer(),
            sa.ForeignKey("products.id", name="fk_purchaseOrderItems_productId", ondelete="RESTRICT"),
            nullable=False,
        ),
        sa.Column("quantityOrdered", sa.Numeric(15, 4), nullable=False),
        sa.Column("quantityReceived", sa.Numeric(15, 4), server_default=sa.text("0.0000")),
        sa.Column("cogsMode", _enum("purchaseOrderItems_cogsMode", "FIXED", "RANGE"), nullable=False, server_default="FIXED"),
        sa.Column("unitCost", sa.Numeric(15, 4), nullable=False),
        sa.Column("unitCostMin", sa.Numeric(15, 4)),
        sa.Column("unitCostMax", sa.Numeric(15, 4)),
        sa.Column("totalCost", sa.Numeric(15, 4), nullable=False),
        sa.Column("notes", sa.Text()),
        sa.Column(
            "supplier_client_id",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_purchaseOrderItems_supplier_client_id", ondelete="RESTRICT"),
        ),
        sa.Column("deletedAt", sa.TIMESTAMP()),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        **_TABLE,
    )
    op.create_index("ix_purchaseOrderItems_purchaseOrderId", "purchaseOrderItems", ["purchaseOrderId"])
    op.create_index("ix_purchaseOrderItems_productId", "purchaseOrderItems", ["productId"])
    op.create_index("ix_purchaseOrderItems_supplier_client_id", "purchaseOrderItems", ["supplier_client_id"])
    op.create_table(
        "bills",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("billNumber", sa.String(50), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("vendorId", sa.Integer(), sa.ForeignKey("clients.id", name="fk_bills_vendorId"), nullable=False),
        sa.Column("billDate", sa.Date(), nullable=False),
        sa.Column("dueDate", sa.Date(), nullable=False),
        sa.Column("subtotal", sa.Numeric(12, 2), nullable=False),
        sa.Column("taxAmount", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("discountAmount", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("totalAmount", sa.Numeric(12, 2), nullable=False),
        sa.Column("amountPaid", sa.Numeric(12, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("amountDue", sa.Numeric(12, 2), nullable=False),
        sa.Column(
            "status",
            _enum("bills_status", "DRAFT", "PENDING", "APPROVED", "PARTIAL", "PAID", "OVERDUE", "VOID"),
            nullable=False,
            server_default="DRAFT",
        ),
        sa.Column("paymentTerms", sa.String(100)),
        sa.Column("notes", sa.Text()),
        sa.Column("referenceType", sa.String(50)),
        sa.Column("referenceId", sa.Integer()),
        sa.Column("createdBy", sa.Integer(), sa.ForeignKey("users.id", name="fk_bills_createdBy"), nullable=False),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.UniqueConstraint("billNumber", name="uq_bills_billNumber"),
        **_TABLE,
    )
    op.create_index("ix_bills_vendorId", "bills", ["vendorId"])
    op.create_index("ix_bills_createdBy", "bills", ["createdBy"])
    op.create_table(
        "billLineItems",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("billId", sa.Integer(), sa.ForeignKey("bills.id", name="fk_billLineItems_billId"), nullable=False),
        sa.Column("productId", sa.Integer(), sa.ForeignKey("products.id", name="fk_billLineItems_productId")),
        sa.Column("lotId", sa.Integer(), sa.ForeignKey("lots.id", name="fk_billLineItems_lotId")),
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
    op.create_index("ix_billLineItems_billId", "billLineItems", ["billId"])
    op.create_index("ix_billLineItems_productId", "billLineItems", ["productId"])
    op.create_index("ix_billLineItems_lotId", "billLineItems", ["lotId"])
    op.create_table(
        "vendor_payables",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column(
            "vendor_client_id",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_vendor_payables_vendor_client_id", ondelete="RESTRICT"),
            nullable=False,
        ),
        sa.Column(
            "batch_id",
            sa.Integer(),
            sa.ForeignKey("batches.id", name="fk_vendor_payables_batch_id", ondelete="RESTRICT"),
            nullable=False,
        ),
        sa.Column(
            "lot_id",
            sa.Integer(),
            sa.ForeignKey("lots.id", name="fk_vendor_payables_lot_id", ondelete="RESTRICT"),
            nullable=False,
        ),
        sa.Column("payable_number", sa.String(50), nullable=False),
        sa.Column("units_sold", sa.Numeric(15, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("cogs_per_unit", sa.Numeric(15, 2), nullable=False),
        sa.Column("total_amount", sa.Numeric(15, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("amount_paid", sa.Numeric(15, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column("amount_due", sa.Numeric(15, 2), nullable=False, server_default=sa.text("0.00")),
        sa.Column(
            "status",
            _enum("vendor_payables_status", "PENDING", "DUE", "PARTIAL", "PAID", "VOID"),
            nullable=False,
            server_default="PENDING",
        ),
        sa.Column("due_date", sa.Date()),
        sa.Column("paid_date", sa.Date()),
        sa.Column("inventory_zero_at", sa.TIMESTAMP()),
        sa.Column("notification_sent_at", sa.TIMESTAMP()),
        sa.Column("grace_period_hours", sa.Integer(), nullable=False, server_default=sa.text("24")),
        sa.Column("notes", sa.Text()),
        sa.Column(
            "created_by",
            sa.Integer(),
            sa.ForeignKey("users.id", name="fk_vendor_payables_created_by", ondelete="RESTRICT"),
            nullable=False,
        ),
        sa.Column("created_at", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.UniqueConstraint("payable_number", name="uq_vendor_payables_payable_number"),
        **_TABLE,
    )
    op.create_index("ix_vendor_payables_vendor_client_id", "vendor_payables", ["vendor_client_id"])
    op.create_index("ix_vendor_payables_batch_id", "vendor_payables", ["batch_id"])
    op.create_index("ix_vendor_payables_lot_id", "vendor_payables", ["lot_id"])
    op.create_index("ix_vendor_payables_status", "vendor_payables", ["status"])
    op.create_index("ix_vendor_payables_due_date", "vendor_payables", ["due_date"])
    op.create_index("ix_vendor_payables_created_by", "vendor_payables", ["created_by"])


def downgrade() -> None:
    for table in (
        "vendor_payables",
        "billLineItems",
        "bills",
        "purchaseOrderItems",
        "purchaseOrders",
        "intake_session_batches",
        "intake_sessions",
        "vendor_supply",
        "inventoryMovements",
        "product_images",
        "batchLocations",
        "locations",
        "supplier_profiles",
    ):
        op.drop_table(table)
    if op.get_context().dialect.name == "postgresql":  # where the values of an enum are a type of its own
        for enum in (
            "supplier_profiles_preferred_payment_method",
            "product_images_status",
            "inventoryMovements_inventoryMovementType",
            "inventoryMovements_adjustmentReason",
            "vendor_supply_strain_type",
            "vendor_supply_status",
            "intake_sessions_status",
            "intake_sessions_paymentTerms",
            "purchaseOrders_purchaseOrderStatus",
            "purchaseOrderItems_cogsMode",
            "bills_status",
            "vendor_payables_status",
        ):
            op.execute(f'DROP TYPE "{enum}"')
