"""One unit's business: whom TERP sells to, what it has for sale, and what comes of that.

A function of seed, as-of day and unit alone.
"""

import pickle
from collections.abc import Callable, Sequence
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
    """A Trade is the business of one unit: the world as it was, and the sales that came of it.

    Both are kept packed, and are made and unpacked when they are asked for: no table needs all of them, and the first ones to
    be seeded need no sales. A later chapter meets the same world, adds quotes to it, and sells nothing.
    """

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.as_of = unit.as_of.toordinal()

    @cached_property
    def vendor_days(self) -> list[int]:
        """Since when each vendor is known."""
        return self._world("vendor_days")

    @cached_property
    def products(self) -> list[Product]:
        """The products."""
        return [Product(*fields) for fields in self._world("products")]

    @cached_property
    def lot_days(self) -> list[int]:
        """When each lot came, oldest first."""
        return self._world("lot_days")

    @cached_property
    def clients(self) -> list[Client]:
        """The clients, oldest first, with what they spent and owe."""
        return [Client(*fields) for fields in self._sales("clients")]

    @cached_property
    def batches(self) -> list[Batch]:
        """The batches, lot by lot, with what is left of them."""
        return [Batch(*fields) for fields in self._sales("batches")]

    @cached_property
    def orders(self) -> list[Order]:
        """The orders, oldest first."""
        return [Order(*fields) for fields in self._sales("orders")]

    @cached_property
    def payments(self) -> list[Payment]:
        """The payments, oldest first."""
        return [Payment(*fields) for fields in self._sales("payments")]

    def before_sales(self) -> World:
        """Return the world in which nothing is sold yet."""
        clients = [Client(*fields) for fields in self._world("clients")]
        batches = [Batch(*fields) for fields in self._world("batches")]
        return World(self.as_of, clients, self.products, self.lot_days, batches, self.vendor_days)

    def moment(self, day: int, hour: int, minute: int) -> datetime:
        """Return a time of a day. On the as-of day it is midnight: nothing lies after the day's beginning."""
        return moment(day, hour, minute) if day < self.as_of else full_hour(day, 0)

    def hour(self, day: int, hour: int) -> datetime:
        """Return a full hour of a day. What would lie after the as-of day's beginning is put there."""
        return full_hour(day, hour) if day < self.as_of else full_hour(self.as_of, 0)

    @cached_property
    def _world(self) -> Callable[[str], list[Any]]:
        return _unpacking(self._unit.shared("world", _make_world))

    @cached_property
    def _sales(self) -> Callable[[str], list[Any]]:
        return _unpacking(self._unit.shared("sales", _make_sales))


def _packed(**figures: Sequence[Any]) -> bytes:
    """Return lists of figures as bytes, each list packed by itself."""
    return pickle.dumps({name: pickle.dumps(listed) for name, listed in figures.items()})


def _fields(figures: Sequence[Any]) -> Sequence[Any]:
    """Return the fields of each object in a row, which packs smaller and faster than the objects."""
    return list(map(attrgetter(*figures[0].__slots__), figures)) if figures else figures


def _unpacking(packed: bytes) -> Callable[[str], list[Any]]:
    parts: dict[str, bytes] = pickle.loads(packed)

    def unpack(name: str) -> list[Any]:
        unpacked: list[Any] = pickle.loads(parts[name])
        return unpacked

    return unpack


def _make_sales(unit: Unit) -> bytes:
    world, stream = Trade(unit).before_sales(), unit.stream("trade")
    orders = sell(stream, world, QUOTES_ONLY if unit.chapter else ENDINGS)
    payments: list[Payment] = []
    for order in orders:
        payments += settle(stream, order, world.as_of)
    payments.sort(key=lambda payment: payment.day)
    add_up(orders, world)
    return _packed(
        clients=_fields(world.clients), batches=_fields(world.batches), orders=_fields(orders), payments=_fields(payments)
    )


def _make_world(unit: Unit) -> bytes:
    recipe, as_of = unit.recipe, unit.as_of.toordinal()
    # the stream is that of the first chapter, whichever this is
    stream = Stream(recipe.generator_version, recipe.seed, "", "world", unit.number)
    clients, products = _clients(stream, as_of), _products(stream, as_of)
    lot_days = [as_of - age - stream.below(3) for age in _LOT_AGES]
    batches = _batches(stream, products, lot_days)
    vendor_days = [as_of - stream.between(750, 900) for _ in range(VENDORS)]
    return _packed(
        clients=_fields(clients),
        products=_fields(products),
        lot_days=lot_days,
        batches=_fields(batches),
        vendor_days=vendor_days,
    )


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
