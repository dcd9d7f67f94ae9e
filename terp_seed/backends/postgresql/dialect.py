"""The dialect of PostgreSQL.

Checks are blocks that raise; what may not be committed after a failed one owes a deferred foreign key, which the COMMIT refuses.
"""

import re
from collections.abc import Iterable, Mapping

from terp_seed.backends.postgresql import advisory, counters, session
from terp_seed.backends.postgresql.blocks import do
from terp_seed.backends.postgresql.catalogue import PostgreSQLCatalogue
from terp_seed.backends.postgresql.documents import PostgreSQLDocuments
from terp_seed.backends.postgresql.script_rehearsal import PostgreSQLRehearsal
from terp_seed.backends.postgresql.search import PostgreSQLSearch
from terp_seed.backends.postgresql.spelling import PostgreSQLSpelling
from terp_seed.sql.dialect import MODULUS, Dialect
from terp_seed.sql.rehearsal import ScriptRehearsal
from terp_seed.sql.search import Search

_CHECKS, _PAID, _DEBTS = "pg_temp.seed_check", "pg_temp.seed_paid", "pg_temp.seed_debt"
_DROP = f"DROP TABLE IF EXISTS {_DEBTS}, {_PAID}, {_CHECKS}"
_OWE = f"INSERT INTO {_DEBTS} VALUES ('nothing pays this')"
_REFERS, _CHANGED = "terp_seed.refers", "terp_seed.changed"
_READ_ONLY = "SET SESSION default_transaction_read_only = {}"
_WORTH_COUNTING = 1_000  # rows
_NO_NAME = re.compile("[^a-z0-9_]")


