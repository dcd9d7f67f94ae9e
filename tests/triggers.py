"""Triggers as each engine writes them: what they do is one statement, or an error."""

from collections.abc import Iterator

from tests.support import Database


def refusing(database: Database, table: str, condition: str) -> Iterator[str]:
    """Yield the statements that make a trigger which refuses a new row where a condition on NEW holds."""
    if database.kind == "sqlite":
        yield f"CREATE TRIGGER refused BEFORE INSERT ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, 'no'); END"
    elif database.kind == "postgresql":
        yield from _function("refused", "RAISE EXCEPTION 'no';")
        yield f"CREATE TRIGGER refused BEFORE INSERT ON {table} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION refused()"
    else:
        stop = f"IF {condition} THEN SIGNAL SQLSTATE '45000'; END IF"
        yield f"CREATE TRIGGER refused BEFORE INSERT ON {table} FOR EACH ROW {stop}"


def after_insert(database: Database, name: str, table: str, statement: str) -> Iterator[str]:
    """Yield the statements that make a trigger which runs a statement after each new row."""
    if database.kind == "postgresql":
        yield from _function(name, f"{statement}; RETURN NULL;")
        yield f"CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    else:
        body = f"BEGIN {statement}; END" if database.kind == "sqlite" else f"FOR EACH ROW {statement}"
        yield f"CREATE TRIGGER {name} AFTER INSERT ON {table} {body}"


def before_insert(database: Database, name: str, table: str, column: str, value: str) -> Iterator[str]:
    """Yield the statements that make a trigger which gives a column of each new row another value; not on SQLite."""
    if database.kind == "postgresql":
        yield from _function(name, f"NEW.{column} := {value}; RETURN NEW;")
        yield f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    else:
        yield f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW SET NEW.{column} = {value}"


def dropped(database: Database, name: str, table: str) -> str:
    """Return the statement that drops a trigger."""
    return f"DROP TRIGGER {name}{f' ON {table}' if database.kind == 'postgresql' else ''}"


def _function(name: str, body: str) -> Iterator[str]:
    yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
