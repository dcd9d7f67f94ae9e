"""What cannot be seeded is refused by name, with what depends on it; the rest is ordered with parents first."""

import pytest

from terp_seed.errors import BadSetting
from tests.inference.planned import line, planned

REFUSED = {
    "a VARCHAR(9) UNIQUE": "it has no primary key: expected one, or a unique constraint on columns that are NOT NULL",
    "a INT, b NUMERIC(9, 2), PRIMARY KEY (a, b)": "its key column b is NUMERIC(9, 2): "
    "expected an integer, text, UUID, bytes, date, datetime or boolean",
    "at TIME PRIMARY KEY": "its key column at is TIME: expected an integer, text, UUID, bytes, date, datetime or boolean",
    "id INTEGER PRIMARY KEY": "it has no column but its key to tell its rows by: expected one that a seed can fill",
    "a INT, b INT GENERATED ALWAYS AS (a) STORED, c TEXT NOT NULL, UNIQUE (b, c)": "it has no primary key: expected one, or a "
    "unique constraint on columns that are NOT NULL",
    "a INT, b INT NOT NULL, PRIMARY KEY (a, b), FOREIGN KEY (b, a) REFERENCES t(a, b)": "b, a refers to the table "
    "itself and is NOT NULL: expected one column, or NULL",
    'id INTEGER PRIMARY KEY, "a.b" INT': "the name 'a.b' has a dot in it: expected a name without",
}


@pytest.mark.parametrize(("columns", "reason"), REFUSED.items(), ids=REFUSED)
def test_refused_by_itself(columns: str, reason: str) -> None:
    assert planned(f"CREATE TABLE p (id INTEGER PRIMARY KEY, whatever TEXT); CREATE TABLE t ({columns})").refused == {"t": reason}


CHAIN = """
CREATE TABLE settings (code NUMERIC PRIMARY KEY);
CREATE TABLE choices (id INTEGER PRIMARY KEY, setting NUMERIC NOT NULL REFERENCES settings(code));
CREATE TABLE answers (id INTEGER PRIMARY KEY, choice_id INT NOT NULL REFERENCES choices(id));
CREATE TABLE notes (id INTEGER PRIMARY KEY, choice_id INT REFERENCES choices(id));
"""


def test_refusals_spread_by_keys_that_are_not_null() -> None:
    found = planned(CHAIN)
    assert found.refused == {
        "answers": "choice_id refers to choices, which cannot be seeded",
        "choices": "setting refers to settings, which cannot be seeded",
        "settings": "its key column code is NUMERIC: expected an integer, text, UUID, bytes, date, datetime or boolean",
    }
    assert [plan.name for plan in found.tables] == ["notes"]
    assert found.tables[0].columns["choice_id"].is_null
    assert found.nulled["notes"] == {"choice_id": "refers to choices, which cannot be seeded"}


def test_cycle_that_is_not_null_is_refused() -> None:
    ddl = "CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INT NOT NULL REFERENCES b(id)); "
    ddl += "CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INT NOT NULL REFERENCES a(id))"
    reason = "it is in a cycle of NOT NULL foreign keys, a → b → a, which cannot be seeded"
    assert planned(ddl).refused == {"a": reason, "b": reason}


def test_cycle_with_a_nullable_key_leaves_it_null() -> None:
    ddl = "CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INT REFERENCES b(id)); "
    ddl += "CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INT NOT NULL REFERENCES a(id))"
    found = planned(ddl)
    assert [plan.name for plan in found.tables] == ["a", "b"]
    assert found.nulled["a"] == {"b_id": "refers to b, which is seeded later"}


def test_nullable_key_to_itself_is_followed() -> None:
    ddl = "CREATE TABLE t (id INTEGER PRIMARY KEY, parent_id INT REFERENCES t(id))"
    assert line(ddl, "parent_id") == 'c.ref("t")  # foreign key'


def test_wanted_tables_bring_what_they_need() -> None:
    ddl = """
    CREATE TABLE a (id INTEGER PRIMARY KEY, whatever TEXT);
    CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INT NOT NULL REFERENCES a(id));
    CREATE TABLE c (id INTEGER PRIMARY KEY, b_id INT NOT NULL REFERENCES b(id), d_id INT REFERENCES d(id));
    CREATE TABLE d (id INTEGER PRIMARY KEY, whatever TEXT); CREATE TABLE e (x TEXT)"""
    found = planned(ddl, wanted=("c",))
    assert [plan.name for plan in found.tables] == ["a", "b", "c"]
    assert found.refused == {}
    with pytest.raises(BadSetting, match=r"Unknown table 'bb': expected some of a, b, c, d, e\. Did you mean b\?"):
        planned(ddl, wanted=("bb",))


def test_tables_of_migration_tools_are_left_alone() -> None:
    found = planned("CREATE TABLE schema_migrations (version TEXT); CREATE TABLE t (id INTEGER PRIMARY KEY, whatever TEXT)")
    assert [plan.name for plan in found.tables] == ["t"]
    assert found.refused == {}
