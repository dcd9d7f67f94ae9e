"""Strains of products and clients' needs. One set for all units, with unique names, by which TERP identifies a strain."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from terp_seed.model.table import Row, SeedTable, Unit
from terp_seed.terp import schema_stock as schema

_KINDS = {
    "indica": ("Bubba Kush", "Forbidden Fruit", "Granddaddy Purple", "Northern Lights", "OG Kush", "Purple Punch", "Zkittlez"),
    "sativa": ("Acapulco Gold", "Amnesia Haze", "Durban Poison", "Green Crack", "Jack Herer", "Maui Wowie", "Strawberry Cough"),
    "hybrid": ("Blue Dream", "Cherry Pie", "Chemdawg", "Gelato", "Girl Scout Cookies", "Gorilla Glue", "Lemon Haze"),
    "Hybrid": ("Pineapple Express", "Runtz", "Sour Diesel", "Sunset Sherbet", "Trainwreck", "Wedding Cake", "White Widow"),
}
NAMES = tuple(name for names in _KINDS.values() for name in names)
CATEGORIES = tuple(kind.lower() for kind, names in _KINDS.items() for _ in names)


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the strains."""
    known = datetime.combine(unit.as_of - timedelta(900), time(13))
    for name, category in zip(NAMES, CATEGORIES, strict=True):
        yield {
            "name": name,
            "deleted_at": None,
            "standardizedName": name.lower(),
            "aliases": None,
            "category": category,
            "description": None,
            "parentStrainId": None,
            "baseStrainName": name,
            "createdAt": known,
            "updatedAt": known,
        }


STRAINS = SeedTable(
    schema.STRAINS,
    per_unit=len(NAMES),
    rows=rows,
    not_pii=frozenset({"name", "standardizedName", "baseStrainName"}),
    shared=True,
    adopts=("name",),
)
