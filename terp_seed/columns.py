"""Columns: what the columns of a SeedTable may hold, as data. `from terp_seed import columns as c`.

The vocabulary is closed: anything else is a function of the unit, for one column or for the whole table. What is misspelt is a
SeedError that lists what there is.
"""

import inspect
from collections.abc import Callable
from datetime import date as _date
from datetime import datetime as _datetime
from datetime import time as _time
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from terp_seed.errors import SeedError
from terp_seed.model.columns import specs
from terp_seed.model.columns.compiling import require_kind, unknown
from terp_seed.model.columns.said import decimal_of, moment_of, require, time_of
from terp_seed.model.pii import FROM_NAMES

_P = ParamSpec("_P")
_S = TypeVar("_S", bound=specs.Spec)
_FIRST, _LAST = _time(0, 0), _time(23, 59, 59)


def _closed(make: Callable[_P, _S]) -> Callable[_P, _S]:
    """Turn unknown and missing arguments into a SeedError that shows the known ones."""
    shown = f"{make.__name__}{inspect.signature(make).replace(return_annotation=inspect.Signature.empty)}"

    @wraps(make)
    def checked(*args: _P.args, **kwargs: _P.kwargs) -> _S:
        try:
            inspect.signature(make).bind(*args, **kwargs)
        except TypeError as error:
            raise SeedError(f"{make.__name__}() in columns: {error}. Expected {shown}.") from None
        null = kwargs.get("null", 0.0)
        is_share = isinstance(null, int | float) and not isinstance(null, bool) and 0 <= null <= 1
        require(is_share, f"{make.__name__}(null={null!r})", "a share from 0.0 to 1.0")
        return make(*args, **kwargs)

    return checked


@_closed
def constant(value: Any, *, null: float = 0.0) -> specs.Constant:
    """Put the same value in each row."""
    return specs.Constant(null, value)


@_closed
def choice(*values: Any, weights: tuple[float, ...] = (), null: float = 0.0) -> specs.Choice:
    """Choose one of the values, all equally likely unless `weights` has a number for each."""
    require(bool(values), "choice()", "at least one value")
    require(
        not weights or (len(weights) == len(values) and min(weights) >= 0 < sum(weights)),
        f"choice() of {len(values)} values with weights={weights!r}",
        "a weight for each value, none below 0 and not all 0",
    )
    return specs.Choice(null, values, tuple(weights))


@_closed
def integer(lo: int, hi: int, *, null: float = 0.0) -> specs.Range:
    """Draw a whole number from `lo` to `hi`, both included."""
    is_whole = all(isinstance(end, int) and not isinstance(end, bool) for end in (lo, hi))
    require(is_whole and lo <= hi, f"integer({lo!r}, {hi!r})", "two whole numbers, the smaller one first")
    return specs.Range(null, "integer", lo, hi)


@_closed
def decimal(lo: str | int | Decimal, hi: str | int | Decimal, *, null: float = 0.0) -> specs.Range:
    """Draw a decimal number from `lo` to `hi`, both included, as exact as the column. They are given as text, or as Decimals."""
    low, high = (decimal_of(f"decimal({lo!r}, {hi!r})", end) for end in (lo, hi))
    require(low <= high, f"decimal({lo!r}, {hi!r})", "the smaller number first")
    return specs.Range(null, "decimal", low, high)


@_closed
def boolean(p: float = 0.5, *, null: float = 0.0) -> specs.Boolean:
    """Draw True with the probability `p`."""
    require(isinstance(p, int | float) and 0 <= p <= 1, f"boolean({p!r})", "a probability from 0.0 to 1.0")
    return specs.Boolean(null, p)


@_closed
def date(
    lo: str | _date | None = None,
    hi: str | _date | None = None,
    *,
    days_back: int | None = None,
    after: str | None = None,
    before: str | None = None,
    null: float = 0.0,
) -> specs.Moment:
    """Draw a day, never later than the unit's unless `hi` is: from `lo` or `days_back` before the unit's day on, not before the
    column `after`, and not after the column `before`.
    """
    return moment_of(specs.Moment(null, "date", lo, hi, days_back, after, before))


@_closed
def datetime(
    lo: str | _date | _datetime | None = None,
    hi: str | _date | _datetime | None = None,
    *,
    days_back: int | None = None,
    after: str | None = None,
    before: str | None = None,
    null: float = 0.0,
) -> specs.Moment:
    """Draw a day and a time in UTC, as `date` does."""
    return moment_of(specs.Moment(null, "datetime", lo, hi, days_back, after, before))


