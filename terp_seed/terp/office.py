"""The office: random minutes in office hours."""

from datetime import datetime

from terp_seed.model.streams import Stream
from terp_seed.terp.days import CLOSES, OPENS, moment, next_working_day, working_day
from terp_seed.terp.figures import Client

MINUTES = 24 * 60  # per day


def in_office(stream: Stream, first: int, last: int) -> int:
    """Draw a minute in office hours, on a working day from `first` to `last` if there is one. Minutes count from ordinal 0."""
    day = stream.between(first, last)
    if working_day(day) >= first:
        day = working_day(day)
    elif next_working_day(day) <= last:
        day = next_working_day(day)
    return day * MINUTES + OPENS + stream.below(CLOSES - OPENS)


def soon_after(stream: Stream, minute: int, longest: int) -> int:
    """Draw a minute in office hours of the same day, at most `longest` minutes later."""
    return min(minute + 1 + stream.below(longest), minute // MINUTES * MINUTES + CLOSES)


def joined(client: Client) -> int:
    """Return the minute at which a client was entered."""
    return client.day * MINUTES + OPENS + client.day * 37 % 240


def at(minute: int) -> datetime:
    """Return a minute as a datetime."""
    return moment(*divmod(minute, MINUTES))
