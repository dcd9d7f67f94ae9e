"""Create the tables of TERP's users: communications, tags, notes, the calendar, tasks, and inboxes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "terp_office"
down_revision = "terp_books"
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
        "client_communications",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "client_id",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_client_communications_client_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "communicationType",
            _enum("client_communications_communicationType", "CALL", "EMAIL", "MEETING", "NOTE"),
            nullable=False,
        ),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("notes", sa.Text()),
        sa.Column("communicated_at", sa.TIMESTAMP(), nullable=False),
        sa.Column(
            "logged_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_client_communications_logged_by"), nullable=False
        ),
        sa.Column("created_at", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        **_TABLE,
    )
    op.create_index("ix_client_communications_client_id", "client_communications", ["client_id"])
    op.create_index("ix_client_communications_communicationType", "client_communications", ["communicationType"])
    op.create_index("ix_client_communications_communicated_at", "client_communications", ["communicated_at"])
    op.create_index("ix_client_communications_logged_by", "client_communications", ["logged_by"])
    op.create_table(
        "client_activity",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "client_id",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_client_activity_client_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "user_id",
            sa.Integer(),
            sa.ForeignKey("users.id", name="fk_client_activity_user_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "activity_type",
            _enum(
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
        sa.Column("metadata", sa.JSON()),
        sa.Column("created_at", sa.TIMESTAMP(), server_default=_NOW),
        **_TABLE,
    )
    op.create_index("ix_client_activity_client_id", "client_activity", ["client_id"])
    op.create_index("ix_client_activity_user_id", "client_activity", ["user_id"])
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("standardizedName", sa.String(100), nullable=False),
        sa.Column(
            "category",
            _enum("tags_category", "STATUS", "PRIORITY", "TYPE", "CUSTOM", "STRAIN", "FLAVOR", "EFFECT"),
            server_default="CUSTOM",
        ),
        sa.Column("color", sa.String(7), server_default="#6B7280"),
        sa.Column("description", sa.Text()),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.UniqueConstraint("name", name="uq_tags_name"),
        **_TABLE,
    )
    op.create_table(
        "clientTags",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "clientId",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_clientTags_clientId", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "tagId", sa.Integer(), sa.ForeignKey("tags.id", name="fk_clientTags_tagId", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        **_TABLE,
    )
    op.create_index("ix_clientTags_clientId", "clientTags", ["clientId"])
    op.create_index("ix_clientTags_tagId", "clientTags", ["tagId"])
    op.create_table(
        "productTags",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("productId", sa.Integer(), sa.ForeignKey("products.id", name="fk_productTags_productId"), nullable=False),
        sa.Column("tagId", sa.Integer(), sa.ForeignKey("tags.id", name="fk_productTags_tagId"), nullable=False),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        **_TABLE,
    )
    op.create_index("ix_productTags_productId", "productTags", ["productId"])
    op.create_index("ix_productTags_tagId", "productTags", ["tagId"])
    op.create_table(
        "freeform_notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "userId", sa.Integer(), sa.ForeignKey("users.id", name="fk_freeform_notes_userId", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        sa.Column("title", sa.String(500), nullable=False, server_default="Untitled Note"),
        sa.Column("content", sa.JSON()),
        sa.Column("templateType", sa.String(100)),
        sa.Column("tags", sa.JSON()),
        sa.Column("isPinned", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("isArchived", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("sharedWith", sa.JSON()),
        sa.Column("createdAt", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updatedAt", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.Column("lastViewedAt", sa.TIMESTAMP()),
        **_TABLE,
    )
    op.create_index("ix_freeform_notes_userId", "freeform_notes", ["userId"])
    op.create_table(
        "client_notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "client_id",
            sa.Integer(),
            sa.ForeignKey("clients.id", name="fk_client_notes_client_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "note_id",
            sa.Integer(),
            sa.ForeignKey("freeform_notes.id", name="fk_client_notes_note_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("created_at", sa.TIMESTAMP(), server_default=_NOW),
        sa.UniqueConstraint("client_id", "note_id", name="uq_client_notes_client_id"),
        **_TABLE,
    )
    op.create_index("ix_client_notes_note_id", "client_notes", ["note_id"])
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("commentable_type", sa.String(50), nullable=False),
        sa.Column("commentable_id", sa.Integer(), nullable=False),
        sa.Column(
            "user_id", sa.Integer(), sa.ForeignKey("users.id", name="fk_comments_user_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("is_resolved", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("resolved_at", sa.TIMESTAMP()),
        sa.Column("resolved_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_comments_resolved_by", ondelete="SET NULL")),
        sa.Column("created_at", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        **_TABLE,
    )
    op.create_index("ix_comments_user_id", "comments", ["user_id"])
    op.create_index("ix_comments_is_resolved", "comments", ["is_resolved"])
    op.create_index("ix_comments_resolved_by", "comments", ["resolved_by"])
    op.create_index("ix_comments_created_at", "comments", ["created_at"])
    op.create_index("ix_comments_commentable_type_commentable_id", "comments", ["commentable_type", "commentable_id"])
    op.create_table(
        "calendar_events",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("location", sa.String(500)),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("start_time", sa.String(8)),
        sa.Column("end_time", sa.String(8)),
        sa.Column("timezone", sa.String(50)),
        sa.Column("is_floating_time", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column(
            "module",
            _enum(
                "calendar_events_module",
                "INVENTORY",
                "ACCOUNTING",
                "CLIENTS",
                "VENDORS",
                "ORDERS",
                "SAMPLES",
                "COMPLIANCE",
                "GENERAL",
            ),
            nullable=False,
        ),
        sa.Column(
            "event_type",
            _enum(
                "calendar_events_event_type",
                "MEETING",
                "DEADLINE",
                "TASK",
                "DELIVERY",
                "PAYMENT_DUE",
                "FOLLOW_UP",
                "AUDIT",
                "INTAKE",
                "PHOTOGRAPHY",
                "BATCH_EXPIRATION",
                "RECURRING_ORDER",
                "SAMPLE_REQUEST",
                "OTHER",
                "AR_COLLECTION",
                "AP_PAYMENT",
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            _enum("calendar_events_status", "SCHEDULED", "IN_PROGRESS", "COMPLETED", "CANCELLED"),
            nullable=False,
            server_default="SCHEDULED",
        ),
        sa.Column(
            "priority",
            _enum("calendar_events_priority", "LOW", "MEDIUM", "HIGH", "URGENT"),
            nullable=False,
            server_default="MEDIUM",
        ),
        sa.Column("is_recurring", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("entity_type", sa.String(50)),
        sa.Column("entity_id", sa.Integer()),
        sa.Column(
            "client_id", sa.Integer(), sa.ForeignKey("clients.id", name="fk_calendar_events_client_id", ondelete="SET NULL")
        ),
        sa.Column(
            "vendor_id", sa.Integer(), sa.ForeignKey("vendors.id", name="fk_calendar_events_vendor_id", ondelete="SET NULL")
        ),
        sa.Column("calendar_id", sa.Integer()),
        sa.Column("metadata", sa.JSON()),
        sa.Column("created_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_calendar_events_created_by"), nullable=False),
        sa.Column("assigned_to", sa.Integer(), sa.ForeignKey("users.id", name="fk_calendar_events_assigned_to")),
        sa.Column(
            "visibility",
            _enum("calendar_events_visibility", "PRIVATE", "TEAM", "COMPANY", "PUBLIC"),
            nullable=False,
            server_default="COMPANY",
        ),
        sa.Column("is_auto_generated", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("auto_generation_rule", sa.String(100)),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("created_at", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        **_TABLE,
    )
    op.create_index("ix_calendar_events_module", "calendar_events", ["module"])
    op.create_index("ix_calendar_events_status", "calendar_events", ["status"])
    op.create_index("ix_calendar_events_client_id", "calendar_events", ["client_id"])
    op.create_index("ix_calendar_events_vendor_id", "calendar_events", ["vendor_id"])
    op.create_index("ix_calendar_events_calendar_id", "calendar_events", ["calendar_id"])
    op.create_index("ix_calendar_events_created_by", "calendar_events", ["created_by"])
    op.create_index("ix_calendar_events_assigned_to", "calendar_events", ["assigned_to"])
    op.create_index("ix_calendar_events_start_date_end_date", "calendar_events", ["start_date", "end_date"])
    op.create_index("ix_calendar_events_entity_type_entity_id", "calendar_events", ["entity_type", "entity_id"])
    op.create_table(
        "calendar_event_participants",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "event_id",
            sa.Integer(),
            sa.ForeignKey("calendar_events.id", name="fk_calendar_event_participants_event_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "user_id",
            sa.Integer(),
            sa.ForeignKey("users.id", name="fk_calendar_event_participants_user_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "role",
            _enum("calendar_event_participants_role", "ORGANIZER", "REQUIRED", "OPTIONAL", "OBSERVER"),
            nullable=False,
            server_default="REQUIRED",
        ),
        sa.Column(
            "response_status",
            _enum("calendar_event_participants_response_status", "PENDING", "ACCEPTED", "DECLINED", "TENTATIVE"),
            nullable=False,
            server_default="PENDING",
        ),
        sa.Column("responded_at", sa.TIMESTAMP()),
        sa.Column("notify_on_creation", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("notify_on_update", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column(
            "added_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_calendar_event_participants_added_by"), nullable=False
        ),
        sa.Column("added_at", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.UniqueConstraint("event_id", "user_id", name="uq_calendar_event_participants_event_id"),
        **_TABLE,
    )
    op.create_index("ix_calendar_event_participants_user_id", "calendar_event_participants", ["user_id"])
    op.create_index("ix_calendar_event_participants_added_by", "calendar_event_participants", ["added_by"])
    op.create_table(
        "todo_lists",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column(
            "owner_id", sa.Integer(), sa.ForeignKey("users.id", name="fk_todo_lists_owner_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("is_shared", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        **_TABLE,
    )
    op.create_index("ix_todo_lists_owner_id", "todo_lists", ["owner_id"])
    op.create_index("ix_todo_lists_is_shared", "todo_lists", ["is_shared"])
    op.create_table(
        "todo_tasks",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "list_id",
            sa.Integer(),
            sa.ForeignKey("todo_lists.id", name="fk_todo_tasks_list_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("status", _enum("todo_tasks_status", "todo", "in_progress", "done"), nullable=False, server_default="todo"),
        sa.Column("priority", _enum("todo_tasks_priority", "low", "medium", "high", "urgent"), server_default="medium"),
        sa.Column("due_date", sa.TIMESTAMP()),
        sa.Column("assigned_to", sa.Integer(), sa.ForeignKey("users.id", name="fk_todo_tasks_assigned_to", ondelete="SET NULL")),
        sa.Column(
            "created_by",
            sa.Integer(),
            sa.ForeignKey("users.id", name="fk_todo_tasks_created_by", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("is_completed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("completed_at", sa.TIMESTAMP()),
        sa.Column(
            "completed_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_todo_tasks_completed_by", ondelete="SET NULL")
        ),
        sa.Column("created_at", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        **_TABLE,
    )
    op.create_index("ix_todo_tasks_list_id", "todo_tasks", ["list_id"])
    op.create_index("ix_todo_tasks_status", "todo_tasks", ["status"])
    op.create_index("ix_todo_tasks_due_date", "todo_tasks", ["due_date"])
    op.create_index("ix_todo_tasks_assigned_to", "todo_tasks", ["assigned_to"])
    op.create_index("ix_todo_tasks_created_by", "todo_tasks", ["created_by"])
    op.create_index("ix_todo_tasks_completed_by", "todo_tasks", ["completed_by"])
    op.create_table(
        "inbox_items",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "user_id", sa.Integer(), sa.ForeignKey("users.id", name="fk_inbox_items_user_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("source_type", _enum("inbox_items_source_type", "mention", "task_assignment", "task_update"), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("reference_type", sa.String(50), nullable=False),
        sa.Column("reference_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("status", _enum("inbox_items_status", "unread", "seen", "completed"), nullable=False, server_default="unread"),
        sa.Column("seen_at", sa.TIMESTAMP()),
        sa.Column("completed_at", sa.TIMESTAMP()),
        sa.Column("is_archived", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.TIMESTAMP(), nullable=False, server_default=_NOW),
        sa.Column("updated_at", sa.TIMESTAMP(), nullable=False, server_default=touched),
        sa.Column("deleted_at", sa.TIMESTAMP()),
        **_TABLE,
    )
    op.create_index("ix_inbox_items_user_id", "inbox_items", ["user_id"])
    op.create_index("ix_inbox_items_status", "inbox_items", ["status"])
    op.create_index("ix_inbox_items_is_archived", "inbox_items", ["is_archived"])
    op.create_index("ix_inbox_items_created_at", "inbox_items", ["created_at"])
    op.create_index("ix_inbox_items_reference_type_reference_id", "inbox_items", ["reference_type", "reference_id"])
    op.create_index("ix_inbox_items_source_type_source_id", "inbox_items", ["source_type", "source_id"])


def downgrade() -> None:
    for table in (
        "inbox_items",
        "todo_tasks",
        "todo_lists",
        "calendar_event_participants",
        "calendar_events",
        "comments",
        "client_notes",
        "freeform_notes",
        "productTags",
        "clientTags",
        "tags",
        "client_activity",
        "client_communications",
    ):
        op.drop_table(table)
    if op.get_context().dialect.name == "postgresql":  # where the values of an enum are a type of its own
        for enum in (
            "client_communications_communicationType",
            "client_activity_activity_type",
            "tags_category",
            "calendar_events_module",
            "calendar_events_event_type",
            "calendar_events_status",
            "calendar_events_priority",
            "calendar_events_visibility",
            "calendar_event_participants_role",
            "calendar_event_participants_response_status",
            "todo_tasks_status",
            "todo_tasks_priority",
            "inbox_items_source_type",
            "inbox_items_status",
        ):
            op.execute(f'DROP TYPE "{enum}"')
