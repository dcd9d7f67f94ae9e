"""Words: numbers with their nouns and verbs, in the singular where there is one."""


def counted(number: int, noun: str = "row") -> str:
    """Return a number with its noun: `1 row`, `2,000 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def are(number: int) -> str:
    """Return `is` for one, else `are`."""
    return "is" if number == 1 else "are"
