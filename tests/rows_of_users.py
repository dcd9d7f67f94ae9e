"""Rows that a user of TERP has, in each of the ten tables: what a rollback must leave as they are."""

from typing import Any

import sqlalchemy as sa

from terp_seed.tables.schema import METADATA
from tests.support import Database

CREATION_ORDER = ("users", "vendors", "clients", "brands", "products", "lots", "batches", "orders", "invoices", "payments")


def add(database: Database, mark: str, at: int | None = None) -> dict[str, int]:
    """Insert one row into each table, each referring to the others, commit them, and return their ids; all are `at`, if given."""
    with database.connection() as connection:
        ids = insert(connection, mark, at)
        connection.commit()
    return ids


def insert(connection: sa.Connection, mark: str, at: int | None = None) -> dict[str, int]:
    """Insert one row into each table on a connection, and return their ids."""
    ids: dict[str, int] = {}
    for table in CREATION_ORDER:
        values = _values(table, mark, ids) | ({} if at is None else {"id": at})
        ids[table] = connection.execute(sa.insert(METADATA.tables[table]).values(**values)).inserted_primary_key[0]
    return ids


def read(database: Database, ids: list[dict[str, int]]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows with these ids, all columns of them."""
    wanted = {table: {one[table] for one in ids} for table in CREATION_ORDER}
    return {table: [row for row in database.rows(table) if row["id"] in wanted[table]] for table in CREATION_ORDER}


def _values(table: str, mark: str, ids: dict[str, int]) -> dict[str, Any]:
    name = f'Müller\'s "{mark}" \\ 100% 🌿'
    values: dict[str, dict[str, Any]] = {
        "users": {"openId": f"user-{mark}", "name": name, "email": "real.person@gmail.com"},
        "vendors": {"name": name, "contactEmail": "vendor@real.example"},
        "clients": {"teri_code": f"T-{mark}", "name": name, "tags": ["a", mark], "total_spent": 12},
        "brands": {"name": name, "vendorId": ids.get("vendors")},
        "products": {"nameCanonical": name, "category": "Flower", "brandId": ids.get("brands")},
        "lots": {"code": f"L-{mark}", "vendorId": ids.get("vendors"), "date": sa.func.current_timestamp()},
        "batches": {
            "code": f"B-{mark}",
            "sku": f"K-{mark}",
            "productId": ids.get("products"),
            "lotId": ids.get("lots"),
            "paymentTerms": "COD",
        },
        "orders": {
            "order_number": f"O-{mark}",
            "orderType": "SALE",
            "client_id": ids.get("clients"),
            "items": [{"batchId": ids.get("batches"), "productId": ids.get("products"), "quantity": 1}],
            "subtotal": 1,
            "total": 1,
            "paymentTerms": "COD",
            "created_by": ids.get("users"),
        },
        "invoices": {
            "invoiceNumber": f"I-{mark}",
            "customerId": ids.get("clients"),
            "invoiceDate": sa.func.current_date(),
            "dueDate": sa.func.current_date(),
            "subtotal": 1,
            "totalAmount": 1,
            "amountDue": 1,
            "referenceType": "PURCHASE_ORDER",
            "referenceId": 1,
            "createdBy": ids.get("users"),
        },
        "payments": {
            "paymentNumber": f"P-{mark}",
            "paymentType": "RECEIVED",
            "paymentDate": sa.func.current_date(),
            "amount": 1,
            "paymentMethod": "CASH",
            "invoiceId": ids.get("invoices"),
            "customerId": ids.get("clients"),
            "createdBy": ids.get("users"),
        },
    }
    return values[table]
