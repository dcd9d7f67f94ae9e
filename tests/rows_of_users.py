"""Rows that a user of TERP has, in each of the tables that are seeded: what a rollback must leave as they are."""

import hashlib
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from terp_seed.terp.schema import METADATA
from tests.support import Database

CREATION_ORDER = tuple(table.name for table in METADATA.sorted_tables)
# what no foreign key says, where a column must have a value
REFERRING = {("inbox_items", "source_id"): "comments"}
_WORDS: dict[type, Any] = {date: date(2001, 1, 1), datetime: datetime(2001, 1, 1), dict: [], bool: False}


def add(database: Database, mark: str, at: int | None = None) -> dict[str, int]:
    """Insert one row into each table, each referring to the others, commit them, and return their ids; all are `at`, if given."""
    with database.connection() as connection:
        ids = insert(connection, mark, at)
        connection.commit()
    return ids


def insert(connection: sa.Connection, mark: str, at: int | None = None, there: dict[str, int] | None = None) -> dict[str, int]:
    """Insert one row into each table on a connection, and return their ids; those that are `there` are used where they are."""
    ids = dict(there or {})
    for table in CREATION_ORDER:
        if table in ids:
            continue
        values = _required(table, mark, ids) | _values(table, mark, ids) | ({} if at is None else {"id": at})
        ids[table] = connection.execute(sa.insert(METADATA.tables[table]).values(**values)).inserted_primary_key[0]
    return ids


def read(database: Database, ids: list[dict[str, int]]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows with these ids, all columns of them."""
    wanted = {table: {one[table] for one in ids} for table in CREATION_ORDER}
    return {table: [row for row in database.rows(table) if row["id"] in wanted[table]] for table in CREATION_ORDER}


def _required(table: str, mark: str, ids: dict[str, int]) -> dict[str, Any]:
    """Return something for each column that has to have a value."""
    columns = METADATA.tables[table].columns
    return {c.name: _something(c, mark, ids) for c in columns if not (c.nullable or c.server_default or c.primary_key)}


def _something(column: sa.Column[Any], mark: str, ids: dict[str, int]) -> Any:
    target = REFERRING.get((column.table.name, column.name))
    for key in column.foreign_keys:
        target = key.column.table.name
    if target:
        return ids[target]
    if isinstance(column.type, sa.Enum):
        return column.type.enums[0]
    if isinstance(column.type, sa.String):
        return hashlib.sha256(mark.encode()).hexdigest()[: column.type.length or 20]
    return _WORDS.get(column.type.python_type, 1)


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
    return values.get(table, {})
