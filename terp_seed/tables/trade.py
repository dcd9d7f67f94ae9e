"""One unit's business: who orders what, when, at which price, and what becomes of the order.

A function of seed, as-of day and unit alone.
"""

from functools import lru_cache

from terp_seed.engine.streams import Stream
from terp_seed.engine.table import Unit
from terp_seed.tables.books import add_up, settle
from terp_seed.tables.figures import (
    BATCHES,
    BRANDS,
    CLIENTS,
    GOODS,
    ORDERS,
    PRODUCTS,
    QUOTE_STATUSES,
    RETURNS,
    VENDORS,
    Batch,
    Client,
    Line,
    Order,
    Product,
    Trade,
)

# the three batches of each lot, oldest lot first; 20 of the 30 are for sale
_STATUSES = (
    *("SOLD_OUT", "SOLD_OUT", "CLOSED"),
    *("LIVE", "LIVE", "LIVE"),
    *("LIVE", "LIVE", "CLOSED"),
    *("LIVE", "LIVE", "LIVE") * 5,
    *("ON_HOLD", "ON_HOLD", "QUARANTINED"),
    *("AWAITING_INTAKE", "QUARANTINED", "AWAITING_INTAKE"),
)
_LOT_AGES = (205, 188, 160, 135, 110, 85, 60, 35, 12, 3)
_BATCHES_OF_A_LOT = BATCHES // len(_LOT_AGES)
_OLDEST_ORDER = 180  # the second lot is older, so every order finds something for sale
# what becomes of a unit's 50 orders: 30 payments for 27 invoices, some in part, and some invoices overdue
_ENDINGS = (
    *QUOTE_STATUSES,
    *("CANCELLED",) * 3,
    *("PAID",) * 20,
    *("PAID_IN_TWO",) * 3,
    *("PARTIAL",) * 4,
    *("OVERDUE",) * 6,
    *("OPEN_SENT", "OPEN_VIEWED") * 4,
)
_ON_CREDIT = ("PARTIAL", "OVERDUE", "OPEN_SENT", "OPEN_VIEWED")  # what is not paid at once was sold on credit
_QUOTES_ONLY = QUOTE_STATUSES[:5] * 10
_FIRST_PAID = _ENDINGS.index("PAID")
_FIRST_OPEN = _ENDINGS.index("OPEN_SENT")
_CONVERTED = QUOTE_STATUSES.index("CONVERTED")
_SOLD_OUT_BY = (_FIRST_PAID, _FIRST_PAID + 1)  # the orders that took the last of the two sold-out batches
_RETURNED_BY = (_FIRST_PAID + 2, _FIRST_PAID + 3, _FIRST_PAID + 4)
_FIXED_AGES = {_FIRST_OPEN: 0, _FIRST_OPEN + 1: 0, _FIRST_OPEN + 2: 2, _FIRST_OPEN + 3: 3}
_ORDERS_OF_LARGE_BUYERS = 35


def trade(unit: Unit) -> Trade:
    """Return the figures of a unit. A later chapter meets the same world, adds quotes to it, and sells nothing."""
    return _trade(unit.recipe.generator_version, unit.recipe.seed, unit.as_of.toordinal(), unit.number, unit.chapter)


@lru_cache(maxsize=4)
def _trade(version: int, seed: int, as_of: int, number: int, chapter: str) -> Trade:
    made = _world(Stream(version, seed, "", "world", number), as_of)
    stream = Stream(version, seed, chapter, "trade", number)
    made.orders = _orders(stream, made, _QUOTES_ONLY if chapter else _ENDINGS)
    for order in made.orders:
        made.payments += settle(stream, order, as_of)
    made.payments.sort(key=lambda payment: payment.day)
    add_up(made)
    return made


