"""The figures of one unit's world: its clients, products and batches as whole numbers.

Money is in whole cents, a day is a date's ordinal, a clock is a minute of the day in UTC, and rows are identified by their place.
"""

from dataclasses import dataclass
from typing import NamedTuple

VENDORS, CLIENTS, PRODUCTS, BRANDS, LOTS, BATCHES, ORDERS, INVOICES, PAYMENTS = 5, 10, 20, 4, 10, 30, 50, 50, 30
BATCHES_OF_A_LOT = BATCHES // LOTS


class Good(NamedTuple):
    """A Good is a kind of product: its category, name and unit of sale, and the range of its purchase price in cents."""

    category: str
    subcategory: str
    called: str
    unit_of_sale: str
    lowest_cost: int
    highest_cost: int


# the categories and subcategories are among those that TERP creates at start-up
GOODS = (
    Good("Flower", "Indoor", "Indoor Flower", "LB", 90_000, 150_000),
    Good("Flower", "Deps", "Light Dep Flower", "LB", 60_000, 95_000),
    Good("Flower", "Smalls", "Smalls", "LB", 45_000, 70_000),
    Good("Manufactured Products", "Preroll", "1g Pre-Roll", "EA", 180, 420),
    Good("Manufactured Products", "Preroll", "Infused Pre-Roll 5-Pack", "EA", 900, 1_800),
    Good("Vapes", "Cartridge", "510 Cartridge", "EA", 700, 1_600),
    Good("Vapes", "All in One", "Disposable Vape", "EA", 1_100, 2_200),
    Good("Concentrates", "Live Resin", "Live Resin", "EA", 900, 2_000),
    Good("Concentrates", "Rosin", "Rosin", "EA", 1_500, 3_200),
    Good("Manufactured Products", "Edible", "Gummies", "EA", 450, 1_100),
    Good("Manufactured Products", "Edible", "Chocolate Bar", "EA", 500, 1_300),
    Good("Manufactured Products", "Tincture", "Tincture", "EA", 800, 1_900),
)
# the places of the users: those of REPS sell, those of WAREHOUSE receive, pack and ship
MANAGER, BUYER, SELLER, BOOKKEEPER, STOREKEEPER = range(5)
REPS, WAREHOUSE = (SELLER, MANAGER), (STOREKEEPER, BUYER)
PIECES = 5  # the pack size of goods that are not sold by the pound


def lot_size(good: int) -> int:
    """Return the smallest quantity of a good that is sold; others are its multiples."""
    return 1 if GOODS[good].unit_of_sale == "LB" else PIECES


@dataclass(slots=True)
class Client:
    """A Client is the figures of a client. What it has spent and owes is the sum of its invoices."""

    day: int
    vendor: int  # the place of the same party as a vendor, or -1
    buyer: int  # 0 and 1 are the large buyers, 2 to 6 the others; -1 buys nothing
    credit_days: int
    referred_by: int | None
    last_day: int
    spent: int = 0
    profit: int = 0
    owed: int = 0
    oldest_debt_day: int | None = None
    credit_limit: int = 0

    @property
    def is_large(self) -> bool:
        """Tell whether it is one of the two that place most of the orders."""
        return 0 <= self.buyer < 2

    @property
    def buys(self) -> bool:
        """Tell whether it has orders."""
        return self.buyer >= 0

    @property
    def supplies(self) -> bool:
        """Tell whether it is a vendor."""
        return self.vendor >= 0


@dataclass(slots=True)
class Product:
    """A Product is the figures of a product: since when, its place in GOODS, its strain and brand, and its typical cost."""

    day: int
    goods: int
    strain: int
    brand: int
    cost: int


@dataclass(slots=True)
class Batch:
    """A Batch is the figures of a batch: received = shipped - returned + in stock."""

    product: int
    lot: int
    day: int
    status: str
    cost: int
    price: int
    clock: int
    spare: int = 0
    shipped: int = 0
    returned: int = 0
    reserved: int = 0
    paid: int = 0
    last_day: int = 0

    @property
    def there(self) -> int:
        """Return the quantity in the warehouse: reserved, in quarantine or free."""
        return self.reserved + self.spare

    @property
    def on_hand(self) -> int:
        """Return the quantity that TERP counts as on hand, which excludes quarantine."""
        return 0 if self.status == "QUARANTINED" else self.there

    @property
    def received(self) -> int:
        """Return the received quantity."""
        return self.shipped - self.returned + self.there


@dataclass(slots=True)
class World:
    """A World is the parties of one unit, and what there is to sell."""

    as_of: int
    clients: list[Client]
    products: list[Product]
    lot_days: list[int]
    batches: list[Batch]
    vendor_days: list[int]
    vendor_terms: list[str]
