"""A script's rehearsal on SQLite, in the tables themselves and undone: no fixed text copies a table with its constraints."""

from collections.abc import Callable, Iterable, Sequence

from terp_seed.sql.rehearsal import ScriptRehearsal


class SQLiteRehearsal(ScriptRehearsal):
    """A SQLiteRehearsal is a savepoint. What it finds gets past the end of that as the last rowid, which nothing undoes."""

    remark = "The rehearsal: the first rows are inserted, and taken back"
    tries_adopted = False

    def __init__(self, quote: Callable[[str], str], text: Callable[[str], str], variable: Callable[[str], str]) -> None:
        self._quote, self._text = quote, text
        self._found = f"COALESCE({variable('rehearsal')}, 0)"

    def open(self) -> tuple[str, ...]:
        """Return the savepoint. The last row of a block may come before the rows that it refers to."""
        return 'SAVEPOINT "seed_rehearsal"', "PRAGMA defer_foreign_keys = ON"

    def place(self, table: str, number: int, columns: Iterable[str]) -> tuple[str, tuple[str, ...]]:
        """Return the table."""
        return table, ()

    def refused(self, place: str, ids: Sequence[int], known: Iterable[str]) -> str:
        """Look for the ids, and among them for those that pragma_foreign_key_check lists."""
        parents = ", ".join(self._text(name.lower()) for name in known)
        lost = f'SELECT "rowid" FROM pragma_foreign_key_check({self._text(place)}) WHERE LOWER("parent") NOT IN ({parents})'
        rows = f'SELECT COUNT(*) FROM {self._quote(place)} WHERE "id" IN ({", ".join(map(str, ids))})'
        return f'({rows}\n  AND "id" NOT IN ({lost})) <> {len(ids)}'

    def judge(self, refused: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return a row with the negative number of the first table that refused one, and the end of the savepoint."""
        cases = "\n".join(f"WHEN {condition} THEN {-number}" for number, condition in enumerate(refused, 1))
        nothing = -len(refused) - 1
        statements = (
            f'INSERT INTO temp."seed_value" ("rowid", "name") SELECT CASE\n{cases}\nELSE {nothing} END, \'rehearsed\'',
            'ROLLBACK TO "seed_rehearsal"',
            'RELEASE "seed_rehearsal"',
            'INSERT OR REPLACE INTO temp."seed_value" ("name", "value") VALUES (\'rehearsal\', last_insert_rowid())',
        )
        conditions = [f"  {self._found} = {-number}" for number, _ in enumerate(refused, 1)]
        conditions[0] += f" OR {self._found} NOT BETWEEN {nothing} AND -1"  # the row above was not written
        return statements, tuple(conditions)

    def end(self, places: Iterable[str]) -> tuple[str, ...]:
        """Return nothing: the savepoint has ended."""
        return ()
