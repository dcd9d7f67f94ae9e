"""Locations: where batches are stored. They are those that TERP creates at start-up; existing ones are used."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema_stock as schema
from terp_seed.terp.money import CENT
from terp_seed.terp.slots import STATUSES
from terp_seed.terp.trade import Trade

_ZONES = ("Zone A", "Zone B", "Zone C")
_PLACES = (("Shelf 1", "Bin 1"), ("Shelf 1", "Bin 2"), ("Shelf 2", "Bin 1"))
_TEXTS = tuple(("Main Warehouse", zone, "Rack 1", *place) for zone in _ZONES for place in _PLACES)
_COLUMNS = ("site", "zone", "rack", "shelf", "bin")
_ON_HAND = tuple(place for place, status in enumerate(STATUSES) if status in ("LIVE", "ON_HOLD", "AWAITING_INTAKE"))


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the locations."""
    built = datetime.combine(unit.as_of - timedelta(900), time(13))
    for texts in _TEXTS:
        yield {
            **dict(zip(_COLUMNS, texts, strict=True)),
            "deleted_at": None,
            "isActive": 1,
            "createdAt": built,
            "updatedAt": built,
        }


def batch_rows(unit: Unit) -> Iterator[Row]:
    """Yield the location of each batch that is on hand."""
    made = Trade(unit)
    batches = made.batches
    for place in _ON_HAND:
        batch = batches[place]
        stored = made.at(batch.day, batch.clock)
        site, zone, rack, shelf, space = _TEXTS[(unit.number + place) % len(_TEXTS)]
        yield {
            "batchId": unit.id_of("batches", place),
            "site": site,
            "deleted_at": None,
            "zone": zone,
            "rack": rack,
            "shelf": shelf,
            "bin": space,
            "qty": batch.on_hand * 100 * CENT,
            "createdAt": stored,
            "updatedAt": made.at(batch.last_day, 22 * 60) if batch.last_day else stored,
        }


LOCATIONS = SeedTable(schema.LOCATIONS, per_unit=len(_TEXTS), rows=rows, shared=True, adopts=_COLUMNS)
BATCH_LOCATIONS = SeedTable(
    schema.BATCH_LOCATIONS,
    per_unit=len(_ON_HAND),
    rows=batch_rows,
    identity=("batchId", "createdAt"),  # texts and quantity change when goods are moved
    checks=(
        Check(
            "batchLocations: the stored quantity is that on hand (H6)",
            "SELECT COUNT(*) FROM {batches} AS b LEFT JOIN (SELECT batchId, SUM(qty) AS there FROM {batchLocations} AS p "
            "GROUP BY batchId) AS s ON s.batchId = b.id WHERE ROUND(b.onHandQty * 100) <> ROUND(COALESCE(s.there, 0) * 100)",
        ),
        Check(
            "batchLocations: their texts are those of a location",
            "SELECT COUNT(*) FROM {batchLocations} AS p WHERE NOT EXISTS (SELECT 1 FROM locations AS l WHERE l.site = p.site "
            "AND l.zone = p.zone AND l.rack = p.rack AND l.shelf = p.shelf AND l.bin = p.bin)",
        ),
    ),
)
