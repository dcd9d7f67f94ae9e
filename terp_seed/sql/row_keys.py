"""Row keys as SQL: the number of a seed table's row, which is in its key column or listed beside its key.

Every statement about the rows of a block names them by these numbers, whatever the keys are.
"""

from collections.abc import Callable

from terp_seed.model.names import Names
from terp_seed.sql.spelling import Spelling


class RowKeys(Spelling):
    """RowKeys are the part of a dialect that names the rows of a project's tables."""

    by_primary_key: str = ""  # after the table of a locking read, or a server may scan the table and lock every row

    def __init__(self, names: Names) -> None:
        """Take the names of the project's own objects and of its tables' keys."""
        self.names = names

    def key(self, table: str, alias: str = "") -> str:
        """Return the number of a row of a seed table: its key column, of the table or of an alias of it.

        Where keys are listed, it is looked up; it is 0 for a row whose key is not listed.
        """
        if table in self.names.listed:
            number, name, key = (f"n.{self.quote(column)}" for column in ("number", "table_name", "row_key"))
            same = f"{name} = {self.text(table)} AND {key} = {self.key_text(table, alias or self.quote(table))}"
            return f"COALESCE((SELECT {number} FROM {self.quote(self.names.row_keys)} AS n WHERE {same}), 0)"
        return f"{alias}{'.' if alias else ''}{self.quote(self.names.key_of(table))}"

    def by_key(self, table: str) -> str:
        """Return what follows a table of a locking read by its key."""
        return "" if table in self.names.listed else self.by_primary_key

    def key_text(self, table: str, source: str) -> str:
        """Return the expression of a row's listed key, as `ListedKey.text` writes it. The source is the table, or its alias."""
        parts = [self._as_key(f"{source}.{self.quote(name)}", kind) for name, kind in self.names.listed[table].kinds.items()]
        if len(parts) == 1:
            return self._joined_key(parts)
        kinds = self.names.listed[table].kinds.values()
        escaped = (
            f"REPLACE(REPLACE({part}, '~', '~~'), ',', '~c')" if kind == "text" else part
            for part, kind in zip(parts, kinds, strict=True)
        )
        return self._joined_key([*escaped])

    def _as_key(self, column: str, kind: str) -> str:
        """Return the expression of a key column's value as text."""
        raise NotImplementedError

    def _joined_key(self, parts: list[str]) -> str:
        """Return the expression that joins texts with commas."""
        return " || ',' || ".join(parts)

    def same_key(self, table: str, one: str, other: str) -> str:
        """Return the condition that two aliases of a table, or of copies of it, have the same key."""
        columns = map(self.quote, self.names.key_columns(table))
        return " AND ".join(f"{one}.{column} = {other}.{column}" for column in columns)

    def key_list(self, table: str) -> str:
        """Return the key columns of a table, quoted, as an index lists them."""
        return ", ".join(map(self.quote, self.names.key_columns(table)))

    def indexed_key(self, table: str, most: int) -> str:
        """Return the key columns as an index lists them that takes so many letters of a column without a length."""
        listed = self.names.listed.get(table)
        endless = listed.endless if listed is not None else ()
        return ", ".join(self.quote(name) + f"({most})" * (name in endless) for name in self.names.key_columns(table))

    def key_by_name(self, name: str, alias: str, fold: Callable[[str], str] = str) -> str:
        """Return the expression of the SQL of `key`, for the table whose name, folded, is the value of an expression."""
        others = [*self.names.keys, *self.names.listed]
        cases = " ".join(f"WHEN {self.text(fold(table))} THEN {self.text(self.key(table, alias))}" for table in others)
        plain = self.text(f"{alias}.{self.quote('id')}")
        return f"CASE {name} {cases} ELSE {plain} END"
