"""The errors of PostgreSQL by their SQLSTATE: which are conflicts, and what to do about the others."""

from sqlalchemy.exc import DBAPIError

from terp_seed.backends.driver_errors import DISK_FULL, ROW_LOST, cause

_CONFLICTS = ("40001", "40P01")  # a serialization failure, a deadlock
_CHECK_NAMES = "Check the user, password and database in DATABASE_URL"
# refused connections that a retry does not help against; libpq gives no SQLSTATE for them
_HOPELESS = {
    "password authentication failed": _CHECK_NAMES,
    "no password supplied": _CHECK_NAMES,
    "does not exist": _CHECK_NAMES,
    "permission denied for database": _CHECK_NAMES,
    "is not permitted to log in": _CHECK_NAMES,
    "no pg_hba.conf entry": "Add ?sslmode=require to DATABASE_URL, or let the server accept this host",
    "server does not support SSL": "Take sslmode out of DATABASE_URL, or switch TLS on in the server",
    "certificate verify failed": "Check DATABASE_CA_CERT, or sslrootcert in DATABASE_URL",
    "root certificate file": "Check DATABASE_CA_CERT, or sslrootcert in DATABASE_URL",
    "permission denied to set parameter": "Take it back with ALTER ROLE, DATABASE or SYSTEM, or GRANT SET ON PARAMETER",
    "does not match host name": "Use the host name of the server's certificate, or sslmode=verify-ca",
    "Endpoint ID is not specified": "Add ?endpoint=ENDPOINT to DATABASE_URL, the first part of its host",
}
_WAYS_OUT = {
    "42501": "Grant the privileges that docs/postgresql.md lists to the user of DATABASE_URL",
    "25006": "The server is read-only: connect to the primary",
    "55P03": "Another transaction has locked what is needed: wait for it to end",
    **dict.fromkeys(_CONFLICTS, "Another transaction has locked rows that are needed: wait for it to end"),
    **dict.fromkeys(("53100", "58030"), DISK_FULL),
    "53200": "The server is out of memory, or of locks: raise max_locks_per_transaction",
    "53300": "The server has no connection left: close others, or raise max_connections",
    **dict.fromkeys(("57P01", "57P02", "57P03", "08006", "08003", "08000"), "The connection was lost; see the server's log"),
    "23503": ROW_LOST,
}


def is_conflict(error: DBAPIError) -> bool:
    """Tell whether an error is a conflict with another transaction, after which a retry may succeed."""
    return sqlstate(error) in _CONFLICTS


def hopeless(error: DBAPIError) -> str | None:
    """Return what to do about a refused connection, or None if a retry may help."""
    said = cause(error)
    return next((way_out for sentence, way_out in _HOPELESS.items() if sentence in said), None)


def way_out(error: DBAPIError) -> str | None:
    """Return what to do about an error, or None if that is unknown."""
    if is_of_a_policy(error):
        return "Give the user of DATABASE_URL the attribute BYPASSRLS, or connect as one that has it"
    return _WAYS_OUT.get(sqlstate(error) or "")


def is_of_a_policy(error: DBAPIError) -> bool:
    """Tell whether a row-level policy would hide rows from our user, whose SQLSTATE is that of a missing privilege."""
    return "row-level security" in cause(error)


def sqlstate(error: DBAPIError) -> str | None:
    """Return the code of an error of the server; None for another server's, or one of the driver."""
    found = getattr(error.orig, "sqlstate", None)
    return str(found) if found else None
