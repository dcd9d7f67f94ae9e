"""Rules for references: by foreign key, by two ways to one ancestor, and by names that look like ids."""

import re
from collections.abc import Mapping

import sqlalchemy as sa

from terp_seed.inference import names
from terp_seed.inference.asked import Asked, TablePlan, is_of_another, key_of
from terp_seed.inference.chosen import NULL, Chosen, constant, integer
from terp_seed.inference.facts import ColumnFacts, KeyFacts, TableFacts

_SAMPLES = (1, 987)
_REPEATED = 4  # rows that may have one value of a column that is not unique by itself


def left_null(asked: Asked) -> Chosen | None:
    """Leave a foreign key NULL if its table cannot be seeded before this one."""
    return NULL if asked.name in asked.nulled else None


def ref(plans: Mapping[str, TablePlan], target: str, referred: str | None, is_unique: bool) -> Chosen:
    """Refer to a row of a table, by one of its columns or by the number of the row."""
    plan = plans.get(target)
    there = plan.columns.get(referred) if plan is not None and referred is not None else None
    is_alone = plan is None or referred is None or referred == plan.facts.numbered or plan.facts.is_unique(referred)
    repeated = 1 if is_alone else _REPEATED
    return Chosen(
        "ref",
        (target,),
        {"spread": "one"} if is_unique else {},
        domain=max(1, plan.per_unit // repeated) if plan else None,
        samples=there.samples if there is not None else _SAMPLES,
        copies_pii=there is not None and there.is_masked,
    )


def copy(path: str, plan: TablePlan | None, column: str) -> Chosen:
    """Copy a column of another table, whose plan it is."""
    there = plan.columns.get(column) if plan is not None else None
    if there is None:
        return Chosen("same", (path,), samples=_SAMPLES)
    return Chosen("same", (path,), samples=there.samples, copies_pii=there.is_masked)


def same(asked: Asked) -> Chosen | None:
    """Copy the parent's value where the row reaches one ancestor by two ways, so that both lead to the same row."""
    key = key_of(asked)
    if key is None or len(key.columns) > 1 or asked.table.is_in_unique(asked.name):
        return None
    for other in asked.table.keys:
        plan = asked.plans.get(other.target)
        if (
            plan is None
            or len(other.columns) > 1
            or other.columns == key.columns
            or other.target in (key.target, asked.table.name)
            or is_of_another(asked, other)
        ):
            continue
        if other.columns[0] in asked.nulled:
            continue
        column = _of_parent(key, plan, asked)
        if column is not None:
            return copy(f"{other.columns[0]}.{column}", plan, column)
    return None


def _of_parent(key: KeyFacts, plan: TablePlan, asked: Asked) -> str | None:
    """Return the column by which the parent refers to the same ancestor in the same role."""
    found = [
        other.columns[0]
        for other in plan.facts.keys
        if other.target == key.target
        and other.referred == key.referred
        and (plan.is_filled(other.columns[0]) or asked.column.is_nullable)
        and not (other.columns[0] in plan.columns and plan.columns[other.columns[0]].is_null)
    ]
    if key.columns[0] in found:
        return key.columns[0]
    role = set(names.words_of(key.columns[0])) - {"id"}
    alike = [column for column in found if not role.isdisjoint(set(names.words_of(column)) - {"id"})]
    return alike[0] if len(alike) == len(found) == 1 else None


def foreign_key(asked: Asked) -> Chosen | None:
    """Refer to a row of the foreign key's table."""
    key = key_of(asked)
    if key is None or len(key.columns) > 1:
        return None
    if key.target == asked.table.name and asked.column.is_nullable and asked.table.is_unique_with_others(asked.name):
        return NULL  # a chain within the table leaves too little choice to keep several columns different
    return ref(asked.plans, key.target, key.referred[0], asked.is_unique)


def soft_reference(asked: Asked) -> Chosen | None:
    """Refer to the table that an id-like name means, although no foreign key says so."""
    target = asked.soft.get(asked.name)
    return ref(asked.plans, target, None, asked.is_unique) if target is not None else None


def id_like(asked: Asked) -> Chosen | None:
    """Leave an id of nothing known NULL, or give it any number."""
    if asked.words[-1:] not in (("id",), ("ids",)) or not isinstance(asked.column.type, sa.Integer):
        return None
    if asked.is_unique or asked.is_known:  # an id of its own
        return None
    if asked.column.is_nullable:
        return NULL
    return integer(1, min(1000, (asked.column.whole or (0, 1000))[1]))


def soft_targets(table: TableFacts, by_noun: Mapping[tuple[str, ...], str]) -> dict[str, str]:
    """Return the tables that id-like integer columns without a foreign key mean, by column."""
    found = {}
    for column in table.columns:
        noun = names.referred_noun(column.name)
        is_free = table.key_of(column.name) is None and column.name != table.numbered
        if noun is None or not is_free or column.is_loose or not isinstance(column.type, sa.Integer):
            continue
        target = _of_its_own(table, column, noun) or next(
            (by_noun[noun[n:]] for n in range(len(noun)) if noun[n:] in by_noun), None
        )
        if target is not None and (target != table.name or noun[0] == "parent"):
            found[column.name] = target
    return found


def _of_its_own(table: TableFacts, column: ColumnFacts, noun: tuple[str, ...]) -> str | None:
    """Return the table itself where a column means its parent row, as in parent_id."""
    rest = noun[1:]
    own = names.noun_of(table.name)
    is_own = noun[0] == "parent" and column.is_nullable and own[len(own) - len(rest) :] == rest
    return table.name if is_own else None


def default(asked: Asked) -> Chosen | None:
    """Take a default: its value where it is a constant, else leave the column to the server."""
    text = asked.column.default
    if text is None or text.strip("()").upper() == "NULL" or asked.is_unique or asked.is_known:
        return None
    value = default_value(text)
    if asked.column.is_text and value and asked.fits(len(value)):
        return constant(value)
    is_number = isinstance(asked.column.type, sa.Integer) and not isinstance(asked.column.type, sa.Boolean)
    return constant(int(value)) if is_number and value and re.fullmatch("-?[0-9]{1,9}", value) else None


def default_value(text: str) -> str | None:
    """Return the text of a default that is a constant; None for any other."""
    bare = text.strip()
    while bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1].strip()
    bare = bare.partition("::")[0].strip() if bare.startswith("'") else bare
    if bare.startswith("'") and bare.endswith("'") and len(bare) >= 2 and "'" not in bare[1:-1].replace("''", ""):
        return bare[1:-1].replace("''", "'")
    return bare if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?|true|false", bare, re.IGNORECASE) else None
