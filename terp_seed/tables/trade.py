"""One unit's business: whom TERP sells to, what it has for sale, and what comes of that.

A function of seed, as-of day and unit alone.
"""

import pickle
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any

from terp_seed.engine.streams import Stream
from terp_seed.engine.table import Unit
from terp_seed.tables.books import add_up, settle
from terp_seed.tables.figures import (
    BATCHES,
    BRANDS,
    CLIENTS,
    GOODS,
    PRODUCTS,
    VENDORS,
    Batch,
    Client,
    Order,
    Payment,
    Product,
    World,
    full_hour,
    moment,
)
from terp_seed.tables.sales import ENDINGS, QUOTES_ONLY, sell

# the three batches of each lot, oldest lot first; 20 of the 30 are for sale
_STATUSES = (
    *("SOLD_OUT", "SOLD_OUT", "CLOSED"),
    *("LIVE", "LIVE", "LIVE"),
    *("LIVE", "LIVE", "CLOSED"),
    *("LIVE", "LIVE", "LIVE") * 5,
    *("ON_HOLD", "ON_HOLD", "QUARANTINED"),
    *("AWAITING_INTAKE", "QUARANTINED", "AWAITING_INTAKE"),
)
_LOT_AGES = (205, 188, 160, 135, 110, 85, 60, 35, 12, 3)  # the second lot is older than any order, so each finds something
_BATCHES_OF_A_LOT = BATCHES // len(_LOT_AGES)


class Trade:
    """A Trade is the business of one unit, packed: each list is unpacked when it is asked for, as no table needs them all."""

    def __init__(self, as_of: int, packed: bytes) -> None:
        self.as_of = as_of
        self._parts: dict[str, bytes] = pickle.loads(packed)

    @staticmethod
    def pack(world: World, orders: list[Order], payments: list[Payment]) -> bytes:
        """Return the figures as bytes: the fields of each object in a row, which is smaller and faster than the objects."""
        figures: dict[str, Sequence[Any]] = {
            "clients": _fields(world.clients),
            "products": _fields(world.products),
            "lot_days": world.lot_days,
            "batches": _fields(world.batches),
            "vendor_days": world.vendor_days,
            "orders": _fields(orders),
            "payments": _fields(payments),
        }
        return pickle.dumps({name: pickle.dumps(listed) for name, listed in figures.items()})

    @cached_property
    def vendor_days(self) -> list[int]:
        """Since when each vendor is known."""
        return self._unpack("vendor_days")

    @cached_property
    def clients(self) -> list[Client]:
        """The clients, oldest first."""
        return [Client(*fields) for fields in self._unpack("clients")]

    @cached_property
    def products(self) -> list[Product]:
        """The products."""
        return [Product(*fields) for fields in self._unpack("products")]

    @cached_property
    def lot_days(self) -> list[int]:
        """When each lot came, oldest first."""
        return self._unpack("lot_days")

    @cached_property
    def batches(self) -> list[Batch]:
        """The batches, lot by lot."""
        return [Batch(*fields) for fields in self._unpack("batches")]

    @cached_property
    def orders(self) -> list[Order]:
        """The orders, oldest first."""
        return [Order(*fields) for fields in self._unpack("orders")]

    @cached_property
    def payments(self) -> list[Payment]:
        """The payments, oldest first."""
        return [Payment(*fields) for fields in self._unpack("payments")]

    def moment(self, day: int, hour: int, minute: int) -> datetime:
        """Return a time of a day. On the as-of day it is midnight: nothing lies after the day's beginning."""
        return moment(day, hour, minute) if day < self.as_of else full_hour(day, 0)

    def hour(self, day: int, hour: int) -> datetime:
        """Return a full hour of a day. What would lie after the as-of day's beginning is put there."""
        return full_hour(day, hour) if day < self.as_of else full_hour(self.as_of, 0)

    def _unpack(self, name: str) -> list[Any]:
        unpacked: list[Any] = pickle.loads(self._parts[name])
        return unpacked


def _fields(figures: Sequence[Any]) -> Sequence[Any]:
    return list(map(attrgetter(*figures[0].__slots__), figures)) if figures else figures


def trade(unit: Unit) -> Trade:
    """Return the figures of a unit. A later chapter meets the same world, adds quotes to it, and sells nothing."""
    return Trade(unit.as_of.toordinal(), unit.shared("trade", _make))


def _make(unit: Unit) -> bytes:
    recipe, as_of = unit.recipe, unit.as_of.toordinal()
    # the stream is that of the first chapter, whichever this is
    world = _world(Stream(recipe.generator_version, recipe.seed, "", "world", unit.number), as_of)
    stream = unit.stream("trade")
    orders = sell(stream, world, QUOTES_ONLY if unit.chapter else ENDINGS)
    payments: list[Payment] = []
    for order in orders:
        payments += settle(stream, order, as_of)
    payments.sort(key=lambda payment: payment.day)
    add_up(orders, world)
    return Trade.pack(world, orders, payments)


def _world(stream: Stream, as_of: int) -> World:
    clients, products = _clients(stream, as_of), _products(stream, as_of)
    lot_days = [as_of - age - stream.below(3) for age in _LOT_AGES]
    batches = _batches(stream, products, lot_days)
    vendor_days = [as_of - stream.between(750, 900) for _ in range(VENDORS)]
    return World(as_of, clients, products, lot_days, batches, vendor_days)


def _clients(stream: Stream, as_of: int) -> list[Client]:
    between, pick = stream.between, stream.pick
    large = set(stream.shuffled(range(CLIENTS))[: between(1, 2)])
    clients = []
    for place, day in enumerate(sorted(as_of - between(400, 700) for _ in range(CLIENTS))):
        credit_days = pick((15, 30, 30) if place in large else (0, 7, 15, 30, 30))
        # the last row of a unit refers to nobody: it is inserted before the others
        referred_by = stream.below(place) if 0 < place < CLIENTS - 1 and stream.chance(25) else None
        clients.append(Client(day, place in large, credit_days, pick((0, 0, 0, 600, 825)), referred_by, last_day=day))
    return clients


def _products(stream: Stream, as_of: int) -> list[Product]:
    between, below = stream.between, stream.below
    goods = (*range(len(GOODS)), *(below(len(GOODS)) for _ in range(PRODUCTS - len(GOODS))))
    return [
        Product(as_of - between(400, 700), kind, place % BRANDS, between(GOODS[kind].lowest_cost, GOODS[kind].highest_cost))
        for place, kind in enumerate(stream.shuffled(goods))
    ]


def _batches(stream: Stream, products: list[Product], lot_days: list[int]) -> list[Batch]:
    between, below = stream.between, stream.below
    offered = [*stream.shuffled(range(PRODUCTS)), *(below(PRODUCTS) for _ in range(BATCHES - PRODUCTS))]
    batches = []
    for place, product in enumerate(offered):
        status, lot = _STATUSES[place], place // _BATCHES_OF_A_LOT
        cost = products[product].cost * between(95, 105) // 100
        spare = between(20, 200) if status in ("LIVE", "ON_HOLD", "QUARANTINED") else 0
        batches.append(Batch(product, lot, lot_days[lot], status, cost, cost * between(125, 165) // 100, spare))
    return batches
