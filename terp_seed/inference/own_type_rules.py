"""Rules for the types that only some databases have, such as YEAR and inet: a short range, or texts that each of them reads."""

from decimal import Decimal

from terp_seed.inference import chosen as say
from terp_seed.inference.asked import Asked
from terp_seed.inference.chosen import NULL, Chosen

_LARGEST = 2**31 - 1
_NO_ITEMS = Chosen("constant", ([],), domain=1, samples=([],))
_DAYS = "[2024-01-01,2024-02-01)"
# whose values are texts: the addresses are reserved for documentation
_TEXTS: dict[str, tuple[str, ...]] = {
    "CIDR": ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),
    "INT4RANGE": ("[1,10)", "[10,50)"),
    "INT8RANGE": ("[1,10)", "[10,50)"),
    "NUMRANGE": ("[1,10)", "[10,50)"),
    "DATERANGE": (_DAYS,),
    "TSRANGE": (_DAYS,),
    "TSTZRANGE": (_DAYS,),
    "INTERVAL": ("1 day", "7 days", "02:30:00"),
}
_SEQUENCES = {"MACADDR": "02{:010x}", "MACADDR8": "02{:014x}"}  # locally administered


def own_type(asked: Asked) -> Chosen | None:
    """Choose for a type of one database by its name."""
    kind = asked.column.type
    name = kind.__visit_name__.upper() if kind is not None else ""
    if name == "YEAR":
        return say.integer(1990, 2030)
    if name == "BIT":
        return _bits(asked)
    if name == "MONEY":
        ends = (Decimal("1.00"), Decimal("500.00"))
        return Chosen("decimal", ends, domain=49_901, samples=ends)
    if name == "INET":
        return Chosen("pii", ("ip",), samples=("192.0.2.10",))
    if name in _SEQUENCES:
        return say.sequence(_SEQUENCES[name])
    if name == "ARRAY":
        return Chosen("server") if asked.column.default is not None else NULL if asked.column.is_nullable else _NO_ITEMS
    if name == "TSVECTOR":
        return say.words(2, 4)
    return say.choice(*_TEXTS[name]) if name in _TEXTS else None


def _bits(asked: Asked) -> Chosen:
    """Choose numbers for MySQL, and texts of zeros and ones for PostgreSQL, whose type may vary in length."""
    length = asked.column.length or 1
    if hasattr(asked.column.type, "varying"):
        return say.choice("0" * length, "1" * length)
    return say.integer(0, min(2**length - 1, _LARGEST))
