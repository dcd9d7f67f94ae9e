"""Samples: the shapes of the catalogue's tables, read off the rows that terp_seed makes for its first unit.

A column is written where terp_seed writes it, except for ids of rows that a peer does not know yet: those of the row's own table
and of later ones.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Any

import sqlalchemy as sa

from benchmarks.peers.shapes import (
    Amount,
    Choice,
    Code,
    Constant,
    Day,
    Fields,
    Flag,
    InTurn,
    Items,
    Json,
    Moment,
    Numbered,
    Pii,
    Reference,
    Shape,
    Sometimes,
    TableShape,
    Whole,
    Words,
)
from benchmarks.sizes import CATALOG
from terp_seed.model.recipe import Recipe, Size
from terp_seed.model.table import Row, SeedTable
from terp_seed.model.values import Adopted, JsonText
from terp_seed.settings import DEFAULT_SEED

RECIPE = Recipe(Size(1), DEFAULT_SEED, date(2026, 3, 1), CATALOG.generator_version)
_MOST_WORDS_OF_A_CHOICE = 3  # a sentence that terp_seed writes again and again is still one that others would have made
_PLACEHOLDERS = re.compile(r"[#%$!@?]")  # what the libraries replace in a pattern, besides the digits


def table_shapes() -> Iterator[TableShape]:
    """Yield the shapes of every table of the catalogue, parents first."""
    earlier: set[str] = set()
    for table in CATALOG.every:
        yield TableShape(table, _of_table(table, earlier))
        earlier.add(table.name)


def _of_table(table: SeedTable, earlier: set[str]) -> dict[str, Shape]:
    rows = table.sample(RECIPE)
    parents = _parents(table, rows, earlier)
    shapes: dict[str, Shape] = {}
    for column in table.table.columns:
        name = column.name
        filled = name in table.pii or None  # by the masker, where a row leaves it out
        values = [row.get(name, filled) for row in rows]
        present = [value for value in values if value is not None]
        if not present or (name in parents and parents[name] not in earlier):
            continue
        if name in parents:
            shape: Shape = Reference(parents[name])
        elif filled:
            shape = Pii(table.pii[name], getattr(column.type, "length", None))
        else:
            shape = _of_values(column.type, present)
        shapes[name] = shape if len(present) == len(values) else Sometimes(shape, tuple(value is not None for value in values))
    for key in _unique_keys(table.table):
        if shapes.keys() >= key:
            _make_unique(shapes, sorted(key), rows)
    return shapes


def _parents(table: SeedTable, rows: Sequence[Row], earlier: set[str]) -> dict[str, str]:
    """Return the table that each column refers to; where that depends on the row, an earlier one that most rows refer to."""
    conditional: dict[str, Counter[str]] = defaultdict(Counter)
    for reference in table.references:
        if reference.target in earlier:
            conditional[reference.column][reference.target] += sum(row[reference.when] == reference.equals for row in rows)
    return {
        **table.parents(),
        **{column: targets.most_common(1)[0][0] for column, targets in conditional.items()},
        **{column: value.table for row in rows for column, value in row.items() if isinstance(value, Adopted)},
    }


def _unique_keys(table: sa.Table) -> Iterator[set[str]]:
    """Yield the columns of each unique key but the primary one."""
    for constraint in (*table.constraints, *table.indexes):
        if isinstance(constraint, sa.UniqueConstraint) or (isinstance(constraint, sa.Index) and constraint.unique):
            yield {column.name for column in constraint.columns}


def _make_unique(shapes: dict[str, Shape], key: Sequence[str], rows: Sequence[Row]) -> None:
    """Change the shapes of a key's columns so that no two rows have the same values in all of them."""
    for name in key:
        match _value(shapes[name]):
            case InTurn(_, ()) | Numbered():
                return  # unique by itself already, for another key
            case Pii(kind, longest):
                shapes[name] = _like(shapes[name], Pii(kind, longest, unique=True))
                return
            case Reference() | InTurn():
                continue
        shapes[name] = _like(shapes[name], _numbered([row[name] for row in rows if row[name] is not None]))
        return
    within: tuple[str, ...] = ()
    for name in key:
        reference = _value(shapes[name])
        assert isinstance(reference, Reference), f"{name} is in two unique keys of several references"
        shapes[name] = _like(shapes[name], InTurn(reference.table, within))
        within += (reference.table,)


