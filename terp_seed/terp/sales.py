"""The orders of one unit: their buyers, days and progress.

The slot of each order determines its progress; everything else follows from that and from the stream.
"""

from terp_seed.model.streams import Stream
from terp_seed.terp.baskets import Baskets
from terp_seed.terp.days import (
    FRIDAY,
    SATURDAY,
    SUNDAY,
    day_of,
    is_working_day,
    near_working_day,
    next_working_day,
    weekday,
    working_day,
)
from terp_seed.terp.dealings import Order
from terp_seed.terp.figures import BOOKKEEPER, REPS, World
from terp_seed.terp.slots import (
    AT_ONCE,
    BACK,
    CANCELLED,
    CONVERTED,
    IN_TWO,
    NOT_SHIPPED,
    ORDERS_NOT_SHIPPED,
    ORDERS_SHIPPED,
    PACKED,
    SHIPMENTS,
    OrderSlot,
)

_LAST_MONTH = 31  # days, to which the season is not applied
# sales by month, in percent: low at the beginning of the year, high before the holidays
_SEASON = (70, 75, 90, 100, 90, 85, 85, 85, 85, 90, 100, 100)

# orders placed and shipped by weekday, in percent
_ORDERED, _SHIPPED = (100, 100, 100, 100, 100, 15, 4), (100, 100, 100, 100, 100, 0, 0)
_REDRAWN = 4


def sell(stream: Stream, world: World) -> list[Order]:
    """Return the orders of a unit, oldest first: quotes, sales that have not shipped, and shipments."""
    slots = (*NOT_SHIPPED, *SHIPMENTS)
    orders = [_order(stream, slot, world, buyer) for slot, buyer in zip(slots, _buyers(stream, world), strict=True)]
    quote, sale = orders[CONVERTED], orders[len(NOT_SHIPPED) + CONVERTED]
    _convert(stream, quote, sale)
    for order, slot in zip(orders, slots, strict=True):
        if slot.invoice in ("PAID", "PARTIAL"):
            order.payments = _payments(stream, order, slot, world.as_of)
    Baskets(stream, world).fill(orders, quote, sale)
    _sort(orders)
    sale.converted_from = quote.place
    return orders


def quote(stream: Stream, world: World, slots: tuple[OrderSlot, ...]) -> list[Order]:
    """Return the quotes of a later revision, oldest first. Each has the smallest quantities, which are in stock."""
    buyers = [place for place, client in enumerate(world.clients) if client.buys]
    orders = [_order(stream, slot, world, stream.pick(buyers)) for slot in slots]
    Baskets(stream, world).fill_with_little(orders, slots)
    _sort(orders)
    return orders


def _sort(orders: list[Order]) -> None:
    orders.sort(key=lambda order: (order.day, order.clock))
    for place, order in enumerate(orders):
        order.place = place


def _buyers(stream: Stream, world: World) -> list[int]:
    """Return the buyer of each order. Buyers have fixed numbers of orders, and open invoices only if their terms allow them."""
    clients = {client.buyer: place for place, client in enumerate(world.clients) if client.buys}
    waiting = stream.shuffled([buyer for buyer, orders in enumerate(ORDERS_NOT_SHIPPED) for _ in range(orders)])
    left = dict(enumerate(ORDERS_SHIPPED))
    *_, on_15, on_7, at_once = left
    shipped = {AT_ONCE: at_once}
    left[at_once] -= 1
    for buyer, credit in ((at_once, 0), (on_7, 0), (on_15, 15)):
        free = [n for n, slot in enumerate(SHIPMENTS) if n not in shipped and slot.least_credit <= credit and n != CONVERTED]
        shipped |= dict.fromkeys(stream.shuffled(free)[: left.pop(buyer)], buyer)
    rest = stream.shuffled([buyer for buyer, orders in left.items() for _ in range(orders)])
    shipped |= dict(zip([n for n in range(len(SHIPMENTS)) if n not in shipped], rest, strict=True))
    # the converted quote and its sale are a large buyer's
    _swap(waiting, CONVERTED, next(n for n, buyer in enumerate(waiting) if buyer < 2))
    _swap(shipped, CONVERTED, next(n for n, buyer in shipped.items() if buyer == waiting[CONVERTED]))
    return [clients[buyer] for buyer in (*waiting, *(shipped[n] for n in range(len(SHIPMENTS))))]


