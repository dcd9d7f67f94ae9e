"""Supplier profiles, which make a client a supplier: one per vendor of a unit, with the same party."""

from collections.abc import Iterator

from terp_seed.model.pii import PARTY
from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema_purchases as schema
from terp_seed.terp.figures import VENDORS as PER_UNIT
from terp_seed.terp.office import at, joined
from terp_seed.terp.parties import client_party
from terp_seed.terp.trade import Trade
from terp_seed.terp.vendors import TERMS

_METHODS = ("WIRE", "ACH", "CHECK", "WIRE", "ACH")


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the supplier profiles of a unit, in the order of its vendors."""
    made = Trade(unit)
    stream = unit.stream("suppliers")
    for vendor, place in enumerate(made.suppliers):
        created = at(joined(made.clients[place]))
        yield {
            PARTY: client_party(unit, place),
            "client_id": unit.id_of("clients", place),
            "payment_terms": TERMS[made.vendor_terms[vendor]],
            "supplier_notes": None,
            "legacy_vendor_id": unit.id_of("vendors", vendor),
            "preferred_payment_method": _METHODS[vendor],
            "tax_id": None,
            "license_number": f"C11-{stream.between(1_000_000, 9_999_999)}-LIC",
            "created_at": created,
            "updated_at": created,
        }


SUPPLIER_PROFILES = SeedTable(
    schema.SUPPLIER_PROFILES,
    per_unit=PER_UNIT,
    rows=rows,
    pii={"contact_name": "person", "contact_email": "email", "contact_phone": "phone"},
    not_pii=frozenset({"license_number", "tax_id"}),
    appended=0,
    checks=(
        Check(
            "supplier_profiles: the clients with one are exactly those who sell (A7, F8)",
            "SELECT (SELECT COUNT(*) FROM {supplier_profiles} AS s JOIN {clients} AS c ON c.id = s.client_id "
            "WHERE NOT c.is_seller) + (SELECT COUNT(*) FROM {clients} AS c LEFT JOIN {supplier_profiles} AS s "
            "ON s.client_id = c.id WHERE c.is_seller AND s.id IS NULL)",
        ),
        Check(
            "supplier_profiles: each vendor of a lot is a supplier client with the same name and contact (F7)",
            "SELECT COUNT(*) FROM {vendors} AS v LEFT JOIN {supplier_profiles} AS s ON s.legacy_vendor_id = v.id "
            "LEFT JOIN {clients} AS c ON c.id = s.client_id AND c.is_seller WHERE v.id IN (SELECT vendorId FROM {lots} AS l) "
            "AND (c.id IS NULL OR v.name <> c.name OR v.contactName <> s.contact_name OR v.contactEmail <> c.email "
            "OR v.contactEmail <> s.contact_email OR v.contactPhone <> c.phone OR v.contactPhone <> s.contact_phone "
            "OR v.paymentTerms <> s.payment_terms)",
        ),
    ),
)
