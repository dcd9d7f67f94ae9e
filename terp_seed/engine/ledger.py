"""The ledger: which rows each revision inserted, with which settings. Nobody else touches its table.

A block's record commits with its rows, and rollback deletes what the ledger names and nothing else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable, DropTable

from terp_seed.engine.dialect import Dialect
from terp_seed.errors import LedgerMismatch
from terp_seed.settings import Recipe, Size

TABLE_NAME = "seed_ledger"
_PIECE = 50_000  # rows that one statement deletes: the index pages that they need stay in a server's memory meanwhile

_LEDGER = sa.Table(
    TABLE_NAME,
    sa.MetaData(),
    sa.Column("revision", sa.String(32), primary_key=True),
    sa.Column("table_name", sa.String(64), primary_key=True),
    sa.Column("first_id", sa.Integer, nullable=False),
    sa.Column("last_id", sa.Integer, nullable=False),
    sa.Column("row_count", sa.Integer, nullable=False),
    sa.Column("size", sa.String(16), nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("generator_version", sa.Integer, nullable=False),
    sa.Column("seeded_at", sa.TIMESTAMP, nullable=False, server_default=sa.text("CURRENT_TIMESTAMP")),
    mysql_engine="InnoDB",
    mysql_charset="utf8mb4",
    mariadb_engine="InnoDB",
    mariadb_charset="utf8mb4",
)


@dataclass(frozen=True)
class Block:
    """A Block is a run of ids that one revision inserted into one table, without gaps."""

    revision: str
    table_name: str
    first_id: int
    row_count: int
    recipe: Recipe

    @property
    def last_id(self) -> int:
        """The highest id of the block."""
        return self.first_id + self.row_count - 1

    def pieces(self) -> Iterator[tuple[int, int]]:
        """Yield the first and the last id of what one statement deletes, the highest ids first."""
        for last in range(self.last_id, self.first_id - 1, -_PIECE):
            yield max(last - _PIECE + 1, self.first_id), last


class Ledger:
    """A Ledger is the record of every block, as the database holds it or as a script assumes it."""

    def __init__(self, blocks: Iterable[Block] = ()) -> None:
        self.blocks = list(blocks)

    @classmethod
    def read(cls, connection: sa.Connection) -> "Ledger":
        """Read the ledger of a database; one without the table has an empty ledger. Read-only."""
        if not sa.inspect(connection).has_table(TABLE_NAME):
            return cls()
        rows = connection.execute(sa.select(_LEDGER).order_by(_LEDGER.c.revision, _LEDGER.c.table_name)).mappings()
        return cls(
            Block(
                row["revision"],
                row["table_name"],
                row["first_id"],
                row["row_count"],
                Recipe(Size.parse(row["size"]), row["seed"], row["as_of"], row["generator_version"]),
            )
            for row in rows
        )

    @property
    def recipe(self) -> Recipe | None:
        """What everything recorded was generated with; None when nothing is. Raises LedgerMismatch when records differ."""
        recipes = {block.recipe for block in self.blocks}
        if len(recipes) > 1:
            raise LedgerMismatch(
                f"{TABLE_NAME} records {len(recipes)} different sets of size, seed, as_of and generator version: expected one. "
                "Roll back with `terp-seed downgrade` and seed again."
            )
        return next(iter(recipes), None)

    def of_table(self, table: str) -> list[Block]:
        """Return the blocks of a table, lowest ids first."""
        return sorted((b for b in self.blocks if b.table_name == table), key=lambda block: block.first_id)

    def get(self, revision: str, table: str) -> Block | None:
        """Return the block that a revision inserted into a table."""
        return next((b for b in self.blocks if (b.revision, b.table_name) == (revision, table)), None)

    def first_of(self, table: str) -> Block | None:
        """Return the block that the revision of the table's own name inserted, else the one with the lowest ids."""
        return self.get(table, table) or next(iter(self.of_table(table)), None)

    def insert_sql(self, dialect: Dialect, block: Block) -> str:
        """Note the block, and return the statement that records it."""
        if self.get(block.revision, block.table_name):
            raise LedgerMismatch(
                f"Revision {block.revision} seeds {block.table_name} twice: expected once. "
                "Put the second one in a revision of its own."
            )
        self.blocks.append(block)
        values = ", ".join((*_record(dialect, block), "CURRENT_TIMESTAMP"))
        names = ", ".join(dialect.quote(column.name) for column in _LEDGER.columns)
        return f"INSERT INTO {dialect.quote(TABLE_NAME)} ({names}) VALUES\n({values})"

    def delete_sql(self, dialect: Dialect, revision: str, table: str) -> str:
        """Forget the block, and return the statement that deletes its record."""
        self.blocks = [b for b in self.blocks if (b.revision, b.table_name) != (revision, table)]
        return f"DELETE FROM {dialect.quote(TABLE_NAME)} WHERE {_key(dialect, revision, table)}"


