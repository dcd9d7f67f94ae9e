"""Writesets: whether each revision of a plan fits into one transaction of a cluster, which bounds them. Read-only.

A table commits whole or not at all, so a transaction that is too large is refused before the first step, and never cut.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa

from terp_seed.errors import CapacityExceeded
from terp_seed.revisions.plan import Plan
from terp_seed.rows.generation import Generator
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.insert import Inserts

_OWN_ROWS = 10  # of the ledger, the version table and the lease, in the same transaction
# Measured: a writeset is 1.5 to 1.9 times the text of its INSERTs, which it holds beside the rows and their keys.
_BYTES_A_BYTE_OF_TEXT = 2


@dataclass(frozen=True)
class Limits:
    """Limits are what a node takes of one transaction; 0 is no limit."""

    rows: int
    size: int
    fragment: int  # in pieces of so much a transaction may be of any size

    @classmethod
    def of(cls, connection: sa.Connection) -> "Limits":
        """Read a node's limits."""
        settings = connection.exec_driver_sql("SHOW VARIABLES LIKE 'wsrep%'").all()
        found = {str(name).lower(): value for name, value in settings}
        names = ("wsrep_max_ws_rows", "wsrep_max_ws_size", "wsrep_trx_fragment_size")
        return cls(*(int(found.get(name) or 0) for name in names))


def require_room(limits: Limits, plan: Plan, dialect: Dialect, generator: Generator) -> None:
    """Raise CapacityExceeded when a revision would write more rows or bytes than a transaction may."""
    rows: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for step in plan.steps:
        rows[step.revision] += step.rows
        block = generator.ledger.get(step.revision, step.table.name)
        if step.inserts and block and limits.size and not limits.fragment:
            sample = list(islice(generator.of_step(step, block), step.table.per_unit))
            inserts = Inserts(dialect, step.table.table, sample[0])
            text = sum(len(inserts.row(row).encode()) for row in sample)
            size[step.revision] += _BYTES_A_BYTE_OF_TEXT * text * step.rows // len(sample)
    for revision in plan.revisions:
        if limits.rows and rows[revision] + _OWN_ROWS > limits.rows:
            _refuse(revision, f"{rows[revision]:,} rows", f"{limits.rows:,}", "wsrep_max_ws_rows", "")
        if size[revision] > limits.size:
            pieces = ", or let transactions travel in pieces (SET GLOBAL wsrep_trx_fragment_size = 64000000)"
            _refuse(revision, f"about {size[revision]:,} bytes", f"{limits.size:,}", "wsrep_max_ws_size", pieces)


def _refuse(revision: str, needed: str, limit: str, setting: str, further: str) -> None:
    raise CapacityExceeded(
        f"{revision} would write {needed} in one transaction: expected at most {limit}, which is {setting} of this node. Nothing "
        f"was written. Raise {setting} on every node{further}, or use a smaller size."
    )
