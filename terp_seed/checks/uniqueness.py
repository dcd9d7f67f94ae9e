"""Uniqueness: whether a row that was not seeded already has a value that a run would insert into a unique column. Read-only.

Our own values never repeat, so only a row with a code or a name of our pattern can conflict.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from terp_seed.backends.database import Database
from terp_seed.masking.kinds import kinds
from terp_seed.masking.word_lists import Words
from terp_seed.model.table import Row
from terp_seed.revisions.block import within
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.plan import PlannedStep
from terp_seed.rows.adoption import Adoption
from terp_seed.rows.generation import Generator
from terp_seed.sql.literals import renderer


def taken_values(
    database: Database, generator: Generator, recorded: Ledger, steps: Iterable[PlannedStep]
) -> dict[str, list[str]]:
    """Return, by table, a sentence for each unique column of which a value is taken. The generator knows the ids to come."""
    gaps: dict[str, list[str]] = {}
    for step in steps:
        if step.table.adopts:
            found = list(_of_other_keys(database, generator, step))
            gaps |= {step.table.name: found} if found else {}
            continue
        unique = [column.name for column in step.table.unique_columns]
        block = generator.ledger.get(step.revision, step.table.name)
        if not unique or block is None:
            continue
        sample = next(generator.of_step(step, block))
        ours = within(database.dialect.key(step.table.name), recorded.of_table(step.table.name))
        others = f" AND NOT ({ours})" if ours else ""
        foreign = {column: set(_lookalikes(database, step, column, sample, others)) for column in unique}
        if not any(foreign.values()):
            continue  # the usual case: no value looks like ours, so no rows need to be generated
        taken: dict[str, str] = {}
        for row in generator.of_step(step, block):
            alike = [c for c in unique if row.get(c) is not None and c not in taken and _folded(str(row[c])) in foreign[c]]
            taken |= {c: str(row[c]) for c in alike if _is_there(database, step.table.table.columns[c], row[c], others)}
        if taken:
            found = [f"column {column}: a row that was not seeded has our value {value!r}" for column, value in taken.items()]
            gaps.setdefault(step.table.name, []).extend(found)
    return gaps


def _of_other_keys(database: Database, generator: Generator, step: PlannedStep) -> Iterator[str]:
    """Yield a sentence for each unique value of our rows that a row with another natural key has."""
    key = ", ".join(step.table.adopts)
    for column, value, condition in Adoption(database.dialect, step.table, step.table.sample(generator.recipe)).taken():
        if database.scalar(f"SELECT CASE WHEN {condition} THEN 1 ELSE 0 END"):
            yield f"column {column}: a row with another {key} than ours has our value {value!r}"


def _lookalikes(database: Database, step: PlannedStep, column: str, sample: Row, others: str) -> Iterator[str]:
    """Yield the values of rows that were not seeded that could be ours: they match our pattern or come from our vocabulary."""
    quote = database.quote
    query = f"SELECT {quote(column)} FROM {quote(step.table.name)} WHERE {quote(column)} IS NOT NULL{others}"
    kind = step.table.pii.get(column)
    is_any = step.fixed_rows or step.table.shared or step.table.varies(column)
    pattern = re.compile(re.sub(r"\d+", r"\\d+", re.escape(_folded(str(sample.get(column))))))
    for (value,) in database.execute(query):
        folded = _folded(str(value))
        if is_any or (_is_fake(kind, folded) if kind else pattern.fullmatch(folded)):
            yield folded


def _is_fake(kind: str, folded: str) -> bool:
    """Tell whether a collation could take a text for one of ours."""
    return any(map(kinds()[kind].is_fake, (folded, folded.title(), Words.load().respelled(folded))))


def _folded(text: str) -> str:
    """Return what a collation may leave of a text: no case, no accents, no characters without a width, no spaces at the end."""
    kept = "".join(letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter)[0] not in "MC")
    return kept.casefold().rstrip()


def _is_there(database: Database, column: sa.Column[Any], value: object, others: str) -> bool:
    """Tell whether a row of others has the value, by the column's own collation."""
    quote, literal = database.quote, renderer(database.dialect, column)(value)
    query = f"SELECT 1 FROM {quote(column.table.name)} WHERE {quote(column.name)} = {literal}{others} LIMIT 1"
    return database.execute(query).first() is not None
