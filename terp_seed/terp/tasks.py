"""Task lists, which all units share, and each unit's tasks on them."""

from collections.abc import Iterator
from typing import NamedTuple

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema_office
from terp_seed.terp.days import CLOSES, OPENS, moment, next_working_day, working_day
from terp_seed.terp.figures import BOOKKEEPER, BUYER, MANAGER, SELLER, STOREKEEPER
from terp_seed.terp.office import MINUTES, at, in_office, soon_after
from terp_seed.terp.strains import NAMES as STRAINS

LISTS = ("Collections", "Intake and stock", "Follow-ups", "Purchasing")
_ABOUT = (
    "Who has to be called about open invoices.",
    "What has to be received, counted, photographed and moved.",
    "What buyers were promised.",
    "What has to be ordered, and whom to ask.",
)
_OWNERS = (BOOKKEEPER, STOREKEEPER, SELLER, BUYER)
# the list and the status of each task of a unit
_SLOTS = (
    (0, "done"),
    (0, "in_progress"),
    (0, "todo"),
    (1, "done"),
    (1, "done"),
    (1, "todo"),
    (2, "done"),
    (2, "in_progress"),
    (2, "todo"),
    (3, "done"),
    (3, "todo"),
    (3, "todo"),
)
_AGES = {"done": (25, 80), "in_progress": (4, 15), "todo": (1, 8)}  # the range of days since entry, by status
_TITLES = (
    (
        "Call about invoices that are more than thirty days over",
        "Send statements to everyone with an open balance",
        "Match this week's deposits with the bank",
        "Ask for the remittance advice of the last wire",
        "Agree on a payment plan for the oldest invoice",
        "Correct the billing address before the next invoice",
        "Find out who approves payments now",
        "Send the invoice copies that were asked for",
        "Check the credit limit before the next order ships",
    ),
    (
        "Count the vault",
        "Photograph the new batches of {strain}",
        "Move the oldest flower to the front shelf",
        "Weigh a sample of every case of the last lot",
        "Print new labels for the packed goods shelf",
        "File the lab reports of the last intake",
        "Check the humidity packs in all flower bins",
        "Find the case of {strain} that the count is short of",
        "Make room for Wednesday's delivery",
        "Set aside what waits for lab results",
    ),
    (
        "Send photos of {strain}",
        "Ask how the samples of {strain} were received",
        "Call back about the open quote",
        "Send next week's menu before noon on Thursday",
        "Offer a price for ten pounds of {strain}",
        "Arrange the tasting at their new store",
        "Confirm the delivery window",
        "Explain what went wrong with the short delivery",
        "Ask for the renewed license",
        "Plan the holiday order",
    ),
    (
        "Ask three growers for {strain}",
        "Confirm the purchase order in writing",
        "Compare the price of cartridges with last quarter's",
        "Order cases and bags",
        "Get the missing certificate of analysis",
        "Negotiate terms for the next harvest",
        "Visit the new flower room",
        "Ask for samples of live resin",
        "Decide what replaces the slow gummies",
    ),
)
_DETAILS = (
    "Write down what was agreed.",
    "See the last note before calling.",
    "Needs the manager's approval above ten thousand.",
    "Ask in the morning, nobody answers after lunch.",
    "Was promised for this week.",
    None,
    None,
    None,
)


class Task(NamedTuple):
    """A Task is one task: when it was entered, its list, status and title, and when it is due and was done (0: not yet)."""

    minute: int
    on: int
    status: str
    title: str
    due: int
    done: int

    @property
    def user(self) -> int:
        """Return the place of the user it is assigned to; the manager enters all tasks."""
        return _OWNERS[self.on]


def tasks(unit: Unit) -> list[Task]:
    """Return the tasks of a unit, oldest first."""
    stream, as_of = unit.stream("tasks"), unit.as_of.toordinal()
    titles = [stream.shuffled(choices) for choices in _TITLES]
    entered = []
    for on, status in _SLOTS:
        youngest, oldest = _AGES[status]
        minute = in_office(stream, as_of - oldest, as_of - youngest)
        day = minute // MINUTES
        done = in_office(stream, day + 1, day + 12) if status == "done" else 0
        due = next_working_day(day if done else as_of, stream.between(2, 8)) * MINUTES + CLOSES
        entered.append(Task(minute, on, status, titles[on].pop().replace("{strain}", stream.pick(STRAINS)), due, done))
    return sorted(entered)


def list_rows(unit: Unit) -> Iterator[Row]:
    """Yield the lists."""
    made = moment(working_day(unit.as_of.toordinal() - 400), OPENS)
    for name, description, owner in zip(LISTS, _ABOUT, _OWNERS, strict=True):
        yield {
            "name": name,
            "description": description,
            "owner_id": unit.id_of("users", owner),
            "is_shared": True,
            "created_at": made,
            "updated_at": made,
            "deleted_at": None,
        }


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the tasks of a unit."""
    stream = unit.stream("task details")
    of_each = len(_SLOTS) // len(LISTS)
    places = [(unit.number - 1) * of_each] * len(LISTS)
    for task in tasks(unit):
        changed = task.done or (task.minute if task.status == "todo" else soon_after(stream, task.minute, 200))
        yield {
            "list_id": unit.id_of("todo_lists", task.on),
            "title": task.title,
            "description": stream.pick(_DETAILS),
            "status": task.status,
            "priority": stream.pick(("low", "medium", "medium", "high", "urgent" if task.status != "done" else "high")),
            "due_date": at(task.due),
            "assigned_to": unit.id_of("users", task.user),
            "created_by": unit.id_of("users", MANAGER),
            "position": places[task.on],
            "is_completed": task.done > 0,
            "completed_at": at(task.done) if task.done else None,
            "completed_by": unit.id_of("users", task.user) if task.done else None,
            "created_at": at(task.minute),
            "updated_at": at(changed),
            "deleted_at": None,
        }
        places[task.on] += 1


TODO_LISTS = SeedTable(schema_office.TODO_LISTS, per_unit=len(LISTS), rows=list_rows, not_pii=frozenset({"name"}), shared=True)
TODO_TASKS = SeedTable(
    schema_office.TODO_TASKS,
    per_unit=len(_SLOTS),
    rows=rows,
    appended=0,
    checks=(
        Check(
            "todo_tasks: done ones have a time after their entry and a user, and the others are due after the as-of day",
            "SELECT COUNT(*) FROM {todo_tasks} AS t WHERE (status = 'done') <> is_completed "
            "OR (status = 'done') <> (completed_at IS NOT NULL) OR (status = 'done') <> (completed_by IS NOT NULL) "
            "OR completed_at < created_at OR updated_at < created_at OR DATE(updated_at) > '{as_of}' "
            "OR (status <> 'done' AND DATE(due_date) <= '{as_of}') OR due_date < created_at",
        ),
        Check(
            "todo_tasks: no two have the same position on a list",
            "SELECT COUNT(*) FROM (SELECT list_id, position FROM {todo_tasks} AS t GROUP BY list_id, position "
            "HAVING COUNT(*) > 1) AS twice",
        ),
    ),
)
