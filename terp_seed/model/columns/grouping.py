"""Grouping: how each unique constraint of a table is kept: by a value that no other row has, or by a choice of all members."""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from math import prod
from typing import Any

from terp_seed.errors import SeedError
from terp_seed.model.columns import specs
from terp_seed.model.columns.compiling import FunctionMaker, foreign_key
from terp_seed.model.columns.maker import Finite, Maker
from terp_seed.model.columns.owner import Table
from terp_seed.model.columns.refs import ReferenceMaker, SameMaker, SelfReferenceMaker
from terp_seed.model.columns.texts import BinaryMaker, SequenceMaker, TextMaker, UuidMaker
from terp_seed.model.columns.uniques import Group, UniqueSet, refusal, unique_sets


class Groups:
    """Groups are the groups of a table, and the PII columns that the masker must keep unique."""

    def __init__(self, own: Table, groups: Sequence[Group], unique_pii: frozenset[str]) -> None:
        self.unique_pii, self._own, self._groups = unique_pii, own, groups
        self._by_column = {name: group for group in groups for name in group.makers}

    def of(self, column: str) -> Group | None:
        """Return the group of a column, or None."""
        return self._by_column.get(column)

    def check_sizes(self, tables: Mapping[str, Any]) -> None:
        """Raise SeedError if a unit has more rows than there are combinations of the values of a unique set."""
        for group in self._groups:
            for one in group.sets:
                sizes = [_known(group.makers[name], tables) for name in one.members]
                if one.given or None in sizes:
                    continue
                product = prod(size or 1 for size in sizes)
                if self._own.per_unit > product:
                    raise SeedError(
                        f"{self._own.name} ({', '.join(one.columns)}) must be unique: its columns allow {product:,} "
                        f"combinations of values, but a unit has {self._own.per_unit} rows. Expected no more rows than "
                        "combinations: lower per_unit, or widen a range, a choice or the table that is referred to."
                    )


def _known(maker: Finite, tables: Mapping[str, Any]) -> int | None:
    if not isinstance(maker, ReferenceMaker):
        return maker.known_size()
    return int(tables[maker.target].per_unit) if maker.target in tables else None


def groups_of(own: Table, makers: Mapping[str, Maker], said: Mapping[str, specs.Spec]) -> Groups:
    """Return the groups of a table. Raises SeedError for unique columns whose values cannot be kept unique."""
    found, unique_pii = [], set()
    for names in unique_sets(own.table):
        if any(name not in said or isinstance(said[name], specs.Server) for name in names):
            continue  # it is NULL, which never conflicts, or the server's
        if _is_unique_by_itself(names, makers):
            continue
        masked = next((name for name in names if isinstance(said[name], specs.Pii)), None)
        if masked is not None:
            unique_pii.add(masked)
        elif not _numbered(names, makers):
            found.append(_unique_set(own, names, makers))
    groups = [Group(own.name, _narrowed(sets), makers, own.shared) for sets in _connected(found)]
    for group in groups:
        for name in (name for one in group.sets for name in one.given if _needs(makers, name, [*group.makers])):
            raise _unfit(own, group.name, name)
        over_all = [one for one in group.sets if not one.targets]
        if over_all and len(group.sets) > 1 and not own.shared:
            raise refusal(group.name, over_all[0].columns)
    _require_order(own, groups, makers)
    return Groups(own, groups, frozenset(unique_pii))


def _require_order(own: Table, groups: Sequence[Group], makers: Mapping[str, Maker]) -> None:
    """Raise SeedError if the members of two groups would each be chosen after the other's."""
    needed = {
        one: [two for two in groups if any(_needs(makers, name, [*two.makers]) for part in one.sets for name in part.given)]
        for one in groups
    }
    try:
        TopologicalSorter(needed).prepare()
    except CycleError as error:
        group = error.args[1][0]
        raise _unfit(own, group.name, ", ".join(name for part in group.sets for name in part.given)) from None


def _narrowed(sets: list[UniqueSet]) -> list[UniqueSet]:
    """Return the sets of a group; if none refers to rows of a unit, their common members, which are then unique by themselves."""
    common = [name for name in sets[0].members if all(name in one.members for one in sets)]
    if len(sets) == 1 or not common or any(one.targets for one in sets):
        return sets
    return [UniqueSet(tuple(common), tuple(common), (), ())]


