"""Tags, and the taggings of clients and products.

TERP keeps a client's tags in a JSON list in `clients` and also as rows; both are made from the same `taggings`.
"""

import json
from collections.abc import Iterator
from typing import NamedTuple

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.model.values import Adopted, JsonText
from terp_seed.terp import schema_clients
from terp_seed.terp.days import OPENS, moment, working_day
from terp_seed.terp.figures import BUYER, CLIENTS, PRODUCTS, SELLER, Client
from terp_seed.terp.office import at, in_office, joined
from terp_seed.terp.strains import CATEGORIES, NAMES
from terp_seed.terp.trade import Trade

TAGS_OF_A_CLIENT = 2
_TAGS_OF_A_PRODUCT = 2


class _Tag(NamedTuple):
    name: str
    category: str
    color: str
    description: str


_TAGS = (
    _Tag("Key Account", "PRIORITY", "#DC2626", "Orders every week; call before the menu goes out."),
    _Tag("Supplier", "TYPE", "#2563EB", "We buy from them."),
    _Tag("On Terms", "STATUS", "#059669", "Pays by invoice."),
    _Tag("Cash on Delivery", "STATUS", "#D97706", "Pays when the goods arrive."),
    _Tag("Flower Buyer", "CUSTOM", "#16A34A", "Asks for flower first."),
    _Tag("Vape Buyer", "CUSTOM", "#7C3AED", "Asks for cartridges and disposables first."),
    _Tag("Edibles Buyer", "CUSTOM", "#DB2777", "Asks for gummies and chocolate first."),
    _Tag("Concentrates Buyer", "CUSTOM", "#B45309", "Asks for live resin and rosin first."),
    _Tag("Flower Grower", "CUSTOM", "#65A30D", "Sells us flower."),
    _Tag("Packed Goods Maker", "CUSTOM", "#0891B2", "Sells us packed goods."),
    _Tag("Indica", "STRAIN", "#6D28D9", "Indica-dominant strains."),
    _Tag("Sativa", "STRAIN", "#CA8A04", "Sativa-dominant strains."),
    _Tag("Hybrid", "STRAIN", "#0D9488", "Balanced hybrids."),
    _Tag("Citrus", "FLAVOR", "#EAB308", "Lemon, orange and grapefruit notes."),
    _Tag("Gas", "FLAVOR", "#475569", "Fuel and diesel notes."),
    _Tag("Dessert", "FLAVOR", "#F472B6", "Sweet, doughy and fruity notes."),
    _Tag("Earthy", "FLAVOR", "#92400E", "Pine, wood and spice."),
)
_PLACES = {tag.name: place for place, tag in enumerate(_TAGS)}
_ASKS_FOR = ("Flower Buyer", "Flower Buyer", "Vape Buyer", "Edibles Buyer", "Concentrates Buyer")
_SELLS = ("Flower Grower", "Packed Goods Maker")
_FLAVORS = {
    "Citrus": ("Amnesia Haze", "Forbidden Fruit", "Green Crack", "Lemon Haze", "Maui Wowie", "Pineapple Express"),
    "Gas": ("Chemdawg", "Gorilla Glue", "OG Kush", "Sour Diesel", "Trainwreck"),
    "Earthy": ("Acapulco Gold", "Bubba Kush", "Durban Poison", "Jack Herer", "Northern Lights", "White Widow"),
}
_FLAVOR_OF = {strain: flavor for flavor, strains in _FLAVORS.items() for strain in strains}  # all others are Dessert


class Tagging(NamedTuple):
    """A Tagging is one tag that a client was given, with the time and the user."""

    minute: int
    client: int
    tag: str
    user: int


def taggings(unit: Unit, clients: list[Client]) -> list[Tagging]:
    """Return the taggings of a unit's clients, oldest first; each client has two."""
    stream, as_of = unit.stream("tags"), unit.as_of.toordinal()
    given = []
    for place, client in enumerate(clients):
        first = "Key Account" if client.is_large else "Supplier" if client.supplies else stream.pick(_ASKS_FOR)
        if client.supplies:
            second = stream.pick(_ASKS_FOR if client.buys else _SELLS)
        elif client.is_large:
            second = stream.pick(_ASKS_FOR)
        else:
            second = "On Terms" if client.credit_days else "Cash on Delivery"
        start = joined(client)
        user = BUYER if client.supplies else SELLER
        given.append(Tagging(start + 1 + stream.below(20), place, first, user))
        later = min(client.day + 1 + stream.below(30), as_of - 1)
        given.append(Tagging(max(in_office(stream, later, as_of - 1), start + 30), place, second, user))
    return sorted(given)


