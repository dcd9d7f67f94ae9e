"""The ledger: which rows each revision inserted, with which settings. No other module reads or writes its table.

A block's record can only be written if its rows exist, and commits with them. It has the server's digests of these rows, so that
a rollback deletes what was seeded and nothing else.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from terp_seed.errors import LedgerMismatch, SeedError
from terp_seed.model.names import Names
from terp_seed.model.recipe import Recipe, Size
from terp_seed.revisions.block import Block, Proof, within
from terp_seed.revisions.records import COLUMNS, key_of, table_of, values_of
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.digests import Digested

_WAY_OUT = "Nothing has changed. Restore the record from a backup or from the seeding script, then run the same command again."


class Ledger:
    """A Ledger is the blocks that are recorded in a database, or that a script assumes to be."""

    def __init__(self, blocks: Iterable[Block] = (), name: str = "The ledger") -> None:
        """Take the blocks, and the name of their table for messages."""
        self.blocks, self._name = list(blocks), name

    @classmethod
    def read(cls, connection: sa.Connection, names: Names) -> "Ledger":
        """Read a project's ledger from a database; it is empty if there is no table. Read-only.

        Raises LedgerMismatch if the table or a record is malformed, or records overlap.
        """
        inspector, name = sa.inspect(connection), names.ledger
        if not inspector.has_table(name):
            return cls()
        missing = sorted({*COLUMNS} - {column["name"] for column in inspector.get_columns(name)})
        if missing:
            raise LedgerMismatch(
                f"{name} has no column {', '.join(missing)}: expected the table of this version. Roll back with the "
                "version that seeded, then seed again with this one."
            )
        columns = [column for column in table_of(name).columns if column.name != "seeded_at"]
        try:
            rows = connection.execute(sa.select(*columns)).mappings().all()
        except (ValueError, TypeError) as error:  # SQLite accepts any text in any column
            raise LedgerMismatch(f"{name} has a record that cannot be read: {error}. {_WAY_OUT}") from error
        blocks = sorted((_block(name, row) for row in rows), key=lambda block: (block.revision, block.table_name))
        _check_apart(name, blocks)
        return cls(blocks, name)

    @property
    def recipe(self) -> Recipe | None:
        """Return the recipe of all blocks, or None if there are none. Raises LedgerMismatch if they differ."""
        recipes = {block.recipe for block in self.blocks}
        if len(recipes) > 1:
            raise LedgerMismatch(
                f"{self._name} records {len(recipes)} different sets of size, seed, as_of and generator version: expected one. "
                "Roll back with `terp-seed downgrade` and seed again."
            )
        return next(iter(recipes), None)

    def of_table(self, table: str) -> list[Block]:
        """Return the blocks of a table, in the order of their ids."""
        return sorted((b for b in self.blocks if b.table_name == table), key=lambda block: block.first_id)

    def get(self, revision: str, table: str) -> Block | None:
        """Return the block that a revision inserted into a table, or None."""
        return next((b for b in self.blocks if (b.revision, b.table_name) == (revision, table)), None)

    def first_of(self, table: str) -> Block | None:
        """Return the block of the revision with the table's name, else the one with the lowest ids, else None."""
        return self.get(table, table) or next(iter(self.of_table(table)), None)

    def insert_sql(self, dialect: Dialect, block: Block, table: sa.Table, digested: Digested, here: "Block | None" = None) -> str:
        """Add a block, and return the statement that records it with the digests of its rows, but only if all rows exist.

        `here` is the part of the block that is inserted now, if it is not all; `add_sql` adds the other parts to the record.
        Raises LedgerMismatch if the revision already has a block of the table.
        """
        if self.get(block.revision, block.table_name):
            raise LedgerMismatch(
                f"Revision {block.revision} seeds {block.table_name} twice: expected once. "
                "Move the second op.seed to another revision."
            )
        self.blocks.append(block)
        part = here or block
        names = ", ".join(dialect.quote(name) for name in COLUMNS)
        columns = ", ".join(map(dialect.text, digested.as_json()))
        record = ", ".join((*values_of(dialect, block), columns, "s.i", "s.v", "CURRENT_TIMESTAMP"))
        rows = digested.query(dialect, table, dialect.quote(table.name), within(dialect.key(table.name), [part]))
        return (
            f"INSERT INTO {dialect.quote(dialect.names.ledger)} ({names})\nSELECT {record}\n"
            f"FROM ({rows}) AS s\nWHERE s.n = {part.row_count}"
        )

    def adopt_sql(self, dialect: Dialect, block: Block, table: sa.Table, digested: Digested, first: str, count: str) -> str:
        """Add a block whose first id and row count only the database knows, and return the statement that records it.

        `first` and `count` are SQL expressions. Nothing is recorded if the block is empty.
        """
        self.blocks.append(block)
        quote = dialect.quote
        names = ", ".join(quote(name) for name in COLUMNS)
        recipe = values_of(dialect, block)
        columns = map(dialect.text, digested.as_json())
        ids = (first, f"{first} + {count} - 1", count)
        record = ", ".join((*recipe[:2], *ids, *recipe[5:], *columns, "s.i", "s.v", "CURRENT_TIMESTAMP"))
        rows = digested.query(dialect, table, quote(table.name), f"{dialect.key(table.name)} BETWEEN {first} AND {ids[1]}")
        # on one line, to show a reader of the script that these are not VALUES
        into = f"INSERT INTO {quote(dialect.names.ledger)} ({names})"
        return f"{into} SELECT {record}\nFROM ({rows}) AS s\nWHERE s.n = {count} AND s.n > 0"

    def delete_sql(self, dialect: Dialect, revision: str, table: str) -> str:
        """Remove a block, and return the statement that deletes its record."""
        self.blocks = [b for b in self.blocks if (b.revision, b.table_name) != (revision, table)]
        return f"DELETE FROM {dialect.quote(dialect.names.ledger)} WHERE {key_of(dialect, revision, table)}"


def _block(ledger: str, row: Mapping[Any, Any]) -> Block:
    """Return the block of a record. Raises LedgerMismatch if the record is not one that we could have written."""
    where = f"{ledger} has a record of revision {row['revision']} and table {row['table_name']}"
    try:
        recipe = Recipe(Size.parse(row["size"]), row["seed"], row["as_of"], row["generator_version"])
        digested = Digested.from_json(row["identity_columns"], row["written_columns"])
        proof = Proof(digested, int(row["identity_digest"]), int(row["values_digest"]))
        block = Block(row["revision"], row["table_name"], int(row["first_id"]), int(row["row_count"]), recipe, proof)
    except (SeedError, ValueError, TypeError) as error:
        raise LedgerMismatch(f"{where} that cannot be read ({error}): expected it as it was written. {_WAY_OUT}") from error
    if block.row_count < 1 or block.last_id != row["last_id"]:
        raise LedgerMismatch(
            f"{where} whose ids {block.first_id} to {row['last_id']} do not match its {block.row_count} rows: expected it as it "
            f"was written. {_WAY_OUT}"
        )
    return block


def _check_apart(ledger: str, blocks: list[Block]) -> None:
    """Raise LedgerMismatch if the ids of two records overlap."""
    for one, other in pairwise(sorted(blocks, key=lambda block: (block.table_name, block.first_id))):
        if one.table_name == other.table_name and one.last_id >= other.first_id:
            raise LedgerMismatch(
                f"{ledger} has the ids {other.first_id} to {min(one.last_id, other.last_id)} of {one.table_name} twice, for "
                f"the revisions {one.revision} and {other.revision}: expected each row once. {_WAY_OUT}"
            )
