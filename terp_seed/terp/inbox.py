"""The inboxes of users: tasks assigned to them, tasks of theirs that were completed, and comments that mention them."""

from collections.abc import Iterator
from typing import NamedTuple

from terp_seed.model.streams import Stream
from terp_seed.model.table import Check, ConditionalReference, Row, SeedTable, Unit
from terp_seed.terp import schema_office
from terp_seed.terp.comments import TABLES, comments
from terp_seed.terp.figures import MANAGER, SELLER
from terp_seed.terp.office import MINUTES, at, soon_after
from terp_seed.terp.tasks import LISTS, tasks

# the items of inboxes: the source, and the status of the task or the subject of the comment
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
_ARCHIVED_AFTER = 7  # days after completion, as in TERP


class Item(NamedTuple):
    """An Item is one inbox item: its time, user and source, what it is on, its text, and when it was seen and completed."""

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
    """Return the inbox items for a unit's tasks and comments, oldest first."""
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
    """Draw the minute at which the user saw an item of a given minute; 0 if not yet."""
    day = minute // MINUTES
    return soon_after(stream, minute, 180) if day < as_of - 2 or stream.chance(50) else 0


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the inbox items of a unit."""
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
            "inbox_items: tasks are assigned to the item's user at its time, or completed then and created by that user",
            "SELECT COUNT(*) FROM {inbox_items} AS i LEFT JOIN {todo_tasks} AS t ON t.id = i.source_id "
            "WHERE i.source_type <> 'mention' AND (t.id IS NULL OR i.reference_type <> 'task' OR i.reference_id <> t.id "
            "OR (i.source_type = 'task_assignment' AND (i.user_id <> t.assigned_to OR i.created_at <> t.created_at)) "
            "OR (i.source_type = 'task_update' AND (i.user_id <> t.created_by OR i.created_at <> t.completed_at)))",
        ),
        Check(
            "inbox_items: a mention is in another user's comment, and refers to its subject",
            "SELECT COUNT(*) FROM {inbox_items} AS i LEFT JOIN {comments} AS m ON m.id = i.source_id "
            "WHERE i.source_type = 'mention' AND (m.id IS NULL OR m.user_id = i.user_id OR i.created_at <> m.created_at "
            "OR i.reference_type <> m.commentable_type OR i.reference_id <> m.commentable_id)",
        ),
        Check(
            "inbox_items: seen and completed ones have a time",
            "SELECT COUNT(*) FROM {inbox_items} AS i WHERE (status = 'unread') <> (seen_at IS NULL) "
            "OR (status = 'completed') <> (completed_at IS NOT NULL) OR seen_at < created_at OR completed_at < seen_at "
            "OR DATE(updated_at) > '{as_of}'",
        ),
    ),
)
