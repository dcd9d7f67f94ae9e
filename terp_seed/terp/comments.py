"""Comments on clients, batches and tasks."""

from collections.abc import Iterator
from typing import NamedTuple

from terp_seed.model.streams import Stream
from terp_seed.model.table import Check, ConditionalReference, Row, SeedTable, Unit
from terp_seed.terp import schema_clients
from terp_seed.terp.days import working_day
from terp_seed.terp.figures import BOOKKEEPER, BUYER, MANAGER, SELLER, STOREKEEPER
from terp_seed.terp.office import MINUTES, at, in_office
from terp_seed.terp.tasks import tasks
from terp_seed.terp.trade import Trade

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
TABLES = {"client": "clients", "inventory_batch": "batches", "task": "todo_tasks"}


class Comment(NamedTuple):
    """A Comment is a user's text on a client, batch or task: when it was written, and when it was resolved (0: not yet)."""

    minute: int
    kind: str
    place: int
    user: int
    text: str
    resolved: int


class _Topic(NamedTuple):
    """A _Topic is what a comment is about: a row's place in the unit, the first day, and the users who may have written it."""

    kind: str
    place: int
    start: int
    by: tuple[int, ...]


def comments(unit: Unit) -> list[Comment]:
    """Return the comments of a unit, oldest first."""
    made, stream = Trade(unit), unit.stream("comments")
    as_of = made.as_of
    buyers = stream.shuffled([place for place, client in enumerate(made.clients) if client.buys])
    clients = sorted(buyers, key=lambda place: not made.clients[place].is_large)
    batches = [place for place, batch in enumerate(made.batches) if batch.day < as_of - 3]
    entered = tasks(unit)
    done = [place for place, task in enumerate(entered) if task.done]
    about = [_Topic("client", place, as_of - _DAYS, (MANAGER, SELLER, BUYER, BOOKKEEPER)) for place in clients[:_ON_CLIENTS]]
    about += [
        _Topic("inventory_batch", place, max(made.batches[place].day + 1, as_of - _DAYS), (STOREKEEPER, STOREKEEPER, SELLER))
        for place in stream.shuffled(batches)[:_ON_BATCHES]
    ]
    about += [
        _Topic("task", place, entered[place].minute // MINUTES + 1, (entered[place].user, MANAGER))
        for place in stream.shuffled(done)[:_ON_TASKS]
    ]
    texts = {kind: stream.shuffled(choices) for kind, choices in _TEXTS.items()}
    return sorted(_comment(stream, topic, as_of, stream.pick(topic.by), texts[topic.kind].pop()) for topic in about)


def _comment(stream: Stream, topic: _Topic, as_of: int, user: int, text: str) -> Comment:
    last = working_day(as_of - 1)
    minute = in_office(stream, topic.start, min(topic.start + 10, last) if topic.kind == "task" else last)
    day = minute // MINUTES
    resolved = in_office(stream, day + 1, min(day + 6, last)) if stream.chance(45) and day < last else 0
    return Comment(minute, topic.kind, topic.place, user, text, resolved)


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the comments of a unit."""
    for comment in comments(unit):
        yield {
            "commentable_type": comment.kind,
            "commentable_id": unit.id_of(TABLES[comment.kind], comment.place),
            "user_id": unit.id_of("users", comment.user),
            "content": comment.text,
            "is_resolved": comment.resolved > 0,
            "resolved_at": at(comment.resolved) if comment.resolved else None,
            "resolved_by": unit.id_of("users", MANAGER) if comment.resolved else None,
            "created_at": at(comment.minute),
            "updated_at": at(comment.resolved or comment.minute),
            "deleted_at": None,
        }


COMMENTS = SeedTable(
    schema_clients.COMMENTS,
    per_unit=_ON_CLIENTS + _ON_BATCHES + _ON_TASKS,
    rows=rows,
    appended=0,
    references=tuple(ConditionalReference("commentable_id", table, "commentable_type", kind) for kind, table in TABLES.items()),
    checks=(
        Check(
            "comments: each is on a client, batch or task that existed before it",
            "SELECT (SELECT COUNT(*) FROM {comments} AS m LEFT JOIN {clients} AS c ON c.id = m.commentable_id "
            "WHERE m.commentable_type = 'client' AND (c.id IS NULL OR m.created_at < c.created_at)) "
            "+ (SELECT COUNT(*) FROM {comments} AS m LEFT JOIN {batches} AS b ON b.id = m.commentable_id "
            "WHERE m.commentable_type = 'inventory_batch' AND (b.id IS NULL OR m.created_at < b.createdAt)) "
            "+ (SELECT COUNT(*) FROM {comments} AS m LEFT JOIN {todo_tasks} AS t ON t.id = m.commentable_id "
            "WHERE m.commentable_type = 'task' AND (t.id IS NULL OR m.created_at < t.created_at))",
        ),
        Check(
            "comments: resolved ones have a time and a user, and none is after the as-of day",
            "SELECT COUNT(*) FROM {comments} AS m WHERE is_resolved <> (resolved_at IS NOT NULL) "
            "OR is_resolved <> (resolved_by IS NOT NULL) OR resolved_at < created_at OR DATE(updated_at) > '{as_of}'",
        ),
    ),
)
