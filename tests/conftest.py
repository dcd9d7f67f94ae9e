"""Fixtures: a new database for each test, on SQLite, on a private MariaDB, and on every server of TERP_SEED_TEST_URLS."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from sqlalchemy.pool import NullPool

from terp_seed.engine.database import parse_url
from tests import servers
from tests.support import Database

settings.register_profile(
    "real databases",
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("real databases")

# further servers, as addresses without a database, separated by commas: mysql://root@127.0.0.1:33306/
EXTRA_URLS = [url for url in os.environ.get("TERP_SEED_TEST_URLS", "").split(",") if url]
SERVERS = ["mariadb", *(f"mysql{number or ''}" for number, _ in enumerate(EXTRA_URLS))]
ENGINES = ["sqlite", *SERVERS]
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def mariadb_url() -> Iterator[str]:
    with servers.mariadb() as url:
        yield url


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """Return what makes empty databases; they are gone after the test."""
    made: list[tuple[sa.Engine, str]] = []

    def make(kind: str) -> Database:
        number = next(_numbers)
        if kind == "sqlite":
            return Database(f"sqlite:///{tmp_path}/terp{number}.db", "sqlite")
        server = request.getfixturevalue("mariadb_url") if kind == "mariadb" else EXTRA_URLS[SERVERS.index(kind) - 1]
        name = f"terp_test_{os.getpid()}_{number}"
        engine = sa.create_engine(parse_url(server), poolclass=NullPool)
        _run(engine, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        made.append((engine, name))
        return Database(f"{server.rstrip('/')}/{name}", kind)

    yield make
    for engine, name in made:
        _run(engine, f"DROP DATABASE {name}")


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Database:
    """Return an empty database, once on each engine."""
    return new_database(request.param)


@pytest.fixture
def terp(empty: Database) -> Database:
    """Return a database with TERP's tables, once on each engine."""
    return _with_tables(empty)


@pytest.fixture(params=SERVERS)
def server_terp(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Database:
    """Return a database with TERP's tables, once on each server: for what SQLite has no equal of."""
    return _with_tables(new_database(request.param))


@pytest.fixture
def sqlite_terp(new_database: Callable[[str], Database]) -> Database:
    """Return a SQLite database with TERP's tables, where the engine makes no difference."""
    return _with_tables(new_database("sqlite"))


@pytest.fixture(params=["sqlite", "mariadb"])
def two_terps(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Database:
    """Return a database with TERP's tables on SQLite and on MariaDB, for tests with many examples."""
    return _with_tables(new_database(request.param))


def _with_tables(database: Database) -> Database:
    ran = database.alembic("upgrade", "head")
    assert ran.code == 0, ran
    return database


def _run(engine: sa.Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
