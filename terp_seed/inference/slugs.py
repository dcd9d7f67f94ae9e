"""Slugs: the names of files, modules and revisions for tables of any name."""

import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable

from terp_seed.inference.names import word_set

_LONGEST = 32  # what a version table holds
# what Alembic, a project or Python means by these names
_RESERVED = word_set("ledger base head heads seed current __init__ metadata tables references env")


def slugs_of(names: Iterable[str], taken: Collection[str] = ()) -> dict[str, str]:
    """Return a slug for each table: lowercase letters, digits and underscores, at most 32, each once."""
    every = list(names)
    used = set(taken)
    found: dict[str, str] = {}
    # those that need no change go first, so that none of them has to
    for name in sorted(every, key=lambda name: (slug_of(name) != name, name)):
        slug = _free(slug_of(name), used)
        used.add(slug)
        found[name] = slug
    return {name: found[name] for name in every}


def slug_of(name: str) -> str:
    """Return the slug of one name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", "_", plain)
    slug = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_") or "table"
    if slug[0].isdigit():
        slug = f"t_{slug}"
    slug = slug[:_LONGEST].rstrip("_")
    return f"{slug}_table" if slug in _RESERVED or keyword.iskeyword(slug) else slug


def _free(slug: str, used: Collection[str]) -> str:
    made, number = slug, 2
    while made in used:
        ending = f"_{number}"
        made, number = f"{slug[: _LONGEST - len(ending)]}{ending}", number + 1
    return made
