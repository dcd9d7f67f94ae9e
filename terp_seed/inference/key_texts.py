"""Rules for texts and bytes that tell rows apart: each is a function of the row's number, as long as the column takes."""

from dataclasses import replace

import sqlalchemy as sa

from terp_seed.inference import chosen as say
from terp_seed.inference.asked import Asked
from terp_seed.inference.chosen import Chosen
from terp_seed.inference.text_rules import mark_of, numbered, uuid

_BYTES, _MOST_BYTES, _FEW_BYTES = 16, 64, 5
_NUMBERS_NEED = 6  # letters, from which on decimal digits are enough


def key(asked: Asked) -> Chosen | None:
    """Write a code, or a UUID where there is room for just that, in a text that tells the rows apart by itself."""
    if not asked.column.is_text or asked.table.identity != (asked.name,):
        return None
    if asked.words[-1:] in (("id",), ("key",)) and asked.column.length in (32, 36) and not asked.bounds.rules:
        return uuid(replace(asked, column=replace(asked.column, name="uuid")))
    return uuid(asked) or _by_digits(asked) or numbered(asked, mark_of(asked))


def _by_digits(asked: Asked) -> Chosen | None:
    """Write the number of the row in all the letters that there are."""
    length = asked.room or 0
    return say.sequence(f"{{:0{length}X}}") if 2 <= length < _NUMBERS_NEED and asked.fits(length) else None


def octets(asked: Asked) -> Chosen | None:
    """Write some bytes."""
    if not isinstance(asked.column.type, sa.LargeBinary):
        return None
    length = asked.column.length or _BYTES
    if length > _MOST_BYTES and not asked.column.spelled.upper().startswith("BINARY"):  # which the server would fill up
        length = _BYTES
    if asked.bounds.longest is not None or asked.bounds.shortest:
        length = max(asked.bounds.shortest, min(length, asked.bounds.longest or length))
    domain = 256**length if length < _FEW_BYTES else None
    return Chosen("binary", (length,), domain=domain, samples=(b"\1" * length,))
