"""The console: results as text for a person, or as JSON.

Results go to standard output. Progress and errors go to standard error, by the listeners.
"""

import json
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from terp_seed.model.words import counted, listed

if TYPE_CHECKING:
    from terp_seed.app.commands import UpgradeResult
    from terp_seed.app.state import Edit, Status
    from terp_seed.checks.block_state import BlockState
    from terp_seed.checks.verification import Verification
    from terp_seed.execution.outcome import Outcome


_MOST_TABLES = 8  # that `verify` lists with their checks
_MOST_NAMED = 4  # companions that a summary lists by name


def summary(outcomes: Sequence["Outcome"], verb: str, errors: int = 0) -> str:
    """Return a table of what a run did, with rows, ids and seconds, then the companions and the rows that had changed."""
    if not outcomes:
        return "Nothing to do: the database is up to date."
    main = [outcome for outcome in outcomes if not outcome.companion]
    lines = [_line("table", "rows", "ids", "seconds")]
    lines += [_line(o.table, f"{o.rows:,}", f"{o.first_id}-{o.last_id}", f"{o.seconds:.2f}") for o in main]
    rows, seconds = sum(o.rows for o in main), sum(o.seconds for o in outcomes)
    lines.append(_line("total", f"{rows:,}", f"{verb}, {errors} errors", f"{seconds:.2f}"))
    lines += companions([(outcome.table, outcome.rows) for outcome in outcomes if outcome.companion])
    for outcome in outcomes:
        lines += _became(outcome.table, outcome.edited, outcome.missing, outcome.foreign)
    return "\n".join(lines)


def companions(rows: Sequence[tuple[str, int]]) -> list[str]:
    """Return one line with the row count of each companion, or the totals when there are many; no line without companions."""
    if not rows:
        return []
    if len(rows) > _MOST_NAMED:
        return [f"companions: {counted(sum(count for _, count in rows))} in {counted(len(rows), 'table')}"]
    return [f"companions: {', '.join(f'{table} {count:,}' for table, count in rows)}"]


def not_as_seeded(states: Iterable["BlockState"]) -> list[str]:
    """Return a line per table for edited, missing and foreign rows, with the first ids."""
    return [line for state in states for line in _became(state.block.table_name, tuple(state.edited), state.missing, state.kept)]


def edits(found: Sequence["Edit"], with_values: bool) -> str:
    """Return the text of `terp-seed status --edits`: table, id, what happened to the row, and the columns that differ."""
    if not found:
        return "No seeded row has changed."
    lines = []
    for edit in found:
        lines.append(f"{edit.table:<12}{edit.row_id:>12}   {edit.what}{': ' if edit.columns else ''}{', '.join(edit.columns)}")
        if with_values:
            lines += [f"{'':<27}{name}: was {old!r}, now {new!r}" for name, (old, new) in edit.values.items()]
    return "\n".join(lines)


def _became(table: str, edited: Sequence[int], missing: Sequence[int], foreign: Sequence[int]) -> list[str]:
    kinds = (
        ("edited", edited, "edited, and deleted too"),
        ("missing", missing, "had already been deleted"),
        ("kept", foreign, "under seeded ids but not seeded: kept"),
    )
    from terp_seed.checks.block_state import ids_of  # imported here to keep --help fast

    return [f"{word:<12} {table}: {counted(len(ids))} {what} ({ids_of(ids)})" for word, ids, what in kinds if ids]


def seeded(done: "UpgradeResult") -> str:
    """Return the text of what `terp-seed upgrade` did, with the masking audit."""
    inserted = [outcome for outcome in done.outcomes if outcome.inserted]
    failed = [check for check in done.audit.checks if not check.ok]
    lines = [summary(inserted, "seeded", len(failed)), *_failures(done.audit), *_masked(done.audit)]
    if done.unseeded:
        lines.append(
            f"No revision seeds {listed(done.unseeded)}: write one with `alembic -n seed revision -m {done.unseeded[0]}`."
        )
    removed = sum(outcome.rows for outcome in done.outcomes if not outcome.inserted and not outcome.companion)
    if removed:
        lines.insert(0, f"rolled back {counted(removed)} first (--clean)")
    return "\n".join(lines)


def status_json(status: "Status", companions: frozenset[str]) -> str:
    """Return the output of `terp-seed status --json`."""
    recipe = status.recipe
    return _json(
        {
            "database": status.database,
            "at": list(status.at),
            "size": str(recipe.size) if recipe else None,
            "seed": recipe.seed if recipe else None,
            "as_of": str(recipe.as_of) if recipe else None,
            "tables": {n: _blocks(b) | _changes(status, n) for n, b in status.blocks.items() if n not in companions},
            "companions": {n: _blocks(b) | _changes(status, n) for n, b in status.blocks.items() if n in companions},
            "total": sum(_rows(blocks) for name, blocks in status.blocks.items() if name not in companions),
            "lock": vars(status.lock) if status.lock else None,
            **({"disagreement": status.disagreement} if status.disagreement else {}),
        }
    )


