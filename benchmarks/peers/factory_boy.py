"""factory_boy: a factory for each of the ORM's models, with Faker for its values, and `create_batch`.

As its documentation has it, the factories share a session, and the batch of a table is flushed as a whole.
"""

from typing import Any

import factory
import sqlalchemy as sa
from factory.alchemy import SQLAlchemyModelFactory
from sqlalchemy.orm import scoped_session, sessionmaker

from benchmarks.peers.faker_maker import FakerMaker, call, fits
from benchmarks.peers.faker_orm import MODELS, attributes
from benchmarks.peers.samples import SHAPES
from benchmarks.peers.shapes import Choice, Code, Constant, Flag, Moment, Numbered, Pii, Shape, Whole, Words

SESSION = scoped_session(sessionmaker())
IDS: dict[str, list[int]] = {}  # of what is made already, by table
_MAKER = FakerMaker(IDS)


class Factory(SQLAlchemyModelFactory):
    """What the factories have in common."""

    class Meta:
        """Its options."""

        abstract = True
        sqlalchemy_session = SESSION


def declaration(shape: Shape) -> Any:
    """Return how a factory declares an attribute of that shape: by Faker where one of its methods draws the value."""
    match shape:
        case Constant(value):
            return value
        case Numbered(str(prefix)):
            return factory.Sequence(lambda number: f"{prefix}{number:06d}")
        case Choice() | Flag() | Whole() | Moment() | Code() | Pii(unique=False) | Words() if fits(shape):
            name, arguments = call(shape)
            return factory.Faker(name, **arguments)
    return factory.LazyFunction(_MAKER.value(shape))


FACTORIES = {
    shapes.name: factory.make_factory(
        MODELS[shapes.name],
        FACTORY_CLASS=Factory,
        **{name: declaration(shape) for name, shape in attributes(shapes).items()},
    )
    for shapes in SHAPES
}


def seed(url: str, units: int) -> None:
    """Seed that many units."""
    SESSION.configure(bind=sa.create_engine(url))
    for shapes in SHAPES:
        models = FACTORIES[shapes.name].create_batch(shapes.seed.count(units))
        SESSION.flush()  # the next factories need the ids
        IDS[shapes.name] = [model.id for model in models]
    SESSION.commit()
