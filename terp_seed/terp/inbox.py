"""The inboxes of users: tasks that they were given, tasks of theirs that were done, and comments that mention them."""

from collections.abc import Iterator
from typing import NamedTuple

from terp_seed.model.streams import Stream
from terp_seed.model.table import Check, ConditionalReference, Row, SeedTable, Unit
from terp_seed.terp import schema_office
from terp_seed.terp.comments import TABLES, comments
from terp_seed.terp.figures import MANAGER, SELLER
from terp_seed.terp.office import MINUTES, at, soon_after
from terp_seed.terp.tasks import LISTS, tasks

# what lies in inboxes: where it comes from, and of what status the task is, or on what the comment was made
_ITEMS = (
    ("task_assignment", "done"),
    ("task_assignment", "done"),
    ("task_assignment", "in_progress"),
    ("task_assignment", "todo"),
    ("task_update", "done"),
    ("task_update", "done"),
    ("mention", "client"),
    ("mention", "inventory_batch"),
)
_ARCHIVED_AFTER = 7  # days; so TERP does with what is completed


class Item(NamedTuple):
    """An Item of an inbox: when, whose, from what source and its place, on what, its text, when it was seen and completed."""

    minute: int
    user: int
    source: str
    place: int
    kind: str
    on: int
    title: str
    text: str
    seen: int
    completed: int


def items(unit: Unit) -> list[Item]:
    """Return what lies in the inboxes because of a unit's tasks and comments, oldest first."""
    stream, as_of = unit.stream("inbox"), unit.as_of.toordinal()
    entered, written = list(enumerate(tasks(unit))), list(enumerate(comments(unit)))
    left: dict[tuple[str, str], list[int]] = {}
    for source, what in _ITEMS:
        of_tasks = [place for place, task in reversed(entered) if task.status == what]
        of_comments = [place for place, comment in written if comment.kind == what]
        left.setdefault((source, what), of_comments if source == "mention" else of_tasks)
    found = []
    for source, what in _ITEMS:
        place = left[source, what].pop()
        if source == "mention":
            comment = written[place][1]
            user = SELLER if comment.user == MANAGER else MANAGER
            title = "You were mentioned in a comment on a " + ("client" if what == "client" else "batch")
            seen = _later(stream, comment.minute, as_of)
            found.append(Item(comment.minute, user, source, place, what, comment.place, title, comment.text, seen, 0))
        elif source == "task_update":
            task = entered[place][1]
            seen = _later(stream, task.done, as_of)
            found.append(Item(task.done, MANAGER, source, place, "task", place, f"Done: {task.title}", LISTS[task.on], seen, 0))
        else:
            task = entered[place][1]
            seen = _later(stream, task.minute, as_of) if what != "todo" else 0
            title = f"You were assigned: {task.title}"
            found.append(Item(task.minute, task.user, source, place, "task", place, title, LISTS[task.on], seen, task.done))
    return sorted(found)


def _later(stream: Stream, minute: int, as_of: int) -> int:
    """Draw when a user saw what came at that minute: 0 where he has not yet."""
    day = minute // MINUTES
    return soon_after(stream, minute, 180) if day < as_of - 2 or stream.chance(50) else 0


def rows(unit: Unit) -> Iterator[Row]:
    """Yield what lies in the inboxes because of a unit."""
    for item in items(unit):
        yield {
            "user_id": unit.id_of("users", item.user),
            "source_type": item.source,
            "source_id": unit.id_of("comments" if item.source == "mention" else "todo_tasks", item.place),
            "reference_type": item.kind,
            "reference_id": unit.id_of(TABLES[item.kind], item.on),
            "title": item.title,
            "description": item.text,
            "status": "completed" if item.completed else "seen" if item.seen else "unread",
            "seen_at": at(item.seen) if item.seen else None,
            "completed_at": at(item.completed) if item.completed else None,
            "is_archived": 0 < item.completed // MINUTES < unit.as_of.toordinal() - _ARCHIVED_AFTER,
            "created_at": at(item.minute),
            "updated_at": at(max(item.minute, item.seen, item.completed)),
            "deleted_at": None,
        }


INBOX_ITEMS = SeedTable(
    schema_office.INBOX_ITEMS,
    per_unit=len(_ITEMS),
    rows=rows,
    appended=0,
    references=(
        ConditionalReference("source_id", "comments", "source_type", "mention"),
        ConditionalReference("source_id", "todo_tasks", "source_type", "task_assignment"),
        ConditionalReference("source_id", "todo_tasks", "source_type", "task_update"),
        *(ConditionalReference("reference_id", table, "reference_type", kind) for kind, table in TABLES.items()),
    ),
    checks=(
        Check(
            "inbox_items: of a task, to whom it was given when it was entered, or of its end to who entered it",
            "SELECT COUNT(*) FROM {inbox_items} AS i LEFT JOIN {todo_tasks} AS t ON t.id = i.source_id "
            "WHERE i.source_type <> 'mention' AND (t.id IS NULL OR i.reference_type <> 'task' OR i.reference_id <> t.id "
            "OR (i.source_type = 'task_assignment' AND (i.user_id <> t.assigned_to OR i.created_at <> t.created_at)) "
            "OR (i.source_type = 'task_update' AND (i.user_id <> t.created_by OR i.created_at <> t.completed_at)))",
        ),
        Check(
            "inbox_items: a mention is of a comment of another user, on what it is about",
            "SELECT COUNT(*) FROM {inbox_items} AS i LEFT JOIN {comments} AS m ON m.id = i.source_id "
            "WHERE i.source_type = 'mention' AND (m.id IS NULL OR m.user_id = i.user_id OR i.created_at <> m.created_at "
            "OR i.reference_type <> m.commentable_type OR i.reference_id <> m.commentable_id)",
        ),
        Check(
            "inbox_items: seen and completed ones say when",
            "SELECT COUNT(*) FROM {inbox_items} AS i WHERE (status = 'unread') <> (seen_at IS NULL) "
            "OR (status = 'completed') <> (completed_at IS NOT NULL) OR seen_at < created_at OR completed_at < seen_at "
            "OR DATE(updated_at) > '{as_of}'",
        ),
    ),
)
