"""Communications with clients, and the activity of users on their records."""

import json
from collections.abc import Iterator
from operator import itemgetter

from terp_seed.model.streams import Stream
from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.model.values import JsonText
from terp_seed.terp import schema_clients
from terp_seed.terp.contact_texts import TO_BUYERS, TO_SUPPLIERS
from terp_seed.terp.figures import BOOKKEEPER, BUYER, CLIENTS, MANAGER, SELLER, Client
from terp_seed.terp.notes import NOTES_OF_CLIENTS, notes
from terp_seed.terp.office import at, in_office, joined, soon_after
from terp_seed.terp.strains import NAMES as STRAINS
from terp_seed.terp.tags import TAGS_OF_A_CLIENT, taggings
from terp_seed.terp.trade import Trade

_OF_EACH, _MORE = 3, 6  # communications per client, and further ones of the most active clients
_UPDATES = 8
_DAYS = 200
_FIELDS = (
    ("phone",),
    ("address",),
    ("preferredContact",),
    ("paymentTerms",),
    ("wishlist",),
    ("email", "phone"),
    ("businessType",),
)


def communication_rows(unit: Unit) -> Iterator[Row]:
    """Yield the communications with a unit's clients, oldest first."""
    made, stream = Trade(unit), unit.stream("communications")
    clients = made.clients
    counts = [_OF_EACH] * len(clients)
    for place in _most_called(stream, clients, _MORE):
        counts[place] += 1
    talks = []
    for place, client in enumerate(clients):
        texts, user = (TO_SUPPLIERS, BUYER) if client.supplies and not client.buys else (TO_BUYERS, SELLER)
        for said in stream.shuffled(texts)[: counts[place]]:
            talks.append((_lately(stream, client, made.as_of), place, said, user))
    for minute, place, (kind, subject, text), user in sorted(talks, key=itemgetter(0)):
        strain = stream.pick(STRAINS)
        yield {
            "client_id": unit.id_of("clients", place),
            "communicationType": kind,
            "subject": subject.replace("{strain}", strain),
            "notes": text and text.replace("{strain}", strain),
            "communicated_at": at(minute),
            "logged_by": unit.id_of("users", user),
            "created_at": at(soon_after(stream, minute, 45)),
        }


def activity_rows(unit: Unit) -> Iterator[Row]:
    """Yield the activity on a unit's clients, oldest first: each was created and tagged, some were updated or have notes."""
    made, stream = Trade(unit), unit.stream("activity")
    clients = made.clients
    done: list[tuple[int, int, int, str, dict[str, object]]]
    done = [(joined(client), place, MANAGER, "CREATED", {}) for place, client in enumerate(clients)]
    done += [(t.minute, t.client, t.user, "TAG_ADDED", {"tag": t.tag}) for t in taggings(unit, clients)]
    done += [(n.minute, n.client, n.user, "NOTE_ADDED", {"title": n.title}) for n in notes(unit, clients) if n.client >= 0]
    for place in _most_called(stream, clients, _UPDATES // 2) + stream.shuffled(range(len(clients)))[: _UPDATES // 2]:
        minute, user = _lately(stream, clients[place], made.as_of), stream.pick((SELLER, BOOKKEEPER))
        done.append((minute, place, user, "UPDATED", {"fields": stream.pick(_FIELDS)}))
    for minute, place, user, kind, metadata in sorted(done, key=itemgetter(0, 1)):
        yield {
            "client_id": unit.id_of("clients", place),
            "user_id": unit.id_of("users", user),
            "activity_type": kind,
            "metadata": JsonText(json.dumps(metadata)),
            "created_at": at(minute),
        }


def _most_called(stream: Stream, clients: list[Client], count: int) -> list[int]:
    """Return `count` places of clients: those of the large ones in turn, or of random ones if there are none."""
    places = [place for place, client in enumerate(clients) if client.is_large] or stream.shuffled(range(len(clients)))
    return [places[number % len(places)] for number in range(count)]


def _lately(stream: Stream, client: Client, as_of: int) -> int:
    """Draw a minute of the last months in which the client existed."""
    return in_office(stream, min(max(client.day + 1, as_of - _DAYS), as_of - 1), as_of - 1)


CLIENT_COMMUNICATIONS = SeedTable(
    schema_clients.CLIENT_COMMUNICATIONS,
    per_unit=CLIENTS * _OF_EACH + _MORE,
    rows=communication_rows,
    checks=(
        Check(
            "client_communications: with existing clients, before the as-of day, and logged afterwards",
            "SELECT COUNT(*) FROM {client_communications} AS m JOIN {clients} AS c ON c.id = m.client_id "
            "WHERE m.communicated_at < c.created_at OR DATE(m.communicated_at) >= '{as_of}' OR m.created_at < m.communicated_at",
        ),
        Check(
            "client_communications: every client with tags has at least one",
            "SELECT COUNT(*) FROM {clients} AS c WHERE c.tags IS NOT NULL "
            "AND c.id NOT IN (SELECT client_id FROM {client_communications} AS m)",
        ),
    ),
)
CLIENT_ACTIVITY = SeedTable(
    schema_clients.CLIENT_ACTIVITY,
    per_unit=CLIENTS * (1 + TAGS_OF_A_CLIENT) + NOTES_OF_CLIENTS + _UPDATES,
    rows=activity_rows,
    checks=(
        Check(
            "client_activity: a client with tags was created once, at the time in its row, and all other activity is later",
            "SELECT COUNT(*) FROM {clients} AS c LEFT JOIN (SELECT client_id, SUM(CASE activity_type WHEN 'CREATED' THEN "
            "1 ELSE 0 END) AS entered, "
            "MIN(created_at) AS earliest FROM {client_activity} AS a GROUP BY client_id) AS s ON s.client_id = c.id "
            "WHERE c.tags IS NOT NULL AND (COALESCE(s.entered, 0) <> 1 OR s.earliest <> c.created_at)",
        ),
        Check(
            "client_activity: every tag and note of a client was added exactly once",
            "SELECT ABS((SELECT COUNT(*) FROM {client_activity} AS a WHERE activity_type = 'TAG_ADDED') "
            "- (SELECT COUNT(*) FROM {clientTags} AS t)) + ABS((SELECT COUNT(*) FROM {client_activity} AS a "
            "WHERE activity_type = 'NOTE_ADDED') - (SELECT COUNT(*) FROM {client_notes} AS n))",
        ),
        Check(
            "client_activity: none is after the as-of day, and each has metadata",
            "SELECT COUNT(*) FROM {client_activity} AS a WHERE DATE(created_at) > '{as_of}' OR metadata IS NULL",
        ),
    ),
)
