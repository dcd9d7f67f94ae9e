"""The participants of calendar events."""

from collections.abc import Iterator

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema_office
from terp_seed.terp.appointments import EVENTS, events
from terp_seed.terp.office import at, soon_after

_OF_EACH = 2


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the participants of a unit's events: the user who entered it, and the one it is assigned to."""
    stream, as_of = unit.stream("participants"), unit.as_of.toordinal()
    for place, event in enumerate(events(unit)):
        for user in event.users:
            organizes = user == event.users[0]
            answers = organizes or event.day < as_of or stream.chance(60)
            yield {
                "event_id": unit.id_of("calendar_events", place),
                "user_id": unit.id_of("users", user),
                "role": "ORGANIZER" if organizes else "REQUIRED",
                "response_status": "ACCEPTED" if answers else "PENDING",
                "responded_at": at(event.minute if organizes else soon_after(stream, event.minute, 300)) if answers else None,
                "notify_on_creation": True,
                "notify_on_update": True,
                "added_by": unit.id_of("users", event.users[0]),
                "added_at": at(event.minute),
            }


CALENDAR_EVENT_PARTICIPANTS = SeedTable(
    schema_office.CALENDAR_EVENT_PARTICIPANTS,
    per_unit=EVENTS * _OF_EACH,
    rows=rows,
    appended=0,
    checks=(
        Check(
            "calendar_event_participants: each event has the user who entered it and the one it is assigned to",
            "SELECT COUNT(*) FROM {calendar_events} AS e LEFT JOIN (SELECT p.event_id, COUNT(*) AS people FROM "
            "{calendar_event_participants} AS p JOIN {calendar_events} AS k ON k.id = p.event_id "
            "AND p.user_id IN (k.created_by, k.assigned_to) AND p.added_at = k.created_at GROUP BY p.event_id) AS s "
            "ON s.event_id = e.id WHERE COALESCE(s.people, 0) <> 2",
        ),
        Check(
            "calendar_event_participants: answers have a time, which is after the invitation",
            "SELECT COUNT(*) FROM {calendar_event_participants} AS p WHERE (response_status = 'PENDING') <> "
            "(responded_at IS NULL) OR responded_at < added_at OR DATE(responded_at) > '{as_of}'",
        ),
    ),
)
