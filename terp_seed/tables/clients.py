"""Clients: who TERP sells to. Ten a unit; one or two of them are large buyers and make most of the orders."""

import json
from collections.abc import Iterator

from terp_seed.engine.literals import JsonText
from terp_seed.engine.table import Check, Row, SeedTable, Unit
from terp_seed.tables import schema
from terp_seed.tables.figures import CENT, NOTHING, percent
from terp_seed.tables.figures import CLIENTS as PER_UNIT
from terp_seed.tables.trade import Trade

_SMALL_BUSINESS = ("RETAIL", "DISPENSARY", "DISPENSARY", "DELIVERY", "MANUFACTURER", "OTHER")
_LARGE_BUSINESS = ("WHOLESALE", "DISTRIBUTOR")
_CONTACT = ("EMAIL", "EMAIL", "PHONE", "TEXT", "ANY")
_INTERESTS = ("indoor flower", "pre-rolls", "live resin", "vapes", "edibles", "tinctures")
_TAGS = [JsonText(json.dumps([interest])) for interest in _INTERESTS]
_TAGS_OF_LARGE = [JsonText(json.dumps(["key account", interest])) for interest in _INTERESTS]
_WISHES = (
    "More indoor flower under 120 a pound.",
    "Infused pre-rolls in five-packs.",
    "A second source for gummies.",
    None,
    None,
)


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the clients of a unit; what they spent and owe is added up from their orders."""
    made = Trade(unit)
    stream = unit.stream("clients")
    referrers = {client.referred_by for client in made.clients}
    for place, client in enumerate(made.clients):
        created = made.moment(client.day, 10, stream.below(60))
        updated = made.hour(client.last_day, 18)
        limit = (client.owed // 500_000 + 2) * 500_000
        visits_portal = client.is_large and client.last_day > client.day
        yield {
            "version": 1,
            "teri_code": f"CLI-S{unit.id_of('clients', place):06d}",
            "businessType": stream.pick(_LARGE_BUSINESS if client.is_large else _SMALL_BUSINESS),
            "preferredContact": stream.pick(_CONTACT),
            "payment_terms": client.credit_days,
            "is_buyer": True,
            "is_seller": stream.chance(10),
            "is_brand": False,
            "is_referee": place in referrers,
            "is_contractor": False,
            "tags": (_TAGS_OF_LARGE if client.is_large else _TAGS)[stream.below(len(_INTERESTS))],
            "pricing_profile_id": None,
            "custom_pricing_rules": None,
            "cogsAdjustmentType": "NONE",
            "cogs_adjustment_value": NOTHING,
            "auto_defer_consignment": False,
            "total_spent": client.spent * CENT,
            "total_profit": client.profit * CENT,
            "avg_profit_margin": percent(client.profit, client.spent) * CENT,
            "total_owed": client.owed * CENT,
            "oldest_debt_days": made.as_of - client.oldest_debt_day if client.oldest_debt_day else 0,
            "credit_limit": limit * CENT,
            "credit_limit_updated_at": updated,
            "creditLimitSource": "CALCULATED",
            "credit_limit_override_reason": None,
            "vip_portal_enabled": client.is_large,
            "vip_portal_last_login": updated if visits_portal else None,
            "wishlist": stream.pick(_WISHES),
            "referred_by_client_id": None if client.referred_by is None else unit.id_of("clients", client.referred_by),
            "deleted_at": None,
            "created_at": created,
            "updated_at": updated,
        }


CLIENTS = SeedTable(
    schema.CLIENTS,
    per_unit=PER_UNIT,
    rows=rows,
    pii={"name": "company", "email": "email", "phone": "phone", "address": "address"},
    checks=(
        Check("clients: names do not repeat", "SELECT COUNT(*) - COUNT(DISTINCT name) FROM {clients} AS c"),
        Check(
            "clients: total_spent is the sum of their sales",
            "SELECT COUNT(*) FROM {clients} AS c LEFT JOIN (SELECT client_id, SUM(total) AS spent FROM {orders} AS o "
            "WHERE orderType = 'SALE' AND saleStatus <> 'CANCELLED' GROUP BY client_id) AS s ON s.client_id = c.id "
            "WHERE ROUND(c.total_spent * 100) <> ROUND(COALESCE(s.spent, 0) * 100)",
        ),
        Check(
            "clients: total_owed is the sum due on their sales",
            "SELECT COUNT(*) FROM {clients} AS c LEFT JOIN (SELECT o.client_id, SUM(i.amountDue) AS owed FROM {orders} AS o "
            "JOIN {invoices} AS i ON i.referenceType = 'ORDER' AND i.referenceId = o.id "
            "WHERE o.orderType = 'SALE' AND o.saleStatus <> 'CANCELLED' GROUP BY o.client_id) AS s ON s.client_id = c.id "
            "WHERE ROUND(c.total_owed * 100) <> ROUND(COALESCE(s.owed, 0) * 100)",
        ),
        Check(
            "clients: created before their orders",
            "SELECT COUNT(*) FROM {orders} AS o JOIN {clients} AS c ON c.id = o.client_id WHERE o.created_at < c.created_at",
        ),
    ),
)
