"""Baskets: the lines of a unit's orders. An order's lines are of different batches, which were in stock on the order's day.

The total value of a buyer's shipped orders is fixed to within a line, so that no client has more than 40 % of the sales.
"""

from bisect import bisect_left

from terp_seed.model.streams import Stream
from terp_seed.terp.dealings import Line, Order
from terp_seed.terp.figures import BATCHES, World, lot_size
from terp_seed.terp.slots import BACK, CONSIGNED_SOLD, CONVERTED, LAST_LOT, NOT_SHIPPED, SHIPMENTS, OrderSlot

# the values of the shipped orders, in percent of the unit's usual order: of each large buyer, and of all others together
_OF_LARGE = (38, 49, 58, 67, 76, 86, 96, 108, 124, 145, 175, 215)
_OF_OTHERS = (35, 45, 55, 64, 73, 82, 92, 105, 122, 148, 190)


class Baskets:
    """Baskets choose batches and quantities for the orders of a unit, so that every batch is used."""

    def __init__(self, stream: Stream, world: World) -> None:
        self._stream, self._batches, self._clients = stream, world.batches, world.clients
        self._usual = stream.between(380_000, 620_000)
        self._steps = [lot_size(world.products[batch.product].goods) for batch in world.batches]
        self._used = [0] * BATCHES
        # batches are in the order of their arrival; nothing of the last lot is sold
        live = [place for place, batch in enumerate(world.batches) if batch.status == "LIVE" and batch.lot != LAST_LOT]
        ours = [place for place in live if place not in CONSIGNED_SOLD]
        self._on_sale = [(places, [world.batches[place].day for place in places]) for places in (live, ours)]

    def fill(self, orders: list[Order], quote: Order, sale: Order) -> None:
        """Give each order its lines. A sale that was converted from a quote has the quote's lines."""
        worth = self._worth(orders[len(NOT_SHIPPED) :])
        short = [0, 0, 0]  # by group of buyers: the shortfall of its orders so far
        for place, (order, slot) in enumerate(zip(orders, (*NOT_SHIPPED, *SHIPMENTS), strict=True)):
            if order is sale:
                continue
            shipment = CONVERTED if order is quote else place - len(NOT_SHIPPED)
            group = self._group(order)
            target = self._usual * self._stream.pick(_OF_OTHERS) // 100 if shipment < 0 else worth[shipment] + short[group]
            self._take(order, self._lines(order, slot, max(target, self._usual // 5)))
            if shipment >= 0:
                short[group] = target - order.total
        sale.lines, sale.total, sale.cost = quote.lines, quote.total, quote.cost

    def fill_with_little(self, orders: list[Order], slots: tuple[OrderSlot, ...]) -> None:
        """Give each order lines with the smallest quantity that is sold."""
        for order, slot in zip(orders, slots, strict=True):
            self._take(order, [(batch, self._steps[batch]) for batch in self._choose(order, slot, 10**9)])

    def _worth(self, shipped: list[Order]) -> dict[int, int]:
        """Return the value of each shipment, by place; more lines mean a higher value."""
        worth: dict[int, int] = {}
        for group, shares in enumerate((_OF_LARGE, _OF_LARGE, _OF_OTHERS)):
            theirs = sorted(
                (SHIPMENTS[place].lines * 100 + self._stream.below(150), place)
                for place, order in enumerate(shipped)
                if self._group(order) == group
            )
            worth |= {place: self._usual * share // 100 for (_, place), share in zip(theirs, shares, strict=True)}
        return worth

    def _group(self, order: Order) -> int:
        """Return 0 or 1 for the large buyers, and 2 for all others."""
        return min(self._clients[order.client].buyer, 2)

    def _lines(self, order: Order, slot: OrderSlot, target: int) -> list[Line]:
        """Return lines whose total is close to the target."""
        between = self._stream.between
        lines: list[Line] = []
        missing = target
        chosen = self._choose(order, slot, target // slot.lines)
        for left, batch in zip(range(slot.lines, 0, -1), chosen, strict=True):
            part = missing if left == 1 else missing * between(70, 130) // (100 * left)
            pack = self._steps[batch] * self._batches[batch].price
            quantity = max((part + pack // 2) // pack, 1) * self._steps[batch]
            missing -= quantity * self._batches[batch].price
            lines.append((batch, quantity))
        return lines

    def _choose(self, order: Order, slot: OrderSlot, part: int) -> list[int]:
        """Choose different batches. Of two random ones the less used is taken, so that orders spread over all batches."""
        pick, used = self._stream.pick, self._used
        places, since = self._on_sale[slot.fulfillment in BACK]
        on_sale = places[: bisect_left(since, order.day)]
        chosen = [slot.batch] if slot.batch >= 0 else []
        while len(chosen) < slot.lines:
            batch, other = pick(on_sale), pick(on_sale)
            if used[other] < used[batch]:
                batch = other
            # a small order seldom contains goods of which one pack exceeds its value
            if batch not in chosen and (self._batches[batch].price <= 2 * part or self._stream.chance(20)):
                chosen.append(batch)
        for batch in chosen:
            used[batch] += 1
        return chosen

    def _take(self, order: Order, lines: list[Line]) -> None:
        batches = self._batches
        order.lines = lines
        order.total = sum(quantity * batches[batch].price for batch, quantity in lines)
        order.cost = sum(quantity * batches[batch].cost for batch, quantity in lines)
