"""The errors of MySQL and MariaDB by number: which are conflicts, and what to do about the others."""

from sqlalchemy.exc import DBAPIError

from terp_seed.backends.driver_errors import DISK_FULL, ROW_LOST, cause, number

_NOT_PRIMARY = 1047  # from a node that is not in its cluster
_CONFLICT = 1213  # a deadlock; in a cluster also a conflict between transactions of two nodes
_CHECK_NAMES = "Check the user, password and database in DATABASE_URL"
# refused connections that a retry does not help against, and what to do about them
_HOPELESS = {
    **dict.fromkeys((1044, 1045, 1049, 1698, 3118), _CHECK_NAMES),
    3159: "Add ?ssl-mode=REQUIRED to DATABASE_URL, or VERIFY_IDENTITY and DATABASE_CA_CERT",
}
_WAYS_OUT = {
    **dict.fromkeys(
        (1044, 1142, 1143, 1227, 1370), "Grant the privileges that docs/architecture.md lists to the user of DATABASE_URL"
    ),
    **dict.fromkeys((1290, 1792, 1836), "The server is read-only: connect to the primary"),
    _NOT_PRIMARY: "The node is currently not in the cluster's primary component: connect to another node, or wait for this one",
    1180: "Raise wsrep_max_ws_rows or wsrep_max_ws_size on every node",
    **dict.fromkeys((1205, _CONFLICT), "Another transaction has locked rows that are needed: wait for it to end"),
    **dict.fromkeys((1021, 1114), DISK_FULL),
    **dict.fromkeys((1153, 2006, 2013), "The connection was lost, or max_allowed_packet is below 64 KiB; see the server's log"),
    **dict.fromkeys((1216, 1217, 1451, 1452), ROW_LOST),
}
# errors without a specific number: a failed write of a temporary file, and one of Galera's
_NUMBERS_OF_SENTENCES = {"No space left on device": 1021, "Not connected to Primary Component": _NOT_PRIMARY}


def is_conflict(error: DBAPIError) -> bool:
    """Tell whether an error is a conflict with another transaction, after which a retry may succeed."""
    return number(error) == _CONFLICT


def hopeless(error: DBAPIError) -> str | None:
    """Return what to do about a refused connection, or None if a retry may help."""
    return _HOPELESS.get(number(error) or 0)


def unreachable(error: DBAPIError) -> str | None:
    """Return what to do about a node that is not in its cluster, or None for other errors."""
    return _WAYS_OUT[_NOT_PRIMARY] if number(error) == _NOT_PRIMARY else None


def way_out(error: DBAPIError) -> str | None:
    """Return what to do about an error, or None if that is unknown."""
    said = cause(error)
    meant = next((code for sentence, code in _NUMBERS_OF_SENTENCES.items() if sentence in said), number(error))
    return _WAYS_OUT.get(meant or 0)
