"""The stock of one unit: the reserved, sold, returned and remaining quantities of each batch.

The received quantity is their sum by construction, and the open quotes together ask for no more than is free.
"""

from collections.abc import Iterable

from terp_seed.model.streams import Stream
from terp_seed.terp.dealings import Order
from terp_seed.terp.figures import BATCHES, World, lot_size
from terp_seed.terp.slots import TO_VENDOR

_MONTHS_SOLD = 5  # the months of a unit's shipped orders
_TENTHS_IN_STOCK = 24  # of a month's sales
_EMPTY = ("SOLD_OUT", "CLOSED")


def stock(stream: Stream, orders: Iterable[Order], world: World) -> None:
    """Set the batches' figures after these orders, with a remaining stock for some months."""
    batches = world.batches
    asked = [0] * BATCHES
    sold = 0
    for order in orders:
        sold += order.cost if order.ships else 0
        comes_back = order.comes_back and order.fulfillment != TO_VENDOR
        for place, quantity in order.lines:
            batch = batches[place]
            if order.ships:
                batch.shipped += quantity
                batch.returned += quantity if comes_back else 0
                batch.last_day = max(batch.last_day, order.end_day if order.comes_back else order.ship_day)
            elif order.is_open:
                batch.reserved += quantity
                batch.last_day = max(batch.last_day, order.day)
            elif order.quote in ("UNSENT", "SENT", "VIEWED"):
                asked[place] += quantity
    lay_in(stream, world, asked, sold * _TENTHS_IN_STOCK // (10 * _MONTHS_SOLD))


def lay_in(stream: Stream, world: World, asked: list[int], worth: int) -> None:
    """Set the free quantity of each batch that is not sold out: its share of a stock of this worth, or what is asked for."""
    kept = [place for place, batch in enumerate(world.batches) if batch.status not in _EMPTY]
    parts = stream.shuffled(range(40, 40 + 5 * len(kept), 5))
    each = worth // sum(parts)
    for place, part in zip(kept, parts, strict=True):
        batch = world.batches[place]
        step = lot_size(world.products[batch.product].goods)
        least = max(asked[place], batch.returned + step)
        batch.spare = max(least, (each * part // batch.cost + step // 2) // step * step)