class PostgreSQL(PostgreSQLSpelling, PostgreSQLDocuments, Dialect):
    """The dialect of PostgreSQL."""

    name = "postgresql"
    title = "PostgreSQL"
    lexer = "postgresql"
    preamble = session.PINS
    overriding = " OVERRIDING SYSTEM VALUE"  # for an id that is GENERATED ALWAYS; accepted for any other
    apply_with = "psql --no-psqlrc --quiet --file=THIS_FILE 'postgresql://USER@HOST:5432/DATABASE'"
    script_caveat = (
        "The line with ON_ERROR_STOP is for psql, whose exit code would otherwise be 0. Leave it out in another client."
    )
    client_commands = ("\\set ON_ERROR_STOP on",)
    script_preamble = session.SCRIPT_PINS
    locks_rows_first = True  # an aggregate has no FOR UPDATE
    locking_read = " FOR UPDATE OF r"

    def open_script(self, sentences: Iterable[str]) -> tuple[str, ...]:
        """Return the creation of the tables of checks, of debts and of what pays them. Then the session is read-only, which
        temporary tables are not.
        """
        tables = (
            "CREATE TEMPORARY TABLE seed_check (number INTEGER PRIMARY KEY)",
            "CREATE TEMPORARY TABLE seed_paid (name TEXT PRIMARY KEY)",
            f"CREATE TEMPORARY TABLE seed_debt (name TEXT REFERENCES {_PAID} DEFERRABLE INITIALLY DEFERRED)",
        )
        empty = " AND ".join(f"NOT EXISTS (SELECT 1 FROM {name})" for name in (_CHECKS, _PAID, _DEBTS))
        return (
            session.with_tables(_DROP, tables),
            _READ_ONLY.format("on"),
            session.proved(empty, f"INSERT INTO {_CHECKS} VALUES (0)"),
        )

    def stop(self, number: int, sentence: str, condition: str) -> str:
        """Return a block that raises the sentence if the condition holds."""
        return do(
            f"IF\n{condition}\n  THEN RAISE EXCEPTION USING MESSAGE = {self.text(sentence)}; END IF; "
            f"INSERT INTO {_CHECKS} VALUES ({number})"
        )

    def numbered(self, statement: str, number: int) -> str:
        """Return the block with a number at its end."""
        body, end, tag = statement.rpartition("; END ")
        return f"{body}; INSERT INTO {_CHECKS} VALUES ({number}){end}{tag}"

    def stop_found(self, number: int, sentence: str) -> str:
        """Return a block that raises the sentence if it is not NULL."""
        raised = f"IF {sentence} IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = {sentence}; END IF"
        return do(f"{raised}; INSERT INTO {_CHECKS} VALUES ({number})")

    def begin(self, name: str) -> tuple[str, ...]:
        """Return BEGIN, and a debt with which a COMMIT fails. Nothing can be written if the session is not as it has to be.

        A transaction that is still open, because its COMMIT failed, owes what nothing pays.
        """
        debt = f"INSERT INTO {_DEBTS} VALUES ({self.text(name)})"
        still_open = f"pg_current_xact_id_if_assigned() IS NOT NULL AND EXISTS (SELECT 1 FROM {_PAID})"
        return (
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
            # without a search_path nothing is found to write to; psql's savepoints would undo a READ ONLY
            do(
                f"IF NOT {session.IS_PROVED} THEN PERFORM set_config('search_path', '', true);\n"
                f"ELSE IF {still_open} THEN {_OWE}; END IF; {debt}; END IF"
            ),
        )

    def commit(self, name: str, checks: int) -> tuple[str, ...]:
        """Return the payment of the debt if there is one and the checks have passed, and COMMIT. Else nothing pays any more."""
        owed = f"EXISTS (SELECT 1 FROM {_DEBTS} WHERE name = {self.text(name)})"
        paid = f"INSERT INTO {_PAID} VALUES ({self.text(name)})"
        # outside of a transaction, because its BEGIN failed, a debt would undo the block
        owe = f"IF current_setting('transaction_read_only') = 'off' THEN {_OWE}; END IF"
        may = f"{session.IS_PROVED} AND {self.held(checks)} AND {owed}"
        return do(f"IF {may} THEN {paid};\nELSE {session.UNPROVE}; {owe}; END IF"), "COMMIT"

    def held(self, checks: int) -> str:
        """Return a count of the checks, and of the one that the session is as it has to be."""
        return f"(SELECT COUNT(*) FROM {_CHECKS}) = {checks + 1}"

    def undo_rest(self) -> tuple[str, ...]:
        """Return ROLLBACK, which does nothing outside of a transaction."""
        return ("ROLLBACK",)

    def close_script(self, tables: Iterable[str]) -> tuple[str, ...]:
        """Return the statements that let the session write, drop the temporary tables, and give its settings back.

        A client without autocommit is in a transaction here, which cannot write; and what it was given back has to be committed.
        """
        return "COMMIT", _READ_ONLY.format("off"), "COMMIT", "BEGIN", _DROP, session.GIVE_BACK, "COMMIT"

    def counting(self, statement: str) -> tuple[str, ...]:
        """Return a block that notes the number of rows in a setting of ours."""
        noted = f"GET DIAGNOSTICS changed = ROW_COUNT; PERFORM set_config('{_CHANGED}', changed::text, false)"
        return do(f"PERFORM set_config('{_CHANGED}', '', false)"), do(f"{statement}; {noted}", "changed bigint")

    @property
    def changed_one(self) -> str:
        """Return a condition on that setting."""
        return f"COALESCE({_setting(_CHANGED)} = '1', false)"

    @property
    def catalogue(self) -> PostgreSQLCatalogue:
        """Return those of pg_catalog."""
        return PostgreSQLCatalogue(self.text, self.quote)

    def take_lock(self, name: str) -> tuple[str, str]:
        """Return the block that tries to take the advisory lock, which belongs to the session, and the look for it."""
        held = f"SELECT 1 FROM pg_catalog.pg_locks WHERE {advisory.is_it(name)} AND pid = pg_backend_pid()"
        return do(f"PERFORM pg_try_advisory_lock({advisory.key(name)})"), f"NOT EXISTS ({held})"

    def release_lock(self, name: str) -> str:
        """Return the block that releases it."""
        return do(f"PERFORM pg_advisory_unlock({advisory.key(name)})")

    def lock_rows(self, table: str, condition: str) -> str:
        """Return a block that locks them."""
        return do(f"PERFORM 1 FROM {self.quote(table)} WHERE {condition} FOR UPDATE")

    def keep_free(self, blocks: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
        """Return a block that advances the counters: no INSERT with an id does."""
        return counters.keep_free(self, blocks)

    def count_values(self, table: str, rows: int) -> tuple[str, ...]:
        """Return ANALYZE, but for a few rows: without it, a range of ids counts as one row, and joins read it again for each."""
        return (f"ANALYZE {self.quote(table)}",) if rows >= _WORTH_COUNTING else ()

    def search(self, looking: Search) -> tuple[tuple[str, ...], tuple[str, ...], str]:
        """Return the search as a block that asks one query for each key."""
        return *PostgreSQLSearch(self, looking).references(_REFERS), _setting(_REFERS)

    def derived_deletes(self, looking: Search) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return a block that deletes them, if there are such tables."""
        return (), (PostgreSQLSearch(self, looking).derived_deletes(),) if looking.derived else ()

    def digests(self, key: str, source: str, where: str, groups: Mapping[str, Iterable[str]]) -> str:
        """Return the digests with sha256()."""
        sums = []
        for name, values in groups.items():
            row = " || ',' || ".join((f"{key}::text", *(f"quote_nullable({value})" for value in values)))
            digits = f"left(encode(sha256(convert_to({row}, 'UTF8')), 'hex'), 15)"
            sums.append(f"(COALESCE(SUM(('x' || {digits})::bit(60)::bigint), 0) % {MODULUS})::bigint AS \"{name}\"")
        return f'SELECT COUNT(*) AS "n", {", ".join(sums)} FROM {source} WHERE {where}'

    def as_text(self, expression: str) -> str:
        """Return a cast to text: psycopg would give what the document holds."""
        return f"{expression}::text"

    def as_number(self, condition: str) -> str:
        """Return a cast of the boolean."""
        return f"({condition})::integer"

    def _as_key(self, column: str, kind: str) -> str:
        if kind == "bytes":
            return f"upper(encode({column}, 'hex'))"
        if kind == "flag":
            return f"{column}::int::text"
        if kind == "day":
            return f"to_char({column}, 'YYYY-MM-DD')"
        if kind == "moment":
            return f"to_char({column}, 'YYYY-MM-DD HH24:MI:SS.US')"
        return f"replace({column}::text, '-', '')" if kind == "uuid" else f"{column}::text"

    def as_double(self, expression: str) -> str:
        """Return a cast to double precision."""
        return f"{expression}::double precision"

    def temporary_copy(self, name: str, table: str, columns: Iterable[str]) -> tuple[str, ...]:
        """Return CREATE … AS SELECT, which copies no constraint."""
        names, copy = ", ".join(map(self.quote, columns)), self.quote(name)
        return (
            f"DROP TABLE IF EXISTS pg_temp.{copy}",
            f"CREATE TEMPORARY TABLE {copy} AS SELECT {names} FROM {self.quote(table)} WHERE FALSE",
            f"ALTER TABLE pg_temp.{copy} ADD PRIMARY KEY ({self.key_list(table)})",
        )

    def update_from(self, table: str, source: str, joined: str, values: Mapping[str, str], conditions: Iterable[str]) -> str:
        """Return UPDATE … FROM. A condition in a COALESCE is not estimated, which is better than what a new table's would be."""
        assigned = ", ".join(f"{self.quote(name)} = {value}" for name, value in values.items())
        return f"UPDATE {table} SET {assigned} FROM {source}\nWHERE {joined} AND COALESCE({' AND '.join(conditions)}, FALSE)"

    @property
    def rehearsal(self) -> ScriptRehearsal:
        """Return one in temporary copies."""
        return PostgreSQLRehearsal(self)

    def set_variable(self, name: str, expression: str) -> str:
        """Return a block that sets a setting of ours; an empty one is NULL."""
        return do(f"PERFORM set_config('{_variable(name)}', COALESCE(({expression})::text, ''), false)")

    def set_variables(self, numbers: Mapping[str, int]) -> tuple[str, ...]:
        """Return one block."""
        values = ", ".join(f"('{_variable(name)}', '{number}')" for name, number in numbers.items())
        return (do(f"PERFORM set_config(name, value, false) FROM (VALUES {values}) AS v (name, value)"),) if values else ()

    def variable(self, name: str) -> str:
        """Return the setting's value as a number."""
        return f"{_setting(_variable(name))}::bigint"

    def same(self, left: str, right: str) -> str:
        """Return a comparison of the texts: a type's own may ignore letter case, or decimals."""
        return f'{left}::text COLLATE "C" IS NOT DISTINCT FROM {right}::text COLLATE "C"'

    def announced(self, table: str, insert: str, last_id: int) -> tuple[str, ...]:
        """Return nothing: `keep_free` has advanced the counter."""
        return ()

    def json_rows(self, table: str, column: str, fields: Mapping[str, str], condition: str) -> str:
        """Return a SELECT with jsonb_to_recordset."""
        kinds = {name: "BIGINT" if kind == "INT" else kind for name, kind in fields.items()}
        columns = ", ".join(f'"{name}" {kind}' for name, kind in kinds.items())
        names = ", ".join(f'j."{name}"' for name in fields)
        documents = f'jsonb_to_recordset(r."{column}"::jsonb) AS j ({columns})'
        return f"SELECT {self.key(table, 'r')}, {names} FROM {self.quote(table)} AS r, {documents} WHERE {condition}"


def _setting(name: str) -> str:
    return f"NULLIF(current_setting('{name}', true), '')"


def _variable(name: str) -> str:
    """Return the setting for a variable. Settings have plain names, of which letter case is not told apart."""
    return "terp_seed.v_" + _NO_NAME.sub(lambda found: f"_{ord(found[0]):x}_", name)
