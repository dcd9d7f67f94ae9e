"""factory_boy: a factory for each of the ORM's models, with Faker for its values, and `create_batch`.

As its documentation has it, the factories share a session, and the batch of a table is flushed as a whole.
"""

from collections.abc import Iterator
from typing import Any

import factory
import sqlalchemy as sa
from factory.alchemy import SQLAlchemyModelFactory
from sqlalchemy.orm import scoped_session, sessionmaker

from benchmarks.peers import ROWS, faker_orm
from benchmarks.peers.faker_rows import BEGIN, CATEGORIES, END, ENUMS, TERMS, fake, item, moment, money, pick, whole

Faker, Lazy, Sequence = factory.Faker, factory.LazyFunction, factory.Sequence
SESSION = scoped_session(sessionmaker())
parents: dict[str, list[Any]] = {}  # what is made already, by table
queues: dict[str, Iterator[Any]] = {}  # the same, for those who take each row once


def one_of(table: str) -> Any:
    """Return a declaration for the id of any row of a table that is made already."""
    return Lazy(lambda: pick(parents[table]).id)


def next_of(table: str) -> Any:
    """Return a declaration for the rows that are made already, one after the other."""
    return Lazy(lambda: next(queues[table]))


def choice(*values: Any) -> Any:
    """Return a declaration for one of the values."""
    return Faker("random_element", elements=values)


MOMENT = Faker("date_time_between", start_date=BEGIN, end_date=END)
DAY = Lazy(lambda: moment().date())
MONEY = Lazy(money)
USER = Lazy(lambda: parents["users"][0].id)


class _Factory(SQLAlchemyModelFactory):  # type: ignore[misc]
    class Meta:
        abstract = True
        sqlalchemy_session = SESSION


class User(_Factory):
    class Meta:
        model = faker_orm.User

    openId, name, email, role = Faker("uuid4"), Faker("name"), Faker("email"), "user"
    createdAt, updatedAt, lastSignedIn = MOMENT, MOMENT, MOMENT


class Vendor(_Factory):
    class Meta:
        model = faker_orm.Vendor

    name = Sequence(lambda n: f"{fake.company()} {n}")
    contactName, contactEmail, contactPhone = Faker("name"), Faker("email"), Faker("phone_number")
    paymentTerms, notes, createdAt, updatedAt = choice(*TERMS), Faker("sentence"), MOMENT, MOMENT


class Client(_Factory):
    class Meta:
        model = faker_orm.Client

    version, teri_code, name = 1, Sequence(lambda n: f"CLI-{n:06d}"), Faker("company")
    email, phone, address = Faker("email"), Faker("phone_number"), Faker("address")
    businessType, preferredContact = choice(*ENUMS["clients.businessType"]), choice(*ENUMS["clients.preferredContact"])
    payment_terms, is_buyer, is_seller, is_brand = choice(0, 7, 15, 30), True, Faker("boolean"), False
    is_referee, is_contractor, tags = Faker("boolean"), False, Faker("words", nb=2)
    cogsAdjustmentType, cogs_adjustment_value, auto_defer_consignment = "NONE", 0, False
    total_spent, total_profit, avg_profit_margin = MONEY, MONEY, Lazy(lambda: money(5_000))
    total_owed, oldest_debt_days, credit_limit = MONEY, Faker("random_int", max=90), MONEY
    credit_limit_updated_at, creditLimitSource = MOMENT, "CALCULATED"
    vip_portal_enabled, vip_portal_last_login, wishlist = Faker("boolean"), MOMENT, Faker("sentence")
    created_at, updated_at = MOMENT, MOMENT


class Brand(_Factory):
    class Meta:
        model = faker_orm.Brand

    name, description, createdAt, updatedAt = Faker("company"), Faker("sentence"), MOMENT, MOMENT


class Product(_Factory):
    class Meta:
        model = faker_orm.Product

    brandId, nameCanonical, category = one_of("brands"), Faker("catch_phrase"), choice(*CATEGORIES)
    subcategory, uomSellable, description = Faker("word"), choice("LB", "EA"), Faker("sentence")
    createdAt, updatedAt = MOMENT, MOMENT


class Lot(_Factory):
    class Meta:
        model = faker_orm.Lot

    code, vendorId, date = Sequence(lambda n: f"LOT-{n:06d}"), one_of("vendors"), MOMENT
    createdAt, updatedAt = MOMENT, MOMENT


