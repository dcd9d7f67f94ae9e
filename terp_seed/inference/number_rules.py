"""Rules for numbers: by CHECK, by name, by the digits of existing rows, by type. Ranges are pinned, and fit the type."""

from decimal import Decimal

import sqlalchemy as sa

from terp_seed.inference import chosen as say
from terp_seed.inference.asked import Asked, Rule
from terp_seed.inference.chosen import Chosen
from terp_seed.inference.names import ends_with, rank_of_date, word_set, words_of

_MONEY = word_set(
    """
    price amount total subtotal cost fee fees tax discount balance salary wage payment paid due value revenue budget credit debit
    charge freight shipping deposit refund limit spent money sum income expense commission margin rent
    """
)
_QUANTITY = word_set("quantity qty count number stock units pieces items copies seats capacity amount onhand reserved num")
_PERCENT = word_set("percent percentage pct rate ratio share probability")
_ORDINAL = word_set("position rank sort order priority level sequence seq ordinal line step index idx")
_STARS = word_set("rating stars score grade")
_LIKELY = word_set("active enabled verified visible available published public confirmed approved valid")
_UNLIKELY = word_set(
    "deleted archived hidden locked banned blocked disabled cancelled canceled expired suspended removed test internal"
)
_MEASURES = word_set("length width height depth weight size duration minutes seconds hours days area volume distance")
_FINE = word_set("milliseconds millis ms bytes filesize")
_MOMENTS = word_set("timestamp datetime mtime ctime atime unixtime epoch")
_ALONE = word_set("created updated modified changed expires expired joined registered published")
_OF_EVENTS = word_set("event entry set send login visit access post reply")
_SECONDS = ("1672531200", "1767225599")  # from 2023 to 2025
_LARGEST = 2_000_000_000


def is_whole(asked: Asked) -> bool:
    """Tell whether the column holds integers."""
    return isinstance(asked.column.type, sa.Integer)


def _is_decimal(asked: Asked) -> bool:
    return isinstance(asked.column.type, sa.Numeric | sa.Float)  # which SQLAlchemy 2.1 holds apart


def _is_number(asked: Asked) -> bool:
    return is_whole(asked) or _is_decimal(asked)


def numbers(asked: Asked, lowest: str, highest: str) -> Chosen:
    """Choose from a range, cut to what the type and the CHECKs allow."""
    low, high = Decimal(lowest), Decimal(highest)
    if is_whole(asked):
        low, high = asked.limits(low.to_integral_value(), max(high.to_integral_value(), Decimal(1)), Decimal(1))
        least, most = asked.column.whole or (-(2**31), 2**31 - 1)
        return say.integer(max(int(low), least), max(min(int(high), most), least))
    kind = asked.column.type
    is_float = isinstance(kind, sa.Float)
    scale = 2 if is_float else getattr(kind, "scale", None)
    scale = 2 if scale is None else scale
    step = Decimal(1).scaleb(-scale)
    low, high = asked.limits(low, high, step)
    precision = None if is_float else getattr(kind, "precision", None)
    if precision is not None:
        most = Decimal(10) ** (precision - scale) - step
        low, high = max(min(low, most), -most), max(min(high, most), -most)
    low, high = low.quantize(step), high.quantize(step)
    samples = (float(low), float(high)) if is_float else (low, high)
    return Chosen("decimal", (low, high), domain=int((high - low) / step) + 1, samples=samples)


def by_check(asked: Asked) -> Chosen | None:
    """Take the range of a CHECK with both ends."""
    low, high = asked.bounds.low, asked.bounds.high
    if not _is_number(asked) or not isinstance(low, Decimal) or not isinstance(high, Decimal):
        return None
    return numbers(asked, str(low), str(high))


def boolean(asked: Asked) -> Chosen | None:
    """Choose True or False: by type, or by name for a small integer."""
    by_name = asked.words[:1] in (("is",), ("has",), ("can",), ("should",)) and is_whole(asked)
    if not isinstance(asked.column.type, sa.Boolean) and not by_name:
        return None
    share = 0.9 if not _LIKELY.isdisjoint(asked.words) else 0.1 if not _UNLIKELY.isdisjoint(asked.words) else 0.5
    samples = (0, 1) if by_name and is_whole(asked) else (False, True)
    if by_name and is_whole(asked):
        return say.integer(0, 1)
    return Chosen("boolean", named={"p": share}, domain=2, samples=samples)


def in_key(asked: Asked) -> Chosen | None:
    """Choose from a wide range where no other column of the key refers to a row of the unit; count where the server would."""
    if not is_whole(asked) or asked.name not in asked.table.identity or len(asked.table.identity) == 1:
        return None
    if "nextval" in (asked.column.default or "") and not asked.bounds.rules:
        return say.sequence("{}")
    targets = [asked.soft.get(name) or getattr(asked.table.key_of(name), "target", None) for name in asked.table.identity]
    is_of_unit = any(target is not None and not (target in asked.plans and asked.plans[target].is_shared) for target in targets)
    return None if is_of_unit else numbers(asked, "1", str(min(_LARGEST, (asked.column.whole or (0, _LARGEST))[1])))


