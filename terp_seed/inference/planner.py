"""The planner: from facts to table plans, parents first. What cannot be filled is refused by name.

Rows per unit are few enough for the table's unique columns, and for its key at a hundred units.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Protocol

import sqlalchemy as sa

from terp_seed.inference import date_rules
from terp_seed.inference.asked import Asked, TablePlan
from terp_seed.inference.chosen import Chosen
from terp_seed.inference.constraints import Bounds, bounds_of
from terp_seed.inference.facts import Schema, TableFacts
from terp_seed.inference.graph import Graph, build_graph, own_faults
from terp_seed.inference.long_keys import LongKeys
from terp_seed.inference.names import pii_kind
from terp_seed.inference.rules import chosen_for
from terp_seed.model.pii import FROM_NAMES

ROWS_BY_PARENTS = (5, 10, 20)  # per unit: without parents, with one, with more
_UNITS = 100  # that must have room


class Checker(Protocol):
    """A Checker tells whether the CHECKs of a table take what was chosen for its columns."""

    def corrected(self, table: TableFacts, columns: Mapping[str, Chosen]) -> dict[str, Chosen] | str:
        """Return what the CHECKs take, with as few changes as possible, or why nothing was found."""


@dataclass(frozen=True)
class SeedPlan:
    """A SeedPlan is the new tables, parents first, and the refused ones with their reasons."""

    tables: tuple[TablePlan, ...]
    refused: Mapping[str, str]
    nulled: Mapping[str, Mapping[str, str]]


def plan_schema(
    schema: Schema,
    checker: Checker,
    seeded: Mapping[str, int],
    wanted: Iterable[str] | None = None,
    unfit: Mapping[str, str] | None = None,
    shared: Collection[str] = (),
) -> SeedPlan:
    """Plan every table of a schema that is not `seeded`, which has the rows per unit of those that are; `shared` are those that
    have them once for all units.
    """
    refused = dict(unfit or {}) | {table.name: fault for table in schema if (fault := own_faults(table)) is not None}
    chosen = None if wanted is None else tuple(wanted)
    while True:
        graph = build_graph(schema, refused, seeded, chosen)
        plans = {name: TablePlan(schema[name], rows, is_shared=name in shared) for name, rows in seeded.items() if name in schema}
        faults = {}
        for name in graph.order:
            planned = plan_table(schema[name], graph, plans, checker)
            if isinstance(planned, str):
                faults[name] = planned
            else:
                plans[name] = planned
        if not faults:
            return SeedPlan(tuple(plans[name] for name in graph.order), graph.refused, graph.nulled)
        refused |= faults  # what depends on them is refused too


def plan_table(table: TableFacts, graph: Graph, plans: Mapping[str, TablePlan], checker: Checker) -> TablePlan | str:
    """Return the plan of one table, or why it cannot be seeded."""
    bounds = bounds_of(table.checks, table.by_name)
    long_keys = LongKeys.of(table, graph.nulled.get(table.name, {}), plans)
    if long_keys.fault is not None:
        return long_keys.fault
    found = dict(long_keys.columns)
    nulled = {**graph.nulled.get(table.name, {}), **long_keys.nulled}
    for name in _in_order_of_needs(table):
        if name in found:
            continue
        is_referred = (table.name, name) in graph.referred
        may_be_null = table.by_name[name].is_nullable and not is_referred and name not in table.filled
        column = replace(table.by_name[name], is_nullable=may_be_null)
        asked = Asked(
            table,
            column,
            bounds.get(name, Bounds()),
            plans,
            found,
            nulled,
            graph.soft.get(table.name, {}),
            is_referred,
        )
        chosen = chosen_for(asked)
        if chosen is None:
            return f"nothing fits {name} ({column.spelled}), which is NOT NULL"
        found[name] = chosen
    if all(chosen.name == "server" for chosen in found.values()):
        return "it has no column but its key to tell its rows by: expected one that a seed can fill"
    checked = checker.corrected(table, found)
    if isinstance(checked, str):
        return checked
    in_order = {column.name: checked[column.name] for column in table.columns if column.name in checked}
    parents = sorted(graph.parents.get(table.name, frozenset()) - {table.name})
    return sized(TablePlan(table, 1, in_order, tuple(parents), dict(graph.soft.get(table.name, {}))), plans)


def _in_order_of_needs(table: TableFacts) -> list[str]:
    """Return the columns to fill: references first, then dates by rank, and names before what is made from them."""
    names = [column.name for column in table.columns if column.name != table.numbered]
    dates = date_rules.in_order(table)
    ranks = {name: 1 + place for place, name in enumerate(dates)}

    def rank(name: str) -> int:
        if table.key_of(name) is not None:
            return 0
        return ranks.get(name, len(dates) + (2 if pii_kind(name) in FROM_NAMES else 1))

    return sorted(names, key=rank)


def sized(plan: TablePlan, plans: Mapping[str, TablePlan]) -> TablePlan:
    """Return the plan with its rows per unit: by the number of parents, within what keys and unique columns allow.

    A table whose unique columns have few values for all units has one set of rows for all of them.
    """
    table = plan.facts
    _, highest = (table.by_name[table.numbered].whole if table.numbered else None) or (0, 2**31 - 1)
    rows = min(ROWS_BY_PARENTS[min(len(plan.parents), 2)], max(1, highest // _UNITS))
    crossing = [unique for unique in table.different if sum(bool(set(unique) & set(other)) for other in table.different) > 1]
    within: list[int] = [rows]
    over_all = [one.domain for one in plan.columns.values() if one.name == "sequence" and one.domain]  # by its digits
    for unique in table.different:
        capacity = _capacity(plan, unique)
        if capacity is not None:
            capacity //= 2 if unique in crossing and len(unique) > 1 else 1
            (within if _is_of_unit(plan, unique, plans) else over_all).append(max(1, capacity))
    few = min(over_all, default=rows * _UNITS)
    is_lookup = table.numbered is None and not plan.parents and few < rows * _UNITS  # few keys, to which others refer
    if few < _UNITS or is_lookup:
        return replace(plan, per_unit=min(*within, few), is_shared=True)
    return replace(plan, per_unit=min(*within, few // _UNITS))


def _is_of_unit(plan: TablePlan, unique: tuple[str, ...], plans: Mapping[str, TablePlan]) -> bool:
    """Tell whether one of some columns refers to rows that each unit has for itself."""
    refs = [plan.columns[column].arguments[0] for column in unique if plan.columns[column].name == "ref"]
    return any(target not in plans or not plans[target].is_shared for target in refs)


def _capacity(plan: TablePlan, unique: tuple[str, ...]) -> int | None:
    """Return how many rows can differ in some columns; None for any number."""
    chosen = [plan.columns[column] for column in unique if column in plan.columns]
    if len(chosen) < len(unique) or any(one.is_null for one in chosen):
        return None  # the key is in it, or it is NULL in every row
    if len(unique) == 1 and chosen[0].name in ("sequence", "words"):
        return _few_letters(plan.facts.by_name[unique[0]].length)
    domains = [1 if one.name in ("same", "json") else one.domain for one in chosen]
    known = [domain for domain in domains if domain is not None]
    return prod(known) if len(known) == len(domains) else None


def _few_letters(length: int | None) -> int | None:
    return 16**length if length is not None and length < 6 else None


def count_rules(plans: Iterable[TablePlan]) -> dict[str, int]:
    """Return how many columns each rule filled, the most first; keys count too."""
    counts: dict[str, int] = {}
    for plan in plans:
        for column in plan.facts.columns:
            rule = plan.columns[column.name].rule if column.name in plan.columns else "key"
            counts[rule] = counts.get(rule, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def text_columns(plan: TablePlan) -> list[str]:
    """Return the text columns that are not PII, which are listed as such."""
    return [
        column.name
        for column in plan.facts.columns
        if column.is_text and column.name in plan.columns and plan.columns[column.name].name != "server"
        if not plan.columns[column.name].is_masked and not isinstance(column.type, sa.Enum)
    ]
