"""Clients: who TERP sells to and buys from. Ten a unit: five vendors, of whom two buy too, and five who only buy.

Two of the buyers are large and place two thirds of the orders.
"""

import json
from collections.abc import Iterator

from terp_seed.engine.literals import JsonText
from terp_seed.engine.masking import PARTY
from terp_seed.engine.table import Check, Row, SeedTable, Unit
from terp_seed.tables import schema
from terp_seed.tables.figures import CLIENTS as PER_UNIT
from terp_seed.tables.figures import Client
from terp_seed.tables.money import CENT, NOTHING, percent
from terp_seed.tables.parties import client_party
from terp_seed.tables.trade import Trade
from terp_seed.tables.users import USERS

_SMALL_BUSINESS = ("RETAIL", "DISPENSARY", "DISPENSARY", "DELIVERY", "OTHER")
_LARGE_BUSINESS = ("WHOLESALE", "DISTRIBUTOR")
_CONTACT = ("EMAIL", "EMAIL", "PHONE", "TEXT", "ANY")
_INTERESTS = ("indoor flower", "pre-rolls", "live resin", "vapes", "edibles", "tinctures")
_TAGS = [JsonText(json.dumps([interest])) for interest in _INTERESTS]
_TAGS_OF_LARGE = [JsonText(json.dumps(["key account", interest])) for interest in _INTERESTS]
_TAGS_OF_VENDORS = [JsonText(json.dumps(["supplier", interest])) for interest in _INTERESTS]
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
    """Yield the clients of a unit; what they spent and owe is added up from their invoices."""
    made = Trade(unit)
    stream = unit.stream("clients")
    is_first = not unit.chapter  # a later revision's clients supply nothing: its batches are the first ones'
    referrers = {client.referred_by for client in made.clients}
    for place, client in enumerate(made.clients):
        created = made.at(client.day, 14 * 60 + stream.below(120))
        updated = made.at(client.last_day, 22 * 60) if client.last_day > client.day else created
        supplies = client.supplies and is_first
        limited = client.credit_limit > 0
        yield {
            PARTY: client_party(unit, place),
            "version": 1,
            "teri_code": f"CLI-S{unit.id_of('clients', place):06d}",
            "businessType": _business(client, stream.below(10), supplies),
            "preferredContact": stream.pick(_CONTACT),
            "payment_terms": client.credit_days,
            "is_buyer": client.buys or not is_first,
            "is_seller": supplies,
            "is_brand": supplies and client.vendor % 2 == 0,
            "is_referee": place in referrers,
            "is_contractor": False,
            "tags": (_TAGS_OF_VENDORS if supplies else _TAGS_OF_LARGE if client.is_large else _TAGS)[
                stream.below(len(_INTERESTS))
            ],
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


def _business(client: Client, drawn: int, supplies: bool) -> str:
    if client.is_large:
        return _LARGE_BUSINESS[drawn % 2]
    return "MANUFACTURER" if supplies and not client.buys else _SMALL_BUSINESS[drawn % 5]
