"""Relations: CHECKs that compare two columns of a row, and what keeps them by construction."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

from terp_seed.inference.chosen import NULL, Chosen
from terp_seed.inference.constraints import bounds_of
from terp_seed.inference.date_rules import DAYS_BACK
from terp_seed.inference.facts import TableFacts
from terp_seed.inference.sql_tokens import columns_of, tokens_of


def in_relation(table: TableFacts, found: dict[str, Chosen]) -> dict[str, Chosen]:
    """Give two columns of which a CHECK compares one with the other ranges that do not overlap, or different rows to refer to."""
    for check in table.checks:
        one, other = _different(table, check)
        if _refer_alike(found, one, other) and "other_than" not in {*found[one].named, *found[other].named}:
            domain = found[other].domain
            fewer = None if domain is None else max(1, domain - 1)
            named = {**found[other].named, "other_than": one}
            found = {**found, other: replace(found[other], named=named, domain=fewer)}
    for larger, bounds in bounds_of(table.checks, table.by_name).items():
        for smaller, is_strict in bounds.at_least:
            if {larger, smaller} <= found.keys():
                found = {**found, **_apart(found, smaller, larger, is_strict)}
    return found


def _apart(found: Mapping[str, Chosen], smaller: str, larger: str, is_strict: bool) -> dict[str, Chosen]:
    low, high = found[smaller], found[larger]
    rule = "CHECK with another column"
    if low.name == high.name and low.name in ("integer", "decimal"):
        start, end = max(low.arguments[0], high.arguments[0]), high.arguments[1]
        middle = (start + end) // 2 if low.name == "integer" else ((start + end) / 2).quantize(start)
        step = 1 if low.name == "integer" else Decimal(1).scaleb(start.as_tuple().exponent)
        parts = (min(low.arguments[0], middle), min(low.arguments[1], middle)), (min(middle + step, end), end)
        return {
            name: replace(chosen, arguments=part, samples=part, domain=None).by(rule)
            for name, chosen, part in ((smaller, low, parts[0]), (larger, high, parts[1]))
        }
    if low.name == high.name == "time":
        parts = (time(8), time(12)), (time(13), time(18))
        return {
            name: replace(chosen, arguments=part, samples=part).by(rule)
            for name, chosen, part in ((smaller, low, parts[0]), (larger, high, parts[1]))
        }
    kinds = ("date", "datetime")
    if is_strict and low.name in kinds and high.name in kinds:
        years = ((low, smaller, 2023), (high, larger, 2024))
        return {name: _in_year(chosen, year).by(rule) for chosen, name, year in years}
    return {}


def _in_year(chosen: Chosen, year: int) -> Chosen:
    ends = (date(year, 1, 1), date(year, 12, 30))
    samples = ends if chosen.name == "date" else tuple(datetime(day.year, day.month, day.day) for day in ends)
    return Chosen(chosen.name, ends, samples=samples)


def with_paths(table: TableFacts, found: dict[str, Chosen]) -> dict[str, Chosen]:
    """Choose again what takes its value through a column that a CHECK has left NULL."""
    return {name: _again(table, name, found) if _is_lost(found[name], found) else found[name] for name in found}


def _is_lost(chosen: Chosen, found: Mapping[str, Chosen]) -> bool:
    paths = [str(path) for path in (chosen.named.get("after"), chosen.named.get("before")) if path]
    paths += [str(chosen.arguments[0])] if chosen.name == "same" else []
    return any(first in found and found[first].is_null for first in (path.partition(".")[0] for path in paths))


def _again(table: TableFacts, name: str, found: Mapping[str, Chosen]) -> Chosen:
    chosen, key = found[name], table.key_of(name)
    if chosen.name != "same":
        return replace(chosen, named={"days_back": DAYS_BACK})
    if key is None or len(key.columns) > 1:
        return NULL.by(chosen.rule)
    return replace(chosen, name="ref", arguments=(key.target,)).by("foreign key")


def is_kept(table: TableFacts, check: str, found: Mapping[str, Chosen]) -> bool:
    """Tell whether a CHECK says only what is kept by construction: that one date is not before another, by `after`, that two
    references are to different rows, by `other_than`, or that a row does not refer to itself.
    """
    one, other = _different(table, check)
    if one in found and other in found and found[other].named.get("other_than") == one:
        return True
    if table.numbered in (one, other):
        reference = found.get(other if one == table.numbered else one)
        return reference is not None and reference.name == "ref" and reference.arguments[0] == table.name
    bounds = bounds_of([check], table.by_name)
    if len(bounds) != 1:
        return False
    ((larger, said),) = bounds.items()
    if len(said.at_least) != 1 or larger not in found or replace(said, at_least=(), rules=()) != type(said)():
        return False
    ((smaller, is_strict),) = said.at_least
    return not is_strict and set(columns_of(check, table.by_name)) == {larger, smaller} and _follows(larger, smaller, found)


def _follows(larger: str, smaller: str, found: Mapping[str, Chosen]) -> bool:
    """Tell whether a date comes after another one, directly or by others of its row."""
    seen: set[str] = set()
    name: str | None = larger
    while name is not None and name not in seen and name in found:
        seen.add(name)
        name = found[name].named.get("after")
    return smaller in seen


def _different(table: TableFacts, check: str) -> tuple[str, str]:
    """Return the two columns that a CHECK says no more of than that they differ; empty names if it is another CHECK."""
    tokens = [token for token in tokens_of(check, table.by_name) if token.text not in "()"]
    kinds = [token.kind for token in tokens]
    if kinds == ["column", "mark", "column"] and tokens[1].text in ("<>", "!="):
        return tokens[0].text, tokens[2].text
    return "", ""


def _refer_alike(found: Mapping[str, Chosen], one: str, other: str) -> bool:
    """Tell whether two columns refer to rows of one table, of which a unit has several."""
    if one not in found or other not in found or not found[one].name == found[other].name == "ref":
        return False
    is_many = (found[other].domain or 2) > 1
    return found[one].arguments == found[other].arguments and "spread" not in found[other].named and is_many
