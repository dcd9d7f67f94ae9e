"""Copies on SQLite: made from the text that the file has of the table and of its unique indexes."""

import contextlib
import re
from collections.abc import Iterator

from terp_seed.backends.copies import Copies

_NAME = r"""(?:"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|'[^']*'|[^\s("]+)"""
_TABLE = re.compile(rf"CREATE TABLE\s+{_NAME}", re.IGNORECASE)
_INDEX = re.compile(rf"CREATE UNIQUE INDEX\s+{_NAME}\s+ON\s+{_NAME}", re.IGNORECASE)
_TEXTS = (
    "SELECT sql FROM main.sqlite_master WHERE LOWER(tbl_name) = LOWER('{}') AND type IN ('table', 'index') "
    "AND sql IS NOT NULL ORDER BY type = 'index'"
)


class SQLiteCopies(Copies):
    """SQLiteCopies are of one transaction, which is rolled back."""

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Switch foreign keys off, which SQLite does outside of a transaction only: a copy's parents are in another file."""
        self._connection.rollback()
        driver = self._connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            yield
        finally:
            is_open = not self._connection.invalidated  # Ctrl-C has closed it
            self._connection.rollback()
            if is_open:
                driver.execute("PRAGMA foreign_keys = ON")

    def create(self, name: str, table: str) -> None:
        """Create the table, then its unique indexes."""
        texts = [str(row[0]) for row in self._connection.exec_driver_sql(_TEXTS.format(table.replace("'", "''")))]
        for number, text in enumerate(texts):
            made = _TABLE.sub(f"CREATE TEMP TABLE {self._quote(name)}", text, count=1)
            made = _INDEX.sub(f"CREATE UNIQUE INDEX temp.{self._quote(f'{name}_{number}')} ON {self._quote(name)}", made, count=1)
            if made != text:  # an index that is not unique refuses nothing
                self._connection.exec_driver_sql(made)
