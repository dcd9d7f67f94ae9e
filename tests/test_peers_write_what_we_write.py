"""The promise: what `make bench` compares with writes as many rows as terp_seed, with values where terp_seed has them."""

import pytest

from benchmarks import measure
from benchmarks.rounds import OTHERS
from benchmarks.sizes import CATALOG, SMALL, rows_of, units_of
from terp_seed.model.table import SeedTable
from tests.support import Database

UNITS = 3


@pytest.mark.parametrize("peer", ["faker_orm", *OTHERS])
def test_peer_writes_the_same_number_of_values(terp: Database, sqlite_terp: Database, peer: str) -> None:
    sqlite_terp.seed("-x", "as_of=2026-03-01", "upgrade", "head")
    measure.peer(peer, terp.url, UNITS)
    theirs, ours = terp.everything(), sqlite_terp.everything()
    assert sum(map(len, theirs.values())) == rows_of(UNITS)
    earlier: set[str] = set()
    for table in CATALOG.every:
        assert len(theirs[table.name]) == table.count(UNITS), table.name
        units, columns = table.count(UNITS) // table.count(1), known(table, earlier)
        assert {column: values_in(theirs[table.name], column) for column in columns} == {
            column: units * values_in(ours[table.name], column) for column in columns
        }, table.name
        earlier.add(table.name)


def test_large_sizes_are_numbers_of_rows() -> None:
    assert units_of(rows_of(SMALL)) == SMALL
    assert units_of(1) == 1


def known(table: SeedTable, earlier: set[str]) -> list[str]:
    """Return the columns whose values a peer knows when it makes a row: no ids of rows of the same table, or of later ones."""
    parents = table.parents()
    return [
        column.name
        for column in table.table.columns
        if (table.name, column.name) not in CATALOG.fills
        and (parents.get(column.name) not in CATALOG or parents[column.name] in earlier)
    ]


def values_in(rows: list[dict[str, object]], column: str) -> int:
    """Return in how many rows a column is not NULL."""
    return sum(row[column] is not None for row in rows)
