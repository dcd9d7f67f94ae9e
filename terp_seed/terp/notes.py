"""Notes of users: rich text as TERP's editor stores it, most of it about clients."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.model.values import JsonText
from terp_seed.terp import schema_clients
from terp_seed.terp.figures import BOOKKEEPER, BUYER, MANAGER, SELLER, STOREKEEPER, Client
from terp_seed.terp.office import at, in_office, soon_after
from terp_seed.terp.strains import NAMES as STRAINS
from terp_seed.terp.trade import Trade

NOTES_OF_CLIENTS = 6  # of a unit
_OWN_NOTES = 2
_DAYS = 120

# title, template, tags, paragraphs
_Text = tuple[str, str, tuple[str, ...], tuple[str, ...]]
_TO_BUYERS: tuple[_Text, ...] = (
    ("Account plan", "GOALS", ("plan",), ("Grow them from two to three categories.", "Next step: offer {strain} in pre-rolls.")),
    ("Menu preferences", "CUSTOM", ("menu",), ("Indoor only, no smalls.", "{strain} is always on their list.")),
    ("Delivery instructions", "CUSTOM", ("delivery",), ("Back door, Tuesday to Thursday.", "They weigh every case.")),
    ("Notes of the store visit", "MEETING_NOTES", ("visit",), ("Good traffic, small flower shelf.", "Send a display.")),
    ("What they asked for", "TO_DO", ("follow-up",), ("Photos of every batch.", "Lab reports before the delivery, not with it.")),
    (
        "Payment arrangement",
        "CUSTOM",
        ("payment",),
        ("Pays on the last working day.", "Bookkeeping wants one invoice a delivery."),
    ),
    ("Ideas for the holidays", "BRAINSTORM", ("plan",), ("Gift boxes with three pre-rolls.", "Ask early: {strain} sells out.")),
    ("Quarterly review", "MEETING_NOTES", ("review",), ("Wants exclusives on two strains.", "Carts slow, gummies fast.")),
)
_TO_SUPPLIERS: tuple[_Text, ...] = (
    ("Notes of the farm visit", "MEETING_NOTES", ("visit",), ("Clean rooms, drying is tight.", "{strain} looks very good.")),
    ("What they can deliver", "CUSTOM", ("supply",), ("Forty pounds of {strain} a month.", "Smalls on request.")),
    ("Intake checklist", "TO_DO", ("intake",), ("Weigh a sample of each case.", "No certificate of analysis, no intake.")),
    ("Terms and prices", "CUSTOM", ("terms",), ("Prices hold until the next harvest.", "Faster payment buys three percent.")),
    ("Packaging", "CUSTOM", ("packaging",), ("Case of twenty, two labels a case.", "Ask for lot numbers in large print.")),
    ("Growth plan", "GOALS", ("plan",), ("They add a second flower room.", "Reserve half of what comes of it.")),
)
_OWN: tuple[_Text, ...] = (
    ("Monday meeting", "MEETING_NOTES", ("team",), ("Overdue invoices first, then the menu.", "Count the vault on Thursday.")),
    ("Next menu", "TO_DO", ("menu",), ("Photos of {strain} are missing.", "Move the slow carts to the top.")),
    ("Storage ideas", "BRAINSTORM", ("warehouse",), ("Flower away from the door.", "A shelf for what waits for lab results.")),
    ("Goals of the quarter", "GOALS", ("plan",), ("Every batch has a photo.", "Nothing older than sixty days at full price.")),
    ("Prices to look at", "CUSTOM", ("pricing",), ("{strain} is below market.", "Smalls move at four percent less.")),
    ("For the new one in the warehouse", "MESSAGE_BOARD", ("team",), ("Bags are sealed before they are weighed.", "Ask twice.")),
)


class Note(NamedTuple):
    """A Note is a user's text, with the time of writing and the client's place (-1: none)."""

    minute: int
    client: int
    user: int
    title: str
    template: str
    tags: tuple[str, ...]
    paragraphs: tuple[str, ...]


def notes(unit: Unit, clients: list[Client]) -> list[Note]:
    """Return the notes of a unit, oldest first: on its large buyers, on some other clients, and without a client."""
    stream, as_of = unit.stream("notes"), unit.as_of.toordinal()
    large = [place for place, client in enumerate(clients) if client.is_large]
    others = stream.shuffled([place for place, client in enumerate(clients) if not client.is_large])
    buyers, suppliers, own = stream.shuffled(_TO_BUYERS), stream.shuffled(_TO_SUPPLIERS), stream.shuffled(_OWN)
    written = []
    for place in (*large, *others)[:NOTES_OF_CLIENTS]:
        client = clients[place]
        text, user = (suppliers.pop(), BUYER) if client.supplies and not client.buys else (buyers.pop(), SELLER)
        start = min(max(client.day + 1, as_of - _DAYS), as_of - 1)
        written.append(Note(in_office(stream, start, as_of - 1), place, user, *text))
    for text in own[:_OWN_NOTES]:
        user = stream.pick((MANAGER, BOOKKEEPER, STOREKEEPER))
        written.append(Note(in_office(stream, as_of - _DAYS, as_of - 1), -1, user, *text))
    return sorted(written)


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the notes of a unit."""
    stream = unit.stream("note texts")
    for note in notes(unit, Trade(unit).clients):
        strain = stream.pick(STRAINS)
        paragraphs = [
            {"type": "paragraph", "content": [{"type": "text", "text": paragraph.replace("{strain}", strain)}]}
            for paragraph in note.paragraphs
        ]
        changed = soon_after(stream, note.minute, 90)
        shared = [unit.id_of("users", user) for user in (MANAGER, SELLER) if user != note.user]
        yield {
            "userId": unit.id_of("users", note.user),
            "deleted_at": None,
            "title": note.title,
            "content": JsonText(json.dumps({"type": "doc", "content": paragraphs})),
            "templateType": note.template,
            "tags": JsonText(json.dumps(note.tags)),
            "isPinned": stream.chance(20),
            "isArchived": False,
            "sharedWith": JsonText(json.dumps(shared)),
            "createdAt": at(note.minute),
            "updatedAt": at(changed),
            "lastViewedAt": at(changed),
        }


