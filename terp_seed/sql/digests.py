"""Digests: what the server says of the rows of a block, so that a rollback can tell whether they are as they were seeded.

Online and in a script the same text asks, of the stored rows: only the server knows how it keeps a JSON or a decimal.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from terp_seed.errors import SeedError
from terp_seed.model.table import SeedTable
from terp_seed.sql.dialect import Dialect

_STABLE = re.compile(r"(code|number)$|^created", re.IGNORECASE)  # what an application does not change by itself


@dataclass(frozen=True)
class Digested:
    """A Digested is the columns that a block's digests are made of: those of its identity, and all that were written."""

    identity: tuple[str, ...]
    written: tuple[str, ...]

    @classmethod
    def of(cls, table: SeedTable, written: Iterable[str]) -> "Digested":
        """Return the columns for rows that fill these ones. Raises SeedError for an identity that the rows do not have."""
        names = {*written} - {"id"}
        columns = tuple(column.name for column in table.table.columns if column.name in names)
        missing = sorted(set(table.identity) - names)
        if missing:
            raise SeedError(
                f"{table.name} has the identity {', '.join(table.identity)}, and its rows have no {', '.join(missing)}: "
                "expected columns that every row fills. Correct its SeedTable."
            )
        return cls(tuple(name for name in columns if name in _identity(table, columns)), columns)

    @classmethod
    def from_json(cls, identity: str, written: str) -> "Digested":
        """Read what the ledger has. Raises ValueError for anything else."""
        found = [json.loads(text) for text in (identity, written)]
        if not all(isinstance(names, list) and all(isinstance(name, str) for name in names) for names in found):
            raise ValueError
        return cls(*map(tuple, found))

    def as_json(self) -> tuple[str, str]:
        """Return both as the ledger has them."""
        return json.dumps(self.identity), json.dumps(self.written)

    def without(self, missing: Iterable[str]) -> "Digested":
        """Return what is left of the columns without those that a live table has lost."""
        gone = set(missing)
        return Digested(
            tuple(name for name in self.identity if name not in gone), tuple(name for name in self.written if name not in gone)
        )

    def query(self, dialect: Dialect, table: sa.Table, source: str, where: str, identity_only: bool = False) -> str:
        """Return the SELECT of the number of rows (`n`), the digest of identities (`i`) and that of all values (`v`)."""
        groups = {"i": self.identity} if identity_only else {"i": self.identity, "v": self.written}
        return dialect.digests(source, where, {name: _values(dialect, table, columns) for name, columns in groups.items()})


def _identity(table: SeedTable, written: tuple[str, ...]) -> set[str]:
    """Return the columns that tell a seeded row from any other that could have its id."""
    if table.identity:
        return set(table.identity)
    unique = {column.name for column in table.table.columns if column.unique}
    unique |= {c.name for rule in table.table.constraints if isinstance(rule, sa.UniqueConstraint) for c in rule.columns}
    unique |= {c.name for index in table.table.indexes if index.unique for c in index.columns}
    stable = {name for name in written if _STABLE.search(name)}
    return unique & set(written) or stable or set(written)


def _values(dialect: Dialect, table: sa.Table, columns: Iterable[str]) -> list[str]:
    """Return the expressions whose texts are hashed."""
    floats = {column.name for column in table.columns if isinstance(column.type, sa.Float)}
    return [dialect.as_double(dialect.quote(name)) if name in floats else dialect.quote(name) for name in columns]
