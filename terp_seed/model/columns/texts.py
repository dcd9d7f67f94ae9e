"""Texts: words, sentences, codes, UUIDs and bytes. Where a column must be unique, a text ends with its row's id."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from terp_seed.errors import CapacityExceeded
from terp_seed.model.columns import specs
from terp_seed.model.columns.column_types import Place
from terp_seed.model.columns.maker import Maker, Permutation, UnitColumns
from terp_seed.model.columns.word_list import WORDS
from terp_seed.model.streams import Stream, fingerprint

_ENOUGH_BYTES = 12  # of which no two rows get the same


class TextMaker(Maker):
    """A TextMaker makes words or sentences; with `numbered`, each ends with its row's id, so none comes twice."""

    def __init__(self, place: Place, spec: specs.Words | specs.Text) -> None:
        place.require(type(spec).__name__.lower(), "text")
        self._place, self._spec, self.numbered = place, spec, False
        limits = [
            limit for limit in (place.length, spec.max_length if isinstance(spec, specs.Text) else None) if limit is not None
        ]
        self._limit = min(limits, default=None)

    def values(self, columns: UnitColumns) -> Sequence[Any]:
        """Return the text of each row."""
        stream = columns.stream(self._place.column.name)
        if not self.numbered:
            return [self._text(stream, self._limit) for _ in range(columns.count)]
        return [self._with_id(stream, row_id) for row_id in columns.ids()]

    def _with_id(self, stream: Stream, row_id: int) -> str:
        ending = str(row_id)
        room = None if self._limit is None else self._limit - len(ending) - 1
        text = self._text(stream, None if room is None else max(room, 0))
        made = f"{text} {ending}" if text else ending
        if self._limit is not None and len(made) > self._limit:
            raise CapacityExceeded(
                f"{self._place.name} is unique and holds {self._limit} characters, which is enough for ids below "
                f"{10**self._limit:,}, but a row has the id {row_id}: expected a longer column, or rows with lower ids. Nothing "
                "was written to this table."
            )
        return made

    def _text(self, stream: Stream, limit: int | None) -> str:
        spec = self._spec
        if isinstance(spec, specs.Words):
            words = [stream.pick(WORDS) for _ in range(stream.between(spec.lo, spec.hi))]
            return _shortened(words, limit).capitalize()
        wanted = stream.between(spec.max_length // 4, spec.max_length)
        text = ""
        while True:
            sentence = " ".join(stream.pick(WORDS) for _ in range(stream.between(4, 12))).capitalize() + "."
            if text and len(text) + 1 + len(sentence) > min(wanted, spec.max_length if limit is None else limit):
                return text
            if not text and limit is not None and len(sentence) > limit:
                return _shortened(sentence.split(), limit)
            text = f"{text} {sentence}".lstrip()


class SequenceMaker(Maker):
    """A SequenceMaker makes codes from the ids of the rows."""

    def __init__(self, place: Place, spec: specs.Sequence) -> None:
        place.require("sequence", "text", "integer")
        self._place, self._pattern = place, spec.pattern
        self._value(1)

    def values(self, columns: UnitColumns) -> Sequence[Any]:
        """Return the code of each row."""
        return [self._value(row_id) for row_id in columns.ids()]

    def _value(self, row_id: int) -> Any:
        text = self._pattern.format(row_id)
        if self._place.family == "text":
            if self._place.length is not None and len(text) > self._place.length:
                self._refuse(text, row_id, f"at most {self._place.length} characters")
            return text
        low, high = self._place.integer_range()
        if not text.isdecimal() or not low <= int(text) <= high:
            self._refuse(text, row_id, f"a whole number up to {high}")
        return int(text)

    def _refuse(self, text: str, row_id: int, expected: str) -> None:
        raise CapacityExceeded(
            f"{self._place.name} would be {text!r} in the row with the id {row_id}: expected {expected}. Shorten the pattern of "
            "its sequence, or make the column longer. Nothing was written to this table."
        )


class UuidMaker(Maker):
    """A UuidMaker makes UUIDs of version 4, each from the id of its row."""

    def __init__(self, place: Place) -> None:
        place.require("uuid", "uuid", "text", "binary")
        length = {"uuid": None, "binary": 16}.get(place.family, 32)
        if place.length is not None and length is not None and place.length < length:
            place.refuse(f"holds {place.length} characters", f"at least {length} for a UUID")
        self._place, self._is_short = place, place.length is not None and place.length < 36

    def values(self, columns: UnitColumns) -> Sequence[Any]:
        """Return the UUID of each row, as the column takes it."""
        made = [UUID(int=_number_of(columns, self._place, row_id, 0), version=4) for row_id in columns.ids()]
        if self._place.family == "uuid":
            return made
        if self._place.family == "binary":
            return [one.bytes for one in made]
        return [one.hex if self._is_short else str(one) for one in made]


class BinaryMaker(Maker):
    """A BinaryMaker makes some bytes for each row; few of them are numbered where they must be unique."""

    def __init__(self, place: Place, spec: specs.Binary) -> None:
        place.require("binary", "binary")
        place.fitted(bytes(spec.length))
        self._place, self._length, self.numbered = place, spec.length, False

    @property
    def is_unique(self) -> bool:
        """Tell whether no two rows get the same bytes."""
        return self._length >= _ENOUGH_BYTES or self.numbered

    def values(self, columns: UnitColumns) -> Sequence[Any]:
        """Return the bytes of each row."""
        if self.numbered and self._length < _ENOUGH_BYTES:
            place = Permutation(columns.unit.recipe, self._place.name, 256**self._length)
            return [place(number).to_bytes(self._length, "big") for number in columns.numbers()]
        return [self._bytes(columns, row_id) for row_id in columns.ids()]

    def _bytes(self, columns: UnitColumns, row_id: int) -> bytes:
        parts = range(-(-self._length // 16))
        return b"".join(_number_of(columns, self._place, row_id, part).to_bytes(16, "big") for part in parts)[: self._length]


def _number_of(columns: UnitColumns, place: Place, row_id: int, part: int) -> int:
    """Return 128 bits that depend on the recipe, the column and the row."""
    recipe = columns.unit.recipe
    return fingerprint(recipe.generator_version, recipe.seed, place.name, row_id, part)


def _shortened(words: list[str], limit: int | None) -> str:
    """Return as many of the words as fit, at least a part of the first one."""
    text = " ".join(words)
    if limit is None or len(text) <= limit:
        return text
    whole = text[: limit + 1].rpartition(" ")[0]
    return whole or text[:limit]
