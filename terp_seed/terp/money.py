"""Money: whole cents to what a row and a JSON text hold."""

from decimal import Decimal

# an amount of cents in the currency's unit is `amount * CENT`: 1999 is 19.99
CENT = Decimal("0.01")
NOTHING = 0 * CENT
_DECIMALS = tuple(f".{cents:02d}" for cents in range(100))


def amount(cents: int) -> str:
    """Return an amount of cents, not below 0, as text: 1999 is 19.99."""
    return f"{cents // 100}{_DECIMALS[cents % 100]}"


def percent(part: int, whole: int) -> int:
    """Return a share in hundredths of a percent, rounded half up; 0 of nothing."""
    return (part * 20_000 + whole) // (2 * whole) if whole else 0
