"""The output of the commands about a whole schema, as text for a person."""

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from terp_seed.model.words import counted

if TYPE_CHECKING:
    from terp_seed.inference.drift import Drift
    from terp_seed.inference.generation import Generated


def generated(found: "Generated") -> str:
    """Return what was written, the columns by rule, and what to look at."""
    parts = [_tables(found)] if found.tables else ["Nothing to write: every table has its seeds."]
    parts += _section("Left alone:", (f"{name}: {reason}" for name, reason in found.left_alone.items()))
    parts += _section("Left out:", (f"{name}: {reason}" for name, reason in found.refused.items()))
    parts += _section("The schema and the seeds have drifted apart:", map(str, found.drifts))
    parts += _section("Lines to add to the files of these tables:", found.lines)
    parts += _section(f"{counted(len(found.reviews), 'column')} to REVIEW:", found.reviews)
    parts += _section("To do by hand:", found.notes)
    return "\n".join(parts)


def _tables(found: "Generated") -> str:
    width = max(14, *(len(table.name) + 1 for table in found.tables))
    lines = [f"{'table':<{width}}{'per unit':>8}{'columns':>9}   after"]
    lines += [
        f"{table.name:<{width}}{table.per_unit:>8}{len(table.facts.columns):>9}   {', '.join(table.parents) or '-'}"
        for table in found.tables
    ]
    columns = sum(found.counts.values())
    rules = ", ".join(f"{rule} {count}" for rule, count in found.counts.items())
    total = f"{counted(len(found.tables), 'table')} in {counted(len(found.files), 'file')}, {counted(columns, 'column')}"
    return "\n".join([*lines, total, *textwrap.wrap(rules, 118, initial_indent="  ", subsequent_indent="  ")])


def _section(title: str, lines: Iterable[str]) -> list[str]:
    every = list(lines)
    return [title, *(f"  {line}" for line in every)] if every else []


def drifted(found: Sequence["Drift"]) -> str:
    """Return the differences between schema and seeds, or that there are none."""
    if not found:
        return "The live schema and the seeds agree."
    tables = len({drift.table for drift in found})
    return "\n".join([*map(str, found), f"{counted(len(found), 'difference')} in {counted(tables, 'table')}"])
