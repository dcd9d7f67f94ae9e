"""The plain figures of one unit's business: clients, batches, orders and payments as whole numbers.

Money is whole cents, a day is a day's ordinal, and rows are named by their place in the unit.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
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


@dataclass(slots=True)
class Client:
    """A Client's figures; what it spent and owes is added up from its orders."""

    day: int
    is_large: bool
    credit_days: int
    tax_basis_points: int
    referred_by: int | None
    spent: int = 0
    profit: int = 0
    owed: int = 0
    oldest_debt_day: int | None = None
    last_day: int = 0


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


@dataclass(slots=True)
class Line:
    """A Line is a quantity of one batch in an order."""

    batch: int
    quantity: int
    price: int
    cost: int

    @property
    def total(self) -> int:
        """What the client pays for the line."""
        return self.quantity * self.price

    @property
    def total_cost(self) -> int:
        """What we paid for it."""
        return self.quantity * self.cost


@dataclass(slots=True)
class Order:
    """An Order with its invoice, which every order has exactly one of."""

    ending: str
    client: int
    day: int
    credit_days: int
    lines: list[Line] = field(default_factory=list)
    converted_from: "Order | None" = None
    place: int = -1
    fulfillment: str = "DRAFT"
    subtotal: int = 0
    cost: int = 0
    discount: int = 0
    shipping: int = 0
    tax: int = 0
    invoice_day: int = 0
    invoice_status: str = "DRAFT"
    paid: int = 0
    paid_in_cash: int = 0

    @property
    def is_quote(self) -> bool:
        """Tell whether it is a quote and not a sale."""
        return self.ending in QUOTE_STATUSES

    @property
    def total(self) -> int:
        """What the client has to pay."""
        return self.subtotal + self.tax + self.shipping - self.discount

    @property
    def due(self) -> int:
        """What the client has not paid yet."""
        return self.total - self.paid

    @property
    def due_day(self) -> int:
        """When the invoice falls due, by the terms."""
        return self.invoice_day + self.credit_days

    @property
    def ships(self) -> bool:
        """Tell whether the goods have left."""
        return self.fulfillment in ("SHIPPED", "DELIVERED", *RETURNS)


@dataclass(slots=True)
class Payment:
    """A Payment of one invoice, or of a part of it."""

    order: Order
    day: int
    amount: int
    method: str


@dataclass(slots=True)
class Trade:
    """A Trade is the business of one unit."""

    as_of: int
    clients: list[Client]
    products: list[Product]
    vendor_days: list[int]
    lot_days: list[int]
    batches: list[Batch]
    orders: list[Order]
    payments: list[Payment]

    def moment(self, day: int, hour: int, minute: int = 0) -> datetime:
        """Return a time of a day. On the as-of day it is midnight: nothing lies after the day's beginning."""
        return datetime.combine(date.fromordinal(day), time(hour, minute) if day < self.as_of else time())


def cents(amount: int) -> Decimal:
    """Return an amount of cents in the currency's unit: 1999 is 19.99."""
    return Decimal(amount).scaleb(-2)


def percent(part: int, whole: int) -> Decimal:
    """Return a share in percent with two decimals, rounded half up; 0 of nothing."""
    return cents((part * 20_000 + whole) // (2 * whole)) if whole else cents(0)
