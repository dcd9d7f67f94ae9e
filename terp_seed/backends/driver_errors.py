"""Driver errors: the number and the message of an error, without the rows of the statement."""

from sqlalchemy.exc import DBAPIError

# what to do about errors that every kind of database has
DISK_FULL = "The disk or the tablespace is full: free some space"
ROW_LOST = (
    "A row that seeded rows refer to is gone, or a row that was not seeded refers to a seeded one: `terp-seed verify` shows "
    "which, and `terp-seed upgrade --clean` rolls back and seeds again in the right order"
)


def number(error: DBAPIError) -> int | None:
    """Return the error number of the server or driver, or None for SQLite, which has none."""
    found = error.orig.args[0] if error.orig and error.orig.args else None
    return found if isinstance(found, int) else None


def cause(error: DBAPIError) -> str:
    """Return the message of the server or driver, with its number, but without the statement's rows."""
    code = number(error)
    said = getattr(getattr(error.orig, "diag", None), "message_primary", None)
    if said:  # psycopg's own text has the statement's rows too
        return f"({getattr(error.orig, 'sqlstate', None)}) {said}"
    if error.orig and code is not None and len(error.orig.args) >= 2:
        return f"({code}) {error.orig.args[1]}"
    return " ".join(str(error.orig).split())  # libpq takes a line for each address of a host


def raise_if_lost(error: DBAPIError) -> None:
    """Raise an error again if the connection was lost: the server has not refused a statement then."""
    if error.connection_invalidated:
        raise error
