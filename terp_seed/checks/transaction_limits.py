"""The transaction limits: whether each revision of a plan fits into one transaction, on a server that limits them. Read-only.

A revision commits completely or not at all, so a transaction that is too large is refused before the first step, never split.
"""

from collections import Counter
from itertools import islice

from terp_seed.backends.backend import Limits
from terp_seed.errors import CapacityExceeded
from terp_seed.revisions.plan import Plan
from terp_seed.rows.generation import Generator
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.insert import Inserts
from terp_seed.sql.listed_keys import without_numbers

_OWN_ROWS = 10  # of the ledger, the version table and the lease, in the same transaction
# Measured: a writeset is 1.5 to 1.9 times as large as the text of its INSERTs, because it also holds the rows and their keys.
_BYTES_A_BYTE_OF_TEXT = 2


def require_room(limits: Limits, plan: Plan, dialect: Dialect, generator: Generator) -> None:
    """Raise CapacityExceeded if a revision would write more rows or bytes than a transaction may."""
    rows: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for step in plan.steps:
        rows[step.revision] += step.rows
        block = generator.ledger.get(step.revision, step.table.name)
        if step.inserts and block and limits.size:
            sample = [*without_numbers(islice(generator.of_step(step, block), step.table.per_unit))]
            inserts = Inserts(dialect, step.table.table, sample[0])
            text = sum(len(inserts.row(row).encode()) for row in sample)
            size[step.revision] += _BYTES_A_BYTE_OF_TEXT * text * step.rows // len(sample)
    for revision in plan.revisions:
        if limits.rows and rows[revision] + _OWN_ROWS > limits.rows:
            _refuse(revision, f"{rows[revision]:,} rows", f"{limits.rows:,}", limits.rows_setting, "")
        if size[revision] > limits.size:
            needed = f"about {size[revision]:,} bytes"
            _refuse(revision, needed, f"{limits.size:,}", limits.size_setting, f", or {limits.way_out}")


def _refuse(revision: str, needed: str, limit: str, setting: str, further: str) -> None:
    raise CapacityExceeded(
        f"{revision} would write {needed} in one transaction: expected at most {limit}, which is {setting} of this node. Nothing "
        f"was written. Raise {setting} on every node{further}, or use a smaller size."
    )
