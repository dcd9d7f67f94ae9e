"""Vendors: the parties that TERP buys from. Five per unit, each of which is also a client, as TERP requires."""

from collections.abc import Iterator

from terp_seed.model.pii import PARTY
from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema
from terp_seed.terp.figures import VENDORS as PER_UNIT
from terp_seed.terp.parties import vendor_party
from terp_seed.terp.trade import Trade

TERMS = {"NET_15": "Net 15", "NET_30": "Net 30", "CONSIGNMENT": "Consignment"}
_NOTES = (
    "Delivers on Tuesdays and Fridays.",
    "Ask for the certificate of analysis with each lot.",
    "Minimum order applies; see the price list.",
    "Prefers to be paid by wire.",
    None,
)


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the vendors of a unit."""
    made = Trade(unit)
    stream = unit.stream("vendors")
    notes = stream.shuffled(_NOTES)
    for place, day in enumerate(made.vendor_days):
        created = made.at(day, 14 * 60 + stream.below(60))
        yield {
            PARTY: vendor_party(unit, place),
            "deleted_at": None,
            "paymentTerms": TERMS[made.vendor_terms[place]],
            "notes": notes[place],
            "createdAt": created,
            "updatedAt": created,
        }


VENDORS = SeedTable(
    schema.VENDORS,
    per_unit=PER_UNIT,
    rows=rows,
    pii={"name": "company", "contactName": "person", "contactEmail": "email", "contactPhone": "phone"},
    checks=(
        Check("vendors: names do not repeat", "SELECT COUNT(*) - COUNT(DISTINCT name) FROM {vendors} AS v"),
        Check(
            "vendors: created before the lots they delivered",
            "SELECT COUNT(*) FROM {lots} AS l JOIN {vendors} AS v ON v.id = l.vendorId WHERE l.date < v.createdAt",
        ),
    ),
)
