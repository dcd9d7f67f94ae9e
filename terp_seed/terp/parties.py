"""Parties: a vendor and its client row are the same party, so both, and the supplier profile, have the same PII."""

from terp_seed.model.pii import Party
from terp_seed.model.table import Unit
from terp_seed.terp.figures import CLIENTS
from terp_seed.terp.trade import Trade


def client_party(unit: Unit, place: int) -> Party:
    """Return the party of a client, by its place."""
    # clients have even numbers, even those of a later revision, whose ids are higher than the number of all earlier clients
    number = unit.id_of("clients", place) if unit.append else (unit.number - 1) * CLIENTS + place + 1
    return Party("clients", 2 * number)


def vendor_party(unit: Unit, place: int) -> Party:
    """Return the party of a vendor, by its place. A later revision's vendors are not clients."""
    if unit.append:
        return Party("clients", 2 * unit.id_of("vendors", place) + 1)
    return client_party(unit, Trade(unit).suppliers[place])
