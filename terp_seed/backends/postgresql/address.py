"""The address of a PostgreSQL server: from what tools of any language write to what our driver takes.

An address names one host, or the folder of a socket, and one database. Its query has a few words of ours afterwards:
connect_timeout, channel_binding, search_path, endpoint, host for a socket, and those of TLS.
"""

import re
from typing import Any

from sqlalchemy.engine import URL

from terp_seed.backends import address_words
from terp_seed.backends.address import POSTGRESQL_EXAMPLE as EXAMPLE
from terp_seed.backends.address import driver_of, is_encodable, one_each, parts_of, require_port, seconds, unknown, unusable
from terp_seed.backends.postgresql import address_words as words
from terp_seed.backends.postgresql.address_options import Options
from terp_seed.errors import BadSetting

_DRIVERS = ("psycopg", "psycopg_async", "psycopg2", "psycopg2cffi", "asyncpg", "pg8000", "aiopg", "pygresql", "pypostgresql")
_QUERY_EXAMPLE = f"{EXAMPLE}?sslmode=require"
_SOCKET_EXAMPLE = "postgresql://user:password@/database?host=/var/run/postgresql"
_POOLERS = (  # that are never in session mode
    (re.compile(r"[^.]+-pooler\..*\.neon\.(tech|build)"), None),
    (re.compile(r".*\.supabase\.(com|co)"), "6543"),
)
_SOCKET_FILE = re.compile(r"(/.*?)/?\.s\.PGSQL\.([0-9]{1,5})")
_MOST_BYTES = 63  # of a name; the server cuts off the rest


def normalized(url: URL) -> URL:
    """Return the address with psycopg as its driver and our words in its query. Raises BadSetting if one is not understood."""
    if driver_of(url) not in ("", *_DRIVERS):
        raise unusable(f"names the driver {driver_of(url)!r}", f"none, as in {EXAMPLE}")
    query = one_each(url, _QUERY_EXAMPLE)
    if any("\0" in text for text in (str(url.password), *query.values())):  # where libpq's text would end
        raise unusable("has an encoded zero byte", f"none, as in {EXAMPLE}")
    reading = _Reading(parts_of(url), address_words.has_password(query))
    for word, value in query.items():
        reading.take(word, value)
    return reading.address()


class _Reading:
    """A _Reading is an address whose words are taken one by one."""

    def __init__(self, parts: dict[str, Any], has_password: bool) -> None:
        self._parts, self._has_password = parts, has_password
        self._query: dict[str, str] = {}
        self._tls, self._options = words.TLS(), Options()
        if str(parts["host"] or "").lower().startswith("%2f"):
            parts["host"] = re.sub("%2f", "/", str(parts["host"]), flags=re.IGNORECASE)

    def take(self, word: str, value: str) -> None:
        """Take one word of the query. Raises BadSetting if it is not understood, or means what we do not do."""
        plain = address_words.plain(word)
        if part := address_words.PARTS.get(plain):
            self._take_part(part, value)
        elif plain in words.SOCKETS:
            self._take_socket(value)
        elif word == "connect_timeout":  # in this spelling: others have milliseconds
            self._query[word] = seconds(word, value)
        elif plain == "channelbinding":
            _require_one_of(word, value, words.BINDINGS)
            self._query["channel_binding"] = value
        elif plain == "pgbouncer" or plain in words.POOLERS:
            if value.lower() not in address_words.NO:
                raise _pooled(f"has {word}, as the address of a connection pooler has")
        elif plain in words.CHARSETS:
            if address_words.plain(value) not in ("utf8", "utf8mb4", "unicode"):
                raise unusable(f"has {word}={value!r}", f"utf8 or no {word}, as in {EXAMPLE}")
        elif plain == words.OPTIONS:
            self._options.take(value)
        elif plain in words.ROUTES:
            self._options.take_route(plain, value)
        elif plain == words.SCHEMA:
            self._options.take_schema(value)
        elif plain in words.SEARCH_PATHS:
            self._options.take_search_path(value)
        elif plain in words.REFUSED:
            raise unusable(f"has {word}, which {words.REFUSED[plain]}", f"an address without it, as in {EXAMPLE}")
        elif not self._tls.takes(word, value) and plain not in words.IGNORED:
            # with a password in the query, the word may be a part of it behind an &
            raise unknown("" if self._has_password else word, words.PREFERRED_SPELLINGS, _QUERY_EXAMPLE, address_words.plain)

    def address(self) -> URL:
        """Return the address. Raises BadSetting if a part of it is missing or cannot be one."""
        host, port, database = (
            "" if self._parts[part] is None else str(self._parts[part]) for part in ("host", "port", "database")
        )
        if not all(str(self._parts[part] or "").isprintable() for part in ("username", "host", "database")):
            raise unusable("has an encoded control character", f"printable text, as in {EXAMPLE}")
        if host.startswith("/"):
            if "," in host:  # libpq would take it for several
                raise unusable("has a socket that is not a path", f"the path of its folder, as in {_SOCKET_EXAMPLE}")
            self._parts["host"], self._query["host"] = None, host
        else:
            _require_host(host)
            _require_direct(host, port)
        require_port(port, EXAMPLE)
        _require_database(database)
        self._parts["port"] = int(port) if port else None
        query = {**self._query, **self._options.query(), **self._tls.query()}
        return URL.create("postgresql+psycopg", **self._parts, query=query)

    def _take_part(self, part: str, value: str) -> None:
        # Prisma's and Node's addresses need a host, and have the socket behind it
        is_socket = part == "host" and value.startswith("/") and self._parts["host"] == "localhost"
        if self._parts[part] not in (None, "") and not is_socket:
            raise unusable(f"has its {part} twice", f"it once, as in {EXAMPLE}")
        self._parts[part] = value

    def _take_socket(self, value: str) -> None:
        file = _SOCKET_FILE.fullmatch(value)
        self._take_part("host", file[1] if file else value)
        if file and not self._parts["port"]:
            self._parts["port"] = file[2]


def _pooled(found: str) -> BadSetting:
    return unusable(found, f"{words.DIRECT}, as in {EXAMPLE}")


def _require_one_of(word: str, value: str, expected: tuple[str, ...]) -> None:
    if value not in expected:
        raise unusable(
            f"has {word}={value!r}, which is not known", f"one of {', '.join(expected)}, as in {EXAMPLE}?{word}=prefer"
        )


def _require_host(host: str) -> None:
    if "," in host:
        raise unusable("names more than one host", f"one, as in {EXAMPLE}")
    if re.search(r"[\s@()\[\]'\"\\<>/%]", host) or not is_encodable(host):
        raise unusable("has a host that is not a name", f"a name or an IP address, as in {EXAMPLE}")


def _require_direct(host: str, port: str) -> None:
    """Raise BadSetting for a pooler that gives each transaction another session: a lock of ours would be lost there."""
    for pooler, at_port in _POOLERS:
        if pooler.fullmatch(host.lower()) and at_port in (None, port):
            raise _pooled("is that of a connection pooler")


def _require_database(database: str) -> None:
    if not database.strip():
        raise unusable("names no database", f"its name after the host, as in {EXAMPLE}")
    if re.search(r"[@:/\\]", database) or len(database.encode()) > _MOST_BYTES:
        raise unusable("has a database whose name cannot be read with certainty", f"a name after the host, as in {EXAMPLE}")
