"""Patterns: an example of a regular expression, for CHECKs that have one, and a text with a number in it that matches one.

Only what databases and Python read alike.
"""

import re
from collections.abc import Iterator

_CLASSES = {"d": "1", "w": "a", "s": " ", ".": "."}
_LONGEST = 200
_OPTIONAL = re.compile(r"(\\.|\[[^\]]+\]|[^\\\](){}])[?*]")
_FEWEST_DIGITS = 3


def example(pattern: str) -> str | None:
    """Return a text that matches all of a pattern, as short as it allows; None if it cannot be made."""
    plain = _plain(pattern)
    try:
        made, end = _alternatives(plain.removeprefix("^").removesuffix("$"), 0)
        is_right = end == len(plain.removeprefix("^").removesuffix("$")) and re.search(plain, made) is not None
    except (IndexError, ValueError, re.error):
        return None
    return made if is_right and 0 < len(made) <= _LONGEST else None


def numbered(pattern: str) -> Iterator[str]:
    """Yield texts that match a pattern with a number of a row as their longest run of digits, as `sequence` takes it."""
    for plain in (_OPTIONAL.sub("", pattern), pattern):
        made = example(plain) or ""
        runs = sorted(re.finditer(r"0+|1+", made), key=lambda run: -len(run[0]))
        for start, end in ((start, run.end()) for run in runs for start in range(run.start(), run.end() - _FEWEST_DIGITS + 1)):
            width = end - start
            before, after = (part.replace("{", "{{").replace("}", "}}") for part in (made[:start], made[end:]))
            text = f"{before}{{:0{width}d}}{after}"
            if all(_matches(pattern, text.format(number)) for number in (1, 987, 10**width - 1)):
                yield text
                break


def _matches(pattern: str, text: str) -> bool:
    return example(pattern) is not None and re.search(_plain(pattern), text) is not None


def _plain(pattern: str) -> str:
    """Return a pattern with Python's names of the classes."""
    return re.sub(r"\[:(\w+):\]", lambda found: {"alpha": "A-Za-z", "digit": "0-9"}.get(found[1], "A-Za-z0-9"), pattern)


def _alternatives(text: str, place: int) -> tuple[str, int]:
    """Make the first of some alternatives, and return where they end."""
    made, place = _sequence(text, place)
    while place < len(text) and text[place] == "|":
        _, place = _sequence(text, place + 1)
    return made, place


def _sequence(text: str, place: int) -> tuple[str, int]:
    made = ""
    while place < len(text) and text[place] not in "|)":
        piece, place = _piece(text, place)
        times, place = _times(text, place)
        made += piece * times
    return made, place


def _piece(text: str, place: int) -> tuple[str, int]:
    """Make one letter or group."""
    letter = text[place]
    if letter == "(":
        made, end = _alternatives(text, place + (3 if text[place : place + 3] == "(?:" else 1))
        if text[end] != ")":
            raise ValueError(text)
        return made, end + 1
    if letter == "[":
        end = text.index("]", place + 2)
        return _one_of(text[place + 1 : end]), end + 1
    if letter == "\\":
        return _CLASSES.get(text[place + 1], text[place + 1]), place + 2
    return ("" if letter in "^$" else "a" if letter == "." else letter), place + 1


def _one_of(members: str) -> str:
    """Return a letter of a class; of a negated one, one that is not in it."""
    if members.startswith("^"):
        return next(letter for letter in "a1A-x" if re.fullmatch(f"[{members}]", letter))
    return _CLASSES.get(members[1], members[1]) if members.startswith("\\") else members[0]


def _times(text: str, place: int) -> tuple[int, int]:
    """Return how often the piece before must come, once where it may."""
    if place < len(text) and text[place] == "{":
        end = text.index("}", place)
        return int(text[place + 1 : end].partition(",")[0] or 0), end + 1
    return 1, place + (place < len(text) and text[place] in "*+?")
