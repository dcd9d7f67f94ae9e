"""The rollback: what one online run may delete, and what it does in the transaction of each revision before it deletes.

Only rows that are proved to be seeded go; rows of others stay and are named; what an application derived goes along.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from terp_seed.backends.database import Database
from terp_seed.checks.block_state import BlockState, IdRange
from terp_seed.checks.guard import Guard
from terp_seed.checks.keys import live_keys
from terp_seed.checks.ownership import Ownership
from terp_seed.errors import NotAsSeeded
from terp_seed.execution.cascade import Cascade, Cascader
from terp_seed.model.table import SeedTable
from terp_seed.revisions.block import Block, Rows
from terp_seed.revisions.filling import Foreign
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.plan import Plan, PlannedStep
from terp_seed.revisions.project_revisions import ProjectRevisions

_NOTHING = "Nothing has changed."


@dataclass
class Rollback:
    """A Rollback looks at the blocks that leave: all of them before the first step, and again those of each revision in its turn.

    `keeps_edits` refuses to delete rows that somebody edited. Where the caller agreed to it, rows that refer to rows that go are
    deleted with them.
    """

    database: Database
    ownership: Ownership
    guard: Guard
    cascader: Cascader
    keeps_edits: bool
    told: Callable[[str], None]
    filled: list[BlockState]  # of what stays, and has a column that a later table fills
    states: list[BlockState] = field(default_factory=list)  # of what leaves, in the order in which it does
    agreed: dict[str, Cascade] | None = None  # by revision
    _deleted: Cascade = field(default_factory=Cascade)  # so far

    @classmethod
    def on(
        cls,
        database: Database,
        revisions: ProjectRevisions,
        recorded: Ledger,
        leaving: Iterable[Block],
        *,
        keeps_edits: bool = False,
        told: Callable[[str], None] = lambda _: None,
    ) -> "Rollback":
        """Look at the live database's tables and keys, once, for a rollback of these blocks."""
        going, catalog = set(leaving), revisions.catalog
        keys = live_keys(database, catalog)
        staying = [block for block in recorded.blocks if block not in going]
        ownership = ownership_of(database, revisions, recorded)
        states = filled_states(ownership, staying, {table for table, _ in catalog.fills})  # what leaves is looked at anyway
        filled = {place: leaving_of(state for state in states if state.block.table_name == place[0]) for place in catalog.fills}
        return cls(
            database,
            ownership,
            Guard(database, keys, catalog.derived, filled),
            Cascader(database, staying, keys, filled),
            keeps_edits,
            told,
            states,
        )

    def look(self, blocks: Iterable[Block], *, whole: bool) -> list[BlockState]:
        """Return the states of the blocks that leave. Read-only. Raises NotAsSeeded where they may not.

        Without `whole`, and where an edit would not stop the run, only identities are looked at: which rows are ours.
        """
        whole = whole or self.keeps_edits
        self.states = [
            self.ownership.examine(block, identity_only=not whole and self.ownership.can_be_made_again(block)) for block in blocks
        ]
        self._refuse_edits(self.states, _NOTHING)
        return self.states

    @property
    def foreign(self) -> Foreign:
        """The rows of others under seeded ids, of what stays and of what leaves."""
        return foreign_of([*self.filled, *self.states])

    def check(self) -> None:
        """Let the guard look at what leaves. Read-only. Raises RollbackRefused."""
        self.guard.check(leaving_of(self.states))

    def find_cascade(self) -> Cascade:
        """Return what refers to rows that leave, and note it for each revision. Read-only."""
        every, total = leaving_of(self.states), Cascade()
        self.agreed = {}
        for revision in dict.fromkeys(state.block.revision for state in self.states):
            own = leaving_of(state for state in self.states if state.block.revision == revision)
            self.agreed[revision] = self.cascader.find(own, every, total)
            total.add(self.agreed[revision])
        total.forget_clearing()
        return total

    def prepare(self, revision: str, _tables: Sequence[SeedTable], blocks: Sequence[Block], done: str) -> list[BlockState]:
        """Lock the rows of a revision and look at them again; delete what goes along with them. Return what leaves.

        `done` says what was rolled back before. Raises RollbackRefused or NotAsSeeded, and leaves this revision as it is.
        """
        states = [self.ownership.examine(block, lock=True) for block in blocks]
        self._refuse_edits(states, done)
        leaving = leaving_of(states)
        later = leaving_of(state for state in self.states if state.block not in blocks)
        if self.agreed is not None:
            gone = self.cascader.delete(self.agreed.get(revision, Cascade()), leaving, [*leaving, *later], done)
            for (_, table), keys in gone.doomed.items():
                self.told(f"{table}: {len(keys):,} rows that were not seeded were deleted with revision {revision}")
            self._deleted.add(gone)
            states = [self._deleted.without_its_rows(state) for state in states]
        self.guard.check(leaving, later, done)
        self.guard.release(leaving, later)
        self.tell_derived(leaving, f"revision {revision}")
        return states

    def tell_derived(self, leaving: Sequence[Rows], what: str) -> None:
        """Delete the derived rows that refer to rows that leave, and say so."""
        for table, rows in self.guard.delete_derived(leaving).items():
            self.told(f"{table}: {rows:,} rows that the application had derived go with {what}")

    def require_found(self, _table: str, _lost: str) -> None:
        """Do nothing: an online run asks by itself."""

    def emptied(self, _revision: str, _table: SeedTable) -> None:
        """Do nothing: the server has counted what it deleted."""

    def _refuse_edits(self, states: Iterable[BlockState], done: str) -> None:
        edited = [state for state in states if state.edited]
        if edited and self.keeps_edits:
            listed = "\n  ".join(f"{state.block.table_name}: {state}" for state in edited)
            raise NotAsSeeded(
                f"Seeded rows were edited since:\n  {listed}\nExpected them as seeded, because this is production. {done} See "
                "them with `terp-seed status --edits`; --discard-edits (-x discard_edits=true) rolls them back all the same."
            )


