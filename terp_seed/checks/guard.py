"""The guard: whether rows that were not seeded refer to rows that a rollback would delete.

It searches every foreign key of the server that points at a seeded table, and every reference that the project declares. A table
that our user may not read makes it refuse the rollback. `check` is read-only; `delete_derived` and `release` are not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from terp_seed.backends.database import Database
from terp_seed.checks.block_state import ids_of
from terp_seed.checks.key import Key
from terp_seed.checks.keys import unreadable
from terp_seed.errors import RollbackRefused
from terp_seed.model.references import Derived
from terp_seed.model.words import counted
from terp_seed.revisions.block import Rows, within

# by table and column: the seeded rows in which a later revision fills that column, and clears it on rollback
Filled = Mapping[tuple[str, str], Sequence[Rows]]

_TOGETHER = 200  # SELECTs per statement: SQLite limits them
_NAMED = 5  # ids listed in a refusal
_MOST_IDS = 1_000  # per statement


@dataclass(frozen=True)
class Found:
    """A Found is a Key by which rows that stay refer to rows that leave, with their number and first ids."""

    key: Key
    rows: int
    first: tuple[object, ...] = ()
    through: str = ""  # for a key into a derived table: that table, and the seeded one that it refers to

    def __str__(self) -> str:
        named = f" ({ids_of((*self.first, *[''] * (self.rows - len(self.first))), _NAMED)})" if self.first else ""
        return f"{counted(self.rows)} of {self.key}{named}{self.through}"


class Guard:
    """A Guard has the keys of one live database, and refuses a rollback that would leave dangling references."""

    def __init__(self, database: Database, keys: Iterable[Key], derived: Iterable[Derived], filled: Filled) -> None:
        """Take all keys of the live database, the derived tables, and the seeded rows in which a revision clears a reference."""
        self._database, self._dialect, self.keys, self._filled = database, database.dialect, list(keys), filled
        self._derived = {table: one for one in derived if (table := database.live.table(one.table)) is not None}

    def check(self, leaving: Sequence[Rows], later: Sequence[Rows] = (), done: str = "Nothing has changed.") -> None:
        """Raise RollbackRefused if rows that stay refer to rows that are `leaving` now.

        The `later` rows do not stay either. `done` is a sentence on what has been rolled back so far, for the message.
        """
        found = self.references_to(leaving, later, done)
        if found:
            listed = "\n  ".join(map(str, found))
            raise RollbackRefused(
                f"Rows that were not seeded refer to seeded rows:\n  {listed}\nExpected none before a rollback. {done} "
                "Move or delete these rows, then run the same command again; or see what `terp-seed downgrade --cascade` "
                "would delete with them."
            )

    def references_to(self, leaving: Sequence[Rows], later: Sequence[Rows], done: str) -> list[Found]:
        """Return each key by which rows that stay refer to rows that leave. Raises RollbackRefused if a table is unreadable."""
        searches = [*self._direct(leaving, [*leaving, *later]), *self._through_derived(leaving)]
        counts = self._counted([f"SELECT {self._number_of(search)} FROM {search.rows}" for search in searches], searches, done)
        return [self._found(search, rows) for search, rows in zip(searches, counts, strict=True) if rows]

    def delete_derived(self, leaving: Sequence[Rows]) -> dict[str, int]:
        """Delete the derived rows that refer to rows that leave. Return the number of deleted rows per table."""
        deleted: dict[str, int] = {}
        for key in self.keys:
            refers = key.refers_to(self._dialect, leaving) if key.table in self._derived and key.schema is None else ""
            if refers:
                table, quoted_id = self._dialect.quote(key.table), self._dialect.quote("id")
                # from a copy of the ids: MySQL cannot delete from a table that the same statement reads
                where = f"({refers}){self._is_derived(key)}{key.condition(self._dialect)}"
                ids = f"SELECT r.{quoted_id} FROM {key.source(self._dialect)} WHERE {where}"
                rows = self._database.execute(
                    f"DELETE FROM {table} WHERE {quoted_id} IN (SELECT * FROM ({ids}) AS derived)"
                ).rowcount
                if rows:
                    deleted[key.table] = deleted.get(key.table, 0) + rows
        return deleted

    def release(self, leaving: Sequence[Rows], later: Sequence[Rows]) -> None:
        """Set references that an application wrote into seeded rows to NULL where they would block a delete.

        These are references to a row that is deleted before the row that holds them: from rows that leave `later`, from rows of
        a table that is emptied after the target, and within a table from a lower to a higher id. `leaving` is in the order of the
        deletes.
        """
        order = {some.table_name: place for place, some in enumerate(leaving)}
        for key in self.keys:
            if key.schema is not None or key.target not in order or key.action == "no key":
                continue
            columns = [self._database.live.column(key.table, name) for name in key.columns]
            if not all(column is not None and column.is_nullable for column in columns):
                continue
            own = [some for some in later if some.table_name == key.table]
            ahead = ""
            if order.get(key.table, -1) > order[key.target]:
                own += [some for some in leaving if some.table_name == key.table]
            elif key.table == key.target and key.is_to_key(self._dialect):
                own += [some for some in leaving if some.table_name == key.table]
                ahead = f" AND {key.value(self._dialect)} > {self._dialect.key(key.table, 'r')}"
            refers = key.refers_to(self._dialect, leaving) if own else ""
            if refers:
                self._clear(key, f"({refers}) AND ({within(self._dialect.key(key.table, 'r'), own)}){ahead}")

    def _clear(self, key: Key, where: str) -> None:
        rows = self._database.execute(
            f"SELECT {self._dialect.key(key.table, 'r')} FROM {key.source(self._dialect)} WHERE {where}"
        )
        ids = [str(row[0]) for row in rows]
        for start in range(0, len(ids), _MOST_IDS):  # listed, because MariaDB locks the whole table for a subquery
            listed = ", ".join(ids[start : start + _MOST_IDS])
            self._database.execute(key.cleared(self._dialect, f"{self._dialect.key(key.table)} IN ({listed})"))

    def _direct(self, leaving: Sequence[Rows], going: Sequence[Rows]) -> Iterator["_Search"]:
        for key in self.keys:
            refers = key.refers_to(self._dialect, leaving)
            if refers:
                where = f"({refers}){self._stays(key, going)}{key.condition(self._dialect)}"
                yield _Search(key, f"{key.source(self._dialect)} WHERE {where}")

    def _through_derived(self, leaving: Sequence[Rows]) -> Iterator["_Search"]:
        """Yield the searches for rows that refer to derived rows that will be deleted: these must not dangle either."""
        for key in self.keys:
            if key.target not in self._derived or key.target_schema or (key.table in self._derived and key.schema is None):
                continue
            for inner in self.keys:
                refers = inner.refers_to(self._dialect, leaving) if (inner.table, inner.schema) == (key.target, None) else ""
                if refers:
                    pairs = zip(key.columns, key.referred, strict=True)
                    joined = " AND ".join(f"o.{self._dialect.quote(a)} = r.{self._dialect.quote(b)}" for a, b in pairs)
                    table = ".".join(self._dialect.quote(part) for part in (key.schema, key.table) if part)
                    derived = f"({refers}){self._is_derived(inner)}{inner.condition(self._dialect)}"
                    yield _Search(
                        key,
                        f"{table} AS o WHERE EXISTS (SELECT 1 FROM {inner.source(self._dialect)} WHERE {joined} AND {derived})",
                        f", whose {key.target} are deleted with {inner.target}",
                        "o",
                    )

    def _stays(self, key: Key, going: Sequence[Rows]) -> str:
        """Return the condition that the referring row is not deleted itself. Only the key, which is never NULL, is negated."""
        if key.schema is not None:
            return ""
        own = [*(some for some in going if some.table_name == key.table), *self._filled.get((key.table, key.columns[0]), ())]
        if own:
            return f" AND NOT ({within(self._dialect.key(key.table, 'r'), own)})"
        when = self._derived[key.table].when if key.table in self._derived else None
        if key.table in self._derived:
            return f" AND NOT COALESCE(({when or '1 = 1'}), 0 = 1)"
        return ""

    def _number_of(self, search: "_Search") -> str:
        """Return the COUNT expression of a search: one row may refer several times from a JSON list."""
        names = (
            self._database.live.primary_key(search.key.table)
            if "$" in search.key.columns[0] and search.key.schema is None
            else []
        )
        return f"COUNT(DISTINCT {search.alias}.{self._dialect.quote(names[0])})" if len(names) == 1 else "COUNT(*)"

    def _is_derived(self, key: Key) -> str:
        when = self._derived[key.table].when
        return f" AND ({when})" if when else ""

    def _counted(self, queries: list[str], searches: list["_Search"], done: str) -> list[int]:
        """Return the results of many counting queries with few statements. Raises RollbackRefused if a table is unreadable."""
        counts: list[int] = []
        for start in range(0, len(queries), _TOGETHER):
            some = queries[start : start + _TOGETHER]
            numbered = " UNION ALL ".join(f"SELECT {place} AS k, ({query}) AS n" for place, query in enumerate(some))
            try:
                found = {int(row[0]): int(row[1]) for row in self._database.attempt(numbered)}
            except DBAPIError as error:
                if not self._database.introspection.is_denied(error):
                    raise
                raise self._unreadable(queries, searches, done) from error
            counts += [found[place] for place in range(len(some))]
        return counts

    def _unreadable(self, queries: list[str], searches: list["_Search"], done: str) -> RollbackRefused:
        """Return one refusal for all tables that our user may not read."""
        denied: list[tuple[Key, DBAPIError]] = []
        for query, search in zip(queries, searches, strict=True):
            try:
                self._database.attempt(query)
            except DBAPIError as error:
                if not self._database.introspection.is_denied(error):
                    raise
                denied.append((search.key, error))
        return unreadable(self._database, (key for key, _ in denied), denied[0][1], done)

    def _found(self, search: "_Search", rows: int) -> Found:
        """Return the result of a search, with the first ids if the primary key is a single column."""
        key = search.key
        names = self._database.live.primary_key(key.table) if key.schema is None else self._foreign_key_of(key)
        first: tuple[object, ...] = ()
        if len(names) == 1:
            column = f"{search.alias}.{self._dialect.quote(names[0])}"
            query = f"SELECT DISTINCT {column} FROM {search.rows} ORDER BY 1 LIMIT {_NAMED}"
            first = tuple(row[0] for row in self._database.execute(query))
        return Found(key, rows, first, search.through)

    def _foreign_key_of(self, key: Key) -> list[str]:
        """Return the primary key of a table in another schema."""
        return self._database.primary_key_of(key.table, key.schema)


@dataclass(frozen=True)
class _Search:
    """A _Search is the FROM and WHERE of a SELECT of referring rows, and the alias of their table."""

    key: Key
    rows: str
    through: str = ""
    alias: str = "r"
