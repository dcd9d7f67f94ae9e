"""The facts of a database are what its tables say, and never a value of their rows."""

import sqlalchemy as sa

from terp_seed.backends.database import Database
from terp_seed.inference.facts import Shape, TableFacts
from terp_seed.inference.live_schema import read_schema
from terp_seed.model.names import Names


def _table(*statements: str) -> TableFacts:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
            return read_schema(Database(connection, Names.of("test")))["t"]
    finally:
        engine.dispose()


def test_checks_wherever_they_stand() -> None:
    found = _table(
        """CREATE TABLE t (id INTEGER PRIMARY KEY, -- no CHECK (here)
        "CHECK (x)" TEXT DEFAULT 'CHECK (y)', a INT CHECK (a > 0), b INT check(b IN (1, (2))) NOT NULL,
        CONSTRAINT c CHECK ((a < b) OR (a = ')')))"""
    )
    assert found.checks == ("a > 0", "b IN (1, (2))", "(a < b) OR (a = ')')")


def test_uniques_of_columns_constraints_and_indexes() -> None:
    found = _table(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT UNIQUE, b INT, c INT, d INT, UNIQUE (b, c))",
        "CREATE UNIQUE INDEX one ON t (d)",
        "CREATE INDEX two ON t (c)",
    )
    assert sorted(found.uniques) == [("a",), ("b", "c"), ("d",)]


def test_shapes_are_counts_and_lengths() -> None:
    found = _table("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT)", "INSERT INTO t VALUES (1, 'xy', 7), (2, 'xyz', 7)")
    assert found.by_name["a"].shape == Shape(rows=2, distinct=2, lowest=2, highest=3)
    assert found.by_name["b"].shape == Shape(rows=2, distinct=1, lowest=1, highest=1)


def test_key_without_columns_means_the_primary_key() -> None:
    found = _table("CREATE TABLE p (k INTEGER PRIMARY KEY)", "CREATE TABLE t (id INTEGER PRIMARY KEY, p INT REFERENCES p)")
    assert [(key.columns, key.target, key.referred) for key in found.keys] == [(("p",), "p", ("k",))]


def test_length_of_a_character_column() -> None:
    kinds = {column.name: column.type for column in _table("CREATE TABLE t (a CHARACTER(1), b TEXT, c VARCHAR(9))").columns}
    assert {name: getattr(kind, "length", None) for name, kind in kinds.items()} == {"a": 1, "b": None, "c": 9}
