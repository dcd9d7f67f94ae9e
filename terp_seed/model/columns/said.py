"""What is said: the arguments of the vocabulary, as values. A wrong one is refused before it meets a column."""

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from terp_seed.errors import SeedError
from terp_seed.model.columns.column_types import as_datetime
from terp_seed.model.columns.specs import Moment


def require(holds: bool, found: str, expected: str) -> None:
    """Raise SeedError about a call of the vocabulary unless something holds."""
    if not holds:
        raise SeedError(f"{found} in columns: expected {expected}.")


def decimal_of(call: str, value: Any) -> Decimal:
    """Return a bound as a Decimal. Raises SeedError for a float, which is not exact."""
    try:
        number = Decimal(value) if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise SeedError(
            f'{call} in columns: expected numbers as text, as in decimal("0.50", "90.00"), because floats lose cents.'
        )
    return number


def time_of(call: str, value: Any) -> time:
    """Return a bound as a time of day."""
    try:
        found = time.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        found = None
    if not isinstance(found, time) or found.tzinfo:
        raise SeedError(f'{call} in columns: expected times as text, as in time("09:00", "17:30").')
    return found


def moment_of(spec: Moment) -> Moment:
    """Return a date or datetime spec with its bounds as values. Raises SeedError for bounds that cannot be."""
    call = f"{spec.kind}({spec.lo!r}, {spec.hi!r})"
    lo, hi = (None if end is None else _bound(spec.kind, call, end) for end in (spec.lo, spec.hi))
    require(lo is None or hi is None or as_datetime(lo) <= as_datetime(hi), call, "the earlier one first")
    back = spec.days_back
    require(lo is None or back is None, f"{spec.kind}({spec.lo!r}, days_back={back!r})", "one of them")
    is_number = back is None or (isinstance(back, int) and not isinstance(back, bool) and 0 <= back <= 100_000)
    require(is_number, f"{spec.kind}(days_back={back!r})", "a number of days from 0 to 100,000")
    for name, path in {"after": spec.after, "before": spec.before}.items():
        require(
            path is None or (isinstance(path, str) and bool(path)), f"{spec.kind}({name}={path!r})", 'a column, or "fk.column"'
        )
    return replace(spec, lo=lo, hi=hi)


def _bound(kind: str, call: str, value: Any) -> date:
    try:
        if isinstance(value, str):
            value = date.fromisoformat(value) if kind == "date" or len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        value = None
    if not isinstance(value, date) or (kind == "date" and isinstance(value, datetime)):
        example = '"2026-03-01"' if kind == "date" else '"2026-03-01 09:30"'
        raise SeedError(f"{call} in columns: expected bounds as in {example}.")
    return value
