"""Faker for each value and SQLAlchemy's ORM: `session.add_all`, with a flush for each table and a commit at the end.

As SQLAlchemy's documentation has it, the database gives the ids, and a flush brings them back.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session

from benchmarks.peers import ROWS
from benchmarks.peers import faker_rows as rows
from benchmarks.peers.faker_rows import pick, whole
from terp_seed.tables.schema import METADATA


class Base(DeclarativeBase):
    """The models have TERP's tables, whose columns become their attributes."""

    metadata = METADATA


class User(Base):
    __table__ = METADATA.tables["users"]


class Vendor(Base):
    __table__ = METADATA.tables["vendors"]


class Client(Base):
    __table__ = METADATA.tables["clients"]


class Brand(Base):
    __table__ = METADATA.tables["brands"]


class Product(Base):
    __table__ = METADATA.tables["products"]


class Lot(Base):
    __table__ = METADATA.tables["lots"]


class Batch(Base):
    __table__ = METADATA.tables["batches"]
    # the name is taken on a declarative class
    __mapper_args__ = {"properties": {"details": METADATA.tables["batches"].c.metadata}}


class Order(Base):
    __table__ = METADATA.tables["orders"]


class Invoice(Base):
    __table__ = METADATA.tables["invoices"]


class Payment(Base):
    __table__ = METADATA.tables["payments"]


def seed(url: str, units: int) -> None:
    """Seed that many units."""
    counts = {table: range(1, units * of_a_unit + 1) for table, of_a_unit in ROWS.items()}
    with Session(sa.create_engine(url)) as session:

        def add(models: list[Any]) -> list[Any]:
            session.add_all(models)
            session.flush()  # the next models need the ids
            return models

        (user,) = add([User(**rows.user())])
        vendors = add([Vendor(**rows.vendor()) for _ in counts["vendors"]])
        clients = add([Client(**rows.client(n)) for n in counts["clients"]])
        brands = add([Brand(**rows.brand()) for _ in counts["brands"]])
        products = add([Product(**rows.product(pick(brands).id)) for _ in counts["products"]])
        lots = add([Lot(**rows.lot(n, pick(vendors).id)) for n in counts["lots"]])
        batches = add([_batch(rows.batch(n, pick(products).id, pick(lots).id)) for n in counts["batches"]])
        orders = add([Order(**rows.order(n, pick(clients).id, user.id, _items(batches))) for n in counts["orders"]])
        invoices = add([Invoice(**rows.invoice(n, o.id, o.client_id, user.id)) for n, o in enumerate(orders, 1)])
        add([Payment(**rows.payment(n, i.id, i.customerId, user.id)) for n, i in zip(counts["payments"], invoices, strict=False)])
        session.commit()


def _batch(row: rows.Row) -> Batch:
    return Batch(details=row.pop("metadata"), **row)


def _items(batches: list[Batch]) -> list[rows.Row]:
    chosen = [pick(batches) for _ in range(whole(1, 4))]
    return [rows.item(batch.id, batch.productId) for batch in chosen]
