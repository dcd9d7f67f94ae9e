"""JSON templates: JSON values in which specs stand for what differs from row to row."""

import json
from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from terp_seed.model.columns import specs
from terp_seed.model.columns.column_types import Place
from terp_seed.model.columns.maker import Maker, UnitColumns, with_nulls

Compile = Callable[[Place, specs.Spec], Maker]

_RANGES: dict[str, Callable[[], sa.types.TypeEngine[Any]]] = {
    "integer": sa.BigInteger,
    "decimal": lambda: sa.Numeric(38, 2),
    "time": sa.Time,
}
# the column that a spec inside a template would be written to
_TYPES: dict[type[specs.Spec], Callable[[Any], sa.types.TypeEngine[Any]]] = {
    specs.Constant: lambda spec: sa.JSON(),
    specs.Choice: lambda spec: sa.JSON(),
    specs.Boolean: lambda spec: sa.Boolean(),
    specs.Range: lambda spec: _RANGES[spec.kind](),
    specs.Moment: lambda spec: sa.Date() if spec.kind == "date" else sa.DateTime(),
    specs.Words: lambda spec: sa.Text(),
    specs.Text: lambda spec: sa.Text(),
    specs.Sequence: lambda spec: sa.Text(),
    specs.Uuid: lambda spec: sa.Text(),
    specs.Reference: lambda spec: sa.BigInteger(),
    specs.Same: lambda spec: sa.JSON(),
}


class JsonMaker(Maker):
    """A JsonMaker fills a template for each row."""

    def __init__(self, place: Place, spec: specs.Json, compile_spec: Compile) -> None:
        place.require("json", "json", "text")
        self._place, self._compile = place, compile_spec
        self._parts: list[tuple[str, float, Maker]] = []
        self._fill = self._filler(spec.template, place.column.name)
        self.needs = tuple(path for _, _, maker in self._parts for path in maker.needs)

    def values(self, columns: UnitColumns) -> Sequence[Any]:
        """Return the value of each row."""
        made = [with_nulls(columns, name, share, maker.values(columns)) for name, share, maker in self._parts]
        rows = zip(*made, strict=True) if made else [()] * columns.count
        return [self._place.fitted(self._written(self._fill(row))) for row in rows]

    def _written(self, value: Any) -> Any:
        if self._place.family == "json":
            return value
        return json.dumps(value, ensure_ascii=False, default=float)

    def _filler(self, template: Any, path: str) -> Callable[[Sequence[Any]], Any]:
        """Return the function that fills a part of the template from the values of its makers."""
        if isinstance(template, specs.Spec):
            return self._value(template, path)
        if isinstance(template, dict):
            parts = {key: self._filler(part, f"{path}.{key}") for key, part in template.items()}
            return lambda row: {key: fill(row) for key, fill in parts.items()}
        if isinstance(template, list | tuple):
            items = [self._filler(part, f"{path}[{number}]") for number, part in enumerate(template)]
            return lambda row: [fill(row) for fill in items]
        return lambda row: template

    def _value(self, spec: specs.Spec, path: str) -> Callable[[Sequence[Any]], Any]:
        if type(spec) not in _TYPES:
            known = ", ".join(sorted(kind.__name__.lower() for kind in _TYPES))
            self._place.refuse(f"has {type(spec).__name__.lower()}() in its JSON template", f"one of {known} there")
        column: sa.Column[Any] = sa.Column(path, _TYPES[type(spec)](spec), nullable=True)
        number, table = len(self._parts), self._place.column.table.name
        sa.Table(table, sa.MetaData(), column)
        self._parts.append((path, spec.null, self._compile(Place(column, f"{table}.{path}"), spec)))
        return lambda row: _plain(row[number])

    @property
    def references(self) -> list[Maker]:
        """Return the makers inside the template."""
        return [maker for _, _, maker in self._parts]


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
