"""Create TERP's parties, products and batches, as in its production database.

Unconditional references are foreign keys in these revisions; conditional ones, and those to tables that are not here, are not.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "terp_tables"
down_revision = None
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
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("openId", sa.String(64), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("name", sa.Text()),
        sa.Column("email", sa.String(320)),
        sa.Column("loginMethod", sa.String(64)),
        sa.Column("role", _enum("users_role", "user", "admin"), nullable=False, server_default="user"),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.Column("lastSignedIn", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.UniqueConstraint("openId", name="uq_users_openId"),
        **_TABLE,
    )
    op.create_table(
        "vendors",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("contactName", sa.String(255)),
        sa.Column("contactEmail", sa.String(320)),
        sa.Column("contactPhone", sa.String(50)),
        sa.Column("paymentTerms", sa.String(100)),
        sa.Column("notes", sa.Text()),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.UniqueConstraint("name", name="uq_vendors_name"),
        **_TABLE,
    )
    op.create_table(
        "strains",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("standardizedName", sa.String(255), nullable=False),
        sa.Column("aliases", sa.Text()),
        sa.Column("category", sa.String(50)),
        sa.Column("description", sa.Text()),
        sa.Column("openthcId", sa.String(255)),
        sa.Column("openthcStub", sa.String(255)),
        sa.Column("parentStrainId", sa.Integer(), sa.ForeignKey("strains.id", name="fk_strains_parentStrainId")),
        sa.Column("baseStrainName", sa.String(255)),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.UniqueConstraint("name", name="uq_strains_name"),
        **_TABLE,
    )
    op.create_index("ix_strains_parentStrainId", "strains", ["parentStrainId"])
    op.create_table(
        "pricing_rules",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column(
            "adjustment_type",
            _enum("pricing_rules_adjustment_type", "PERCENT_MARKUP", "PERCENT_MARKDOWN", "DOLLAR_MARKUP", "DOLLAR_MARKDOWN"),
            nullable=False,
        ),
        sa.Column("adjustment_value", sa.Numeric(10, 2), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("logic_type", _enum("pricing_rules_logic_type", "AND", "OR"), server_default="AND"),
        sa.Column("priority", sa.Integer(), server_default=sa.text("0")),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true()),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("created_at", sa.TIMESTAMP(), server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), server_default=touched),
        **_TABLE,
    )
    op.create_index("ix_pricing_rules_priority", "pricing_rules", ["priority"])
    op.create_table(
        "pricing_profiles",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("description", sa.Text()),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_pricing_profiles_created_by")),
        sa.Column("created_at", sa.TIMESTAMP(), server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), server_default=touched),
        **_TABLE,
    )
    op.create_index("ix_pricing_profiles_created_by", "pricing_profiles", ["created_by"])
    op.create_table(
        "pricing_defaults",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("product_category", sa.String(100), nullable=False),
        sa.Column("default_margin_percent", sa.Numeric(5, 2), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.UniqueConstraint("product_category", name="uq_pricing_defaults_product_category"),
        **_TABLE,
    )
    op.create_table(
        "clients",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("teri_code", sa.String(50), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("email", sa.String(255)),
        sa.Column("phone", sa.String(50)),
        sa.Column("address", sa.Text()),
        sa.Column(
            "businessType",
            _enum(
                "clients_businessType", "RETAIL", "WHOLESALE", "DISPENSARY", "DELIVERY", "MANUFACTURER", "DISTRIBUTOR", "OTHER"
            ),
        ),
        sa.Column("preferredContact", _enum("clients_preferredContact", "EMAIL", "PHONE", "TEXT", "ANY")),
        sa.Column("payment_terms", sa.Integer(), server_default=sa.text("30")),
        sa.Column("is_buyer", sa.Boolean(), server_default=sa.false()),
        sa.Column("is_seller", sa.Boolean(), server_default=sa.false()),
        sa.Column("is_brand", sa.Boolean(), server_default=sa.false()),
        sa.Column("is_referee", sa.Boolean(), server_default=sa.false()),
        sa.Column("is_contractor", sa.Boolean(), server_default=sa.false()),
        sa.Column("tags", sa.JSON()),
        sa.Column("pricing_profile_id", sa.Integer(), sa.ForeignKey("pricing_profiles.id", name="fk_clients_pricing_profile_id")),
        sa.Column("custom_pricing_rules", sa.JSON()),
        sa.Column(
            "cogsAdjustmentType",
            _enum(
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
        sa.Column("auto_defer_consignment", sa.Boolean(), server_default=sa.false()),
        sa.Column("total_spent", sa.Numeric(15, 2), server_default=sa.text("0.00")),
        sa.Column("total_profit", sa.Numeric(15, 2), server_default=sa.text("0.00")),
        sa.Column("avg_profit_margin", sa.Numeric(5, 2), server_default=sa.text("0.00")),
        sa.Column("total_owed", sa.Numeric(15, 2), server_default=sa.text("0.00")),
        sa.Column("oldest_debt_days", sa.Integer(), server_default=sa.text("0")),
        sa.Column("credit_limit", sa.Numeric(15, 2), server_default=sa.text("0.00")),
        sa.Column("credit_limit_updated_at", sa.TIMESTAMP()),
        sa.Column("creditLimitSource", _enum("clients_creditLimitSource", "CALCULATED", "MANUAL"), server_default="CALCULATED"),
        sa.Column("credit_limit_override_reason", sa.Text()),
        sa.Column("vip_portal_enabled", sa.Boolean(), server_default=sa.false()),
        sa.Column("vip_portal_last_login", sa.TIMESTAMP()),
        sa.Column("wishlist", sa.Text()),
        sa.Column("referred_by_client_id", sa.Integer(), sa.ForeignKey("clients.id", name="fk_clients_referred_by_client_id")),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("created_at", sa.TIMESTAMP(), server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), server_default=touched),
        sa.UniqueConstraint("teri_code", name="uq_clients_teri_code"),
        **_TABLE,
    )
    op.create_index("ix_clients_total_owed", "clients", ["total_owed"])
    op.create_index("ix_clients_referred_by_client_id", "clients", ["referred_by_client_id"])
    op.create_index("ix_clients_pricing_profile_id", "clients", ["pricing_profile_id"])
    op.create_table(
        "brands",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("vendorId", sa.Integer(), sa.ForeignKey("vendors.id", name="fk_brands_vendorId")),
        sa.Column("description", sa.Text()),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        **_TABLE,
    )
    op.create_index("ix_brands_vendorId", "brands", ["vendorId"])
    op.create_table(
        "products",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("brandId", sa.Integer(), sa.ForeignKey("brands.id", name="fk_products_brandId"), nullable=False),
        sa.Column(
            "supplier_client_id",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_products_supplier_client_id", ondelete="SET NULL"),
        ),
        sa.Column("strainId", sa.Integer(), sa.ForeignKey("strains.id", name="fk_products_strainId")),
        sa.Column("nameCanonical", sa.String(500), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("category", sa.String(100), nullable=False),
        sa.Column("subcategory", sa.String(100)),
        sa.Column("uomSellable", sa.String(20), nullable=False, server_default="EA"),
        sa.Column("description", sa.Text()),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        **_TABLE,
    )
    op.create_index("ix_products_brandId", "products", ["brandId"])
    op.create_index("ix_products_supplier_client_id", "products", ["supplier_client_id"])
    op.create_index("ix_products_strainId", "products", ["strainId"])
    op.create_table(
        "lots",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(50), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column(
            "supplier_client_id",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_lots_supplier_client_id", ondelete="RESTRICT"),
        ),
        sa.Column("vendorId", sa.Integer(), sa.ForeignKey("vendors.id", name="fk_lots_vendorId"), nullable=False),
        sa.Column("date", sa.TIMESTAMP(), nullable=False),
        sa.Column("notes", sa.Text()),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.UniqueConstraint("code", name="uq_lots_code"),
        **_TABLE,
    )
    op.create_index("ix_lots_supplier_client_id", "lots", ["supplier_client_id"])
    op.create_index("ix_lots_vendorId", "lots", ["vendorId"])
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(50), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("sku", sa.String(100), nullable=False),
        sa.Column("productId", sa.Integer(), sa.ForeignKey("products.id", name="fk_batches_productId"), nullable=False),
        sa.Column("lotId", sa.Integer(), sa.ForeignKey("lots.id", name="fk_batches_lotId"), nullable=False),
        sa.Column(
            "batchStatus",
            _enum("batches_batchStatus", "AWAITING_INTAKE", "LIVE", "ON_HOLD", "QUARANTINED", "SOLD_OUT", "CLOSED"),
            nullable=False,
            server_default="AWAITING_INTAKE",
        ),
        sa.Column("isPhotographyComplete", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("statusId", sa.Integer()),
        sa.Column("grade", sa.String(10)),
        sa.Column("isSample", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("sampleOnly", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("sampleAvailable", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("cogsMode", _enum("batches_cogsMode", "FIXED", "RANGE"), nullable=False, server_default="FIXED"),
        sa.Column("unitCogs", sa.Numeric(15, 4)),
        sa.Column("unitCogsMin", sa.Numeric(15, 4)),
        sa.Column("unitCogsMax", sa.Numeric(15, 4)),
        sa.Column(
            "paymentTerms",
            _enum("batches_paymentTerms", "COD", "NET_7", "NET_15", "NET_30", "CONSIGNMENT", "PARTIAL"),
            nullable=False,
        ),
        sa.Column(
            "ownership_type",
            _enum("batches_ownership_type", "CONSIGNED", "OFFICE_OWNED", "SAMPLE"),
            nullable=False,
            server_default="CONSIGNED",
        ),
        sa.Column("amountPaid", sa.Numeric(12, 2), server_default=sa.text("0.00")),
        sa.Column("metadata", sa.Text()),
        sa.Column("photo_session_event_id", sa.Integer()),
        sa.Column("onHandQty", sa.Numeric(15, 4), nullable=False, server_default=sa.text("0.0000")),
        sa.Column("sampleQty", sa.Numeric(15, 4), nullable=False, server_default=sa.text("0.0000")),
        sa.Column("reservedQty", sa.Numeric(15, 4), nullable=False, server_default=sa.text("0.0000")),
        sa.Column("quarantineQty", sa.Numeric(15, 4), nullable=False, server_default=sa.text("0.0000")),
        sa.Column("holdQty", sa.Numeric(15, 4), nullable=False, server_default=sa.text("0.0000")),
        sa.Column("defectiveQty", sa.Numeric(15, 4), nullable=False, server_default=sa.text("0.0000")),
        sa.Column("publishEcom", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("publishB2b", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.UniqueConstraint("code", name="uq_batches_code"),
        sa.UniqueConstraint("sku", name="uq_batches_sku"),
        **_TABLE,
    )
    op.create_index("ix_batches_productId", "batches", ["productId"])
    op.create_index("ix_batches_lotId", "batches", ["lotId"])
    op.create_index("ix_batches_batchStatus", "batches", ["batchStatus"])
    op.create_index("ix_batches_statusId", "batches", ["statusId"])
    op.create_index("ix_batches_photo_session_event_id", "batches", ["photo_session_event_id"])


def downgrade() -> None:
    for table in (
        "batches",
        "lots",
        "products",
        "brands",
        "clients",
        "pricing_defaults",
        "pricing_profiles",
        "pricing_rules",
        "strains",
        "vendors",
        "users",
    ):
        op.drop_table(table)
    if op.get_context().dialect.name == "postgresql":  # where the values of an enum are a type of its own
        for enum in (
            "users_role",
            "pricing_rules_adjustment_type",
            "pricing_rules_logic_type",
            "clients_businessType",
            "clients_preferredContact",
            "clients_cogsAdjustmentType",
            "clients_creditLimitSource",
            "batches_batchStatus",
            "batches_cogsMode",
            "batches_paymentTerms",
            "batches_ownership_type",
        ):
            op.execute(f'DROP TYPE "{enum}"')
