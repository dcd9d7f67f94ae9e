"""Needs of clients and offers of vendors, which TERP matches by strain, category and price."""

from collections.abc import Iterator

from terp_seed.model.streams import Stream
from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.model.values import Adopted
from terp_seed.terp import schema_orders, schema_stock
from terp_seed.terp.days import CLOSES, day_of, moment, next_working_day, working_day
from terp_seed.terp.figures import BUYER, GOODS, SELLER, VENDORS
from terp_seed.terp.money import CENT
from terp_seed.terp.office import MINUTES, at, in_office, soon_after
from terp_seed.terp.strains import CATEGORIES
from terp_seed.terp.strains import NAMES as STRAINS
from terp_seed.terp.trade import Trade

# the needs of a unit: status, and the range of days since entry
_NEEDS = (
    ("FULFILLED", 60, 110),
    ("EXPIRED", 70, 120),
    ("CANCELLED", 35, 90),
    ("ACTIVE", 15, 25),
    ("ACTIVE", 8, 20),
    ("ACTIVE", 3, 12),
    ("ACTIVE", 1, 6),
)
_OFFERS = ("EXPIRED", "RESERVED", "AVAILABLE", "AVAILABLE", "AVAILABLE")
_GRADES = ("A+", "A", "A", "B+", None)
_NOTES = (
    "Open to a similar strain if the price is right.",
    "Needs it in one delivery.",
    "Lab report before anything else.",
    "For the holiday menu.",
    "Has a customer waiting for it.",
    "Would take more if the first case sells.",
    "Only with photos of the actual batch.",
    "Two cases to start with.",
    None,
    None,
)
_INTERNAL = (
    "Ask the growers on Monday.",
    "Paid top price for it last year.",
    "Offer what is in the vault first.",
    "Compares us with two others.",
    None,
    None,
    None,
)
_FLOWER_NOTES = (
    "Not older than sixty days since harvest.",
    "Full buds only, no smalls mixed in.",
    "Moisture below twelve percent.",
)
_OFFER_NOTES = (
    "Price is for the whole amount.",
    "Can be split in two deliveries.",
    "Lab results are expected next week.",
    "Samples on request.",
    "Sold to nobody else around here.",
    None,
)
_FLOWER_OFFER_NOTES = ("Harvested last week, drying now.", "Same room as the lot before.", "Hand trimmed.")
_OFFER_INTERNAL = ("Fits what two buyers asked for.", "Wait for the lab report.", "Try for five percent less.", None, None)


