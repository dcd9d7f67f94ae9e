"""Constraints: what a CHECK says of single columns, as far as it can be read.

Read are comparisons with constants, BETWEEN, IN, LIKE, lengths, JSON, and comparisons of two columns; the rest stays unread.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from terp_seed.inference.sql_tokens import Token, tokens_of

_LENGTHS = {"LENGTH", "CHAR_LENGTH", "CHARACTER_LENGTH", "LEN", "OCTET_LENGTH"}
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "="}


@dataclass(frozen=True)
class Bounds:
    """Bounds are what the CHECKs say of one column. A bound is a number, or the text of a date."""

    low: Decimal | str | None = None
    high: Decimal | str | None = None
    above: bool = False  # whether `low` itself is excluded
    below: bool = False
    values: tuple[str | int | Decimal, ...] = ()
    shortest: int = 0
    longest: int | None = None
    like: str | None = None
    is_json: bool = False
    at_least: tuple[tuple[str, bool], ...] = ()  # columns of the row that it is not below, and whether it is above them
    rules: tuple[str, ...] = ()  # the CHECKs that say so


def bounds_of(checks: Iterable[str], columns: Iterable[str]) -> dict[str, Bounds]:
    """Return what the CHECKs say of each column."""
    found: dict[str, Bounds] = {}
    names = list(columns)
    for sql in checks:
        for part in _split(_bare(tokens_of(sql, names)), "AND"):
            for column, change in _read(part):
                old = found.get(column, Bounds())
                found[column] = replace(change(old), rules=tuple(dict.fromkeys((*old.rules, sql))))
    return found


_Change = Callable[[Bounds], Bounds]


def _bare(tokens: list[Token]) -> list[Token]:
    """Return tokens without the parentheses around all of them."""
    while tokens and tokens[0].text == "(" and tokens[0].kind == "mark" and _end(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def _end(tokens: list[Token], start: int) -> int:
    depth = 0
    for place in range(start, len(tokens)):
        if tokens[place].kind == "mark":
            depth += (tokens[place].text in "([") - (tokens[place].text in ")]")
            if depth == 0:
                return place
    return -1


def _split(tokens: list[Token], word: str) -> list[list[Token]]:
    """Return the parts between a word outside of parentheses; the AND of BETWEEN is not one."""
    parts: list[list[Token]] = [[]]
    depth = between = 0
    for token in tokens:
        if token.kind == "mark":
            depth += (token.text in "([") - (token.text in ")]")
        is_word = token.kind == "word" and not depth
        between += is_word and token.text == "BETWEEN"
        if is_word and token.text == word and not (word == "AND" and between):
            parts.append([])
            continue
        if is_word and token.text == "AND":
            between -= 1
        parts[-1].append(token)
    return [_bare(part) for part in parts]


def _read(tokens: list[Token]) -> list[tuple[str, _Change]]:
    """Return what one condition says of columns; nothing if it cannot be read."""
    if len(parts := _split(tokens, "AND")) > 1:
        return [change for part in parts for change in _read(part)]
    if len(parts := _split(tokens, "OR")) > 1:
        kept = [part for part in parts if [token.text for token in part[1:]] != ["IS", "NULL"]]
        return _read(kept[0]) if len(kept) == 1 else _one_of(kept)
    texts = [token.text if token.kind != "column" else "" for token in tokens]
    if len(tokens) == 4 and texts[0] in ("JSON_VALID", "ISJSON") and tokens[2].kind == "column":
        return [(tokens[2].text, lambda old: replace(old, is_json=True))]
    if texts[-2:] == ["IS", "JSON"] and tokens[0].kind == "column":
        return [(tokens[0].text, lambda old: replace(old, is_json=True))]
    for word, read in (("BETWEEN", _between), ("IN", _in), ("LIKE", _like), ("~~", _like)):
        if word in texts and "NOT" not in texts:
            place = texts.index(word)
            return read(_bare(tokens[:place]), tokens[place + 1 :])
    place = next((n for n, token in enumerate(tokens) if token.kind == "mark" and token.text in _FLIPPED), -1)
    return _compared(_bare(tokens[:place]), tokens[place].text, _bare(tokens[place + 1 :])) if place > 0 else []


def _one_of(parts: list[list[Token]]) -> list[tuple[str, _Change]]:
    """Read `a = 1 OR a = 2`, and ranges of one column, as those of partitions, of which the longest run is taken."""
    found = [_alone(part) for part in parts]
    known = [pair for pair in found if pair is not None]
    if len(known) != len(found) or len({column for column, _ in known}) != 1:
        return []
    column, every = known[0][0], [bounds for _, bounds in known]
    if all(bounds.values for bounds in every):
        values = tuple(dict.fromkeys(value for bounds in every for value in bounds.values))
        return [(column, lambda old: replace(old, values=values))]
    run = _longest_run(every)
    return [(column, lambda old: replace(old, low=run.low, above=run.above, high=run.high, below=run.below))] if run else []


def _alone(part: list[Token]) -> tuple[str, Bounds] | None:
    """Return the one column that a condition is about, besides that it is not NULL, and all that it says."""
    conditions = [some for some in _split(part, "AND") if [token.text for token in some[1:]] != ["IS", "NOT", "NULL"]]
    read = [_read(some) for some in conditions]
    changes = [change for some in read for change in some]
    if not changes or not all(read) or len({column for column, _ in changes}) != 1:
        return None
    bounds = Bounds()
    for _, change in changes:
        bounds = change(bounds)
    plain = Bounds(low=bounds.low, high=bounds.high, above=bounds.above, below=bounds.below, values=bounds.values)
    return (changes[0][0], bounds) if bounds == plain else None


def _longest_run(ranges: list[Bounds]) -> Bounds | None:
    """Return the union of the ranges that follow each other without a gap; the longest, if there are several."""
    ends = {type(end) for bounds in ranges for end in (bounds.low, bounds.high) if end is not None}
    if len(ends) != 1 or any(bounds.values for bounds in ranges):
        return None
    runs: list[list[Bounds]] = []
    for bounds in sorted(ranges, key=lambda some: (some.low is not None, some.low)):
        last = runs[-1][-1] if runs else None
        if last is not None and (last.high is None or bounds.low is None or not _is_less(last.high, bounds.low)):
            runs[-1].append(bounds)
        else:
            runs.append([bounds])
    longest = max(runs, key=len)
    top = max(longest, key=lambda some: (some.high is None, some.high))
    return replace(longest[0], high=top.high, below=top.below)


def _is_less(one: Decimal | str, other: Decimal | str) -> bool:
    return one < other if isinstance(one, Decimal) and isinstance(other, Decimal) else str(one) < str(other)


def _constant(tokens: list[Token]) -> Decimal | str | None:
    negative = len(tokens) == 2 and tokens[0].text == "-"
    tokens = _bare(tokens[1:] if negative else tokens)
    if len(tokens) != 1 or tokens[0].kind not in ("number", "text"):
        return None
    if tokens[0].kind == "text":
        return tokens[0].text
    return -Decimal(tokens[0].text) if negative else Decimal(tokens[0].text)


def _measured(tokens: list[Token]) -> str | None:
    """Return the column of `length(column)`."""
    inner = _bare(tokens[2:-1]) if len(tokens) >= 4 and tokens[0].text in _LENGTHS else []
    return inner[0].text if len(inner) == 1 and inner[0].kind == "column" else None


def _compared(left: list[Token], sign: str, right: list[Token]) -> list[tuple[str, _Change]]:
    if right[:1] == [Token("word", "ANY")]:  # = ANY (ARRAY[…])
        return _in(left, right[1:]) if sign == "=" else []
    if len(left) == len(right) == 1 and left[0].kind == right[0].kind == "column" and sign != "=":
        larger, smaller = (left, right) if sign.startswith(">") else (right, left)
        return [(larger[0].text, lambda old: replace(old, at_least=(*old.at_least, (smaller[0].text, len(sign) == 1))))]
    value = _constant(right)
    if value is None:
        left, value, sign = right, _constant(left), _FLIPPED[sign]
    if value is None:
        return []
    measured = _measured(left)
    if measured and isinstance(value, Decimal):
        size = int(value) + {">": 1, "<": -1}.get(sign, 0)
        sizes = {"shortest": size} if sign != "<" and sign != "<=" else {}
        sizes |= {"longest": size} if sign != ">" and sign != ">=" else {}
        return [(measured, lambda old: replace(old, **sizes))]
    return _bounded(left, sign, value)


def _bounded(left: list[Token], sign: str, value: Decimal | str) -> list[tuple[str, _Change]]:
    if len(left) != 1 or left[0].kind != "column":
        return []
    if sign == "=":
        return [(left[0].text, lambda old: replace(old, values=(value,)))]
    if sign.startswith(">"):
        return [(left[0].text, lambda old: replace(old, low=value, above=sign == ">"))]
    return [(left[0].text, lambda old: replace(old, high=value, below=sign == "<"))]


def _between(left: list[Token], right: list[Token]) -> list[tuple[str, _Change]]:
    place = next((n for n, token in enumerate(right) if token.text == "AND"), 0)
    low, high = _constant(_bare(right[:place])), _constant(_bare(right[place + 1 :]))
    if low is None or high is None:
        return []
    return [*_compared(left, ">=", right[:place]), *_compared(left, "<=", right[place + 1 :])]


def _in(left: list[Token], right: list[Token]) -> list[tuple[str, _Change]]:
    inner = _bare(right)
    if inner[:1] == [Token("word", "ARRAY")]:
        inner = inner[2:-1]
    parts: list[list[Token]] = [[]]
    for token in inner:
        if token == Token("mark", ","):
            parts.append([])
        else:
            parts[-1].append(token)
    values = tuple(value for part in parts if (value := _constant(_bare(part))) is not None)
    if len(values) != len(parts) or len(left) != 1 or left[0].kind != "column":
        return []
    return [(left[0].text, lambda old: replace(old, values=values))]


def _like(left: list[Token], right: list[Token]) -> list[tuple[str, _Change]]:
    pattern = _constant(_bare(right))
    if not isinstance(pattern, str) or len(left) != 1 or left[0].kind != "column":
        return []
    return [(left[0].text, lambda old: replace(old, like=pattern))]
