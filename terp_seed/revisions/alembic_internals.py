"""What we use of Alembic that it does not promise to keep, seen the same in 1.16.5 and 1.20.1; everything else of it is public.

`make test-versions` runs the tests that would notice a change.
"""

from alembic.runtime.migration import RevisionStep
from alembic.script import Script


def parents_of(script: Script) -> tuple[str, ...]:
    """Return the revisions that one stands on, also those that it only depends on, by their full ids."""
    return tuple(script._all_down_revisions)


class SortedStep(RevisionStep):
    """A SortedStep is a step of Alembic's whose version statements come in sorted order."""

    @classmethod
    def of(cls, step: RevisionStep) -> "SortedStep":
        """Return the same step, sorted."""
        return cls(step.revision_map, step.revision, step.is_upgrade)

    def merge_branch_idents(self, heads: set[str]) -> tuple[list[str], str, str]:
        """Return the heads to delete, the head to update from and the one to update to."""
        deleted, updated, merged = super().merge_branch_idents(heads)
        *rest, last = sorted([*deleted, updated])
        return rest, last, merged

    def _unmerge_to_revisions(self, heads: set[str]) -> tuple[str, ...]:
        return tuple(sorted(super()._unmerge_to_revisions(heads)))
