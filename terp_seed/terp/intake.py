"""Intake: the session in which each lot was received, and the received quantity of each of its batches."""

from collections.abc import Iterator

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.terp import schema_purchases as schema
from terp_seed.terp.days import day_of
from terp_seed.terp.figures import BATCHES, BATCHES_OF_A_LOT, LOTS, WAREHOUSE
from terp_seed.terp.money import CENT
from terp_seed.terp.purchases import CREDIT_DAYS
from terp_seed.terp.trade import Trade

_BEGINS, _ENDS = 13 * 60 + 10, 15 * 60 + 30
_NOTES = ("One carton reweighed at the door.", "Certificate came by e-mail the day after.", None, None, None)


def receiver(lot: int) -> int:
    """Return the place of the user who receives a lot."""
    return WAREHOUSE[lot % 2]


def rows(unit: Unit) -> Iterator[Row]:
    """Yield the intake sessions of a unit, one per lot."""
    made = Trade(unit)
    notes = unit.stream("intake").shuffled(_NOTES * 2)
    for lot, day in enumerate(made.lot_days):
        batches = made.batches[lot * BATCHES_OF_A_LOT : (lot + 1) * BATCHES_OF_A_LOT]
        terms = made.terms_of(lot)
        completed = made.at(day, _ENDS)
        yield {
            "session_number": f"INT-S{unit.id_of('intake_sessions', lot):06d}",
            "vendor_id": unit.id_of("clients", made.suppliers[made.vendor_of(lot)]),
            "status": "COMPLETED",
            "receive_date": day_of(day),
            "received_by": unit.id_of("users", receiver(lot)),
            "paymentTerms": terms,
            "payment_due_date": day_of(day + CREDIT_DAYS[terms]) if terms in CREDIT_DAYS else None,
            "total_amount": sum(batch.received * batch.cost for batch in batches) * CENT,
            "amount_paid": sum(batch.paid for batch in batches) * CENT,
            "internal_notes": notes[lot],
            "vendor_notes": None,
            "receipt_generated": True,
            "receipt_generated_at": completed,
            "created_at": made.at(day, _BEGINS),
            "updated_at": completed,
            "completed_at": completed,
        }


def batch_rows(unit: Unit) -> Iterator[Row]:
    """Yield the receipt of each batch of a unit."""
    made = Trade(unit)
    for place, batch in enumerate(made.batches):
        counted = made.at(batch.day, batch.clock)
        yield {
            "intake_session_id": unit.id_of("intake_sessions", batch.lot),
            "batch_id": unit.id_of("batches", place),
            "received_qty": batch.received * 100 * CENT,
            "unit_cost": batch.cost * CENT,
            "total_cost": batch.received * batch.cost * CENT,
            "internal_notes": None,
            "vendor_notes": None,
            "cogs_agreement": None,
            "created_at": counted,
            "updated_at": counted,
        }


INTAKE_SESSIONS = SeedTable(schema.INTAKE_SESSIONS, per_unit=LOTS, rows=rows)
INTAKE_SESSION_BATCHES = SeedTable(
    schema.INTAKE_SESSION_BATCHES,
    per_unit=BATCHES,
    rows=batch_rows,
    identity=("intake_session_id", "batch_id"),
    checks=(
        Check(
            "intake_session_batches: they add up to the session's total, at the batches' cost",
            "SELECT (SELECT COUNT(*) FROM {intake_sessions} AS s LEFT JOIN (SELECT intake_session_id, SUM(total_cost) AS cost "
            "FROM {intake_session_batches} AS r GROUP BY intake_session_id) AS r ON r.intake_session_id = s.id "
            "WHERE ROUND(s.total_amount * 100) <> ROUND(COALESCE(r.cost, 0) * 100)) + (SELECT COUNT(*) "
            "FROM {intake_session_batches} AS r JOIN {batches} AS b ON b.id = r.batch_id WHERE r.unit_cost <> b.unitCogs "
            "OR ROUND(r.total_cost * 100) <> ROUND(r.received_qty * r.unit_cost * 100))",
        ),
        Check(
            "intake_session_batches: a session's paid amount is that of its batches",
            "SELECT COUNT(*) FROM {intake_sessions} AS s JOIN (SELECT r.intake_session_id, SUM(b.amountPaid) AS paid "
            "FROM {intake_session_batches} AS r JOIN {batches} AS b ON b.id = r.batch_id GROUP BY r.intake_session_id) AS p "
            "ON p.intake_session_id = s.id WHERE ROUND(s.amount_paid * 100) <> ROUND(p.paid * 100)",
        ),
    ),
)