class Batch(_Factory):
    class Meta:
        model = faker_orm.Batch

    code, sku, version = Sequence(lambda n: f"BAT-{n:06d}"), Sequence(lambda n: f"SKU-{n:06d}"), 1
    productId, lotId, batchStatus = one_of("products"), one_of("lots"), choice(*ENUMS["batches.batchStatus"])
    isPhotographyComplete, grade, isSample, sampleOnly = Faker("boolean"), choice("A", "B", "C"), 0, 0
    sampleAvailable, cogsMode, unitCogs = Faker("random_int", max=1), "FIXED", MONEY
    paymentTerms, ownership_type = choice(*ENUMS["batches.paymentTerms"]), choice(*ENUMS["batches.ownership_type"])
    amountPaid, details = MONEY, Lazy(lambda: f'{{"receivedQty": {whole(1, 500)}}}')
    onHandQty, sampleQty, reservedQty = Faker("random_int", max=500), Faker("random_int", max=1), Faker("random_int", max=50)
    quarantineQty, holdQty, defectiveQty = Faker("random_int", max=50), Faker("random_int", max=50), 0
    publishEcom, publishB2b = Faker("random_int", max=1), Faker("random_int", max=1)
    createdAt, updatedAt = MOMENT, MOMENT


class Order(_Factory):
    class Meta:
        model = faker_orm.Order

    version, order_number, orderType = 1, Sequence(lambda n: f"ORD-{n:06d}"), choice(*ENUMS["orders.orderType"])
    items = Lazy(lambda: [item(b.id, b.productId) for b in (pick(parents["batches"]) for _ in range(whole(1, 4)))])
    is_draft, client_id, subtotal, tax = Faker("boolean"), one_of("clients"), MONEY, MONEY
    discount, shipping, show_adjustment_on_document, total = MONEY, MONEY, True, MONEY
    total_cogs, total_margin, avg_margin_percent = MONEY, MONEY, Lazy(lambda: money(5_000))
    valid_until, cash_payment, quoteStatus = DAY, MONEY, choice(*ENUMS["orders.quoteStatus"])
    paymentTerms, due_date, saleStatus = choice(*TERMS), DAY, choice(*ENUMS["orders.saleStatus"])
    fulfillmentStatus = choice(*ENUMS["orders.fulfillmentStatus"])
    packed_at, packed_by, shipped_at, shipped_by = MOMENT, USER, MOMENT, USER
    pickPackStatus, is_referral_order = choice(*ENUMS["orders.pickPackStatus"]), False
    converted_at, confirmed_at, credit_override_approved = MOMENT, MOMENT, False
    created_by, created_at, updated_at = USER, MOMENT, MOMENT


class Invoice(_Factory):
    class Meta:
        model = faker_orm.Invoice

    class Params:
        order = next_of("orders")

    invoiceNumber, version = Sequence(lambda n: f"INV-{n:06d}"), 1
    referenceType, referenceId = "ORDER", factory.LazyAttribute(lambda invoice: invoice.order.id)
    customerId = factory.LazyAttribute(lambda invoice: invoice.order.client_id)
    invoiceDate, dueDate, subtotal, taxAmount = DAY, DAY, MONEY, MONEY
    discountAmount, totalAmount, amountPaid, amountDue = MONEY, MONEY, MONEY, MONEY
    status, paymentTerms, createdBy = choice(*ENUMS["invoices.status"]), choice(*TERMS), USER
    createdAt, updatedAt = MOMENT, MOMENT


class Payment(_Factory):
    class Meta:
        model = faker_orm.Payment

    class Params:
        invoice = next_of("invoices")

    paymentNumber, paymentType, version = Sequence(lambda n: f"PAY-{n:06d}"), "RECEIVED", 1
    paymentDate, amount, paymentMethod = DAY, MONEY, choice(*ENUMS["payments.paymentMethod"])
    referenceNumber = Faker("bothify", text="CHK-######")
    customerId = factory.LazyAttribute(lambda payment: payment.invoice.customerId)
    invoiceId = factory.LazyAttribute(lambda payment: payment.invoice.id)
    isReconciled, reconciledAt, createdBy = Faker("boolean"), MOMENT, USER
    createdAt, updatedAt = MOMENT, MOMENT


FACTORIES = {
    "users": User, "vendors": Vendor, "clients": Client, "brands": Brand, "products": Product, "lots": Lot, "batches": Batch,
    "orders": Order, "invoices": Invoice, "payments": Payment,
}  # fmt: skip


def seed(url: str, units: int) -> None:
    """Seed that many units."""
    SESSION.configure(bind=sa.create_engine(url))
    for table, made in FACTORIES.items():
        parents[table] = made.create_batch(1 if table == "users" else units * ROWS[table])
        SESSION.flush()  # the next factories need the ids
        queues[table] = iter(parents[table])
    SESSION.commit()
