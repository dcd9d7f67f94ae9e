"""The prefetch: reads the index pages of rows that are about to be deleted. Read-only; it only affects speed.

If InnoDB's change buffer is on, deletes from index pages that are not in memory are buffered, and each one counts the buffered
entries of its page, which makes a large rollback three times as slow. Deletes from pages in memory are not buffered.
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.driver_errors import raise_if_lost
from terp_seed.sql.dialect import Dialect

_FEWEST = 1_000  # rows that make a prefetch worthwhile
_EACH = 16  # only every 16th row is looked up: its neighbours are on the same pages
_INDEXED = sa.text(
    "SELECT index_name, column_name, sub_part FROM information_schema.statistics WHERE table_schema = DATABASE() "
    "AND table_name = :table AND index_name <> 'PRIMARY' AND index_type = 'BTREE' ORDER BY index_name, seq_in_index"
)
_NOTES_DELETES = ("all", "changes", "deletes")  # the settings of the change buffer that buffer deletes


class Prefetch:
    """A Prefetch is a Prefetching that reads index pages through one connection."""

    def __init__(self, connection: sa.Connection, dialect: Dialect) -> None:
        self._connection, self._dialect = connection.execution_options(no_parameters=True), dialect

    def read(self, table: str, first_id: int, last_id: int) -> None:
        """Read the index pages of the rows in a range of ids, in time that does not depend on the size of the table."""
        if last_id - first_id + 1 < _FEWEST or not self._is_worth_it:
            return
        name, row_id = self._dialect.quote(table), self._dialect.key(table)
        for index, same in self._indexes(table):
            # without index extensions, each lookup would read all rows with the same value
            sql = (
                f"SELECT /*+ SET_VAR(optimizer_switch = 'use_index_extensions=on') */ COUNT(*) FROM {name} AS s "
                f"STRAIGHT_JOIN {name} AS e FORCE INDEX ({index}) ON {same} AND e.{row_id} = s.{row_id} "
                f"WHERE s.{row_id} BETWEEN {first_id} AND {last_id} AND s.{row_id} MOD {_EACH} = 0"
            )
            try:
                self._connection.exec_driver_sql(sql)
            except DBAPIError as error:  # an index may be invisible, or a SELECT time out: a prefetch is optional
                raise_if_lost(error)

    @cached_property
    def _is_worth_it(self) -> bool:
        found = self._connection.exec_driver_sql("SHOW VARIABLES LIKE 'innodb_change_buffering'").one_or_none()
        return found is not None and found[1] in _NOTES_DELETES

    def _indexes(self, table: str) -> Iterator[tuple[str, str]]:
        """Yield each index of whole columns, with the condition that the rows s and e have the same values in it."""
        quote = self._dialect.quote
        rows = self._connection.execute(_INDEXED, {"table": table})
        for index, parts in groupby(rows, key=lambda row: str(row[0])):
            columns = [(column, length) for _, column, length in parts]
            if all(column is not None and length is None for column, length in columns):  # neither expressions nor prefixes
                yield quote(index), " AND ".join(f"e.{quote(column)} <=> s.{quote(column)}" for column, _ in columns)
