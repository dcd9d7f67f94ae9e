"""Products, twenty per unit, and their four brands."""

from collections.abc import Iterator

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.model.values import Adopted
from terp_seed.terp import schema
from terp_seed.terp.figures import BRANDS as BRANDS_PER_UNIT
from terp_seed.terp.figures import GOODS, Product
from terp_seed.terp.figures import PRODUCTS as PER_UNIT
from terp_seed.terp.strains import NAMES, STRAINS
from terp_seed.terp.trade import Trade

_FIRST = (
    "Amber",
    "Cedar",
    "Coastal",
    "Copper",
    "Crystal",
    "Emerald",
    "Foggy",
    "Golden",
    "High",
    "Lunar",
    "Northern",
    "Redwood",
)
_SECOND = ("Acre", "Bay", "Canyon", "Creek", "Field", "Grove", "Harbor", "Hollow", "Meadow", "Mesa", "Ridge", "Valley")
_THIRD = ("Collective", "Cultivars", "Extracts", "Farms", "Gardens", "Harvest", "Labs", "Reserve")
_NAMES = len(_FIRST) * len(_SECOND) * len(_THIRD)
_SCATTER = 713  # coprime to the number of names, so that consecutive brands get unrelated names
_SOLD_BY = {"LB": "pound", "EA": "piece"}
_OF_BRANDS = (
    "Small-batch grower, hand-trimmed.",
    "House label for dispensaries that have none of their own.",
    "Solventless and live products from one room.",
    "Value line, the same quality all year.",
    "Family farm, sun-grown.",
    "Gift boxes and limited runs.",
)


def brand_name(number: int) -> str:
    """Return the name of a brand. Names repeat if there are more brands than names."""
    base, third = divmod(number * _SCATTER % _NAMES, len(_THIRD))
    first, second = divmod(base, len(_SECOND))
    return f"{_FIRST[first]} {_SECOND[second]} {_THIRD[third]}"


def product_name(product: Product) -> str:
    """Return the name of a product, which is unique in its unit."""
    return f"{NAMES[product.strain]} {GOODS[product.goods].called}"


def brand_rows(unit: Unit) -> Iterator[Row]:
    """Yield the brands of a unit."""
    made = Trade(unit)
    stream = unit.stream("brands")
    descriptions = stream.shuffled(_OF_BRANDS)
    created = made.at(min(product.day for product in made.products), 13 * 60 + stream.below(60))
    for place in range(BRANDS_PER_UNIT):
        yield {
            "name": brand_name(unit.id_of("brands", place)),
            "deleted_at": None,
            "vendorId": None,
            "description": descriptions[place],
            "createdAt": created,
            "updatedAt": created,
        }


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the products of a unit."""
    made = Trade(unit)
    stream = unit.stream("products")
    for product in made.products:
        good = GOODS[product.goods]
        created = made.at(product.day, 14 * 60 + stream.below(120))
        yield {
            "brandId": unit.id_of("brands", product.brand),
            "supplier_client_id": None,
            "strainId": Adopted("strains", product.strain),
            "nameCanonical": product_name(product),
            "deleted_at": None,
            "category": good.category,
            "subcategory": good.subcategory,
            "uomSellable": good.unit_of_sale,
            "description": f"{good.called} from {NAMES[product.strain]}, sold by the {_SOLD_BY[good.unit_of_sale]}.",
            "createdAt": created,
            "updatedAt": created,
        }


BRANDS = SeedTable(
    schema.BRANDS,
    per_unit=BRANDS_PER_UNIT,
    rows=brand_rows,
    not_pii=frozenset({"name"}),
    identity=("createdAt",),  # there is no unique column, and TERP's users can rename a brand
)
PRODUCTS = SeedTable(
    schema.PRODUCTS,
    per_unit=PER_UNIT,
    rows=rows,
    not_pii=frozenset({"nameCanonical"}),
    identity=("createdAt",),
    companions=(STRAINS, BRANDS),
    checks=(
        Check(
            "products: each has a strain (H7)",
            "SELECT COUNT(*) FROM {products} AS p LEFT JOIN strains AS s ON s.id = p.strainId WHERE s.id IS NULL",
        ),
        Check(
            "products: created before their batches",
            "SELECT COUNT(*) FROM {batches} AS b JOIN {products} AS p ON p.id = b.productId WHERE b.createdAt < p.createdAt",
        ),
    ),
)