def unique(asked: Asked) -> Chosen | None:
    """Choose from a wide range where a number occurs once."""
    if not is_whole(asked) or not asked.is_unique:
        return None
    return numbers(asked, "1", str(min(_LARGEST, (asked.column.whole or (0, _LARGEST))[1])))


def coordinate(asked: Asked) -> Chosen | None:
    """Choose a latitude or a longitude."""
    if _is_decimal(asked) and ends_with(asked.name, ("latitude", "lat")):
        return numbers(asked, "-60", "70")
    if _is_decimal(asked) and ends_with(asked.name, ("longitude", "lng", "lon", "long")):
        return numbers(asked, "-180", "180")
    return None


def unix_time(asked: Asked) -> Chosen | None:
    """Choose a moment in seconds since 1970, where a wide integer is called like one; "time" alone may be a duration."""
    if not is_whole(asked) or (asked.column.whole or (0, 0))[1] < 2**31 - 1 or not asked.words:
        return None
    *before, last = asked.words
    is_event = rank_of_date(asked.name) is not None or not _OF_EVENTS.isdisjoint(before)
    is_moment = (
        last in _MOMENTS
        or (last == "at" and bool(before))
        or (last == "date" and not before)
        or (last in ("date", "time") and is_event)
        or (last in _ALONE and not before)
    )
    return numbers(asked, *_SECONDS) if is_moment else None


def year(asked: Asked) -> Chosen | None:
    """Choose a year, a month or a day of the month."""
    if is_whole(asked):
        for names, low, high in (
            (("year",), "1990", "2025"),
            (("month",), "1", "12"),
            (("day",), "1", "28"),
            (("age",), "18", "90"),
        ):
            if ends_with(asked.name, names) and (asked.column.whole or (0, 0))[1] >= int(high):
                return numbers(asked, low, high)
    return None


def money(asked: Asked) -> Chosen | None:
    """Choose an amount of money."""
    if not _is_number(asked) or _MONEY.isdisjoint(asked.words) or not _PERCENT.isdisjoint(asked.words):
        return None
    return numbers(asked, "1", "500") if _is_decimal(asked) or _QUANTITY.isdisjoint(asked.words) else None


def percent(asked: Asked) -> Chosen | None:
    """Choose a percentage, or a share where the type has no room for a hundred."""
    if not _is_number(asked) or _PERCENT.isdisjoint(asked.words):
        return None
    kind = asked.column.type
    is_share = False
    if isinstance(kind, sa.Numeric) and not isinstance(kind, sa.Float) and kind.precision is not None:
        is_share = kind.precision - (kind.scale or 0) < 2
    return numbers(asked, "0", "1" if is_share else "30")


def quantity(asked: Asked) -> Chosen | None:
    """Choose a quantity."""
    return numbers(asked, "1", "50") if _is_number(asked) and not _QUANTITY.isdisjoint(asked.words) else None


def ordinal(asked: Asked) -> Chosen | None:
    """Choose a position, a rank or a rating."""
    if not _is_number(asked):
        return None
    if not _STARS.isdisjoint(asked.words):
        return numbers(asked, "1", "5")
    return numbers(asked, "1", "10") if asked.words and asked.words[-1] in _ORDINAL else None


def measure(asked: Asked) -> Chosen | None:
    """Choose a length, a weight or a duration."""
    if not _is_number(asked):
        return None
    if not _FINE.isdisjoint(asked.words):
        return numbers(asked, "1000", "300000")
    return None if _MEASURES.isdisjoint(asked.words) else numbers(asked, "1", "300")


def by_rows(asked: Asked) -> Chosen | None:
    """Choose numbers with as many digits as those of the rows that are there."""
    shape = asked.column.shape
    if not _is_number(asked) or shape is None or shape.rows < 2:
        return None
    digits = min(shape.highest, 9)
    if _is_decimal(asked):
        digits = max(1, digits - 1 - (getattr(asked.column.type, "scale", None) or 0))
    return numbers(asked, "1" if shape.lowest > 1 else "0", str(10**digits - 1))


def by_type(asked: Asked) -> Chosen | None:
    """Choose numbers up to a thousand."""
    return numbers(asked, "1", "1000") if _is_number(asked) else None


RULES_BY_NAME: tuple[Rule, ...] = (
    ("latitude and longitude by name", coordinate),
    ("unix time by name", unix_time),
    ("year, month, day or age by name", year),
    ("money by name", money),
    ("percent by name", percent),
    ("quantity by name", quantity),
    ("position or rating by name", ordinal),
    ("measure by name", measure),
)


def is_id_like(name: str) -> bool:
    """Tell whether a name looks like that of an id."""
    return words_of(name)[-1:] == ("id",)
