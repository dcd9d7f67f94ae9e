"""Views: what the rows of one block see: the ids of their own unit's rows in other tables, and these tables' own views.

It reads the ledger and the reserved blocks only, so a block's rows see the same whenever they are made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, Protocol

from terp_seed.errors import SeedError
from terp_seed.masking.masker import Masker
from terp_seed.model.recipe import Recipe
from terp_seed.model.table import Catalog, Row, SeedTable, Unit
from terp_seed.model.unit import Earlier
from terp_seed.model.unit_cache import UnitCache
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger


class View(NamedTuple):
    """A View is one block from inside: its table, its revision, what it appends to, and the first id of unit 1."""

    part: SeedTable
    revision: str
    append: str
    first: int


class Blocks(Protocol):
    """Blocks are a Generator, as far as it matters here."""

    catalog: Catalog
    recipe: Recipe
    ledger: Ledger
    reserved: dict[str, Block]
    cache: UnitCache
    masker: Masker

    def append(self, table: SeedTable, revision: str) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class _Known:
    """_Known is what all units of a view have in common."""

    bases: Mapping[str, tuple[int, int]]  # by table: the first id of unit 1, and how far the next unit's is
    counts: Mapping[str, int]  # by table: a unit's rows
    common: frozenset[str]
    own: frozenset[str]
    origin: int
    earlier: tuple[Earlier, ...]


@dataclass
class Views:
    """Views make the units of one block, and on demand those of the blocks that its rows refer to."""

    blocks: Blocks
    view: View
    _known: dict[View, _Known] = field(default_factory=dict)
    _fillers: dict[str, Callable[[Row], None]] = field(default_factory=dict)

    def unit(self, number: int) -> Unit:
        """Return a unit as the block's own rows see it."""
        return self._unit(number, self.view, {})

    def _unit(self, number: int, view: View, made: dict[View, Unit]) -> Unit:
        if view not in made:
            if view not in self._known:
                self._known[view] = self._look(view)
            known, make = self._known[view], self.blocks
            firsts = {name: base + (number - 1) * step for name, (base, step) in known.bases.items()}
            others: Callable[[str], Unit] = partial(self._relative, number, view, made)
            made[view] = Unit(
                *(number, make.recipe, firsts, view.append, known.own, make.cache, known.counts, known.common),
                origin=known.origin,
                earlier=known.earlier,
                relative=others,
                masked=self._masked,
            )
        return made[view]

    def _relative(self, number: int, view: View, made: dict[View, Unit], table: str) -> Unit:
        """Return the unit as the rows of another table see it, to which those of this view refer."""
        block = self._world(view.revision, table)
        if block is None or not self._is_of_units(block):
            rows = "no rows" if block is None else f"fixed rows of the revision {block.revision}"
            raise SeedError(
                f"{view.part.name} takes values of {table}, of which {rows} are there: expected generated rows, whose values "
                f"are known without reading them. Seed {table} by op.seed without rows=, or take no values of it. Nothing was "
                f"written to {view.part.name}."
            )
        other = self.blocks.catalog[table]
        append = self.blocks.append(other, block.revision)
        return self._unit(1 if other.shared else number, View(other, block.revision, append, block.first_id), made)

    def _masked(self, part: SeedTable, rows: list[Row]) -> None:
        """Fill the PII of another table's rows, as it is in that table."""
        if part.name not in self._fillers:
            self._fillers[part.name] = self.blocks.masker.filler(part, self.blocks.recipe.as_of)
        for row in rows:
            self._fillers[part.name](row)

    def _look(self, view: View) -> _Known:
        """Return what a view sees. Shared and fixed rows are the same for all units."""
        part, ledger = view.part, self.blocks.ledger
        rows = part.rows_a_unit(view.append)
        found = {part.name: (view.first, rows, rows), **self._bases(part, view.revision)}
        bases = {name: (base, step) for name, (base, step, _) in found.items()}
        counts = {name: count for name, (_, _, count) in found.items()}
        own = frozenset(block.table_name for block in ledger.blocks if block.revision == view.revision)
        common = frozenset(name for name, (_, step) in bases.items() if not step)
        before = [block for block in ledger.of_table(part.name) if block.first_id < view.first and self._is_of_units(block)]
        earlier = tuple(self._earlier(part, block, bases) for block in before)
        return _Known(bases, counts, common, own, min((view.first, *(block.first_id for block in before))), earlier)

    def _bases(self, part: SeedTable, revision: str) -> dict[str, tuple[int, int, int]]:
        """Return, for each other table that a revision's rows refer to: the first id of unit 1, how far the next unit's is, and
        how many rows a unit finds there.
        """
        bases, units = {}, self.blocks.recipe.size.units
        targets = {*part.parents().values(), *(reference.target for reference in part.references), *part.uses}
        for name in sorted(targets - {part.name}):
            block = self._world(revision, name)
            if block is not None:
                is_of_units = self._is_of_units(block) and not self.blocks.catalog[name].shared
                step = block.row_count // units if is_of_units else 0
                bases[name] = block.first_id, step, step or block.row_count
        return bases

    def _earlier(self, part: SeedTable, block: Block, bases: Mapping[str, tuple[int, int]]) -> Earlier:
        """Return what a view needs to know of an earlier block of its table."""
        append = self.blocks.append(part, block.revision)
        theirs = self._bases(part, block.revision)
        same = frozenset(name for name, base in theirs.items() if bases.get(name) == base[:2])
        return Earlier(append, part.rows_a_unit(append), same)

    def _world(self, revision: str, table: str) -> Block | None:
        """Return the block of a table that a revision's rows refer to: its own if that is generated, else the first one."""
        reserved = self.blocks.reserved.get(table)
        own = reserved if reserved is not None and reserved.revision == revision else self.blocks.ledger.get(revision, table)
        return own if own is not None and self._is_of_units(own) else self.blocks.ledger.first_of(table)

    def _is_of_units(self, block: Block) -> bool:
        """Tell whether a block has the rows of all units, and not fixed ones."""
        target, units = self.blocks.catalog[block.table_name], self.blocks.recipe.size.units
        return block.row_count in (target.count(units), target.count(units, block.revision))
