"""The revision graph of new tables: each after its parents, and all under one head, so that `upgrade head` is everything."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from alembic.script import ScriptDirectory

from terp_seed.errors import SeedError
from terp_seed.inference.asked import TablePlan
from terp_seed.revisions.alembic_internals import parents_of


class Existing:
    """An Existing is the revisions that a project has: their heads, and all that each depends on."""

    def __init__(self, scripts: ScriptDirectory) -> None:
        """Read the revisions. Raises SeedError if none creates the ledger."""
        self.ancestors: dict[str, set[str]] = {}
        found = list(scripts.walk_revisions())
        for script in reversed(found):  # bases first
            self.ancestors[script.revision] = _with_ancestors(parents_of(script), self.ancestors)
        self.heads, self.bases = tuple(scripts.get_heads()), tuple(scripts.get_bases())
        if not self.bases:
            raise SeedError(
                f"{scripts.versions} has no revision that creates the ledger: expected what `terp-seed init --empty` writes. "
                "Nothing was written."
            )


def down_revisions(
    plans: Sequence[TablePlan], slugs: Mapping[str, str], existing: Existing, revisions: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return the parents of each new table's revision, by table; `revisions` are those of the tables that are seeded already."""
    ancestors = dict(existing.ancestors)
    found: dict[str, tuple[str, ...]] = {}
    used: set[str] = set()
    for place, plan in enumerate(plans):
        parents = {slugs.get(name) or revisions[name] for name in plan.parents if name in slugs or name in revisions}
        if any(name not in slugs and name not in revisions for name in plan.parents):
            parents |= {*existing.heads}  # one of them seeds that table, under a name of its own
        if place == len(plans) - 1:  # the last one follows every other, so there is one head
            leaves = {*(slugs[other.name] for other in plans[:-1]), *existing.heads} - used - set(existing.bases)
            parents |= leaves
        reduced = _reduced(parents or set(existing.bases[:1]), ancestors)
        slug = slugs[plan.name]
        ancestors[slug] = _with_ancestors(reduced, ancestors)
        used |= ancestors[slug]
        found[plan.name] = reduced
    return found


def _with_ancestors(parents: Iterable[str], ancestors: Mapping[str, Collection[str]]) -> set[str]:
    return {one for parent in parents for one in (parent, *ancestors.get(parent, ()))}


def _reduced(parents: Collection[str], ancestors: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Return the parents of which none is an ancestor of another."""
    covered = {ancestor for parent in parents for ancestor in ancestors.get(parent, ())}
    return tuple(sorted(set(parents) - covered))
