"""Money: the conversion of whole cents to Decimals for rows and text for JSON."""

from decimal import Decimal

# cents times CENT is the amount as a Decimal: 1999 * CENT is 19.99
CENT = Decimal("0.01")
NOTHING = 0 * CENT
_DECIMALS = tuple(f".{cents:02d}" for cents in range(100))


def amount(cents: int) -> str:
    """Return a non-negative amount of cents as text: 1999 is 19.99."""
    return f"{cents // 100}{_DECIMALS[cents % 100]}"


def percent(part: int, whole: int) -> int:
    """Return a share in hundredths of a percent, rounded half up; 0 if the whole is 0."""
    return (part * 20_000 + whole) // (2 * whole) if whole else 0
