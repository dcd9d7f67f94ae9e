"""The same rows by Faker, inserted by Alembic's own `op.bulk_insert`, in a transaction, with ids of our own.

As Alembic's documentation has it: a table and a list of rows, all with the same columns.
"""

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from benchmarks.peers.faker_maker import FakerMaker
from benchmarks.peers.samples import SHAPES
from benchmarks.peers.shapes import Numbered


def seed(url: str, units: int) -> None:
    """Seed that many units."""
    ids = {shapes.name: list(range(1, shapes.seed.count(units) + 1)) for shapes in SHAPES}
    maker = FakerMaker(ids)
    with sa.create_engine(url).begin() as connection:
        op = Operations(MigrationContext.configure(connection))
        for shapes in SHAPES:
            columns = {"id": Numbered(None), **shapes.columns}
            op.bulk_insert(shapes.table, maker.rows(columns, len(ids[shapes.name])))
