"""The business's calendar: working days, and its office hours as UTC times.

The business keeps Eastern Standard Time all year (UTC-5, no daylight saving), so a day of work is one UTC day: 8:00 to 17:30 is
13:00 to 22:30 in UTC.
"""

from datetime import date, datetime, time
from functools import lru_cache

OPENS, CLOSES = 13 * 60, 22 * 60 + 30  # minutes of a UTC day
FRIDAY, SATURDAY, SUNDAY = 4, 5, 6
_BACK = (0, 0, 0, 0, 0, 1, 2)  # by weekday: how long the last working day is ago
_AHEAD = (1, 1, 1, 1, 3, 2, 1)  # and how far the next one is
_TIMES = [time(minute // 60, minute % 60) for minute in range(24 * 60)]


def weekday(day: int) -> int:
    """Return the weekday of a day's ordinal; 0 is Monday."""
    return (day + 6) % 7


def working_day(day: int) -> int:
    """Return the day if it is a working day, else the last one before it."""
    return day - _BACK[(day + 6) % 7]


def near_working_day(day: int, end: int) -> int:
    """Return the day if it is a working day, else the nearest one before `end`."""
    after = day + 1 if weekday(day) == SUNDAY else day
    return after if after < end and weekday(after) < SATURDAY else working_day(min(day, end - 1))


def next_working_day(day: int, steps: int = 1) -> int:
    """Return the working day that many working days later."""
    for _ in range(steps):
        day += _AHEAD[(day + 6) % 7]
    return day


@lru_cache(maxsize=10_000)
def day_of(ordinal: int) -> date:
    """Return the day of an ordinal. A run has few days and many rows."""
    return date.fromordinal(ordinal)


def moment(ordinal: int, minute: int) -> datetime:
    """Return a time of a day, by its minute."""
    return datetime.combine(day_of(ordinal), _TIMES[minute])


@lru_cache(maxsize=10_000)
def midnight(ordinal: int) -> datetime:
    """Return the beginning of a day."""
    return moment(ordinal, 0)
