"""What every backend has to do: the behaviour that the rest of the engine counts on, held on a real database of each kind."""

import contextlib
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from terp_seed.backends import connection as connections
from terp_seed.backends import lock
from terp_seed.backends.backend import Backend
from terp_seed.backends.database import Database as LiveDatabase
from terp_seed.backends.registry import BACKENDS, backend_of
from terp_seed.backends.writer import ConnectionWriter
from terp_seed.errors import LockHeld
from terp_seed.revisions import records
from terp_seed.sql.dialect import Dialect
from tests.support import NAMES, Database

SHELVES = (
    "CREATE TABLE shelves (room INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (room, place))",
    "CREATE TABLE books (id INTEGER PRIMARY KEY, title VARCHAR(40), room INTEGER, place INTEGER NOT NULL, part_of INTEGER,"
    " FOREIGN KEY (room, place) REFERENCES shelves (room, place) ON DELETE CASCADE,"
    " FOREIGN KEY (part_of) REFERENCES books (id) ON DELETE SET NULL)",
)


@contextlib.contextmanager
def opened(database: Database, *, writes: bool = False) -> Iterator[LiveDatabase]:
    """Connect as a run does."""
    with contextlib.closing(connections.connect(database.url, writes=writes)) as connection:
        yield LiveDatabase(connection, NAMES)


@pytest.fixture
def library(empty: Database) -> Database:
    """Return a database with two tables and two keys, and a row in each table."""
    empty.execute(*SHELVES, "INSERT INTO shelves VALUES (1, 2)", "INSERT INTO books VALUES (1, 'A% of :b', 1, 2, NULL)")
    return empty


@pytest.mark.parametrize("backend", dict.fromkeys(BACKENDS.values()), ids=lambda backend: backend.dialect.name)
def test_nothing_of_the_interface_is_left_open(backend: Backend) -> None:
    assert not backend.__class__.__abstractmethods__
    assert not backend.dialect.__abstractmethods__
    assert not backend.introspection.__abstractmethods__
    for name in ("name", "title", "lexer", "preamble", "apply_with"):
        assert getattr(backend.dialect, name)
    assert all(method.__doc__ for name, method in vars(Dialect).items() if callable(method) and not name.startswith("_"))


def test_an_address_finds_it_again(library: Database) -> None:
    address = connections.parse_url(library.url)
    assert backend_of(address) is backend_of(make_url(library.url))
    with opened(library) as database:
        assert database.backend is backend_of(address)
        assert type(database.dialect) is database.backend.dialect


def test_text_is_sent_as_it_is(library: Database) -> None:
    with opened(library) as database:
        title = database.dialect.text("A% of :b")
        assert database.scalar(f"SELECT COUNT(*) FROM {database.quote('books')} WHERE title = {title}") == 1


def test_tables_columns_and_keys_are_the_live_ones(library: Database) -> None:
    with opened(library) as database:
        live = database.live
        assert {*live} == {"shelves", "books"}
        assert live.primary_key("shelves") == ["room", "place"]
        assert [column.name for column in live.columns("books")] == ["id", "title", "room", "place", "part_of"]
        columns = {column.name: column for column in live.columns("books")}
        assert columns["title"].is_text
        assert columns["room"].is_whole
        assert columns["room"].is_nullable
        assert not columns["place"].is_nullable
        keys = {key.columns: key for key in database.introspection.foreign_keys() if key.table == "books" and key.schema is None}
        assert keys["room", "place"].target == "shelves"
        assert keys["room", "place"].referred == ("room", "place")
        assert keys["room", "place"].action == "CASCADE"
        assert (keys[("part_of",)].target, keys[("part_of",)].action) == ("books", "SET NULL")
        assert database.introspection.key_columns() == {("books", "room"), ("books", "place"), ("books", "part_of")}


def test_a_transaction_is_whole_or_nothing(library: Database) -> None:
    with opened(library, writes=True) as database:
        database.execute("INSERT INTO books VALUES (2, 'half', 1, 2, NULL)")
        with pytest.raises(DBAPIError) as refused:
            database.execute("INSERT INTO books VALUES (3, 'no such shelf', 9, 9, NULL)")
        assert database.backend.way_out(refused.value)
        database.connection.rollback()
    assert library.scalar("SELECT COUNT(*) FROM books") == 1


def test_only_one_run_at_once_with_known_holder(library: Database) -> None:
    with opened(library, writes=True) as first, opened(library) as second:
        assert lock.holder(second.connection, NAMES) is None
        with lock.held(first.connection, NAMES):
            lock.assert_held(first.connection, NAMES)
            assert lock.holder(second.connection, NAMES)
            with pytest.raises(LockHeld, match="Another seeding operation is in progress"), lock.held(second.connection, NAMES):
                pass
        assert lock.holder(second.connection, NAMES) is None


def test_block_is_reserved_only_if_free(library: Database) -> None:
    with opened(library, writes=True) as database:
        writer = ConnectionWriter(database)
        last = "INSERT INTO books VALUES ({}, 'last', 1, 2, NULL)"
        assert writer.highest_id("books") == 1
        assert not writer.reserve("books", last.format(5), 1, 5)
        assert writer.highest_id("books") == 1
        assert writer.reserve("books", last.format(15), 11, 15)
        assert writer.highest_id("books") == 15


def test_values_and_digests_of_the_session(library: Database) -> None:
    with opened(library) as database:
        dialect, quote = database.dialect, database.quote
        for statement in (*dialect.declare_variables(), dialect.set_variable("found", "(SELECT MIN(id) FROM books)")):
            database.execute(statement)
        assert database.scalar(f"SELECT {dialect.variable('found')}") == 1
        groups = {"i": [quote("title")], "v": [quote("title"), quote("part_of")]}
        digest = dialect.digests(quote("id"), quote("books"), "id = 1", groups)
        before = database.execute(digest).one()
        assert before == database.execute(digest).one()
        database.execute("UPDATE books SET part_of = 1")
        after = database.execute(digest).one()
        assert (after[0], after[1]) == (before[0], before[1])
        assert after[2] != before[2]
        database.connection.rollback()


def test_temporary_copy_has_columns_but_no_rows(library: Database) -> None:
    with opened(library) as database:
        for statement in database.dialect.temporary_copy("seed_copy", "books", ("id", "title")):
            database.execute(statement)
        copy = database.execute(f"SELECT * FROM {database.quote('seed_copy')}")
        assert [*copy.keys()] == ["id", "title"]
        assert copy.all() == []


def test_values_compare_by_bytes_and_null_equals_null(library: Database) -> None:
    with opened(library) as database:
        for left, right, expected in (("'a'", "'a'", 1), ("'a'", "'A'", 0), ("NULL", "NULL", 1), ("NULL", "'a'", 0)):
            same = database.dialect.same(left, right)
            assert database.scalar(f"SELECT CASE WHEN {same} THEN 1 ELSE 0 END") == expected, (left, right)


def test_ledger_table_can_be_created_twice(empty: Database) -> None:
    with opened(empty, writes=True) as database:
        for _ in range(2):
            database.execute(records.create_sql(database.connection.dialect, NAMES))
        assert sa.inspect(database.connection).get_table_names() == [NAMES.ledger]


def test_a_failure_inside_the_database_is_no_interrupt(library: Database) -> None:
    with opened(library) as database, pytest.raises(DBAPIError):
        database.execute("SELECT no_such_function(1)")
