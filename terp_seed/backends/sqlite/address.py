"""The address of an SQLite file: a path, and the few words of a query that Python's driver takes."""

from sqlalchemy.engine import URL

from terp_seed.backends.address import driver_of, one_each, seconds, unusable

_EXAMPLE = "sqlite:///terp.db"
_OF_URI = ("mode", "cache", "immutable", "vfs", "nolock", "psow", "modeof")
# of the application's own connections, of which a run has one
_IGNORED = ("check_same_thread", "cached_statements", "connection_limit", "socket_timeout", "pool_timeout", "isolation_level")
_BOOLEANS = ("true", "false", "1", "0", "yes", "no", "on", "off")


def normalized(url: URL) -> URL:
    """Return the address without the words that do not concern us. Raises BadSetting for an unknown word, or a host."""
    if driver_of(url) not in ("", "pysqlite"):
        raise unusable(f"names the driver {driver_of(url)!r}", f"none, as in {_EXAMPLE}")
    if url.username or url.password or url.host or url.port:
        raise unusable("has two slashes before the path", f"three, or four for an absolute path, as in {_EXAMPLE}")
    query = {word: value for word, value in one_each(url).items() if word not in _IGNORED}
    is_uri = query.get("uri", "false").lower()
    if is_uri not in _BOOLEANS:
        raise unusable("has a uri that is neither true nor false", f"true or false, as in {_EXAMPLE}")
    known = ("uri", "timeout", *(_OF_URI if is_uri in _BOOLEANS[::2] else ()))
    for word, value in query.items():
        if word not in known:
            raise unusable(f"has the unknown word {word!r}", f"one of {', '.join(known)}, or none, as in {_EXAMPLE}")
        if word == "timeout":
            seconds(word, value, whole=False)
    return url.set(query=query)
