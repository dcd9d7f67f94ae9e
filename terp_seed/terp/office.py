"""The office: minutes in which it is open."""

from datetime import datetime

from terp_seed.model.streams import Stream
from terp_seed.terp.days import CLOSES, OPENS, moment, next_working_day, working_day
from terp_seed.terp.figures import Client

MINUTES = 24 * 60  # of a day


def in_office(stream: Stream, first: int, last: int) -> int:
    """Draw a minute in which the office is open, on a working day from `first` to `last` if there is one; it counts all days."""
    day = stream.between(first, last)
    if working_day(day) >= first:
        day = working_day(day)
    elif next_working_day(day) <= last:
        day = next_working_day(day)
    return day * MINUTES + OPENS + stream.below(CLOSES - OPENS)


def soon_after(stream: Stream, minute: int, longest: int) -> int:
    """Draw a minute of the same day, at most `longest` minutes later, in which the office is open."""
    return min(minute + 1 + stream.below(longest), minute // MINUTES * MINUTES + CLOSES)


def joined(client: Client) -> int:
    """Return the minute in which a client was entered."""
    return client.day * MINUTES + OPENS + client.day * 37 % 240


def at(minute: int) -> datetime:
    """Return a minute as a time."""
    return moment(*divmod(minute, MINUTES))