def _world(stream: Stream, as_of: int) -> Trade:
    between = stream.between
    large = set(stream.shuffled(range(CLIENTS))[: between(1, 2)])
    clients = []
    for place, day in enumerate(sorted(as_of - between(400, 700) for _ in range(CLIENTS))):
        credit_days = stream.pick((15, 30, 30) if place in large else (0, 7, 15, 30, 30))
        # the last row of a unit refers to nobody: it is inserted before the others
        referred_by = stream.below(place) if 0 < place < CLIENTS - 1 and stream.chance(25) else None
        clients.append(Client(day, place in large, credit_days, stream.pick((0, 0, 0, 600, 825)), referred_by, last_day=day))
    goods = (*range(len(GOODS)), *(stream.below(len(GOODS)) for _ in range(PRODUCTS - len(GOODS))))
    products = [
        Product(as_of - between(400, 700), kind, place % BRANDS, between(GOODS[kind].lowest_cost, GOODS[kind].highest_cost))
        for place, kind in enumerate(stream.shuffled(goods))
    ]
    lot_days = [as_of - age - stream.below(3) for age in _LOT_AGES]
    offered = [*stream.shuffled(range(PRODUCTS)), *(stream.below(PRODUCTS) for _ in range(BATCHES - PRODUCTS))]
    batches = []
    for place, product in enumerate(offered):
        status, lot = _STATUSES[place], place // _BATCHES_OF_A_LOT
        cost = products[product].cost * between(95, 105) // 100
        spare = between(20, 200) if status in ("LIVE", "ON_HOLD", "QUARANTINED") else 0
        batches.append(Batch(product, lot, lot_days[lot], status, cost, cost * between(125, 165) // 100, spare))
    vendor_days = [as_of - between(750, 900) for _ in range(VENDORS)]
    return Trade(as_of, clients, products, vendor_days, lot_days, batches, [], [])


def _orders(stream: Stream, world: Trade, endings: tuple[str, ...]) -> list[Order]:
    large = [place for place, client in enumerate(world.clients) if client.is_large]
    others = [place for place, client in enumerate(world.clients) if not client.is_large]
    buyers = [stream.pick(large) for _ in range(_ORDERS_OF_LARGE_BUYERS)] + others
    buyers = stream.shuffled(buyers + [stream.pick(others) for _ in range(ORDERS - len(buyers))])
    one_of_large = next(place for place, buyer in enumerate(buyers) if buyer in large)
    buyers[_CONVERTED], buyers[one_of_large] = buyers[one_of_large], buyers[_CONVERTED]
    live = [place for place, batch in enumerate(world.batches) if batch.status == "LIVE"]
    sold_out = [place for place, batch in enumerate(world.batches) if batch.status == "SOLD_OUT"]
    used = [0] * BATCHES
    sells = endings is _ENDINGS
    orders = []
    for place, (ending, buyer) in enumerate(zip(endings, buyers, strict=True)):
        credit_days = world.clients[buyer].credit_days
        if ending in _ON_CREDIT:
            credit_days = credit_days or 7
        order = Order(ending, buyer, 0, credit_days)
        lag = stream.below(3)
        order.day = world.as_of - _age(stream, order, place if sells else -1, lag)
        order.invoice_day = min(order.day + lag, world.as_of)
        order.fulfillment = _fulfillment(stream, order, place, world.as_of)
        orders.append(order)
    if sells:
        _convert(stream, orders, large)
    for place, order in enumerate(orders):
        if order.converted_from is None:
            first = [sold_out[_SOLD_OUT_BY.index(place)]] if sells and place in _SOLD_OUT_BY else []
            on_sale = [place for place in live if world.batches[place].day <= order.day]
            order.lines = [_line(stream, world, order, batch) for batch in _choose(stream, on_sale, used, first)]
    for order in orders:
        if order.converted_from is not None:
            order.lines = order.converted_from.lines
        _price(stream, order, world.clients[order.client])
    orders.sort(key=lambda order: order.day)
    for place, order in enumerate(orders):
        order.place = place
    return orders


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
    low, high = {
        "UNSENT": (0, 10),
        "SENT": (0, 10),
        "VIEWED": (0, 10),
        "REJECTED": (5, 120),
        "EXPIRED": (40, 120),
        "CONVERTED": (30, 120),
        "CANCELLED": (2, 170),
        "PAID": (4, _OLDEST_ORDER),
        "PAID_IN_TWO": (20, 170),
    }[ending]
    return between(low, high)


def _fulfillment(stream: Stream, order: Order, place: int, as_of: int) -> str:
    if order.is_quote:
        return "DRAFT"
    if order.ending == "CANCELLED":
        return "CANCELLED"
    if place in _RETURNED_BY:
        return RETURNS[_RETURNED_BY.index(place)]
    age = as_of - order.day
    if age <= 1:
        return ("CONFIRMED", "READY_FOR_PACKING")[place % 2]
    return {2: "PACKED", 3: "SHIPPED", 4: "SHIPPED"}.get(age, "DELIVERED")


def _convert(stream: Stream, orders: list[Order], large: list[int]) -> None:
    """Let a paid sale come from the converted quote of a large buyer: same client, same lines, a few days later."""
    quote = orders[_CONVERTED]
    candidates = orders[_RETURNED_BY[-1] + 1 : _FIRST_PAID + 20]
    sale = min(candidates, key=lambda order: (order.client != quote.client, order.client not in large))
    sale.client, sale.credit_days, sale.converted_from = quote.client, quote.credit_days, quote
    lag = sale.invoice_day - sale.day
    sale.day = quote.day + stream.between(1, 5)
    sale.invoice_day, sale.fulfillment = sale.day + lag, "DELIVERED"


def _choose(stream: Stream, on_sale: list[int], used: list[int], first: list[int]) -> list[int]:
    """Choose one to four batches, of two drawn ones the less used: orders spread over what is for sale."""
    chosen = list(first)
    for _ in range(stream.between(1, 4) - len(first)):
        batch = min(stream.pick(on_sale), stream.pick(on_sale), key=lambda place: used[place])
        if batch not in chosen:
            chosen.append(batch)
    for batch in chosen:
        used[batch] += 1
    return chosen


def _line(stream: Stream, world: Trade, order: Order, place: int) -> Line:
    batch, is_large = world.batches[place], world.clients[order.client].is_large
    if GOODS[world.products[batch.product].goods].unit_of_sale == "LB":
        quantity = stream.between(2, 12) if is_large else stream.between(1, 5)
    else:
        quantity = 5 * (stream.between(5, 40) if is_large else stream.between(2, 20))
    return Line(place, quantity, batch.price, batch.cost)


def _price(stream: Stream, order: Order, client: Client) -> None:
    order.subtotal = sum(line.total for line in order.lines)
    order.cost = sum(line.total_cost for line in order.lines)
    order.discount = order.subtotal * stream.pick((2, 3, 5)) // 100 if stream.chance(20) else 0
    order.shipping = 500 * stream.between(3, 15) if stream.chance(30) else 0
    order.tax = ((order.subtotal - order.discount) * client.tax_basis_points + 5_000) // 10_000
