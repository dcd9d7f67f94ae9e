"""The books of one unit: what is paid, which status follows from the figures, and what adds up to what.

Totals are right by construction: each is made from its parts, in whole cents.
"""

from terp_seed.engine.streams import Stream
from terp_seed.tables.figures import Order, Payment, Trade

_METHODS = ("ACH", "ACH", "WIRE", "WIRE", "CHECK", "CHECK", "CASH", "CASH", "CREDIT_CARD", "DEBIT_CARD", "OTHER")


def settle(stream: Stream, order: Order, as_of: int) -> list[Payment]:
    """Pay what the order's ending says, and let the invoice's status follow from the figures and the due day."""
    parts = {"PAID": [100], "PAID_IN_TWO": [stream.between(30, 70), 100], "PARTIAL": [stream.between(30, 70)]}
    payments = []
    day = order.invoice_day
    for percent in parts.get(order.ending, []):
        day = stream.between(day, max(day, min(as_of, order.due_day + 5)))
        payment = Payment(order, day, order.total * percent // 100 - order.paid, stream.pick(_METHODS))
        order.paid += payment.amount
        order.paid_in_cash += payment.amount if payment.method == "CASH" else 0
        payments.append(payment)
    order.invoice_status = _invoice_status(order, as_of)
    return payments


def _invoice_status(order: Order, as_of: int) -> str:
    if order.is_quote:
        return "DRAFT"
    if order.ending == "CANCELLED":
        return "VOID"
    if order.due == 0:
        return "PAID"
    if order.due_day < as_of:
        return "OVERDUE"
    return "PARTIAL" if order.paid else order.ending.removeprefix("OPEN_")


def add_up(made: Trade) -> None:
    """Add up what clients spent and owe, and what lies in the warehouse, from the orders."""
    for order in made.orders:
        client = made.clients[order.client]
        client.last_day = max(client.last_day, order.day)
        if order.is_quote or order.ending == "CANCELLED":
            continue
        client.spent += order.total
        client.profit += order.subtotal - order.cost
        client.owed += order.due
        if order.due:
            client.oldest_debt_day = min(order.invoice_day, client.oldest_debt_day or order.invoice_day)
        for line in order.lines:
            batch = made.batches[line.batch]
            batch.last_day = max(batch.last_day, order.day)
            if order.fulfillment == "RESTOCKED":
                batch.spare += line.quantity
            elif order.ships:
                batch.shipped += line.quantity
            else:
                batch.reserved += line.quantity
