"""The plain figures of one unit's business: clients, batches, orders and payments as whole numbers.

Money is whole cents, a day is a day's ordinal, and rows are named by their place in the unit.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

VENDORS, CLIENTS, PRODUCTS, BRANDS, LOTS, BATCHES, ORDERS, INVOICES, PAYMENTS = 5, 10, 20, 4, 10, 30, 50, 50, 30


class Good(NamedTuple):
    """A Good is a sort of product: how it is filed, called and sold, and what it costs to buy, in cents."""

    category: str
    subcategory: str
    called: str
    unit_of_sale: str
    lowest_cost: int
    highest_cost: int


GOODS = (
    Good("Flower", "Indoor", "Indoor Flower", "LB", 90_000, 160_000),
    Good("Flower", "Greenhouse", "Greenhouse Flower", "LB", 60_000, 95_000),
    Good("Flower", "Smalls", "Smalls", "LB", 45_000, 70_000),
    Good("Pre-Rolls", "Single", "1g Pre-Roll", "EA", 180, 420),
    Good("Pre-Rolls", "Infused", "Infused Pre-Roll 5-Pack", "EA", 900, 1_800),
    Good("Vapes", "510 Cartridge", "510 Cartridge", "EA", 700, 1_600),
    Good("Vapes", "Disposable", "Disposable Vape", "EA", 1_100, 2_200),
    Good("Concentrates", "Live Resin", "Live Resin", "EA", 900, 2_000),
    Good("Concentrates", "Rosin", "Rosin", "EA", 1_500, 3_200),
    Good("Edibles", "Gummies", "Gummies", "EA", 450, 1_100),
    Good("Edibles", "Chocolate", "Chocolate Bar", "EA", 500, 1_300),
    Good("Tinctures", "Sublingual", "Tincture", "EA", 800, 1_900),
)
QUOTE_STATUSES = ("UNSENT", "SENT", "VIEWED", "REJECTED", "EXPIRED", "CONVERTED")
RETURNS = ("RETURNED", "RESTOCKED", "RETURNED_TO_VENDOR")
_QUOTES = frozenset(QUOTE_STATUSES)
_SHIPPED = frozenset(("SHIPPED", "DELIVERED", *RETURNS))


@dataclass(slots=True)
class Client:
    """A Client's figures; what it spent and owes is added up from its orders."""

    day: int
    is_large: bool
    credit_days: int
    tax_basis_points: int
    referred_by: int | None
    last_day: int
    spent: int = 0
    profit: int = 0
    owed: int = 0
    oldest_debt_day: int | None = None


@dataclass(slots=True)
class Product:
    """A Product's figures: since when, which of the GOODS, of which brand, and what it costs us about."""

    day: int
    goods: int
    brand: int
    cost: int


@dataclass(slots=True)
class Batch:
    """A Batch's figures. Received is what was sold, what is reserved and what is left."""

    product: int
    lot: int
    day: int
    status: str
    cost: int
    price: int
    spare: int
    shipped: int = 0
    reserved: int = 0
    last_day: int = 0

    @property
    def on_hand(self) -> int:
        """What lies in the warehouse, reserved or not."""
        return self.reserved + self.spare


# a quantity of one batch: the batch's place, and how many
Line = tuple[int, int]


@dataclass(slots=True)
class Order:
    """An Order with its invoice, which every order has exactly one of."""

    ending: str
    client: int
    credit_days: int
    day: int = 0
    invoice_day: int = 0
    fulfillment: str = "DRAFT"
    lines: list[Line] = field(default_factory=list)
    subtotal: int = 0
    cost: int = 0
    discount: int = 0
    shipping: int = 0
    tax: int = 0
    place: int = -1
    converted_from: int | None = None  # the place of the quote that became this sale
    invoice_status: str = "DRAFT"
    paid: int = 0
    paid_in_cash: int = 0

    @property
    def is_quote(self) -> bool:
        """Tell whether it is a quote and not a sale."""
        return self.ending in _QUOTES

    @property
    def total(self) -> int:
        """What the client has to pay."""
        return self.subtotal + self.tax + self.shipping - self.discount

    @property
    def due_day(self) -> int:
        """When the invoice falls due, by the terms."""
        return self.invoice_day + self.credit_days

    @property
    def ships(self) -> bool:
        """Tell whether the goods have left."""
        return self.fulfillment in _SHIPPED


@dataclass(slots=True)
class Payment:
    """A Payment of one order's invoice, or of a part of it."""

    order: int
    client: int
    day: int
    amount: int
    method: str


@dataclass(slots=True)
class World:
    """A World is whom TERP buys from and sells to in one unit, and what there is to sell."""

    as_of: int
    clients: list[Client]
    products: list[Product]
    lot_days: list[int]
    batches: list[Batch]
    vendor_days: list[int]


_TIMES = [[time(hour, minute) for minute in range(60)] for hour in range(24)]


@lru_cache(maxsize=10_000)
def day_of(ordinal: int) -> date:
    """Return the day of an ordinal. A run has few days and many rows."""
    return date.fromordinal(ordinal)


def moment(ordinal: int, hour: int, minute: int) -> datetime:
    """Return a time of a day."""
    return datetime.combine(day_of(ordinal), _TIMES[hour][minute])


@lru_cache(maxsize=10_000)
def full_hour(ordinal: int, hour: int) -> datetime:
    """Return a full hour of a day."""
    return moment(ordinal, hour, 0)


# an amount of cents in the currency's unit is `amount * CENT`: 1999 is 19.99
CENT = Decimal("0.01")
NOTHING = 0 * CENT
_DECIMALS = tuple(f".{cents:02d}" for cents in range(100))


def amount(cents: int) -> str:
    """Return an amount of cents, not below 0, as text: 1999 is 19.99."""
    return f"{cents // 100}{_DECIMALS[cents % 100]}"


def percent(part: int, whole: int) -> int:
    """Return a share in hundredths of a percent, rounded half up; 0 of nothing."""
    return (part * 20_000 + whole) // (2 * whole) if whole else 0
