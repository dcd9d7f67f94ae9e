"""The rehearsal: the first rows of each table, inserted into temporary copies of the live tables before anything is written.

Types, lengths, character sets, CHECKs, defaults, generated and unique columns refuse a row there as they would later. Read-only.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy.exc import DBAPIError

from terp_seed.backends.database import Database
from terp_seed.backends.driver_errors import cause
from terp_seed.errors import SeedError
from terp_seed.model.table import SeedTable
from terp_seed.revisions.plan import PlannedStep
from terp_seed.rows.adoption import stand_ins
from terp_seed.rows.first_rows import first_rows
from terp_seed.rows.generation import Generator
from terp_seed.sql.insert import Inserts
from terp_seed.sql.listed_keys import without_numbers

_TRIED_ALONE = 200  # rows of a refused statement, to find every reason
_VARYING = re.compile(r"entry '.*?' for|\d+")  # the values and row numbers of two sentences about one thing


class Rehearsal:
    """A Rehearsal collects why the live tables would refuse rows (`gaps`, by table), and what could not be tried (`notes`)."""

    def __init__(self, database: Database, generator: Generator) -> None:
        """Take a generator whose ledger has the blocks that would be inserted."""
        self.gaps: dict[str, list[str]] = defaultdict(list)
        self.notes: list[str] = []
        self._database, self._generator = database, generator
        self._copies = database.backend.copies(database.connection, database.dialect)
        self._names: dict[str, str] = {}  # of the copies, by table

    def run(self, steps: Iterable[PlannedStep]) -> None:
        """Insert the first rows of these steps, the last row of a block before them as in the run. Ends the transaction."""
        steps = list(steps)
        if not steps:
            return
        why = self._copies.unavailable()
        if why:
            self.notes.append(f"The first rows were not rehearsed: {why}.")
            return
        with self._copies.opened():
            for statement in stand_ins(self._database.dialect, self._generator):
                self._database.execute(statement)
            for step in steps:
                try:
                    self._rehearse(step)
                except DBAPIError as error:
                    privilege = self._copies.missing_privilege(error)
                    if privilege is None:
                        raise
                    self.notes.append(f"The first rows were not rehearsed: our user lacks {privilege}.")
                    return

    def _rehearse(self, step: PlannedStep) -> None:
        name = step.table.name
        if name not in self._names:
            copy = f"seed_rehearsal_{len(self._names) + 1}"
            try:
                with self._database.backend.attempt(self._database.connection):
                    self._copies.create(copy, name)
            except DBAPIError as error:
                if self._is_of_the_server(error):
                    raise
                self.notes.append(f"{name} was not rehearsed: no temporary copy of it can be made ({cause(error)}).")
                return
            self._names[name] = copy
        try:
            self._insert(step)
        except SeedError as error:  # a value that no database stores, or a row that lacks a column
            self._add(name, str(error))
        self._look_for_parents(step.table)

    def _insert(self, step: PlannedStep) -> None:
        name, rows = step.table.name, [*without_numbers(first_rows(self._generator, step))]
        if not rows:
            return
        inserts = Inserts(self._database.dialect, step.table.table, rows[0], into=self._database.quote(self._names[name]))
        done = 0
        for statement, count in inserts.statements(rows):
            some = rows[done : done + count]
            done += count
            refusal = self._refusal(statement, name)
            if refusal is not None:
                alone = (self._refusal(next(inserts.statements([row]))[0], name) for row in some[:_TRIED_ALONE])
                for why in [*filter(None, alone)] or [refusal]:
                    self._add(name, why)

    def _refusal(self, statement: str, table: str) -> str | None:
        """Run a statement; return what the server says where it refuses it."""
        try:
            self._database.attempt(statement)
        except DBAPIError as error:
            if self._is_of_the_server(error):
                raise
            return cause(error).replace(self._names[table], table)
        return None

    def _is_of_the_server(self, error: DBAPIError) -> bool:
        """Tell whether an error is not about rows or a table: a full disk, a lost connection, a missing privilege."""
        is_known = self._database.backend.way_out(error) is not None or self._copies.missing_privilege(error) is not None
        return error.connection_invalidated or is_known

    def _add(self, table: str, sentence: str) -> None:
        """Note why rows are refused, once for each reason."""
        known = {_VARYING.sub("", found) for found in self.gaps[table]}
        if _VARYING.sub("", sentence) not in known:
            self.gaps[table].append(sentence)

    def _look_for_parents(self, table: SeedTable) -> None:
        """Find columns that rows fill by a default of theirs, with a foreign key to a row that is not there."""
        quote, parents = self._database.quote, table.parents()
        for key in self._database.keys_of(table.name):
            columns, target = key["constrained_columns"], key["referred_table"]
            if set(columns) <= set(parents) or target in self._names:
                continue
            place = ".".join(quote(part) for part in (key["referred_schema"], target) if part)
            filled = " AND ".join(f"c.{quote(name)} IS NOT NULL" for name in columns)
            pairs = zip(columns, key["referred_columns"], strict=True)
            joined = " AND ".join(f"p.{quote(theirs)} = c.{quote(ours)}" for ours, theirs in pairs)
            values = ", ".join(f"c.{quote(name)}" for name in columns)
            lost = self._database.execute(
                f"SELECT DISTINCT {values} FROM {quote(self._names[table.name])} AS c WHERE {filled} "
                f"AND NOT EXISTS (SELECT 1 FROM {place} AS p WHERE {joined})"
            ).first()
            if lost is not None:
                self.gaps[table.name].append(
                    f"column {', '.join(columns)} would be {', '.join(map(repr, lost))}, which {target} does not have"
                )
