"""Words: numbers with their nouns and verbs, in the singular where there is one, and what a mistyped word may have meant."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches


def counted(number: int, noun: str = "row") -> str:
    """Return a number with its noun: `1 row`, `2,000 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def are(number: int) -> str:
    """Return `is` for one, else `are`."""
    return "is" if number == 1 else "are"


def nearest(word: str, names: Iterable[str], plain: Callable[[str], str] = str.casefold) -> str | None:
    """Return the name that a mistyped word is most like, compared as `plain` makes them, or None."""
    by_plain = {plain(name): name for name in names}
    return next((by_plain[found] for found in get_close_matches(plain(word), by_plain, 1)), None)


def listed(names: Iterable[str]) -> str:
    """Format names for a message, at most ten of them."""
    every = list(names)
    return ", ".join(every[:10]) + (f" and {len(every) - 10} more" if len(every) > 10 else "")
