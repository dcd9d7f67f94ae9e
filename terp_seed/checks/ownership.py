"""Ownership: which rows of a block are the seeded ones, proved by content instead of ids. Makes no permanent changes.

A row is intact, edited (its identity is as seeded, another value is not), missing, or foreign (not seeded, under a seeded id).
If the server's digests agree with the ledger, all rows are intact; else each row is compared with a regenerated one.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from terp_seed.backends.database import Database
from terp_seed.backends.driver_errors import raise_if_lost
from terp_seed.backends.writer import ConnectionWriter
from terp_seed.checks.block_state import BlockState
from terp_seed.errors import NotAsSeeded, SeedError
from terp_seed.masking.masker import Masker
from terp_seed.model.table import Catalog, Row, SeedTable
from terp_seed.revisions.block import Block, Proof, within
from terp_seed.revisions.ledger import Ledger
from terp_seed.revisions.plan import PlannedStep
from terp_seed.rows.adoption import Adoption, adopted_by, look_up
from terp_seed.rows.generation import Generator
from terp_seed.sql.digests import Digested
from terp_seed.sql.insert import Inserts

_COPY = "seed_as_made"

Remade = Callable[[Block], PlannedStep | None]


class Ownership:
    """An Ownership distinguishes the seeded rows of one live database from all others."""

    def __init__(self, database: Database, catalog: Catalog, recorded: Ledger, remade: Remade) -> None:
        """Take the recorded ledger, and a function that returns the step that regenerates a block."""
        self._database, self._dialect, self._catalog = database, database.dialect, catalog
        self._recorded, self._remade = Ledger(recorded.blocks), remade
        self._lost: dict[str, bool] = {}  # of adopted tables

    def examine(self, block: Block, *, lock: bool = False, identity_only: bool = False) -> BlockState:
        """Return the state of a block; with `lock`, lock its rows until the transaction ends.

        With `identity_only`, edited rows may count as intact, which is enough to know which rows are ours. Raises NotAsSeeded
        if something differs and the rows cannot be regenerated.
        """
        proof = _proof(block)
        if self._database.live.table(block.table_name) is None:
            raise NotAsSeeded(
                f"Table {block.table_name} is missing, but the ledger has {block.row_count:,} rows of it from revision "
                f"{block.revision}: expected the table. Nothing has changed. Restore it, then run the same command again."
            )
        names = self._database.names
        if block.table_name in names.listed and self._database.live.table(names.row_keys) is None:
            raise NotAsSeeded(
                f"{names.row_keys} is missing, which lists the keys of the {block.row_count:,} rows of {block.table_name} that "
                f"revision {block.revision} seeded: expected that table. Nothing has changed. Restore it from a backup, then run "
                "the same command again."
            )
        lost = [name for name in proof.digested.written if self._database.live.column(block.table_name, name) is None]
        untold = [name for name in proof.digested.identity if name in lost]
        if untold or not proof.digested.identity:
            gone = f"the columns {', '.join(untold)} are missing" if untold else "the record names no identity columns"
            raise NotAsSeeded(_cannot(block, f"{gone}, and without them a seeded row cannot be told from any other"))
        digested = proof.digested.without(lost)
        count, identity, values = self._ask(block, block.table_name, digested, lock, identity_only)
        if not count:
            return BlockState(block, 0, missing=tuple(range(block.first_id, block.last_id + 1)))
        if not lost and identity == proof.identity and (identity_only or values == proof.values):
            # an unapplied part of a shard is missing, and contributes to neither digest
            missing = () if count == block.row_count else tuple(self._missing(block))
            return BlockState(block, count, missing=missing, is_proved=not identity_only)
        return self._compare(block, proof, digested, bool(lost))

    def can_be_made_again(self, block: Block) -> bool:
        """Tell whether the rows of a block can be compared with regenerated ones."""
        step = self._remade(block)
        if step is None or step.fixed_rows or block.recipe.generator_version != self._catalog.generator_version:
            return False
        return not any(self._is_lost(adopted, block) for adopted in adopted_by(step.table, self._catalog.adopted))

    def _is_lost(self, adopted: SeedTable, block: Block) -> bool:
        """Tell whether an adopted table lacks a row that seeded rows refer to."""
        if adopted.name not in self._lost:
            adoption = Adoption(self._dialect, adopted, adopted.sample(block.recipe))
            is_there = self._database.live.table(adopted.name) is not None
            self._lost[adopted.name] = is_there and bool(adoption.missing_rows(self._database.connection))
        return self._lost[adopted.name]

    def _ask(self, block: Block, source: str, digested: Digested, lock: bool, identity_only: bool) -> tuple[int, int, int]:
        ids, quote = self._ids_in(source, block), self._dialect.quote
        table = self._catalog[block.table_name].table if block.table_name in self._catalog else _no_table(block)
        locks_here = lock and not self._dialect.locks_rows_first
        by_id, locking = (self._dialect.by_key(block.table_name), self._dialect.locking_read) if locks_here else ("", "")
        query = digested.query(self._dialect, table, quote(source) + by_id, ids, identity_only) + locking
        rows = self._dialect.lock_rows(source, ids) if lock and self._dialect.locks_rows_first else None
        if rows:
            self._database.execute(rows)
        found = self._database.execute(query).one()
        return int(found[0]), int(found[1]), 0 if identity_only else int(found[2])

    def _ids_in(self, source: str, block: Block) -> str:
        """Return the condition that a row of the live table, or of the copy, is one of a block."""
        if source == _COPY and block.table_name in self._database.names.listed:
            return "1 = 1"  # it has no other rows, and nobody lists their keys
        return within(self._dialect.key(block.table_name), [block])

    def _missing(self, block: Block) -> Iterator[int]:
        there = set(
            self._ids(f"SELECT {{id}} FROM {{table}} WHERE {within(self._dialect.key(block.table_name), [block])}", block)
        )
        return (number for number in range(block.first_id, block.last_id + 1) if number not in there)

    def _compare(self, block: Block, proof: Proof, digested: Digested, lost: bool) -> BlockState:
        """Compare each row with a regenerated one in a temporary copy, because the server may normalize stored values."""
        self._make_again(block, digested)
        copy = self._ask(block, _COPY, digested, lock=False, identity_only=False)
        step = self._remade(block)
        is_fixed = step is not None and bool(step.fixed_rows)
        inside, identity = within(self._dialect.key(block.table_name, "t"), [block]), self._same(digested.identity)
        key, copied = (self._dialect.key(block.table_name, alias) for alias in ("t", "c"))
        same = self._dialect.same_key(block.table_name, "c", "t")
        absent = f"{{}}.{self._dialect.quote(self._database.names.key_columns(block.table_name)[0])} IS NULL"
        foreign = tuple(
            self._ids(
                f"SELECT {key} FROM {{table}} AS t LEFT JOIN {{copy}} AS c ON {same} "
                f"WHERE {inside} AND ({absent.format('c')} OR NOT ({identity})) ORDER BY {key}",
                block,
            )
        )
        lost_rows = f"{{copy}} AS c LEFT JOIN {{table}} AS t ON {same} WHERE {absent.format('t')}"
        missing = tuple(self._ids(f"SELECT {copied} FROM {lost_rows} ORDER BY {copied}", block))
        if not lost and (foreign or missing or is_fixed):
            # the regenerated rows must be the recorded ones, or the comparison proves nothing
            is_same = copy[1] == proof.identity and (not is_fixed or copy[2] == proof.values)
            if not is_same:
                raise NotAsSeeded(_cannot(block, "they are no longer generated as they were seeded, or the record was changed"))
        edited = self._edited(block, digested)
        ours = self._count(block) - len(foreign)
        if block.table_name in self._database.names.listed and ours + len(foreign) + len(missing) < block.row_count:
            raise NotAsSeeded(_cannot(block, f"{self._database.names.row_keys} no longer has all of their keys"))
        return BlockState(block, ours, edited, missing, foreign)

    def _make_again(self, block: Block, digested: Digested) -> None:
        """Fill the temporary copy with the regenerated rows. Raises NotAsSeeded if they cannot be regenerated."""
        if block.recipe.generator_version != self._catalog.generator_version:
            raise NotAsSeeded(
                _cannot(
                    block,
                    f"generator version {block.recipe.generator_version} made them, and this is version "
                    f"{self._catalog.generator_version}",
                )
            )
        names = self._database.names
        columns = digested.written if block.table_name in names.listed else (names.key_of(block.table_name), *digested.written)
        for statement in self._dialect.temporary_copy(_COPY, block.table_name, columns):
            self._database.execute(statement)
        try:
            step = self._remade(block)
            if step is None:
                raise NotAsSeeded(_cannot(block, "its upgrade() no longer seeds this table"))
            made = (row for row in self._made(step, block) if block.first_id <= row[step.table.key] <= block.last_id)
            rows = ({name: row[name] for name in columns} for row in made)
            inserts = Inserts(self._dialect, step.table.table, columns, into=self._dialect.quote(_COPY))
            for statement, _ in inserts.statements(rows):
                self._database.attempt(statement)
        except NotAsSeeded:
            raise
        except (SeedError, KeyError) as error:
            raise NotAsSeeded(_cannot(block, f"they cannot be generated again: {str(error).rstrip('.')}")) from error
        except DBAPIError as error:
            raise_if_lost(error)
            raise NotAsSeeded(_cannot(block, f"the table no longer accepts them ({error.orig})")) from error

    def _made(self, step: PlannedStep, block: Block) -> Iterable[Row]:
        """Return the regenerated rows of a block; of an adopted table, those whose natural keys exist only in the block."""
        if step.table.adopts:
            adoption = Adoption(self._dialect, step.table, step.table.sample(block.recipe))
            missing = adoption.missing_rows(self._database.connection, within(self._dialect.key(step.table.name), [block]))
            if len(missing) != block.row_count:
                raise NotAsSeeded(_cannot(block, "an application has added or removed rows with their natural keys"))
            return [{step.table.key: block.first_id + place, **row} for place, row in enumerate(missing)]
        for adopted in adopted_by(step.table, self._catalog.adopted):
            look_up(adopted, block.recipe, self._dialect, ConnectionWriter(self._database))
        generator = Generator(
            self._catalog, block.recipe, Masker(block.recipe.seed, self._catalog.every), Ledger(self._recorded.blocks)
        )
        return generator.of_step(step, block)

    def _edited(self, block: Block, digested: Digested) -> dict[int, tuple[str, ...]]:
        others = [name for name in digested.written if name not in digested.identity]
        if not others:
            return {}
        flags = ", ".join(f"CASE WHEN {self._same([name])} THEN 0 ELSE 1 END" for name in others)
        key = self._dialect.key(block.table_name, "t")
        query = (
            f"SELECT {key}, {flags} FROM {self._with_copy(block)} WHERE {self._same(digested.identity)} "
            f"AND NOT ({self._same(others)}) ORDER BY {key}"
        )
        rows = self._database.execute(query)
        return {row[0]: tuple(name for name, differs in zip(others, row[1:], strict=True) if differs) for row in rows}

    def values(self, block: Block, columns: Iterable[str], row_id: int) -> dict[str, tuple[Any, Any]]:
        """Return the seeded and the live values of columns of a row. The block must be the one that was compared last."""
        quote = self._dialect.quote
        names = list(columns)
        both = ", ".join(f"c.{quote(name)}, t.{quote(name)}" for name in names)
        row = self._database.execute(
            f"SELECT {both} FROM {self._with_copy(block)} WHERE {self._dialect.key(block.table_name, 't')} = {row_id}"
        ).one()
        return {name: (row[2 * place], row[2 * place + 1]) for place, name in enumerate(names)}

    def _with_copy(self, block: Block) -> str:
        """Return the live table, as t, joined with the regenerated rows, as c."""
        quote, table = self._dialect.quote, block.table_name
        return f"{quote(table)} AS t JOIN {quote(_COPY)} AS c ON {self._dialect.same_key(table, 'c', 't')}"

    def _same(self, columns: Iterable[str]) -> str:
        quote = self._dialect.quote
        return " AND ".join(self._dialect.same(f"t.{quote(name)}", f"c.{quote(name)}") for name in columns) or "1 = 1"

    def _count(self, block: Block) -> int:
        ids = within(self._dialect.key(block.table_name), [block])
        return int(self._database.scalar(f"SELECT COUNT(*) FROM {self._dialect.quote(block.table_name)} WHERE {ids}"))

    def _ids(self, query: str, block: Block) -> list[int]:
        quote = self._dialect.quote
        names = {"{id}": self._dialect.key(block.table_name), "{table}": quote(block.table_name), "{copy}": quote(_COPY)}
        for placeholder, name in names.items():
            query = query.replace(placeholder, name)
        return [int(row[0]) for row in self._database.execute(query)]


def _proof(block: Block) -> Proof:
    assert block.proof is not None, block  # blocks read from the ledger always have one
    return block.proof


def _no_table(block: Block) -> sa.Table:
    return sa.Table(block.table_name, sa.MetaData())


def _cannot(block: Block, why: str) -> str:
    version = block.recipe.generator_version
    return (
        f"Rows of {block.table_name} are not as revision {block.revision} seeded them (generator version {version}), and which "
        f"of them are ours cannot be determined: {why}. Nothing in this table has changed. Undo the changes to these rows, or "
        "use the version and the files that seeded them; then run the same command again."
    )
