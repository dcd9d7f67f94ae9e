"""The books of one unit: what is paid, which status follows from the figures, and what adds up to what.

Totals are right by construction: each is made from its parts, in whole cents.
"""

from collections.abc import Iterable

from terp_seed.engine.streams import Stream
from terp_seed.tables.figures import Order, Payment, World

_METHODS = ("ACH", "ACH", "WIRE", "WIRE", "CHECK", "CHECK", "CASH", "CASH", "CREDIT_CARD", "DEBIT_CARD", "OTHER")


def settle(stream: Stream, order: Order, as_of: int) -> list[Payment]:
    """Pay what the order's ending says, and let the invoice's status follow from the figures and the due day."""
    first_of_two, part = stream.between(30, 70), stream.between(30, 70)  # drawn for every order
    payments = []
    day = order.invoice_day
    for percent in _shares(order.ending, first_of_two, part):
        day = stream.between(day, max(day, min(as_of, order.due_day + 5)))
        payment = Payment(order.place, order.client, day, order.total * percent // 100 - order.paid, stream.pick(_METHODS))
        order.paid += payment.amount
        order.paid_in_cash += payment.amount if payment.method == "CASH" else 0
        payments.append(payment)
    order.invoice_status = _invoice_status(order, as_of)
    return payments


def _shares(ending: str, first_of_two: int, part: int) -> tuple[int, ...]:
    """Return how many percent of the total are paid in the end, after each payment."""
    if ending == "PAID":
        return (100,)
    if ending == "PAID_IN_TWO":
        return first_of_two, 100
    return (part,) if ending == "PARTIAL" else ()


def _invoice_status(order: Order, as_of: int) -> str:
    if order.is_quote:
        return "DRAFT"
    if order.ending == "CANCELLED":
        return "VOID"
    if order.paid == order.total:
        return "PAID"
    if order.due_day < as_of:
        return "OVERDUE"
    return "PARTIAL" if order.paid else order.ending.removeprefix("OPEN_")


def add_up(orders: Iterable[Order], world: World) -> None:
    """Add up what clients spent and owe, and what lies in the warehouse, from the orders."""
    for order in orders:
        client, day = world.clients[order.client], order.day
        client.last_day = max(client.last_day, day)
        if order.is_quote or order.ending == "CANCELLED":
            continue
        total = order.total
        client.spent += total
        client.profit += order.subtotal - order.cost
        if order.paid < total:
            client.owed += total - order.paid
            client.oldest_debt_day = min(order.invoice_day, client.oldest_debt_day or order.invoice_day)
        restocked, ships = order.fulfillment == "RESTOCKED", order.ships
        for place, quantity in order.lines:
            batch = world.batches[place]
            batch.last_day = max(batch.last_day, day)
            if restocked:
                batch.spare += quantity
            elif ships:
                batch.shipped += quantity
            else:
                batch.reserved += quantity
