"""Trials: whether a table's CHECKs take what was chosen, decided by the server on samples. Read-only: only SELECTs of constants.

What does not pass is replaced by a value of a short list that does; where none does, the table is refused with the CHECK.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import combinations, count, islice, product
from math import gcd, prod
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.database import Database
from terp_seed.backends.driver_errors import raise_if_lost
from terp_seed.errors import SeedError
from terp_seed.inference import chosen as say
from terp_seed.inference.candidates import REFERENCES, candidates, numbers_in, sequences
from terp_seed.inference.chosen import NULL, Chosen
from terp_seed.inference.facts import TableFacts
from terp_seed.inference.relations import in_relation, is_kept, with_paths
from terp_seed.inference.sql_tokens import columns_of, with_values
from terp_seed.sql.literals import renderer

_FEW = 12  # numbers of a range that are all tried
_GOLDEN = 0.618  # of a whole, steps of which come everywhere
_MOST_NULLS = 8  # columns of which all sets are tried
_MOST_SAMPLES, _MOST_CANDIDATES, _A_QUERY = 64, 600, 60
_FIXED = ("server", "uuid", "binary")  # which no constant may replace
_TRIED = "CHECK tried on the server"


class Trials:
    """Trials are a Checker that asks the server of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def corrected(self, table: TableFacts, columns: Mapping[str, Chosen]) -> dict[str, Chosen] | str:
        """Return what the CHECKs take, with as few changes as possible, or why nothing was found."""
        found = in_relation(table, dict(columns))
        for _ in range(2):  # a value that one CHECK asks for may fail an earlier one
            before = dict(found)
            for check in table.checks:
                passed = self._corrected_by(table, check, found)
                if passed is None:
                    return f"CHECK ({check}) takes none of the values that were tried"
                found = passed
            if found == before:
                return with_paths(table, found)
        is_right = all(self._holds_all(table, check, found) for check in table.checks)
        return with_paths(table, found) if is_right else "its CHECKs contradict each other"

    def _corrected_by(self, table: TableFacts, check: str, found: dict[str, Chosen]) -> dict[str, Chosen] | None:
        if self._holds_all(table, check, found):
            return found
        names = [name for name in columns_of(check, table.by_name) if name in found]
        free = [name for name in names if _is_free(found[name]) and not table.is_in_unique(name)]
        free.sort(key=lambda name: found[name].name in (*REFERENCES, "pii"))  # the last to be replaced
        changed = [*((name,) for name in free), *([tuple(free)] if len(free) > 1 else [])]
        numbered = self._numbered(table, check, found, [name for name in names if table.is_in_unique(name)])
        if numbered is not None:
            return numbered
        for with_null, some in product((False, True), changed):  # a value is better than none
            lists = [candidates(table.by_name[name], check, found[name], with_null) for name in some]
            rows = list(islice(product(*lists), _MOST_CANDIDATES))
            trials = [{**found, **{name: _only(value) for name, value in zip(some, row, strict=True)}} for row in rows]
            good = [row for row, held in zip(rows, self._hold(table, check, trials), strict=True) if held]
            if good:
                return {**found, **_as_chosen(table, some, good, found)}
        return self._with_nulls(table, check, found, names)

    def _numbered(
        self, table: TableFacts, check: str, found: dict[str, Chosen], names: Sequence[str]
    ) -> dict[str, Chosen] | None:
        """Try other texts with the number of the row in one unique column."""
        trials = [{**found, name: made} for name in names for made in sequences(table.by_name[name], check, found[name])]
        good = next((trial for trial, held in zip(trials, self._hold(table, check, trials), strict=True) if held), None)
        return good and {name: chosen if chosen is found[name] else chosen.by(_TRIED) for name, chosen in good.items()}

    def _with_nulls(
        self, table: TableFacts, check: str, found: dict[str, Chosen], names: Sequence[str]
    ) -> dict[str, Chosen] | None:
        """Try NULL in as few columns as possible, and leave the others: where only one of them may have a value."""
        may = [name for name in names if table.by_name[name].is_nullable and name not in {*table.identity, *table.filled}]
        may = [name for name in may if found[name].name != "server"][:_MOST_NULLS]
        some = [names for size in range(1, len(may) + 1) for names in combinations(reversed(may), size)]
        trials = [{**found, **dict.fromkeys(names, NULL.by(_TRIED))} for names in some]
        return next((trial for trial, held in zip(trials, self._hold(table, check, trials), strict=True) if held), None)

    def _holds_all(self, table: TableFacts, check: str, found: Mapping[str, Chosen]) -> bool:
        return is_kept(table, check, found) or self._hold(table, check, [found])[0]

    def _hold(self, table: TableFacts, check: str, trials: Sequence[Mapping[str, Chosen]]) -> list[bool]:
        """Tell for each trial whether all its samples pass; NULL passes, as it does in a CHECK."""
        sa_table = table.sa_table()
        mentioned = columns_of(check, table.by_name)
        names = [name for name in mentioned if name in sa_table.columns]
        conditions: list[tuple[int, str]] = []
        for number, trial in enumerate(trials):
            samples = [_samples(table, name, trial, check) for name in names]
            for row in _some(samples):
                values = self._literals(sa_table, dict(zip(names, row, strict=True))) | _defaults(table, mentioned, trial)
                conditions.append((number, with_values(check, values)))
        held = [True] * len(trials)
        for piece in _pieces(conditions):
            for (number, _), answer in zip(piece, self._ask([condition for _, condition in piece]), strict=True):
                held[number] = held[number] and answer
        return held

    def _literals(self, table: sa.Table, values: Mapping[str, Any]) -> dict[str, str]:
        try:
            return {name: f"({self._literal(table.columns[name], value)})" for name, value in values.items()}
        except SeedError:  # a sample that the column does not take
            return dict.fromkeys(values, "(NULL)")

    def _literal(self, column: sa.Column[Any], value: Any) -> str:
        text = renderer(self._database.dialect, column)(value)
        length = column.type.length if isinstance(column.type, sa.CHAR) and value is not None else None
        return f"CAST({text} AS CHAR({length}))" if length else text  # a pattern sees the spaces at its end

    def _ask(self, conditions: list[str]) -> list[bool]:
        query = "SELECT " + ", ".join(f"CASE WHEN NOT ({condition}) THEN 0 ELSE 1 END" for condition in conditions)
        try:
            return [bool(value) for value in self._database.attempt(query).one()]
        except DBAPIError as error:
            raise_if_lost(error)
            return [False] if len(conditions) == 1 else [answer for condition in conditions for answer in self._ask([condition])]


