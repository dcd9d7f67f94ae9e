"""Rules for texts: PII first, then codes, addresses of the web, lists of words, and prose, each within the column's length."""

from string import ascii_uppercase
from uuid import UUID

import sqlalchemy as sa

from terp_seed.inference import chosen as say
from terp_seed.inference import names
from terp_seed.inference.asked import Asked, Rule
from terp_seed.inference.chosen import Chosen
from terp_seed.model.pii_names import suggests_pii

_OBJECTS = ("setting", "detail", "pref", "preference", "option", "property", "attribute", "param", "stat")  # in the plural
_LONGEST_PROSE, _ENOUGH_ROWS = 400, 20
_UUID = "3f2b8c1e-0d4a-4c5b-9e6f-1a2b3c4d5e6f"
_WORDS = ("amber", "birch", "cedar", "delta", "ember")
_CODES = names.word_set(
    """
    code sku number no reference ref isbn ean barcode serial key identifier voucher coupon symbol abbreviation ticket plate iban
    bic account extension vin handle uid
    """
)
_TITLES = ("title", "name", "label", "subject", "headline", "caption", "heading", "brand", "model", "product", "department")
_PROSE = names.word_set(
    """
    description desc notes note comment comments body content contents summary message text bio remarks details review feedback
    reason instructions answer question abstract about excerpt observation memo synopsis biography
    """
)
_URLS = names.word_set("url uri link website homepage href webpage site image photo avatar picture thumbnail logo banner icon")
_HASHES = names.word_set("hash checksum digest md5 sha1 sha256 etag fingerprint")
_FILES = names.word_set("file filename path filepath folder directory")
_LISTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("year", ("year",), ("2019", "2021", "2022", "2024")),
    ("status", ("status", "state", "stage", "phase"), ("new", "active", "closed", "on hold")),
    ("currency", ("currency", "currency code"), ("EUR", "USD", "GBP")),
    ("language", ("language", "lang", "locale", "language code"), ("en", "de", "fr", "es")),
    ("country", ("country code", "nationality"), ("DE", "FR", "GB", "US")),
    ("country", ("country",), ("Germany", "France", "Spain", "Canada")),
    ("country", ("region", "province", "territory", "county"), ("North", "South", "East", "West")),
    ("color", ("color", "colour"), ("red", "green", "blue", "black")),
    ("time zone", ("timezone", "time zone", "tz"), ("UTC", "Europe/Berlin", "America/New_York")),
    ("media type", ("mime type", "content type", "mimetype", "media type"), ("text/plain", "image/png", "application/pdf")),
    ("gender", ("gender", "sex"), ("female", "male", "other")),
    ("unit", ("unit", "uom"), ("piece", "box", "kg")),
    ("size", ("size",), ("S", "M", "L", "XL")),
    (
        "type",
        ("type", "kind", "category", "class", "role", "mode", "method", "channel", "source", "group"),
        ("standard", "special", "other"),
    ),
    ("user agent", ("user agent", "useragent"), ("Mozilla/5.0 (X11; Linux x86_64)",)),
    ("version", ("version", "revision"), ("1.0", "1.1", "2.0")),
)


def json(asked: Asked) -> Chosen | None:
    """Write a small JSON value: a list where the name is a plural, else an object."""
    if not isinstance(asked.column.type, sa.JSON):
        return None
    is_list = names.singular(asked.words[-1]) not in (asked.words[-1], *_OBJECTS) if asked.words else False
    return Chosen("json", (say.Source("[]" if is_list else '{"note": c.words(1, 3)}'),), samples=({"note": "a"},))


def uuid(asked: Asked) -> Chosen | None:
    """Write a UUID: by type, or by name where a text has its length."""
    if isinstance(asked.column.type, sa.Uuid):
        return Chosen("uuid", samples=(UUID(_UUID),))
    is_named = not {"uuid", "guid"}.isdisjoint(asked.words) or (
        isinstance(asked.column.type, sa.CHAR) and asked.column.length == 36
    )
    if asked.column.is_text and is_named and (asked.fits(36) or asked.fits(32)):
        return Chosen("uuid", samples=(_UUID[: asked.column.length],))
    return None


def mark_of(asked: Asked) -> str:
    """Return the letters with which the codes of a table begin."""
    return "".join(word[0] for word in asked.stem.split("-")).upper()[:3]


def url(asked: Asked) -> Chosen | None:
    """Write an address at example.com."""
    if not asked.column.is_text or _URLS.isdisjoint(asked.words[-2:]):
        return None
    pattern = f"https://example.com/{asked.stem}/{{}}"
    return _sequence(asked, pattern, "https://example.com/{}")


def slug(asked: Asked) -> Chosen | None:
    """Write a slug."""
    return (
        _sequence(asked, f"{asked.stem}-{{}}", "s{}")
        if asked.column.is_text and asked.words[-1:] in (("slug",), ("permalink",))
        else None
    )


def hash_(asked: Asked) -> Chosen | None:
    """Write something as long as a hash."""
    if not asked.column.is_text or _HASHES.isdisjoint(asked.words):
        return None
    length = min(asked.room or 64, 64)
    return say.sequence(f"{{:0{length}x}}") if length >= 8 else None


def file(asked: Asked) -> Chosen | None:
    """Write a file's name."""
    return (
        _sequence(asked, f"{asked.stem}-{{}}.txt", "{}.txt")
        if asked.column.is_text and not _FILES.isdisjoint(asked.words[-2:])
        else None
    )


def code(asked: Asked) -> Chosen | None:
    """Write a code from the row's id."""
    if not asked.column.is_text or not names.ends_with(asked.name, _CODES) or (suggests_pii(asked.name) and not asked.is_unique):
        return None
    return numbered(asked, mark_of(asked))


