"""Fixtures: a new database for each test, on SQLite, on a private MariaDB, and on every server of TERP_SEED_TEST_URLS."""

import contextlib
import gc
import itertools
import os
import signal
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings

from tests import servers
from tests.library import Folder, make_library
from tests.stock import Stock, TemplateStock
from tests.support import ALL_FAULTS, Database

settings.register_profile(
    "real databases",
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("real databases")
# a shell's background job ignores Ctrl-C, and so would the runs that tests interrupt
signal.signal(signal.SIGINT, signal.default_int_handler)

# no server of the tests is known to this machine's authorities, and to read those takes as long as the rest of a small command
os.environ["SSL_CERT_FILE"] = os.devnull

# further servers, as addresses without a database, separated by commas: mysql://root@127.0.0.1:33306/
EXTRA_URLS = [url for url in os.environ.get("TERP_SEED_TEST_URLS", "").split(",") if url]
SERVERS = ["mariadb", *(f"mysql{number or ''}" for number, _ in enumerate(EXTRA_URLS))]
EVERY_SERVER = [*SERVERS, "postgresql"]  # SERVERS alone for what is said in MySQL's SQL
ENGINES = ["sqlite", *EVERY_SERVER]
FULL = "-all-tables"  # behind a server's name: with all of TERP's 233 tables, not only the ten


def _for_faults(values: list[str]) -> list[Any]:
    """Return parameters that only `make test-faults` runs."""
    return [pytest.param(value, marks=pytest.mark.exhaustive) for value in values] if ALL_FAULTS else []


# `make test` takes all tables, and what takes long, on one server, `make test-faults` on each
ONE_SERVER = [*_for_faults(SERVERS[:-1]), SERVERS[-1]]
SERVER_PLACES = [*SERVERS, *_for_faults([server + FULL for server in SERVERS[:-1]]), SERVERS[-1] + FULL]
EVERY_SERVER_PLACE = [*SERVER_PLACES, "postgresql"]
PLACES = ["sqlite", *EVERY_SERVER_PLACE]
PRIVATE = {"private_server", "any_private_server"}
_TURNS = 1  # cases of a test that a server has in `make test`, where SQLite has them all
_numbers = itertools.count(1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "faults" in item.path.parts:
            item.add_marker(pytest.mark.exhaustive)
    further = _cases_of_other_servers(items) + [item for item in items if "faults" in item.path.parts and FULL in item.name]
    further += _faults_of_other_servers(items) + _tests_of_other_servers(items)
    for item in further:
        item.add_marker(pytest.mark.exhaustive)
    if not ALL_FAULTS:
        items[:] = [item for item in items if item not in further]
        config.hook.pytest_deselected(items=further)


def _cases_of_other_servers(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return what only `make test-faults` runs: in `make test` SQLite has every case of a test, and the servers take turns."""
    servers_of: dict[str, list[str]] = defaultdict(list)
    cases_of: dict[str, list[object]] = defaultdict(list)
    on_sqlite: set[str] = set()
    found = []
    for item in items:
        if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
            continue
        values, test = item.callspec.params, f"{item.path}::{item.originalname}"
        server = next((value for value in values.values() if value in EVERY_SERVER_PLACE), None)
        on_sqlite |= {test} if "sqlite" in values.values() else set()
        case = sorted((name, number) for name, number in item.callspec.indices.items() if values[name] not in PLACES)
        if server and case:
            found.append((item, test, server, case))
            for seen, value in ((servers_of[test], server), (cases_of[test], case)):
                if value not in seen:
                    seen.append(value)

    def is_left_out(test: str, server: str, case: object) -> bool:
        turn, place = divmod(cases_of[test].index(case), len(servers_of[test]))
        is_its_turn = place == servers_of[test].index(server) and (turn < _TURNS or test not in on_sqlite)
        return not is_its_turn and len(cases_of[test]) > 1

    return [item for item, test, server, case in found if is_left_out(test, server, case)]


def _faults_of_other_servers(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return what only `make test-faults` runs: in `make test` one server has each fault, and each test of a private server."""
    return _of_all_servers_but_one(item for item in items if "faults" in item.path.parts or PRIVATE & {*_cases(item)})


def _tests_of_other_servers(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return what only `make test-faults` runs: the servers take turns at a test that is the same for each, beside SQLite.

    The tests of backends, checks and faults, and those marked `every_server`, run on each.
    """
    return _of_all_servers_but_one(
        item
        for item in items
        if not {"backends", "checks", "faults"} & {*item.path.parts} and item.get_closest_marker("every_server") is None
    )


def _cases(item: pytest.Item) -> dict[str, object]:
    """Return the parameters of a test's case by name."""
    return item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}


def _of_all_servers_but_one(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return the items on all servers but one, which their names choose, of tests whose only cases are servers."""
    servers_of: dict[str, list[str]] = defaultdict(list)
    found = []
    for item in items:
        values, test = _cases(item).values(), f"{item.path.name}::{getattr(item, 'originalname', item.name)}"
        server = next((str(value) for value in values if value in EVERY_SERVER), None)
        if server and all(value in PLACES for value in values):
            found.append((item, test, server))
            if server not in servers_of[test]:
                servers_of[test].append(server)

    def is_left_out(test: str, server: str) -> bool:
        servers = servers_of[test]
        return servers.index(server) != crc32(test.encode()) % len(servers)

    return [item for item, test, server in found if is_left_out(test, server)]


@pytest.fixture(scope="session")
def mariadb_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.MariaDB(tmp_path_factory.mktemp("mariadb")).running() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.PostgreSQL(tmp_path_factory.mktemp("postgresql")).running() as url:
        yield url


@pytest.fixture(scope="session")
def server_of_this_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Return what gives, for a server of TERP_SEED_TEST_URLS, a MySQL of this process alone, where that is the very same version.

    The first process of the tests uses the server itself, so that is tested; the others need not wait for their turn there.
    """
    with contextlib.ExitStack() as ends:

        @cache
        def own() -> str:
            options = "--performance-schema=ON", "--innodb-buffer-pool-size=512M"
            return ends.enter_context(servers.MySQL(tmp_path_factory.mktemp("twin"), *options).running())

        @cache
        def of(url: str) -> str:
            is_first = os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0"
            if is_first or not servers.MySQL.installed_tree():
                return url
            versions = {Database(server, "mysql").scalar("SELECT VERSION()") for server in (own(), url)}
            return own() if len(versions) == 1 else url

        yield of


@pytest.fixture(scope="session", params=servers.OF_MYSQL)
def private_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> servers.Server:
    """Return a MariaDB or a MySQL that a test runs with its own options, and may kill."""
    return servers.KINDS[request.param](tmp_path_factory.mktemp(f"private-{request.param}"))


@pytest.fixture(scope="session", params=servers.KINDS)
def any_private_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> servers.Server:
    """Return a server of any kind that a test runs with its own options, and may kill."""
    return servers.KINDS[request.param](tmp_path_factory.mktemp(f"private-{request.param}"))


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """Return what gives the address of an engine's server, which no other process of the tests uses meanwhile."""
    addresses: set[str] = set()
    with contextlib.ExitStack() as ends:

        def of(engine: str) -> str:
            if engine in ("mariadb", "postgresql"):
                return str(request.getfixturevalue(f"{engine}_url"))
            address = str(request.getfixturevalue("server_of_this_process")(EXTRA_URLS[SERVERS.index(engine) - 1]))
            if address not in addresses:
                addresses.add(address)
                ends.enter_context(servers.alone_on(address))
            return address

        yield of


@pytest.fixture
def new_database(server: Callable[[str], str], tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """Return what makes empty databases; they are gone after the test."""
    made: list[Database] = []

    def make(engine: str) -> Database:
        if engine == "sqlite":
            path = tmp_path / f"terp{next(_numbers)}.db"
            path.touch()  # an empty file is an empty database; reading creates none
            return Database(f"sqlite:///{path}", "sqlite")
        made.append(Database.create(server(engine), engine))
        return made[-1]

    yield make
    for database in made:
        database.drop()


@pytest.fixture(scope="session")
def stocks() -> Iterator[Callable[[str, str], Stock | TemplateStock]]:
    """Return what gives the databases with TERP's tables of a server, for one of the PLACES."""
    made: dict[tuple[str, str], Stock | TemplateStock] = {}

    def of(address: str, place: str) -> Stock | TemplateStock:
        def create() -> Database:
            return Database.create(address, place.removesuffix(FULL))

        make_tables = Database.with_every_table if place.endswith(FULL) else Database.with_tables
        new = TemplateStock(address, make_tables) if place == "postgresql" else Stock(create, make_tables)
        return made.setdefault((address, place), new)

    yield of
    for (address, _), stock in made.items():
        if address in EXTRA_URLS:  # the other servers are gone already
            stock.drop()


@pytest.fixture
def new_terp(
    request: pytest.FixtureRequest,
    server: Callable[[str], str],
    new_database: Callable[[str], Database],
    stocks: Callable[[str, str], Stock | TemplateStock],
) -> Iterator[Callable[[str], Database]]:
    """Return what gives databases with TERP's tables in one of the PLACES, each as new."""
    lent: list[tuple[Stock | TemplateStock, Database]] = []

    def give(place: str) -> Database:
        if place == "sqlite":
            return new_database(place).with_tables()
        stock = stocks(server(place.removesuffix(FULL)), place)
        lent.append((stock, stock.lend()))
        return lent[-1][1]

    yield give
    for stock, database in lent:
        stock.take_back(database)


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Database:
    """Return an empty database, once on each engine."""
    return new_database(request.param)


@pytest.fixture(params=ENGINES)
def terp(request: pytest.FixtureRequest, new_terp: Callable[[str], Database]) -> Database:
    """Return a database with TERP's tables, once on each engine."""
    return new_terp(request.param)


@pytest.fixture
def pair(terp: Database, new_terp: Callable[[str], Database]) -> tuple[Database, Database]:
    """Return two databases with TERP's tables: one to be held against the other."""
    return terp, new_terp(terp.kind)


@pytest.fixture
def library(tmp_path: Path) -> Folder:
    """Return the library of docs/writing-a-seed.md, with tables and no rows, on SQLite."""
    return make_library(tmp_path)


@pytest.fixture
def executed() -> Iterator[list[str]]:
    """Return the statements that this process sends from now on, as they come."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement.strip())

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


@pytest.fixture(params=SERVERS)
def server_terp(request: pytest.FixtureRequest, new_terp: Callable[[str], Database]) -> Database:
    """Return a database with TERP's tables, once on each server: for what SQLite has no equal of."""
    return new_terp(request.param)


@pytest.fixture(params=EVERY_SERVER)
def every_server_terp(request: pytest.FixtureRequest, new_terp: Callable[[str], Database]) -> Database:
    """Return a database with TERP's tables, once on each server: for what SQLite has no equal of, in anybody's SQL."""
    return new_terp(request.param)


@pytest.fixture(params=SERVERS)
def full_terp(request: pytest.FixtureRequest, new_terp: Callable[[str], Database]) -> Database:
    """Return a database with all of TERP's tables, once on each server."""
    return new_terp(request.param + FULL)


@pytest.fixture
def mariadb_terp(new_terp: Callable[[str], Database]) -> Database:
    """Return a MariaDB with TERP's tables, for what no other server has."""
    return new_terp("mariadb")


@pytest.fixture
def postgresql_terp(new_terp: Callable[[str], Database]) -> Database:
    """Return a PostgreSQL with TERP's tables, for what no other server has."""
    return new_terp("postgresql")


@pytest.fixture
def sqlite_terp(new_terp: Callable[[str], Database]) -> Database:
    """Return a SQLite database with TERP's tables, where the engine makes no difference."""
    return new_terp("sqlite")


@pytest.fixture(params=["sqlite", "mariadb"])
def terp_without_mysql(request: pytest.FixtureRequest, new_terp: Callable[[str], Database]) -> Database:
    """Return a database with TERP's tables on SQLite and on MariaDB, for tests with many examples."""
    return new_terp(request.param)


@pytest.fixture(params=PLACES)
def any_terp(request: pytest.FixtureRequest, new_terp: Callable[[str], Database]) -> Database:
    """Return a database with TERP's tables, once in each of the PLACES: every engine, and all of TERP's tables too."""
    return new_terp(request.param)


@pytest.fixture(params=SERVER_PLACES)
def any_server_terp(request: pytest.FixtureRequest, new_terp: Callable[[str], Database]) -> Database:
    """Return a database with TERP's tables, once on each server with the ten tables and with all."""
    return new_terp(request.param)


def pytest_collection_finish() -> None:
    """Leave what is imported and collected out of garbage collections: each would look at half a million objects."""
    gc.collect()
    gc.freeze()