def _is_free(chosen: Chosen) -> bool:
    """Tell whether something else may stand in a column, such as a constant."""
    return chosen.name not in _FIXED


def _some(samples: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """Yield every combination of samples; of too many, some from everywhere among them."""
    total = prod(map(len, samples))
    if total <= _MOST_SAMPLES:
        yield from product(*samples)
        return
    step = next(step for step in count(int(total * _GOLDEN)) if gcd(step, total) == 1)
    for place in range(_MOST_SAMPLES):
        left, row = place * step % total, []
        for some in samples:
            left, digit = divmod(left, len(some))
            row.append(some[digit])
        yield tuple(row)


def _pieces(conditions: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    for place in range(0, len(conditions), _A_QUERY):
        yield conditions[place : place + _A_QUERY]


def _only(value: Any) -> Chosen:
    if isinstance(value, date | time):
        name = "datetime" if isinstance(value, datetime) else "date" if isinstance(value, date) else "time"
        return Chosen(name, (value, value), samples=(value,))
    return NULL if value is None else say.constant(value)


def _samples(table: TableFacts, name: str, found: Mapping[str, Chosen], check: str) -> Sequence[Any]:
    """Return sample values: of a key and of what the server fills, some that are likely."""
    if name not in found or found[name].name == "server":
        return _numbers_of(table, name) if isinstance(table.by_name[name].type, sa.Integer) else (None,)
    if found[name].name == "integer":
        low, high = found[name].arguments
        near = [number for number in numbers_in(check) if low <= number <= high]
        return list(dict.fromkeys([*(range(low, high + 1) if high - low < _FEW else ()), *near, *found[name].samples]))
    samples, length = found[name].samples or (None,), table.by_name[name].length
    if found[name].name in REFERENCES and isinstance(table.by_name[name].type, sa.Integer):
        samples = (*samples, *(number for number in numbers_in(check) if number > 0))  # ids that rows may have
    return [sample[:length] if length is not None and isinstance(sample, str) else sample for sample in samples]


def _defaults(table: TableFacts, names: Sequence[str], found: Mapping[str, Chosen]) -> dict[str, str]:
    """Return the defaults of the columns that are left to them, but those that would use up a number of a sequence."""
    left = ((name, table.by_name[name].default) for name in names if name in found and found[name].name == "server")
    return {name: f"({default})" for name, default in left if default is not None and "nextval" not in default.lower()}


def _numbers_of(table: TableFacts, name: str) -> tuple[int, int]:
    """Return numbers that a key may have; those of new rows are behind the rows that are there."""
    shape = table.by_name[name].shape if name == table.numbered else None
    first = 1 + (shape.rows if shape is not None else 0)
    return first, first + 986


def _as_chosen(
    table: TableFacts, some: Sequence[str], good: Sequence[tuple[Any, ...]], found: Mapping[str, Chosen]
) -> dict[str, Chosen]:
    """Return the first values that passed, or up to three where one column is alone."""
    if len(some) == 1 and not isinstance(table.by_name[some[0]].type, sa.JSON | sa.Date | sa.DateTime | sa.Time):
        values = [row[0] for row in good if row[0] is not None][:3]
        if len(values) > 1:
            is_masked = found[some[0]].name == "pii"
            review = f"no fake of {found[some[0]].arguments[0]} passes" if is_masked else ""
            return {some[0]: say.choice(*values).by(_TRIED, review)}
    made = {}
    for name, value in zip(some, good[0], strict=True):
        if value in found[name].samples and len(found[name].samples) == 1:
            made[name] = found[name]
            continue
        chosen = Chosen("json", (value,), samples=(value,)) if isinstance(table.by_name[name].type, sa.JSON) else _only(value)
        is_masked = found[name].name == "pii"
        made[name] = chosen.by(_TRIED, f"no fake of {found[name].arguments[0]} passes" if is_masked else "")
    return made
