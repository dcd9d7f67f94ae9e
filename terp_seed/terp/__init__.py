"""TERP's project: its tables, in the order of seeding, which is defined only here."""

from terp_seed.model.project import Project
from terp_seed.terp import (  # noqa: F401  (imported so that METADATA has all tables)
    schema_books,
    schema_clients,
    schema_office,
    schema_orders,
    schema_purchases,
    schema_stock,
)
from terp_seed.terp.batches import BATCHES
from terp_seed.terp.clients import CLIENTS
from terp_seed.terp.invoices import INVOICES
from terp_seed.terp.orders import ORDERS
from terp_seed.terp.payments import PAYMENTS
from terp_seed.terp.plots import PLOTS
from terp_seed.terp.products import PRODUCTS
from terp_seed.terp.references import DERIVED, REFERENCES
from terp_seed.terp.vendors import VENDORS

# Increase it with every change to the seeded bytes: a database seeded by another version is refused.
GENERATOR_VERSION = 1
TABLES = (VENDORS, CLIENTS, PRODUCTS, BATCHES, ORDERS, INVOICES, PAYMENTS)
PROJECT = Project(
    TABLES,
    GENERATOR_VERSION,
    "terp",
    PLOTS,
    REFERENCES,
    DERIVED,
    lock="terp_seeding_global",
    ledger="seed_ledger",
    version_table="alembic_version_seed",
    lease="seed_lease",
)
__all__ = ["DERIVED", "GENERATOR_VERSION", "PROJECT", "REFERENCES", "TABLES"]
