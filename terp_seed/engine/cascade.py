"""The cascade: the rows that nobody seeded and that go with seeded ones because they refer to them, however far away.

It is the one way past the guard: what was shown and agreed to is deleted, in one transaction, or nothing is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from graphlib import TopologicalSorter
from typing import Any

import sqlalchemy as sa

from terp_seed.engine.dialect import Dialect
from terp_seed.engine.guard import lock_rows
from terp_seed.engine.keys import Key, live_keys
from terp_seed.engine.ledger import Block, Ledger
from terp_seed.engine.table import Catalog
from terp_seed.errors import RollbackRefused

Place = tuple[str | None, str]  # a schema, None for our own, and a table
RowKey = tuple[Any, ...]  # the values of a row's primary key

_MOST_KEYS = 500  # rows named in one statement


@dataclass
class Cascade:
    """A Cascade is which rows go along, which rows only lose a reference, and the keys that lead there."""

    doomed: dict[Place, set[RowKey]] = field(default_factory=lambda: defaultdict(set))
    cleared: dict[Key, set[RowKey]] = field(default_factory=lambda: defaultdict(set))
    by_key: dict[Key, int] = field(default_factory=lambda: defaultdict(int))

    def __bool__(self) -> bool:
        return bool(self.doomed or self.cleared)

    def __str__(self) -> str:
        lines = [f"{rows:,} rows go: {key}" for key, rows in self.by_key.items()]
        lines += [f"{len(rows):,} rows stay and lose the reference: {key}" for key, rows in self.cleared.items()]
        return "\n".join(f"  {line}" for line in lines)

    def same_rows(self, other: "Cascade") -> bool:
        """Tell whether both name the same rows."""
        return dict(self.doomed) == dict(other.doomed) and dict(self.cleared) == dict(other.cleared)


class Cascader:
    """A Cascader finds and deletes the rows that refer to blocks that leave, on one live database."""

    def __init__(self, connection: sa.Connection, dialect: Dialect, catalog: Catalog, recorded: Ledger) -> None:
        self._connection, self._dialect, self._recorded = connection, dialect, recorded
        self._keys = live_keys(connection, catalog)
        self._inspector = sa.inspect(connection)
        self._primary_keys: dict[Place, tuple[str, ...]] = {}

    def find(self, leaving: Iterable[Block], *, lock: bool = False) -> Cascade:
        """Return every row that refers to a row of the blocks, or to such a row; with `lock`, keep them from changing."""
        blocks = list(leaving)
        if lock:
            lock_rows(self._connection, self._dialect, blocks)
        found = Cascade()
        to_do = [(key, self._referring_to_blocks(key, blocks, lock)) for key in self._keys]
        while to_do:
            key, rows = to_do.pop()
            new = sorted(self._take(found, blocks, key, rows))
            for further in self._keys:
                if new and (None, further.target) == (key.schema, key.table):
                    to_do.append((further, self._referring_to_rows(further, new, lock)))
        for key in [key for key, rows in found.cleared.items() if rows <= found.doomed.get((key.schema, key.table), set())]:
            del found.cleared[key]
        return found

    def delete(self, agreed: Cascade, leaving: Iterable[Block]) -> None:
        """Delete the rows that were agreed to; the caller commits. Raises RollbackRefused when they are others by now."""
        now = self.find(leaving, lock=True)
        if not now.same_rows(agreed):
            raise RollbackRefused(
                f"Other rows refer to seeded rows than a moment ago:\n{now}\nExpected the ones that were agreed to. Nothing has "
                "changed. Run the same command again and look at the list."
            )
        for key, rows in now.cleared.items():
            self._clear(key, rows)
        for place in self._children_first(now):
            table = self._table(place)
            for some in _chunks(sorted(now.doomed[place], reverse=True)):
                self._connection.execute(sa.delete(table).where(self._is_one_of(table, place, some)))

    def _take(self, found: Cascade, blocks: list[Block], key: Key, rows: list[RowKey]) -> set[RowKey]:
        """Note the rows that refer by a key; return those that have to go and were not known yet."""
        place = (key.schema, key.table)
        if key.schema is None:
            rows = [row for row in rows if not _inside(row, key.table, blocks)]
            seeded = next(
                (b for b in self._recorded.of_table(key.table) if any(_inside(row, key.table, [b]) for row in rows)), None
            )
            if seeded:
                raise RollbackRefused(
                    f"Rows that revision {seeded.revision} seeded refer to rows that would go ({key}): expected that revision to "
                    "go first. Nothing has changed. Roll it back before, or everything."
                )
        if key.action == "SET NULL":
            if rows:
                found.cleared[key].update(rows)
            return set()
        new = set(rows) - found.doomed.get(place, set())
        if new:
            found.doomed[place] |= new
            found.by_key[key] += len(new)
        return new

    def _referring_to_blocks(self, key: Key, blocks: list[Block], lock: bool) -> list[RowKey]:
        condition = key.refers_to(self._dialect, blocks)
        return self._read(key, lambda _: sa.literal_column(f"({condition})"), lock) if condition else []

    def _referring_to_rows(self, key: Key, rows: list[RowKey], lock: bool) -> list[RowKey]:
        place = (None, key.target)
        parent = self._table(place, key.referred).alias("parent")

        def refer_to(some: list[RowKey], child: sa.TableClause) -> sa.ColumnElement[Any]:
            joined = (parent.c[theirs] == child.c[ours] for ours, theirs in zip(key.columns, key.referred, strict=True))
            return sa.exists().where(*joined, self._is_one_of(parent, place, some)).correlate(child)

        return [row for some in _chunks(rows) for row in self._read(key, partial(refer_to, some), lock)]

    def _read(self, key: Key, refers: Callable[[sa.TableClause], sa.ColumnElement[Any]], lock: bool) -> list[RowKey]:
        place = (key.schema, key.table)
        names = self._primary_key(place)
        table = self._table(place, (*key.columns, *(key.when or ())[:1]))
        query = sa.select(*(table.c[name] for name in names or key.columns)).where(refers(table))
        if key.when:
            query = query.where(table.c[key.when[0]] == key.when[1])
        if lock:
            query = query.with_for_update()
        rows = [tuple(row) for row in self._connection.execute(query)]
        if rows and not names:
            raise RollbackRefused(
                f"{len(rows):,} rows of {key} would go, and {key.table} has no primary key to name them by: expected one. "
                "Nothing has changed. Delete these rows yourself, then run the same command again."
            )
        return rows

    def _children_first(self, cascade: Cascade) -> Iterator[Place]:
        """Yield the tables so that no row goes before one that refers to it; references that may be NULL do not bind."""
        before: dict[Place, set[Place]] = {place: set() for place in cascade.doomed}
        for key in self._keys:
            place, target = (key.schema, key.table), (None, key.target)
            if key.action == "no key" or place not in before or target not in before:
                continue
            if self._may_be_null(key):
                self._clear(key, cascade.doomed[place])
            elif place != target:  # rows of one table go last id first, which is children first
                before[target].add(place)
        yield from TopologicalSorter(before).static_order()

    def _may_be_null(self, key: Key) -> bool:
        columns = {c["name"]: c for c in self._inspector.get_columns(key.table, schema=key.schema)}
        return all(columns[name]["nullable"] for name in key.columns)

    def _clear(self, key: Key, rows: Iterable[RowKey]) -> None:
        place = (key.schema, key.table)
        table = self._table(place, key.columns)
        for some in _chunks(sorted(rows)):
            nothing = dict.fromkeys(key.columns, sa.null())
            self._connection.execute(sa.update(table).where(self._is_one_of(table, place, some)).values(nothing))

    def _table(self, place: Place, columns: Iterable[str] = ()) -> sa.TableClause:
        schema, name = place
        return sa.table(name, *map(sa.column, dict.fromkeys((*self._primary_key(place), *columns))), schema=schema)

    def _is_one_of(self, table: Any, place: Place, rows: list[RowKey]) -> sa.ColumnElement[bool]:
        names = self._primary_key(place)
        if len(names) == 1:
            return table.c[names[0]].in_([row[0] for row in rows])  # type: ignore[no-any-return]
        return sa.tuple_(*(table.c[name] for name in names)).in_(rows)

    def _primary_key(self, place: Place) -> tuple[str, ...]:
        if place not in self._primary_keys:
            schema, name = place
            found = self._inspector.get_pk_constraint(name, schema=schema)["constrained_columns"]
            self._primary_keys[place] = tuple(found)
        return self._primary_keys[place]


def _inside(row: RowKey, table: str, blocks: Iterable[Block]) -> bool:
    return any(block.table_name == table and block.first_id <= row[0] <= block.last_id for block in blocks)


def _chunks(rows: list[RowKey]) -> Iterator[list[RowKey]]:
    return (rows[start : start + _MOST_KEYS] for start in range(0, len(rows), _MOST_KEYS))
