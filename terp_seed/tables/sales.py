"""The sales of one unit: who orders what, when, at which price, and how far the order has come.

Each order's ending is given, and everything else about it follows from that and from the stream.
"""

from bisect import bisect_right

from terp_seed.engine.streams import Stream
from terp_seed.tables.figures import BATCHES, CLIENTS, GOODS, ORDERS, QUOTE_STATUSES, RETURNS, Client, Order, World

# what becomes of a unit's 50 orders: 30 payments for 27 invoices, some in part, and some invoices overdue
ENDINGS = (
    *QUOTE_STATUSES,
    *("CANCELLED",) * 3,
    *("PAID",) * 20,
    *("PAID_IN_TWO",) * 3,
    *("PARTIAL",) * 4,
    *("OVERDUE",) * 6,
    *("OPEN_SENT", "OPEN_VIEWED") * 4,
)
QUOTES_ONLY = QUOTE_STATUSES[:5] * 10
_OLDEST_ORDER = 180
# how many days ago the orders lie whose age is only a matter of what became of them
_AGES = {
    "UNSENT": (0, 10),
    "SENT": (0, 10),
    "VIEWED": (0, 10),
    "REJECTED": (5, 120),
    "EXPIRED": (40, 120),
    "CONVERTED": (30, 120),
    "CANCELLED": (2, 170),
    "PAID": (4, _OLDEST_ORDER),
    "PAID_IN_TWO": (20, 170),
}
_ON_CREDIT = ("PARTIAL", "OVERDUE", "OPEN_SENT", "OPEN_VIEWED")  # what is not paid at once was sold on credit
_FIRST_PAID = ENDINGS.index("PAID")
_FIRST_OPEN = ENDINGS.index("OPEN_SENT")
_CONVERTED = QUOTE_STATUSES.index("CONVERTED")
_SOLD_OUT_BY = (_FIRST_PAID, _FIRST_PAID + 1)  # the orders that took the last of the two sold-out batches
_RETURNED_BY = (_FIRST_PAID + 2, _FIRST_PAID + 3, _FIRST_PAID + 4)
_FIXED_AGES = {_FIRST_OPEN: 0, _FIRST_OPEN + 1: 0, _FIRST_OPEN + 2: 2, _FIRST_OPEN + 3: 3}
_SHIPPING = {2: "PACKED", 3: "SHIPPED", 4: "SHIPPED"}  # by the order's age in days
_ORDERS_OF_LARGE_BUYERS = 35


def sell(stream: Stream, world: World, endings: tuple[str, ...]) -> list[Order]:
    """Return the orders that come to these endings, oldest first."""
    large = [place for place, client in enumerate(world.clients) if client.is_large]
    sells = endings is ENDINGS
    orders = []
    for place, (ending, buyer) in enumerate(zip(endings, _buyers(stream, large), strict=True)):
        credit_days = world.clients[buyer].credit_days
        order = Order(ending, buyer, credit_days or 7 if ending in _ON_CREDIT else credit_days)
        lag = stream.below(3)
        order.day = world.as_of - _age(stream, order, place if sells else -1, lag)
        order.invoice_day = min(order.day + lag, world.as_of)
        order.fulfillment = _fulfillment(order, place, world.as_of)
        orders.append(order)
    quote, sale = orders[_CONVERTED], _convert(stream, orders, large) if sells else None
    _fill(stream, orders, sale, world)
    if sale is not None:
        sale.lines, sale.subtotal, sale.cost = quote.lines, quote.subtotal, quote.cost
    for order in orders:
        _price(stream, order, world.clients[order.client])
    orders.sort(key=lambda order: order.day)
    for place, order in enumerate(orders):
        order.place = place
    if sale is not None:
        sale.converted_from = quote.place
    return orders


def _buyers(stream: Stream, large: list[int]) -> list[int]:
    """Return who places each order: large buyers most of them, and everybody at least one."""
    others = [place for place in range(CLIENTS) if place not in large]
    buyers = [stream.pick(large) for _ in range(_ORDERS_OF_LARGE_BUYERS)] + others
    buyers = stream.shuffled(buyers + [stream.pick(others) for _ in range(ORDERS - len(buyers))])
    one_of_large = next(place for place, buyer in enumerate(buyers) if buyer in large)
    buyers[_CONVERTED], buyers[one_of_large] = buyers[one_of_large], buyers[_CONVERTED]
    return buyers


