"""The books of one unit: what clients have spent and owe, their credit limits, and the bank's opening balance.

Totals are correct by construction: each is the sum of its parts, in whole cents.
"""

from collections.abc import Iterable

from terp_seed.model.streams import Stream
from terp_seed.terp.days import working_day
from terp_seed.terp.dealings import Invoice, Order, Payment
from terp_seed.terp.figures import Client, World

_LIMIT_STEP = 10_000  # limits are whole hundred dollars
_NEAR = 98  # percent of its limit that the large buyer with the highest debt has used


def add_up(stream: Stream, world: World, orders: Iterable[Order], invoices: Iterable[Invoice]) -> None:
    """Add up what clients have spent and owe, as TERP does, and set their limits."""
    for order in orders:
        client = world.clients[order.client]
        client.last_day = max(client.last_day, order.day, order.ship_day)
    for invoice in invoices:
        client = world.clients[invoice.client]
        if invoice.order >= 0 and invoice.is_issued:
            client.spent += invoice.total
            client.profit += invoice.total - invoice.cost
        if invoice.status not in ("PAID", "VOID"):
            client.owed += invoice.due  # including drafts, as in TERP
        if invoice.is_owed:
            client.oldest_debt_day = min(invoice.day, client.oldest_debt_day or invoice.day)
    _limit(stream, world.clients)


def _limit(stream: Stream, clients: Iterable[Client]) -> None:
    """Give each buyer a limit that it does not exceed: one is close to it, some have used most of it."""
    buyers = sorted((client for client in clients if client.buys), key=lambda client: (not client.is_large, -client.owed))
    rest = sorted(buyers[1:], key=lambda client: -client.owed)
    for place, client in enumerate((buyers[0], *rest)):
        used = _NEAR if not place else stream.between(63, 75) if place < 4 else stream.between(20, 50)
        least = 10 if place < 4 else 50 + 10 * place
        client.credit_limit = max(-(-client.owed * 100 // (used * _LIMIT_STEP)), least) * _LIMIT_STEP


def opening(world: World, payments: Iterable[Payment]) -> tuple[int, int]:
    """Return the day and amount of the bank's opening deposit, with which the account is never overdrawn."""
    balance = lowest = 0
    for payment in payments:
        balance += payment.amount if payment.is_received else -payment.amount
        lowest = min(lowest, balance)
    step = 1_000_000
    return working_day(world.lot_days[0] - 14), (-lowest // step + 3) * step
