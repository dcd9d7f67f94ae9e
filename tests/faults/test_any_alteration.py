"""The promise: an altered live table either takes the seed and gives it back, or is refused before the first write."""

from collections.abc import Callable, Iterator
from random import Random

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.terp.schema import METADATA
from tests.clients import apply, apply_well
from tests.faults import alterations_mysql, alterations_postgresql
from tests.scripts import AS_OF, script
from tests.support import ALL_FAULTS, CATALOG, NAMES, Database

_DRAWS = 30 if ALL_FAULTS else 5
Alteration = Callable[[Random, sa.Table, sa.Column], tuple[str, ...]]
_TABLES = [table.name for table in CATALOG.every if not table.adopts]


def _alterations(dice: Random, kinds: list[Alteration]) -> Iterator[tuple[str, ...]]:
    """Yield statements that alter one table, without end; the server may refuse them."""
    while True:
        table = METADATA.tables[dice.choice(_TABLES)]
        columns = [column for column in table.columns if not (column.primary_key or column.foreign_keys)]
        if columns:
            yield dice.choice(kinds)(dice, table, dice.choice(columns))


def _rows(terp: Database) -> int:
    """Return the number of rows of all tables of TERP."""
    counts = " + ".join(f"(SELECT COUNT(*) FROM {name})" for name in METADATA.tables)
    return int(terp.scalar(f"SELECT {counts}"))


def _require_whole(terp: Database, statements: tuple[str, ...]) -> None:
    """Seed, look and roll back, by script and online, or find all of it refused."""
    applied = apply(terp, script(terp, *AS_OF, "upgrade", "head"))
    if applied.returncode == 0:
        assert _rows(terp) > 0, (statements, applied)
        apply_well(terp, script(terp, *AS_OF, "downgrade", "head:base"))
    assert _rows(terp) == 0, (statements, applied)
    assert NAMES.ledger not in terp.tables(), (statements, applied)
    previewed, ran = terp.cli("upgrade", "--dry-run"), terp.cli("upgrade", "-f")
    # the online run is stricter about types than the server has to be
    assert applied.returncode == 0 or ran.exit_code != 0, (statements, applied, ran.output)
    assert (previewed.exit_code == 0) == (ran.exit_code == 0), (statements, previewed.output, ran.output)
    if ran.exit_code:
        assert "Schema validation failed for" in ran.stderr, (statements, ran.output)
        assert _rows(terp) == 0, (statements, ran.output)
        assert NAMES.ledger not in terp.tables(), (statements, ran.output)
        return
    verified = terp.cli("verify")
    assert verified.exit_code == 0, (statements, verified.output)
    back = terp.cli("downgrade", "-f")
    assert back.exit_code == 0, (statements, back.output)
    assert _rows(terp) == 0, statements


def test_altered_table_is_seeded_whole_or_refused(every_server_terp: Database, new_terp: Callable[[str], Database]) -> None:
    kind, drawn = every_server_terp.kind, 0
    kinds = alterations_postgresql.KINDS if kind == "postgresql" else alterations_mysql.KINDS
    alterations = _alterations(Random(f"{kind} alterations"), kinds)
    while drawn < _DRAWS:
        terp, statements = new_terp(kind), next(alterations)
        try:
            terp.execute(*statements)
        except DBAPIError:
            continue  # no table of this server can be altered so
        drawn += 1
        _require_whole(terp, statements)
