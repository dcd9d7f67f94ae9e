"""The receivables of TERP's client pages: each client's invoices and payments as transactions, and its credit limit."""

from collections.abc import Iterator

from terp_seed.model.table import Check, Row, SeedTable, Unit
from terp_seed.model.values import JsonText
from terp_seed.terp import schema_books as schema
from terp_seed.terp.days import day_of
from terp_seed.terp.figures import PAYMENTS
from terp_seed.terp.money import CENT, percent
from terp_seed.terp.slots import BILL_SLOTS, BUYERS, BY_HAND, SHIPMENTS
from terp_seed.terp.trade import Trade

_STATUS = {"PAID": "PAID", "PARTIAL": "PARTIAL", "OVERDUE": "OVERDUE"}  # all others are PENDING
_ISSUED = len(SHIPMENTS) + sum(slot.status not in ("DRAFT", "VOID") for slot in BY_HAND)
_RECEIVED = PAYMENTS - sum(slot.paid > 0 for slot in BILL_SLOTS) - 1
# the number of invoices with which TERP's credit engine has full confidence in a client
_ENOUGH = 15


def transaction_rows(unit: Unit) -> Iterator[Row]:
    """Yield the transactions of a unit's clients, oldest first: every issued invoice and every received payment."""
    made = Trade(unit)
    first_client, first_invoice, first_payment = unit.id_of("clients"), unit.id_of("invoices"), unit.id_of("payments")
    paid_on = {payment.invoice: payment.day for payment in made.payments}
    found: list[tuple[int, int, Row]] = []
    for place, invoice in enumerate(made.invoices):
        if not invoice.is_issued:
            continue
        created = made.at(invoice.day, invoice.clock)
        row = {
            "client_id": first_client + invoice.client,
            "transaction_type": "INVOICE",
            "transaction_number": f"INV-S{first_invoice + place:06d}",
            "transaction_date": day_of(invoice.day),
            "amount": invoice.total * CENT,
            "payment_status": _STATUS.get(invoice.status, "PENDING"),
            "payment_date": day_of(paid_on[place]) if place in paid_on else None,
            "payment_amount": invoice.paid * CENT if invoice.paid else None,
            "notes": None,
            "metadata": None,
            "created_at": created,
            "updated_at": made.at(paid_on[place], 22 * 60) if place in paid_on else created,
        }
        found.append((invoice.day, invoice.clock, row))
    for number, payment in enumerate(made.payments, first_payment):
        if not payment.is_received:
            continue
        created, day = made.at(payment.day, payment.clock), day_of(payment.day)
        row = {
            "client_id": first_client + payment.client,
            "transaction_type": "PAYMENT",
            "transaction_number": f"PAY-S{number:06d}",
            "transaction_date": day,
            "amount": payment.amount * CENT,
            "payment_status": "PAID",
            "payment_date": day,
            "payment_amount": payment.amount * CENT,
            "notes": None,
            "metadata": JsonText(f'{{"referenceType":"PAYMENT","referenceId":{number}}}'),
            "created_at": created,
            "updated_at": created,
        }
        found.append((payment.day, payment.clock, row))
    found.sort(key=lambda entry: entry[:2])
    yield from (row for _, _, row in found)


def limit_rows(unit: Unit) -> Iterator[Row]:
    """Yield the credit limits of a unit's buyers."""
    made, stream = Trade(unit), unit.stream("limits")
    invoices = [invoice.client for invoice in made.invoices if invoice.is_issued]
    calculated = made.at(made.as_of - 1, 13 * 60)
    for place, client in enumerate(made.clients):
        if client.buys:
            used = percent(client.owed, client.credit_limit)
            score = max(9_500 - used * 6 // 10 - stream.below(500), 0)
            yield {
                "client_id": unit.id_of("clients", place),
                "credit_limit": client.credit_limit * CENT,
                "current_exposure": client.owed * CENT,
                "utilization_percent": used * CENT,
                "credit_health_score": score * CENT,
                "base_capacity": client.spent // 6 * CENT,
                "risk_modifier": score // 100 * CENT,
                "directional_factor": 100 * CENT,
                "mode": "ACTIVE" if invoices.count(place) >= _ENOUGH else "LEARNING",
                "confidence_score": min(invoices.count(place) * 100 // _ENOUGH, 100) * 100 * CENT,
                "data_readiness": min(invoices.count(place) * 100 // _ENOUGH, 100) * 100 * CENT,
                "trend": stream.pick(("STABLE", "STABLE", "IMPROVING", "WORSENING")),
                "last_calculated": calculated,
                "created_at": calculated,
                "updated_at": calculated,
            }


CLIENT_TRANSACTIONS = SeedTable(
    schema.CLIENT_TRANSACTIONS,
    per_unit=_ISSUED + _RECEIVED,
    rows=transaction_rows,
    appended=0,
    uses=("invoices", "payments"),
    identity=("client_id", "transaction_number", "transaction_date"),
    checks=(
        Check(
            "client_transactions: each issued invoice that is not void has one, and each received payment",
            "SELECT (SELECT COUNT(*) FROM {invoices} AS i LEFT JOIN {client_transactions} AS t ON t.client_id = i.customerId "
            "AND t.transaction_type = 'INVOICE' AND t.transaction_number = i.invoiceNumber "
            "WHERE (i.status IN ('DRAFT', 'VOID')) <> (t.id IS NULL) "
            "OR t.amount <> i.totalAmount OR t.transaction_date <> i.invoiceDate "
            "OR CAST(t.payment_status AS CHAR(30)) <> CASE WHEN i.status IN ('SENT', 'VIEWED') THEN 'PENDING' ELSE "
            "CAST(i.status AS CHAR(30)) END) + "
            "(SELECT COUNT(*) FROM {payments} AS p LEFT JOIN {client_transactions} AS t ON t.client_id = p.customerId "
            "AND t.transaction_type = 'PAYMENT' AND t.transaction_number = p.paymentNumber "
            "WHERE (p.paymentType = 'SENT') <> (t.id IS NULL) OR t.amount <> p.amount)",
        ),
    ),
)
CLIENT_CREDIT_LIMITS = SeedTable(
    schema.CLIENT_CREDIT_LIMITS,
    per_unit=BUYERS,
    rows=limit_rows,
    appended=0,
    uses=("invoices",),
    checks=(
        Check(
            "client_credit_limits: limit and exposure are the client's, and utilization is their ratio",
            "SELECT (SELECT COUNT(*) FROM {client_credit_limits} AS l JOIN {clients} AS c ON c.id = l.client_id "
            "WHERE l.credit_limit <> c.credit_limit OR l.current_exposure <> c.total_owed "
            "OR ABS(l.utilization_percent * l.credit_limit - l.current_exposure * 100) > l.credit_limit / 100) "
            "+ (SELECT COUNT(*) FROM {orders} AS o LEFT JOIN {client_credit_limits} AS l ON l.client_id = o.client_id "
            "WHERE l.id IS NULL)",
        ),
    ),
)
