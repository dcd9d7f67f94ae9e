"""Rules for PII: which kind a column holds, by its name or by what its table is about. The masker makes the values."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from terp_seed.inference import names
from terp_seed.inference.asked import Asked
from terp_seed.inference.chosen import Chosen, sequence
from terp_seed.model.pii import FROM_NAMES, least_length

_ROOM_FOR_NUMBERS = 6  # by which fakes differ in a unique column
_BEST_OF_NAMES = ("person", "first_name", "last_name", "company")


def pii(asked: Asked) -> Chosen | None:
    """Leave PII to the masker: by the name of the column, or by what the table is about."""
    if not (asked.column.is_text or isinstance(asked.column.type, sa.Date)):
        return None
    kind = names.pii_kind(asked.name) or _of_table(asked)
    if kind is None or (kind == "birth_date") != isinstance(asked.column.type, sa.Date):
        return None
    room = asked.room
    if room is not None and room < least_length(kind) + (_ROOM_FOR_NUMBERS if asked.is_unique else 0):
        return None
    if kind == "secret" and asked.bounds.shortest > 12:
        return sequence(f"terp-seed-{{:0{asked.bounds.shortest - len('terp-seed-')}d}}")
    of = _of(asked) if kind in FROM_NAMES else None
    samples = _PII_SAMPLES.get(kind, ("Ada",))
    short = tuple(sample[:room] if room is not None and isinstance(sample, str) else sample for sample in samples)
    return Chosen("pii", (kind,), {"of": of} if of else {}, samples=short)


_PII_SAMPLES: dict[str, tuple[Any, ...]] = {
    "birth_date": (date(1950, 1, 1), date(2000, 1, 1)),
    "person": ("Jared Alvarez", "Zoe Best"),
    "company": ("Baker Ltd", "Young Group"),
    "first_name": ("Jared", "Zoe"),
    "last_name": ("Alvarez", "Best"),
    "username": ("jared.alvarez1", "zoe2"),
    "city": ("Lakeview", "Port Ann"),
    "address": ("12 Oak Street", "987 Elm Ave"),
    "tax_id": ("900-00-0001",),
    "email": ("jared.alvarez1@example.com", "zoe2@example.org"),
    "phone": ("555-0123",),
    "ip": ("192.0.2.10",),
    "postcode": ("00012",),
    "secret": ("terp-seed-1",),
}


def _of_table(asked: Asked) -> str | None:
    """Return the kind of a plain `name` in a table of people or companies."""
    if asked.words not in (("name",), ("display", "name"), ("displayname",), (*names.noun_of(asked.table.name), "name")):
        return None
    noun = names.noun_of(asked.table.name)[-1:]
    if noun and noun[0] in names.PEOPLE:
        return "person"
    return "company" if noun and noun[0] in names.COMPANIES else None


def _of(asked: Asked) -> str | None:
    """Return the column with the name of the person or company that an e-mail address or a username belongs to."""
    masked = {chosen.arguments[0]: name for name, chosen in asked.chosen.items() if chosen.name == "pii"}
    return next((masked[kind] for kind in _BEST_OF_NAMES if kind in masked), None)
