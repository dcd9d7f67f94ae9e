"""The rollback: what an online run may delete, and what it does in each revision's transaction before it deletes.

Only rows that are proved to be seeded are deleted, with rows that the application derived from them. Others stay, and are listed.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from terp_seed.backends.database import Database
from terp_seed.checks.block_state import BlockState, IdRange
from terp_seed.checks.guard import Guard
from terp_seed.checks.keys import live_keys
from terp_seed.checks.ownership import Ownership
from terp_seed.errors import NotAsSeeded
from terp_seed.execution.cascade import Cascade, Cascader
from terp_seed.model.table import SeedTable
from terp_seed.model.words import counted
from terp_seed.revisions.block import Block, Rows
from terp_seed.revisions.filling import Foreign
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.plan import Plan, PlannedStep
from terp_seed.revisions.project_revisions import ProjectRevisions

_NOTHING = "Nothing has changed."


@dataclass
class Rollback:
    """A Rollback examines the blocks that leave: all of them before the first step, and those of each revision again in its turn.

    With `keeps_edits`, it refuses to delete edited rows. If the caller agreed, rows that refer to deleted ones are deleted too.
    """

    database: Database
    ownership: Ownership
    guard: Guard
    cascader: Cascader
    keeps_edits: bool
    told: Callable[[str], None]
    filled: list[BlockState]  # of blocks that stay, and have a column that a later table fills
    states: list[BlockState] = field(default_factory=list)  # of the blocks that leave, in order
    agreed: dict[str, Cascade] | None = None  # by revision
    _agreed_in_all: Cascade = field(default_factory=Cascade)
    _begun: set[str] = field(default_factory=set)  # the revisions whose rows were prepared

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
        """Build from the live database's tables and keys, for a rollback of these blocks."""
        going, catalog = set(leaving), revisions.catalog
        keys = live_keys(database, catalog)
        staying = [block for block in recorded.blocks if block not in going]
        ownership = ownership_of(database, revisions, recorded)
        states = filled_states(ownership, staying, {table for table, _ in catalog.fills})  # blocks that leave are examined anyway
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
        """Return the states of the blocks that leave. Read-only. Raises NotAsSeeded if they may not be deleted.

        Without `whole`, only identities are compared if an edit would not stop the run: which rows are ours is enough then.
        """
        whole = whole or self.keeps_edits
        self.states = [
            self.ownership.examine(block, identity_only=not whole and self.ownership.can_be_made_again(block)) for block in blocks
        ]
        self._refuse_edits(self.states, _NOTHING)
        return self.states

    @property
    def foreign(self) -> Foreign:
        """Return the foreign rows of the blocks that leave, and of those in `filled`."""
        return foreign_of([*self.filled, *self.states])

    def check(self) -> None:
        """Run the guard on the rows that leave. Read-only. Raises RollbackRefused if other rows refer to them."""
        self.guard.check(leaving_of(self.states))

    def find_cascade(self) -> Cascade:
        """Return the rows that refer to rows that leave, and store them per revision. Read-only."""
        every, total = leaving_of(self.states), Cascade()
        self.agreed = {}
        for revision in dict.fromkeys(state.block.revision for state in self.states):
            own = leaving_of(state for state in self.states if state.block.revision == revision)
            self.agreed[revision] = self.cascader.find(own, every, total)
            total.add(self.agreed[revision])
        total.forget_clearing()
        self.states = [total.marked(state) for state in self.states]
        self._agreed_in_all = total
        return total

    def prepare(self, revision: str, _tables: Sequence[SeedTable], blocks: Sequence[Block], done: str) -> list[BlockState]:
        """Lock and examine the rows of a revision, and delete the cascade and derived rows. Return the states of the blocks.

        `done` is a sentence on what has been rolled back so far. Raises RollbackRefused or NotAsSeeded; the revision then stays.
        """
        states = [self.ownership.examine(block, lock=True) for block in blocks]
        self._refuse_edits(states, done)
        leaving = leaving_of(states)
        self._begun.add(revision)
        # not of revisions that are done: a row that one of them has kept is no seeded row any more
        later = leaving_of(self._examined_again(leaving))
        if self.agreed is not None:
            gone = self.cascader.delete(self.agreed.get(revision, Cascade()), leaving, [*leaving, *later], done)
            for (_, table), keys in gone.doomed.items():
                self.told(f"{table}: {counted(len(keys))} not seeded, but deleted with revision {revision}")
            states = [self._agreed_in_all.marked(state) for state in states]
        self.guard.check(leaving, later, done)
        self.guard.release(leaving, later)
        self.tell_derived(leaving, f"revision {revision}")
        return states

    def _examined_again(self, leaving: Sequence[Rows]) -> Iterator[BlockState]:
        """Yield the states of the blocks that leave later. Those with a key to rows that leave now are examined again: a row that
        was not seeded may be there by now, and would be deleted or emptied with the row that it refers to.
        """
        targets = {some.table_name for some in leaving}
        referring = {key.table for key in self.guard.keys if key.schema is None and key.target in targets}
        for state in self.states:
            if state.block.revision not in self._begun:
                is_safe = state.block.table_name not in referring
                yield state if is_safe else self.ownership.examine(state.block, lock=True, identity_only=True)

    def tell_derived(self, leaving: Sequence[Rows], what: str) -> None:
        """Delete the derived rows that refer to rows that leave, and report their number."""
        for table, rows in self.guard.delete_derived(leaving).items():
            self.told(f"{table}: {counted(rows)} derived by the application, deleted with {what}")

    def require_found(self, _table: str, _lost: str) -> None:
        """Do nothing: an online run checks the condition itself."""

    def emptied(self, _revision: str, _table: SeedTable) -> None:
        """Do nothing: the server has counted the deleted rows."""

    def _refuse_edits(self, states: Iterable[BlockState], done: str) -> None:
        edited = [state for state in states if state.edited]
        if edited and self.keeps_edits:
            listed = "\n  ".join(f"{state.block.table_name}: {state}" for state in edited)
            raise NotAsSeeded(
                f"Seeded rows were edited:\n  {listed}\nExpected them as seeded, because this is production. {done} List them "
                "with `terp-seed status --edits`; --discard-edits (-x discard_edits=true) rolls them back anyway."
            )


