"""The ledger: which rows each revision inserted, with which settings. Nobody else touches its table.

A block's record can only be written when its rows are there, and commits with them. It keeps what the server says of them,
so a rollback deletes what was seeded and nothing else.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable, DropTable

from terp_seed.errors import LedgerMismatch, SeedError
from terp_seed.model.names import Names
from terp_seed.model.recipe import Recipe, Size
from terp_seed.sql.dialect import MODULUS, Dialect
from terp_seed.sql.digests import Digested

_PIECE = 50_000  # rows that one statement deletes: the index pages that they need stay in a server's memory meanwhile


@cache
def _table(name: str) -> sa.Table:
    return sa.Table(
        name,
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
        sa.Column("identity_columns", sa.Text, nullable=False),
        sa.Column("written_columns", sa.Text, nullable=False),
        sa.Column("identity_digest", sa.BigInteger, nullable=False),
        sa.Column("values_digest", sa.BigInteger, nullable=False),
        sa.Column("seeded_at", sa.TIMESTAMP, nullable=False, server_default=sa.text("CURRENT_TIMESTAMP")),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mariadb_engine="InnoDB",
        mariadb_charset="utf8mb4",
    )


_COLUMNS = [column.name for column in _table("ledger").columns]
_DIGESTS = ("identity_columns", "written_columns", "identity_digest", "values_digest", "seeded_at")
_WAY_OUT = "Nothing has changed. Put the record back as it was, from a backup or from the script that seeded, and run this again."


class Rows(Protocol):
    """Rows of one table with ids that follow each other: a Block, or a part of one."""

    @property
    def table_name(self) -> str: ...  # noqa: D102
    @property
    def first_id(self) -> int: ...  # noqa: D102
    @property
    def last_id(self) -> int: ...  # noqa: D102


@dataclass(frozen=True)
class Proof:
    """A Proof is what the server said of a block's rows when they were inserted, and of which columns."""

    digested: Digested
    identity: int
    values: int


@dataclass(frozen=True)
class Block:
    """A Block is a run of ids that one revision inserted into one table, without gaps; its proof is there once it is recorded."""

    revision: str
    table_name: str
    first_id: int
    row_count: int
    recipe: Recipe
    proof: Proof | None = field(default=None, compare=False)

    @property
    def last_id(self) -> int:
        """The highest id of the block."""
        return self.first_id + self.row_count - 1


