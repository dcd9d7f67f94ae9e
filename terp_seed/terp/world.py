"""The world of one unit before any sales: its vendors, clients, products, lots and batches.

It is a function of seed, as-of day and unit alone, so a later revision has the same world.
"""

from terp_seed.model.streams import Stream
from terp_seed.terp.days import working_day
from terp_seed.terp.figures import (
    BATCHES,
    BATCHES_OF_A_LOT,
    BRANDS,
    CLIENTS,
    GOODS,
    PRODUCTS,
    VENDORS,
    Batch,
    Client,
    Product,
    World,
)
from terp_seed.terp.slots import LOT_AGES, STATUSES
from terp_seed.terp.strains import NAMES as STRAINS

_TERMS = (("NET_15", "NET_30"), ("NET_15", "NET_30"), ("NET_30",), ("NET_15", "NET_30"), ("CONSIGNMENT",))
_BUYERS_CREDIT = (30, 30, 30, 30, 15, 7, 0)  # days, by buyer; the two large ones come first
_BUYING_VENDORS = 2
_ROUND = 500  # prices per pound are multiples of five dollars


def make_world(stream: Stream, as_of: int) -> World:
    """Return the world of a unit, made from its stream."""
    clients, products = _clients(stream, as_of), _products(stream, as_of)
    # only older lots vary: a few days would move the youngest ones into another age group
    lot_days = [working_day(as_of - age - (stream.below(3) if age > 20 else 0)) for age in LOT_AGES]
    batches = _batches(stream, products, lot_days)
    vendor_days = [0] * VENDORS
    for client in clients:
        if client.supplies:
            vendor_days[client.vendor] = client.day
    terms = [stream.pick(choices) for choices in _TERMS]
    return World(as_of, clients, products, lot_days, batches, vendor_days, terms)


def _clients(stream: Stream, as_of: int) -> list[Client]:
    below, roles = stream.below, stream.shuffled(range(CLIENTS))
    vendors = {place: vendor for vendor, place in enumerate(roles[:VENDORS])}
    others = stream.shuffled([*roles[VENDORS + 2 :], *stream.shuffled(roles[:VENDORS])[:_BUYING_VENDORS]])
    buyers = {place: buyer for buyer, place in enumerate((*roles[VENDORS : VENDORS + 2], *others))}
    clients = []
    for place, day in enumerate(sorted(working_day(as_of - 400 - below(300)) for _ in range(CLIENTS))):
        # the last row of a unit refers to no other row, because it is inserted first
        referred_by = below(place) if 0 < place < CLIENTS - 1 and stream.chance(25) else None
        buyer = buyers.get(place, -1)
        credit_days = _BUYERS_CREDIT[buyer] if buyer >= 0 else 30
        clients.append(Client(day, vendors.get(place, -1), buyer, credit_days, referred_by, last_day=day))
    return clients


def _products(stream: Stream, as_of: int) -> list[Product]:
    between, below = stream.between, stream.below
    goods = [*range(len(GOODS)), *stream.shuffled(range(len(GOODS)))[: PRODUCTS - len(GOODS)]]
    strains: dict[int, int] = {}
    products = []
    for place, good in enumerate(stream.shuffled(goods)):
        # a good occurs at most twice, so no two products have the same name
        strain = below(len(STRAINS))
        strain = (strains[good] + 1 + below(len(STRAINS) - 1)) % len(STRAINS) if good in strains else strain
        strains[good] = strain
        cost = between(GOODS[good].lowest_cost, GOODS[good].highest_cost)
        products.append(Product(working_day(as_of - between(400, 700)), good, strain, place % BRANDS, cost))
    return products


def _batches(stream: Stream, products: list[Product], lot_days: list[int]) -> list[Batch]:
    between, below = stream.between, stream.below
    offered = [*stream.shuffled(range(PRODUCTS)), *(below(PRODUCTS) for _ in range(BATCHES - PRODUCTS))]
    batches = []
    for place, product in enumerate(offered):
        lot, step = place // BATCHES_OF_A_LOT, _step(products[product])
        cost = products[product].cost * between(95, 105) // (100 * step) * step
        price = cost * between(125, 165) // (100 * step) * step
        batches.append(Batch(product, lot, lot_days[lot], STATUSES[place], cost, max(price, cost + step), 14 * 60 + below(60)))
    return batches


def _step(product: Product) -> int:
    return _ROUND if GOODS[product.goods].unit_of_sale == "LB" else 5


def vendor_of(lot: int) -> int:
    """Return the vendor of a lot; they take turns."""
    return lot % VENDORS
