"""Pricing: rules, profiles that group them, and the default margin of each category.

One set of rows for all units. A profile refers to its rules in JSON, so both are seeded, not adopted.
"""

from collections.abc import Iterator
from datetime import datetime

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.model.values import JsonText
from terp_seed.terp import schema_clients
from terp_seed.terp.days import OPENS, moment, working_day
from terp_seed.terp.figures import MANAGER
from terp_seed.terp.money import CENT

_AGREED_DAYS_AGO = 420  # prices were agreed before the first sale

# name, description, kind of adjustment, value in hundredths, conditions, priority
_RULES = (
    ("Flower markup", "What flower is sold at, on top of its cost.", "PERCENT_MARKUP", 32_00, '{"category":"Flower"}', 10),
    ("Pre-roll markup", "Singles and multi-packs.", "PERCENT_MARKUP", 45_00, '{"subcategory":"Preroll"}', 10),
    ("Vape markup", "Cartridges and disposables.", "PERCENT_MARKUP", 42_00, '{"category":"Vapes"}', 10),
    ("Concentrate markup", "Live resin, rosin and the like.", "PERCENT_MARKUP", 40_00, '{"category":"Concentrates"}', 10),
    ("Edible markup", "Gummies and chocolate.", "PERCENT_MARKUP", 48_00, '{"subcategory":"Edible"}', 10),
    ("Smalls discount", "Smalls move slower than full buds.", "PERCENT_MARKDOWN", 4_00, '{"subcategory":"Smalls"}', 5),
    ("B grade discount", "Agreed with every buyer of B grade.", "PERCENT_MARKDOWN", 6_00, '{"grade":"B"}', 5),
    ("Key account discount", "For those who order every week.", "PERCENT_MARKDOWN", 5_00, '{"priceMin":0}', 1),
)
_LIST = (0, 1, 2, 3, 4, 5, 6)
_PROFILES = (
    ("Standard wholesale", "List prices: markup by category, less for smalls and B grade.", _LIST),
    ("Key account", "List prices less five percent, for buyers with a standing weekly order.", (*_LIST, 7)),
    ("Flower only", "For shops that buy packed goods elsewhere.", (0, 5, 6)),
)
# percent of the price, in hundredths; TERP falls back from a category to OTHER, and from there to DEFAULT
_MARGINS = (
    ("Flower", 24_00),
    ("Vapes", 29_50),
    ("Concentrates", 28_50),
    ("Manufactured Products", 31_50),
    ("OTHER", 30_00),
    ("DEFAULT", 28_00),
)


def rule_rows(unit: Unit) -> Iterator[Row]:
    """Yield the rules."""
    agreed = _agreed(unit)
    for name, description, kind, value, conditions, priority in _RULES:
        yield {
            "name": name,
            "description": description,
            "adjustment_type": kind,
            "adjustment_value": value * CENT,
            "conditions": JsonText(conditions),
            "logic_type": "AND",
            "priority": priority,
            "is_active": True,
            "deleted_at": None,
            "created_at": agreed,
            "updated_at": agreed,
        }


def profile_rows(unit: Unit) -> Iterator[Row]:
    """Yield the profiles, with their rules and the rules' priorities."""
    agreed = _agreed(unit)
    for name, description, rules in _PROFILES:
        named = ",".join(f'{{"ruleId":{unit.id_of("pricing_rules", rule)},"priority":{_RULES[rule][5]}}}' for rule in rules)
        yield {
            "name": name,
            "deleted_at": None,
            "description": description,
            "rules": JsonText(f"[{named}]"),
            "created_by": unit.id_of("users", MANAGER),
            "created_at": agreed,
            "updated_at": agreed,
        }


def default_rows(unit: Unit) -> Iterator[Row]:
    """Yield the margin of each category."""
    agreed = _agreed(unit)
    for category, percent in _MARGINS:
        yield {
            "product_category": category,
            "default_margin_percent": percent * CENT,
            "created_at": agreed,
            "updated_at": agreed,
        }


def _agreed(unit: Unit) -> datetime:
    return moment(working_day(unit.as_of.toordinal() - _AGREED_DAYS_AGO), OPENS)


PRICING_RULES = SeedTable(
    schema_clients.PRICING_RULES,
    per_unit=len(_RULES),
    rows=rule_rows,
    not_pii=frozenset({"name"}),
    shared=True,
    checks=(
        Check(
            "pricing_rules: each belongs to a profile",
            "SELECT COUNT(*) FROM {pricing_rules} AS r WHERE NOT EXISTS "
            "(SELECT 1 FROM {pricing_profiles.rules} AS p WHERE p.ruleId = r.id)",
        ),
    ),
)
PRICING_PROFILES = SeedTable(
    schema_clients.PRICING_PROFILES,
    per_unit=len(_PROFILES),
    rows=profile_rows,
    not_pii=frozenset({"name"}),
    shared=True,
    uses=("pricing_rules",),
    json_fields={"rules": {"ruleId": "INT", "priority": "INT"}},
    checks=(
        Check(
            "pricing_profiles: their rules exist, with the same priorities",
            "SELECT COUNT(*) FROM {pricing_profiles.rules} AS p LEFT JOIN {pricing_rules} AS r ON r.id = p.ruleId "
            "WHERE r.id IS NULL OR r.priority <> p.priority",
        ),
    ),
)
PRICING_DEFAULTS = SeedTable(
    schema_clients.PRICING_DEFAULTS,
    per_unit=len(_MARGINS),
    rows=default_rows,
    shared=True,
    adopts=("product_category",),
    checks=(
        Check(
            "pricing_defaults: the category of every product has a margin",
            "SELECT COUNT(*) FROM {products} AS p WHERE p.category NOT IN (SELECT product_category FROM pricing_defaults)",
        ),
    ),
)