def ownership_of(database: Database, revisions: ProjectRevisions, recorded: Ledger) -> Ownership:
    """Return the Ownership of a database, which regenerates rows with the project's revisions."""

    def plan(revision: str) -> Plan | None:
        own = {block.table_name: block.first_id for block in recorded.blocks if block.revision == revision}
        others = (block for block in recorded.blocks if block.revision != revision)
        earlier = Ledger(block for block in others if block.first_id < own.get(block.table_name, block.last_id + 1))
        units = max((block.recipe.size.units for block in recorded.blocks), default=1)
        try:
            return revisions.plan([revision], earlier, units)
        except Exception:  # an old revision may fail now, and is only needed if rows have changed
            return None

    # not lazily, because Alembic cannot run a revision while it is running another
    plans = {revision: plan(revision) for revision in {block.revision for block in recorded.blocks}}

    def remade(block: Block) -> PlannedStep | None:
        found = plans[block.revision]
        return found.remade(block) if found else None

    return Ownership(database, revisions.catalog, recorded, remade)


def filled_states(ownership: Ownership, blocks: Iterable[Block], tables: Collection[str]) -> list[BlockState]:
    """Return the states of those blocks that are of these tables. Raises NotAsSeeded if a state cannot be determined."""
    filled = (block for block in blocks if block.table_name in tables)
    return [ownership.examine(block, identity_only=ownership.can_be_made_again(block)) for block in filled]


def foreign_of(states: Iterable[BlockState]) -> Foreign:
    """Return the ids of foreign rows by table; a table may have several blocks."""
    found: dict[str, tuple[int, ...]] = {}
    for state in states:
        found[state.block.table_name] = (*found.get(state.block.table_name, ()), *state.foreign)
    return found


def leaving_of(states: Iterable[BlockState]) -> list[IdRange]:
    """Return the id ranges that a rollback of these blocks deletes."""
    return [some for state in states if state.ours for some in state.leaving()]
