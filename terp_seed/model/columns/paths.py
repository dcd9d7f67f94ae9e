"""Paths: the columns that specs name, `column` or `fk.column`. One that does not exist, or has no known values, is refused."""

from collections.abc import Mapping
from typing import Any, Protocol

import sqlalchemy as sa

from terp_seed.errors import SeedError
from terp_seed.model.columns.column_types import Place
from terp_seed.model.columns.maker import Maker
from terp_seed.model.columns.owner import Table
from terp_seed.model.columns.refs import ReferenceMaker, SameMaker
from terp_seed.model.words import listed


class Rows(Protocol):
    """Rows are ColumnRows, as far as it matters here."""

    own: Table
    makers: dict[str, Maker]
    pii: dict[str, str]

    @property
    def tables(self) -> Mapping[str, Any]: ...  # noqa: D102
    def target_of(self, column: str) -> tuple[str, str | None] | None: ...  # noqa: D102


def check_paths(rows: Rows) -> None:
    """Raise SeedError for a column that is named and does not exist, and for columns that need each other."""
    state: dict[str, bool] = {}  # whether a column that was begun is done

    def visit(name: str) -> None:
        if name in state:
            if not state[name]:
                raise SeedError(
                    f"{rows.own.name}.{name} is made from itself, through {listed(state)}: expected columns that do not need "
                    "each other. Correct the columns of its SeedTable."
                )
            return
        state[name] = False
        maker = rows.makers.get(name)
        for path in maker.needs if maker is not None else ():
            visit(_first_of(rows, name, path))
        state[name] = True

    for name in rows.makers:
        visit(name)


def _first_of(rows: Rows, name: str, path: str) -> str:
    """Return the own column with which a path begins. Raises SeedError if it does not exist or has no values."""
    first, dot, column = path.partition(".")
    where = f"{rows.own.name}.{name} names {path!r}"
    if not dot and first == rows.own.key:
        return first
    if first not in rows.makers:
        why = "which the masker writes" if first in rows.pii else "which is not among its columns"
        raise SeedError(f"{where}, {why}: expected one of {listed(rows.makers)}, or fk.column.")
    if dot and rows.target_of(first) is None:
        keys = [name for name in rows.makers if rows.target_of(name)]
        raise SeedError(f"{where}, but {first} refers to no table: expected one of {listed(keys) or 'no column'} before the dot.")
    if "." in column:
        raise SeedError(f"{where}: expected one dot at most. Take it from the nearer table, which may have it by same().")
    if dot and (rows.target_of(first) or ("",))[0] == rows.own.name:
        return column
    return first


def check_values(rows: Rows) -> None:
    """Raise SeedError for a column of another table that is named, and whose values are not known here."""
    for name, maker in rows.makers.items():
        for path in maker.needs:
            first, dot, column = path.partition(".")
            target = rows.target_of(first) if dot else None
            other = rows.own if target is None else rows.tables[target[0]]
            if target is not None:
                _check_value(rows, f"{rows.own.name}.{name}", other, column)
            if isinstance(maker, SameMaker):
                _check_type(maker, other.table.columns[column if dot else first])
        target = rows.target_of(name)
        if isinstance(maker, ReferenceMaker) and target is not None and target[1] is not None:
            _check_value(rows, f"{rows.own.name}.{name}", rows.tables[target[0]], target[1])


def _check_type(maker: SameMaker, column: sa.Column[Any]) -> None:
    """Raise SeedError if a copy is of another type than its original."""
    original, copy = Place.of(column), maker.place
    if {original.family, copy.family} - {"enum", "text"} and original.family != copy.family and copy.family != "json":
        copy.refuse(
            f"is same({maker.path!r}), which is {column.type!r}, and its own type is {copy.column.type!r}", "columns of one type"
        )


def check_long_keys(rows: Rows) -> None:
    """Raise SeedError if the columns of a foreign key of several columns are not those of one row."""
    for constraint in rows.own.table.foreign_key_constraints:
        theirs = {own.parent.name: own.target_fullname.rpartition(".")[2] for own in constraint.elements}
        paths = {name: maker.path for name in theirs if isinstance(maker := rows.makers.get(name), SameMaker)}
        rest = [name for name in theirs if name not in paths]
        is_one_row = not rest and len({path.partition(".")[0] for path in paths.values()}) == 1
        is_one_row |= len(rest) == 1 and all(path == f"{rest[0]}.{theirs[name]}" for name, path in paths.items())
        if is_one_row or not any(isinstance(rows.makers.get(name), ReferenceMaker) for name in theirs):
            continue  # what a function makes is the project's own matter
        lead = next(name for name in theirs if isinstance(rows.makers.get(name), ReferenceMaker))
        wanted = ", ".join(f'"{name}": same("{lead}.{other}")' for name, other in theirs.items() if name != lead)
        raise SeedError(
            f"{rows.own.name} ({', '.join(theirs)}) is one foreign key, whose columns would be of different rows: expected "
            f'"{lead}" to refer to {constraint.referred_table.name}, and {wanted}. Say so, or leave all of them out.'
        )


def _check_value(rows: Rows, where: str, other: Table, column: str) -> None:
    found = f"{where} takes {column} of {other.name}"
    if column not in other.table.columns:
        raise SeedError(f"{found}, which that lacks: expected one of {listed(other.table.columns.keys())}.")
    if other.adopts:
        raise SeedError(f"{found}, whose rows may have existed before: expected a table without `adopts`.")
    if column in other.pii:
        _require_copied(rows, where)
        return
    made = other.rows.makers if hasattr(other.rows, "makers") else None
    if made is not None and column not in made and column != other.key:
        raise SeedError(f"{found}, which its columns do not make: expected one of {listed(made)}.")


def _require_copied(rows: Rows, where: str) -> None:
    """Raise SeedError unless a column is a plain copy, which is PII like its original."""
    name = where.rpartition(".")[2]
    if not isinstance(rows.makers[name], SameMaker | ReferenceMaker):
        raise SeedError(f"{where} is made from a column that is PII: expected same(), which copies it, or a column without PII.")