def _age(stream: Stream, order: Order, place: int, lag: int) -> int:
    between, ending = stream.between, order.ending
    if place in _FIXED_AGES:
        return _FIXED_AGES[place]
    if place in _SOLD_OUT_BY or place in _RETURNED_BY:
        return between(60, _OLDEST_ORDER)
    if ending == "OVERDUE":
        return order.credit_days + lag + between(1, 45)
    if ending in _ON_CREDIT:
        return between(2 if ending == "PARTIAL" else 1, order.credit_days - 1)
    return between(*_AGES[ending])


def _fulfillment(order: Order, place: int, as_of: int) -> str:
    if order.is_quote:
        return "DRAFT"
    if order.ending == "CANCELLED":
        return "CANCELLED"
    if place in _RETURNED_BY:
        return RETURNS[_RETURNED_BY.index(place)]
    age = as_of - order.day
    if age <= 1:
        return ("CONFIRMED", "READY_FOR_PACKING")[place % 2]
    return _SHIPPING.get(age, "DELIVERED")


def _convert(stream: Stream, orders: list[Order], large: list[int]) -> Order:
    """Let a paid sale come from the converted quote of a large buyer: same client, same lines, a few days later."""
    quote = orders[_CONVERTED]
    candidates = orders[_RETURNED_BY[-1] + 1 : _FIRST_PAID + 20]
    sale = min(candidates, key=lambda order: (order.client != quote.client, order.client not in large))
    lag = sale.invoice_day - sale.day
    sale.client, sale.credit_days = quote.client, quote.credit_days
    sale.day = quote.day + stream.between(1, 5)
    sale.invoice_day, sale.fulfillment = sale.day + lag, "DELIVERED"
    return sale


def _fill(stream: Stream, orders: list[Order], converted: Order | None, world: World) -> None:
    """Give each order its lines, but the converted one, which has those of its quote."""
    batches = world.batches
    live = [place for place, batch in enumerate(batches) if batch.status == "LIVE"]
    live_since = [batches[place].day for place in live]  # a batch never came after the next one
    sold_out = [place for place, batch in enumerate(batches) if batch.status == "SOLD_OUT"]
    by_pound = [GOODS[world.products[batch.product].goods].unit_of_sale == "LB" for batch in batches]
    used = [0] * BATCHES
    for place, order in enumerate(orders):
        if order is converted:
            continue
        first = [sold_out[_SOLD_OUT_BY.index(place)]] if converted is not None and place in _SOLD_OUT_BY else []
        is_large = world.clients[order.client].is_large
        for batch in _choose(stream, live[: bisect_right(live_since, order.day)], used, first):
            quantity = _quantity(stream, by_pound[batch], is_large)
            order.lines.append((batch, quantity))
            order.subtotal += quantity * batches[batch].price
            order.cost += quantity * batches[batch].cost


def _choose(stream: Stream, on_sale: list[int], used: list[int], first: list[int]) -> list[int]:
    """Choose one to four batches, of two drawn ones the less used: orders spread over what is for sale."""
    pick = stream.pick
    chosen = first
    for _ in range(stream.between(1, 4) - len(first)):
        batch, other = pick(on_sale), pick(on_sale)
        if used[other] < used[batch]:
            batch = other
        if batch not in chosen:
            chosen.append(batch)
    for batch in chosen:
        used[batch] += 1
    return chosen


def _quantity(stream: Stream, by_pound: bool, is_large: bool) -> int:
    if by_pound:
        return stream.between(2, 12) if is_large else stream.between(1, 5)
    return 5 * (stream.between(5, 40) if is_large else stream.between(2, 20))


def _price(stream: Stream, order: Order, client: Client) -> None:
    order.discount = order.subtotal * stream.pick((2, 3, 5)) // 100 if stream.chance(20) else 0
    order.shipping = 500 * stream.between(3, 15) if stream.chance(30) else 0
    order.tax = ((order.subtotal - order.discount) * client.tax_basis_points + 5_000) // 10_000
