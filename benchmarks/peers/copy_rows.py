"""COPY of ready rows, by psycopg: the upper bound on PostgreSQL.

Nothing is made or checked; one transaction takes the rows of terp_seed. A column that a later table fills stays NULL.
"""

import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.peers import terp_seed
from benchmarks.sizes import CATALOG
from terp_seed.model.table import SeedTable

_FOLDER = tempfile.TemporaryDirectory(prefix="terp-bench-")
READY = Path(_FOLDER.name)
_OF_TERP_SEED = ("seed_ledger", "alembic_version_seed")


def prepare(url: str, units: int) -> None:
    """Seed that many units, keep the rows in files, and empty the tables."""
    address = _address(url)
    terp_seed.seed(address, units)
    with psycopg.connect(address) as connection:
        for table in CATALOG.every:
            query = sql.SQL("COPY {} TO STDOUT").format(_columns(table))
            with (READY / table.name).open("wb") as file, connection.cursor().copy(query) as rows:
                file.writelines(bytes(block) for block in rows)
        names = sql.SQL(", ").join(sql.Identifier(table.name) for table in CATALOG.every)
        connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
        connection.execute(sql.SQL("DROP TABLE {}").format(sql.SQL(", ").join(map(sql.Identifier, _OF_TERP_SEED))))


def seed(url: str, units: int) -> None:
    """Copy the rows into their tables, parents first."""
    with psycopg.connect(_address(url)) as connection:
        for table in CATALOG.every:
            query = sql.SQL("COPY {} FROM STDIN").format(_columns(table))
            with (READY / table.name).open("rb") as file, connection.cursor().copy(query) as rows:
                while block := file.read(1 << 18):
                    rows.write(block)


def _address(url: str) -> str:
    return url.replace("+psycopg", "")


def _columns(table: SeedTable) -> sql.Composed:
    names = [column.name for column in table.table.columns if (table.name, column.name) not in CATALOG.fills]
    return sql.SQL("{} ({})").format(sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names)))
