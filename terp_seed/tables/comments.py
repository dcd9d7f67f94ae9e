"""Comments on clients, batches and tasks, and what they and the tasks put into users' inboxes."""

from collections.abc import Iterator
from typing import NamedTuple

from terp_seed.engine.streams import Stream
from terp_seed.engine.table import Check, ConditionalReference, Row, SeedTable, Unit
from terp_seed.tables import schema_clients, schema_office
from terp_seed.tables.figures import BOOKKEEPER, BUYER, MANAGER, SELLER, STOREKEEPER
from terp_seed.tables.office import MINUTES, at, in_office, soon_after
from terp_seed.tables.tasks import LISTS, tasks
from terp_seed.tables.trade import Trade

_ON_CLIENTS, _ON_BATCHES, _ON_TASKS = 4, 5, 3
_DAYS = 60
_TEXTS = {
    "client": (
        "Please call them before the next menu goes out.",
        "They asked for the same delivery day every week from now on.",
        "New contact in receiving; the old number no longer works.",
        "Their bookkeeping wants purchase order numbers on our invoices.",
        "Do not promise the next lot before intake is through.",
        "License is renewed, the copy is filed.",
        "Good talk today, they will try two more categories.",
        "Watch the limit before the next large order.",
        "They compare our prices every month. Stay in touch.",
    ),
    "inventory_batch": (
        "Counted again, the shelf agrees with the system.",
        "Two bags were not sealed; sealed and weighed them again.",
        "Lab report is filed with the lot.",
        "Moved to the front shelf, sell this one first.",
        "Photos are too dark, please take them again.",
        "A buyer asked for all of it. Check before promising it to somebody else.",
        "Label said another date than the lot; corrected.",
        "Smells better than the last lot of the same product.",
        "Moisture is fine, no need to rotate.",
        "Case four was opened for samples.",
    ),
    "task": (
        "Left a message, trying again tomorrow.",
        "Half of it is done, the rest on Monday.",
        "Who has the key to the vault today?",
        "Waiting for their answer.",
        "Done on our side, please have a look.",
        "Took longer than expected, see the note.",
        "Can somebody else take over the second part?",
    ),
}
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
_TABLES = {"client": "clients", "inventory_batch": "batches", "task": "todo_tasks"}
_ARCHIVED_AFTER = 7  # days; so TERP does with what is completed


class Comment(NamedTuple):
    """A Comment: when, on which kind of thing and its place, by which user, what, and when it was settled (0: not yet)."""

    minute: int
    kind: str
    place: int
    user: int
    text: str
    resolved: int


def comments(unit: Unit) -> list[Comment]:
    """Return the comments of a unit, oldest first."""
    made, stream = Trade(unit), unit.stream("comments")
    as_of = made.as_of
    clients = sorted(stream.shuffled(range(len(made.clients))), key=lambda place: not made.clients[place].is_large)
    batches = [place for place, batch in enumerate(made.batches) if batch.day < as_of - 3]
    entered = tasks(unit)
    done = [place for place, task in enumerate(entered) if task.done]
    about: list[tuple[str, int, int, tuple[int, ...]]]
    about = [("client", place, as_of - _DAYS, (MANAGER, SELLER, BUYER, BOOKKEEPER)) for place in clients[:_ON_CLIENTS]]
    about += [
        ("inventory_batch", place, max(made.batches[place].day + 1, as_of - _DAYS), (STOREKEEPER, STOREKEEPER, SELLER))
        for place in stream.shuffled(batches)[:_ON_BATCHES]
    ]
    about += [
        ("task", place, entered[place].minute // MINUTES + 1, (entered[place].user, MANAGER))
        for place in stream.shuffled(done)[:_ON_TASKS]
    ]
    texts = {kind: stream.shuffled(choices) for kind, choices in _TEXTS.items()}
    return sorted(
        _comment(stream, kind, place, start, as_of, stream.pick(by), texts[kind].pop()) for kind, place, start, by in about
    )


def _comment(stream: Stream, kind: str, place: int, start: int, as_of: int, user: int, text: str) -> Comment:
    last = as_of - 1
    minute = in_office(stream, start, min(start + 10, last) if kind == "task" else last)
    day = minute // MINUTES
    resolved = in_office(stream, day + 1, min(day + 6, last)) if stream.chance(45) and day < last else 0
    return Comment(minute, kind, place, user, text, resolved)


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
    """Yield the comments of a unit."""
    for comment in comments(unit):
        yield {
            "commentable_type": comment.kind,
            "commentable_id": unit.id_of(_TABLES[comment.kind], comment.place),
            "user_id": unit.id_of("users", comment.user),
            "content": comment.text,
            "is_resolved": comment.resolved > 0,
            "resolved_at": at(comment.resolved) if comment.resolved else None,
            "resolved_by": unit.id_of("users", MANAGER) if comment.resolved else None,
            "created_at": at(comment.minute),
            "updated_at": at(comment.resolved or comment.minute),
            "deleted_at": None,
        }


def inbox_rows(unit: Unit) -> Iterator[Row]:
    """Yield what lies in the inboxes because of a unit."""
    for item in items(unit):
        yield {
            "user_id": unit.id_of("users", item.user),
            "source_type": item.source,
            "source_id": unit.id_of("comments" if item.source == "mention" else "todo_tasks", item.place),
            "reference_type": item.kind,
            "reference_id": unit.id_of(_TABLES[item.kind], item.on),
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


COMMENTS = SeedTable(
    schema_clients.COMMENTS,
    per_unit=_ON_CLIENTS + _ON_BATCHES + _ON_TASKS,
    rows=rows,
    appended=0,
    references=tuple(ConditionalReference("commentable_id", table, "commentable_type", kind) for kind, table in _TABLES.items()),
    checks=(
        Check(
            "comments: on clients, batches and tasks that are there, and were before",
            "SELECT (SELECT COUNT(*) FROM {comments} AS m LEFT JOIN {clients} AS c ON c.id = m.commentable_id "
            "WHERE m.commentable_type = 'client' AND (c.id IS NULL OR m.created_at < c.created_at)) "
            "+ (SELECT COUNT(*) FROM {comments} AS m LEFT JOIN {batches} AS b ON b.id = m.commentable_id "
            "WHERE m.commentable_type = 'inventory_batch' AND (b.id IS NULL OR m.created_at < b.createdAt)) "
            "+ (SELECT COUNT(*) FROM {comments} AS m LEFT JOIN {todo_tasks} AS t ON t.id = m.commentable_id "
            "WHERE m.commentable_type = 'task' AND (t.id IS NULL OR m.created_at < t.created_at))",
        ),
        Check(
            "comments: settled ones say when and by whom, and none lies after the as-of day",
            "SELECT COUNT(*) FROM {comments} AS m WHERE (is_resolved = 1) <> (resolved_at IS NOT NULL) "
            "OR (is_resolved = 1) <> (resolved_by IS NOT NULL) OR resolved_at < created_at OR DATE(updated_at) > '{as_of}'",
        ),
    ),
)
INBOX_ITEMS = SeedTable(
    schema_office.INBOX_ITEMS,
    per_unit=len(_ITEMS),
    rows=inbox_rows,
    appended=0,
    references=(
        ConditionalReference("source_id", "comments", "source_type", "mention"),
        ConditionalReference("source_id", "todo_tasks", "source_type", "task_assignment"),
        ConditionalReference("source_id", "todo_tasks", "source_type", "task_update"),
        *(ConditionalReference("reference_id", table, "reference_type", kind) for kind, table in _TABLES.items()),
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
