"""The address of a MySQL or MariaDB server: from what tools of any language write to what our driver takes.

An address names one host and one database. Its query has a few words of ours afterwards: the timeouts, unix_socket, and those of
TLS.
"""

import re
from typing import Any

from sqlalchemy.engine import URL

from terp_seed.backends import address_words
from terp_seed.backends.address import (
    EXAMPLE,
    driver_of,
    is_encodable,
    one_each,
    parts_of,
    require_port,
    seconds,
    unknown,
    unusable,
)
from terp_seed.backends.mysql import address_words as words

_DRIVERS = ("pymysql", "mysqldb", "mysqlconnector", "aiomysql", "asyncmy", "mariadbconnector")


def normalized(url: URL) -> URL:
    """Return the address with PyMySQL as its driver and our words in its query. Raises BadSetting if one is not understood."""
    if driver_of(url) not in ("", *_DRIVERS):
        raise unusable(f"names the driver {driver_of(url)!r}", f"none, as in {EXAMPLE}")
    parts = parts_of(url)
    query = one_each(url)
    kept: dict[str, str] = {}
    tls = words.TLS()
    for word, value in query.items():
        plain = address_words.plain(word)
        if part := address_words.PARTS.get(plain):
            if parts[part]:
                raise unusable(f"has its {part} twice", f"it once, as in {EXAMPLE}")
            parts[part] = value
        elif word in words.SECONDS:
            kept[word] = seconds(word, value)
        elif plain in words.SOCKETS:
            kept["unix_socket"] = value
        elif plain in words.CHARSETS:
            if not address_words.plain(value).startswith("utf8"):
                raise unusable(f"has {word}={value!r}", f"utf8mb4 or no {word}, as in {EXAMPLE}")
        elif plain in words.REFUSED:
            raise unusable(f"has {word}, which {words.REFUSED[plain]}", f"an address without it, as in {EXAMPLE}")
        elif not tls.takes(word, value) and plain not in words.IGNORED:
            # with a password in the query, the word may be a part of it behind an &
            known = [*words.PREFERRED_SPELLINGS, *words.SECONDS]
            shown = "" if address_words.has_password(query) else word
            raise unknown(shown, known, f"{EXAMPLE}?ssl-mode=REQUIRED", address_words.plain)
    _require_parts(parts)
    address = URL.create("mysql+pymysql", **{**parts, "port": int(parts["port"]) if parts["port"] else None})
    return address.set(query={**kept, **tls.query()})


def _require_parts(parts: dict[str, Any]) -> None:
    host, port, database = str(parts["host"] or ""), str(parts["port"] or ""), str(parts["database"] or "")
    if re.search(r"[\s@,()\[\]'\"\\<>]", host) or not is_encodable(host):
        raise unusable("has a host that is not a name", f"a name or an IP address, as in {EXAMPLE}")
    require_port(port, EXAMPLE)
    if not database.strip():
        raise unusable("names no database", f"its name after the host, as in {EXAMPLE}")
    if re.search(r"[@:/\\]", database) or len(database) > 64:
        raise unusable("has a database whose name cannot be read with certainty", f"a name after the host, as in {EXAMPLE}")
