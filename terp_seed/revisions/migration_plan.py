"""The migration plan: the applied revisions, the steps that Alembic plans from there, and the name of a new revision.

Read-only: it queries Alembic and writes nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationContext, RevisionStep, StampStep
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError, to_tuple

from terp_seed.errors import BadSetting
from terp_seed.revisions.alembic_internals import SortedStep, parents_of
from terp_seed.revisions.recording import Recorder

_LONGEST_NAME = 32  # the width of Alembic's version column


@dataclass(frozen=True)
class MigrationPlan:
    """A MigrationPlan is the currently applied revisions, and the steps of one command from there."""

    heads: tuple[str, ...]
    applied: frozenset[str]
    steps: tuple[RevisionStep | StampStep, ...]

    @classmethod
    def of(cls, migration: MigrationContext, gone: frozenset[str] = frozenset()) -> "MigrationPlan":
        """Get the steps of the current command from Alembic, as if the `gone` revisions were rolled back."""
        # `stamp --purge` empties the version table first
        heads = () if migration.opts.get("purge") else migration.get_current_heads()
        scripts = _scripts(migration, heads)
        applied = frozenset(script.revision for script in scripts) - gone
        if gone:
            below = {parent for script in scripts if script.revision in applied for parent in to_tuple(script.down_revision, ())}
            heads = tuple(sorted(applied - below))
        wanted = re.fullmatch(r"[+-]([0-9]+)", str(migration.opts.get("destination_rev")))
        if wanted and len(heads) > 1:
            raise _ambiguous(migration, heads, applied)  # Alembic would warn, and take one of them
        try:
            steps = list(migration.opts["fn"](heads, migration))
        except CommandError as error:
            if "Ambiguous walk" not in str(error):
                raise
            raise _ambiguous(migration, heads, applied) from error
        if wanted and len(steps) != int(wanted[1]):
            raise _ambiguous(migration, heads, applied)  # one step to a merge, which brings its other parents
        return cls(
            heads,
            applied,
            tuple(SortedStep.of(step) if isinstance(step, RevisionStep) else step for step in steps),
        )

    def rest(self, migration: MigrationContext) -> "MigrationPlan":
        """Return the steps that are not done yet, by the version table. Alembic itself would resolve `downgrade -1` anew."""
        heads = migration.get_current_heads()
        applied = frozenset(script.revision for script in _scripts(migration, heads))
        left = (step for step in self.revisions if step.is_upgrade != (step.revision.revision in applied))
        return MigrationPlan(heads, applied, tuple(left))

    @property
    def target(self) -> tuple[str, ...]:
        """Return the heads after an upgrade."""
        steps = [step.revision for step in self.revisions]
        parents = {parent for revision in steps for parent in parents_of(revision)}
        return tuple(sorted(({*self.heads} | {revision.revision for revision in steps}) - parents))

    @property
    def revisions(self) -> list[RevisionStep]:
        """Return the steps that run a revision's code, which those of `alembic stamp` do not."""
        return [step for step in self.steps if isinstance(step, RevisionStep)]

    @property
    def is_downgrade(self) -> bool:
        """Tell whether the steps are downgrades; False without steps."""
        return any(not step.is_upgrade for step in self.revisions)

    def replay(self, recorder: Recorder) -> None:
        """Make the steps replay their recorded operations, so that no revision runs twice."""
        for step in self.revisions:
            recorder.replayed(step)

    def named(self, handler: Any, told: Callable[[], None]) -> Iterator[RevisionStep | StampStep]:
        """Yield the steps to Alembic, and set the handler's current revision. Call `told` after each commit."""
        for step in self.steps:
            if isinstance(step, RevisionStep):
                handler.revision = step.revision.revision
            yield step
            handler.committed()  # Alembic requests the next step after committing this one
            told()


def upgrades(scripts: ScriptDirectory, revisions: Iterable[str]) -> list[RevisionStep]:
    """Return the steps that would apply these revisions, parents first."""
    wanted = set(revisions)
    found = [script for script in scripts.walk_revisions() if script.revision in wanted]
    return [RevisionStep(scripts.revision_map, script, is_upgrade=True) for script in reversed(found)]


def _scripts(migration: MigrationContext, heads: tuple[str, ...]) -> list[Script]:
    """Return the revisions of these heads and all their ancestors."""
    assert migration.script is not None
    migration.script.get_revisions(heads)  # an unknown name raises CommandError here, but would be a traceback below
    return list(migration.script.iterate_revisions(heads, "base")) if heads else []


def _ambiguous(migration: MigrationContext, heads: tuple[str, ...], applied: frozenset[str]) -> BadSetting:
    """Return the error of a relative target, such as -1 or +1, that more than one revision could be meant by."""
    assert migration.script is not None
    if "+" in str(migration.opts["destination_rev"]):
        every = list(migration.script.walk_revisions())
        ready = (one for one in every if one.revision not in applied and {*parents_of(one)} <= applied)
        ways = [f"`alembic -n seed upgrade {one.revision}`" for one in ready]
    else:
        of_heads = (script for script in map(migration.script.get_revision, heads) if script)
        ways = [f"`alembic -n seed downgrade {one.revision}@{parent}`" for one in of_heads for parent in parents_of(one)[:1]]
    return BadSetting(
        f"{migration.opts['destination_rev']} may mean several revisions, because the graph branches here: expected one by name. "
        f"Type {' or '.join(ways) or 'its name'}."
    )


def name_revision(migration: MigrationContext, _revision: object, directives: list[MigrationScript]) -> None:
    """Name a new revision after its message: "more clients" makes more_clients.

    Raises BadSetting if the message gives no name, or the name is taken.
    """
    (directive,) = directives
    assert migration.script is not None
    if migration.opts["revision_context"].command_args["rev_id"] is not None:
        return
    name = re.sub(r"[^a-z0-9]+", "_", (directive.message or "").lower()).strip("_")
    if not name or len(name) > _LONGEST_NAME:
        found = (
            f"The message {directive.message!r} cannot name the revision" if directive.message else "The revision has no message"
        )
        raise BadSetting(
            f"{found}: expected one with 1 to {_LONGEST_NAME} letters and digits, which becomes its name. Pass one, as in: "
            'alembic -n seed revision -m "more clients"'
        )
    if name in {script.revision for script in migration.script.walk_revisions()}:
        raise BadSetting(f"Revision {name} already exists: expected a message that gives another name.")
    directive.rev_id = name