def need_rows(unit: Unit) -> Iterator[Row]:
    """Yield the needs of a unit's buyers, oldest first."""
    made, stream = Trade(unit), unit.stream("needs")
    as_of = made.as_of
    buyers = stream.shuffled([place for place, client in enumerate(made.clients) if client.buys])
    asked = sorted((in_office(stream, as_of - oldest, as_of - youngest), status) for status, youngest, oldest in _NEEDS)
    for number, (minute, status) in enumerate(asked):
        strain, good = stream.below(len(STRAINS)), GOODS[stream.below(len(GOODS))]
        least = _quantity(stream, good.unit_of_sale)
        needed = next_working_day(as_of if status == "ACTIVE" else minute // MINUTES, stream.between(4, 20))
        ended = _ended(stream, status, minute, as_of, needed + 7)
        yield {
            "client_id": unit.id_of("clients", buyers[number % len(buyers)]),
            "strain": STRAINS[strain],
            "product_name": f"{STRAINS[strain]} {good.called}",
            "strainId": Adopted("strains", strain),
            "strain_type": CATEGORIES[strain].upper(),
            "category": good.category,
            "subcategory": good.subcategory,
            "grade": stream.pick(_GRADES),
            "quantity_min": least * 100 * CENT,
            "quantity_max": least * stream.pick((150, 200, 300)) * CENT,
            "price_max": good.highest_cost * stream.between(125, 150) // 10_000 * 100 * CENT,
            "status": status,
            "priority": stream.pick(("LOW", "MEDIUM", "MEDIUM", "HIGH", "URGENT" if status == "ACTIVE" else "MEDIUM")),
            "needed_by": day_of(needed),
            "expires_at": moment(needed + 7, CLOSES),
            "fulfilled_at": at(ended) if status == "FULFILLED" else None,
            "notes": stream.pick(_NOTES + _FLOWER_NOTES if good.category == "Flower" else _NOTES),
            "internal_notes": stream.pick(_INTERNAL),
            "created_by": unit.id_of("users", SELLER),
            "created_by_client_id": None,
            "created_at": at(minute),
            "updated_at": at(ended),
            "deleted_at": None,
        }


def supply_rows(unit: Unit) -> Iterator[Row]:
    """Yield one offer per vendor of a unit, oldest first."""
    made, stream = Trade(unit), unit.stream("supply")
    as_of = made.as_of
    offered = sorted(
        (in_office(stream, *((as_of - 75, as_of - 60) if status == "EXPIRED" else (as_of - 20, as_of - 6))), status)
        for status in _OFFERS
    )
    for vendor, (minute, status) in zip(stream.shuffled(range(VENDORS)), offered, strict=True):
        strain, good = stream.below(len(STRAINS)), GOODS[stream.below(len(GOODS))]
        day = minute // MINUTES
        until = day + stream.between(20, 40) if status == "EXPIRED" else as_of + stream.between(7, 30)
        reserved = in_office(stream, day + 1, as_of - 1) if status == "RESERVED" else None
        yield {
            "vendor_id": unit.id_of("vendors", vendor),
            "strain": STRAINS[strain],
            "product_name": f"{STRAINS[strain]} {good.called}",
            "strain_type": CATEGORIES[strain].upper(),
            "category": good.category,
            "subcategory": good.subcategory,
            "grade": stream.pick(_GRADES),
            "quantity_available": _quantity(stream, good.unit_of_sale) * 200 * CENT,
            "unit_price": stream.between(good.lowest_cost, good.highest_cost) // 5 * 5 * CENT,
            "status": status,
            "available_until": moment(working_day(until), CLOSES),
            "reserved_at": None if reserved is None else at(reserved),
            "purchased_at": None,
            "notes": stream.pick(_OFFER_NOTES + _FLOWER_OFFER_NOTES if good.category == "Flower" else _OFFER_NOTES),
            "internal_notes": stream.pick(_OFFER_INTERNAL),
            "deleted_at": None,
            "created_by": unit.id_of("users", BUYER),
            "created_by_client_id": None,
            "created_at": at(minute),
            "updated_at": at(minute if reserved is None else reserved),
        }


def _quantity(stream: Stream, unit_of_sale: str) -> int:
    return stream.between(2, 10) * 5 if unit_of_sale == "LB" else stream.between(2, 12) * 50


def _ended(stream: Stream, status: str, minute: int, as_of: int, expires: int) -> int:
    """Draw the minute of a need's last change."""
    if status == "EXPIRED":
        return expires * MINUTES + CLOSES
    if status == "ACTIVE":
        return soon_after(stream, minute, 30)
    day = minute // MINUTES
    return in_office(stream, day + 1, min(day + 25, as_of - 1))


CLIENT_NEEDS = SeedTable(
    schema_orders.CLIENT_NEEDS,
    per_unit=len(_NEEDS),
    rows=need_rows,
    not_pii=frozenset({"product_name"}),
    appended=0,
    checks=(
        Check(
            "client_needs: each is a buyer's, for an existing strain",
            "SELECT COUNT(*) FROM {client_needs} AS n JOIN {clients} AS c ON c.id = n.client_id LEFT JOIN strains AS s "
            "ON s.id = n.strainId AND s.name = n.strain WHERE NOT c.is_buyer OR n.created_at < c.created_at OR s.id IS NULL",
        ),
        Check(
            "client_needs: open ones are needed after the as-of day, expired ones have expired, fulfilled ones have a time",
            "SELECT COUNT(*) FROM {client_needs} AS n WHERE (status = 'ACTIVE' AND needed_by < '{as_of}') "
            "OR (status = 'EXPIRED' AND DATE(expires_at) >= '{as_of}') "
            "OR (status = 'FULFILLED') <> (fulfilled_at IS NOT NULL) OR fulfilled_at < created_at "
            "OR updated_at < created_at OR DATE(updated_at) > '{as_of}' OR quantity_max < quantity_min",
        ),
    ),
)
VENDOR_SUPPLY = SeedTable(
    schema_stock.VENDOR_SUPPLY,
    per_unit=VENDORS,
    rows=supply_rows,
    not_pii=frozenset({"product_name"}),
    appended=0,
    checks=(
        Check(
            "vendor_supply: every vendor of a lot has an offer",
            "SELECT COUNT(*) FROM {vendors} AS v WHERE v.id IN (SELECT vendorId FROM {lots} AS l) "
            "AND v.id NOT IN (SELECT vendor_id FROM {vendor_supply} AS s)",
        ),
        Check(
            "vendor_supply: expired offers ended before the as-of day, and the others are still valid",
            "SELECT COUNT(*) FROM {vendor_supply} AS s WHERE (status = 'EXPIRED') <> (DATE(available_until) < '{as_of}') "
            "OR (status = 'RESERVED') <> (reserved_at IS NOT NULL) OR reserved_at < created_at "
            "OR DATE(updated_at) > '{as_of}' OR purchased_at IS NOT NULL",
        ),
    ),
)
