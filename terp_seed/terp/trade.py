"""One unit's business: whom TERP sells to, what it has for sale, and what comes of that.

A function of seed, as-of day and unit alone.
"""

import pickle
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any

from terp_seed.model.streams import Stream
from terp_seed.model.table import Unit
from terp_seed.terp.books import add_up, opening
from terp_seed.terp.days import midnight, moment
from terp_seed.terp.dealings import Bill, Invoice, Order, Payment
from terp_seed.terp.figures import BATCHES, Batch, Client, Product, World
from terp_seed.terp.invoicing import invoice
from terp_seed.terp.purchases import buy
from terp_seed.terp.sales import quote, sell
from terp_seed.terp.slots import CONSIGNING, LATER_QUOTES
from terp_seed.terp.stock import lay_in, stock
from terp_seed.terp.world import make_world, vendor_of

_LATER_STOCK = 4_000_000  # what a later revision's batches are worth together, at cost


class Trade:
    """A Trade is the business of one unit: the world as it was, and the sales that came of it.

    Both are kept packed, and are made and unpacked when they are asked for: no table needs all of them, and the first ones to
    be seeded need no sales. A later append meets the same world, adds quotes to it, and sells nothing.
    """

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.as_of = unit.as_of.toordinal()

    @cached_property
    def vendor_days(self) -> list[int]:
        """Since when each vendor is known."""
        return self._world("vendor_days")

    @cached_property
    def vendor_terms(self) -> list[str]:
        """On which terms each vendor sells: those of its batches and bills."""
        return self._world("vendor_terms")

    @cached_property
    def suppliers(self) -> list[int]:
        """The place of the client that each vendor is."""
        return self._world("suppliers")

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
    def invoices(self) -> list[Invoice]:
        """The invoices, oldest first."""
        return [Invoice(*fields) for fields in self._sales("invoices")]

    @cached_property
    def bills(self) -> list[Bill]:
        """The vendors' bills, oldest first."""
        return [Bill(*fields) for fields in self._sales("bills")]

    @cached_property
    def payments(self) -> list[Payment]:
        """The payments, received and sent, oldest first."""
        return [Payment(*fields) for fields in self._sales("payments")]

    @cached_property
    def opening(self) -> tuple[int, int]:
        """When the bank account was opened, and with how much."""
        day, amount = self._sales("opening")
        return day, amount

    def vendor_of(self, lot: int) -> int:
        """Return the vendor who brought a lot: they take turns. A later revision's lots are all ours."""
        return lot % CONSIGNING if self._unit.append else vendor_of(lot)

    def terms_of(self, lot: int) -> str:
        """Return the terms on which a lot came."""
        return self.vendor_terms[self.vendor_of(lot)]

    def before_sales(self) -> World:
        """Return the world in which nothing is sold yet."""
        clients = [Client(*fields) for fields in self._world("clients")]
        batches = [Batch(*fields) for fields in self._world("batches")]
        return World(self.as_of, clients, self.products, self.lot_days, batches, self.vendor_days, self.vendor_terms)

    def at(self, day: int, minute: int) -> datetime:
        """Return a time of a day. On the as-of day it is midnight: nothing lies after the day's beginning."""
        return moment(day, minute) if day < self.as_of else midnight(self.as_of)

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
    bills, invoices, payments = list[Bill](), list[Invoice](), list[Payment]()
    if unit.append:
        orders = quote(stream, world, LATER_QUOTES)
        lay_in(stream, world, [0] * BATCHES, _LATER_STOCK)
        for client in world.clients:
            client.vendor = -1  # a later revision's clients supply nothing: all batches are the first vendors'
    else:
        orders = sell(stream, world)
        stock(stream, orders, world)
        invoices, payments = invoice(stream, orders, world)
        bills, sent = buy(stream, world, orders)
        payments = sorted(payments + sent, key=lambda payment: (payment.day, payment.clock))
        add_up(stream, world, orders, invoices)
    return _packed(
        clients=_fields(world.clients),
        batches=_fields(world.batches),
        orders=_fields(orders),
        invoices=_fields(invoices),
        bills=_fields(bills),
        payments=_fields(payments),
        opening=opening(world, payments),
    )


def _make_world(unit: Unit) -> bytes:
    recipe, as_of = unit.recipe, unit.as_of.toordinal()
    # the stream is that of the first append, whichever this is
    world = make_world(Stream(recipe.generator_version, recipe.seed, "", "world", unit.number), as_of)
    vendors = {client.vendor: place for place, client in enumerate(world.clients)}
    return _packed(
        clients=_fields(world.clients),
        products=_fields(world.products),
        lot_days=world.lot_days,
        batches=_fields(world.batches),
        vendor_days=world.vendor_days,
        vendor_terms=world.vendor_terms,
        suppliers=[vendors[vendor] for vendor in range(len(world.vendor_days))],
    )
