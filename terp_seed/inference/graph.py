"""The graph: which tables are seeded, in which order, and which are refused, with the reason. Nothing is dropped in silence.

A foreign key that cannot be followed is left NULL where that is possible; else its table is refused, and what depends on it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from terp_seed.errors import BadSetting
from terp_seed.inference.facts import KeyFacts, Schema, TableFacts
from terp_seed.inference.key_rules import soft_targets
from terp_seed.inference.names import noun_of
from terp_seed.model.words import listed, nearest


@dataclass(frozen=True)
class Graph:
    """A Graph is the new tables, parents first, those refused, and columns that stay NULL or refer without a key."""

    order: tuple[str, ...]
    refused: Mapping[str, str]
    nulled: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    soft: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    parents: Mapping[str, frozenset[str]] = field(default_factory=dict)
    referred: frozenset[tuple[str, str]] = frozenset()  # the columns that foreign keys refer to, each with its table


# of which a listed key may be
_OF_KEYS = (sa.Integer, sa.Boolean, sa.String, sa.Uuid, sa.LargeBinary, sa.Date, sa.DateTime)


def build_graph(
    schema: Schema, refused: Mapping[str, str], seeded: Collection[str] = (), wanted: Collection[str] | None = None
) -> Graph:
    """Order the tables that are not `seeded` already, or only those wanted and what they need.

    `refused` are those of which is known that they cannot be seeded, as `own_faults` finds them. Raises BadSetting for an
    unknown name among those wanted.
    """
    if wanted is not None:
        _require_known(wanted, schema)
    reasons = {name: reason for name, reason in refused.items() if name not in seeded}
    new = [table for table in schema if table.name not in seeded]
    _spread(new, reasons, seeded)
    for cycle in _cycles({t.name: _needs(t, reasons, seeded) for t in new if t.name not in reasons}):
        path = " → ".join((*cycle, cycle[0]))
        reasons |= dict.fromkeys(cycle, f"it is in a cycle of NOT NULL foreign keys, {path}, which cannot be seeded")
    _spread(new, reasons, seeded)
    possible = [table for table in new if table.name not in reasons]
    asked = {table.name for table in new} if wanted is None else _with_needs(wanted, {t.name: t for t in new}, reasons, seeded)
    kept = [table for table in possible if table.name in asked]
    order, nulled, soft, parents = _order(kept, seeded, reasons, {table.name for table in schema if table.numbered is None})
    referred = frozenset((key.target, column) for table in schema for key in table.keys for column in key.referred)
    return Graph(
        order, {name: reason for name, reason in sorted(reasons.items()) if name in asked}, nulled, soft, parents, referred
    )


def own_faults(table: TableFacts) -> str | None:
    """Return why a table cannot be seeded, whatever the others are; None if it can."""
    if not table.identity:
        return "it has no primary key: expected one, or a unique constraint on columns that are NOT NULL"
    for name in table.identity:
        column = table.by_name[name]
        if not isinstance(column.type, _OF_KEYS):
            return f"its key column {name} is {column.spelled}: expected an integer, text, UUID, bytes, date, datetime or boolean"
        if column.is_made_by_server and table.numbered is None:
            return f"its key column {name} is filled by the server: expected one whose values a seed can choose"
    dotted = [name for name in (table.name, *table.by_name) if "." in name]
    if dotted:
        return f"the name {dotted[0]!r} has a dot in it: expected a name without"
    unwritable = [
        f"{column.name} ({column.spelled})"
        for column in table.columns
        if column.type is None and not column.is_nullable and column.default is None and not column.is_made_by_server
    ]
    if unwritable:
        return f"{', '.join(unwritable)} is NOT NULL, of a type that cannot be written yet, and has no default"
    to_itself = (key for key in table.keys if key.target == table.name and not table.may_be_null(key) and len(key.columns) > 1)
    return next(
        (
            f"{', '.join(key.columns)} refers to the table itself and is NOT NULL: expected one column, or NULL"
            for key in to_itself
        ),
        None,
    )


def _require_known(wanted: Iterable[str], schema: Schema) -> None:
    for name in wanted:
        if name not in schema:
            meant = nearest(name, schema.by_name)
            reason = f" ({schema.left_alone[name]})" if name in schema.left_alone else ""
            raise BadSetting(
                f"Unknown table {name!r}{reason}: expected some of {listed(schema.by_name)}."
                f"{f' Did you mean {meant}?' if meant else ''} Nothing was written."
            )


def _fault_of_key(key: KeyFacts, reasons: Mapping[str, str], known: Collection[str]) -> str | None:
    """Return why rows cannot refer by a foreign key; None if they can."""
    if key.target_schema is not None:
        return f"refers to {key.target_schema}.{key.target}, which is in another schema"
    return f"refers to {key.target}, which cannot be seeded" if key.target in reasons or key.target not in known else None


def _spread(tables: Iterable[TableFacts], reasons: dict[str, str], seeded: Collection[str]) -> None:
    """Refuse what refers to a refused table by a NOT NULL foreign key, however indirectly."""
    tables = list(tables)
    known = {*seeded, *(table.name for table in tables)}
    before = -1
    while before != len(reasons):
        before = len(reasons)
        for table in tables:
            for key in table.keys:
                fault = _fault_of_key(key, reasons, known) if key.target != table.name else None
                if fault and not table.may_be_null(key) and table.name not in reasons:
                    reasons[table.name] = f"{', '.join(key.columns)} {fault}"


def _needs(table: TableFacts, reasons: Mapping[str, str], seeded: Collection[str]) -> set[str]:
    """Return the new tables that a table refers to by NOT NULL foreign keys."""
    return {
        key.target
        for key in table.keys
        if not table.may_be_null(key) and key.target not in reasons and key.target not in seeded and key.target != table.name
    }


def _with_needs(
    wanted: Collection[str], new: Mapping[str, TableFacts], reasons: Mapping[str, str], seeded: Collection[str]
) -> set[str]:
    found: set[str] = set()
    left = [name for name in wanted if name in new]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            keys = (key for key in new[name].keys if not new[name].may_be_null(key))
            left += [key.target for key in keys if key.target in new]
    return found


def _cycles(needs: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Return the cycles, each table in one of them at most."""
    found: list[tuple[str, ...]] = []
    taken: set[str] = set()
    for start in sorted(needs):
        path = _path(start, start, needs) if start not in taken else None
        if path:
            found.append(path)
            taken |= set(path)
    return found