def numbered(asked: Asked, mark: str) -> Chosen | None:
    """Return a code of at least the length that the CHECKs ask for, in few letters where there is little room."""
    room = asked.room
    if not asked.is_unique and room is not None and room < 7:  # ids grow longer
        length = max(asked.bounds.shortest, min(room, 3))
        length = max(length, min(len(mark) + 1, room))
        letters = ascii_uppercase if asked.table.is_in_unique(asked.name) and len(mark) < length else "ABC"
        return say.choice(*dict.fromkeys((mark + letter * length)[:length] for letter in letters))
    if asked.bounds.shortest and room is not None and asked.bounds.shortest == room:
        return say.sequence(f"{{:0{room}d}}" if room >= 6 else f"{{:0{room}X}}")
    return _sequence(asked, f"{mark}-{{:06d}}", "{:06d}", "{:d}" if room is None or room >= 6 else "{:x}")


def _sequence(asked: Asked, *patterns: str) -> Chosen | None:
    """Return the first of some patterns that has room for an id of seven digits; the last if it has room for two."""
    for pattern in patterns:
        if asked.fits(len(pattern.format(9_999_999))):
            return say.sequence(pattern)
    return say.sequence(patterns[-1]) if "{}" not in patterns[-1] and asked.fits(len(patterns[-1].format(99))) else None


def listed(asked: Asked) -> Chosen | None:
    """Choose from a list of words that the name asks for."""
    if not asked.column.is_text or asked.is_unique:
        return None
    is_region = asked.words[-1:] == ("state",) and any(
        names.pii_kind(name) in ("city", "postcode") for name in asked.table.by_name
    )
    for _, phrases, values in _LISTS:
        if names.ends_with(asked.name, phrases) or (is_region and "region" in phrases):
            if is_region and "region" not in phrases:
                continue
            if (short := _short_list(asked, phrases, values)) is not None:
                return short
            fitting = [value for value in values if asked.fits(len(value))]
            if fitting:
                return say.choice(*fitting)
    return None


def _short_list(asked: Asked, phrases: tuple[str, ...], values: tuple[str, ...]) -> Chosen | None:
    """Return codes where a list of names is longer than the column, as in country CHAR(2)."""
    room = asked.room or 255
    if phrases == ("country",) and room in (2, 3):
        return say.choice(*(("DE", "FR", "GB", "US") if room == 2 else ("DEU", "FRA", "GBR", "USA")))
    if phrases[0] == "color" and room in (6, 7):
        return say.choice(*(f"{'#' * (room - 6)}{value}" for value in ("1f77b4", "ff7f0e", "2ca02c")))
    if max(map(len, values)) > room:
        letters = tuple(dict.fromkeys(value[:room].upper() for value in values))
        return say.choice(*letters) if room <= 3 and asked.fits(len(letters[0])) else None
    return None


def title(asked: Asked) -> Chosen | None:
    """Write a few words."""
    return _words(asked) if asked.column.is_text and names.ends_with(asked.name, _TITLES) else None


def prose(asked: Asked) -> Chosen | None:
    """Write sentences."""
    if not asked.column.is_text or _PROSE.isdisjoint(asked.words) or asked.is_unique:
        return None
    room = asked.room
    return _words(asked) if room is not None and room < 60 else _text(asked)


def _text(asked: Asked) -> Chosen:
    return Chosen(
        "text", named={"max_length": min(asked.room or _LONGEST_PROSE, _LONGEST_PROSE)}, samples=("Amber stones rest.", "Zinc.")
    )


def _words(asked: Asked) -> Chosen | None:
    """Return words, in a unique column a code: words with an id need more room."""
    room = asked.room or 255
    if asked.bounds.shortest > 3 or room < 4:
        return numbered(asked, asked.stem[:2].upper()) or short(asked)
    if asked.is_unique and room < 24:
        return numbered(asked, asked.stem[:2].upper())
    return say.words(1, 1 if room <= 12 else 2 if room <= 40 else 3)


def short(asked: Asked) -> Chosen | None:
    """Choose a letter or two where there is room for little else."""
    if not asked.column.is_text or (asked.room or 255) > (1 if asked.is_unique else 3):
        return None
    room = asked.room or 1
    letters = ascii_uppercase if asked.table.is_in_unique(asked.name) else "ABC"
    return say.choice(*(letter * max(asked.bounds.shortest, 1) for letter in letters)) if asked.bounds.shortest <= room else None


def by_rows(asked: Asked) -> Chosen | None:
    """Write texts about as long as those of the rows that are there."""
    shape = asked.column.shape
    if not asked.column.is_text or shape is None or shape.rows < 2 or asked.is_unique:
        return None
    if shape.rows >= _ENOUGH_ROWS and shape.distinct <= len(_WORDS) and asked.fits(len(_WORDS[0])):
        return say.choice(*_WORDS[: shape.distinct])  # as many different ones
    if shape.highest > 60:
        length = min(shape.highest, asked.room or _LONGEST_PROSE, _LONGEST_PROSE)
        return Chosen("text", named={"max_length": length}, samples=("Amber stones rest.", "Zinc."))
    return _words(asked) if shape.highest > 3 else None


def by_type(asked: Asked) -> Chosen | None:
    """Write words, some more where there is room without end."""
    if not asked.column.is_text:
        return None
    is_long = isinstance(asked.column.type, sa.Text) and not asked.is_unique and asked.room is None
    return say.words(2, 6) if is_long else _words(asked)


RULES_BY_NAME: tuple[Rule, ...] = (
    ("uuid", uuid),
    ("url by name", url),
    ("slug by name", slug),
    ("hash by name", hash_),
    ("file by name", file),
    ("list by name", listed),
    ("code by name", code),
    ("title by name", title),
    ("text by name", prose),
)
