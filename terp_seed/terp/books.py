"""The books of one unit: what adds up to what clients spent and owe, how much credit they have, and what the bank held at first.

Totals are right by construction: each is made from its parts, in whole cents.
"""

from collections.abc import Iterable

from terp_seed.model.streams import Stream
from terp_seed.terp.days import working_day
from terp_seed.terp.dealings import Invoice, Order, Payment
from terp_seed.terp.figures import Client, World

_LIMIT_STEP = 10_000  # limits are whole hundred dollars
_NEAR = 98  # percent of its limit that the client owes who owes most


def add_up(stream: Stream, world: World, orders: Iterable[Order], invoices: Iterable[Invoice]) -> None:
    """Add up what clients spent and owe, as TERP does, and set their limits."""
    for order in orders:
        client = world.clients[order.client]
        client.last_day = max(client.last_day, order.day, order.ship_day)
    for invoice in invoices:
        client = world.clients[invoice.client]
        if invoice.order >= 0 and invoice.is_issued:
            client.spent += invoice.total
            client.profit += invoice.total - invoice.cost
        if invoice.status not in ("PAID", "VOID"):
            client.owed += invoice.due  # drafts are in it: TERP counts them
        if invoice.is_owed:
            client.oldest_debt_day = min(invoice.day, client.oldest_debt_day or invoice.day)
    _limit(stream, world.clients)


def _limit(stream: Stream, clients: Iterable[Client]) -> None:
    """Give each buyer a limit that it keeps: one is near it, some have used much of it."""
    buyers = sorted((client for client in clients if client.buys), key=lambda client: (not client.is_large, -client.owed))
    rest = sorted(buyers[1:], key=lambda client: -client.owed)
    for place, client in enumerate((buyers[0], *rest)):
        used = _NEAR if not place else stream.between(63, 75) if place < 4 else stream.between(20, 50)
        least = 10 if place < 4 else 50 + 10 * place
        client.credit_limit = max(-(-client.owed * 100 // (used * _LIMIT_STEP)), least) * _LIMIT_STEP


def opening(world: World, payments: Iterable[Payment]) -> tuple[int, int]:
    """Return when the bank account was opened, and with how much: it is never overdrawn."""
    balance = lowest = 0
    for payment in payments:
        balance += payment.amount if payment.is_received else -payment.amount
        lowest = min(lowest, balance)
    step = 1_000_000
    return working_day(world.lot_days[0] - 14), (-lowest // step + 3) * step