def recorded_ids(dialect: Dialect, revision: str, table: str) -> str:
    """Return the condition that a row is of a block. It finds the ids in the ledger when it runs; an unknown block has no row."""
    key = _key(dialect, revision, table)
    ledger = dialect.quote(TABLE_NAME)
    # NULL would hide rows from some comparisons and not from others, so an unknown block is spelled out as 1 to 0
    first = f"COALESCE((SELECT {dialect.quote('first_id')} FROM {ledger} WHERE {key}), 1)"
    last = f"COALESCE((SELECT {dialect.quote('last_id')} FROM {ledger} WHERE {key}), 0)"
    return f"{dialect.quote('id')} BETWEEN {first}\n  AND {last}"


def delete_rows_sql(dialect: Dialect, revision: str, table: str, from_id: int | None = None) -> str:
    """Return the statement that deletes the rows of a block, or those from an id on; none where the ledger has no such block."""
    rows = recorded_ids(dialect, revision, table) + (f" AND {dialect.quote('id')} >= {from_id}" if from_id else "")
    return f"DELETE FROM {dialect.quote(table)}\nWHERE {rows}{dialect.delete_order}"


def differs_sql(dialect: Dialect, blocks: Iterable[Block]) -> str:
    """Return the condition that the table holds other records than those of these blocks."""
    ledger = dialect.quote(TABLE_NAME)
    expected = [_record(dialect, block) for block in blocks]
    if not expected:
        return f"EXISTS (SELECT 1 FROM {ledger})"
    names = [column.name for column in _LEDGER.columns if column.name != "seeded_at"]
    alternatives = "\n  OR ".join(
        " AND ".join(f"{dialect.quote(name)} = {value}" for name, value in zip(names, record, strict=True)) for record in expected
    )
    return (
        f"(SELECT COUNT(*) FROM {ledger}) <> {len(expected)} OR "
        f"(SELECT COUNT(*) FROM {ledger} WHERE {alternatives}) <> {len(expected)}"
    )


def in_block(dialect: Dialect, alias: str, id_of_row: str, table: str, revisions: Iterable[str]) -> str:
    """Return the condition that an id is in a block of these revisions, by the ledger under an alias; `table` is SQL."""
    name, revision, first, last = (f"{alias}.{dialect.quote(c)}" for c in ("table_name", "revision", "first_id", "last_id"))
    names = ", ".join(map(dialect.text, revisions))
    return f"{name} = {table} AND {revision} IN ({names}) AND {id_of_row} BETWEEN {first} AND {last}"


def within(column: str, blocks: Iterable[Block]) -> str:
    """Return the condition that a quoted column holds an id of one of the blocks; empty where there is no block."""
    return " OR ".join(f"{column} BETWEEN {block.first_id} AND {block.last_id}" for block in blocks)


def create_sql(sqlalchemy_dialect: sa.Dialect) -> str:
    """Return the statement that creates the table.

    It may be run again: MySQL commits DDL at once, and a run can be killed just there.
    """
    return str(CreateTable(_LEDGER, if_not_exists=True).compile(dialect=sqlalchemy_dialect)).strip()


def drop_sql(sqlalchemy_dialect: sa.Dialect) -> str:
    """Return the statement that drops the table, and may be run again."""
    return str(DropTable(_LEDGER, if_exists=True).compile(dialect=sqlalchemy_dialect)).strip()


def _record(dialect: Dialect, block: Block) -> tuple[str, ...]:
    """Return the values of a block's record but its clock, as SQL, in the order of the columns."""
    recipe = block.recipe
    numbers = (block.first_id, block.last_id, block.row_count)
    made_with = (f"'{recipe.size}'", recipe.seed, f"'{recipe.as_of}'", recipe.generator_version)
    return (dialect.text(block.revision), dialect.text(block.table_name), *map(str, (*numbers, *made_with)))


def _key(dialect: Dialect, revision: str, table: str) -> str:
    return f"{dialect.quote('revision')} = {dialect.text(revision)} AND {dialect.quote('table_name')} = {dialect.text(table)}"
