"""The stops: what a script looks at before it changes anything, and the sentence that each one stops it with.

They ask when the script runs, so what was reviewed runs on the database that it was made for, or not at all. A check that fails,
or any other error, is the end of all writing, even under a client that goes on: nothing commits unless every check has held.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from alembic.ddl.impl import DefaultImpl

from terp_seed.backends.writer import Writer
from terp_seed.checks.keys import Key, known_references
from terp_seed.checks.ownership import BlockState
from terp_seed.checks.schema import filled_columns
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Catalog, SeedTable
from terp_seed.revisions import ledger, version_table
from terp_seed.revisions.filling import is_seeded
from terp_seed.revisions.ledger import Block, Ledger
from terp_seed.revisions.migration_plan import MigrationPlan
from terp_seed.revisions.plan import Plan, PlannedStep
from terp_seed.rows.adoption import Adoption
from terp_seed.sql.dialect import DeclaredSearch, Dialect, Search
from terp_seed.sql.digests import Digested

_TABLES = "A table or column that this script needs is missing. Nothing was changed; `terp-seed upgrade --dry-run` names it."
_UNSEEDED = "Nothing is seeded here: the tables of the seed itself are missing. Nothing was changed."
_VERSION = "The seed revisions here are not those that this script starts from. Nothing was changed; see `terp-seed status`."
_UNKNOWN = "A table that this script does not know may refer to seeded rows. Nothing was changed; run `terp-seed downgrade`."
_ENDED = "A revision did not end as it should: see the error before this one. It was undone, and nothing after it is done."


def _locked(lock: str) -> str:
    return f"Another seeding operation is in progress: expected {lock} to be free. Run this again when it has ended."


def _other_records(ledger: str) -> str:
    return f"{ledger} does not hold the rows that this script builds on. Nothing was changed; see `terp-seed status`."


def _rows_missing(table: str) -> str:
    return f"{table} does not have the rows of this script: see the error before this one. Its revision is undone."


def _rows_left(table: str) -> str:
    return f"{table} still has rows that were to go: see the error before this one. Its revision is undone."


def _not_found(table: str) -> str:
    return f"{table} lacks a row that seeded rows name: see the error before this one. This revision is undone."


def _edited(table: str) -> str:
    return f"Rows of {table} are not as they were seeded: expected each one. `terp-seed downgrade --dry-run` names them."


def _referred(table: str) -> str:
    return f"Rows that were not seeded refer to seeded {table}. Nothing was changed; terp-seed downgrade --dry-run lists them."


@dataclass(frozen=True)
class Assertion:
    """An Assertion is a condition under which a script must not go on, and the sentence that says so."""

    sentence: str
    condition: str


class ScriptAssertions:
    """ScriptAssertions print what a run looks at online: lock, state, tables, ids, rows; and who refers to rows that leave.

    It prints the transactions too, because only it knows how many checks have to have held before one may commit.
    """

    def __init__(self, dialect: Dialect, writer: Writer, catalog: Catalog, discards_edits: bool = False) -> None:
        self._dialect, self._writer, self._catalog, self._names = dialect, writer, catalog, catalog.names
        self._own_columns = {self._names.ledger: {"first_id", "last_id"}, self._names.version_table: {"version_num"}}
        self._discards_edits = discards_edits
        self._checks = 0
        self._watched: list[str] = []
        self._inserted: dict[str, list[str]] = {}  # the tables that a revision fills
        self._leaving: dict[str, list[str]] = {}
        self._digested: dict[tuple[str, str], tuple[sa.Table, Digested]] = {}
        self._search: tuple[tuple[str, ...], str] | None = None
        self._derived: tuple[str, ...] = ()

    def open_upgrade(
        self,
        move: MigrationPlan,
        assumed: Ledger,
        inserted: list[tuple[Block, set[str]]],
        recipe: Recipe,
        sqlalchemy_dialect: sa.Dialect,
    ) -> None:
        """Print what comes before the first revision: stops for each table, by the blocks and columns that it is filled with."""
        columns: dict[str, set[str]] = defaultdict(set)
        blocks: dict[str, list[Block]] = defaultdict(list)
        for block, names in inserted:
            self._need(columns, block.table_name, names)
            blocks[block.table_name].append(block)
            self._inserted.setdefault(block.revision, []).append(block.table_name)
        adopted = self._catalog.adopted_names
        taken = [self._taken(table, own) for table, own in blocks.items() if table not in adopted]
        tables = [self._missing(_TABLES, columns), *taken, *self._other_keys(adopted & {*blocks}, recipe)]
        state = self._state(move, ledger.differs_sql(self._dialect, assumed.blocks, adopted))
        sentences = [*map(_rows_missing, blocks), *map(_not_found, sorted(adopted)), _ENDED]
        if move.heads:
            stops = [self._missing(_UNSEEDED, self._own_columns), *state, *tables]
            self._open([*stops, *(Assertion(sentence, "") for sentence in sentences)])
            self._print(stops)
        else:
            self._open([*tables, *state, *(Assertion(sentence, "") for sentence in sentences)])
            self._print(tables)
            self._execute(self._dialect.let_write(self._checks))
            # they are looked at next: a script cannot ask a table that is not there
            self._writer.execute(version_table.create_sql(sqlalchemy_dialect, self._names))
            self._writer.execute(ledger.create_sql(sqlalchemy_dialect, self._names))
            self._print(state)
        self._close_opening([*columns])

    def open_share(self, heads: tuple[str, ...], recorded: list[Block], inserted: list[tuple[Block, set[str]]]) -> None:
        """Print what comes before the rows of a share: it adds to what is recorded, where its own ids are free."""
        columns: dict[str, set[str]] = defaultdict(set)
        adopted = self._catalog.adopted_names
        for block, names in inserted:
            self._need(columns, block.table_name, names)
        stops = [
            self._missing(_UNSEEDED, self._own_columns),
            Assertion(_VERSION, f"  {version_table.differs_sql(self._dialect, heads)}"),
            Assertion(_other_records(self._names.ledger), f"  {ledger.differs_sql(self._dialect, recorded, adopted)}"),
            self._missing(_TABLES, columns),
            *(self._taken(block.table_name, [block]) for block, _ in inserted),
        ]
        sentences = [*map(_rows_missing, columns), *map(_not_found, sorted(adopted)), _ENDED]
        self._open([*stops, *(Assertion(sentence, "") for sentence in sentences)])
        self._print(stops)
        self._close_opening([*columns])

    def open_downgrade(self, move: MigrationPlan, plan: Plan, seeded: Iterable[tuple[PlannedStep, set[str]]]) -> None:
        """Print what comes before the first revision: stops for each table that rows leave, by what became of them and who refers
        to them. `seeded` are the steps that inserted them, with the columns that they filled.
        """
        self._leaving = plan.leaving
        for step, names in seeded:
            self._digested[step.revision, step.table.name] = step.table.table, Digested.of(step.table, names)
        as_seeded = [self._not_as_seeded(*block) for block in self._digested]
        looking = self._looking(plan)
        search = self._dialect.search(looking) if plan.leaving else None
        known = [] if search else self._known_keys(plan)
        used = {table: {"id"} for table in plan.leaving}
        for (_, table), (_, digested) in self._digested.items():
            self._need(used, table, {*digested.written})
        if not search:
            for reference in known_references(self._catalog):
                if reference.table in self._catalog:
                    needed = (reference.column, *(reference.when or ())[:1])
                    used.setdefault(reference.table, {"id"}).update(name.partition("$")[0] for name in needed)
        stops = [self._missing(_UNSEEDED, self._own_columns), *self._state(move), self._missing(_TABLES, used)]
        later = [*map(_rows_left, plan.leaving), _ENDED]
        self._open([*stops, *as_seeded, *known, *(Assertion(sentence, "") for sentence in later)])
        self._print([*stops, *as_seeded, *known])
        if search:
            prepare, run, sentence = search
            self._execute(prepare)
            self._search = run, sentence
            self._look()
        self._close_opening([*dict.fromkeys([*plan.leaving, *(fill.table for fill in self._catalog.fills.values())])])
        if search:
            # a DELETE cannot even be prepared while the session is read-only
            prepare, self._derived = self._dialect.derived_deletes(looking)
            self._execute(prepare)

    def prepare(self, revision: str, tables: Sequence[SeedTable], blocks: Sequence[Block], _done: str) -> Sequence[BlockState]:
        """Print what a run does online: lock the rows that leave, and look again what became of them and who refers to them."""
        for table in tables:
            lock = self._dialect.lock_rows(table.name, ledger.recorded_ids(self._dialect, revision, table.name))
            self._execute([lock] if lock else [])
        self._print(self._not_as_seeded(revision, table.name) for table in tables if (revision, table.name) in self._digested)
        self._look()
        self._execute(self._derived)
        return [BlockState(block, block.row_count) for block in blocks]

    def require_found(self, table: str, lost: str) -> None:
        """Print the check that an adopted table has every row that seeded rows name."""
        self._print([Assertion(_not_found(table), f"  {lost}")])

    def emptied(self, revision: str, table: SeedTable) -> None:
        """Print the check that the rows of a block are gone."""
        rows = ledger.recorded_ids(self._dialect, revision, table.name)
        self._print(
            [Assertion(_rows_left(table.name), f"  EXISTS (SELECT 1 FROM {self._dialect.quote(table.name)} WHERE {rows})")]
        )

    def transact(self, impl: DefaultImpl, revision: Callable[[], str], *, is_downgrade: bool) -> None:
        """Print the transactions in the place of Alembic's `impl`, of this script only; `revision` names the one at hand."""
        if not self._checks:
            return  # a script that runs no revision has looked at nothing

        def begin() -> None:
            self._execute(self._dialect.begin(revision()))

        def commit() -> None:
            self._commit(revision(), is_downgrade)

        for name, function in (("emit_begin", begin), ("emit_commit", commit)):
            setattr(impl, name, function)

    def begin_share(self) -> None:
        """Print the begin of a share's one transaction."""
        self._execute(self._dialect.begin("share"))

    def added(self, table: str) -> None:
        """Print the check that the record has the rows of a share, just after the statement that adds them."""
        self._print([Assertion(_rows_missing(table), f"  NOT ({self._dialect.changed_one})")])

    def commit_share(self) -> None:
        """Print the end of a share's one transaction."""
        self._execute(self._dialect.commit("share", self._checks))

    def close(self) -> None:
        """Print what comes after the last revision."""
        if not self._checks:
            return
        release = self._dialect.release_lock(self._names.lock)
        self._execute([*self._dialect.close_script(self._watched), *([release] if release else [])])

    def _commit(self, revision: str, is_downgrade: bool) -> None:
        """Print the checks that a revision ended as it should, and its COMMIT."""
        quote, text = self._dialect.quote, self._dialect.text
        of_revision = f"{quote('revision')} = {text(revision)}"
        for table in self._inserted.get(revision, ()):
            key = f"{of_revision} AND {quote('table_name')} = {text(table)}"
            lacking = f"NOT EXISTS (SELECT 1 FROM {quote(self._names.ledger)} WHERE {key})"
            if self._catalog[table].adopts:
                lacking += f" AND {self._dialect.variable(f'{table}_missing')} > 0"
            self._print([Assertion(_rows_missing(table), f"  {lacking}")])
        applied = f"EXISTS (SELECT 1 FROM {quote(self._names.version_table)} WHERE {quote('version_num')} = {text(revision)})"
        ended = applied if is_downgrade else f"NOT {applied}"
        if any(revision in revisions for revisions in self._leaving.values()):
            ended += f"\n  OR EXISTS (SELECT 1 FROM {quote(self._names.ledger)} WHERE {of_revision})"
        self._print([Assertion(_ENDED, f"  {ended}")])
        self._execute(self._dialect.commit(revision, self._checks))

    def _open(self, stops: Iterable[Assertion]) -> None:
        """Print what makes stops possible, and take the lock, which is the first of them."""
        taken = self._dialect.take_lock(self._names.lock)
        locked = [Assertion(_locked(self._names.lock), f"  {taken[1]}")] if taken else []
        self._writer.remark("The checks: each stops the script with its sentence where its condition holds. Nothing is committed")
        self._writer.remark("before every check so far has held, whatever the client does after an error")
        sentences = dict.fromkeys(stop.sentence for stop in (*locked, *stops))
        self._execute([*self._dialect.open_script(sentences), *self._dialect.begin("opening"), *(taken or ())[:1]])
        self._print(locked)

    def _close_opening(self, tables: list[str]) -> None:
        """Print what lets the script write, if all checks have held, and keeps it from writing otherwise."""
        self._execute(self._dialect.commit("opening", self._checks))
        self._watched = [*tables, self._names.ledger, self._names.version_table]
        self._execute(self._dialect.watch(self._watched))

    def _print(self, stops: Iterable[Assertion]) -> None:
        for stop in stops:
            self._checks += 1
            self._writer.execute(self._dialect.stop(self._checks, stop.sentence, stop.condition))

    def _look(self) -> None:
        """Print the search for rows that refer to rows that leave, as the catalogue has its keys."""
        if self._search:
            run, sentence = self._search
            self._execute(run)
            self._checks += 1
            self._writer.execute(self._dialect.stop_found(self._checks, sentence))

    def _execute(self, statements: Iterable[str]) -> None:
        for statement in statements:
            self._writer.execute(statement)

    def _need(self, columns: dict[str, set[str]], table: str, names: set[str]) -> None:
        """Note the columns that a script needs of a table, and of those whose rows name its rows."""
        columns.setdefault(table, set()).update(names)
        for fill in self._catalog[table].fills if table in self._catalog else ():
            columns.setdefault(fill.table, set()).update(filled_columns(fill))

    def _missing(self, sentence: str, columns: Mapping[str, set[str]]) -> Assertion:
        found = (f"  {self._dialect.columns_found(table, sorted(names))} <> {len(names)}" for table, names in columns.items())
        return Assertion(sentence, "\n  OR".join(found))

    def _taken(self, table: str, blocks: list[Block]) -> Assertion:
        ids = ", ".join(f"{block.first_id} to {block.last_id}" for block in blocks)
        quote = self._dialect.quote
        return Assertion(
            f"{table} has rows in the ids {ids} (seeded already?). Nothing was changed; print it with another first_id.",
            f"  EXISTS (SELECT 1 FROM {quote(table)} WHERE {ledger.within(quote('id'), blocks)})",
        )

    def _other_keys(self, adopted: Iterable[str], recipe: Recipe) -> list[Assertion]:
        """Return the stops for rows of an application that have a unique value of a row that would be inserted beside them."""
        stops = []
        for name in sorted(adopted):
            table = self._catalog[name]
            for column, value, condition in Adoption(self._dialect, table, table.sample(recipe)).taken():
                stops.append(
                    Assertion(
                        f"{name}.{column} {value} is taken by a row of another {', '.join(table.adopts)}.", f"  {condition}"
                    )
                )
        return stops

    def _state(self, move: MigrationPlan, ledger_differs: str | None = None) -> list[Assertion]:
        stops = [Assertion(_VERSION, f"  {version_table.differs_sql(self._dialect, move.heads)}")]
        return stops + ([Assertion(_other_records(self._names.ledger), f"  {ledger_differs}")] if ledger_differs else [])

    def _not_as_seeded(self, revision: str, table: str) -> Assertion:
        """Return the stop for a block whose rows are not those that the ledger has the digests of; an unknown block has none."""
        definition, digested = self._digested[revision, table]
        return Assertion(
            _edited(table),
            f"  {ledger.not_as_seeded_sql(self._dialect, revision, definition, digested, self._discards_edits)}",
        )

    def _looking(self, plan: Plan) -> Search:
        dialect = self._dialect
        ids = (("b", f"t.{dialect.quote('id')}"), ("o", f"r.{dialect.quote('id')}"))
        leaves, stays = (ledger.in_block(dialect, *row, "<table>", plan.revisions) for row in ids)
        stays = f" AND NOT EXISTS (SELECT 1 FROM {dialect.quote(dialect.names.ledger)} AS o WHERE {stays})"
        own = tuple(table.name for table in self._catalog.every)
        block_of, declared = f"{dialect.quote(dialect.names.ledger)} AS b", []
        for reference in known_references(self._catalog):
            target, _, referred = reference.target.partition(".")
            if target not in plan.leaving:
                continue
            key = Key(reference.table, (reference.column,), target, (referred or "id",), when=reference.when)
            columns = [name.partition("$")[0] for name in (reference.column, *(reference.when or ())[:1])]
            value = key.value(dialect) if "$" in reference.column else f"r.{dialect.quote(reference.column)}"
            place = "<value>" if not referred and "$" not in reference.column else value
            refers = ledger.in_block(dialect, "b", place, dialect.text(target), plan.leaving[target])
            if referred:
                row_id = f"t.{dialect.quote('id')}"
                block = ledger.in_block(dialect, "b", row_id, dialect.text(target), plan.leaving[target])
                refers = f"EXISTS (SELECT 1 FROM {key.joined(dialect)} AND {block})"
            here = stays.replace("<table>", dialect.text(reference.table)) if reference.table in plan.leaving else ""
            fill = self._catalog.fills.get((reference.table, reference.column))
            here += f" AND NOT {is_seeded(dialect, fill, 'r')}" if fill else ""
            declared.append(
                DeclaredSearch(
                    reference.table,
                    tuple(dict.fromkeys(columns)),
                    value,
                    f"Rows of {reference.table}.{reference.column} were not seeded and refer to seeded {target}"[:128],
                    f"{block_of}, {key.source(dialect)} WHERE {refers}{key.condition(dialect)}{here}",
                )
            )
        derived = {one.table: one.when for one in self._catalog.derived}
        filled = {place: f" AND NOT {is_seeded(dialect, fill, 'r')}" for place, fill in self._catalog.fills.items()}
        return Search(dialect.names.ledger, tuple(plan.leaving), leaves, own, stays, tuple(declared), derived, filled)

    def _known_keys(self, plan: Plan) -> list[Assertion]:
        """Return the stops for all references between the tables of the project, and for tables that are none of them."""
        if not plan.leaving:
            return []
        references = [one for one in known_references(self._catalog) if one.table in self._catalog]
        keys = [
            Key(one.table, (one.column,), one.target, when=one.when)
            for one in references
            if one.target in plan.leaving  # a target that is not `id` is no seed table's here
        ]
        stops = [
            Assertion(_referred(table), "\n  OR".join(self._is_used(key, plan.leaving) for key in keys if key.target == table))
            for table in dict.fromkeys(key.target for key in keys)
        ]
        known = [table.name for table in self._catalog.every]
        others = {one.table for one in self._catalog.references if one.table not in self._catalog}
        others |= {one.table for one in self._catalog.derived}
        return [Assertion(_UNKNOWN, self._dialect.unknown_keys(plan.leaving, known, sorted(others))), *stops]

    def _is_used(self, key: Key, leaving: Mapping[str, list[str]]) -> str:
        """Return the condition that a row that stays refers by this key to one that leaves."""
        dialect, source = self._dialect, self._dialect.quote(self._names.ledger)
        refers = ledger.in_block(dialect, "b", key.value(dialect), dialect.text(key.target), leaving[key.target])
        stays = ""
        if key.table in leaving:
            leaves = ledger.in_block(dialect, "o", f"r.{dialect.quote('id')}", dialect.text(key.table), leaving[key.table])
            stays = f"\n    AND NOT EXISTS (SELECT 1 FROM {source} AS o WHERE {leaves})"
        fill = self._catalog.fills.get((key.table, key.columns[0]))
        stays += f"\n    AND NOT {is_seeded(dialect, fill, 'r')}" if fill else ""
        row = f"{source} AS b, {key.source(dialect)}"
        return f"  EXISTS (SELECT 1 FROM {row} WHERE {refers}{key.condition(dialect)}{stays})"
