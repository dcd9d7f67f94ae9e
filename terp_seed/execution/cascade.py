"""The cascade: rows that were not seeded but are deleted with seeded ones, because they refer to them directly or indirectly.

It is the only way past the guard. Exactly the rows that were shown and confirmed are deleted, in the transaction of the revision
whose rows they refer to; otherwise that revision is not rolled back.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from graphlib import TopologicalSorter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.database import Database
from terp_seed.checks.block_state import BlockState
from terp_seed.checks.guard import Filled
from terp_seed.checks.key import Key
from terp_seed.checks.keys import unreadable
from terp_seed.errors import RollbackRefused
from terp_seed.execution.row_keys import Place, RowKey, chunks, inside, literal, order
from terp_seed.model.words import are, counted
from terp_seed.revisions.block import Block, Rows


@dataclass
class Cascade:
    """A Cascade is the rows to delete too, the rows that only lose a reference, and the keys that lead to them."""

    doomed: dict[Place, set[RowKey]] = field(default_factory=lambda: defaultdict(set))
    cleared: dict[Key, set[RowKey]] = field(default_factory=lambda: defaultdict(set))
    by_key: dict[Key, int] = field(default_factory=lambda: defaultdict(int))

    def __bool__(self) -> bool:
        return bool(self.doomed or self.cleared)

    def __str__(self) -> str:
        lines = [f"{counted(rows)} {are(rows)} deleted: {key}" for key, rows in self.by_key.items()]
        cleared = ((key, len(rows)) for key, rows in self.cleared.items())
        lines += [f"{counted(rows)} {are(rows)} kept, without the reference: {key}" for key, rows in cleared]
        return "\n".join(f"  {line}" for line in lines)

    def same_rows(self, other: "Cascade") -> bool:
        """Tell whether both contain the same rows."""
        return dict(self.doomed) == dict(other.doomed) and dict(self.cleared) == dict(other.cleared)

    def add(self, other: "Cascade") -> None:
        """Add the rows of another cascade."""
        for place, rows in other.doomed.items():
            self.doomed[place] |= rows
        for key, rows in other.cleared.items():
            self.cleared[key] |= rows
        for key, count in other.by_key.items():
            self.by_key[key] += count

    def marked(self, state: BlockState) -> BlockState:
        """Return the state of a block with the foreign rows that this cascade deletes, now or later."""
        gone = self.doomed.get((None, state.block.table_name), set())
        return replace(state, doomed=tuple(number for number in state.foreign if (number,) in gone))

    def forget_clearing(self) -> None:
        """Drop the keys whose cleared rows are all deleted anyway."""
        for key in [key for key, rows in self.cleared.items() if rows <= self.doomed.get((key.schema, key.table), set())]:
            del self.cleared[key]


class Cascader:
    """A Cascader finds and deletes the rows that refer to rows that leave, in one live database."""

    def __init__(self, database: Database, staying: Iterable[Block], keys: Sequence[Key], filled: Filled) -> None:
        """Take the blocks that stay, all keys of the live database, and the rows in which a revision clears a reference."""
        self._database, self._dialect, self._filled = database, database.dialect, filled
        self._staying, self._keys = list(staying), keys
        self._primary_keys: dict[Place, tuple[str, ...]] = {}
        self._numbers: dict[tuple[str, RowKey], int] = {}  # of rows whose keys are listed

    def find(
        self,
        leaving: Sequence[Rows],
        seeded: Sequence[Rows],
        known: Cascade | None = None,
        *,
        lock: bool = False,
        done: str = "Nothing has changed.",
    ) -> Cascade:
        """Return every row that refers to a row that leaves, directly or indirectly; with `lock`, lock these rows.

        The result does not contain the `seeded` rows, which are all that leave now or later, or the `known` ones. Raises
        RollbackRefused if a row cannot be deleted.
        """
        found, before = Cascade(), known or Cascade()
        to_do = [(key, self._read(key, key.refers_to(self._dialect, leaving), lock, done)) for key in self._keys]
        while to_do:
            key, rows = to_do.pop()
            new = sorted(self._take(found, before, seeded, key, rows, done), key=str)
            for further in self._keys:
                if new and (further.target_schema, further.target) == (key.schema, key.table):
                    to_do.append((further, self._referring_to_rows(further, new, lock, done)))
        found.forget_clearing()
        return found

    def delete(self, agreed: Cascade, leaving: Sequence[Rows], seeded: Sequence[Rows], done: str) -> Cascade:
        """Delete the rows that refer to rows that leave, and return them.

        Raises RollbackRefused if they are not exactly those that were agreed to.
        """
        now = self.find(leaving, seeded, lock=True, done=done)
        if not now:
            return now
        if not now.same_rows(agreed):
            raise RollbackRefused(
                f"The rows that refer to seeded rows have just changed:\n{now}\nExpected the ones that were confirmed. {done} "
                "Run the same command again and review the list."
            )
        for key, rows in now.cleared.items():
            self._clear(key, rows)
        for place in self._children_first(now):
            listed = now.doomed[place]
            gone = sum(
                self._database.execute(f"DELETE FROM {self._quoted(place)} WHERE {self._is_one_of('', place, some)}").rowcount
                for some in chunks(sorted(listed, key=order, reverse=True))
            )
            if gone != len(listed):
                raise RollbackRefused(
                    f"{counted(gone)} of {place[1]} would be deleted, but {len(listed):,} were listed: expected the same. {done} "
                    "Delete these rows yourself, then run the same command again."
                )
        return now

    def _take(
        self, found: Cascade, known: Cascade, seeded: Sequence[Rows], key: Key, rows: list[RowKey], done: str
    ) -> set[RowKey]:
        """Add the rows that refer by a key to `found`. Return those that must be deleted and were not known yet."""
        place = (key.schema, key.table)
        if key.schema is None:
            cleared = self._filled.get((key.table, key.columns[0]), ())
            rows = [row for row in rows if not inside(self._number(key.table, row), key.table, [*seeded, *cleared])]
            staying = (
                block for block in self._staying if any(inside(self._number(key.table, row), key.table, [block]) for row in rows)
            )
            ours = next(staying, None)
            if ours:
                raise RollbackRefused(
                    f"Rows that revision {ours.revision} seeded refer to rows that would be deleted ({key}): expected that "
                    f"revision to be rolled back first. {done} Roll it back first, or roll back everything."
                )
        if key.action == "SET NULL":
            stay = set(rows) - known.cleared.get(key, set())
            if stay:
                found.cleared[key].update(stay)
            return set()
        new = set(rows) - found.doomed.get(place, set()) - known.doomed.get(place, set())
        if new:
            found.doomed[place] |= new
            found.by_key[key] += len(new)
        return new

    def _referring_to_rows(self, key: Key, rows: list[RowKey], lock: bool, done: str) -> list[RowKey]:
        place = (key.target_schema, key.target)
        joined = key.joined(self._dialect)
        conditions = (f"EXISTS (SELECT 1 FROM {joined} AND ({self._is_one_of('t.', place, some)}))" for some in chunks(rows))
        return [row for condition in conditions for row in self._read(key, condition, lock, done)]

    def _read(self, key: Key, refers: str, lock: bool, done: str) -> list[RowKey]:
        """Return the primary keys of the rows that match a key's condition; none for an empty condition."""
        if not refers:
            return []
        names = self._primary_key((key.schema, key.table))
        wanted = ", ".join(self._exact(name, (key.schema, key.table)) for name in names) or "1"
        is_listed = key.schema is None and key.table in self._dialect.names.listed
        wanted += f", {self._dialect.key(key.table, 'r')}" if is_listed else ""
        # JSON documents cannot be locked, and MySQL reports an error for it
        locking = self._dialect.locking_read if lock and "$" not in key.columns[0] else ""
        query = f"SELECT {wanted} FROM {key.source(self._dialect)} WHERE ({refers}){key.condition(self._dialect)}{locking}"
        try:
            rows = [tuple(row) for row in self._database.attempt(query)]
            if is_listed:
                self._numbers |= {(key.table, row[:-1]): int(row[-1]) for row in rows}
                rows = [row[:-1] for row in rows]
        except DBAPIError as error:
            if not self._database.introspection.is_denied(error):
                raise
            raise unreadable(self._database, [key], error, done) from error
        if rows and (not names or any(None in row for row in rows)):
            raise RollbackRefused(
                f"{counted(len(rows))} of {key} would be deleted, but {key.table} has no primary key to identify them: expected "
                f"one. {done} Delete these rows yourself, then run the same command again."
            )
        return rows

    def _number(self, table: str, row: RowKey) -> Any:
        """Return the number of a row of a table of the project."""
        return self._numbers.get((table, row), row[0])

    def _children_first(self, cascade: Cascade) -> Iterator[Place]:
        """Yield the tables with children before parents, and set nullable references to NULL, which removes that constraint."""
        before: dict[Place, set[Place]] = {place: set() for place in cascade.doomed}
        for key in self._keys:
            place, target = (key.schema, key.table), (key.target_schema, key.target)
            if key.action == "no key" or place not in before or target not in before:
                continue
            if self._may_be_null(key):
                self._clear(key, cascade.doomed[place])
            elif place != target:  # within one table, descending ids are children first
                before[target].add(place)
        yield from TopologicalSorter(before).static_order()

    def _may_be_null(self, key: Key) -> bool:
        columns = {c["name"]: c for c in self._database.columns_of(key.table, key.schema)}
        return all(columns[name]["nullable"] for name in key.columns)

    def _clear(self, key: Key, rows: Iterable[RowKey]) -> None:
        for some in chunks(sorted(rows, key=order)):
            self._database.execute(key.cleared(self._dialect, self._is_one_of("", (key.schema, key.table), some)))

    def _quoted(self, place: Place) -> str:
        return ".".join(self._dialect.quote(part) for part in place if part)

    def _is_one_of(self, alias: str, place: Place, rows: list[RowKey]) -> str:
        names = [f"{alias}{self._dialect.quote(name)}" for name in self._primary_key(place)]
        values = [[literal(self._dialect, value) for value in row] for row in rows]
        if len(names) == 1:
            return f"{names[0]} IN ({', '.join(value for (value,) in values)})"
        return " OR ".join(f"({' AND '.join(f'{n} = {v}' for n, v in zip(names, row, strict=True))})" for row in values)

    def _exact(self, name: str, place: Place) -> str:
        """Return the expression that reads a key column exactly: a FLOAT as text loses digits, and would not match its row."""
        kind = next(c["type"] for c in self._database.columns_of(place[1], place[0]) if c["name"] == name)
        column = f"r.{self._dialect.quote(name)}"
        return self._dialect.as_double(column) if isinstance(kind, sa.Float) else column

    def _primary_key(self, place: Place) -> tuple[str, ...]:
        if place not in self._primary_keys:
            schema, name = place
            found = self._database.primary_key_of(name, schema)
            self._primary_keys[place] = tuple(found)
        return self._primary_keys[place]
