"""The stops: what a script looks at before it changes anything, and the sentence that each one stops it with.

They ask when the script runs, so what was reviewed runs on the database that it was made for, or not at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from terp_seed.engine import ledger, version_table
from terp_seed.engine.dialect import Dialect
from terp_seed.engine.graph import Move
from terp_seed.engine.keys import Key, known_keys
from terp_seed.engine.ledger import Block, Ledger
from terp_seed.engine.lock import LOCK_NAME
from terp_seed.engine.plan import Plan
from terp_seed.engine.table import Catalog, SeedTable
from terp_seed.engine.writer import Writer

STOP_TABLE = "seed_stop"
_LOCKED = f"Another seeding operation is in progress: expected {LOCK_NAME} to be free. Run this again when it has ended."
_TABLES = "A table or column that this script needs is missing. Nothing was changed; `terp-seed upgrade --dry-run` names it."
_UNSEEDED = "Nothing is seeded here: the tables of the seed itself are missing. Nothing was changed."
_VERSION = "The seed revisions here are not those that this script starts from. Nothing was changed; see `terp-seed status`."
_LEDGER = "seed_ledger does not hold the rows that this script builds on. Nothing was changed; see `terp-seed status`."

_OWN_COLUMNS = {ledger.TABLE_NAME: {"first_id", "last_id"}, version_table.VERSION_TABLE: {"version_num"}}


@dataclass(frozen=True)
class Stop:
    """A Stop is a condition under which a script must not go on, and the sentence that says so."""

    sentence: str
    condition: str


class ScriptGuard:
    """A ScriptGuard prints what a run looks at online: lock, state, tables and ids; and who refers to rows that leave."""

    def __init__(self, dialect: Dialect, writer: Writer, catalog: Catalog) -> None:
        self._dialect, self._writer, self._catalog = dialect, writer, catalog
        self._key_stops: tuple[str, ...] = ()

    def open_upgrade(
        self,
        move: Move,
        assumed: Ledger,
        inserted: list[tuple[Block, set[str]]],
        sqlalchemy_dialect: sa.Dialect,
    ) -> None:
        """Print what comes before the first revision: stops for each table, by the blocks and columns that it is filled with."""
        columns: dict[str, set[str]] = defaultdict(set)
        blocks: dict[str, list[Block]] = defaultdict(list)
        for block, names in inserted:
            columns[block.table_name] |= names
            blocks[block.table_name].append(block)
        tables = [self._missing(_TABLES, columns), *(self._taken(table, own) for table, own in blocks.items())]
        state = self._state(move, ledger.differs_sql(self._dialect, assumed.blocks))
        if move.heads:
            stops = [self._missing(_UNSEEDED, _OWN_COLUMNS), *state, *tables]
            self._begin(stops)
            self._print(stops)
            return
        self._begin([*tables, *state])
        self._print(tables)
        # they are looked at next: a script cannot ask a table that is not there
        self._writer.execute(version_table.create_sql(sqlalchemy_dialect))
        self._writer.execute(ledger.create_sql(sqlalchemy_dialect))
        self._print(state)

    def open_share(self, heads: tuple[str, ...], recorded: list[Block], inserted: list[tuple[Block, set[str]]]) -> None:
        """Print what comes before the rows of a share: it adds to what is recorded, where its own ids are free."""
        columns: dict[str, set[str]] = defaultdict(set)
        for block, names in inserted:
            columns[block.table_name] |= names
        stops = [
            self._missing(_UNSEEDED, _OWN_COLUMNS),
            Stop(_VERSION, f"  {version_table.differs_sql(self._dialect, heads)}"),
            Stop(_LEDGER, f"  {ledger.differs_sql(self._dialect, recorded)}"),
            self._missing(_TABLES, columns),
            *(self._taken(block.table_name, [block]) for block, _ in inserted),
        ]
        self._begin(stops)
        self._print(stops)

    def open_downgrade(self, move: Move, plan: Plan) -> None:
        """Print what comes before the first revision: stops for each table that rows leave, by who refers to them."""
        used: dict[str, set[str]] = defaultdict(lambda: {"id"})
        for key in known_keys(self._catalog):
            used[key.table] |= {*key.columns, *(key.when or ())[:1]}
        stops = [self._missing(_UNSEEDED, _OWN_COLUMNS), *self._state(move), self._missing(_TABLES, used)]
        stops += [stop for table in plan.leaving if (stop := self._referred(table, plan.leaving))]
        self._begin(stops)
        self._print(stops)
        if plan.leaving:
            dialect, ours = self._dialect, [table.name for table in self._catalog.every]
            ids = (("b", f"t.{dialect.quote('id')}"), ("o", f"r.{dialect.quote('id')}"))
            refers, leaves = (ledger.in_block(dialect, *row, "<table>", plan.revisions) for row in ids)
            self._key_stops = dialect.key_stops(STOP_TABLE, plan.leaving, ours, ledger.TABLE_NAME, refers, leaves)
            self._execute(self._key_stops)

    def lock_and_check(self, revision: str, tables: Iterable[SeedTable], _blocks: Iterable[Block], _done: str) -> None:
        """Print what the guard does online: lock the rows that leave, and look again who refers to them."""
        rows = ((table.name, ledger.recorded_ids(self._dialect, revision, table.name)) for table in tables)
        locks = (self._dialect.lock_rows(table, condition) for table, condition in rows)
        self._execute([*filter(None, locks), *self._key_stops[-1:]])

    def close(self) -> None:
        """Print what comes after the last revision."""
        release = self._dialect.release_lock(LOCK_NAME)
        self._execute([release] if release else [])

    def _begin(self, stops: list[Stop]) -> None:
        """Print what makes stops possible, and take the lock, which is the first of them."""
        taken = self._dialect.take_lock(LOCK_NAME)
        locked = [Stop(_LOCKED, f"  {taken[1]}")] if taken else []
        self._writer.remark("The checks: each stops the script with its sentence where its condition holds")
        sentences = dict.fromkeys(stop.sentence for stop in (*locked, *stops))
        self._execute([*self._dialect.stop_table(STOP_TABLE, sentences), *(taken or ())[:1]])
        self._print(locked)

    def _print(self, stops: Iterable[Stop]) -> None:
        self._execute(self._dialect.stop(STOP_TABLE, stop.sentence, stop.condition) for stop in stops)

    def _execute(self, statements: Iterable[str]) -> None:
        for statement in statements:
            self._writer.execute(statement)

    def _missing(self, sentence: str, columns: Mapping[str, set[str]]) -> Stop:
        found = (f"  {self._dialect.columns_found(table, sorted(names))} <> {len(names)}" for table, names in columns.items())
        return Stop(sentence, "\n  OR".join(found))

    def _taken(self, table: str, blocks: list[Block]) -> Stop:
        ids = ", ".join(f"{block.first_id} to {block.last_id}" for block in blocks)
        quote = self._dialect.quote
        return Stop(
            f"{table} has rows in the ids {ids} (seeded already?). Nothing was changed; a script for other ids has first_id=N.",
            f"  EXISTS (SELECT 1 FROM {quote(table)} WHERE {ledger.within(quote('id'), blocks)})",
        )

    def _state(self, move: Move, ledger_differs: str | None = None) -> list[Stop]:
        stops = [Stop(_VERSION, f"  {version_table.differs_sql(self._dialect, move.heads)}")]
        return stops + ([Stop(_LEDGER, f"  {ledger_differs}")] if ledger_differs else [])

    def _referred(self, table: str, leaving: Mapping[str, list[str]]) -> Stop | None:
        """Return the stop for all references to one table that the seed tables know of."""
        keys = [key for key in known_keys(self._catalog) if key.target == table]
        if not keys:
            return None
        return Stop(
            f"Rows that were not seeded refer to seeded {table}. Nothing was changed; terp-seed downgrade --dry-run lists them.",
            "\n  OR".join(self._is_used(key, leaving) for key in keys),
        )

    def _is_used(self, key: Key, leaving: Mapping[str, list[str]]) -> str:
        """Return the condition that a row that stays refers by this key to one that leaves."""
        dialect, source = self._dialect, self._dialect.quote(ledger.TABLE_NAME)
        column, row_id = (f"r.{dialect.quote(name)}" for name in (key.columns[0], "id"))
        refers = ledger.in_block(dialect, "b", column, dialect.text(key.target), leaving[key.target])
        stays = ""
        if key.table in leaving:
            leaves = ledger.in_block(dialect, "o", row_id, dialect.text(key.table), leaving[key.table])
            stays = f"\n    AND NOT EXISTS (SELECT 1 FROM {source} AS o WHERE {leaves})"
        row = f"{source} AS b, {key.source(dialect)} AS r"
        return f"  EXISTS (SELECT 1 FROM {row} WHERE {refers}{key.condition(dialect, 'r.')}{stays})"
