"""The cascade: the rows that nobody seeded and that go with seeded ones because they refer to them, however far away.

It is the one way past the guard: what was shown and agreed to is deleted, row for row, in the transaction of the revision whose
rows it hangs on; or that revision stays.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from graphlib import TopologicalSorter

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.database import Database
from terp_seed.checks.block_state import BlockState
from terp_seed.checks.guard import Filled
from terp_seed.checks.key import Key
from terp_seed.checks.keys import unreadable
from terp_seed.errors import RollbackRefused
from terp_seed.execution.row_keys import Place, RowKey, chunks, inside, literal, order
from terp_seed.revisions.block import Block, Rows


@dataclass
class Cascade:
    """A Cascade is which rows go along, which rows only lose a reference, and the keys that lead there."""

    doomed: dict[Place, set[RowKey]] = field(default_factory=lambda: defaultdict(set))
    cleared: dict[Key, set[RowKey]] = field(default_factory=lambda: defaultdict(set))
    by_key: dict[Key, int] = field(default_factory=lambda: defaultdict(int))

    def __bool__(self) -> bool:
        return bool(self.doomed or self.cleared)

    def __str__(self) -> str:
        lines = [f"{rows:,} rows are deleted: {key}" for key, rows in self.by_key.items()]
        lines += [f"{len(rows):,} rows stay and lose the reference: {key}" for key, rows in self.cleared.items()]
        return "\n".join(f"  {line}" for line in lines)

    def same_rows(self, other: "Cascade") -> bool:
        """Tell whether both name the same rows."""
        return dict(self.doomed) == dict(other.doomed) and dict(self.cleared) == dict(other.cleared)

    def add(self, other: "Cascade") -> None:
        """Take in what another one found."""
        for place, rows in other.doomed.items():
            self.doomed[place] |= rows
        for key, rows in other.cleared.items():
            self.cleared[key] |= rows
        for key, count in other.by_key.items():
            self.by_key[key] += count

    def without_its_rows(self, state: BlockState) -> BlockState:
        """Return the state of a block without the rows of others among its ids that go along: they do not stay."""
        gone = self.doomed.get((None, state.block.table_name), set())
        return replace(state, foreign=tuple(number for number in state.foreign if (number,) not in gone))

    def forget_clearing(self) -> None:
        """Do not say of rows that they lose a reference where they all go."""
        for key in [key for key, rows in self.cleared.items() if rows <= self.doomed.get((key.schema, key.table), set())]:
            del self.cleared[key]


class Cascader:
    """A Cascader finds and deletes the rows that refer to rows that leave, on one live database."""

    def __init__(self, database: Database, staying: Iterable[Block], keys: Sequence[Key], filled: Filled) -> None:
        """Take the blocks that stay, every key of the live database, and the rows whose references a revision clears itself."""
        self._database, self._dialect, self._filled = database, database.dialect, filled
        self._staying, self._keys = list(staying), keys
        self._inspector = sa.inspect(database.connection)
        self._primary_keys: dict[Place, tuple[str, ...]] = {}

    def find(
        self,
        leaving: Sequence[Rows],
        seeded: Sequence[Rows],
        known: Cascade | None = None,
        *,
        lock: bool = False,
        done: str = "Nothing has changed.",
    ) -> Cascade:
        """Return every row that refers to a row that leaves, or to such a row; with `lock`, keep them from changing.

        `seeded` are all rows that leave, now or in a later turn: they are not among them. Nor are the rows that are `known`.
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
        """Delete the rows that refer to rows that leave, and return which they are. Raises RollbackRefused for others than were
        agreed to.
        """
        now = self.find(leaving, seeded, lock=True, done=done)
        if not now:
            return now
        if not now.same_rows(agreed):
            raise RollbackRefused(
                f"Other rows refer to seeded rows than a moment ago:\n{now}\nExpected the ones that were agreed to. {done} "
                "Run the same command again and look at the list."
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
                    f"{gone:,} rows of {place[1]} would be deleted, and {len(listed):,} were listed: expected the same. {done} "
                    "Delete these rows yourself, then run the same command again."
                )
        return now

    def _take(
        self, found: Cascade, known: Cascade, seeded: Sequence[Rows], key: Key, rows: list[RowKey], done: str
    ) -> set[RowKey]:
        """Note the rows that refer by a key; return those that have to go and were not known yet."""
        place = (key.schema, key.table)
        if key.schema is None:
            cleared = self._filled.get((key.table, key.columns[0]), ())
            rows = [row for row in rows if not inside(row, key.table, [*seeded, *cleared])]
            ours = next((block for block in self._staying if any(inside(row, key.table, [block]) for row in rows)), None)
            if ours:
                raise RollbackRefused(
                    f"Rows that revision {ours.revision} seeded refer to rows that would go ({key}): expected that revision to "
                    f"go first. {done} Roll it back before, or everything."
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
        """Return the primary keys of the rows that refer by a key; none where there is no condition."""
        if not refers:
            return []
        names = self._primary_key((key.schema, key.table))
        wanted = ", ".join(self._exact(name, (key.schema, key.table)) for name in names) or "1"
        # no server locks the documents of a JSON column, and MySQL refuses to try
        locking = self._dialect.locking_read if lock and "$" not in key.columns[0] else ""
        query = f"SELECT {wanted} FROM {key.source(self._dialect)} WHERE ({refers}){key.condition(self._dialect)}{locking}"
        try:
            rows = [tuple(row) for row in self._database.execute(query)]
        except DBAPIError as error:
            if not self._database.introspection.is_denied(error):
                raise
            raise unreadable(self._database, [key], error, done) from error
        if rows and (not names or any(None in row for row in rows)):
            raise RollbackRefused(
                f"{len(rows):,} rows of {key} would go, and {key.table} has no primary key to name them by: expected one. "
                f"{done} Delete these rows yourself, then run the same command again."
            )
        return rows

    def _children_first(self, cascade: Cascade) -> Iterator[Place]:
        """Yield the tables so that no row goes before one that refers to it; references that may be NULL do not bind."""
        before: dict[Place, set[Place]] = {place: set() for place in cascade.doomed}
        for key in self._keys:
            place, target = (key.schema, key.table), (key.target_schema, key.target)
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
        nothing = ", ".join(f"{self._dialect.quote(name)} = NULL" for name in key.columns)
        for some in chunks(sorted(rows, key=order)):
            self._database.execute(f"UPDATE {self._quoted(place)} SET {nothing} WHERE {self._is_one_of('', place, some)}")

    def _quoted(self, place: Place) -> str:
        return ".".join(self._dialect.quote(part) for part in place if part)

    def _is_one_of(self, alias: str, place: Place, rows: list[RowKey]) -> str:
        names = [f"{alias}{self._dialect.quote(name)}" for name in self._primary_key(place)]
        values = [[literal(self._dialect, value) for value in row] for row in rows]
        if len(names) == 1:
            return f"{names[0]} IN ({', '.join(value for (value,) in values)})"
        return " OR ".join(f"({' AND '.join(f'{n} = {v}' for n, v in zip(names, row, strict=True))})" for row in values)

    def _exact(self, name: str, place: Place) -> str:
        """Return what reads a key's column so that the value finds the row again: a FLOAT, as a text, loses digits."""
        kind = next(c["type"] for c in self._inspector.get_columns(place[1], schema=place[0]) if c["name"] == name)
        column = f"r.{self._dialect.quote(name)}"
        return self._dialect.as_double(column) if isinstance(kind, sa.Float) else column

    def _primary_key(self, place: Place) -> tuple[str, ...]:
        if place not in self._primary_keys:
            schema, name = place
            found = self._inspector.get_pk_constraint(name, schema=schema)["constrained_columns"]
            self._primary_keys[place] = tuple(found)
        return self._primary_keys[place]
