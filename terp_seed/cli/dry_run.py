"""The dry run on the console: a preview as text that fits 80 columns."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from terp_seed.app.commands import DryRun
from terp_seed.checks.live_tables import TableReport
from terp_seed.checks.triggers import may_refuse
from terp_seed.cli import console
from terp_seed.model.table import Catalog, Row
from terp_seed.model.words import counted
from terp_seed.revisions.block import Block
from terp_seed.runtime.preview import Sample

_WIDTH = 80
_WIDEST = 24
_INDENT = _GAP = 2
_MOST_TABLES = 2  # per sample: columns that do not fit continue in a second one


def text(found: DryRun, command: str, environment: str) -> str:
    """Return the text of a dry run. `command` is the command that would do what it shows."""
    status, preview = found.status, found.preview
    recipe = status.recipe
    seeded = f"seeded with size {recipe.size}, seed {recipe.seed}, as of {recipe.as_of}" if recipe else "nothing is seeded"
    lines = [
        "Dry run: nothing is written, and no lock is taken.",
        f"target       {status.database}",
        f"environment  {environment}",
        f"state        {', '.join(status.at) or 'no revision'}: {seeded}",
        f"lock         {status.lock or 'free'}",
    ]
    if not preview.going and not preview.coming:
        return "\n".join([*lines, "Nothing to do: the database is up to date."])
    if preview.going:
        lines += ["", *_wrapped("rolls back", found.rolls_back), *_blocks(found.catalog, preview.going, "would be deleted")]
        lines += console.not_as_seeded(preview.states)
        if preview.suspects:
            lines += [
                *_wrapped("undeclared", preview.suspects),
                " " * 12 + " may hold ids of these rows: neither a key nor the project declares it",
            ]
    lines += _report(preview.report, found.grant_for_triggers)
    if preview.coming:
        made = preview.recipe
        lines += ["", *_wrapped("seeds", found.seeds), f"data         size {made.size}, seed {made.seed}, as of {made.as_of}"]
        lines += _blocks(found.catalog, preview.coming, "would be inserted")
        samples = sorted(preview.samples, key=lambda sample: _place(found.catalog, sample.block))
        for sample in samples:
            if not found.catalog.is_companion(sample.block.table_name):
                lines += ["", *_sample(found.catalog, sample)]
        lines += ["", *(line for sample in samples if sample.pii for line in _audit(sample))]
    return "\n".join([*lines, f"Next: {command}"])


def _report(report: TableReport, grant_for_triggers: str | None) -> Iterator[str]:
    """Yield what a person should know of the tables: triggers that run, and what was not looked at."""
    for trigger in report.triggers:
        refuses = ", and may refuse one in the middle of a run" if may_refuse(trigger) else ""
        yield f"trigger      {trigger.table}: {trigger} runs for each row{refuses}"
    if grant_for_triggers:
        hidden = f"triggers, which our user may not see: {grant_for_triggers} shows them"
        yield from _wrapped("not checked", hidden.split())
    for note in report.not_rehearsed:
        yield from _wrapped("not checked", note.split())


def _wrapped(word: str, names: Iterable[str]) -> Iterator[str]:
    line = f"{word:<12}"
    for name in names:
        if len(line) + len(name) + 2 > _WIDTH:
            yield line
            line = " " * 12
        line += f" {name}"
    yield line


def _blocks(catalog: Catalog, blocks: Sequence[Block], what: str) -> Iterator[str]:
    ordered = sorted(blocks, key=lambda block: _place(catalog, block))
    main = [block for block in ordered if not catalog.is_companion(block.table_name)]
    companions = [block for block in ordered if block not in main]
    yield f"{'table':<12}{'rows':>12}   ids"
    for block in main:
        yield f"{block.table_name:<12}{block.row_count:>12,}   {block.first_id}-{block.last_id}"
    tables = len({block.table_name for block in main})
    yield f"{'total':<12}{sum(block.row_count for block in main):>12,}   {what}, in {tables} table{'s' if tables > 1 else ''}"
    yield from console.companions([(block.table_name, block.row_count) for block in companions])


def _place(catalog: Catalog, block: Block) -> tuple[int, int]:
    """Return the sort key of a block: parents first, then by id."""
    return [table.name for table in catalog.every].index(block.table_name), block.first_id


def _sample(catalog: Catalog, sample: Sample) -> Iterator[str]:
    """Yield the first rows, in the columns that matter to a reviewer: unique ones, masked ones, and those that differ."""
    block, table, rows = sample.block, catalog[sample.block.table_name], sample.rows
    unique = [column.name for column in table.table.columns if column.unique]
    differing = [name for name in rows[0] if len({repr(row.get(name)) for row in rows}) > 1]
    columns = list(dict.fromkeys([*unique, *sample.pii, *differing]))
    yield f"{block.table_name}: the first {len(rows)} of {counted(block.row_count)}"
    numbers = _column("row" if table.listed else table.key, [{"row": row.get(table.key), **row} for row in rows])
    shown, width = [numbers], _INDENT + len(numbers[0])
    lines = 0
    for name in columns:
        cells = _column(name, rows)
        if name == table.key:
            continue
        if width + _GAP + len(cells[0]) > _WIDTH:
            yield from _table(shown)
            lines += 1
            shown, width = [numbers], _INDENT + len(numbers[0])
            if lines == _MOST_TABLES:
                return
        shown.append(cells)
        width += _GAP + len(cells[0])
    yield from _table(shown)


def _column(name: str, rows: Sequence[Row]) -> list[str]:
    cells = [name, *(_cell(row.get(name)) for row in rows)]
    return [cell.ljust(max(map(len, cells))) for cell in cells]


def _table(columns: list[list[str]]) -> Iterator[str]:
    for line in zip(*columns, strict=True):
        yield f"{' ' * _INDENT}{(' ' * _GAP).join(line)}".rstrip()


def _cell(value: Any) -> str:
    found = "NULL" if value is None else str(value)
    return found if len(found) <= _WIDEST else f"{found[: _WIDEST - 2]}.."


def _audit(sample: Sample) -> Iterator[str]:
    columns = ", ".join(sorted(sample.pii))
    if sample.real:
        yield f"NOT MASKED   {sample.block.table_name}: {', '.join(sample.real)}"
    rows = f"{sample.looked_at:,} of {counted(sample.block.row_count)}"
    yield from console.wrapped(f"masked   {sample.block.table_name}: {columns} in {rows}")
