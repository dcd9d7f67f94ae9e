"""Mimesis for each value and SQLAlchemy Core: `connection.execute(insert(table), rows)`, in a transaction, with ids of our own.

Mimesis is the fastest of the well-known generators of fake values, and an insert of many rows Core's own fast way.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from mimesis import Generic
from mimesis.locales import Locale

from benchmarks.peers import ROWS
from benchmarks.peers.faker_rows import CATEGORIES, ENUMS, TERMS
from terp_seed.tables.schema import METADATA

Row = dict[str, Any]
fake = Generic(locale=Locale.EN)
person, address, text, pick, whole = fake.person, fake.address, fake.text, fake.random.choice, fake.random.randint


def money(most: int = 500_000) -> Decimal:
    """Return an amount in dollars."""
    return Decimal(whole(100, most)) / 100


def moment() -> datetime:
    """Return a time of the year."""
    return fake.datetime.datetime(start=2025, end=2025)


def user() -> Row:
    """Return the user."""
    return {
        "openId": fake.cryptographic.uuid(), "name": person.full_name(), "email": person.email(), "role": "user",
        "createdAt": moment(), "updatedAt": moment(), "lastSignedIn": moment(),
    }  # fmt: skip


def vendor(number: int) -> Row:
    """Return a vendor. Its name must be the only one, and Mimesis knows few companies."""
    return {
        "name": f"{fake.finance.company()} {number}", "contactName": person.full_name(), "contactEmail": person.email(),
        "contactPhone": person.telephone(), "paymentTerms": pick(TERMS), "notes": text.sentence(), "createdAt": moment(),
        "updatedAt": moment(),
    }  # fmt: skip


def client(number: int) -> Row:
    """Return a client."""
    return {
        "version": 1, "teri_code": f"CLI-{number:06d}", "name": fake.finance.company(), "email": person.email(),
        "phone": person.telephone(), "address": address.address(), "businessType": pick(ENUMS["clients.businessType"]),
        "preferredContact": pick(ENUMS["clients.preferredContact"]), "payment_terms": pick((0, 7, 15, 30)), "is_buyer": True,
        "is_seller": fake.development.boolean(), "is_brand": False, "is_referee": fake.development.boolean(),
        "is_contractor": False, "tags": text.words(2), "cogsAdjustmentType": "NONE", "cogs_adjustment_value": Decimal(0),
        "auto_defer_consignment": False, "total_spent": money(), "total_profit": money(), "avg_profit_margin": money(5_000),
        "total_owed": money(), "oldest_debt_days": whole(0, 90), "credit_limit": money(), "credit_limit_updated_at": moment(),
        "creditLimitSource": "CALCULATED", "vip_portal_enabled": fake.development.boolean(), "vip_portal_last_login": moment(),
        "wishlist": text.sentence(), "created_at": moment(), "updated_at": moment(),
    }  # fmt: skip


def brand() -> Row:
    """Return a brand."""
    return {"name": fake.finance.company(), "description": text.sentence(), "createdAt": moment(), "updatedAt": moment()}


def product(brand_id: int) -> Row:
    """Return a product."""
    return {
        "brandId": brand_id, "nameCanonical": text.title(), "category": pick(CATEGORIES), "subcategory": text.word(),
        "uomSellable": pick(("LB", "EA")), "description": text.sentence(), "createdAt": moment(), "updatedAt": moment(),
    }  # fmt: skip


def lot(number: int, vendor_id: int) -> Row:
    """Return a lot."""
    came = moment()
    return {"code": f"LOT-{number:06d}", "vendorId": vendor_id, "date": came, "createdAt": moment(), "updatedAt": moment()}


def batch(number: int, product_id: int, lot_id: int) -> Row:
    """Return a batch."""
    return {
        "code": f"BAT-{number:06d}", "version": 1, "sku": f"SKU-{number:06d}", "productId": product_id, "lotId": lot_id,
        "batchStatus": pick(ENUMS["batches.batchStatus"]), "isPhotographyComplete": fake.development.boolean(),
        "grade": pick("ABC"), "isSample": 0, "sampleOnly": 0, "sampleAvailable": whole(0, 1), "cogsMode": "FIXED",
        "unitCogs": money(), "paymentTerms": pick(ENUMS["batches.paymentTerms"]),
        "ownership_type": pick(ENUMS["batches.ownership_type"]), "amountPaid": money(),
        "metadata": f'{{"receivedQty": {whole(1, 500)}}}', "onHandQty": Decimal(whole(0, 500)),
        "sampleQty": Decimal(whole(0, 1)), "reservedQty": Decimal(whole(0, 50)), "quarantineQty": Decimal(whole(0, 50)),
        "holdQty": Decimal(whole(0, 50)), "defectiveQty": Decimal(0), "publishEcom": whole(0, 1), "publishB2b": whole(0, 1),
        "createdAt": moment(), "updatedAt": moment(),
    }  # fmt: skip


def item(batch_id: int, product_id: int) -> Row:
    """Return a line of an order."""
    name, quantity, price, cost = text.title(), whole(1, 200), whole(2, 1_000), whole(1, 900)
    return {
        "batchId": batch_id, "productId": product_id, "displayName": name, "originalName": name, "strain": text.word(),
        "category": pick(CATEGORIES), "subcategory": text.word(), "grade": pick("ABC"), "quantity": quantity, "unitPrice": price,
        "price": price, "isSample": False, "unitCogs": cost, "cogsMode": "FIXED", "cogsSource": "FIXED",
        "unitMargin": price - cost, "marginPercent": round(100 * (price - cost) / price, 2), "lineTotal": quantity * price,
        "lineCogs": quantity * cost, "lineMargin": quantity * (price - cost),
    }  # fmt: skip


def order(number: int, client_id: int, items: list[Row]) -> Row:
    """Return an order."""
    return {
        "version": 1, "order_number": f"ORD-{number:06d}", "orderType": pick(ENUMS["orders.orderType"]), "items": items,
        "is_draft": fake.development.boolean(), "client_id": client_id, "subtotal": money(), "tax": money(), "discount": money(),
        "shipping": money(), "show_adjustment_on_document": True, "total": money(), "total_cogs": money(),
        "total_margin": money(), "avg_margin_percent": money(5_000), "valid_until": moment().date(), "cash_payment": money(),
        "quoteStatus": pick(ENUMS["orders.quoteStatus"]), "paymentTerms": pick(TERMS), "due_date": moment().date(),
        "saleStatus": pick(ENUMS["orders.saleStatus"]), "fulfillmentStatus": pick(ENUMS["orders.fulfillmentStatus"]),
        "packed_at": moment(), "packed_by": 1, "shipped_at": moment(), "shipped_by": 1,
        "pickPackStatus": pick(ENUMS["orders.pickPackStatus"]), "is_referral_order": False, "converted_at": moment(),
        "confirmed_at": moment(), "credit_override_approved": False, "created_by": 1, "created_at": moment(),
        "updated_at": moment(),
    }  # fmt: skip


def invoice(number: int, of: Row) -> Row:
    """Return an order's invoice."""
    return {
        "invoiceNumber": f"INV-{number:06d}", "version": 1, "customerId": of["client_id"], "invoiceDate": moment().date(),
        "dueDate": moment().date(), "subtotal": money(), "taxAmount": money(), "discountAmount": money(), "totalAmount": money(),
        "amountPaid": money(), "amountDue": money(), "status": pick(ENUMS["invoices.status"]), "paymentTerms": pick(TERMS),
        "referenceType": "ORDER", "referenceId": of["id"], "createdBy": 1, "createdAt": moment(), "updatedAt": moment(),
    }  # fmt: skip


