"""The words in the query of any server's address, and what those about TLS ask for together. Each backend has its own words.

A word is compared without its case, hyphens and underscores: ssl-mode, ssl_mode and sslMode are one.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from terp_seed.backends.address import unusable

PARTS = {
    "host": "host",
    "port": "port",
    "user": "username",
    "username": "username",
    "password": "password",
    "passwd": "password",
    "database": "database",
    "db": "database",
    "dbname": "database",
}
YES, NO = ("true", "1", "yes", "on"), ("false", "0", "no", "off")


def plain(word: str) -> str:
    """Return a word as it is compared."""
    return word.lower().replace("-", "").replace("_", "")


def has_password(query: Iterable[str]) -> bool:
    """Tell whether a query has a password, of which any word may be a part behind an &."""
    return any(PARTS.get(plain(word)) == "password" for word in query)


def listed(*lines: str) -> frozenset[str]:
    """Return the words of some lines."""
    return frozenset(" ".join(lines).split())


def switch(on: str, off: str = "") -> dict[str, str]:
    """Return what a word means that is on or off."""
    return {**dict.fromkeys(YES, on), **dict.fromkeys(NO, off)}


@dataclass
class AskedTLS:
    """An AskedTLS is what the words of one address ask for, together."""

    modes: dict[str, str] = field(default_factory=dict)  # by the word that asks for it
    files: dict[str, str] = field(default_factory=dict)
    # of a backend
    order: ClassVar[tuple[str, ...]]  # its five modes, from none to the strictest
    meanings: ClassVar[Mapping[str, Mapping[str, str]]]  # of each word's values: a mode, or nothing
    file_words: ClassVar[Mapping[str, str]]
    authority: ClassVar[str]  # the word for it
    joined_by: ClassVar[str]  # of hyphen and underscore, that in the values of `meanings`
    example: ClassVar[str]

    def takes(self, word: str, value: str) -> bool:
        """Take a word if it is about TLS, and tell whether it is. Raises BadSetting for a value without a meaning."""
        if file := self.file_words.get(plain(word)):
            self.files[file] = value
            return True
        meanings = self.meanings.get(plain(word))
        if meanings is None:
            return False
        if plain(word) == "ssl" and value.startswith("{"):
            self._take_json(word, value)
            return True
        mode = meanings.get(value.lower().replace("_" if self.joined_by == "-" else "-", self.joined_by))
        if mode is None:
            is_mode = meanings is self.meanings["sslmode"]
            expected = self.order if is_mode else [each for each in meanings if each not in (*YES[1:], *NO[1:])]
            raise unusable(f"has {word}={value!r}, which is not known", f"one of {', '.join(expected)}, as in {self.example}")
        if mode:
            self.modes[word] = mode
        return True

    def strictest(self) -> str:
        """Return the strictest mode, or an empty text. Raises BadSetting if TLS is both required and switched off."""
        strictest = max(self.modes.values(), key=self.order.index, default="")
        if self.order[0] in self.modes.values() and strictest != self.order[0]:
            raise unusable(f"has {' and '.join(self.modes)}, which contradict each other", f"one, as in {self.example}")
        return strictest

    def _take_json(self, word: str, text: str) -> None:
        """Take the object that Node's drivers have for `ssl`."""
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            given = {"": None}
        verify, authority = given.pop("rejectUnauthorized", True), given.pop("ca", None)
        if given or not isinstance(verify, bool) or not isinstance(authority, str | None):
            raise unusable(
                f"has {word} as JSON that is not understood", f'only ca and rejectUnauthorized, as in {word}={{"ca":"ca.pem"}}'
            )
        self.modes[word] = self.order[4 if verify else 2]
        self.files |= {self.authority: authority} if authority else {}
