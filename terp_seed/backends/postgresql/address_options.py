"""The search path of an address, and its `options`: what libpq sends to the server as parts of a command line.

Of that, a search path and the name by which a provider finds its database are taken; what sets the session otherwise is refused.
"""

import re
from dataclasses import dataclass, field

from terp_seed.backends.address import POSTGRESQL_EXAMPLE, unusable
from terp_seed.backends.address_words import plain
from terp_seed.backends.postgresql import address_words as words

_PART = re.compile(r"(?:\\.|[^\\\s])+")  # as the server splits them: at spaces without a backslash before them
_ROUTED = re.compile(r"[A-Za-z0-9][\w.-]*")
_SETTING = re.compile(r"([A-Za-z][\w.-]*)=(.+)")
_NAME = r"""\s*(?:"(?:[^"]|"")+"|[^\s,"]+)\s*"""
_SEARCH_PATH = re.compile(f"{_NAME}(?:,{_NAME})*")
_EXAMPLE = f"as in {POSTGRESQL_EXAMPLE}?options=-csearch_path%3Dapp"


@dataclass
class Options:
    """An Options is the search path and the route that the words of one address ask for, together."""

    search_path: str = ""
    routes: dict[str, str] = field(default_factory=dict)

    def take_schema(self, name: str) -> None:
        """Take the name of one schema, as it is."""
        self.take_search_path('"' + name.replace('"', '""') + '"')

    def take_search_path(self, value: str) -> None:
        """Take a list of names, each in the server's own spelling. Raises BadSetting for a second one."""
        if self.search_path:
            raise unusable("has its search_path twice", f"it once, as in {POSTGRESQL_EXAMPLE}?search_path=app")
        if not _SEARCH_PATH.fullmatch(value):
            raise unusable(
                "has a search_path that is not a list of schemas", f"names, as in {POSTGRESQL_EXAMPLE}?search_path=app"
            )
        self.search_path = value

    def take(self, text: str) -> None:
        """Take what libpq calls options. Raises BadSetting for a setting that is not ours to change."""
        parts = iter([re.sub(r"\\(.)", r"\1", part) for part in _PART.findall(text)])
        for part in parts:
            name, _, value = part.partition("=")
            if name in words.ROUTES:
                self.take_route(name, value)
            elif part == "-c":
                self._take_setting(next(parts, ""))
            else:
                self._take_setting(part[2:] if part.startswith(("--", "-c")) else "")

    def take_route(self, word: str, name: str) -> None:
        """Take the name by which a provider finds the database. Raises BadSetting if it is none."""
        if not _ROUTED.fullmatch(name):
            raise unusable(f"has an unusable {word}", f"the first part of its host, as in {POSTGRESQL_EXAMPLE}?{word}=ep-1")
        self.routes[word] = name

    def query(self) -> dict[str, str]:
        """Return the words that our engine takes."""
        return {**({"search_path": self.search_path} if self.search_path else {}), **self.routes}

    def _take_setting(self, setting: str) -> None:
        found = _SETTING.fullmatch(setting)
        if not found:
            raise unusable("has options that are not understood", f"endpoint=NAME or -csearch_path=NAME, {_EXAMPLE}")
        name = plain(found[1])
        if name in words.SEARCH_PATHS:
            self.take_search_path(found[2])
        elif name not in words.IGNORED_SETTINGS:
            raise unusable("has options that would change the session in which rows are written", f"no others, {_EXAMPLE}")
