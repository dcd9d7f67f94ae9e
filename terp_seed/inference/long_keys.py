"""Long keys: how the columns of foreign keys are filled that have several columns, or share one with another key.

One column refers to a row, and the others take their values from there, so that all of them are of one row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from terp_seed.inference.asked import TablePlan
from terp_seed.inference.chosen import NULL, Chosen
from terp_seed.inference.facts import KeyFacts, TableFacts
from terp_seed.inference.key_rules import copy, ref

_RULE = "foreign key"
_SHARES = "shares a column with another foreign key, which refers to other rows"
_NULLED = "foreign key without a row"


@dataclass
class LongKeys:
    """LongKeys are the columns of a table that were chosen so far, with the table whose row each is taken from."""

    table: TableFacts
    plans: Mapping[str, TablePlan]
    columns: dict[str, Chosen] = field(default_factory=dict)
    nulled: dict[str, str] = field(default_factory=dict)
    sources: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # by column: the lead, its table, and the column there
    fault: str | None = None

    @classmethod
    def of(cls, table: TableFacts, nulled: Mapping[str, str], plans: Mapping[str, TablePlan]) -> "LongKeys":
        """Choose the columns. `fault` says why that is impossible."""
        found = cls(table, plans)
        for key in _in_order(table, nulled, plans):
            found.take(key)
        return found

    def take(self, key: KeyFacts) -> None:
        """Choose what the columns of a key hold that are not chosen yet."""
        if key.target == self.table.name:
            self._give_up(key, "refers to the table itself by several columns" if len(key.columns) > 1 else _SHARES)
        elif not any(name in self.sources for name in key.columns):
            self._lead(key)
        elif not self._is_implied(key):
            self._give_up(key, _SHARES)

    def _lead(self, key: KeyFacts) -> None:
        """Let one column refer to a row of the target, and the others take their values from it."""
        referred = dict(zip(key.columns, key.referred, strict=True))
        target = self.plans[key.target].facts if key.target in self.plans else None

        def rank(name: str) -> tuple[bool, bool, bool, int]:
            is_own = sum(name in other.columns for other in self.table.keys) == 1
            is_key = target is not None and referred[name] in target.primary_key
            return not self.table.is_in_unique(name), not is_own, not is_key, -key.columns.index(name)

        lead = min(key.columns, key=rank)
        is_unique = self.table.is_unique(lead) or any({*unique} <= {*key.columns} for unique in self.table.different)
        self.columns[lead] = ref(self.plans, key.target, referred[lead], is_unique).by(_RULE)
        for name in key.columns:
            self.sources[name] = lead, key.target, referred[name]
            if name != lead:
                self.columns[name] = copy(f"{lead}.{referred[name]}", self.plans.get(key.target), referred[name]).by(_RULE)

    def _is_implied(self, key: KeyFacts) -> bool:
        """Take what is missing of a key from the row that its other columns are of; tell whether that is possible."""
        taken = [name for name in key.columns if name in self.sources]
        if len({self.sources[name][:2] for name in taken}) > 1:
            return False
        lead, source, _ = self.sources[taken[0]]
        plan = self.plans.get(source)
        if plan is None:
            return False
        at = {name: self.sources[name][2] for name in taken}
        if source == key.target:  # the same row
            free = {name: there for name, there in zip(key.columns, key.referred, strict=True) if name not in at}
            is_same = all(at.get(name, there) == there for name, there in zip(key.columns, key.referred, strict=True))
            return is_same and self._add(free, lead, plan)
        for theirs in plan.facts.keys:
            if theirs.target != key.target or {*theirs.referred} < {*key.referred}:
                continue
            by_referred = dict(zip(theirs.referred, theirs.columns, strict=True))
            wanted = {name: by_referred[there] for name, there in zip(key.columns, key.referred, strict=True)}
            is_same = all(wanted[name] == at[name] for name in taken)
            if is_same and self._add({name: there for name, there in wanted.items() if name not in at}, lead, plan):
                return True
        return len(key.columns) == 1 and self._leads_to(source, at[key.columns[0]], key.target, key.referred[0])

    def _add(self, free: Mapping[str, str], lead: str, plan: TablePlan) -> bool:
        if not all(plan.is_filled(there) or self.table.by_name[name].is_nullable for name, there in free.items()):
            return False
        for name, there in free.items():
            self.sources[name] = lead, plan.name, there
            self.columns[name] = copy(f"{lead}.{there}", plan, there).by(_RULE)
        return True

    def _leads_to(self, table: str, column: str, target: str, referred: str) -> bool:
        """Tell whether the values of a column are among those of another one, by foreign keys."""
        seen: set[tuple[str, str]] = set()
        left = [(table, column)]
        while left:
            place = left.pop()
            if place == (target, referred):
                return True
            if place not in seen and place[0] in self.plans:
                seen.add(place)
                left += _referred_by(self.plans[place[0]].facts, place[1])
        return False

    def _give_up(self, key: KeyFacts, why: str) -> None:
        free = [name for name in key.columns if self.table.by_name[name].is_nullable and name not in self.sources]
        if not free:
            self.fault = self.fault or f"its foreign key ({', '.join(key.columns)}) {why}, and is NOT NULL"
        for name in free:
            self.columns[name] = NULL.by(_NULLED)
            self.nulled[name] = why


def _in_order(table: TableFacts, nulled: Mapping[str, str], plans: Mapping[str, TablePlan]) -> list[KeyFacts]:
    """Return the keys with several columns and those that share a column with another one, the most telling first."""
    active = [key for key in table.keys if not any(name in nulled for name in key.columns)]
    places = {name: place for place, name in enumerate(plans)}
    shared = [
        key
        for key in active
        if len(key.columns) > 1 or any({*key.columns} & {*other.columns} for other in active if other is not key)
    ]
    unique = {(key.columns, key.target, key.referred): key for key in shared}
    return sorted(
        unique.values(),
        key=lambda key: (
            table.may_be_null(key),
            -len(key.columns),
            -places.get(key.target, -1),
            key.columns,
        ),
    )


def _referred_by(table: TableFacts, column: str) -> Iterator[tuple[str, str]]:
    for key in table.keys:
        if column in key.columns:
            yield key.target, key.referred[key.columns.index(column)]