def tags_of_clients(unit: Unit, clients: list[Client]) -> list[JsonText]:
    """Return the JSON list for `clients.tags` of each of a unit's clients."""
    names: list[list[str]] = [[] for _ in clients]
    for tagging in taggings(unit, clients):
        names[tagging.client].append(tagging.tag)
    return [JsonText(json.dumps(tags)) for tags in names]


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the tags."""
    made = moment(working_day(unit.as_of.toordinal() - 720), OPENS)
    for tag in _TAGS:
        yield {
            "name": tag.name,
            "deleted_at": None,
            "standardizedName": tag.name.lower(),
            "category": tag.category,
            "color": tag.color,
            "description": tag.description,
            "createdAt": made,
            "updatedAt": made,
        }


def client_rows(unit: Unit) -> Iterator[Row]:
    """Yield the tags of a unit's clients."""
    for tagging in taggings(unit, Trade(unit).clients):
        yield {
            "clientId": unit.id_of("clients", tagging.client),
            "tagId": Adopted("tags", _PLACES[tagging.tag]),
            "deleted_at": None,
            "createdAt": at(tagging.minute),
        }


def product_rows(unit: Unit) -> Iterator[Row]:
    """Yield the tags of a unit's products, oldest first: one for the category of the strain and one for the flavor."""
    made, stream = Trade(unit), unit.stream("product tags")
    given = []
    for place, product in enumerate(made.products):
        minute = in_office(stream, product.day + 1, product.day + 20)
        flavor = _FLAVOR_OF.get(NAMES[product.strain], "Dessert")
        given += [(minute, place, tag) for tag in (CATEGORIES[product.strain].capitalize(), flavor)]
    for minute, place, tag in sorted(given):
        yield {
            "productId": unit.id_of("products", place),
            "tagId": Adopted("tags", _PLACES[tag]),
            "deleted_at": None,
            "createdAt": at(minute),
        }


TAGS = SeedTable(
    schema_clients.TAGS,
    per_unit=len(_TAGS),
    rows=rows,
    not_pii=frozenset({"name", "standardizedName"}),
    shared=True,
    adopts=("name",),
)
CLIENT_TAGS = SeedTable(
    schema_clients.CLIENT_TAGS,
    per_unit=CLIENTS * TAGS_OF_A_CLIENT,
    rows=client_rows,
    checks=(
        Check(
            "clientTags: a client has each tag at most once, and not before it was entered",
            "SELECT (SELECT COUNT(*) FROM {clientTags} AS t) - (SELECT COUNT(*) FROM (SELECT DISTINCT clientId, tagId "
            "FROM {clientTags} AS t) AS d) + (SELECT COUNT(*) FROM {clientTags} AS t JOIN {clients} AS c ON c.id = t.clientId "
            "WHERE t.createdAt < c.created_at OR DATE(t.createdAt) > '{as_of}')",
        ),
        Check(
            "clientTags: they match the client's own list of tags",
            "SELECT COUNT(*) FROM {clients} AS c LEFT JOIN (SELECT t.clientId, COUNT(*) AS tags FROM {clientTags} AS t "
            "JOIN tags AS g ON g.id = t.tagId JOIN {clients} AS k ON k.id = t.clientId AND REPLACE(CAST(k.tags AS "
            "CHAR(900)), g.name, '') <> CAST(k.tags AS CHAR(900)) "
            "GROUP BY t.clientId) AS s ON s.clientId = c.id "
            f"WHERE c.tags IS NOT NULL AND COALESCE(s.tags, 0) <> {TAGS_OF_A_CLIENT}",
        ),
    ),
)
PRODUCT_TAGS = SeedTable(
    schema_clients.PRODUCT_TAGS,
    per_unit=PRODUCTS * _TAGS_OF_A_PRODUCT,
    rows=product_rows,
    appended=0,
    checks=(
        Check(
            "productTags: a product with batches has one tag for its strain and one for its flavor, given after it was entered",
            "SELECT COUNT(*) FROM {products} AS p LEFT JOIN (SELECT t.productId, "
            ""
            "SUM(CASE WHEN g.name IN ('Indica', 'Sativa', 'Hybrid') THEN 1 ELSE 0 END) AS strains, "
            "SUM(CASE WHEN g.name IN ('Citrus', 'Gas', 'Dessert', 'Earthy') THEN 1 ELSE 0 END) AS "
            "flavors, MIN(t.createdAt) AS earliest FROM {productTags} AS t JOIN tags AS g ON g.id = t.tagId "
            "GROUP BY t.productId) AS s ON s.productId = p.id "
            "WHERE p.id IN (SELECT productId FROM {batches} AS b) "
            "AND (COALESCE(s.strains, 0) <> 1 OR COALESCE(s.flavors, 0) <> 1 OR s.earliest < p.createdAt)",
        ),
    ),
)
