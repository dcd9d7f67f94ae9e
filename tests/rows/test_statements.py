"""Statements: a table's text is the same whether this process makes it or others do."""

import hashlib
from datetime import date

import pytest

from terp_seed.backends.mysql.dialect import MySQL
from terp_seed.masking.masker import Masker
from terp_seed.model.recipe import Recipe, Size
from terp_seed.revisions.block import Block
from terp_seed.revisions.ledger import Ledger
from terp_seed.rows import statements
from terp_seed.rows.generation import Generator
from terp_seed.rows.statements import BatchRequest, Statements
from terp_seed.rows.workers import Workers
from terp_seed.sql.insert import Inserts
from terp_seed.terp import PROJECT
from tests.support import NAMES


def texts(units: int, helpers: int) -> dict[str, str]:
    """Return a digest of the statements of each table."""
    recipe = Recipe(Size(units), 42, date(2026, 3, 1), PROJECT.catalog.generator_version)
    generator = Generator(PROJECT.catalog, recipe, Masker(42, PROJECT.catalog.every), Ledger())
    maker, made = Statements(generator, MySQL(NAMES), helpers), {}
    for table in PROJECT.catalog.tables:
        generator.reserved = {part.name: Block(table.name, part.name, 1, part.count(units), recipe) for part in table.parts}
        for part in table.parts:
            if part.adopts or generator.ledger.of_table(part.name):
                continue
            count = part.count(units)
            inserts = Inserts(MySQL(NAMES), part.table, generator.last_row(part, table.name, "", 1, 1 if part.shared else units))
            wanted = BatchRequest(part.name, table.name, "", 1, range(1, 1 + (1 if part.shared else units)), count - 1)
            found = list(maker.of(part, wanted, inserts))
            assert sum(rows for _, rows in found) == count - 1
            made[part.name] = hashlib.sha256("\n".join(text for text, _ in found).encode()).hexdigest()
            generator.ledger.blocks.append(Block(table.name, part.name, 1, count, recipe))
    maker.close()
    return made


@pytest.mark.parametrize("units", [7, 20])
@pytest.mark.parametrize("helpers", [1, 2, 3])
def test_helpers_make_the_same_statements(monkeypatch: pytest.MonkeyPatch, units: int, helpers: int) -> None:
    monkeypatch.setattr(statements, "_WORTH_A_PROCESS", 2)
    monkeypatch.setattr(Workers, "are_possible", lambda: True)  # beside a test runner's threads too
    assert texts(units, helpers) == texts(units, 0)
