"""Rules for comments: a list of codes or words in a column's comment, or the kind of PII that it names."""

import re

import sqlalchemy as sa

from terp_seed.inference import chosen as say
from terp_seed.inference import names
from terp_seed.inference.asked import Asked
from terp_seed.inference.chosen import Chosen
from terp_seed.model.pii import least_length

_CODE = re.compile(r"(?<![\w.-])(-?\d{1,5})\s*[=:]\s*[^\W\d]")  # 0=off, 1: on
_QUOTED = re.compile(r"'(\w[\w -]{0,40})'")
_WITH_BARS = re.compile(r"\s*(?:[^|:]*:)?\s*(\w+(?:\s*\|\s*\w+)+)\s*\.?\s*")  # state: new|paid|sent


def listed(asked: Asked) -> Chosen | None:
    """Choose among the codes or words that a comment lists."""
    comment = asked.column.comment
    if asked.is_unique or not comment:
        return None
    if isinstance(asked.column.type, sa.Integer) and not isinstance(asked.column.type, sa.Boolean):
        low, high = asked.column.whole or (0, 0)
        codes = [code for code in dict.fromkeys(map(int, _CODE.findall(comment))) if low <= code <= high]
        return say.choice(*codes) if len(codes) > 1 else None
    if not asked.column.is_text:
        return None
    bars = _WITH_BARS.fullmatch(comment)
    words = re.split(r"\s*\|\s*", bars[1]) if bars else _QUOTED.findall(comment)
    fitting = [word for word in dict.fromkeys(words) if asked.fits(len(word))]
    return say.choice(*fitting) if len(fitting) > 1 and len(fitting) == len(set(words)) else None


def pii(asked: Asked) -> Chosen | None:
    """Leave to the masker what a short comment calls PII, as in `the customer's e-mail address`."""
    kind = names.pii_kind(asked.column.comment) if len(asked.column.comment) <= 60 else None
    if kind is None or kind == "birth_date" or not asked.column.is_text or asked.bounds.rules:
        return None
    is_short = asked.room is not None and asked.room < least_length(kind)
    return None if is_short else Chosen("pii", (kind,), samples=("Ada",))