def _path(start: str, end: str, needs: Mapping[str, Iterable[str]]) -> tuple[str, ...] | None:
    """Return the shortest way from a table to a table that it needs, without the end."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for target in sorted(needs.get(way[-1], ())):
            if target == end:
                return way
            if target not in seen:
                seen.add(target)
                ways.append((*way, target))
    return None


_Columns = dict[str, dict[str, str]]


def _order(
    tables: list[TableFacts], seeded: Collection[str], reasons: Mapping[str, str], listed_names: Collection[str]
) -> tuple[tuple[str, ...], _Columns, _Columns, dict[str, frozenset[str]]]:
    """Return the order, the columns left NULL with the reason, the soft references and the parents of each table."""
    names = {table.name for table in tables}
    needs: dict[str, set[str]] = {table.name: _needs(table, reasons, seeded) & names for table in tables}
    nulled: _Columns = {table.name: {} for table in tables}
    soft: _Columns = {table.name: {} for table in tables}
    parents = {table.name: {key.target for key in table.keys if key.target in seeded} for table in tables}

    def follow(table: str, target: str) -> bool:
        """Take a reference into the order, unless it would close a cycle."""
        if target in seeded:
            return True
        if target not in names or _path(target, table, needs) is not None:
            return False
        needs[table].add(target)
        return True

    for table in tables:
        for key in table.keys:
            if not table.may_be_null(key) or key.target == table.name:
                continue
            fault = _fault_of_key(key, reasons, {*names, *seeded})
            if fault is None and not follow(table.name, key.target):
                fault = f"refers to {key.target}, which is seeded later"
            if fault is not None:
                nulled[table.name] |= {column: fault for column in key.columns if table.by_name[column].is_nullable}
    by_noun = {noun_of(name): name for name in sorted({*names, *seeded}, reverse=True) if name not in listed_names}
    for table in tables:
        for column, target in soft_targets(table, by_noun).items():
            if target == table.name:
                soft[table.name][column] = target
            elif follow(table.name, target):
                soft[table.name][column] = target
                parents[table.name].add(target)
    return _sorted(needs), nulled, soft, {name: frozenset(needs[name] | parents[name]) for name in names}


def _sorted(needs: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Return the tables level by level, each level by name."""
    order: list[str] = []
    left = dict(needs)
    while left:
        level = sorted(name for name, targets in left.items() if targets <= set(order))
        order += level
        for name in level:
            del left[name]
    return tuple(order)
