"""Products, twenty a unit, and the four brands that they are sold under."""

from collections.abc import Iterator

from terp_seed.engine.table import Check, Row, SeedTable, Unit
from terp_seed.tables import schema
from terp_seed.tables.figures import BRANDS as BRANDS_PER_UNIT
from terp_seed.tables.figures import GOODS
from terp_seed.tables.figures import PRODUCTS as PER_UNIT
from terp_seed.tables.trade import Trade

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
STRAINS = (
    *(
        "Acapulco Gold",
        "Amnesia Haze",
        "Blue Dream",
        "Bubba Kush",
        "Cherry Pie",
        "Chemdawg",
        "Durban Poison",
        "Forbidden Fruit",
    ),
    *("Gelato", "Girl Scout Cookies", "Gorilla Glue", "Granddaddy Purple", "Green Crack", "Jack Herer", "Lemon Haze"),
    *(
        "Maui Wowie",
        "Northern Lights",
        "OG Kush",
        "Pineapple Express",
        "Purple Punch",
        "Runtz",
        "Skywalker OG",
        "Sour Diesel",
    ),
    *("Strawberry Cough", "Sunset Sherbet", "Trainwreck", "Wedding Cake", "White Widow", "Zkittlez"),
)
_SOLD_BY = {"LB": "pound", "EA": "piece"}


def brand_name(number: int) -> str:
    """Return a name for a brand; different numbers, different names, without end."""
    base, third = divmod(number, len(_THIRD))
    base, second = divmod(base, len(_SECOND))
    base, first = divmod(base, len(_FIRST))
    again = f" {base + 1}" if base else ""
    return f"{_FIRST[first]} {_SECOND[second]} {_THIRD[third]}{again}"


def strain(number: int) -> str:
    """Return the strain of the product with that id."""
    return STRAINS[number % len(STRAINS)]


def product_name(number: int, goods: int) -> str:
    """Return a name for a product; the number in it makes it the only one."""
    return f"{strain(number)} {GOODS[goods].called} S{number:06d}"


def brand_rows(unit: Unit) -> Iterator[Row]:
    """Yield the brands of a unit."""
    made = Trade(unit)
    created = made.hour(min(product.day for product in made.products), 8)
    for place in range(BRANDS_PER_UNIT):
        yield {
            "name": brand_name(unit.id_of("brands", place)),
            "deleted_at": None,
            "vendorId": None,
            "description": "House brand of seeded products.",
            "createdAt": created,
            "updatedAt": created,
        }


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the products of a unit."""
    made = Trade(unit)
    stream = unit.stream("products")
    for place, product in enumerate(made.products):
        good = GOODS[product.goods]
        number = unit.id_of("products", place)
        created = made.moment(product.day, 9, stream.below(60))
        yield {
            "brandId": unit.id_of("brands", product.brand),
            "supplier_client_id": None,
            "strainId": None,
            "nameCanonical": product_name(number, product.goods),
            "deleted_at": None,
            "category": good.category,
            "subcategory": good.subcategory,
            "uomSellable": good.unit_of_sale,
            "description": f"{good.called} from {strain(number)}, sold by the {_SOLD_BY[good.unit_of_sale]}.",
            "createdAt": created,
            "updatedAt": created,
        }


BRANDS = SeedTable(
    schema.BRANDS,
    per_unit=BRANDS_PER_UNIT,
    rows=brand_rows,
    not_pii=frozenset({"name"}),
    identity=("createdAt",),  # TERP has no unique column here, and lets people rename a brand
    checks=(Check("brands: names do not repeat", "SELECT COUNT(*) - COUNT(DISTINCT name) FROM {brands} AS b"),),
)
PRODUCTS = SeedTable(
    schema.PRODUCTS,
    per_unit=PER_UNIT,
    rows=rows,
    not_pii=frozenset({"nameCanonical"}),
    identity=("createdAt",),
    companions=(BRANDS,),
    checks=(
        Check("products: names do not repeat", "SELECT COUNT(*) - COUNT(DISTINCT nameCanonical) FROM {products} AS p"),
        Check(
            "products: created before their batches",
            "SELECT COUNT(*) FROM {batches} AS b JOIN {products} AS p ON p.id = b.productId WHERE b.createdAt < p.createdAt",
        ),
    ),
)
