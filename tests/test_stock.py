"""The databases that tests use one after another are as new for each of them."""

from collections.abc import Callable

import pytest

from tests.conftest import FULL, SERVER_PLACES, SERVERS
from tests.stock import Contents, Stock

ALTERATIONS = (
    "ALTER DATABASE CHARACTER SET latin1",
    "ALTER TABLE clients ADD COLUMN mood VARCHAR(9)",
    "CREATE TRIGGER careful BEFORE DELETE ON clients FOR EACH ROW SET @careful = 1",
    "CREATE VIEW names AS SELECT name FROM clients",
    "DROP TABLE client_credit_limits",
)


@pytest.fixture
def stock_of(server: Callable[[str], str], stocks: Callable[[str, str], Stock]) -> Callable[[str], Stock]:
    return lambda place: stocks(server(place.removesuffix(FULL)), place)


@pytest.mark.parametrize("place", SERVER_PLACES)
def test_writes_of_one_test_are_gone_for_next(place: str, stock_of: Callable[[str], Stock]) -> None:
    stock = stock_of(place)
    lent = [stock.lend() for _ in range(2)]
    as_new = [Contents.of(database) for database in lent]
    for database in lent:
        database.seed("upgrade", "head")
        database.execute(
            "ALTER TABLE invoices AUTO_INCREMENT = 70000",
            "CREATE TABLE loyalty (id INT PRIMARY KEY, client_id INT, FOREIGN KEY (client_id) REFERENCES clients (id))",
            "DELETE FROM client_credit_limits",
            "INSERT INTO clients (teri_code, name) VALUES ('MINE', 'Mine')",
            "UPDATE users SET name = 'Somebody'",
        )
        if "alembic_version" in database.tables():
            database.execute("DELETE FROM alembic_version")
        stock.take_back(database)
    assert sorted(database.name for database in (stock.lend(), stock.lend())) == sorted(database.name for database in lent)
    assert [Contents.of(database) for database in lent] == as_new
    assert as_new[0].tables == as_new[1].tables
    for database in lent:
        stock.take_back(database)


@pytest.mark.parametrize("statement", ALTERATIONS)
@pytest.mark.parametrize("place", SERVERS)
def test_schema_changes_are_undone_for_the_next_test(place: str, statement: str, stock_of: Callable[[str], Stock]) -> None:
    stock = stock_of(place)
    kept, altered = stock.lend(), stock.lend()
    altered.execute(statement)
    stock.take_back(altered)
    other = stock.lend()
    assert Contents.of(other) == Contents.of(kept)
    for database in (kept, other):
        stock.take_back(database)
