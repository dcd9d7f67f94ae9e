"""Copies on MySQL and MariaDB: made from the table's own text, which keeps the names of its constraints.

CREATE TABLE … LIKE would give the CHECKs other names, and refuses tables with partitions, compression or full-text indexes.
"""

import contextlib
import re
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.copies import Copies
from terp_seed.backends.driver_errors import number
from terp_seed.sql.dialect import Dialect

_DENIED = 1044
# what InnoDB has in no temporary table; a period belongs to a versioned one
_NO_LINE = re.compile(r"  (CONSTRAINT `(?:[^`]|``)*` FOREIGN KEY|FULLTEXT KEY|PERIOD FOR SYSTEM_TIME)")
_NO_OPTION = re.compile(r" (ROW_FORMAT|KEY_BLOCK_SIZE|ENCRYPTION|COMPRESSION|`?PAGE_COMPRESSED`?|DATA DIRECTORY)=\S+")
_SEQUENCE = re.compile(r"(?: NOT NULL)? DEFAULT nextval\((?:`(?:[^`]|``)*`\.?)+\)", re.IGNORECASE)  # a try would use its numbers
_PERIOD = re.compile(r" GENERATED ALWAYS AS ROW (START|END)")


class MySQLCopies(Copies):
    """MySQLCopies are dropped one by one: no ROLLBACK takes them away."""

    def __init__(self, connection: sa.Connection, dialect: Dialect) -> None:
        super().__init__(connection, dialect)
        self._names: list[str] = []

    def unavailable(self) -> str | None:
        """Return the format of a binary log in which temporary tables would be written down, for replicas to make too."""
        rows = self._connection.exec_driver_sql("SHOW VARIABLES WHERE Variable_name IN ('log_bin', 'binlog_format')")
        found = {str(name): str(value) for name, value in rows}
        is_mariadb = bool(getattr(self._connection.dialect, "is_mariadb", False))
        fit = ("ROW",) if is_mariadb else ("ROW", "MIXED")
        if found.get("log_bin") != "ON" or found.get("binlog_format", "ROW") in fit:
            return None
        return f"the server's binary log would have its temporary tables (binlog_format is {found['binlog_format']}, not ROW)"

    def missing_privilege(self, error: DBAPIError) -> str | None:
        """Tell it by the server's number."""
        return "CREATE TEMPORARY TABLES" if number(error) == _DENIED else None

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Drop the copies at the end; a connection that is lost has dropped them."""
        self._connection.rollback()
        try:
            yield
        except BaseException:
            with contextlib.suppress(DBAPIError):  # the first error counts
                self._drop()
            raise
        self._drop()

    def _drop(self) -> None:
        is_open = not self._connection.invalidated  # else they are gone already
        self._connection.rollback()
        if self._names and is_open:
            self._connection.exec_driver_sql(f"DROP TEMPORARY TABLE IF EXISTS {', '.join(map(self._quote, self._names))}")
        self._connection.rollback()
        self._names.clear()

    def create(self, name: str, table: str) -> None:
        """Create it from SHOW CREATE TABLE, of which each column, key and constraint has a line."""
        text = str(self._connection.exec_driver_sql(f"SHOW CREATE TABLE {self._quote(table)}").one()[1])
        self._connection.exec_driver_sql(copy_sql(self._quote(name), text))
        self._names.append(name)


def copy_sql(name: str, text: str) -> str:
    """Return the statement that makes a temporary copy, of this quoted name, from the text of SHOW CREATE TABLE."""
    _, *lines = text.split("\n")
    body = [
        _SEQUENCE.sub(" NULL", _PERIOD.sub(" NULL", line.rstrip(",")))
        for line in lines
        if line.startswith("  ") and not _NO_LINE.match(line)
    ]
    options = next(line for line in lines if line.startswith(")"))  # partitions are on the lines behind it
    options = _NO_OPTION.sub("", options.replace(" WITH SYSTEM VERSIONING", ""))
    return f"CREATE TEMPORARY TABLE {name} (\n" + ",\n".join(body) + f"\n{options}"
