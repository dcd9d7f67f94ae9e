"""The calendar: a unit's appointments with clients and vendors, and due dates."""

from collections.abc import Iterator
from dataclasses import dataclass

from terp_seed.model.streams import Stream
from terp_seed.model.table import Check, ConditionalReference, Row, SeedTable, Unit
from terp_seed.terp import schema_office
from terp_seed.terp.appointment_texts import COLLECTING, PLACES, TITLES
from terp_seed.terp.days import day_of, next_working_day, working_day
from terp_seed.terp.figures import BOOKKEEPER, BUYER, MANAGER, SELLER, STOREKEEPER, VENDORS
from terp_seed.terp.money import amount
from terp_seed.terp.office import MINUTES, at, in_office, soon_after
from terp_seed.terp.strains import NAMES as STRAINS
from terp_seed.terp.trade import Trade

_DUE, _COLLECTED, _INTAKES = 3, 2, 2
# the appointments with buyers, and how many working days after the as-of day; negative for past ones, in days
_VISITS = (("FOLLOW_UP", -9), ("FOLLOW_UP", 2), ("FOLLOW_UP", 5), ("MEETING", -16), ("MEETING", 4))
EVENTS = _DUE + _COLLECTED + 2 + len(_VISITS) + _INTAKES + 1


@dataclass(frozen=True, slots=True)
class Event:
    """An Event is one calendar entry: when it was entered, its day and hour (-1: all day), and the users who enter and do it.

    `client`, `vendor` and `place`, which is that of the entity, are places in the unit; -1 is none.
    """

    minute: int
    day: int
    kind: str
    module: str
    title: str
    users: tuple[int, int]
    hour: int = -1
    priority: str = "MEDIUM"
    description: str | None = None
    location: str | None = None
    client: int = -1
    vendor: int = -1
    entity: str = ""
    place: int = -1


def events(unit: Unit) -> list[Event]:
    """Return the events of a unit, in the order of entry."""
    made, stream = Trade(unit), unit.stream("calendar")
    agreed = [*_of_invoices(made, stream), *_deliveries(made, stream), *_visits(made, stream), *_of_goods(made.as_of, stream)]
    return sorted(agreed, key=lambda event: event.minute)


def _of_invoices(made: Trade, stream: Stream) -> Iterator[Event]:
    """Yield the due dates of some invoices, and calls about overdue ones."""
    of_status = {
        status: stream.shuffled([place for place, invoice in enumerate(made.invoices) if invoice.status == status])
        for status in ("VIEWED", "OVERDUE")
    }
    for place in of_status["VIEWED"][:_DUE]:
        invoice = made.invoices[place]
        yield Event(
            soon_after(stream, invoice.day * MINUTES + invoice.clock, 60),
            invoice.due_day,
            "PAYMENT_DUE",
            "ACCOUNTING",
            "Payment due: invoice #{id}",
            (MANAGER, BOOKKEEPER),
            priority="HIGH",
            description=f"Payment of ${amount(invoice.due)} due on {day_of(invoice.due_day)}",
            client=invoice.client,
            entity="invoice",
            place=place,
        )
    for place in of_status["OVERDUE"][:_COLLECTED]:
        yield Event(
            in_office(stream, made.as_of - 3, made.as_of - 1),
            next_working_day(made.as_of, stream.between(1, 4)),
            "AR_COLLECTION",
            "ACCOUNTING",
            "Call about overdue invoice #{id}",
            (MANAGER, BOOKKEEPER),
            stream.between(9, 16),
            "URGENT",
            stream.pick(COLLECTING),
            "By phone",
            made.invoices[place].client,
            entity="invoice",
            place=place,
        )


def _deliveries(made: Trade, stream: Stream) -> Iterator[Event]:
    """Yield the last past delivery, and an upcoming one."""
    over = [(order.ship_day, place) for place, order in enumerate(made.orders) if order.fulfillment == "DELIVERED"]
    packed = [place for place, order in enumerate(made.orders) if order.fulfillment == "PACKED"]
    for place, last_day in ((max(over)[1], max(over)[0]), (packed[0], made.as_of)):
        order = made.orders[place]
        yield Event(
            soon_after(stream, order.day * MINUTES + order.clock, 60),
            next_working_day(last_day, 1),
            "DELIVERY",
            "ORDERS",
            "Delivery of order #{id}",
            (SELLER, STOREKEEPER),
            stream.between(8, 11),
            client=order.client,
            entity="order",
            place=place,
        )


def _visits(made: Trade, stream: Stream) -> Iterator[Event]:
    """Yield the appointments with buyers."""
    buyers = stream.shuffled([place for place, client in enumerate(made.clients) if client.buys])
    for (kind, ahead), place in zip(_VISITS, buyers, strict=False):
        day = next_working_day(made.as_of, ahead) if ahead > 0 else working_day(made.as_of + ahead - stream.below(9))
        last = min(day, made.as_of) - 1
        yield Event(
            in_office(stream, last - 10, last),
            day,
            kind,
            "CLIENTS",
            _text(stream, kind),
            (MANAGER, SELLER),
            stream.between(9, 16),
            stream.pick(("LOW", "MEDIUM", "MEDIUM", "HIGH")),
            location=stream.pick(PLACES) if kind == "MEETING" else "By phone",
            client=place,
            entity="client",
            place=place,
        )


