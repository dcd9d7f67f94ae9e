"""The consistency check: whether the version table, which names the applied revisions, agrees with the ledger of their rows.

A disagreement is reported with a way out that works. This module does not access the database.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from alembic.runtime.migration import RevisionStep
from alembic.script import Script

from terp_seed.errors import LedgerMismatch, RevisionMissing
from terp_seed.model.fixed_rows import FixedRows
from terp_seed.model.names import Names
from terp_seed.model.table import SeedTable
from terp_seed.revisions.alembic_internals import parents_of
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.plan import Plan
from terp_seed.revisions.project_revisions import ProjectRevisions


def require(revisions: ProjectRevisions, heads: Iterable[str], ledger: Ledger) -> None:
    """Raise LedgerMismatch if the version table and the ledger disagree, or RevisionMissing."""
    found = disagreement(revisions, heads, ledger)
    if found:
        raise LedgerMismatch(found)


def disagreement(revisions: ProjectRevisions, heads: Iterable[str], ledger: Ledger) -> str | None:
    """Return what the version table and the ledger disagree about, and the way out; None if they agree.

    Raises RevisionMissing if the version table names a revision that has no file: what is applied is then unknown.
    """
    return _Records.of(revisions, heads, ledger).disagreement()


class _Seeds(Plan):
    """_Seeds are the tables that each revision seeds, with all companions, even shared ones that another revision inserted."""

    def seed(self, table: SeedTable, rows: FixedRows | None) -> None:
        """Note the table and its companions, regardless of what is already seeded."""
        for part in (table,) if rows is not None else table.parts:
            self._note(part, 0, inserts=True)


@dataclass(frozen=True)
class _Records:
    """_Records are what the two tables contain about the revisions: each is applied, recorded, both or neither."""

    known: Mapping[str, Script]  # the revisions that have a file
    heads: frozenset[str]
    applied: frozenset[str]
    blocks: tuple[Block, ...]
    seeds: Mapping[str, tuple[SeedTable, ...]]  # by revision: the applied and recorded ones, and their ancestors
    generator_version: int
    names: Names

    @classmethod
    def of(cls, revisions: ProjectRevisions, heads: Iterable[str], ledger: Ledger) -> "_Records":
        """Build from the two tables, and from what the revisions named there seed."""
        script, catalog = revisions.scripts, revisions.catalog
        known = {revision.revision: revision for revision in script.walk_revisions()}
        applied = _with_parents(known, heads)
        named = applied | _with_parents(known, (block.revision for block in ledger.blocks))
        steps = [RevisionStep(script.revision_map, known[name], True) for name in sorted(named)]
        found = _Seeds.of(steps, revisions.recorder, catalog, Ledger(), 1).steps
        # parents first: a missing shared companion is reported for the first revision that needs it
        order = [revision.revision for revision in reversed(list(script.walk_revisions())) if revision.revision in named]
        seeds = {name: tuple(step.table for step in found if step.revision == name) for name in order}
        return cls(known, frozenset(heads), applied, tuple(ledger.blocks), seeds, catalog.generator_version, catalog.names)

    def disagreement(self) -> str | None:
        """Return what was found, what was expected and the way out; None if nothing was lost. Raises RevisionMissing."""
        unknown = sorted(self.heads - self.known.keys())
        if unknown:
            raise RevisionMissing(
                f"{self.names.version_table} names {', '.join(unknown)}: expected a file of that revision in seeds/versions. "
                f"Run this in the folder that has it. {self._way_out()}"
            )
        found = list(self._found())
        if not found:
            return None
        return (
            f"{' '.join(found)} Expected {self.names.version_table} and {self.names.ledger} to agree: was one of them "
            f"dropped or edited, or a revision stamped that was never seeded? {self._way_out()}"
        )

    def _found(self) -> Iterator[str]:
        lacking = self._lacking(self.seeds, self.blocks)
        if lacking:
            parts = (self._of_revision(name, tables) for name, tables in sorted(lacking.items()))
            yield f"{self.names.ledger} has no record of the rows of {', '.join(parts)}."
        recorded = {block.revision for block in self.blocks}
        unapplied = sorted(recorded & self.known.keys() - self.applied)
        if unapplied:
            table = self.names.version_table
            yield f"{self.names.ledger} has records of {', '.join(unapplied)}, but {table} does not name them as applied."
        covered = sorted(self.heads & {name for head in self.heads for name in _with_parents(self.known, [head]) - {head}})
        if covered:
            yield f"{self.names.version_table} names {', '.join(covered)} beside revisions that depend on it."
        unknown = sorted(recorded - self.known.keys())
        if unknown:
            yield f"{self.names.ledger} names {', '.join(unknown)}, but there is no such revision in seeds/versions."
        for block in self._strays():
            yield f"{self.names.ledger} has a record of {block.table_name} by {block.revision}, which does not seed that table."

    def _way_out(self) -> str:
        kept = self._kept()
        deleted = self._deleted(kept)
        target = " ".join(self._heads(kept))
        stamp = f"`alembic -n seed stamp --purge {target}` (after `terp-seed init` if there is no alembic.ini)"
        forgotten = sorted((self.seeds.keys() - kept) | {block.revision for block in self.blocks} - self.known.keys())
        if not forgotten and not deleted and self.heads <= self.known.keys():
            return f"Record the seeded revisions again with {stamp}, then run the same command again."
        steps = [f"`DELETE FROM {self.names.ledger} WHERE {deleted}` in SQL"] if deleted else []
        steps += [stamp] if set(target.split()) != self.heads else []
        what = f"revisions {', '.join(forgotten)}" if forgotten else "that record" if deleted else "the revisions without a file"
        return (
            "Restore what is lost (the tables from a backup, the revisions' files from version control) and run the same command "
            f"again. Or forget {what} with {', then '.join(steps)}: their rows stay as ordinary data, which no rollback deletes."
        )

    def _lacking(self, names: Iterable[str], blocks: Iterable[Block]) -> dict[str, list[str]]:
        """Return by revision the tables that these revisions seed but that have no block.

        A revision with a block of another generator version lacks nothing: that version may have had other companions.
        """
        own: dict[str, set[str]] = {name: set() for name in names}
        tables, older = set(), set()
        for block in blocks:
            own.setdefault(block.revision, set()).add(block.table_name)
            tables.add(block.table_name)
            if block.recipe.generator_version != self.generator_version:
                older.add(block.revision)
        found: dict[str, list[str]] = {}
        missed: set[str] = set()
        wanted = self.seeds.keys() & set(names) - older
        for name in (name for name in self.seeds if name in wanted):
            for part in self.seeds[name]:
                is_once = part.shared or part.appended == 0
                if not part.adopts and part.name not in (tables | missed if is_once else own[name]):
                    found.setdefault(name, []).append(part.name)
                    missed |= {part.name} if is_once else set()
        return found

    def _strays(self) -> list[Block]:
        """Return the blocks of tables that their revision does not seed: its downgrade would leave their rows behind."""
        return [
            block
            for block in self.blocks
            if block.revision in self.known
            and block.recipe.generator_version == self.generator_version
            and block.table_name not in {part.name for part in self.seeds[block.revision]}
        ]

    def _kept(self) -> set[str]:
        """Return the revisions whose records are complete, and those of all their ancestors."""
        kept = set(self.seeds)
        while lost := self._lacking(kept, (block for block in self.blocks if block.revision in kept)).keys():
            kept = {name for name in kept if not lost & _with_parents(self.known, [name])}
        return kept

    def _heads(self, kept: set[str]) -> list[str]:
        """Return what the version table names for the kept revisions: `base` if they only create the ledger."""
        parents = {parent for name in kept for parent in parents_of(self.known[name])}
        heads = sorted(kept - parents)
        return heads if any(self.seeds[name] for name in kept) or parents else ["base"]

    def _deleted(self, kept: set[str]) -> str:
        """Return the SQL condition of the records that belong to no kept revision."""
        names = sorted({block.revision for block in self.blocks} - kept)
        conditions = [f"revision IN ({', '.join(map(repr, names))})"] if names else []
        conditions += [
            f"(revision = {block.revision!r} AND table_name = {block.table_name!r})"
            for block in self._strays()
            if block.revision in kept
        ]
        return " OR ".join(conditions)

    def _of_revision(self, name: str, tables: list[str]) -> str:
        has_records = any(block.revision == name for block in self.blocks)
        return f"{name} ({', '.join(tables)})" if has_records else name


def _with_parents(known: Mapping[str, Script], names: Iterable[str]) -> frozenset[str]:
    """Return the known ones among these revisions, and all their ancestors."""
    found: set[str] = set()
    rest = [name for name in names if name in known]
    while rest:
        name = rest.pop()
        if name not in found:
            found.add(name)
            rest += parents_of(known[name])
    return frozenset(found)
