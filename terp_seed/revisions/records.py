"""Records: the SQL of the ledger's table. Statements about a block read its ids from the ledger when they run."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable, DropTable

from terp_seed.model.names import Names
from terp_seed.revisions.block import Block, within
from terp_seed.sql.dialect import MODULUS, Dialect
from terp_seed.sql.digests import Digested

_PIECE = 50_000  # rows per DELETE: few enough for the index pages that they need to stay in the server's memory


@cache
def table_of(name: str) -> sa.Table:
    """Return the definition of the ledger's table."""
    return sa.Table(
        name,
        sa.MetaData(),
        sa.Column("revision", sa.String(32), primary_key=True),
        sa.Column("table_name", sa.String(64), primary_key=True),
        sa.Column("first_id", sa.BigInteger, nullable=False),
        sa.Column("last_id", sa.BigInteger, nullable=False),
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


COLUMNS = [column.name for column in table_of("ledger").columns]


_DIGESTS = ("identity_columns", "written_columns", "identity_digest", "values_digest", "seeded_at")


def add_sql(dialect: Dialect, part: Block, table: sa.Table, digested: Digested) -> str:
    """Return the statement that adds a further part of a block to its record, but only if all rows of the part exist."""
    name, ids = dialect.quote(table.name), within(dialect.key(table.name), [part])
    rows = digested.query(dialect, table, name, ids)
    sums = ", ".join(
        f"{dialect.quote(digest)} = ({dialect.quote(digest)} + (SELECT s.{short} FROM ({rows}) AS s)) % {MODULUS}"
        for digest, short in (("identity_digest", "i"), ("values_digest", "v"))
    )
    return (
        f"UPDATE {dialect.quote(dialect.names.ledger)} SET {sums}\nWHERE {key_of(dialect, part.revision, part.table_name)}\n"
        f"AND (SELECT COUNT(*) FROM {name} WHERE {ids}) = {part.row_count}"
    )


def not_as_seeded_sql(dialect: Dialect, revision: str, table: sa.Table, digested: Digested, identity_only: bool = False) -> str:
    """Return the condition that a block is recorded, but its rows or columns do not match the recorded digests."""
    quote, key = dialect.quote, key_of(dialect, revision, table.name)
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
    """Return the condition that a row is in a block, or that a quoted column holds the id of such a row.

    The condition reads the ids from the ledger when it runs; an unknown block has no rows.
    """
    key = key_of(dialect, revision, table)
    ledger = dialect.quote(dialect.names.ledger)
    # an unknown block is 1 to 0, because NULL would hide rows from some comparisons but not from others
    first = f"COALESCE((SELECT {dialect.quote('first_id')} FROM {ledger} WHERE {key}), 1)"
    last = f"COALESCE((SELECT {dialect.quote('last_id')} FROM {ledger} WHERE {key}), 0)"
    return f"{column or dialect.key(table)} BETWEEN {first}\n  AND {last}"


def recorded_count(dialect: Dialect, revision: str, table: str) -> str:
    """Return the expression of the number of rows that the ledger records for a block, 0 for an unknown one."""
    ledger, key = dialect.quote(dialect.names.ledger), key_of(dialect, revision, table)
    return f"COALESCE((SELECT {dialect.quote('row_count')} FROM {ledger} WHERE {key}), 0)"


def pieces(first_id: int, last_id: int) -> Iterator[tuple[int, int]]:
    """Yield the first and last id of each piece to delete, highest ids first."""
    for last in range(last_id, first_id - 1, -_PIECE):
        yield max(last - _PIECE + 1, first_id), last


def delete_ids_sql(dialect: Dialect, table: str, first_id: int, last_id: int) -> tuple[str, ...]:
    """Return the statements that delete the rows with these ids."""
    return _downward(dialect, table, f"{dialect.key(table)} BETWEEN {first_id} AND {last_id}", str(first_id))


def delete_rows_sql(dialect: Dialect, revision: str, table: str, from_id: int | None = None) -> tuple[str, ...]:
    """Return the statements that delete the rows of a block, or those from an id on. An unknown block has no rows."""
    rows = recorded_ids(dialect, revision, table)
    if from_id:
        rows += f" AND {dialect.key(table)} >= {from_id}"
        return dialect.deletes(table, f"DELETE FROM {dialect.quote(table)}\nWHERE {rows}{_order(dialect, table)}")
    ledger, key = dialect.quote(dialect.names.ledger), key_of(dialect, revision, table)
    return _downward(dialect, table, rows, f"(SELECT {dialect.quote('first_id')} FROM {ledger} WHERE {key})")


def delete_piece_sql(dialect: Dialect, block: Block, first_id: int, last_id: int, *, by_ids: bool) -> tuple[str, ...]:
    """Return the statements that delete a piece of a block, limited to the recorded rows unless `by_ids`."""
    if by_ids:
        return delete_ids_sql(dialect, block.table_name, first_id, last_id)
    from_id = first_id if first_id > block.first_id else None  # the last piece has no lower bound, and so leaves no recorded row
    return delete_rows_sql(dialect, block.revision, block.table_name, from_id)


def _downward(dialect: Dialect, table: str, rows: str, first_id: str) -> tuple[str, ...]:
    """Return the statements that delete rows. If the dialect deletes in descending order, the first row gets its own statement.

    A server that reads downward also locks the row before the range until the transaction ends, which may be an application's.
    """
    name, column = dialect.quote(table), dialect.key(table)
    if not dialect.deletes_downward or table in dialect.names.listed:
        return dialect.deletes(table, f"DELETE FROM {name}\nWHERE {rows}{_order(dialect, table)}")
    return dialect.deletes(
        table,
        f"DELETE FROM {name}\nWHERE {rows} AND {column} > {first_id}{_order(dialect, table)}",
        f"DELETE FROM {name}\nWHERE {column} = {first_id}",
    )


def _order(dialect: Dialect, table: str) -> str:
    return f" ORDER BY {dialect.key(table)} DESC" if dialect.deletes_downward else ""  # rows refer to earlier ones


def differs_sql(dialect: Dialect, blocks: Iterable[Block], apart: Collection[str] = ()) -> str:
    """Return the condition that the ledger has records other than those of these blocks, except of the tables `apart`."""
    ledger = dialect.quote(dialect.names.ledger)
    expected = [values_of(dialect, block) for block in blocks if block.table_name not in apart]
    others = f" WHERE {dialect.quote('table_name')} NOT IN ({', '.join(map(dialect.text, sorted(apart)))})" if apart else ""
    if not expected:
        return f"EXISTS (SELECT 1 FROM {ledger}{others})"
    names = [name for name in COLUMNS if name not in _DIGESTS]
    alternatives = "\n  OR ".join(
        " AND ".join(f"{dialect.quote(name)} = {value}" for name, value in zip(names, record, strict=True)) for record in expected
    )
    return (
        f"(SELECT COUNT(*) FROM {ledger}{others}) <> {len(expected)} OR "
        f"(SELECT COUNT(*) FROM {ledger} WHERE {alternatives}) <> {len(expected)}"
    )


def in_block(dialect: Dialect, alias: str, id_of_row: str, table: str, revisions: Iterable[str] | None) -> str:
    """Return the condition that an id is in a block of these revisions, or of any revision for None.

    `alias` is that of the ledger's table; `id_of_row` and `table` are SQL expressions.
    """
    name, revision, first, last = (f"{alias}.{dialect.quote(c)}" for c in ("table_name", "revision", "first_id", "last_id"))
    among = "" if revisions is None else f" AND {revision} IN ({', '.join(map(dialect.text, revisions))})"
    return f"{name} = {table}{among} AND {id_of_row} BETWEEN {first} AND {last}"


def create_sql(sqlalchemy_dialect: sa.Dialect, names: Names) -> str:
    """Return the statement that creates the table if it is missing.

    It can be repeated: MySQL commits DDL immediately, and a run may be killed right after it.
    """
    return str(CreateTable(table_of(names.ledger), if_not_exists=True).compile(dialect=sqlalchemy_dialect)).strip()


def drop_sql(sqlalchemy_dialect: sa.Dialect, names: Names) -> str:
    """Return the statement that drops the table if it exists."""
    return str(DropTable(table_of(names.ledger), if_exists=True).compile(dialect=sqlalchemy_dialect)).strip()


def values_of(dialect: Dialect, block: Block) -> tuple[str, ...]:
    """Return the values of a block's record that do not come from the server, as SQL, in column order."""
    recipe = block.recipe
    numbers = (block.first_id, block.last_id, block.row_count)
    made_with = (f"'{recipe.size}'", recipe.seed, f"'{recipe.as_of}'", recipe.generator_version)
    return (dialect.text(block.revision), dialect.text(block.table_name), *map(str, (*numbers, *made_with)))


def key_of(dialect: Dialect, revision: str, table: str) -> str:
    """Return the condition that selects the record of a revision and a table."""
    return f"{dialect.quote('revision')} = {dialect.text(revision)} AND {dialect.quote('table_name')} = {dialect.text(table)}"