class Ledger:
    """A Ledger is the record of every block, as the database holds it or as a script assumes it."""

    def __init__(self, blocks: Iterable[Block] = ()) -> None:
        self.blocks = list(blocks)

    @classmethod
    def read(cls, connection: sa.Connection, names: Names) -> "Ledger":
        """Read the ledger of a project in a database; one without the table has an empty ledger. Read-only."""
        inspector, name = sa.inspect(connection), names.ledger
        if not inspector.has_table(name):
            return cls()
        missing = sorted({*_COLUMNS} - {column["name"] for column in inspector.get_columns(name)})
        if missing:
            raise LedgerMismatch(
                f"{name} has no column {', '.join(missing)}: expected the table of this version. Roll back with the "
                "version that seeded, then seed again with this one."
            )
        columns = [column for column in _table(name).columns if column.name != "seeded_at"]
        try:
            rows = connection.execute(sa.select(*columns)).mappings().all()
        except (ValueError, TypeError) as error:  # SQLite keeps any text in any column
            raise LedgerMismatch(f"{name} has a record that cannot be read: {error}. {_WAY_OUT}") from error
        blocks = sorted((_block(name, row) for row in rows), key=lambda block: (block.revision, block.table_name))
        _check_apart(name, blocks)
        return cls(blocks)

    @property
    def recipe(self) -> Recipe | None:
        """What everything recorded was generated with; None when nothing is. Raises LedgerMismatch when records differ."""
        recipes = {block.recipe for block in self.blocks}
        if len(recipes) > 1:
            raise LedgerMismatch(
                f"The ledger records {len(recipes)} different sets of size, seed, as_of and generator version: expected one. "
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

    def insert_sql(self, dialect: Dialect, block: Block, table: sa.Table, digested: Digested, here: "Block | None" = None) -> str:
        """Note the block, and return the statement that records it: with what the server says of its rows, if all are there.

        `here` is the part of the block that is inserted now, if not all of it; each further part adds to the record.
        """
        if self.get(block.revision, block.table_name):
            raise LedgerMismatch(
                f"Revision {block.revision} seeds {block.table_name} twice: expected once. "
                "Put the second one in a revision of its own."
            )
        self.blocks.append(block)
        part = here or block
        names = ", ".join(dialect.quote(name) for name in _COLUMNS)
        columns = ", ".join(map(dialect.text, digested.as_json()))
        record = ", ".join((*_record(dialect, block), columns, "s.i", "s.v", "CURRENT_TIMESTAMP"))
        rows = digested.query(dialect, table, dialect.quote(table.name), within(dialect.quote("id"), [part]))
        return (
            f"INSERT INTO {dialect.quote(dialect.names.ledger)} ({names})\nSELECT {record}\n"
            f"FROM ({rows}) AS s\nWHERE s.n = {part.row_count}"
        )

    def adopt_sql(self, dialect: Dialect, block: Block, table: sa.Table, digested: Digested, first: str, count: str) -> str:
        """Note a block of which the database knows alone where it begins and how many rows it has, by two expressions; return the
        statement that records it, if it has any.
        """
        self.blocks.append(block)
        quote = dialect.quote
        names = ", ".join(quote(name) for name in _COLUMNS)
        recipe = _record(dialect, block)
        columns = map(dialect.text, digested.as_json())
        ids = (first, f"{first} + {count} - 1", count)
        record = ", ".join((*recipe[:2], *ids, *recipe[5:], *columns, "s.i", "s.v", "CURRENT_TIMESTAMP"))
        rows = digested.query(dialect, table, quote(table.name), f"{quote('id')} BETWEEN {first} AND {ids[1]}")
        # on one line, which tells a reader of the script that these are no values
        into = f"INSERT INTO {quote(dialect.names.ledger)} ({names})"
        return f"{into} SELECT {record}\nFROM ({rows}) AS s\nWHERE s.n = {count} AND s.n > 0"

    def delete_sql(self, dialect: Dialect, revision: str, table: str) -> str:
        """Forget the block, and return the statement that deletes its record."""
        self.blocks = [b for b in self.blocks if (b.revision, b.table_name) != (revision, table)]
        return f"DELETE FROM {dialect.quote(dialect.names.ledger)} WHERE {_key(dialect, revision, table)}"


def add_sql(dialect: Dialect, part: Block, table: sa.Table, digested: Digested) -> str:
    """Return the statement that adds a further part of a block to its record, if all of the part's rows are there."""
    rows = digested.query(dialect, table, dialect.quote(table.name), within(dialect.quote("id"), [part]))
    sums = ", ".join(
        f"{dialect.quote(name)} = ({dialect.quote(name)} + (SELECT s.{short} FROM ({rows}) AS s)) % {MODULUS}"
        for name, short in (("identity_digest", "i"), ("values_digest", "v"))
    )
    return (
        f"UPDATE {dialect.quote(dialect.names.ledger)} SET {sums}\nWHERE {_key(dialect, part.revision, part.table_name)}\n"
        f"AND (SELECT COUNT(*) FROM {dialect.quote(table.name)} WHERE {within(dialect.quote('id'), [part])}) = {part.row_count}"
    )


def not_as_seeded_sql(dialect: Dialect, revision: str, table: sa.Table, digested: Digested, identity_only: bool = False) -> str:
    """Return the condition that a block is recorded, and its rows are not those that the record has the digests of."""
    quote, key = dialect.quote, _key(dialect, revision, table.name)
    rows = digested.query(dialect, table, quote(table.name), recorded_ids(dialect, revision, table.name), identity_only)
    digests = [("row_count", "n"), ("identity_digest", "i"), *(() if identity_only else [("values_digest", "v")])]
    same = " AND ".join(f"l.{quote(name)} = s.{short}" for name, short in digests)
    columns = zip(("identity_columns", "written_columns"), digested.as_json(), strict=True)
    same += "".join(f"\n    AND l.{quote(name)} = {dialect.text(text)}" for name, text in columns)
    same += f"\n    AND l.{quote('last_id')} - l.{quote('first_id')} + 1 = l.{quote('row_count')}"
    ledger = quote(dialect.names.ledger)
    recorded = f"EXISTS (SELECT 1 FROM {ledger} WHERE {key})"
    return f"{recorded} AND NOT EXISTS (SELECT 1 FROM {ledger} AS l,\n    ({rows}) AS s\n    WHERE {key} AND {same})"


def recorded_ids(dialect: Dialect, revision: str, table: str, column: str = "") -> str:
    """Return the condition that a row is of a block, or that a quoted column names such a row. It finds the ids in the ledger
    when it runs; an unknown block has no row.
    """
    key = _key(dialect, revision, table)
    ledger = dialect.quote(dialect.names.ledger)
    # NULL would hide rows from some comparisons and not from others, so an unknown block is spelled out as 1 to 0
    first = f"COALESCE((SELECT {dialect.quote('first_id')} FROM {ledger} WHERE {key}), 1)"
    last = f"COALESCE((SELECT {dialect.quote('last_id')} FROM {ledger} WHERE {key}), 0)"
    return f"{column or dialect.quote('id')} BETWEEN {first}\n  AND {last}"


def pieces(first_id: int, last_id: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the last id of what one statement deletes, the highest ids first."""
    for last in range(last_id, first_id - 1, -_PIECE):
        yield max(last - _PIECE + 1, first_id), last


def delete_ids_sql(dialect: Dialect, table: str, first_id: int, last_id: int) -> str:
    """Return the statement that deletes the rows with these ids."""
    return (
        f"DELETE FROM {dialect.quote(table)} WHERE {dialect.quote('id')} BETWEEN {first_id} AND {last_id}{dialect.delete_order}"
    )


def delete_rows_sql(dialect: Dialect, revision: str, table: str, from_id: int | None = None) -> str:
    """Return the statement that deletes the rows of a block, or those from an id on; none where the ledger has no such block."""
    rows = recorded_ids(dialect, revision, table) + (f" AND {dialect.quote('id')} >= {from_id}" if from_id else "")
    return f"DELETE FROM {dialect.quote(table)}\nWHERE {rows}{dialect.delete_order}"


def differs_sql(dialect: Dialect, blocks: Iterable[Block], apart: Collection[str] = ()) -> str:
    """Return the condition that the table holds other records than those of these blocks; of tables `apart` it may hold any."""
    ledger = dialect.quote(dialect.names.ledger)
    expected = [_record(dialect, block) for block in blocks if block.table_name not in apart]
    others = f" WHERE {dialect.quote('table_name')} NOT IN ({', '.join(map(dialect.text, sorted(apart)))})" if apart else ""
    if not expected:
        return f"EXISTS (SELECT 1 FROM {ledger}{others})"
    names = [name for name in _COLUMNS if name not in _DIGESTS]
    alternatives = "\n  OR ".join(
        " AND ".join(f"{dialect.quote(name)} = {value}" for name, value in zip(names, record, strict=True)) for record in expected
    )
    return (
        f"(SELECT COUNT(*) FROM {ledger}{others}) <> {len(expected)} OR "
        f"(SELECT COUNT(*) FROM {ledger} WHERE {alternatives}) <> {len(expected)}"
    )


def in_block(dialect: Dialect, alias: str, id_of_row: str, table: str, revisions: Iterable[str] | None) -> str:
    """Return the condition that an id is in a block of these revisions, by the ledger under an alias; `table` is SQL.

    Without revisions, every block counts.
    """
    name, revision, first, last = (f"{alias}.{dialect.quote(c)}" for c in ("table_name", "revision", "first_id", "last_id"))
    among = "" if revisions is None else f" AND {revision} IN ({', '.join(map(dialect.text, revisions))})"
    return f"{name} = {table}{among} AND {id_of_row} BETWEEN {first} AND {last}"


def within(column: str, blocks: Iterable[Rows]) -> str:
    """Return the condition that a quoted column holds an id of one of the blocks; empty where there is no block."""
    return " OR ".join(f"{column} BETWEEN {block.first_id} AND {block.last_id}" for block in blocks)


def create_sql(sqlalchemy_dialect: sa.Dialect, names: Names) -> str:
    """Return the statement that creates the table.

    It may be run again: MySQL commits DDL at once, and a run can be killed just there.
    """
    return str(CreateTable(_table(names.ledger), if_not_exists=True).compile(dialect=sqlalchemy_dialect)).strip()


def drop_sql(sqlalchemy_dialect: sa.Dialect, names: Names) -> str:
    """Return the statement that drops the table, and may be run again."""
    return str(DropTable(_table(names.ledger), if_exists=True).compile(dialect=sqlalchemy_dialect)).strip()


def _block(ledger: str, row: Mapping[Any, Any]) -> Block:
    """Read a record. Raises LedgerMismatch for one that this table cannot have got from us."""
    where = f"{ledger} has a record of revision {row['revision']} and table {row['table_name']}"
    try:
        recipe = Recipe(Size.parse(row["size"]), row["seed"], row["as_of"], row["generator_version"])
        digested = Digested.from_json(row["identity_columns"], row["written_columns"])
        proof = Proof(digested, int(row["identity_digest"]), int(row["values_digest"]))
        block = Block(row["revision"], row["table_name"], int(row["first_id"]), int(row["row_count"]), recipe, proof)
    except (SeedError, ValueError, TypeError) as error:
        raise LedgerMismatch(f"{where} that cannot be read ({error}): expected it as it was seeded. {_WAY_OUT}") from error
    if block.row_count < 1 or block.last_id != row["last_id"]:
        raise LedgerMismatch(
            f"{where} whose ids {block.first_id} to {row['last_id']} are not its {block.row_count} rows: expected it as it was "
            f"seeded. {_WAY_OUT}"
        )
    return block


def _check_apart(ledger: str, blocks: list[Block]) -> None:
    """Refuse records of the same ids. Raises LedgerMismatch."""
    for one, other in pairwise(sorted(blocks, key=lambda block: (block.table_name, block.first_id))):
        if one.table_name == other.table_name and one.last_id >= other.first_id:
            raise LedgerMismatch(
                f"{ledger} has the ids {other.first_id} to {min(one.last_id, other.last_id)} of {one.table_name} twice, of "
                f"the revisions {one.revision} and {other.revision}: expected each row once. {_WAY_OUT}"
            )


def _record(dialect: Dialect, block: Block) -> tuple[str, ...]:
    """Return the values of a block's record that do not depend on the server, as SQL, in the order of the columns."""
    recipe = block.recipe
    numbers = (block.first_id, block.last_id, block.row_count)
    made_with = (f"'{recipe.size}'", recipe.seed, f"'{recipe.as_of}'", recipe.generator_version)
    return (dialect.text(block.revision), dialect.text(block.table_name), *map(str, (*numbers, *made_with)))


def _key(dialect: Dialect, revision: str, table: str) -> str:
    return f"{dialect.quote('revision')} = {dialect.text(revision)} AND {dialect.quote('table_name')} = {dialect.text(table)}"