def _is_unique_by_itself(names: Sequence[str], makers: Mapping[str, Maker]) -> bool:
    """Tell whether one of the columns has a value that no other row has, or is made by the project's own function."""
    alone = len(names) == 1
    for maker in (makers[name] for name in names if name in makers):
        if isinstance(maker, SequenceMaker | UuidMaker | FunctionMaker) or (isinstance(maker, BinaryMaker) and maker.is_unique):
            return True
        if isinstance(maker, TextMaker) and maker.numbered:
            return True
        if isinstance(maker, SelfReferenceMaker) and (alone or not maker.place.column.nullable):
            return True
    return False


def _numbered(names: Sequence[str], makers: Mapping[str, Maker]) -> bool:
    """Let a text or some bytes among the columns be unique, and tell whether there is one."""
    for maker in (makers[name] for name in names):
        if isinstance(maker, TextMaker | BinaryMaker):
            maker.numbered = True
            return True
    return False


def _unique_set(own: Table, names: Sequence[str], makers: Mapping[str, Maker]) -> UniqueSet:
    members = tuple(name for name in names if isinstance(makers[name], Finite))
    others = [name for name in names if name not in members]
    implied = [name for name in others if _names_a_member(makers[name], members)]
    loose = [name for name in others if name not in implied and not _needs(makers, name, members)]
    targets = tuple(target for name in names if (target := _target(own, name, makers[name])))
    if not members:
        raise _unfit(own, f"{own.name} ({', '.join(names)})", ", ".join(others))
    by_value = {name: found for name in members if (found := _values_there(makers[name], implied, makers)) is not None}
    given = tuple(loose) if targets else ()  # without some, the others are unique
    return UniqueSet(tuple(names), members, given, targets, by_value)


def _values_there(maker: Maker, implied: Sequence[str], makers: Mapping[str, Maker]) -> tuple[str, tuple[str, ...]] | None:
    """Return the table and the columns from which a reference and its copies take their values, unless those are unique there."""
    key = foreign_key(maker.place.column, maker.target) if isinstance(maker, ReferenceMaker) else None
    if key is None or not isinstance(maker, ReferenceMaker) or maker.column is None:
        return None
    paths = [one.path.partition(".") for name in implied if isinstance(one := makers[name], SameMaker)]
    columns = (maker.column, *(column for first, _, column in paths if first == maker.name))
    is_unique = any({*unique} <= {*columns} for unique in unique_sets(key.column.table))
    return None if is_unique else (maker.target, columns)


def _target(own: Table, name: str, maker: Maker) -> str | None:
    """Return the table whose rows a column refers to, or None."""
    if isinstance(maker, ReferenceMaker | SelfReferenceMaker):
        return maker.target
    key = foreign_key(own.table.columns[name])
    return None if key is None else key.column.table.name


def _unfit(own: Table, group: str, column: str) -> SeedError:
    return SeedError(
        f"{group} must be unique, which {column} cannot be kept: expected a sequence(), uuid(), words() or pii() in it, or "
        f"choices, ranges and references only. Change the columns of {own.name}, or write a function of the unit for one of them."
    )


def _names_a_member(maker: Maker, members: Sequence[str]) -> bool:
    """Tell whether a value depends on a member alone, so that different rows there may have the same one."""
    return isinstance(maker, SameMaker) and maker.path.partition(".")[0] in members


def _needs(makers: Mapping[str, Maker], name: str, members: Sequence[str]) -> bool:
    """Tell whether a column is made from a member, whose values are chosen after it."""
    paths = [path.partition(".")[0] for path in makers[name].needs]
    return any(path in members or (path in makers and _needs(makers, path, members)) for path in paths)


def _connected(sets: Sequence[UniqueSet]) -> list[list[UniqueSet]]:
    """Return the sets by groups that share members."""
    groups: list[list[UniqueSet]] = []
    for one in sets:
        near = [group for group in groups if any({*one.members} & {*other.members} for other in group)]
        groups = [group for group in groups if group not in near] + [[one, *(other for group in near for other in group)]]
    return groups
