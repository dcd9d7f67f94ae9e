"""TERP's tables about clients: pricing, communications, activity, tags, notes and comments."""

import sqlalchemy as sa

from terp_seed.terp.schema import NOW, enum, table

PRICING_RULES = table(
    "pricing_rules",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("description", sa.Text),
    sa.Column(
        "adjustment_type",
        enum("pricing_rules_adjustment_type", "PERCENT_MARKUP", "PERCENT_MARKDOWN", "DOLLAR_MARKUP", "DOLLAR_MARKDOWN"),
        nullable=False,
    ),
    sa.Column("adjustment_value", sa.Numeric(10, 2), nullable=False),
    sa.Column("conditions", sa.JSON, nullable=False),
    sa.Column("logic_type", enum("pricing_rules_logic_type", "AND", "OR"), server_default="AND"),
    sa.Column("priority", sa.Integer, index=True, server_default=sa.text("0")),
    sa.Column("is_active", sa.Boolean, server_default=sa.true()),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("created_at", sa.TIMESTAMP, server_default=NOW),
    sa.Column("updated_at", sa.TIMESTAMP, server_default=NOW),
)

PRICING_PROFILES = table(
    "pricing_profiles",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("description", sa.Text),
    sa.Column("rules", sa.JSON, nullable=False),
    sa.Column("created_by", sa.Integer, sa.ForeignKey("users.id"), index=True),
    sa.Column("created_at", sa.TIMESTAMP, server_default=NOW),
    sa.Column("updated_at", sa.TIMESTAMP, server_default=NOW),
)

PRICING_DEFAULTS = table(
    "pricing_defaults",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("product_category", sa.String(100), nullable=False, unique=True),
    sa.Column("default_margin_percent", sa.Numeric(5, 2), nullable=False),
    sa.Column("created_at", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updated_at", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

CLIENT_COMMUNICATIONS = table(
    "client_communications",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("client_id", sa.Integer, sa.ForeignKey("clients.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column(
        "communicationType",
        enum("client_communications_communicationType", "CALL", "EMAIL", "MEETING", "NOTE"),
        nullable=False,
        index=True,
    ),
    sa.Column("subject", sa.String(255), nullable=False),
    sa.Column("notes", sa.Text),
    sa.Column("communicated_at", sa.TIMESTAMP, nullable=False, index=True),
    sa.Column("logged_by", sa.Integer, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("created_at", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

CLIENT_ACTIVITY = table(
    "client_activity",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("client_id", sa.Integer, sa.ForeignKey("clients.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column(
        "activity_type",
        enum(
            "client_activity_activity_type",
            "CREATED",
            "UPDATED",
            "TRANSACTION_ADDED",
            "PAYMENT_RECORDED",
            "NOTE_ADDED",
            "TAG_ADDED",
            "TAG_REMOVED",
        ),
        nullable=False,
    ),
    sa.Column("metadata", sa.JSON),
    sa.Column("created_at", sa.TIMESTAMP, server_default=NOW),
)

TAGS = table(
    "tags",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(100), nullable=False, unique=True),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("standardizedName", sa.String(100), nullable=False),
    sa.Column(
        "category",
        enum("tags_category", "STATUS", "PRIORITY", "TYPE", "CUSTOM", "STRAIN", "FLAVOR", "EFFECT"),
        server_default="CUSTOM",
    ),
    sa.Column("color", sa.String(7), server_default="#6B7280"),
    sa.Column("description", sa.Text),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updatedAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
)

CLIENT_TAGS = table(
    "clientTags",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("clientId", sa.Integer, sa.ForeignKey("clients.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("tagId", sa.Integer, sa.ForeignKey("tags.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("deleted_at", sa.TIMESTAMP),
)

PRODUCT_TAGS = table(
    "productTags",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("productId", sa.Integer, sa.ForeignKey("products.id"), nullable=False, index=True),
    sa.Column("tagId", sa.Integer, sa.ForeignKey("tags.id"), nullable=False, index=True),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("deleted_at", sa.TIMESTAMP),
)

FREEFORM_NOTES = table(
    "freeform_notes",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("userId", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Column("title", sa.String(500), nullable=False, server_default="Untitled Note"),
    sa.Column("content", sa.JSON),
    sa.Column("templateType", sa.String(100)),
    sa.Column("tags", sa.JSON),
    sa.Column("isPinned", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("isArchived", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("sharedWith", sa.JSON),
    sa.Column("createdAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updatedAt", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("lastViewedAt", sa.TIMESTAMP),
)

CLIENT_NOTES = table(
    "client_notes",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("client_id", sa.Integer, sa.ForeignKey("clients.id", ondelete="CASCADE"), nullable=False),
    sa.Column("note_id", sa.Integer, sa.ForeignKey("freeform_notes.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("created_at", sa.TIMESTAMP, server_default=NOW),
    sa.UniqueConstraint("client_id", "note_id"),
)

COMMENTS = table(
    "comments",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("commentable_type", sa.String(50), nullable=False),
    sa.Column("commentable_id", sa.Integer, nullable=False),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("is_resolved", sa.Boolean, nullable=False, index=True, server_default=sa.false()),
    sa.Column("resolved_at", sa.TIMESTAMP),
    sa.Column("resolved_by", sa.Integer, sa.ForeignKey("users.id", ondelete="SET NULL"), index=True),
    sa.Column("created_at", sa.TIMESTAMP, nullable=False, index=True, server_default=NOW),
    sa.Column("updated_at", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Index("ix_comments_commentable_type_commentable_id", "commentable_type", "commentable_id"),
)