def ownership_of(database: Database, revisions: ProjectRevisions, recorded: Ledger) -> Ownership:
    """Return what tells seeded rows from others, by the revisions of a project."""

    def plan(revision: str) -> Plan | None:
        own = {block.table_name: block.first_id for block in recorded.blocks if block.revision == revision}
        others = (block for block in recorded.blocks if block.revision != revision)
        earlier = Ledger(block for block in others if block.first_id < own.get(block.table_name, block.last_id + 1))
        units = max((block.recipe.size.units for block in recorded.blocks), default=1)
        try:
            return revisions.plan([revision], earlier, units)
        except Exception:  # a revision may fail in a later state; it is asked only in case that rows are not as seeded
            return None

    # now, because Alembic runs one revision at a time, and a rollback asks while it runs another
    plans = {revision: plan(revision) for revision in {block.revision for block in recorded.blocks}}

    def remade(block: Block) -> PlannedStep | None:
        found = plans[block.revision]
        return found.remade(block) if found else None

    return Ownership(database, revisions.catalog, recorded, remade)


def filled_states(ownership: Ownership, blocks: Iterable[Block], tables: Collection[str]) -> list[BlockState]:
    """Return whose rows stand in those of the blocks that are of these tables. Raises NotAsSeeded."""
    filled = (block for block in blocks if block.table_name in tables)
    return [ownership.examine(block, identity_only=ownership.can_be_made_again(block)) for block in filled]


def foreign_of(states: Iterable[BlockState]) -> Foreign:
    """Return the ids of the rows of others, by table; a table may have several blocks."""
    found: dict[str, tuple[int, ...]] = {}
    for state in states:
        found[state.block.table_name] = (*found.get(state.block.table_name, ()), *state.foreign)
    return found


def leaving_of(states: Iterable[BlockState]) -> list[IdRange]:
    """Return the rows that leave."""
    return [some for state in states if state.ours for some in state.leaving()]