def payment(number: int, of: Row) -> Row:
    """Return a payment of an invoice."""
    return {
        "paymentNumber": f"PAY-{number:06d}", "paymentType": "RECEIVED", "paymentDate": moment().date(), "amount": money(),
        "paymentMethod": pick(ENUMS["payments.paymentMethod"]), "referenceNumber": f"CHK-{whole(0, 999_999):06d}",
        "customerId": of["customerId"], "invoiceId": of["id"], "isReconciled": fake.development.boolean(),
        "reconciledAt": moment(), "createdBy": 1, "createdAt": moment(), "updatedAt": moment(), "version": 1,
    }  # fmt: skip


def seed(url: str, units: int) -> None:
    """Seed that many units."""
    ids = {table: range(1, units * of_a_unit + 1) for table, of_a_unit in ROWS.items()}
    with sa.create_engine(url).begin() as connection:

        def insert(table: str, made: list[Row]) -> list[Row]:
            with_ids = [{"id": number, **row} for number, row in enumerate(made, 1)]
            connection.execute(sa.insert(METADATA.tables[table]), with_ids)
            return with_ids

        insert("users", [user()])
        insert("vendors", [vendor(n) for n in ids["vendors"]])
        insert("clients", [client(n) for n in ids["clients"]])
        insert("brands", [brand() for _ in ids["brands"]])
        insert("products", [product(pick(ids["brands"])) for _ in ids["products"]])
        insert("lots", [lot(n, pick(ids["vendors"])) for n in ids["lots"]])
        batches = insert("batches", [batch(n, pick(ids["products"]), pick(ids["lots"])) for n in ids["batches"]])
        orders = insert("orders", [order(n, pick(ids["clients"]), _items(batches)) for n in ids["orders"]])
        invoices = insert("invoices", [invoice(n, of) for n, of in enumerate(orders, 1)])
        insert("payments", [payment(n, of) for n, of in zip(ids["payments"], invoices, strict=False)])


def _items(batches: list[Row]) -> list[Row]:
    return [item(chosen["id"], chosen["productId"]) for chosen in (pick(batches) for _ in range(whole(1, 4)))]
