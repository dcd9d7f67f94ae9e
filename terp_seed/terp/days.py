"""The business calendar: working days, and office hours in UTC.

The business uses Eastern Standard Time all year (UTC-5, no daylight saving), so a working day is within one UTC day: 8:00 to
17:30 is 13:00 to 22:30 in UTC.
"""

from datetime import date, datetime, time
from functools import lru_cache

OPENS, CLOSES = 13 * 60, 22 * 60 + 30  # minutes of a UTC day
FRIDAY, SATURDAY, SUNDAY = 4, 5, 6
_HOLIDAYS = ((1, 1), (7, 4), (12, 25))  # month and day, also of the bank
LAST_DAY = date(2038, 1, 18).toordinal()  # the last whole day that a MySQL TIMESTAMP can hold
_TIMES = [time(minute // 60, minute % 60) for minute in range(24 * 60)]


def weekday(day: int) -> int:
    """Return the weekday of an ordinal; 0 is Monday."""
    return (day + 6) % 7


@lru_cache(maxsize=10_000)
def day_of(ordinal: int) -> date:
    """Return the date of an ordinal. Cached, because a run has few days and many rows."""
    return date.fromordinal(ordinal)


@lru_cache(maxsize=10_000)
def is_working_day(day: int) -> bool:
    """Tell whether the business and its bank are open on a day."""
    return weekday(day) < SATURDAY and (day_of(day).month, day_of(day).day) not in _HOLIDAYS


def working_day(day: int) -> int:
    """Return the day if it is a working day, else the last one before it, at most three days earlier."""
    while not is_working_day(day):
        day -= 1
    return day


def near_working_day(day: int, end: int) -> int:
    """Return the day if it is a working day, else the nearest one before `end`."""
    after = day + 1 if weekday(day) == SUNDAY else day
    return after if after < end and is_working_day(after) else working_day(min(day, end - 1))


def next_working_day(day: int, steps: int = 1) -> int:
    """Return the working day that is `steps` working days later."""
    for _ in range(steps):
        day += 1
        while not is_working_day(day):
            day += 1
    return day


def moment(ordinal: int, minute: int) -> datetime:
    """Return the datetime of a day and a minute; days after the last one of a TIMESTAMP become that day."""
    return datetime.combine(day_of(min(ordinal, LAST_DAY)), _TIMES[minute])


@lru_cache(maxsize=10_000)
def midnight(ordinal: int) -> datetime:
    """Return the beginning of a day."""
    return moment(ordinal, 0)
