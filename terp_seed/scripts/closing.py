"""The closing: the statements that end a script. They count what is there, table by table, and say whether every check held."""

from collections.abc import Iterable, Iterator

from terp_seed.model.table import Catalog
from terp_seed.revisions import records
from terp_seed.revisions.block import Block, within
from terp_seed.scripts.heading import in_order
from terp_seed.sql.dialect import Dialect

Count = tuple[str, str, str]  # a table, the WHERE of its rows, and the expected number of them

_MOST_TABLES = 100  # per statement: SQLite combines at most 500 SELECTs
_COLUMNS = ("seed_table", "rows_there", "rows_expected")
_WELL = "All is well: each of the {} checks of this script held."
_NOT_WELL = "This script stopped: see its first error. `terp-seed status` lists what is there."


def count_seeded(dialect: Dialect, catalog: Catalog, blocks: Iterable[Block]) -> tuple[str, ...]:
    """Return the statements that count the rows of these blocks, beside the rows that the script inserts."""
    counts: list[Count] = []
    adopted: list[Count] = []
    for block in in_order(catalog, blocks):
        rows, expected = within(dialect.key(block.table_name), [block]), str(block.row_count)
        if catalog[block.table_name].adopts:  # only the ledger knows how many were missing, and a stopped script may lack it
            rows = records.recorded_ids(dialect, block.revision, block.table_name)
            expected = records.recorded_count(dialect, block.revision, block.table_name)
        group = adopted if catalog[block.table_name].adopts else counts
        group.append((block.table_name, f" WHERE {rows}", expected))
    return (*_count(dialect, counts), *_count(dialect, adopted))


def count_left(dialect: Dialect, tables: Iterable[str]) -> Iterator[str]:
    """Yield the statements that count the rows that a rollback leaves in these tables."""
    return _count(dialect, [(table, "", "") for table in tables])


def verdict(dialect: Dialect, checks: int) -> str:
    """Return the statement that says whether all checks of a script held."""
    well, stopped = dialect.text(_WELL.format(checks)), dialect.text(_NOT_WELL)
    return f"SELECT CASE WHEN {dialect.held(checks)}\n  THEN {well}\n  ELSE {stopped} END AS {dialect.quote('seed_result')}"


def _count(dialect: Dialect, counts: list[Count]) -> Iterator[str]:
    """Yield the counting statements of tables. An unknown expected number is empty, for all of them."""
    for start in range(0, len(counts), _MOST_TABLES):
        lines: list[str] = []
        for table, where, expected in counts[start : start + _MOST_TABLES]:
            values = [dialect.text(table), "COUNT(*)", *([expected] if expected else [])]
            if not lines:  # the first SELECT names the columns of all
                values = [f"{value} AS {dialect.quote(name)}" for value, name in zip(values, _COLUMNS, strict=False)]
            lines.append(f"SELECT {', '.join(values)} FROM {dialect.quote(table)}{where}")
        yield "\nUNION ALL ".join(lines)