def client_rows(unit: Unit) -> Iterator[Row]:
    """Yield the links of notes to clients."""
    for place, note in enumerate(notes(unit, Trade(unit).clients)):
        if note.client >= 0:
            yield {
                "client_id": unit.id_of("clients", note.client),
                "note_id": unit.id_of("freeform_notes", place),
                "created_at": at(note.minute),
            }


FREEFORM_NOTES = SeedTable(
    schema_clients.FREEFORM_NOTES,
    per_unit=NOTES_OF_CLIENTS + _OWN_NOTES,
    rows=rows,
    checks=(
        Check(
            "freeform_notes: none was changed before its creation or after the as-of day",
            "SELECT COUNT(*) FROM {freeform_notes} AS n WHERE updatedAt < createdAt OR lastViewedAt < createdAt "
            "OR DATE(lastViewedAt) > '{as_of}'",
        ),
    ),
)
CLIENT_NOTES = SeedTable(
    schema_clients.CLIENT_NOTES,
    per_unit=NOTES_OF_CLIENTS,
    rows=client_rows,
    checks=(
        Check(
            "client_notes: each note is on exactly one client, and was linked when it was created",
            "SELECT COUNT(*) FROM {client_notes} AS c LEFT JOIN {freeform_notes} AS n ON n.id = c.note_id "
            "JOIN (SELECT note_id, COUNT(*) AS notes FROM client_notes GROUP BY note_id) AS s ON s.note_id = c.note_id "
            "WHERE n.id IS NULL OR n.createdAt <> c.created_at OR s.notes <> 1",
        ),
    ),
)
