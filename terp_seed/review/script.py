"""The script on the page: the output of `upgrade head --sql`, split by revision and highlighted.

The text is unchanged; only colours are added.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pygments
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, String, Text

from terp_seed.sql.dialect import Dialect

# Alembic's comment before each revision, usually after the BEGIN of its transaction
_REVISION = re.compile(r"^(?:BEGIN;\s+)?-- Running upgrade .*?-> (\S+)$", re.MULTILINE)
_COLOURED = (Comment, Keyword, Number, String)
_NAMES = (Name, String.Symbol)  # quoted names of SQLite are symbols to the lexer


@dataclass(frozen=True)
class Section:
    """A Section is the part of a script for one revision, or with None the part before the first revision."""

    revision: str | None
    sql: str


def sections(script: str) -> Iterator[Section]:
    """Split a script into its revisions."""
    starts = [*_REVISION.finditer(script)]
    begin = starts[0].start() if starts else len(script)
    if script[:begin].strip():
        yield Section(None, script[:begin].strip())
    for place, start in enumerate(starts):
        end = starts[place + 1].start() if place + 1 < len(starts) else len(script)
        yield Section(start[1], script[start.start() : end].strip())


def highlighted(sql: str, dialect: Dialect) -> str:
    """Return SQL as HTML, with classes for the page's colours."""
    lexer = get_lexer_by_name(dialect.lexer, stripnl=False)
    return str(pygments.format(_few_colours(pygments.lex(sql, lexer)), HtmlFormatter(nowrap=True)))


def _few_colours(tokens: Iterable[tuple[Any, str]]) -> Iterator[tuple[Any, str]]:
    """Merge the kinds of token that look alike, which halves the length of the highlighted text."""
    for kind, value in tokens:
        yield _colour(kind), value


@cache
def _colour(kind: Any) -> Any:
    if any(kind in family for family in _NAMES):
        return Text
    return next((family for family in _COLOURED if kind in family), Text)
