"""The plain figures of one unit's business: clients, batches, orders, invoices and payments as whole numbers.

Money is whole cents, a day is a day's ordinal, a clock is a minute of the day in UTC, and rows are named by their place.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

VENDORS, CLIENTS, PRODUCTS, BRANDS, LOTS, BATCHES, ORDERS, INVOICES, PAYMENTS = 5, 10, 20, 4, 10, 30, 50, 50, 30
BATCHES_OF_A_LOT = BATCHES // LOTS


class Good(NamedTuple):
    """A Good is a sort of product: how TERP files it, how it is called and sold, and what it costs to buy, in cents."""

    category: str
    subcategory: str
    called: str
    unit_of_sale: str
    lowest_cost: int
    highest_cost: int


# the categories and subcategories are those that TERP's start-up fills in
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
# the places of the users, and which of them sell, and which receive, pack and ship
MANAGER, BUYER, SELLER, BOOKKEEPER, STOREKEEPER = range(5)
REPS, WAREHOUSE = (SELLER, MANAGER), (STOREKEEPER, BUYER)
PIECES = 5  # what is not sold by the pound is sold in such packs


def lot_size(good: int) -> int:
    """Return in which steps a good is sold."""
    return 1 if GOODS[good].unit_of_sale == "LB" else PIECES


@dataclass(slots=True)
class Client:
    """A Client's figures; what it spent and owes is added up from its invoices."""

    day: int
    vendor: int  # the place of the vendor that it is too, or -1
    buyer: int  # large buyers are 0 and 1, the others 2 to 6; -1 for one who buys nothing
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
        """Tell whether it is one of the two who make most of the orders."""
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
    """A Product's figures: since when, which of the GOODS, of which strain and brand, and what it costs us about."""

    day: int
    goods: int
    strain: int
    brand: int
    cost: int


@dataclass(slots=True)
class Batch:
    """A Batch's figures. Received is what was sold, less what came back, and what is there."""

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
        """What lies in the warehouse, reserved, in quarantine or free."""
        return self.reserved + self.spare

    @property
    def on_hand(self) -> int:
        """What TERP counts as on hand: what lies there, but not in quarantine."""
        return 0 if self.status == "QUARANTINED" else self.there

    @property
    def received(self) -> int:
        """What came in."""
        return self.shipped - self.returned + self.there


# a quantity of one batch: the batch's place, and how many
Line = tuple[int, int]


@dataclass(slots=True)
class Order:
    """An Order: a quote, or a sale and how far it has come. Days and places that it has not are -1."""

    fulfillment: str
    quote: str | None
    is_draft: bool
    is_picked: bool  # somebody is collecting its goods
    valid_days: int
    client: int
    credit_days: int
    user: int
    clock: int
    day: int = 0
    pack_day: int = -1
    ship_day: int = -1
    end_day: int = -1  # when a cancelled one was cancelled, and when returned goods came back
    converted_day: int = -1
    converted_from: int = -1  # the place of the quote that became this sale
    place: int = -1
    invoice: int = -1
    invoice_status: str = ""
    lines: list[Line] = field(default_factory=list)
    total: int = 0
    cost: int = 0
    payments: tuple[tuple[int, int], ...] = ()  # when, and how many percent are paid in the end

    @property
    def ships(self) -> bool:
        """Tell whether the goods have left, even if they came back."""
        return self.ship_day >= 0

    @property
    def comes_back(self) -> bool:
        """Tell whether the goods came back."""
        return self.ship_day >= 0 and self.end_day >= 0

    @property
    def is_open(self) -> bool:
        """Tell whether goods are reserved for it."""
        return not self.is_draft and self.fulfillment in ("READY_FOR_PACKING", "PACKED")

    @property
    def packer(self) -> int:
        """Which user packs it."""
        return WAREHOUSE[self.clock % 2]

    @property
    def shipper(self) -> int:
        """Which user ships it."""
        return WAREHOUSE[self.clock // 2 % 2]

    @property
    def pack_clock(self) -> int:
        """When it is packed: in the morning of the shipment, or in the evening before."""
        return (14 * 60 if self.pack_day == self.ship_day else 19 * 60) + self.clock * 7 % 150

    @property
    def ship_clock(self) -> int:
        """When it is shipped, and invoiced."""
        return 18 * 60 + self.clock * 11 % 180

    @property
    def end_clock(self) -> int:
        """When it is delivered, cancelled or comes back."""
        return 15 * 60 + self.clock * 13 % 300


# a service: its place in SERVICES, how many, at what price
Service = tuple[int, int, int]


@dataclass(slots=True)
class Invoice:
    """An Invoice of an order, or made by hand for services."""

    order: int  # the order's place, or -1
    client: int
    day: int
    clock: int
    credit_days: int
    status: str
    total: int
    user: int
    cost: int = 0
    paid: int = 0
    services: tuple[Service, ...] = ()
    void_day: int = -1

    @property
    def due_day(self) -> int:
        """When it falls due, by its terms."""
        return self.day + self.credit_days

    @property
    def due(self) -> int:
        """What is left to pay; a void invoice keeps what it was about."""
        return self.total - self.paid

    @property
    def is_issued(self) -> bool:
        """Tell whether it was sent to the client and stands."""
        return self.status not in ("DRAFT", "VOID")

    @property
    def is_owed(self) -> bool:
        """Tell whether something of it is to be collected."""
        return self.status in ("SENT", "VIEWED", "PARTIAL", "OVERDUE")


@dataclass(slots=True)
class Bill:
    """A Bill of a vendor for a lot: it lists the lot's batches at cost."""

    lot: int
    day: int
    credit_days: int
    status: str
    total: int
    paid: int = 0
    paid_day: int = -1

    @property
    def due_day(self) -> int:
        """When it falls due."""
        return self.day + self.credit_days


@dataclass(slots=True)
class Payment:
    """A Payment: received for an invoice, or sent for a bill or for what was sold of a consigned batch. Only one of them is "
    "set."""

    client: int
    day: int
    clock: int
    amount: int
    method: str
    invoice: int = -1
    bill: int = -1

    @property
    def is_received(self) -> bool:
        """Tell whether a client paid us."""
        return self.invoice >= 0

    @property
    def is_for_consigned(self) -> bool:
        """Tell whether a vendor was paid for what was sold of its goods."""
        return self.invoice < 0 and self.bill < 0


@dataclass(slots=True)
class World:
    """A World is whom TERP buys from and sells to in one unit, and what there is to sell."""

    as_of: int
    clients: list[Client]
    products: list[Product]
    lot_days: list[int]
    batches: list[Batch]
    vendor_days: list[int]
    vendor_terms: list[str]
