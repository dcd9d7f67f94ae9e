"""The comparison: whether a seeded database holds the rows of a script, value by value. Makes no permanent changes.

The database itself reads the script's literals, into temporary tables, so it decides whether two values are equal.
"""

import hashlib
import re
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from terp_seed.backends.copies import Copies
from terp_seed.backends.database import Database
from terp_seed.backends.driver_errors import cause, raise_if_lost
from terp_seed.backends.writer import ConnectionWriter
from terp_seed.checks.verification import CheckResult
from terp_seed.errors import BadSetting
from terp_seed.model.table import Catalog
from terp_seed.revisions.ledger import Ledger
from terp_seed.rows.adoption import look_up
from terp_seed.scripts.heading import CLOSING

_INSERT = re.compile(r"INSERT INTO ([`\"])(?P<table>\w+)\1 \((?P<columns>.*)\)(?: OVERRIDING SYSTEM VALUE)?(?: VALUES|$)")
_NOT_SAID = ("identity_digest", "values_digest", "seeded_at")  # values that only the server knows


@dataclass(frozen=True)
class ScriptInsert:
    """A ScriptInsert is one INSERT of a script: its table, its columns, and its rows as SQL text."""

    table: str
    columns: tuple[str, ...]
    rows: str


def compare_script(database: Database, catalog: Catalog, file: str) -> list[CheckResult]:
    """Compare the rows of an upgrade's script with those in the database. Raises BadSetting for a file that is no such script."""
    path = Path(file)
    _check_intact(path)
    tables = {table.name for table in catalog.every} | {database.names.ledger, database.names.row_keys}
    copies = database.backend.copies(database.connection, database.dialect)
    # closed, because a server that refuses a row leaves the file open in its middle
    with copies.opened(), closing(_inserts(path, tables, database.names.ledger)) as inserts:
        first = next(inserts, None)
        if first is None:
            raise BadSetting(
                f"{file} inserts no rows: expected the script of an upgrade, as `terp-seed upgrade --sql` prints it."
            )
        if database.live.table(database.names.ledger) is None:
            return [CheckResult("script: rows", False, f"nothing is seeded here: there is no {database.names.ledger}")]
        by_table = groupby(chain([first], inserts), key=lambda said: said.table)
        _look_up(database, catalog)
        compared = [_compare(database, copies, f"seed_said_{n}", name, rows) for n, (name, rows) in enumerate(by_table, 1)]
    return list(_checks(compared))


def _look_up(database: Database, catalog: Catalog) -> None:
    """Read the ids of the adopted rows that the script's rows refer to, as the script itself would."""
    recipe = Ledger.read(database.connection, catalog.names).recipe
    for table in catalog.adopted:
        if recipe and database.live.table(table.name):
            look_up(table, recipe, database.dialect, ConnectionWriter(database))


def _check_intact(path: Path) -> None:
    """Compare the file with the digest in its last line. Raises BadSetting if it cannot be read, is incomplete or changed."""
    digest, last = hashlib.sha256(), ""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            for line in lines:
                digest.update(last.encode())
                last = line
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise BadSetting(f"{path} cannot be read: {reason}. Expected a script of `terp-seed upgrade --sql`.") from None
    if not last.startswith(CLOSING):
        raise BadSetting(f"{path} does not end like a script: expected the complete output of `terp-seed upgrade --sql`.")
    if last.strip() != f"{CLOSING}{digest.hexdigest()}":
        raise BadSetting(f"{path} was changed since it was printed: expected the SHA-256 of its last line. Print it again.")


def _inserts(path: Path, tables: set[str], ledger: str) -> Generator[ScriptInsert, None, None]:
    """Yield the INSERTs into these tables. Each row is one line, because literals contain no line breaks."""
    with path.open(encoding="utf-8", newline="") as lines:
        for line in lines:
            match = _INSERT.match(line)
            if match and match["table"] in tables:
                columns = tuple(name.strip()[1:-1] for name in match["columns"].split(","))
                if match["table"] == ledger:
                    # the server's digests are not in the script
                    record = next(lines).removeprefix("SELECT ").partition(", s.i, s.v")[0]
                    yield ScriptInsert(match["table"], columns[: columns.index("seeded_at")], f"({record}, 0, 0)")
                    continue
                rows = []
                for row in lines:
                    rows.append(row.rstrip("\n"))
                    if rows[-1].endswith(");"):
                        break
                yield ScriptInsert(match["table"], columns, "\n".join(rows).removesuffix(";"))


def _compare(database: Database, copies: Copies, copy: str, table: str, inserts: Iterator[ScriptInsert]) -> tuple[str, int, int]:
    """Insert the script's rows into a temporary copy of the table, of this name, and compare it with the real one.

    Returns the table's name, the number of rows in the script, and the number of those that differ or are missing.
    """
    dialect, quote = database.dialect, database.quote
    said, columns = 0, tuple[str]()
    copies.create(copy, table)
    for insert in inserts:
        columns = insert.columns
        names = ", ".join(map(quote, columns))
        try:
            said += database.execute(f"INSERT INTO {quote(copy)} ({names}) VALUES\n{insert.rows}").rowcount
        except DBAPIError as error:
            raise_if_lost(error)
            raise BadSetting(
                f"The script's rows of {table} are not for this database: {cause(error)}. Expected a script for {dialect.title}."
            ) from None
    keys = _keys(database, table)
    joined = " AND ".join(f"t.{quote(name)} = s.{quote(name)}" for name in keys)
    same = " AND ".join(
        dialect.same(f"t.{quote(name)}", f"s.{quote(name)}") for name in columns if name not in (*keys, *_NOT_SAID)
    )
    differs = f"t.{quote(keys[0])} IS NULL" + (f" OR NOT ({same})" if same else "")  # a table may have no column but its key
    differ = database.execute(
        f"SELECT COUNT(*) FROM {quote(copy)} AS s LEFT JOIN {quote(table)} AS t ON {joined} WHERE {differs}"
    ).scalar_one()
    return table, said, int(differ)


def _keys(database: Database, table: str) -> tuple[str, ...]:
    own = {database.names.ledger: ("revision", "table_name"), database.names.row_keys: ("table_name", "row_key")}
    return own.get(table) or database.names.key_columns(table)


def _checks(compared: list[tuple[str, int, int]]) -> Iterator[CheckResult]:
    """Yield one check per table. A script inserts into some tables repeatedly, such as the ledger."""
    for table in dict.fromkeys(table for table, _, _ in compared):
        said, differ = (sum(numbers) for numbers in zip(*((s, d) for name, s, d in compared if name == table), strict=True))
        detail = f"{differ} of {said} differ or are missing" if differ else f"{said} are the same"
        yield CheckResult(f"script: rows of {table}", differ == 0, detail)
