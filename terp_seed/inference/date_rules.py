"""Rules for dates and times: in the order of their names, after those of the row that they belong to."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from terp_seed.inference import names
from terp_seed.inference.asked import Asked, TablePlan, is_of_another
from terp_seed.inference.chosen import NULL, Chosen
from terp_seed.inference.facts import ColumnFacts, TableFacts

DAYS_BACK = 365
# only samples for a CHECK: no file has them
_SAMPLE = datetime(2024, 5, 6, 7, 8, 9)


def is_date(column: ColumnFacts) -> bool:
    """Tell whether a column holds dates, with or without a time."""
    return isinstance(column.type, sa.Date | sa.DateTime)


def in_order(table: TableFacts) -> list[str]:
    """Return the dates of a row in the order in which they happen: by the rank of their names, then as the table has them."""
    ranked = [
        (rank, place, column.name)
        for place, column in enumerate(table.columns)
        if is_date(column)
        and (rank := names.rank_of_date(column.name)) is not None
        and not names.has_word(column.name, names.NEVER)
    ]
    return [name for _, _, name in sorted(ranked)]


def never(asked: Asked) -> Chosen | None:
    """Leave the date of a deletion NULL: seeded rows are live."""
    if not is_date(asked.column) or not asked.column.is_nullable or not names.has_word(asked.name, names.NEVER):
        return None
    return NULL


def _call(asked: Asked, **named: object) -> Chosen:
    is_whole_day = isinstance(asked.column.type, sa.Date)
    samples = tuple(_SAMPLE + timedelta(days=days) for days in (0, 40))
    return Chosen(
        "date" if is_whole_day else "datetime",
        named=named,
        samples=tuple(sample.date() for sample in samples) if is_whole_day else samples,
    )


def by_check(asked: Asked) -> Chosen | None:
    """Take the bounds of a CHECK, which are dates, and the column that the CHECK says is earlier."""
    if not is_date(asked.column):
        return None
    low, high = _day(asked.bounds.low), _day(asked.bounds.high)
    if low is None and high is None:
        earlier = [
            name for name, _ in asked.bounds.at_least if name in asked.table.by_name and is_date(asked.table.by_name[name])
        ]
        free = [name for name in earlier if not _leads_to(asked, name)]
        return _call(asked, after=free[0]) if free else None
    day = timedelta(days=1)
    first = low + day if low else None
    last = high - day if high and high < _SAMPLE.date() else None  # a later one holds anyway
    if first is None and last is None:
        return by_name(asked) or by_type(asked)
    first = first or (last or _SAMPLE.date()) - day * DAYS_BACK
    days: tuple[date, ...] = (first, last or first + day)
    if not isinstance(asked.column.type, sa.Date):
        days = tuple(datetime.combine(one, time()) for one in days)
    return Chosen(_call(asked).name, (first, last) if last else (first,), samples=days)


def _leads_to(asked: Asked, name: str | None) -> bool:
    """Tell whether another date of the row follows this one already, directly or by others."""
    while name is not None and name != asked.name:
        name = asked.chosen[name].named.get("after") if name in asked.chosen else None
    return name is not None


def _day(bound: object) -> date | None:
    try:
        return date.fromisoformat(bound[:10]) if isinstance(bound, str) else None
    except ValueError:
        return None


def birth(asked: Asked) -> Chosen | None:
    """Choose the birth of an adult where it has a time, which the masker does not make."""
    if not isinstance(asked.column.type, sa.DateTime) or names.pii_kind(asked.name) != "birth_date":
        return None
    ends = (date(1980 if isinstance(asked.column.type, sa.TIMESTAMP) else 1950, 1, 1), date(2000, 12, 31))
    return Chosen("datetime", ends, samples=tuple(datetime.combine(end, time()) for end in ends))


def by_name(asked: Asked) -> Chosen | None:
    """Put a date after the one before it in its row, or after the created date of the row's parent."""
    if not is_date(asked.column):
        return None
    order = in_order(asked.table)
    if asked.table.is_in_unique(asked.name):
        return _different(asked)
    if asked.name in order:
        before = order[: order.index(asked.name)]
        filled = [
            name for name in before if name in asked.chosen and not asked.chosen[name].is_null and not _leads_to(asked, name)
        ]
        if filled:
            return _call(asked, after=filled[-1])
    parent = _parents_date(asked)
    if parent:
        return _call(asked, after=parent)
    return _call(asked, days_back=DAYS_BACK) if asked.name in order else None


def _different(asked: Asked) -> Chosen:
    """Choose from many days: a date that follows another cannot be kept different."""
    days = DAYS_BACK * 10
    seconds = 1 if isinstance(asked.column.type, sa.Date) else 24 * 60 * 60
    return replace(_call(asked, days_back=days), domain=days * seconds + 1)


def _parents_date(asked: Asked) -> str | None:
    """Return the first date of a parent, as `fk.column`: the latest parent in the order of the tables that has one."""
    found = None
    places = {name: place for place, name in enumerate(asked.plans)}
    best = -1
    for key in asked.table.keys:
        plan = asked.plans.get(key.target)
        if plan is None or len(key.columns) != 1 or key.columns[0] in asked.nulled or is_of_another(asked, key):
            continue
        name = first_date(plan)
        if name is not None and places[key.target] > best:
            found, best = f"{key.columns[0]}.{name}", places[key.target]
    return found


def first_date(plan: TablePlan) -> str | None:
    """Return the first of the dates of a table that every row has."""
    order = [name for name in in_order(plan.facts) if names.rank_of_date(name) != names.RANK_OF_UPDATE]
    return next((name for name in order if plan.is_filled(name)), None)


def by_type(asked: Asked) -> Chosen | None:
    """Choose a date of the last year, or of more where dates must differ."""
    if is_date(asked.column) and asked.table.is_in_unique(asked.name):
        return _different(asked)
    return _call(asked, days_back=DAYS_BACK) if is_date(asked.column) else None


def time_of_day(asked: Asked) -> Chosen | None:
    """Choose a time of the day."""
    if not isinstance(asked.column.type, sa.Time):
        return None
    return Chosen("time", (time(8), time(18)), domain=36_001, samples=(time(8), time(18)))
