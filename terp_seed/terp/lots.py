"""Lots: the ten deliveries in which a unit's batches arrived, with their vendors."""

from collections.abc import Iterator

from terp_seed.errors import SeedError
from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema
from terp_seed.terp.figures import LOTS as PER_UNIT
from terp_seed.terp.trade import Trade

ARRIVAL = 13 * 60 + 15  # the minute of the day


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the lots of a unit, oldest first."""
    if unit.append and unit.own_tables & {"vendors", "clients"}:
        raise SeedError(
            f"Revision {unit.append} seeds batches together with vendors or clients, but the batches of a later revision are "
            "those of the first vendors: expected op.seed(BATCHES) in a separate revision. Move it."
        )
    made = Trade(unit)
    for place, day in enumerate(made.lot_days):
        vendor = made.vendor_of(place)
        arrived = made.at(day, ARRIVAL)
        yield {
            "code": f"LOT-S{unit.id_of('lots', place):06d}",
            "deleted_at": None,
            "supplier_client_id": unit.id_of("clients", made.suppliers[vendor]),
            "vendorId": unit.id_of("vendors", vendor),
            "date": arrived,
            "notes": None,
            "createdAt": arrived,
            "updatedAt": arrived,
        }


LOTS = SeedTable(
    schema.LOTS,
    per_unit=PER_UNIT,
    rows=rows,
    checks=(
        Check(
            "lots: the supplier client is the lot's vendor (F6, F9)",
            "SELECT COUNT(*) FROM {lots} AS l LEFT JOIN {supplier_profiles} AS s ON s.client_id = l.supplier_client_id "
            "WHERE s.id IS NULL OR s.legacy_vendor_id <> l.vendorId",
        ),
    ),
)