def _swap(buyers: list[int] | dict[int, int], one: int, other: int) -> None:
    buyers[one], buyers[other] = buyers[other], buyers[one]


def _order(stream: Stream, slot: OrderSlot, world: World, client: int) -> Order:
    """Return an order with its days, but without lines."""
    user = BOOKKEEPER if stream.chance(8) else REPS[(client + stream.chance(15)) % 2]
    credit_days = max(world.clients[client].credit_days, slot.least_credit)
    order = Order(
        *(slot.fulfillment, slot.quote, slot.is_draft, slot.is_picked, slot.valid_days, client, credit_days, user),
        clock=13 * 60 + stream.below(6 * 60),
        invoice_status=slot.invoice,
    )
    if slot.ships:
        _ship(stream, order, slot, world.as_of)
    else:
        _wait(stream, order, slot, world.as_of)
    return order


def _wait(stream: Stream, order: Order, slot: OrderSlot, as_of: int) -> None:
    """Set the days of an order that is not shipped."""
    day = as_of - _age(stream, slot, as_of, _ORDERED)
    if slot.fulfillment == PACKED:
        day = working_day(day)
        order.pack_day = next_working_day(day) if next_working_day(day) < as_of else day
    if slot.fulfillment == CANCELLED:
        order.end_day = next_working_day(day, stream.between(1, 4))
        if slot.invoice:
            order.pack_day = next_working_day(day)
            order.end_day = next_working_day(order.pack_day, stream.between(1, 3))
    order.day = day


def _ship(stream: Stream, order: Order, slot: OrderSlot, as_of: int) -> None:
    """Set the days of a shipped order, which was placed some working days before."""
    end = as_of - (order.credit_days if slot.invoice == "OVERDUE" else 0)
    age = _age(stream, slot, end, _SHIPPED)
    order.ship_day = working_day(end - age) if age else as_of
    before = working_day(order.ship_day - 1)
    order.day, order.pack_day = before, order.ship_day
    if not age or stream.chance(40):
        order.day, order.pack_day = working_day(before - 1), before
    if weekday(order.day) == FRIDAY and order.ship_day > order.day + SUNDAY - FRIDAY:
        weekend = stream.below(100)
        moved = SUNDAY - FRIDAY if weekend < 3 else SATURDAY - FRIDAY if weekend < 20 else 0
        order.day, order.pack_day = order.day + moved, max(order.pack_day, order.day + moved)
    if slot.fulfillment in BACK:
        order.end_day = next_working_day(order.ship_day, stream.between(6, 10))


def _payments(stream: Stream, order: Order, slot: OrderSlot, as_of: int) -> tuple[tuple[int, int], ...]:
    """Return the days and total percentages of a shipped order's payments: some are late, and one order is paid in two parts."""
    between = stream.between
    if slot.paid:
        day = near_working_day(as_of - between(*slot.paid), as_of)
        return ((day, 100 if slot.invoice == "PAID" else between(35, 65)),)
    due = order.ship_day + order.credit_days
    delay = between(0, 3) if not order.credit_days else between(1, 14) if stream.chance(35) else -between(0, 10)
    day = max(near_working_day(due + delay, as_of), order.ship_day)
    if slot is not SHIPMENTS[IN_TWO]:
        return ((day, 100),)
    return (max(near_working_day(due - between(12, 16), as_of), order.ship_day), between(40, 60)), (day, 100)


def _age(stream: Stream, slot: OrderSlot, end: int, week: tuple[int, ...]) -> int:
    """Draw a number of days before `end`. Days on weekends or out of season are usually redrawn, a few times."""
    age = 0
    for _ in range(_REDRAWN):
        age = stream.between(slot.youngest, slot.oldest)
        season = _SEASON[day_of(end - age).month - 1] if age > _LAST_MONTH else 100
        likely = week[weekday(end - age) if is_working_day(end - age) else max(weekday(end - age), SUNDAY)]
        if stream.chance(likely * season // 100):
            break
    return age


def _convert(stream: Stream, quote: Order, sale: Order) -> None:
    """Set the days of a sale that was converted from a quote some working days later."""
    quote.converted_day = sale.day = next_working_day(quote.day, stream.between(1, 3))
    sale.clock = quote.clock
    sale.pack_day = sale.ship_day = next_working_day(sale.day)
