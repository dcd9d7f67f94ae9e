"""Triggers: those of the live tables that a run would set off, and which of them a rollback could not undo. Read-only."""

import re
from collections.abc import Iterable, Iterator

from terp_seed.backends.introspection import Trigger
from terp_seed.model.table import Catalog
from terp_seed.revisions.plan import Plan

_NO_CODE = re.compile(r"'(?:[^'\\]|\\.|'')*'|--[^\n]*|#[^\n]*|/\*.*?\*/", re.DOTALL)
# INSERT() and REPLACE() are functions too, and SELECT … FOR UPDATE writes nothing
_WRITES = re.compile(r"\b(?:INSERT|REPLACE)\b(?!\s*\()|(?<!FOR )\bUPDATE\b|\bDELETE\b|\bCALL\b|\bTRUNCATE\b", re.IGNORECASE)
_RAISES = re.compile(r"\b(?:RE)?SIGNAL\b|\bRAISE\s*\(", re.IGNORECASE)
_SET = re.compile(r"\bSET\b([^;]*)", re.IGNORECASE)
_ASSIGNED = re.compile(r"(?:^|,)\s*NEW\s*\.\s*[`\"]?(\w+)[`\"]?\s*:?=", re.IGNORECASE)


def set_off(triggers: Iterable[Trigger], plan: Plan) -> list[Trigger]:
    """Return the triggers that the statements of a plan set off."""
    inserted, deleted = plan.inserts(), plan.deletes()
    events = {(step.table.name.casefold(), "INSERT") for step in inserted}
    events |= {(fill.table.casefold(), "UPDATE") for step in plan.steps for fill in step.table.fills}
    events |= {(step.table.name.casefold(), "DELETE") for step in deleted}
    return [one for one in triggers if (one.table.casefold(), one.event) in events]


def harm(trigger: Trigger, catalog: Catalog) -> str | None:
    """Return what a trigger does that a rollback does not undo, or that makes rows others than were seeded; None for neither."""
    body = _NO_CODE.sub(" ", trigger.body)
    if _WRITES.search(body):
        return "writes to other tables, and no rollback undoes that"
    table = next((one for one in catalog.every if one.name.casefold() == trigger.table.casefold()), None)
    ours = {column.name.casefold() for column in table.table.columns} if table else set()
    changed = sorted({name for name in _assigned(body) if name.casefold() in ours})
    return f"changes {', '.join(changed)}, which the seed writes" if changed else None


def may_refuse(trigger: Trigger) -> bool:
    """Tell whether a trigger can refuse a row, which no rehearsal shows: no temporary table has triggers."""
    return _RAISES.search(_NO_CODE.sub(" ", trigger.body)) is not None


def gaps(triggers: Iterable[Trigger], catalog: Catalog) -> dict[str, list[str]]:
    """Return a sentence for each trigger that refuses a run, by table."""
    found: dict[str, list[str]] = {}
    for trigger in triggers:
        what = harm(trigger, catalog)
        if what:
            sentence = f"trigger {trigger} {what}: expected none, or --allow-triggers (-x allow_triggers=true)"
            found.setdefault(trigger.table, []).append(sentence)
    return found


def _assigned(body: str) -> Iterator[str]:
    """Yield the columns that SET gives another value."""
    for assignments in _SET.findall(body):
        yield from _ASSIGNED.findall(assignments)
