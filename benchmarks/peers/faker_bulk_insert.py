"""The same rows by Faker, inserted by Alembic's own `op.bulk_insert`, in a transaction, with ids of our own.

As Alembic's documentation has it: a table and a list of rows, all with the same columns.
"""

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from benchmarks.peers import ROWS
from benchmarks.peers import faker_rows as rows
from benchmarks.peers.faker_rows import Row, pick, whole
from terp_seed.tables.schema import METADATA


def seed(url: str, units: int) -> None:
    """Seed that many units."""
    ids = {table: range(1, units * of_a_unit + 1) for table, of_a_unit in ROWS.items()}
    with sa.create_engine(url).begin() as connection:
        op = Operations(MigrationContext.configure(connection))

        def insert(table: str, made: list[Row]) -> list[Row]:
            with_ids = [{"id": number, **row} for number, row in enumerate(made, 1)]
            op.bulk_insert(METADATA.tables[table], with_ids)
            return with_ids

        insert("users", [rows.user()])
        insert("vendors", [rows.vendor() for _ in ids["vendors"]])
        insert("clients", [rows.client(n) for n in ids["clients"]])
        insert("brands", [rows.brand() for _ in ids["brands"]])
        insert("products", [rows.product(pick(ids["brands"])) for _ in ids["products"]])
        insert("lots", [rows.lot(n, pick(ids["vendors"])) for n in ids["lots"]])
        batches = insert("batches", [rows.batch(n, pick(ids["products"]), pick(ids["lots"])) for n in ids["batches"]])
        orders = insert("orders", [rows.order(n, pick(ids["clients"]), 1, _items(batches)) for n in ids["orders"]])
        invoices = insert("invoices", [rows.invoice(n, o["id"], o["client_id"], 1) for n, o in enumerate(orders, 1)])
        paid = zip(ids["payments"], invoices, strict=False)
        insert("payments", [rows.payment(n, invoice["id"], invoice["customerId"], 1) for n, invoice in paid])


def _items(batches: list[Row]) -> list[Row]:
    chosen = [pick(batches) for _ in range(whole(1, 4))]
    return [rows.item(batch["id"], batch["productId"]) for batch in chosen]
