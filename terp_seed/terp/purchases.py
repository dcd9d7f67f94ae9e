"""The purchases of one unit: a bill for each lot that we own, and the payment for sold consigned goods.

A bill lists the batches of its lot at cost; the paid amount of a batch is its share of what was paid for the bill.
"""

from collections.abc import Iterable

from terp_seed.model.streams import Stream
from terp_seed.terp.days import near_working_day
from terp_seed.terp.dealings import Bill, Order, Payment
from terp_seed.terp.figures import BATCHES_OF_A_LOT, Batch, World
from terp_seed.terp.slots import BILL_SLOTS, CONSIGNED_SOLD_OUT
from terp_seed.terp.world import vendor_of

_LARGE = 500_000  # cents
CREDIT_DAYS = {"NET_15": 15, "NET_30": 30}


def buy(stream: Stream, world: World, orders: Iterable[Order]) -> tuple[list[Bill], list[Payment]]:
    """Return the bills and the payments to vendors. Sets the paid amount of each batch."""
    vendors = {client.vendor: place for place, client in enumerate(world.clients)}
    bills, payments = [], []
    for number, slot in enumerate(BILL_SLOTS):
        batches = world.batches[slot.lot * BATCHES_OF_A_LOT : (slot.lot + 1) * BATCHES_OF_A_LOT]
        total = sum(batch.received * batch.cost for batch in batches)
        credit_days = CREDIT_DAYS[world.vendor_terms[vendor_of(slot.lot)]]
        bill = Bill(slot.lot, world.lot_days[slot.lot], credit_days, slot.status, total, total * slot.paid // 100)
        if bill.paid:
            late = world.as_of - stream.between(40, 55) if slot.paid < 100 else bill.due_day + stream.between(-4, 3)
            bill.paid_day = near_working_day(late, world.as_of)
            payments.append(_sent(stream, vendors[vendor_of(slot.lot)], bill.paid_day, bill.paid, number))
            _share(batches, bill.paid)
        bills.append(bill)
    consigned = world.batches[CONSIGNED_SOLD_OUT]
    consigned.paid = consigned.shipped * consigned.cost * stream.between(40, 70) // 100
    day = near_working_day(sold_out_day(orders) + stream.between(5, 15), world.as_of)
    payments.append(_sent(stream, vendors[vendor_of(consigned.lot)], day, consigned.paid, -1))
    return bills, payments


def sold_out_day(orders: Iterable[Order]) -> int:
    """Return the day of the last shipment of the consigned batch that is sold out."""
    return last_sale(orders, CONSIGNED_SOLD_OUT)[0]


def last_sale(orders: Iterable[Order], batch: int) -> tuple[int, int]:
    """Return the day and minute of the last shipment of a batch's goods."""
    return max((order.ship_day, order.ship_clock) for order in orders if order.ships and batch in dict(order.lines))


def _share(batches: list[Batch], paid: int) -> None:
    """Distribute what was paid for a lot to its batches, to the cent."""
    total = sum(batch.received * batch.cost for batch in batches)
    for batch in batches[:-1]:
        batch.paid = paid * (batch.received * batch.cost) // total
    batches[-1].paid = paid - sum(batch.paid for batch in batches[:-1])


def _sent(stream: Stream, client: int, day: int, amount: int, bill: int) -> Payment:
    method = stream.pick(("WIRE", "WIRE", "ACH") if amount > _LARGE else ("ACH", "CHECK"))
    return Payment(client, day, 15 * 60 + stream.below(300), amount, method, bill=bill)
