"""The graph of the tables: its nodes and edges, and their positions on the page. Derived from the catalog alone.

An edge is a reference that generated rows use. Edges implied by others (payments to clients, through invoices) are not drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Catalog

WIDTH, HEIGHT = 112, 44  # of a node
_ACROSS, _DOWN = 132, 76  # between two nodes, and between two layers
_MARGIN = 8
_MOST_COMPANIONS = 8  # that are drawn; if there are more, each is merged into the table that brings it


@dataclass(frozen=True)
class Reference:
    """A Reference is one column, or a value in its JSON, that holds ids of another table."""

    table: str
    column: str
    target: str
    how: str


@dataclass(frozen=True)
class Node:
    """A Node is a table and the position of its upper left corner."""

    table: str
    rows: int
    companion: bool
    x: int
    y: int


@dataclass(frozen=True)
class Edge:
    """An Edge is a line from a table to one that refers to it."""

    parent: str
    child: str
    path: str
    companion: bool


@dataclass(frozen=True)
class Graph:
    """A Graph is a drawing of the tables in layers, parents on top."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    references: tuple[Reference, ...]
    width: int
    height: int


def graph(catalog: Catalog, recipe: Recipe, rows: Mapping[str, int]) -> Graph:
    """Draw the tables that have rows, each above those that refer to it; without companions if there are many."""
    every = [table.name for table in catalog.every if table.name in rows]
    references = tuple(_references(catalog, recipe, every))
    stands_for = {part.name: table.name for table in reversed(catalog.tables) for part in table.parts}
    order = [name for name in every if not catalog.is_companion(name)]
    if len(every) - len(order) <= _MOST_COMPANIONS:
        stands_for, order = {name: name for name in every}, every
    leads_to = {(stands_for[r.target], stands_for[r.table]) for r in references if r.target in stands_for}
    children = {
        name: {child for parent, child in leads_to if parent == name} & set(order[place + 1 :])
        for place, name in enumerate(order)
    }
    layers: dict[str, int] = {}
    for name in reversed(order):
        layers[name] = max((layers[child] + 1 for child in children[name]), default=0)
    depth = max(layers.values(), default=0)
    places = _places([[name for name in order if depth - layers[name] == layer] for layer in range(depth + 1)], children)
    columns = max((place for place, _ in places.values()), default=0.0) + 1
    nodes = {
        name: Node(
            name,
            rows[name],
            catalog.is_companion(name),
            round(_MARGIN + place * _ACROSS),
            _MARGIN + layer * _DOWN,
        )
        for name, (place, layer) in places.items()
    }
    edges = tuple(
        Edge(parent, child, _curve(nodes[parent], nodes[child]), nodes[parent].companion or nodes[child].companion)
        for parent in order
        for child in sorted(children[parent], key=order.index)
        if not any(_leads_to(children, other, child) for other in children[parent] - {child})
    )
    width = round((columns - 1) * _ACROSS) + WIDTH + 2 * _MARGIN
    return Graph(tuple(nodes[name] for name in order), edges, references, width, depth * _DOWN + HEIGHT + 2 * _MARGIN)


def _references(catalog: Catalog, recipe: Recipe, order: list[str]) -> list[Reference]:
    found = []
    for table in (catalog[name] for name in order):
        filled = {column for row in table.sample(recipe) for column, value in row.items() if value is not None}
        conditions = {reference.column: reference for reference in table.references}
        for column, target in table.parents().items():
            if column in filled and column not in conditions:
                found.append(Reference(table.name, column, target, "foreign key"))
        for reference in table.references:
            how = f"where {reference.when} = {reference.equals}"
            found.append(Reference(table.name, reference.column, reference.target, how))
        stored = ", ".join(table.json_fields) or "values"
        found += [Reference(table.name, stored, target, "ids in JSON") for target in table.uses]
    return found


def _leads_to(children: Mapping[str, set[str]], start: str, goal: str) -> bool:
    return start == goal or any(_leads_to(children, child, goal) for child in children[start])


def _places(layers: list[list[str]], children: Mapping[str, set[str]]) -> dict[str, tuple[float, int]]:
    """Return each table's column and layer, centred and near the tables that refer to it."""
    widest = max((len(layer) for layer in layers), default=0)
    places: dict[str, tuple[float, int]] = {}
    for number in range(len(layers) - 1, -1, -1):
        layer = layers[number]
        wish = {name: sum(places[child][0] for child in children[name]) / (len(children[name]) or 1) for name in layer}
        start = (widest - len(layer)) / 2
        for place, name in enumerate(sorted(layer, key=lambda name: wish[name])):
            places[name] = (start + place, number)
    return places


def _curve(parent: Node, child: Node) -> str:
    x1, y1 = parent.x + WIDTH // 2, parent.y + HEIGHT
    x2, y2 = child.x + WIDTH // 2, child.y
    middle = (y1 + y2) // 2
    return f"M{x1} {y1}C{x1} {middle} {x2} {middle} {x2} {y2 - 6}"