def _of_goods(as_of: int, stream: Stream) -> Iterator[Event]:
    """Yield the deliveries of goods, and an appointment to photograph them."""
    for number, vendor in enumerate(stream.shuffled(range(VENDORS))[:_INTAKES], 1):
        yield Event(
            in_office(stream, as_of - 9, as_of - 1),
            next_working_day(as_of, number * stream.between(1, 4)),
            "INTAKE",
            "VENDORS",
            _text(stream, "INTAKE"),
            (BUYER, STOREKEEPER),
            8,
            location="Warehouse",
            vendor=vendor,
        )
    yield Event(
        in_office(stream, as_of - 5, as_of - 1),
        next_working_day(as_of, stream.between(1, 3)),
        "PHOTOGRAPHY",
        "INVENTORY",
        _text(stream, "PHOTOGRAPHY"),
        (SELLER, STOREKEEPER),
        14,
        location="Warehouse",
    )


def _text(stream: Stream, kind: str) -> str:
    return stream.pick(TITLES[kind]).replace("{strain}", stream.pick(STRAINS))


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the events of a unit."""
    as_of = unit.as_of.toordinal()
    for event in events(unit):
        entity = unit.id_of(f"{event.entity}s", event.place) if event.entity else None
        is_due = event.kind == "PAYMENT_DUE"
        entered = at(event.minute)
        yield {
            "title": event.title.replace("{id}", str(entity)),
            "description": event.description,
            "location": event.location,
            "start_date": day_of(event.day),
            "end_date": day_of(event.day),
            "start_time": None if event.hour < 0 else f"{event.hour:02d}:00:00",
            "end_time": None if event.hour < 0 else f"{event.hour + 1:02d}:00:00",
            "timezone": "America/New_York",
            "is_floating_time": event.hour < 0,
            "module": event.module,
            "event_type": event.kind,
            "status": "COMPLETED" if event.day < as_of else "SCHEDULED",
            "priority": event.priority,
            "is_recurring": False,
            "entity_type": event.entity or None,
            "entity_id": entity,
            "client_id": None if event.client < 0 else unit.id_of("clients", event.client),
            "vendor_id": None if event.vendor < 0 else unit.id_of("vendors", event.vendor),
            "calendar_id": None,
            "metadata": None,
            "created_by": unit.id_of("users", event.users[0]),
            "assigned_to": unit.id_of("users", event.users[1]),
            "visibility": "TEAM" if is_due else "COMPANY",
            "is_auto_generated": is_due,
            "auto_generation_rule": "payment_due_reminder" if is_due else None,
            "version": 1,
            "created_at": entered,
            "updated_at": entered,
            "deleted_at": None,
        }


CALENDAR_EVENTS = SeedTable(
    schema_office.CALENDAR_EVENTS,
    per_unit=EVENTS,
    rows=rows,
    appended=0,
    references=(
        ConditionalReference("entity_id", "invoices", "entity_type", "invoice"),
        ConditionalReference("entity_id", "orders", "entity_type", "order"),
        ConditionalReference("entity_id", "clients", "entity_type", "client"),
    ),
    checks=(
        Check(
            "calendar_events: payments are due when their invoices are, calls are about overdue ones, and the clients match",
            "SELECT COUNT(*) FROM {calendar_events} AS e LEFT JOIN {invoices} AS i ON i.id = e.entity_id "
            "WHERE e.entity_type = 'invoice' AND (i.id IS NULL OR i.customerId <> e.client_id OR e.created_at < i.createdAt "
            "OR (e.event_type = 'PAYMENT_DUE' AND (e.start_date <> i.dueDate OR i.status NOT IN ('SENT', 'VIEWED', 'PARTIAL'))) "
            "OR (e.event_type = 'AR_COLLECTION' AND i.status <> 'OVERDUE'))",
        ),
        Check(
            "calendar_events: deliveries are of packed or shipped orders, not before they left, and the clients match",
            "SELECT COUNT(*) FROM {calendar_events} AS e LEFT JOIN {orders} AS o ON o.id = e.entity_id "
            "WHERE e.event_type = 'DELIVERY' AND (o.id IS NULL OR o.client_id <> e.client_id OR e.created_at < o.created_at "
            "OR o.packed_at IS NULL OR e.start_date < DATE(o.shipped_at))",
        ),
        Check(
            "calendar_events: entered before the as-of day and before they begin, and completed if they began before it",
            "SELECT COUNT(*) FROM {calendar_events} AS e WHERE DATE(created_at) >= '{as_of}' OR start_date < DATE(created_at) "
            "OR (status = 'COMPLETED') <> (start_date < '{as_of}') OR end_date <> start_date",
        ),
    ),
)
