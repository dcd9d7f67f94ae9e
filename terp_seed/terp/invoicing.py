"""The invoices of one unit: of each shipped order, of one that was cancelled after packing, and those made manually.

An order is invoiced on the day of its shipment. An open invoice is OVERDUE exactly if its due day has passed.
"""

from collections.abc import Iterable
from typing import NamedTuple

from terp_seed.model.streams import Stream
from terp_seed.terp.days import near_working_day, next_working_day
from terp_seed.terp.dealings import Invoice, Order, Payment
from terp_seed.terp.figures import BOOKKEEPER, REPS, World
from terp_seed.terp.slots import BY_HAND, ByHand

_LEAST_CREDIT = 15  # days, for manual invoices


class Work(NamedTuple):
    """A Work is a service that is sold without an order: its name and the range of its price in cents."""

    called: str
    lowest: int
    highest: int
    most: int  # maximum quantity


SERVICES = (
    Work("Delivery", 7_500, 18_000, 1),
    Work("Rush delivery, same day", 15_000, 30_000, 1),
    Work("Delivery outside the county", 20_000, 45_000, 1),
    Work("Lab test, per sample", 9_500, 14_000, 6),
    Work("Repackaging, per hour", 4_500, 6_500, 12),
    Work("Labels, per roll", 2_800, 4_200, 10),
    Work("Cold storage, per week", 6_000, 9_000, 4),
    Work("Destruction of waste, per drum", 11_000, 16_000, 3),
)


def invoice(stream: Stream, orders: Iterable[Order], world: World) -> tuple[list[Invoice], list[Payment]]:
    """Return the invoices, oldest first, and their payments. Sets the invoice of each invoiced order."""
    made: list[tuple[Invoice, tuple[tuple[int, int], ...]]] = []
    for order in orders:
        if order.invoice_status:
            made.append((_of_order(order), order.payments))
    for slot in BY_HAND:
        by_hand = _by_hand(stream, slot, world)
        made.append((by_hand, _paid(stream, by_hand, world.as_of) if slot.status == "PAID" else ()))
    made.sort(key=lambda pair: (pair[0].day, pair[0].clock))
    by_place = {order.place: order for order in orders}
    payments = []
    for place, (document, paid) in enumerate(made):
        if document.order >= 0:
            by_place[document.order].invoice = place
        for day, percent in paid:
            amount = document.total * percent // 100 - document.paid
            document.paid += amount
            payments.append(_received(stream, document, place, day, amount))
    return [document for document, _ in made], payments


def _of_order(order: Order) -> Invoice:
    facts = order.invoice_status, order.total
    if order.ships:
        return Invoice(
            order.place, order.client, order.ship_day, order.ship_clock, order.credit_days, *facts, order.shipper, order.cost
        )
    # TERP's button for such an invoice gives thirty days to clients without terms
    return Invoice(
        *(
            order.place,
            order.client,
            order.pack_day,
            order.pack_clock + 10,
            order.credit_days or 30,
            *facts,
            BOOKKEEPER,
            order.cost,
        ),
        void_day=order.end_day,
    )


def _by_hand(stream: Stream, slot: ByHand, world: World) -> Invoice:
    between = stream.between
    client = stream.pick([place for place, client in enumerate(world.clients) if client.buys])
    credit_days = max(world.clients[client].credit_days, _LEAST_CREDIT)
    age = between(slot.youngest, slot.oldest) + (credit_days if slot.status == "OVERDUE" else 0)
    services = []
    for service in stream.shuffled(range(len(SERVICES)))[: slot.services]:
        work = SERVICES[service]
        services.append((service, between(1, work.most), between(work.lowest // 100, work.highest // 100) * 100))
    day = near_working_day(world.as_of - age, world.as_of)
    return Invoice(
        *(-1, client, day, 14 * 60 + stream.below(360), credit_days, slot.status),
        total=sum(quantity * price for _, quantity, price in services),
        user=stream.pick((BOOKKEEPER, BOOKKEEPER, *REPS)),
        services=tuple(services),
        void_day=next_working_day(day, between(2, 5)) if slot.status == "VOID" else -1,
    )


def _paid(stream: Stream, document: Invoice, as_of: int) -> tuple[tuple[int, int], ...]:
    day = near_working_day(document.due_day + stream.between(-8, 6), as_of)
    return ((max(day, document.day), 100),)


def _received(stream: Stream, document: Invoice, place: int, day: int, amount: int) -> Payment:
    at_once = day == document.day
    clock = 21 * 60 + stream.below(90) if at_once else 15 * 60 + stream.below(360)
    return Payment(document.client, day, clock, amount, _method(stream, amount), invoice=place)


def _method(stream: Stream, amount: int) -> str:
    """Draw a payment method: usually card or cash for small amounts, bank transfers for large ones."""
    if amount < 80_000:
        return stream.pick(("CREDIT_CARD", "CREDIT_CARD", "DEBIT_CARD", "CASH", "CASH", "CHECK"))
    if amount < 250_000:
        return stream.pick(("CHECK", "ACH", "ACH", "CASH", "CREDIT_CARD"))
    if amount < 400_000:
        return stream.pick(("CHECK", "CHECK", "ACH", "ACH", "CASH"))
    return stream.pick(("ACH", "ACH", "CHECK", "WIRE")) if amount < 900_000 else stream.pick(("WIRE", "WIRE", "ACH"))
