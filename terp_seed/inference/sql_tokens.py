"""SQL tokens: the pieces of a CHECK as its server spells it, and its text with values in place of columns."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<text>'(?:[^']|'')*')|(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|(?<!ARRAY)\[[^\]',]+\])"""
    r"|(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)|(?P<word>[^\W\d][\w$]*)|(?P<mark>::|<=|>=|<>|!=|==|~~\*?|\|\||.)",
    re.DOTALL,
)
_REST_OF_TYPE = {"VARYING", "PRECISION", "WITH", "WITHOUT", "TIME", "ZONE"}


@dataclass(frozen=True)
class Token:
    """A Token is a piece of SQL: its kind, and its text without quotes; words are in upper case unless they are columns."""

    kind: str
    text: str


def tokens_of(sql: str, columns: Iterable[str]) -> list[Token]:
    """Return the tokens of a CHECK, without casts and introducers. Columns are recognised regardless of their letter case."""
    by_name = {name.casefold(): name for name in columns}
    found: list[Token] = []
    for match in _TOKEN.finditer(sql):
        kind, text = str(match.lastgroup), match[0]
        if kind == "space":
            continue
        if kind == "text":
            if found and found[-1].kind == "word" and found[-1].text.startswith("_"):
                found.pop()  # _utf8mb4'…'
            found.append(Token("text", text[1:-1].replace("''", "'")))
        elif kind == "name":
            plain = text[1:-1]
            found.append(Token("column", by_name.get(plain.casefold(), plain)))
        elif kind == "word":
            found.append(Token("column", by_name[text.casefold()]) if text.casefold() in by_name else Token("word", text.upper()))
        else:
            found.append(Token(kind, "=" if text == "==" else text))
    return _without_casts(found)


def _without_casts(tokens: list[Token]) -> list[Token]:
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        if tokens[place].text != "::" or tokens[place].kind != "mark":
            kept.append(tokens[place])
            place += 1
            continue
        place += 2
        while place < len(tokens) and tokens[place].text in _REST_OF_TYPE:
            place += 1
        for opening, closing in ("()", "[]"):
            if place < len(tokens) and tokens[place] == Token("mark", opening):
                while tokens[place] != Token("mark", closing):
                    place += 1
                place += 1
    return kept


def columns_of(sql: str, columns: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that a CHECK mentions."""
    return tuple(dict.fromkeys(token.text for token in tokens_of(sql, columns) if token.kind == "column"))


def with_values(sql: str, values: dict[str, str]) -> str:
    """Return a CHECK with the literals of `values` in place of its columns."""
    by_name = {name.casefold(): value for name, value in values.items()}

    def put(match: re.Match[str]) -> str:
        kind, text = match.lastgroup, match[0]
        plain = text[1:-1] if kind == "name" else text
        is_cast = sql[: match.start()].rstrip().endswith("::")
        is_column = kind in ("name", "word") and not is_cast and plain.casefold() in by_name
        return by_name[plain.casefold()] if is_column else text

    return _TOKEN.sub(put, sql)
