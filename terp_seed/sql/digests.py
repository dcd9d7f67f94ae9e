"""Digests: the server's hashes of a block's rows, by which a rollback can tell whether they have changed.

The same SQL computes them online and in a script, from the stored rows: only the server knows how it stores JSON or decimals.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from terp_seed.errors import SeedError
from terp_seed.model.table import SeedTable
from terp_seed.sql.dialect import Dialect

_STABLE = re.compile(r"(code|number)$|^created", re.IGNORECASE)  # columns that an application usually does not change


@dataclass(frozen=True)
class Digested:
    """A Digested is the columns that a block's digests cover: those of its identity, and all that were written."""

    identity: tuple[str, ...]
    written: tuple[str, ...]

    @classmethod
    def of(cls, table: SeedTable, written: Iterable[str]) -> "Digested":
        """Build for rows that fill these columns. Raises SeedError if they do not fill the table's declared identity."""
        names = {*written} - {table.key}
        columns = tuple(column.name for column in table.table.columns if column.name in names)
        missing = sorted(set(table.identity) - names)
        if missing:
            raise SeedError(
                f"{table.name} has the identity {', '.join(table.identity)}, but its rows have no {', '.join(missing)}: "
                "expected columns that every row fills. Correct its SeedTable."
            )
        return cls(tuple(name for name in columns if name in _identity(table, columns)), columns)

    @classmethod
    def from_json(cls, identity: str, written: str) -> "Digested":
        """Build from the JSON lists in the ledger. Raises ValueError for anything else."""
        found = [json.loads(text) for text in (identity, written)]
        if not all(isinstance(names, list) and all(isinstance(name, str) for name in names) for names in found):
            raise ValueError
        return cls(*map(tuple, found))

    def as_json(self) -> tuple[str, str]:
        """Return both as the JSON lists of the ledger."""
        return json.dumps(self.identity), json.dumps(self.written)

    def without(self, missing: Iterable[str]) -> "Digested":
        """Return a copy without columns that the live table no longer has."""
        gone = set(missing)
        return Digested(
            tuple(name for name in self.identity if name not in gone), tuple(name for name in self.written if name not in gone)
        )

    def query(self, dialect: Dialect, table: sa.Table, source: str, where: str, identity_only: bool = False) -> str:
        """Return the SELECT of the number of rows (`n`), the digest of identities (`i`) and that of all values (`v`)."""
        groups = {"i": self.identity} if identity_only else {"i": self.identity, "v": self.written}
        # a listed key is among the values, and a copy of the rows has no numbers
        key = dialect.text("") if table.name in dialect.names.listed else dialect.key(table.name)
        values = {name: _values(dialect, table, columns) for name, columns in groups.items()}
        return dialect.digests(key, source, where, values)


def _identity(table: SeedTable, written: tuple[str, ...]) -> set[str]:
    """Return the columns that distinguish a seeded row from any other row under its id.

    These are the declared ones, else the unique ones, if they are more than references; else codes and creation times, else all.
    """
    if table.identity:
        return set(table.identity)
    unique = {column.name for column in table.table.columns if column.unique}
    unique |= {c.name for rule in table.table.constraints if isinstance(rule, sa.UniqueConstraint) for c in rule.columns}
    unique |= {c.name for index in table.table.indexes if index.unique for c in index.columns}
    unique &= set(written)
    stable = {name for name in written if _STABLE.search(name)}
    # another row may well have the same parents, so they alone do not tell a row from it
    if unique and unique <= {column.name for column in table.table.columns if column.foreign_keys}:
        return unique | stable if stable else set(written)
    return unique or stable or set(written)


def _values(dialect: Dialect, table: sa.Table, columns: Iterable[str]) -> list[str]:
    """Return the expressions that are hashed as text."""
    kinds = {column.name: column.type for column in table.columns}
    return [dialect.exact(dialect.quote(name), kinds.get(name)) for name in columns]
