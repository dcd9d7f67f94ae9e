"""Photos of batches: a batch whose photography is complete has at least one, of which exactly one is primary.

The pictures are data URLs, so a page needs no server for them.
"""

import base64
from collections.abc import Iterator

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema_stock as schema
from terp_seed.terp.days import next_working_day
from terp_seed.terp.figures import STOREKEEPER
from terp_seed.terp.products import product_name
from terp_seed.terp.trade import Trade

# the number of photos by the place of the batch; all of these are LIVE
_PHOTOS = {2: 2, 3: 2, 4: 1, 6: 2, 7: 1, 13: 2, 15: 2, 18: 1, 21: 1}
PHOTOGRAPHED = frozenset(_PHOTOS)
_COLORS = ("3f6b3a", "6b8e4e", "8a5a44", "c9a227", "5b4b8a", "a3553b", "2f5d62", "7d7461")


def _picture(color: str) -> str:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><rect width="4" height="3" fill="#{color}"/></svg>'
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


_PICTURES = tuple(map(_picture, _COLORS))


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the photos of a unit's batches, batch by batch."""
    made = Trade(unit)
    below = unit.stream("photos").below
    for place, photos in _PHOTOS.items():
        batch = made.batches[place]
        taken = made.at(next_working_day(batch.day), 15 * 60 + below(120))
        product = made.products[batch.product]
        for number in range(photos):
            picture = _PICTURES[below(len(_PICTURES))]
            yield {
                "batch_id": unit.id_of("batches", place),
                "product_id": unit.id_of("products", batch.product),
                "image_url": picture,
                "thumbnail_url": picture,
                "caption": product_name(product) if not number else f"{product_name(product)}, close up",
                "is_primary": not number,
                "sort_order": number,
                "status": "APPROVED",
                "uploaded_by": unit.id_of("users", STOREKEEPER),
                "uploaded_at": taken,
                "deleted_at": None,
            }


PRODUCT_IMAGES = SeedTable(
    schema.PRODUCT_IMAGES,
    per_unit=sum(_PHOTOS.values()),
    rows=rows,
    identity=("batch_id", "image_url", "uploaded_at"),
    checks=(
        Check(
            "product_images: batches with complete photography have one, and exactly one is primary (F4)",
            "SELECT (SELECT COUNT(*) FROM {batches} AS b WHERE b.isPhotographyComplete AND b.id NOT IN "
            "(SELECT batch_id FROM {product_images} AS p)) + (SELECT COUNT(*) FROM (SELECT batch_id, SUM(CASE WHEN "
            "is_primary THEN 1 ELSE 0 END) AS firsts, "
            "MIN(sort_order) AS least, MAX(sort_order) AS most, COUNT(*) AS pictures FROM {product_images} AS p "
            "GROUP BY batch_id) AS s WHERE s.firsts <> 1 OR s.least <> 0 OR s.most <> s.pictures - 1)",
        ),
    ),
)
