"""Rows by Faker, each value by a call of its own, as Faker's documentation shows it: for the two peers that insert such rows."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from faker import Faker

from benchmarks.peers import enum

Row = dict[str, Any]
BEGIN, END = datetime(2025, 3, 1), datetime(2026, 3, 1)
CATEGORIES = ("Flower", "Pre-Rolls", "Vapes", "Concentrates", "Edibles", "Tinctures")
TERMS = ("COD", "NET_7", "NET_15", "NET_30")
ENUMS = {
    key: enum(*key.split("."))
    for key in (
        *("clients.businessType", "clients.preferredContact", "batches.batchStatus", "batches.paymentTerms"),
        *("batches.ownership_type", "orders.orderType", "orders.quoteStatus", "orders.saleStatus"),
        *("orders.fulfillmentStatus", "orders.pickPackStatus", "invoices.status", "payments.paymentMethod"),
    )
}
fake = Faker("en_US")
pick, whole = fake.random_element, fake.random_int


def money(most: int = 500_000) -> Decimal:
    """Return an amount in dollars."""
    return Decimal(whole(100, most)) / 100


def moment() -> datetime:
    """Return a time of the year."""
    return fake.date_time_between(BEGIN, END)


def user() -> Row:
    """Return the user."""
    return {
        "openId": fake.uuid4(),
        "name": fake.name(),
        "email": fake.email(),
        "role": "user",
        "createdAt": moment(),
        "updatedAt": moment(),
        "lastSignedIn": moment(),
    }


def vendor() -> Row:
    """Return a vendor. Its name must be the only one."""
    return {
        "name": fake.unique.company(),
        "contactName": fake.name(),
        "contactEmail": fake.email(),
        "contactPhone": fake.phone_number(),
        "paymentTerms": pick(TERMS),
        "notes": fake.sentence(),
        "createdAt": moment(),
        "updatedAt": moment(),
    }


def client(number: int) -> Row:
    """Return a client."""
    return {
        "version": 1,
        "teri_code": f"CLI-{number:06d}",
        "name": fake.company(),
        "email": fake.email(),
        "phone": fake.phone_number(),
        "address": fake.address(),
        "businessType": pick(ENUMS["clients.businessType"]),
        "preferredContact": pick(ENUMS["clients.preferredContact"]),
        "payment_terms": pick((0, 7, 15, 30)),
        "is_buyer": True,
        "is_seller": fake.boolean(10),
        "is_brand": False,
        "is_referee": fake.boolean(20),
        "is_contractor": False,
        "tags": fake.words(2),
        "cogsAdjustmentType": "NONE",
        "cogs_adjustment_value": Decimal(0),
        "auto_defer_consignment": False,
        "total_spent": money(),
        "total_profit": money(),
        "avg_profit_margin": money(5_000),
        "total_owed": money(),
        "oldest_debt_days": whole(0, 90),
        "credit_limit": money(),
        "credit_limit_updated_at": moment(),
        "creditLimitSource": "CALCULATED",
        "vip_portal_enabled": fake.boolean(15),
        "vip_portal_last_login": moment(),
        "wishlist": fake.sentence(),
        "created_at": moment(),
        "updated_at": moment(),
    }


def brand() -> Row:
    """Return a brand."""
    return {"name": fake.company(), "description": fake.sentence(), "createdAt": moment(), "updatedAt": moment()}


def product(brand_id: int) -> Row:
    """Return a product."""
    return {
        "brandId": brand_id,
        "nameCanonical": fake.catch_phrase(),
        "category": pick(CATEGORIES),
        "subcategory": fake.word(),
        "uomSellable": pick(("LB", "EA")),
        "description": fake.sentence(),
        "createdAt": moment(),
        "updatedAt": moment(),
    }


def lot(number: int, vendor_id: int) -> Row:
    """Return a lot."""
    return {
        "code": f"LOT-{number:06d}",
        "vendorId": vendor_id,
        "date": moment(),
        "createdAt": moment(),
        "updatedAt": moment(),
    }


def batch(number: int, product_id: int, lot_id: int) -> Row:
    """Return a batch."""
    return {
        "code": f"BAT-{number:06d}",
        "version": 1,
        "sku": f"SKU-{number:06d}",
        "productId": product_id,
        "lotId": lot_id,
        "batchStatus": pick(ENUMS["batches.batchStatus"]),
        "isPhotographyComplete": fake.boolean(),
        "grade": pick("ABC"),
        "isSample": 0,
        "sampleOnly": 0,
        "sampleAvailable": whole(0, 1),
        "cogsMode": "FIXED",
        "unitCogs": money(),
        "paymentTerms": pick(ENUMS["batches.paymentTerms"]),
        "ownership_type": pick(ENUMS["batches.ownership_type"]),
        "amountPaid": money(),
        "metadata": f'{{"receivedQty": {whole(1, 500)}}}',
        "onHandQty": Decimal(whole(0, 500)),
        "sampleQty": Decimal(whole(0, 1)),
        "reservedQty": Decimal(whole(0, 50)),
        "quarantineQty": Decimal(whole(0, 50)),
        "holdQty": Decimal(whole(0, 50)),
        "defectiveQty": Decimal(0),
        "publishEcom": whole(0, 1),
        "publishB2b": whole(0, 1),
        "createdAt": moment(),
        "updatedAt": moment(),
    }


def item(batch_id: int, product_id: int) -> Row:
    """Return a line of an order."""
    name, quantity, price, cost = fake.catch_phrase(), whole(1, 200), whole(2, 1_000), whole(1, 900)
    return {
        "batchId": batch_id,
        "productId": product_id,
        "displayName": name,
        "originalName": name,
        "strain": fake.word(),
        "category": pick(CATEGORIES),
        "subcategory": fake.word(),
        "grade": pick("ABC"),
        "quantity": quantity,
        "unitPrice": price,
        "price": price,
        "isSample": False,
        "unitCogs": cost,
        "cogsMode": "FIXED",
        "cogsSource": "FIXED",
        "unitMargin": price - cost,
        "marginPercent": round(100 * (price - cost) / price, 2),
        "lineTotal": quantity * price,
        "lineCogs": quantity * cost,
        "lineMargin": quantity * (price - cost),
    }


def order(number: int, client_id: int, user_id: int, items: list[Row]) -> Row:
    """Return an order."""
    return {
        "version": 1,
        "order_number": f"ORD-{number:06d}",
        "orderType": pick(ENUMS["orders.orderType"]),
        "items": items,
        "is_draft": fake.boolean(5),
        "client_id": client_id,
        "subtotal": money(),
        "tax": money(),
        "discount": money(),
        "shipping": money(),
        "show_adjustment_on_document": True,
        "total": money(),
        "total_cogs": money(),
        "total_margin": money(),
        "avg_margin_percent": money(5_000),
        "valid_until": moment().date(),
        "cash_payment": money(),
        "quoteStatus": pick(ENUMS["orders.quoteStatus"]),
        "paymentTerms": pick(TERMS),
        "due_date": moment().date(),
        "saleStatus": pick(ENUMS["orders.saleStatus"]),
        "fulfillmentStatus": pick(ENUMS["orders.fulfillmentStatus"]),
        "packed_at": moment(),
        "packed_by": user_id,
        "shipped_at": moment(),
        "shipped_by": user_id,
        "pickPackStatus": pick(ENUMS["orders.pickPackStatus"]),
        "is_referral_order": False,
        "converted_at": moment(),
        "confirmed_at": moment(),
        "credit_override_approved": False,
        "created_by": user_id,
        "created_at": moment(),
        "updated_at": moment(),
    }


def invoice(number: int, order_id: int, client_id: int, user_id: int) -> Row:
    """Return an invoice."""
    return {
        "invoiceNumber": f"INV-{number:06d}",
        "version": 1,
        "customerId": client_id,
        "invoiceDate": moment().date(),
        "dueDate": moment().date(),
        "subtotal": money(),
        "taxAmount": money(),
        "discountAmount": money(),
        "totalAmount": money(),
        "amountPaid": money(),
        "amountDue": money(),
        "status": pick(ENUMS["invoices.status"]),
        "paymentTerms": pick(TERMS),
        "referenceType": "ORDER",
        "referenceId": order_id,
        "createdBy": user_id,
        "createdAt": moment(),
        "updatedAt": moment(),
    }


def payment(number: int, invoice_id: int, client_id: int, user_id: int) -> Row:
    """Return a payment."""
    return {
        "paymentNumber": f"PAY-{number:06d}",
        "paymentType": "RECEIVED",
        "paymentDate": moment().date(),
        "amount": money(),
        "paymentMethod": pick(ENUMS["payments.paymentMethod"]),
        "referenceNumber": fake.bothify("CHK-######"),
        "customerId": client_id,
        "invoiceId": invoice_id,
        "isReconciled": fake.boolean(),
        "reconciledAt": moment(),
        "createdBy": user_id,
        "createdAt": moment(),
        "updatedAt": moment(),
        "version": 1,
    }
