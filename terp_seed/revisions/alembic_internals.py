"""The only uses of Alembic's private names, which are the same in 1.16.5 and 1.20.1.

`make test-versions` runs the tests that would detect a change.
"""

from collections.abc import Mapping
from typing import Any

from alembic.runtime.migration import RevisionStep
from alembic.script import Script


def parents_of(script: Script) -> tuple[str, ...]:
    """Return the full ids of a revision's parents: its down_revision and its depends_on."""
    return tuple(script._all_down_revisions)


class SortedStep(RevisionStep):
    """A SortedStep is an Alembic step that issues its version statements in sorted order."""

    @classmethod
    def of(cls, step: RevisionStep) -> "SortedStep":
        """Return a sorted copy of a step."""
        return cls(step.revision_map, step.revision, step.is_upgrade)

    def merge_branch_idents(self, heads: set[str]) -> tuple[list[str], str, str]:
        """Return the heads to delete, the head to update from and the one to update to."""
        deleted, updated, merged = super().merge_branch_idents(heads)
        *rest, last = sorted([*deleted, updated])
        return rest, last, merged

    def _unmerge_to_revisions(self, heads: set[str]) -> tuple[str, ...]:
        return tuple(sorted(super()._unmerge_to_revisions(heads)))


def is_of_revision(options: Mapping[str, Any]) -> bool:
    """Tell whether these are the options of `alembic revision`. Those of `alembic check` are the same but for their function."""
    return str(options["fn"].__qualname__).startswith("revision.")


def write_no_file(options: Mapping[str, Any]) -> None:
    """Let `alembic revision` end without a file of its own, because its files are written."""
    options["revision_context"].generated_revisions.clear()
