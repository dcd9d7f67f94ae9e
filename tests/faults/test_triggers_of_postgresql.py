"""Triggers of PostgreSQL that write or change rows in a way that no keyword shows: a run and a script refuse them."""

import pytest

from tests.scripts import AS_OF, script
from tests.support import Database
from tests.test_postgresql import psql

BODIES = {
    "a function in an assignment": "DECLARE x text; BEGIN x := logit(NEW.name); RETURN NEW; END",
    "a function in a condition": "BEGIN IF logit(NEW.name) = '' THEN RETURN NEW; END IF; RETURN NEW; END",
    "a function in a query": "DECLARE x text; BEGIN SELECT public.logit(NEW.name) INTO x; RETURN NEW; END",
    "a row of a function": "BEGIN RETURN log_ret(NEW); END",
    "a query into a column": "BEGIN SELECT 'Mine' INTO NEW.name; RETURN NEW; END",
    "a comment before it": "BEGIN /* new */ NEW.name := 'Mine'; -- mine\n RETURN NEW; END",
    "another row": "BEGIN RETURN (SELECT v FROM vendors AS v LIMIT 1)::vendors; END",
    "no row": "BEGIN RETURN NULL; END",
}
HARMLESS = {
    "a look": "BEGIN IF length(NEW.name) > 9000 THEN RAISE EXCEPTION 'delete it; logit(x)'; END IF; RETURN NEW; END",
    "a comment": "BEGIN -- INSERT INTO mine\n RETURN NEW; END",
}


def _trigger(database: Database, body: str) -> None:
    database.execute(
        "CREATE FUNCTION logit(said text) RETURNS text LANGUAGE sql AS 'SELECT said'",
        "CREATE FUNCTION log_ret(one vendors) RETURNS vendors LANGUAGE sql AS 'SELECT one'",
        f"CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
        "CREATE TRIGGER quiet BEFORE INSERT ON vendors FOR EACH ROW EXECUTE FUNCTION quiet()",
    )


@pytest.mark.parametrize("body", BODIES)
def test_trigger_with_a_hidden_effect_is_refused(postgresql_terp: Database, body: str) -> None:
    _trigger(postgresql_terp, BODIES[body])
    assert "trigger quiet (BEFORE INSERT)" in postgresql_terp.cli("upgrade", "--force", "--dry-run").output
    ran = psql(postgresql_terp, script(postgresql_terp, *AS_OF, "upgrade", "head"))
    assert "A trigger on INSERT writes or changes rows" in ran.stderr


@pytest.mark.parametrize("body", HARMLESS)
def test_trigger_that_only_looks_is_fine(postgresql_terp: Database, body: str) -> None:
    _trigger(postgresql_terp, HARMLESS[body])
    assert postgresql_terp.cli("upgrade", "--force").exit_code == 0
