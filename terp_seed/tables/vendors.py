"""Vendors: who TERP buys from. Five a unit."""

from collections.abc import Iterator

from terp_seed.engine.table import Check, Row, SeedTable, Unit
from terp_seed.tables import schema
from terp_seed.tables.figures import VENDORS as PER_UNIT
from terp_seed.tables.trade import Trade

_TERMS = ("COD", "Net 15", "Net 30", "Net 30", "Consignment")
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
    for day in made.vendor_days:
        created = made.moment(day, 9, stream.below(60))
        yield {
            "deleted_at": None,
            "paymentTerms": stream.pick(_TERMS),
            "notes": stream.pick(_NOTES),
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
