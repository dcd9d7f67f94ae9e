"""Clients: the parties that TERP sells to and buys from. Ten per unit: five vendors, two of which also buy, and five buyers.

Two of the buyers are large and place two thirds of the orders.
"""

from collections.abc import Iterator

from terp_seed.model.pii import PARTY
from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema
from terp_seed.terp.contacts import CLIENT_ACTIVITY, CLIENT_COMMUNICATIONS
from terp_seed.terp.figures import CLIENTS as PER_UNIT
from terp_seed.terp.figures import Client
from terp_seed.terp.money import CENT, NOTHING, percent
from terp_seed.terp.notes import CLIENT_NOTES, FREEFORM_NOTES
from terp_seed.terp.office import at, joined
from terp_seed.terp.parties import client_party
from terp_seed.terp.pricing import PRICING_DEFAULTS, PRICING_PROFILES, PRICING_RULES
from terp_seed.terp.tags import CLIENT_TAGS, TAGS, tags_of_clients
from terp_seed.terp.trade import Trade
from terp_seed.terp.users import USERS

_SMALL_BUSINESS = ("RETAIL", "DISPENSARY", "DISPENSARY", "DELIVERY", "OTHER")
_LARGE_BUSINESS = ("WHOLESALE", "DISTRIBUTOR")
_CONTACT = ("EMAIL", "EMAIL", "PHONE", "TEXT", "ANY")
_OWED = "status IN ('SENT', 'VIEWED', 'PARTIAL', 'OVERDUE')"
_WISHES = (
    "More indoor flower under 120 a pound.",
    "Infused pre-rolls in five-packs.",
    "A second source for gummies.",
    None,
    None,
)
_REASONS = (
    "Agreed with the owner after a year of orders.",
    "Set by hand: references of two other distributors.",
    "Raised for the season, to be looked at again in spring.",
    "Bank reference on file.",
)


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the clients of a unit. What they have spent and owe is the sum of their invoices."""
    made = Trade(unit)
    stream = unit.stream("clients")
    tags = tags_of_clients(unit, made.clients)
    referrers = {client.referred_by for client in made.clients}
    for place, client in enumerate(made.clients):
        created = at(joined(client))
        updated = made.at(client.last_day, 22 * 60) if client.last_day > client.day else created
        limited = client.credit_limit > 0
        yield {
            PARTY: client_party(unit, place),
            "version": 1,
            "teri_code": f"CLI-S{unit.id_of('clients', place):06d}",
            "businessType": _business(client, stream.below(10)),
            "preferredContact": stream.pick(_CONTACT),
            "payment_terms": client.credit_days,
            "is_buyer": client.buys or not client.supplies,
            "is_seller": client.supplies,
            "is_brand": client.supplies and client.vendor % 2 == 0,
            "is_referee": place in referrers,
            "is_contractor": False,
            "tags": tags[place],
            "pricing_profile_id": unit.id_of("pricing_profiles", 1) if client.is_large else None,
            "custom_pricing_rules": None,
            "cogsAdjustmentType": "NONE",
            "cogs_adjustment_value": NOTHING,
            "auto_defer_consignment": False,
            "total_spent": client.spent * CENT,
            "total_profit": client.profit * CENT,
            "avg_profit_margin": percent(client.profit, client.spent) * CENT,
            "total_owed": client.owed * CENT,
            "oldest_debt_days": made.as_of - client.oldest_debt_day if client.oldest_debt_day else 0,
            "credit_limit": client.credit_limit * CENT,
            "credit_limit_updated_at": updated if limited else None,
            "creditLimitSource": "MANUAL",
            "credit_limit_override_reason": stream.pick(_REASONS) if limited else "Buys nothing: no limit is checked.",
            "vip_portal_enabled": client.is_large,
            "vip_portal_last_login": updated if client.is_large and updated > created else None,
            "wishlist": stream.pick(_WISHES) if client.buys else None,
            "referred_by_client_id": None if client.referred_by is None else unit.id_of("clients", client.referred_by),
            "deleted_at": None,
            "created_at": created,
            "updated_at": updated,
        }


def _business(client: Client, drawn: int) -> str:
    if client.is_large:
        return _LARGE_BUSINESS[drawn % 2]
    return "MANUFACTURER" if client.supplies and not client.buys else _SMALL_BUSINESS[drawn % 5]


CLIENTS = SeedTable(
    schema.CLIENTS,
    per_unit=PER_UNIT,
    rows=rows,
    pii={"name": "company", "email": "email", "phone": "phone", "address": "address"},
    companions=(USERS, TAGS, PRICING_RULES, PRICING_PROFILES, PRICING_DEFAULTS),
    followers=(CLIENT_TAGS, FREEFORM_NOTES, CLIENT_NOTES, CLIENT_COMMUNICATIONS, CLIENT_ACTIVITY),
    checks=(
        Check("clients: names do not repeat", "SELECT COUNT(*) - COUNT(DISTINCT name) FROM {clients} AS c"),
        Check(
            "clients: total_owed is the amount due of their invoices that are neither paid nor void (TERP's check B1)",
            "SELECT COUNT(*) FROM {clients} AS c LEFT JOIN (SELECT customerId, SUM(amountDue) AS owed FROM {invoices} AS i "
            "WHERE status NOT IN ('VOID', 'PAID') GROUP BY customerId) AS s ON s.customerId = c.id "
            "WHERE ROUND(c.total_owed * 100) <> ROUND(COALESCE(s.owed, 0) * 100)",
        ),
        Check(
            "clients: total_spent is the sum of the invoices of their sales that are neither draft nor void (H8)",
            "SELECT COUNT(*) FROM {clients} AS c LEFT JOIN (SELECT i.customerId, SUM(i.totalAmount) AS spent, "
            "SUM(i.totalAmount - o.total_cogs) AS profit FROM {invoices} AS i "
            "JOIN {orders} AS o ON i.referenceType = 'ORDER' AND o.id = i.referenceId "
            "WHERE i.status NOT IN ('VOID', 'DRAFT') GROUP BY i.customerId) AS s ON s.customerId = c.id "
            "WHERE ROUND(c.total_spent * 100) <> ROUND(COALESCE(s.spent, 0) * 100) "
            "OR ROUND(c.total_profit * 100) <> ROUND(COALESCE(s.profit, 0) * 100)",
        ),
        Check(
            "clients: oldest_debt_days grows with the age of their oldest issued unpaid invoice, and is 0 without one",
            "SELECT (SELECT COUNT(*) FROM {clients} AS c LEFT JOIN (SELECT DISTINCT customerId FROM {invoices} AS i "
            f"WHERE {_OWED} AND invoiceDate < '{{as_of}}') AS s ON s.customerId = c.id WHERE (c.oldest_debt_days > 0) <> "
            f"(s.customerId IS NOT NULL)) "
            "+ (SELECT COUNT(*) FROM (SELECT c.oldest_debt_days, COUNT(DISTINCT s.oldest) AS days FROM {clients} AS c JOIN "
            f"(SELECT customerId, MIN(invoiceDate) AS oldest FROM {{invoices}} AS i WHERE {_OWED} GROUP BY customerId) AS s "
            "ON s.customerId = c.id GROUP BY c.oldest_debt_days) AS d WHERE d.days > 1)",
        ),
        Check(
            "clients: none owes more than its limit, and those with orders are buyers",
            "SELECT (SELECT COUNT(*) FROM {clients} AS c WHERE c.total_owed > c.credit_limit) + (SELECT COUNT(*) FROM {orders} "
            "AS o "
            "JOIN {clients} AS c ON c.id = o.client_id WHERE NOT c.is_buyer)",
        ),
        Check(
            "clients: created before their orders",
            "SELECT COUNT(*) FROM {orders} AS o JOIN {clients} AS c ON c.id = o.client_id WHERE o.created_at < c.created_at",
        ),
    ),
)
