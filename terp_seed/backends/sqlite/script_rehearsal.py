"""A script's rehearsal on SQLite, in the tables themselves and rolled back: no fixed text copies a table with its constraints."""

from collections.abc import Iterable, Sequence

from terp_seed.sql.dialect import Dialect
from terp_seed.sql.rehearsal import ScriptRehearsal


class SQLiteRehearsal(ScriptRehearsal):
    """A SQLiteRehearsal is a transaction that is always rolled back. What it finds gets out as the last rowid, which is not."""

    remark = "The rehearsal: the first rows are inserted, and rolled back"
    tries_adopted = False

    def __init__(self, dialect: Dialect) -> None:
        self._dialect, self._quote, self._text = dialect, dialect.quote, dialect.text
        self._found = f"COALESCE({dialect.variable('rehearsal')}, 0)"

    def open(self) -> tuple[str, ...]:
        """Return BEGIN. The last row of a block may come before the rows that it refers to."""
        return *self._dialect.declare_variables(), *self._dialect.begin("rehearsal"), "PRAGMA defer_foreign_keys = ON"

    def place(self, table: str, number: int, columns: Iterable[str]) -> tuple[str, tuple[str, ...]]:
        """Return the table. Its schema tells these rows from those of the seed."""
        return f"main.{self._quote(table)}", ()

    def refused(self, table: str, place: str, ids: Sequence[int | str], known: Iterable[str]) -> str:
        """Look for the ids, and among them for those that pragma_foreign_key_check lists."""
        parents = ", ".join(self._text(name.lower()) for name in known)
        lost = f'SELECT "rowid" FROM pragma_foreign_key_check({self._text(table)}) WHERE LOWER("parent") NOT IN ({parents})'
        if table in self._dialect.names.listed:
            # such a table need not have a rowid, so it may have no lost row at all
            values = ", ".join(self._text(str(one)) for one in ids)
            rows = f"SELECT COUNT(*) FROM {place} WHERE {self._dialect.key_text(table, self._quote(table))} IN ({values})"
            return f"({rows}) <> {len(ids)} OR EXISTS ({lost})"
        rows = f"SELECT COUNT(*) FROM {place} WHERE {self._dialect.key(table)} IN ({', '.join(map(str, ids))})"
        return f"({rows}\n  AND {self._dialect.key(table)} NOT IN ({lost})) <> {len(ids)}"

    def judge(self, refused: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return a row with the negative number of the first table that refused one, and the end of the transaction."""
        cases = "\n".join(f"WHEN {condition} THEN {-number}" for number, condition in enumerate(refused, 1))
        nothing = -len(refused) - 1
        statements = (
            f'INSERT INTO temp."seed_value" ("rowid", "name") SELECT CASE\n{cases}\nELSE {nothing} END, \'rehearsed\'',
            "ROLLBACK",
            self._dialect.set_variable("rehearsal", "last_insert_rowid()"),
            *self._dialect.begin("rehearsed"),
        )
        conditions = [f"  {self._found} = {-number}" for number, _ in enumerate(refused, 1)]
        conditions[0] += f" OR {self._found} NOT BETWEEN {nothing} AND -1"  # the row above was not written
        return statements, tuple(conditions)

    def end(self, places: Iterable[str]) -> tuple[str, ...]:
        """Return nothing: the transaction has ended."""
        return ()
