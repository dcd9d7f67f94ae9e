"""Faker for each value and SQLAlchemy's ORM: `session.add_all`, with a flush for each table and a commit at the end.

As SQLAlchemy's documentation has it, the database gives the ids, and a flush brings them back.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session

from benchmarks.peers.faker_maker import FakerMaker
from benchmarks.peers.samples import SHAPES
from benchmarks.peers.shapes import Shape, TableShape
from terp_seed.terp.schema import METADATA

_TAKEN = {"metadata", "registry"}  # the names that a declarative class has for itself


class Base(DeclarativeBase):
    """The models have TERP's tables, whose columns become their attributes."""

    metadata = METADATA


def attribute(column: str) -> str:
    """Return the attribute's name of a column."""
    return f"{column}_" if column in _TAKEN else column


def attributes(shapes: TableShape) -> Mapping[str, Shape]:
    """Return the shape of each attribute that is written."""
    return {attribute(name): shape for name, shape in shapes.columns.items()}


def _model(table: sa.Table) -> type[Base]:
    renamed = {attribute(column.name): column for column in table.columns if column.name in _TAKEN}
    return type(table.name, (Base,), {"__table__": table, "__mapper_args__": {"properties": renamed}})


MODELS: dict[str, Any] = {shapes.name: _model(shapes.table) for shapes in SHAPES}


def seed(url: str, units: int) -> None:
    """Seed that many units."""
    ids: dict[str, list[int]] = {}
    maker = FakerMaker(ids)
    with Session(sa.create_engine(url)) as session:
        for shapes in SHAPES:
            model = MODELS[shapes.name]
            models = [model(**row) for row in maker.rows(attributes(shapes), shapes.seed.count(units))]
            session.add_all(models)
            session.flush()  # the next models need the ids
            ids[shapes.name] = [model.id for model in models]
        session.commit()
