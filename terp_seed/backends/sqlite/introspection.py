"""The introspection of SQLite, by sqlite_master and pragma functions."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from sqlalchemy.exc import DBAPIError

from terp_seed.backends.introspection import ForeignKey, Introspection, LiveColumn, Trigger

_COLUMNS = (
    'SELECT m.name, p.name, LOWER(p.type), p.pk <> 0, p."notnull" = 0 FROM sqlite_master AS m '
    "JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table' ORDER BY m.name, p.cid"
)
_KEYS = (
    'SELECT m.name, k.id, k."table", k."from", k."to", k.on_delete FROM sqlite_master AS m '
    "JOIN pragma_foreign_key_list(m.name) AS k WHERE m.type = 'table' ORDER BY m.name, k.id, k.seq"
)


_TABLES = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL ORDER BY name"
# texts and quoted names first: a CHECK in one of them is none
_PIECE = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/|\bCHECK\s*\(|[()]""", re.IGNORECASE | re.DOTALL
)
_TRIGGERS = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY tbl_name, name"
_EVENT = re.compile(r"(?:\b(BEFORE|AFTER|INSTEAD OF)\s+)?\b(INSERT|UPDATE|DELETE)\b(?=.*\bON\b)", re.IGNORECASE | re.DOTALL)


class SQLiteIntrospection(Introspection):
    """A SQLiteIntrospection is the introspection of one file: there are no other schemas, and no users."""

    folds_table_names = True

    def columns(self) -> Iterable[tuple[str, LiveColumn]]:
        """Return the columns of pragma_table_info."""
        rows = self._connection.exec_driver_sql(_COLUMNS).all()
        return [(table, LiveColumn(name, kind, bool(is_key), bool(is_null))) for table, name, kind, is_key, is_null in rows]

    def foreign_keys(self) -> Iterator[ForeignKey]:
        """Yield the keys of pragma_foreign_key_list."""
        for (table, _), columns in groupby(self._connection.exec_driver_sql(_KEYS), key=lambda row: (row[0], row[1])):
            targets, ours, theirs, actions = zip(*(tuple(row)[2:] for row in columns), strict=True)
            referred = () if theirs[0] is None else theirs
            yield ForeignKey(table, ours, targets[0], referred, str(actions[0]).upper())

    def key_columns(self) -> set[tuple[str, str]]:
        """Return the columns of the foreign keys."""
        return {(str(row[0]), str(row[3])) for row in self._connection.exec_driver_sql(_KEYS)}

    def checks(self) -> list[tuple[str, str]]:
        """Return them from the texts of the tables."""
        rows = self._connection.exec_driver_sql(_TABLES)
        return [(str(table), condition) for table, text in rows for condition in _conditions(str(text))]

    def triggers(self) -> list[Trigger]:
        """Return them from their texts."""
        found = []
        for table, name, text in self._connection.exec_driver_sql(_TRIGGERS):
            head, _, body = str(text).partition("BEGIN")
            event = _EVENT.search(head)
            if event:
                found.append(Trigger(str(table), str(name), (event[1] or "BEFORE").upper(), event[2].upper(), body))
        return found

    def is_denied(self, error: DBAPIError) -> bool:
        """Return False: every user who can open the file can read it."""
        return False

    def grantee(self) -> str:
        """Raise AssertionError: there are no users and no grants, so this is never called."""
        raise AssertionError("SQLite has no users")


def _conditions(text: str) -> list[str]:
    """Return what stands between the parentheses of each CHECK in a CREATE TABLE."""
    found: list[str] = []
    depth, start, outside = 0, -1, 0
    for piece in _PIECE.finditer(text):
        if piece[0].endswith("("):
            depth += 1
            if len(piece[0]) > 1 and start < 0:
                start, outside = piece.end(), depth
        elif piece[0] == ")":
            if start >= 0 and depth == outside:
                found.append(text[start : piece.start()].strip())
                start = -1
            depth -= 1
    return found
