"""The address: the text of DATABASE_URL, taken apart.

Whatever lies between the first colon after // and the last @ may be a password. So a text that cannot be taken apart without
doubt is refused, and no message shows any of it.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from terp_seed.errors import BadSetting
from terp_seed.model.words import nearest

EXAMPLE = "mysql://user:password@host:3306/database"
POSTGRESQL_EXAMPLE = "postgresql://user:password@host:5432/database"
_WITH_TLS = f"{EXAMPLE}?ssl-mode=REQUIRED"
_ANY = f"an address as in {EXAMPLE}, {POSTGRESQL_EXAMPLE} or sqlite:///terp.db"
_OF_POSTGRESQL = re.compile(r"""[\s'"`]*(jdbc:)?postgres""")
_NUMBER = re.compile("[0-9]{1,9}")
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


def read(text: str) -> URL:
    """Return the parts of an address. Raises BadSetting."""
    _require_one_reading(text)
    try:
        url = make_url(text)
    except ArgumentError:
        raise unusable("is not a valid address", _ANY) from None
    except ValueError:
        raise unusable(
            "has a port that is not a number", f"a number after the host's colon, as in {_examples(text)[0]}"
        ) from None
    if any(part and not part.isprintable() for part in (url.username, url.host, url.database)):
        raise unusable("has an encoded control character", f"printable text, as in {_examples(text)[0]}")
    return url


def unusable(found: str, expected: str) -> BadSetting:
    """Return the error about an address: what was found in it, and what is expected, with an example."""
    return BadSetting(f"DATABASE_URL {found}: expected {expected}.")


def driver_of(url: URL) -> str:
    """Return the name of the driver in an address; an empty one if it names none."""
    return url.drivername.partition("+")[2]


def one_each(url: URL, example: str = _WITH_TLS) -> dict[str, str]:
    """Return the query of an address. Raises BadSetting if it has a word twice."""
    if not all(isinstance(value, str) for value in url.query.values()):
        raise unusable("has a word of its query twice", f"each once, as in {example}")
    return {word: str(value) for word, value in url.query.items()}


def seconds(word: str, value: str, *, whole: bool = True) -> str:
    """Return a number of seconds. Raises BadSetting for anything else."""
    if not (_NUMBER if whole else _DECIMAL).fullmatch(value) or not 0 < float(value) <= 31_536_000:  # the most that PyMySQL takes
        kind = "a whole number" if whole else "a number"
        raise unusable(f"has {word}={value!r}", f"{kind} of seconds from 1 to 31536000, as in {word}=30")
    return value


def parts_of(url: URL) -> dict[str, Any]:
    """Return the parts of an address by name, as URL.create takes them."""
    return {
        "username": url.username,
        "password": url.password,
        "host": url.host,
        "port": url.port,
        "database": url.database,
    }


def unknown(word: str, known: Sequence[str], example: str, plain: Callable[[str], str]) -> BadSetting:
    """Return the error about a word of the query that is none of the known ones, with the nearest; `plain` as words are compared.

    An empty word is one that must not be shown.
    """
    expected = f"one of {', '.join(known)}, as in {example}"
    if not re.fullmatch(r"[\w.-]{1,40}", word):
        return unusable("has an unknown word in its query", expected)
    meant = nearest(word, known, plain)
    return BadSetting(f"{unusable(f'has the unknown word {word!r}', expected)}{f' Did you mean {meant}?' if meant else ''}")


def require_port(port: str, example: str) -> None:
    """Raise BadSetting for a port, if there is one, that no server can have."""
    if port and not (re.fullmatch("[0-9]{1,5}", port) and 1 <= int(port) <= 65_535):
        raise unusable("has a port that no server can have", f"a number from 1 to 65535, as in {example}")


def is_encodable(host: str) -> bool:
    """Tell whether the name of a host can be resolved at all."""
    try:
        host.encode("idna")  # as the name is resolved
    except UnicodeError:
        return False
    return True


def _examples(text: str) -> tuple[str, str]:
    """Return an address of the same kind as this one is meant to be, and one whose query has a word."""
    if _OF_POSTGRESQL.match(text):
        return POSTGRESQL_EXAMPLE, f"{POSTGRESQL_EXAMPLE}?sslmode=require"
    return EXAMPLE, _WITH_TLS


def _require_one_reading(text: str) -> None:
    """Raise BadSetting if two programs could take the text apart differently."""
    example, with_query = _examples(text)
    scheme, slashes, after = text.partition("://")
    # a file's path may have any character: it begins with the third slash
    server = "" if after.startswith("/") else after
    host = re.split(r"[/?#]", server.rpartition("@")[2])[0]
    query = parse_qsl((server or after).rpartition("@")[2].partition("?")[2], keep_blank_values=True)
    encoded = "percent-encode special characters of the password, @ as %40, / as %2F and so on"
    for is_so, found, expected in (
        (not text, "is empty", _ANY),
        (not text.isprintable(), "has a line break or another control character", _ANY),
        (text != text.strip(), "begins or ends with a space", f"none, as in {example}"),
        (text.startswith(("'", '"', "`")), "begins with a quotation mark", f"none, as in {example}"),
        (text.startswith("jdbc:"), "is a JDBC address (jdbc:…)", f"the same without it, as in {example}"),
        (text.startswith("file:"), "is an address of Prisma (file:…)", "the path of an SQLite file, as in sqlite:///terp.db"),
        (re.search(r"@\w*\(", server if slashes else scheme), "is written as for Go's driver", _ANY),
        (not slashes, "is not a valid address", _ANY),
        (server.count("@") > 1, "has more than one @", f"one, as in {example}; {encoded}"),
        (
            re.search(r"[?&](password|passwd)=.*@", server, re.IGNORECASE | re.DOTALL),
            "has an @ behind its password=",
            f"user:password@host, as in {example}; {encoded}",
        ),
        ("," in host, "names more than one host", f"one, as in {example}"),
        (
            "@" in server and not re.match(r"[^:/?#]*(:[^@]*)?@", server),  # it is behind a slash, which ends the host
            "has an @ that does not follow a user",
            f"user:password@host, as in {example}; {encoded}",
        ),
        (
            not all(value for _, value in query),
            "has a word without a value in its query",
            f"word=value, as in {with_query}",
        ),
    ):
        if is_so:
            raise unusable(found, expected)
