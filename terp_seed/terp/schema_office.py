"""TERP's office tables: the calendar, task lists, and each user's inbox."""

import sqlalchemy as sa

from terp_seed.terp.schema import NOW, enum, table

CALENDAR_EVENTS = table(
    "calendar_events",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.String(255), nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("location", sa.String(500)),
    sa.Column("start_date", sa.Date, nullable=False),
    sa.Column("end_date", sa.Date, nullable=False),
    sa.Column("start_time", sa.String(8)),
    sa.Column("end_time", sa.String(8)),
    sa.Column("timezone", sa.String(50)),
    sa.Column("is_floating_time", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column(
        "module",
        enum(
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
        index=True,
    ),
    sa.Column(
        "event_type",
        enum(
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
        enum("calendar_events_status", "SCHEDULED", "IN_PROGRESS", "COMPLETED", "CANCELLED"),
        nullable=False,
        index=True,
        server_default="SCHEDULED",
    ),
    sa.Column(
        "priority", enum("calendar_events_priority", "LOW", "MEDIUM", "HIGH", "URGENT"), nullable=False, server_default="MEDIUM"
    ),
    sa.Column("is_recurring", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("entity_type", sa.String(50)),
    sa.Column("entity_id", sa.Integer),
    sa.Column("client_id", sa.Integer, sa.ForeignKey("clients.id", ondelete="SET NULL"), index=True),
    sa.Column("vendor_id", sa.Integer, sa.ForeignKey("vendors.id", ondelete="SET NULL"), index=True),
    sa.Column("calendar_id", sa.Integer, index=True),
    sa.Column("metadata", sa.JSON),
    sa.Column("created_by", sa.Integer, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("assigned_to", sa.Integer, sa.ForeignKey("users.id"), index=True),
    sa.Column(
        "visibility",
        enum("calendar_events_visibility", "PRIVATE", "TEAM", "COMPANY", "PUBLIC"),
        nullable=False,
        server_default="COMPANY",
    ),
    sa.Column("is_auto_generated", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("auto_generation_rule", sa.String(100)),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
    sa.Column("created_at", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updated_at", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Index("ix_calendar_events_start_date_end_date", "start_date", "end_date"),
    sa.Index("ix_calendar_events_entity_type_entity_id", "entity_type", "entity_id"),
)

CALENDAR_EVENT_PARTICIPANTS = table(
    "calendar_event_participants",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("event_id", sa.Integer, sa.ForeignKey("calendar_events.id", ondelete="CASCADE"), nullable=False),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column(
        "role",
        enum("calendar_event_participants_role", "ORGANIZER", "REQUIRED", "OPTIONAL", "OBSERVER"),
        nullable=False,
        server_default="REQUIRED",
    ),
    sa.Column(
        "response_status",
        enum("calendar_event_participants_response_status", "PENDING", "ACCEPTED", "DECLINED", "TENTATIVE"),
        nullable=False,
        server_default="PENDING",
    ),
    sa.Column("responded_at", sa.TIMESTAMP),
    sa.Column("notify_on_creation", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("notify_on_update", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("added_by", sa.Integer, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("added_at", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.UniqueConstraint("event_id", "user_id"),
)

TODO_LISTS = table(
    "todo_lists",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("owner_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("is_shared", sa.Boolean, nullable=False, index=True, server_default=sa.false()),
    sa.Column("created_at", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updated_at", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("deleted_at", sa.TIMESTAMP),
)

TODO_TASKS = table(
    "todo_tasks",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("list_id", sa.Integer, sa.ForeignKey("todo_lists.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("title", sa.String(500), nullable=False),
    sa.Column("description", sa.Text),
    sa.Column(
        "status", enum("todo_tasks_status", "todo", "in_progress", "done"), nullable=False, index=True, server_default="todo"
    ),
    sa.Column("priority", enum("todo_tasks_priority", "low", "medium", "high", "urgent"), server_default="medium"),
    sa.Column("due_date", sa.TIMESTAMP, index=True),
    sa.Column("assigned_to", sa.Integer, sa.ForeignKey("users.id", ondelete="SET NULL"), index=True),
    sa.Column("created_by", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("is_completed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("completed_at", sa.TIMESTAMP),
    sa.Column("completed_by", sa.Integer, sa.ForeignKey("users.id", ondelete="SET NULL"), index=True),
    sa.Column("created_at", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("updated_at", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("deleted_at", sa.TIMESTAMP),
)

INBOX_ITEMS = table(
    "inbox_items",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("source_type", enum("inbox_items_source_type", "mention", "task_assignment", "task_update"), nullable=False),
    sa.Column("source_id", sa.Integer, nullable=False),
    sa.Column("reference_type", sa.String(50), nullable=False),
    sa.Column("reference_id", sa.Integer, nullable=False),
    sa.Column("title", sa.String(500), nullable=False),
    sa.Column("description", sa.Text),
    sa.Column(
        "status", enum("inbox_items_status", "unread", "seen", "completed"), nullable=False, index=True, server_default="unread"
    ),
    sa.Column("seen_at", sa.TIMESTAMP),
    sa.Column("completed_at", sa.TIMESTAMP),
    sa.Column("is_archived", sa.Boolean, nullable=False, index=True, server_default=sa.false()),
    sa.Column("created_at", sa.TIMESTAMP, nullable=False, index=True, server_default=NOW),
    sa.Column("updated_at", sa.TIMESTAMP, nullable=False, server_default=NOW),
    sa.Column("deleted_at", sa.TIMESTAMP),
    sa.Index("ix_inbox_items_reference_type_reference_id", "reference_type", "reference_id"),
    sa.Index("ix_inbox_items_source_type_source_id", "source_type", "source_id"),
)
