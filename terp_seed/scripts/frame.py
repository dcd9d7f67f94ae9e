"""The frame: what surrounds the statements of a script: its opening, its transactions and its checks.

The checks run when the script does, so that a reviewed script runs on the database that it was made for, or not at all. After a
failed check or any other error nothing commits, even under a client that continues.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import sqlalchemy as sa
from alembic.ddl.impl import DefaultImpl

from terp_seed.backends.writer import Writer
from terp_seed.checks.block_state import BlockState
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Catalog, SeedTable
from terp_seed.revisions import records, version_table
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.migration_plan import MigrationPlan
from terp_seed.revisions.plan import Plan, PlannedStep
from terp_seed.scripts import assertions, closing
from terp_seed.scripts.assertions import Assertion
from terp_seed.scripts.first_rows import FirstRows
from terp_seed.scripts.references import add_referring, known_keys, search_of
from terp_seed.settings import Settings
from terp_seed.sql import listed_keys
from terp_seed.sql.dialect import Dialect
from terp_seed.sql.digests import Digested

Inserted = list[tuple[Block, set[str]]]  # blocks, and the columns that are written
Seeded = Iterable[tuple[PlannedStep, set[str]]]  # steps that inserted rows, and the columns they wrote


class ScriptFrame:
    """A ScriptFrame prints the checks of an online run: lock, state, tables, ids, rows, and references to rows that leave.

    It also prints the transactions, because only it knows how many checks must have held before one may commit.
    """

    def __init__(self, dialect: Dialect, writer: Writer, catalog: Catalog, settings: Settings) -> None:
        self._dialect, self._writer, self._catalog, self._names = dialect, writer, catalog, catalog.names
        self._own_columns = {self._names.ledger: {"first_id", "last_id"}, self._names.version_table: {"version_num"}}
        self._settings, self._checks = settings, 0
        self._opening = "opening"  # the name of the transaction before the first revision's
        self._watched: list[str] = []
        self._inserted = defaultdict[str, list[str]](list)  # by revision: the tables that it inserts into
        self._reserved = defaultdict[str, dict[str, tuple[str, str]]](dict)  # by revision and table: the first and last id
        self._leaving: dict[str, list[str]] = {}
        self._digested: dict[tuple[str, str], tuple[sa.Table, Digested]] = {}
        self._search: tuple[tuple[str, ...], str] | None = None
        self._derived: tuple[str, ...] = ()

    def open_upgrade(
        self, move: MigrationPlan, assumed: Ledger, inserted: Inserted, recipe: Recipe, filled: Seeded, first: FirstRows
    ) -> None:
        """Print what precedes the first revision: the checks of every table for the inserted blocks and columns.

        `filled` are the earlier steps in whose rows a column is set; `first` has the rows that are rehearsed.
        """
        columns, blocks = defaultdict[str, set[str]](set), defaultdict[str, list[Block]](list)
        own = {block.table_name: names for block, names in inserted}
        adopted = self._catalog.adopted_names
        unnumbered = {*adopted, *self._names.listed}
        for block, names in inserted:
            assertions.add_needed(columns, self._catalog, block.table_name, names)
            blocks[block.table_name].append(block)
            self._inserted[block.revision].append(block.table_name)
            if block.table_name not in unnumbered:  # how many adopted rows are missing, only the script knows
                self._reserved[block.revision][block.table_name] = str(block.first_id), str(block.last_id)
        tables = [
            *assertions.tables(self._dialect, columns, own, self._settings.allow_triggers),
            *assertions.parents(self._dialect, self._catalog, own),
            *(assertions.taken(self._dialect, table, ids) for table, ids in blocks.items() if table not in unnumbered),
            *first.free,
            *assertions.other_keys(self._dialect, [self._catalog[name] for name in adopted & {*blocks}], recipe),
            *assertions.own_rows(self._dialect, _digested(filled)),
        ]
        found = assertions.state(self._dialect, move.heads, records.differs_sql(self._dialect, assumed.blocks, adopted))
        later = [*first.accepted, *assertions.later(blocks, adopted)]
        if move.heads:
            stops = [assertions.missing(self._dialect, assertions.UNSEEDED, self._own_columns), *found, *tables]
            self._open([*stops, *later])
            self._print(stops)
            self._rehearse(first)
        else:
            self._open([*tables, *found, *later])
            self._print(tables)
            self._rehearse(first)
            self._execute(self._dialect.let_write(self._checks))
            # created first, because a script cannot query missing tables
            self._writer.execute(version_table.create_sql(self._writer.sqlalchemy_dialect, self._names))
            self._writer.execute(records.create_sql(self._writer.sqlalchemy_dialect, self._names))
            self._print(found)
        if {*self._names.listed} & {*own}:
            self._execute(self._dialect.let_write(self._checks) if move.heads else ())
            self._execute(listed_keys.create_sql(self._writer.sqlalchemy_dialect, self._names))
        self._close_opening([*columns])

    def open_downgrade(self, move: MigrationPlan, plan: Plan, seeded: Seeded, filled: Seeded) -> None:
        """Print what precedes the first revision: the checks that the rows that leave are unchanged and not referred to.

        `seeded` are the steps that inserted these rows; `filled` those that stay, and in whose rows a column is cleared.
        """
        self._leaving = plan.leaving
        for step, names in seeded:
            self._digested[step.revision, step.table.name] = step.table.table, Digested.of(step.table, names)
        seeded_blocks = [(revision, *found) for (revision, _), found in self._digested.items()]
        as_seeded = [assertions.not_as_seeded(self._dialect, *block, self._settings.discard_edits) for block in seeded_blocks]
        looking = search_of(self._dialect, self._catalog, plan)
        search = self._dialect.search(looking) if plan.leaving else None
        known = [] if search else known_keys(self._dialect, self._catalog, plan)
        used = {table: {*self._names.key_columns(table)} for table in plan.leaving}
        for (_, table), (_, digested) in self._digested.items():
            assertions.add_needed(used, self._catalog, table, {*digested.written})
        if not search:
            add_referring(used, self._catalog)
        if any(table in self._names.listed for table in plan.leaving):
            self._own_columns[self._names.row_keys] = {"row_key", "number"}
        stops = [
            assertions.missing(self._dialect, assertions.UNSEEDED, self._own_columns),
            *assertions.state(self._dialect, move.heads),
            *([assertions.missing(self._dialect, assertions.NO_TABLE, used)] if used else []),
            *assertions.denied(self._dialect, dict.fromkeys(("DELETE", "UPDATE"), plan.leaving)),
        ]
        later = [Assertion(text, "") for text in (*map(assertions.ROWS_LEFT.format, plan.leaving), assertions.NOT_ENDED)]
        as_seeded += assertions.own_rows(self._dialect, _digested(filled))
        self._open([*stops, *as_seeded, *known, *later])
        self._print([*stops, *as_seeded, *known])
        if search:
            prepare, run, sentence = search
            self._execute(prepare)
            self._search = run, sentence
            self._look()
        self._close_opening([*dict.fromkeys([*plan.leaving, *(fill.table for fill in self._catalog.fills.values())])])
        if search:
            # only now, because a DELETE cannot be prepared while the session is read-only
            prepare, self._derived = self._dialect.derived_deletes(looking)
            self._execute(prepare)

    def prepare(self, revision: str, tables: Sequence[SeedTable], blocks: Sequence[Block], _done: str) -> Sequence[BlockState]:
        """Print the statements that lock the rows that leave, and repeat the checks on them, as an online run does."""
        locked = {table.name: records.recorded_ids(self._dialect, revision, table.name) for table in tables}
        self._number(filter(None, map(self._dialect.lock_rows, locked.keys(), locked.values())))
        own = [(revision, *self._digested[key]) for t in tables if (key := (revision, t.name)) in self._digested]
        self._print(assertions.not_as_seeded(self._dialect, *block, self._settings.discard_edits) for block in own)
        self._look()
        self._execute(self._derived)
        return [BlockState(block, block.row_count) for block in blocks]

    def require_found(self, table: str, lost: str) -> None:
        """Print the check that an adopted table has every row that seeded rows refer to."""
        self._print([Assertion(assertions.NOT_FOUND.format(table), f"  {lost}")])

    def emptied(self, revision: str, table: SeedTable) -> None:
        """Print the check that the rows of a block are deleted."""
        self._print([assertions.left(self._dialect, revision, table.name)])

    def transact(self, impl: DefaultImpl, revision: Callable[[], str], *, is_downgrade: bool) -> None:
        """Replace the transactions of Alembic's `impl` by the script's. `revision` returns the current revision."""
        if not self._checks:
            return  # a script without revisions has no checks
        impl.emit_begin = lambda: self._begin(revision())  # type: ignore[method-assign]
        impl.emit_commit = lambda: self._commit(revision(), is_downgrade)  # type: ignore[method-assign]

    def close(self, counts: Iterable[str]) -> None:
        """Print what follows the last revision: the statements that count rows, the verdict, and the end of the session."""
        if not self._checks:
            return
        self._writer.remark("What is there now")
        release = filter(None, [self._dialect.release_lock(self._names.lock)])
        verdict, ending = closing.verdict(self._dialect, self._checks), self._dialect.close_script(self._watched)
        self._execute([*self._dialect.undo_rest(), *counts, verdict, *ending, *release])

    def _begin(self, revision: str) -> None:
        """Print a revision's BEGIN, and what keeps its ids free."""
        self._execute(self._dialect.begin(revision))
        self._number(self._dialect.keep_free(self._reserved.get(revision, {})))

    def _commit(self, revision: str, is_downgrade: bool) -> None:
        """Print the checks that a revision did what it should, and its COMMIT."""
        quote, text = self._dialect.quote, self._dialect.text
        inserted = self._inserted.get(revision, ())
        self._print(assertions.recorded(self._dialect, revision, self._catalog[table]) for table in inserted)
        applied = f"EXISTS (SELECT 1 FROM {quote(self._names.version_table)} WHERE {quote('version_num')} = {text(revision)})"
        ended = applied if is_downgrade else f"NOT {applied}"
        if any(revision in revisions for revisions in self._leaving.values()):
            ended += f"\n  OR EXISTS (SELECT 1 FROM {quote(self._names.ledger)} WHERE {quote('revision')} = {text(revision)})"
        self._print([Assertion(assertions.NOT_ENDED, f"  {ended}")])
        self._execute(self._dialect.commit(revision, self._checks))

    def _rehearse(self, first: FirstRows) -> None:
        """Print the rehearsal, of which nothing is left, and the checks that the tables took every row."""
        if first.rehearsal:
            self._writer.remark(self._dialect.rehearsal.remark)
            self._execute(self._dialect.commit(self._opening, self._checks))
            self._watch(first.tables)
            self._execute(first.rehearsal)
            self._opening = "rehearsed"
            self._print(first.accepted)
            self._execute(first.end)

    def _open(self, stops: Iterable[Assertion]) -> None:
        """Print the statements that make checks possible, and take the lock, which is the first check."""
        lock = self._dialect.take_lock(self._names.lock)
        locked = [Assertion(assertions.LOCKED.format(self._names.lock), f"  {lock[1]}")] if lock else []
        self._writer.remark("The checks: each stops the script with its sentence where its condition holds. Nothing is committed")
        self._writer.remark("before every check so far has held, whatever the client does after an error")
        sentences = dict.fromkeys(stop.sentence for stop in (*locked, *stops))
        self._execute([*self._dialect.open_script(sentences), *self._dialect.begin(self._opening), *(lock or ())[:1]])
        self._print(locked)

    def _close_opening(self, tables: list[str]) -> None:
        """Print the statements that let the script write if all checks have held, and prevent writes otherwise."""
        self._execute(self._dialect.commit(self._opening, self._checks))
        own = (self._names.ledger, self._names.version_table, *([self._names.row_keys] if self._names.listed else ()))
        self._watch([*tables, *own])

    def _print(self, stops: Iterable[Assertion]) -> None:
        for stop in stops:
            self._checks += 1
            self._writer.execute(self._dialect.stop(self._checks, stop.sentence, stop.condition))

    def _number(self, statements: Iterable[str]) -> None:
        """Print statements that count as checks, where a client may go on without one of them."""
        for statement in statements:
            if numbered := self._dialect.numbered(statement, self._checks + 1):
                self._checks += 1
            self._writer.execute(numbered or statement)

    def _look(self) -> None:
        """Print the search for rows that refer to rows that leave, by the keys in the server's catalogue."""
        if self._search:
            run, sentence = self._search
            self._execute(run)
            self._checks += 1
            self._writer.execute(self._dialect.stop_found(self._checks, sentence))

    def _watch(self, tables: Iterable[str]) -> None:
        """Print the statements that prevent writes into these tables outside of the script's transactions."""
        self._watched += (new := [name for name in tables if name not in self._watched])
        self._execute(self._dialect.watch(new))

    def _execute(self, statements: Iterable[str]) -> None:
        for statement in statements:
            self._writer.execute(statement)


def _digested(steps: Seeded) -> Iterator[tuple[str, sa.Table, Digested]]:
    return ((step.revision, step.table.table, Digested.of(step.table, names)) for step, names in steps)
