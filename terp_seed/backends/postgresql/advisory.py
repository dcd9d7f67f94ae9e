"""The advisory lock behind a name: its number, and how the server lists it. It belongs to a session, in one database."""

import hashlib


def key(name: str) -> int:
    """Return the number of the lock: the first eight bytes of the name's SHA-256, as the server takes them, with a sign."""
    return int.from_bytes(_digest(name), "big", signed=True)


def is_it(name: str) -> str:
    """Return the condition on pg_locks that a row is about this lock, and that it is held."""
    high, low = (int.from_bytes(part, "big") for part in (_digest(name)[:4], _digest(name)[4:]))
    here = "(SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())"
    return f"locktype = 'advisory' AND granted AND database = {here} AND classid = {high} AND objid = {low} AND objsubid = 1"


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:8]
