"""Driver errors: what one says: its number, if it has one, and its sentence without the rows of the statement."""

from sqlalchemy.exc import DBAPIError

# what to do about errors that every kind of database has
DISK_FULL = "The disk or the table space is full: make room"
ROW_LOST = (
    "A row that seeded rows refer to is gone, or a row that was not seeded refers to a seeded one: `terp-seed verify` shows "
    "which, and `terp-seed upgrade --clean` rolls back and seeds again in the right order"
)


def number(error: DBAPIError) -> int | None:
    """Return the server's or the driver's number of an error; None from SQLite, which has none."""
    found = error.orig.args[0] if error.orig and error.orig.args else None
    return found if isinstance(found, int) else None


def cause(error: DBAPIError) -> str:
    """Return what the server or the driver said, with its number, and nothing of the statement's rows."""
    code = number(error)
    if error.orig and code is not None and len(error.orig.args) >= 2:
        return f"({code}) {error.orig.args[1]}"
    return str(error.orig)
