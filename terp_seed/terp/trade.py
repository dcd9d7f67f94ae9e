"""The trade of one unit: its parties and goods, and the resulting sales and purchases.

It is a function of seed, as-of day, unit and append alone.
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

_LATER_STOCK = 4_000_000  # the total value at cost, in cents, of a later revision's batches


class Trade:
    """A Trade is the business of one unit: the world before the sales, and the sales.

    Both are stored packed, and made and unpacked on demand: no table needs all of them, and the first tables need no sales. A
    later append has the same world, adds quotes, and sells nothing.
    """

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.as_of = unit.as_of.toordinal()

    @cached_property
    def vendor_days(self) -> list[int]:
        """Return the day of each vendor's entry."""
        return self._world("vendor_days")

    @cached_property
    def vendor_terms(self) -> list[str]:
        """Return the terms of each vendor, which are those of its batches and bills."""
        return self._world("vendor_terms")

    @cached_property
    def suppliers(self) -> list[int]:
        """Return the client's place of each vendor."""
        return self._world("suppliers")

    @cached_property
    def products(self) -> list[Product]:
        """Return the products."""
        return [Product(*fields) for fields in self._world("products")]

    @cached_property
    def lot_days(self) -> list[int]:
        """Return the day of each lot, oldest first."""
        return self._world("lot_days")

    @cached_property
    def clients(self) -> list[Client]:
        """Return the clients, oldest first, with what they have spent and owe."""
        return [Client(*fields) for fields in self._sales("clients")]

    @cached_property
    def batches(self) -> list[Batch]:
        """Return the batches, lot by lot, with their quantities after the sales."""
        return [Batch(*fields) for fields in self._sales("batches")]

    @cached_property
    def orders(self) -> list[Order]:
        """Return the orders, oldest first."""
        return [Order(*fields) for fields in self._sales("orders")]

    @cached_property
    def invoices(self) -> list[Invoice]:
        """Return the invoices, oldest first."""
        return [Invoice(*fields) for fields in self._sales("invoices")]

    @cached_property
    def bills(self) -> list[Bill]:
        """Return the vendors' bills, oldest first."""
        return [Bill(*fields) for fields in self._sales("bills")]

    @cached_property
    def payments(self) -> list[Payment]:
        """Return the received and sent payments, oldest first."""
        return [Payment(*fields) for fields in self._sales("payments")]

    @cached_property
    def opening(self) -> tuple[int, int]:
        """Return the day and amount of the bank's opening deposit."""
        day, amount = self._sales("opening")
        return day, amount

    def vendor_of(self, lot: int) -> int:
        """Return the vendor of a lot; they take turns. A later revision has no lots on consignment."""
        return lot % CONSIGNING if self._unit.append else vendor_of(lot)

    def terms_of(self, lot: int) -> str:
        """Return the terms of a lot."""
        return self.vendor_terms[self.vendor_of(lot)]

    def before_sales(self) -> World:
        """Return the world before any sales."""
        clients = [Client(*fields) for fields in self._world("clients")]
        batches = [Batch(*fields) for fields in self._world("batches")]
        return World(self.as_of, clients, self.products, self.lot_days, batches, self.vendor_days, self.vendor_terms)

    def at(self, day: int, minute: int) -> datetime:
        """Return the datetime of a day and minute. On the as-of day it is midnight, because nothing is later than that."""
        return moment(day, minute) if day < self.as_of else midnight(self.as_of)

    @cached_property
    def _world(self) -> Callable[[str], list[Any]]:
        return _unpacking(self._unit.shared("world", _make_world))

    @cached_property
    def _sales(self) -> Callable[[str], list[Any]]:
        return _unpacking(self._unit.shared("sales", _make_sales))


def _packed(**figures: Sequence[Any]) -> bytes:
    """Return lists of figures as bytes, with each list packed separately."""
    return pickle.dumps({name: pickle.dumps(listed) for name, listed in figures.items()})


def _fields(figures: Sequence[Any]) -> Sequence[Any]:
    """Return the fields of each object as a tuple, which packs smaller and faster than the object."""
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
            client.vendor = -1  # a later revision's clients supply nothing: all batches are from the first vendors
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
    # the stream does not depend on the append, so every append has the same world
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