@_closed
def time(lo: str | _time = _FIRST, hi: str | _time = _LAST, *, null: float = 0.0) -> specs.Range:
    """Draw a time of day from `lo` to `hi`, in whole seconds."""
    low, high = (time_of(f"time({lo!r}, {hi!r})", end) for end in (lo, hi))
    require(low <= high, f"time({lo!r}, {hi!r})", "the earlier time first")
    return specs.Range(null, "time", low, high)


@_closed
def words(lo: int = 1, hi: int = 3, *, null: float = 0.0) -> specs.Words:
    """Make `lo` to `hi` words, as many as the column has room for; in a unique column with the row's id at the end."""
    require(
        isinstance(lo, int) and isinstance(hi, int) and 1 <= lo <= hi, f"words({lo!r}, {hi!r})", "1 or more, the smaller first"
    )
    return specs.Words(null, lo, hi)


@_closed
def text(max_length: int = 200, *, null: float = 0.0) -> specs.Text:
    """Make sentences, up to `max_length` characters and what the column has room for; in a unique column with the row's id."""
    require(isinstance(max_length, int) and max_length > 0, f"text({max_length!r})", "a length above 0")
    return specs.Text(null, max_length)


@_closed
def sequence(pattern: str, *, null: float = 0.0) -> specs.Sequence:
    """Format the row's id, as in `"ORD-S{:06d}"`, which makes a value that no other row has."""
    try:
        differs = pattern.format(1) != pattern.format(2)
    except (ValueError, IndexError, KeyError, AttributeError):
        differs = False
    require(differs, f"sequence({pattern!r})", 'a pattern with one place for the row\'s id, as in "ORD-S{:06d}"')
    return specs.Sequence(null, pattern)


@_closed
def uuid(*, null: float = 0.0) -> specs.Uuid:
    """Make a UUID of version 4 from the seed and the row's id."""
    return specs.Uuid(null)


@_closed
def binary(n: int, *, null: float = 0.0) -> specs.Binary:
    """Make `n` bytes from the seed and the row's id."""
    require(isinstance(n, int) and n > 0, f"binary({n!r})", "a number of bytes above 0")
    return specs.Binary(null, n)


@_closed
def json(template: Any, *, null: float = 0.0) -> specs.Json:
    """Write a JSON value in which specs may stand, as in `{"size": choice("s", "m"), "tags": [words()]}`."""
    return specs.Json(null, template)


@_closed
def ref(table: str | None = None, *, spread: str = "uneven", other_than: str | None = None, null: float = 0.0) -> specs.Reference:
    """Refer to a row of the same unit in `table`, or in the one of the column's foreign key.

    `spread` says how many rows refer to one: "uneven" (none, one or many), "even", "skewed" (one in five has four in five) or
    "one" (at most one). A reference to the own table is to an earlier row; the first and the last row of a unit have NULL there,
    because the last one is inserted first. Where NULL is impossible, each row refers to itself. `other_than` names a column that
    refers to the same table, and no row gets the same in both.
    """
    require(spread in specs.SPREADS, f"ref(spread={spread!r})", f"one of {', '.join(specs.SPREADS)}")
    require(
        other_than is None or spread != "one",
        f"ref(other_than={other_than!r}, spread={spread!r})",
        "another spread with other_than",
    )
    return specs.Reference(null, table, spread, other_than)


@_closed
def same(path: str, *, null: float = 0.0) -> specs.Same:
    """Take the value of another column: of the same row, or as `"fk.column"` of the row that the column `fk` refers to."""
    require(isinstance(path, str) and bool(path), f"same({path!r})", 'a column, or "fk.column"')
    return specs.Same(null, path)


@_closed
def pii(kind: str, *, of: str | None = None, null: float = 0.0) -> specs.Pii:
    """Leave the column to the masker, which makes a fake of the kind, from the name in the column `of` if it is given."""
    require_kind(kind)
    require(of is None or kind in FROM_NAMES, f"pii({kind!r}, of={of!r})", f"of= with the kinds {', '.join(FROM_NAMES)} only")
    return specs.Pii(null, kind, of)


@_closed
def server() -> specs.Server:
    """Leave the column to the server: to its default, its trigger or its expression."""
    return specs.Server(0.0)


__all__ = sorted(
    name for name, made in globals().items() if getattr(made, "__module__", "") == __name__ and not name.startswith("_")
)


class _Unknown(SeedError, AttributeError):
    """A function that the vocabulary lacks; an AttributeError too, as hasattr() expects."""


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    raise _Unknown(str(unknown(name, __all__)))
