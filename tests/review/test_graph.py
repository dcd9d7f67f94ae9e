"""The graph of the tables: drawn for any catalog, from what its rows refer to."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa

from terp_seed.model.recipe import Recipe, Size
from terp_seed.model.table import Catalog, ConditionalReference, Row, SeedTable, Unit
from terp_seed.review.graph import HEIGHT, WIDTH, graph
from terp_seed.terp import PROJECT
from tests.support import NAMES

METADATA = sa.MetaData()
RECIPE = Recipe(Size(1), 42, date(2026, 3, 1), 1)


def table(name: str, *parents: str, empty: str = "", **options: Any) -> SeedTable:
    columns = [sa.Column(f"{parent}_id", sa.Integer, sa.ForeignKey(f"{parent}.id")) for parent in (*parents, *empty.split())]

    def rows(unit: Unit) -> Iterator[Row]:
        yield {column.name: None if column.name == f"{empty}_id" else 1 for column in columns}

    return SeedTable(sa.Table(name, METADATA, sa.Column("id", sa.Integer, primary_key=True), *columns), 1, rows, **options)


def test_tables_stand_above_their_referrers_without_overlapping() -> None:
    catalog = PROJECT.catalog
    drawing = graph(catalog, RECIPE, {part.name: part.count(1) for part in catalog.every})
    at = {node.table: node for node in drawing.nodes}
    assert at.keys() == {table.name for table in catalog.tables}  # each stands for its companions too
    assert all(at[edge.parent].y + HEIGHT < at[edge.child].y for edge in drawing.edges)
    boxes = [(node.x, node.y) for node in drawing.nodes]
    assert not [(a, b) for a in boxes for b in boxes if a < b and abs(a[0] - b[0]) < WIDTH and abs(a[1] - b[1]) < HEIGHT]
    assert all(0 <= x <= drawing.width - WIDTH and 0 <= y <= drawing.height - HEIGHT for x, y in boxes)
    assert {(edge.parent, edge.child) for edge in drawing.edges} == {
        *(("vendors", "batches"), ("clients", "batches"), ("products", "batches")),
        *(("batches", "orders"), ("orders", "invoices"), ("invoices", "payments")),
    }
    assert not [edge for edge in drawing.edges if edge.companion]


def test_a_few_companions_are_drawn_too() -> None:
    METADATA.clear()
    brands = table("brands")
    catalog = Catalog([table("products", "brands", companions=(brands,)), table("batches", "products")], 1, NAMES)
    drawing = graph(catalog, RECIPE, dict.fromkeys(("brands", "products", "batches"), 1))
    assert {(edge.parent, edge.child, edge.companion) for edge in drawing.edges} == {
        ("brands", "products", True),
        ("products", "batches", False),
    }
    assert {node.table for node in drawing.nodes if node.companion} == {"brands"}


def test_edges_are_row_references_without_implied_ones() -> None:
    METADATA.clear()
    catalog = Catalog([table("a"), table("b", "a"), table("c", "a", "b"), table("d", empty="a")], 1, NAMES)
    drawing = graph(catalog, RECIPE, dict.fromkeys("abcd", 1))
    assert [(edge.parent, edge.child) for edge in drawing.edges] == [("a", "b"), ("b", "c")]
    found = [(reference.table, reference.column, reference.target) for reference in drawing.references]
    assert found == [("b", "a_id", "a"), ("c", "a_id", "a"), ("c", "b_id", "b")]


def test_conditional_json_and_self_references_are_handled() -> None:
    METADATA.clear()
    catalog = Catalog(
        [
            table("a", "a"),
            table("b", references=(ConditionalReference("ref", "a", "kind", "A"),)),
            table("c", uses=("b",), json_fields={"items": {}}),
        ],
        1,
        NAMES,
    )
    drawing = graph(catalog, RECIPE, dict.fromkeys("abc", 1))
    assert [(edge.parent, edge.child) for edge in drawing.edges] == [("a", "b"), ("b", "c")]
    assert [(r.column, r.target, r.how) for r in drawing.references] == [
        ("a_id", "a", "foreign key"),
        ("ref", "a", "where kind = A"),
        ("items", "b", "ids in JSON"),
    ]