def _value(shape: Shape) -> Shape:
    return shape.of if isinstance(shape, Sometimes) else shape


def _like(shape: Shape, other: Shape) -> Shape:
    """Return the other shape, and NULL where the first one has it."""
    return Sometimes(other, shape.turns) if isinstance(shape, Sometimes) else other


def _numbered(values: Sequence[Any]) -> Numbered:
    if not isinstance(values[0], str):
        return Numbered(None)
    alike = takewhile(lambda letters: len(set(letters)) == 1 and not letters[0].isdigit(), zip(*values, strict=False))
    return Numbered("".join(letters[0] for letters in alike))


def _of_values(kind: sa.types.TypeEngine[Any], values: Sequence[Any]) -> Shape:
    """Return the shape of a column of that type, from values of it."""
    if isinstance(kind, sa.JSON) or all(isinstance(value, JsonText) for value in values):
        return _of_documents([json.loads(v) if isinstance(v, JsonText) else v for v in values], not isinstance(kind, sa.JSON))
    if isinstance(kind, sa.DateTime):
        return Moment()
    if isinstance(kind, sa.Date):
        return Day()
    if isinstance(kind, sa.Enum):
        return _choice(values)
    return _of_scalars(values, getattr(kind, "length", None))


def _of_scalars(values: Sequence[Any], longest: int | None = None) -> Shape:
    """Return the shape of texts, numbers or booleans."""
    if all(isinstance(value, str) for value in values):
        return _of_texts(values, longest)
    if len(set(values)) == 1:
        return Constant(values[0])
    if all(isinstance(value, bool) for value in values):
        return Flag(round(100 * sum(values) / len(values)))
    if all(isinstance(value, int) for value in values):
        return Whole(min(values), max(values))
    decimals = max(0, *(-int(Decimal(str(value)).normalize().as_tuple().exponent) for value in values))
    steps = [int(Decimal(str(value)).scaleb(decimals)) for value in values]
    return Amount(min(steps), max(steps), decimals, exact=isinstance(values[0], Decimal))


def _of_texts(values: Sequence[str], longest: int | None) -> Shape:
    words = [len(value.split()) for value in values]
    if 3 * len(set(values)) <= 2 * len(values) and max(words) <= _MOST_WORDS_OF_A_CHOICE:
        return _choice(values)
    if max(words) == 1 and all(re.search(r"\d", value) and not _PLACEHOLDERS.search(value) for value in values):
        return Code(re.sub(r"\d", "#", max(values, key=len)))
    return Words(max(1, round(sum(words) / len(words))), longest)


def _choice(values: Sequence[Any]) -> Shape:
    found = sorted(set(values))
    return Choice(tuple(found)) if len(found) > 1 else Constant(found[0])


def _of_documents(documents: Sequence[Any], as_text: bool) -> Shape:
    """Return the shape of JSON documents: each with as many items and fields, and values like those of all documents there."""
    found: dict[str, list[Any]] = defaultdict(list)

    def collect(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                collect(inner, f"{path}.{key}")
        elif isinstance(value, list):
            for inner in value:
                collect(inner, f"{path}[*]")
        elif value is not None:
            found[path].append(value)

    def shape(value: Any, path: str) -> Shape:
        if isinstance(value, dict):
            return Fields(tuple((key, shape(inner, f"{path}.{key}")) for key, inner in value.items()))
        if isinstance(value, list):
            return Items(tuple(shape(inner, f"{path}[*]") for inner in value))
        return Constant(None) if value is None else leaves[path]

    for document in documents:
        collect(document, "$")
    leaves = {path: _of_scalars(values) for path, values in found.items()}
    return Json(tuple(shape(document, "$") for document in documents), as_text)


SHAPES = tuple(table_shapes())