def status_text(status: "Status", companions: frozenset[str]) -> str:
    """Return the output of `terp-seed status`."""
    recipe = status.recipe
    made = "made with different settings" if any(status.blocks.values()) else "nothing is seeded"
    if recipe:
        made = f"size {recipe.size}, seed {recipe.seed}, as of {recipe.as_of}"
    lines = [f"database   {status.database}", f"revisions  {', '.join(status.at) or 'none'}", f"data       {made}"]
    width = max((len(name) for name, blocks in status.blocks.items() if blocks), default=0)
    lines_of: dict[bool, list[str]] = {False: [], True: []}
    for name, blocks in status.blocks.items():
        if blocks:
            ids = ", ".join(f"{first}-{last}" for first, last in blocks)
            changes = ", ".join(f"{count:,} {word}" for word, count in _changes(status, name).items())
            notes = f"   ({changes})" if changes else ""
            lines_of[name in companions].append(f"  {name:<{max(width, 10)}}{_rows(blocks):>12,}   {ids}{notes}")
    lines += lines_of[False]
    lines.append(f"total      {sum(_rows(blocks) for name, blocks in status.blocks.items() if name not in companions):,}")
    if lines_of[True]:
        rows = sum(_rows(blocks) for name, blocks in status.blocks.items() if name in companions)
        lines += [f"companions {counted(rows)} in {counted(len(lines_of[True]), 'table')}", *lines_of[True]]
    lines.append(f"lock       {status.lock or 'free'}")
    if status.unknown:
        lines.append(f"rows       {status.unknown}")
    if status.disagreement:
        lines.append(f"{click.style('MISMATCH', fg='red')}   {status.disagreement}")
    return "\n".join(lines)


def verification_json(result: "Verification") -> str:
    """Return the output of `terp-seed verify --json`."""
    checks = [{"name": c.name, "ok": c.ok, "detail": f"skipped: {c.detail}" if c.skipped else c.detail} for c in result.checks]
    pii = {name: {"columns": list(table.columns), "rows": table.rows} for name, table in result.pii.items()}
    return _json({"ok": result.ok, "checks": checks, "pii": pii})


def verification_text(result: "Verification") -> str:
    """Return the output of `terp-seed verify`: what failed, what was skipped, and the PII audit."""
    failed = [check for check in result.checks if not check.ok]
    skipped = [check for check in result.checks if check.skipped]
    lines = [*_failures(result), *(f"skipped  {check.name}: {check.detail}" for check in skipped)]
    lines += [*_checked(result), *_masked(result)]
    held = len(result.checks) - len(failed) - len(skipped)
    lines.append(f"{held} {'check holds' if held == 1 else 'checks hold'}, {len(failed)} failed, {len(skipped)} skipped")
    return "\n".join(lines)


def _line(table: str, rows: str, ids: str, seconds: str) -> str:
    return f"{table:<12}{rows:>12}   {ids:<22}{seconds:>9}"


def _failures(result: "Verification") -> list[str]:
    return [f"{click.style('FAILED', fg='red')}   {check.name}: {check.detail}" for check in result.checks if not check.ok]


def _checked(result: "Verification") -> list[str]:
    """Return the tables with the most checks, of those that were not skipped, and the number of the others."""
    tables = (re.match(r"(\w+)[:.]", check.name) for check in result.checks if not check.skipped)
    counts = Counter(table[1] for table in tables if table).most_common()
    found = [(table, checks) for table, checks in counts if checks > 1]  # a table has several, a check of the whole is alone
    most, others = (", ".join(f"{table} {checks}" for table, checks in found[:_MOST_TABLES]), found[_MOST_TABLES:])
    rest = f", {sum(checks for _, checks in others)} in {counted(len(others), 'more table')}" if others else ""
    return wrapped(f"checked  {most}{rest}") if most else []


def _masked(result: "Verification") -> list[str]:
    return [
        line
        for name, table in result.pii.items()
        for line in wrapped(f"masked   {name}: {', '.join(table.columns)} in {counted(table.rows)}")
    ]


def wrapped(line: str) -> list[str]:
    """Wrap a line at 80 columns, with continuation lines indented to the second word of the first."""
    return textwrap.wrap(line, 80, subsequent_indent=" " * 9, break_long_words=False)


def _blocks(blocks: list[tuple[int, int]]) -> dict[str, Any]:
    return {"seeded": _rows(blocks), "blocks": [list(block) for block in blocks]}


def _changes(status: "Status", table: str) -> dict[str, int]:
    """Return the numbers of edited, missing and foreign rows of a table, without the zeros."""
    states = [state for state in status.states if state.block.table_name == table]
    counts = {
        "edited": sum(len(state.edited) for state in states),
        "missing": sum(len(state.missing) for state in states),
        "foreign": sum(len(state.foreign) for state in states),
    }
    return {word: count for word, count in counts.items() if count}


def _rows(blocks: list[tuple[int, int]]) -> int:
    return sum(last - first + 1 for first, last in blocks)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
